"""Time limits and observations in a real browser: by keyboard with axe, at three widths and in two schemes, and without scripts."""

from pathlib import Path

import pytest

from tests.flows.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.network]
WARD = Path(__file__).parents[1] / "engine" / "scenario" / "golden" / "ward.md"
LEARNER = "learner@demo.example"


@pytest.fixture
def ward(installation):
    """The product with one story, whose first scene may time somebody for five seconds."""
    home = installation.folder / "scenarios" / "ward"
    home.mkdir(parents=True)
    text = WARD.read_text(encoding="utf-8").replace("::: timeout 40s", "::: timeout 5s")
    (home / "scenario.md").write_text(text, encoding="utf-8")
    installation.start()
    return installation


@pytest.fixture
def device(browser, ward):
    made = []

    def make(**more):
        made.append(Walker(browser, f"http://127.0.0.1:{ward.port}", **more))
        return made[-1]

    yield make
    for walker in made:
        walker.close()


def begin(walker, timing):
    walker.sign_in(LEARNER)
    walker.go("/enrolment/catalogue")
    walker.press(walker.page.locator("form[action*='practice'] button"))
    walker.page.locator(f"input[name=timing][value='{timing}']").check()
    walker.press(walker.page.locator("main form.card button.go"))


def test_who_is_not_timed_plays_on_and_may_change_that_by_keyboard(device):
    walker = device()
    begin(walker, 0)
    assert "You are not timed." in walker.page.inner_text(".limit")
    assert walker.page.locator("[data-limit]").count() == 0
    walker.press(walker.page.locator(".limit summary"), leaves=False)
    walker.page.locator(".limit input[value='10']").check()
    walker.press(walker.page.locator(".limit details button"))
    assert walker.page.locator("[role=timer]").inner_text() in {"0:50", "0:49"}
    walker.press(walker.page.locator("button[value=measure]"))
    assert walker.page.locator(".limit").count() == 0
    walker.press(walker.page.locator("button[value=go-on]"))
    assert walker.page.locator(".observed svg[role=img]").count() == 2
    assert "New confusion" in walker.page.inner_text(".observed table")
    assert walker.violations == []
    assert walker.said == []


def test_time_goes_by_itself_stands_still_while_the_setting_is_open_and_then_takes_its_choice(device):
    walker = device(width=768, scheme="dark")
    begin(walker, 1)
    walker.page.locator(".limit summary").press("Enter")
    walker.page.wait_for_timeout(6500)
    assert walker.page.locator("h1").inner_text() == "Untouched toast"
    with walker.page.expect_navigation(wait_until="load"):
        walker.page.locator(".limit summary").press("Enter")
    walker.look()
    assert walker.page.locator("h1").inner_text() == "Half past ten"
    assert "The clock in the hall strikes." in walker.page.inner_text(".said")
    assert walker.violations == []


def test_without_scripts_a_limit_is_a_sentence_and_nothing_happens(device):
    walker = device(javascript=False)
    begin(walker, 1)
    said = walker.page.inner_text(".limit")
    assert "You have about 5 seconds for this. Without scripts, nothing happens when they are over." in said
    assert not walker.page.locator(".limit-over button").is_visible()
    walker.page.wait_for_timeout(6000)
    walker.press(walker.page.locator("button[value=rest]"))
    assert walker.page.locator("h1").inner_text() == "Ten to two"
    assert "38.2" in walker.page.inner_text(".observed table")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_device(device, width):
    walker = device(width=width)
    begin(walker, 2)
    for choice in ("measure", "go-on", "ring"):
        assert walker.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        walker.press(walker.page.locator(f"button[value={choice}]"))
    assert walker.page.locator(".observed h2").inner_text() == "The day"
    assert walker.violations == []
