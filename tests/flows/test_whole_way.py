"""From sign-in to certificate on a phone: once by keyboard alone with axe on every page, once without JavaScript."""

import signal

import pytest
from pypdf import PdfReader

from tests.flows.walker import Walker, take_the_course

pytestmark = [pytest.mark.browser, pytest.mark.network]
PATIENCE = 40
WORDS = "words that stay mine alone"


@pytest.fixture
def device(browser, running):
    """device(javascript=…, width=…) is one more device of somebody."""
    made = []

    def make(**more):
        made.append(Walker(browser, f"http://127.0.0.1:{running.port}", **more))
        return made[-1]

    yield make
    for walker in made:
        walker.close()


def fetch_certificate(walker):
    """Download the certificate's PDF, open its page and return where that is."""
    walker.press(walker.page.locator("main a", has_text="See your certificates"))
    ready = walker.page.locator("main a", has_text="Download as PDF")
    for _ in range(PATIENCE):
        if ready.count():
            break
        walker.page.wait_for_timeout(500)
        walker.go("/certificates/")
    with walker.page.expect_download() as download:
        ready.first.press("Enter")
    assert "Certificate of knowledge" in PdfReader(download.value.path()).pages[0].extract_text()
    walker.press(walker.page.locator("main h2 a"))
    assert "This certificate is genuine and valid." in walker.page.inner_text("main")
    return walker.page.url


def assert_it_is_a_certificate_for_anyone(device, running, address):
    """Somebody without sign-in reads what it certifies; one letter off, and it certifies nothing."""
    path = address.removeprefix(f"http://127.0.0.1:{running.port}")
    stranger = device()
    stranger.go(path)
    shown = stranger.page.inner_text("main")
    assert "Amina Yusuf" in shown
    assert "Safeguarding adults" in shown
    assert "learner@demo.example" not in shown
    assert stranger.page.locator("meta[name=robots][content*=noindex]").count() == 1
    assert stranger.violations == []
    other = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert running.request(other)[0] == 404


def test_a_learner_goes_the_whole_way_by_keyboard(walker, device, running):
    walker.sign_in("learner@demo.example")
    take_the_course(walker, WORDS)
    certificate = fetch_certificate(walker)
    assert_it_is_a_certificate_for_anyone(device, running, certificate)
    for page in ("/", "/record/", "/people/profile", "/certificates/"):
        walker.go(page)
    assert walker.violations == []
    assert walker.said == []
    assert WORDS not in running.said()
    assert "learner@demo.example" not in running.said().split("Ctrl-C")[-1]


def test_the_same_way_is_gone_without_javascript(device):
    walker = device(javascript=False)
    walker.sign_in("second@demo.example")
    take_the_course(walker, WORDS)
    fetch_certificate(walker)


def test_a_run_goes_on_at_the_same_place_on_another_device_after_the_server_was_killed(device, running):
    phone = device()
    phone.sign_in("learner@demo.example")
    phone.practise()
    for _ in range(3):
        phone.step(WORDS)
    place, shown = phone.page.url, phone.page.inner_text("main h1")
    processes = running.children()
    running.stop(signal.SIGKILL)  # first, or it would start others in their place
    for process in processes:
        process.kill()
    running.start()
    tablet = device(width=768)
    tablet.sign_in("learner@demo.example")
    tablet.press(tablet.page.locator("main a.go", has_text="Carry on"))
    assert tablet.page.url == place
    assert tablet.page.inner_text("main h1") == shown
    tablet.step(WORDS)
    phone.go(place)
    assert phone.page.inner_text("main h1") == tablet.page.inner_text("main h1")


def test_double_clicks_the_back_button_and_two_tabs_lose_and_double_nothing(device):
    walker = device(javascript=False)
    walker.sign_in("second@demo.example")
    walker.practise()
    while not walker.page.locator("button.choice").count():
        walker.step(WORDS)
    first = walker.page.inner_text("main h1")
    other = walker.context.new_page()
    other.goto(walker.page.url)
    with walker.page.expect_navigation():
        walker.page.locator("button.choice").first.dblclick(no_wait_after=True)
    walker.go(walker.page.url)
    second = walker.page.inner_text("main h1")
    assert second != first
    with other.expect_navigation():
        other.locator("button.choice").last.click()
    assert other.inner_text("main h1") == second
    assert "already behind you" in other.inner_text("main")
    walker.page.go_back()
    walker.page.reload()
    assert walker.page.inner_text("main h1") == second
