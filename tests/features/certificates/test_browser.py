"""The pages of certificates in a real browser, whose requests the application answers without a network."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route

from lms.features.certificates import service
from lms.features.certificates.job import make_pdfs
from lms.learning.people.model import PersonErased

pytestmark = pytest.mark.browser
RULES = {
    "resultTypes": ["violations"],
    "preload": {"assets": ["media"]},  # no rule of these reads style sheets
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture
def open_page(browser, app) -> Iterator[Callable[..., Page]]:
    """open_page(client, …) -> a page that is signed in as the client is; `page.said` is what the browser complained of."""
    contexts = []

    def make(client: FlaskClient, width: int = 360, scheme: str = "light") -> Page:
        def answer(route: Route) -> None:
            given = client.get(urlsplit(route.request.url).path)
            route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.data)

        context = browser.new_context(
            viewport={"width": width, "height": 740}, color_scheme=scheme, base_url=app.config["LMS_ADDRESS"]
        )
        contexts.append(context)
        context.route("**/*", answer)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()


def test_a_page_that_waits_for_its_pdf_shows_it_without_being_asked(
    open_page, client, sign_in, store, settings, issued, learner
):
    page = open_page(sign_in(learner))
    page.goto("/certificates/")
    assert "Your PDF is being made" in page.inner_text("main")
    make_pdfs(store, settings)
    page.locator("main a", has_text="Download as PDF").wait_for(timeout=10_000)
    assert "Your PDF is being made" not in page.inner_text("main")
    assert page.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    open_page, client, new_client, sign_in, make_person, store, clock, issued, learner, width, scheme
):
    trainer = make_person("trainer@example.org", name="Gareth Pugh", roles=("trainer",))
    mine, public = f"/certificates/{issued.facts.id}", open_page(new_client(), width, scheme)
    own, seen = open_page(sign_in(learner), width, scheme), open_page(sign_in(trainer, new_client()), width, scheme)
    wrong = []
    for page, path in [
        (own, "/certificates/"),
        (own, mine),
        (seen, f"/certificates/of/{learner.id}"),
        (public, "/certificates/x"),
    ]:
        wrong += look(page, path)
    clock.advance(timedelta(days=1200))
    wrong += look(public, mine)
    with store.work() as uow:
        service.forget(uow, PersonErased(learner.id))
    wrong += look(public, mine)
    assert wrong == []


def look(page, path):
    page.goto(path)
    found = Axe().run(page, options=RULES).response["violations"]
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{path} {each['id']}: {node['html']}" for each in found for node in each["nodes"]] + [
        f"{path} too wide"
    ] * (over > 0)
