"""Every page that there is, as each role meets it, in a real browser: axe finds nothing, nothing is wider than the screen.

The pages are those of the URL map: a new one is looked at without a word here, unless it needs an id that is not known.
"""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import url_for

from lms.app import create_app, open_store
from lms.base.web.routing import policies
from lms.features.debrief import service as debriefs
from lms.kernel.settings import load
from lms.learning.enrolment import service as enrolment
from lms.learning.people import access
from lms.learning.people import service as people
from tests.flows.walker import PASSWORD, RULES
from tests.learning.walks import (
    COURSE,
    QUIZ,
    SCENARIO,
    answer_all,
    best_action,
    play,
    read_lessons,
    start_assessed,
    start_practice,
    start_quiz,
)

pytestmark = [pytest.mark.browser, pytest.mark.network]
NO_PAGE = {
    "operations.live",
    "operations.ready",
    "operations.metric_lines",
    "record.everything",
    "library.media",
    "certificates.pdf",
    "insights.picture",
    "statements.download",
    "xapi.first",
    "xapi.second",
}
"""Answers that are not pages."""


@pytest.fixture
def things(running):
    """A learner who has been the whole way, another in the middle of a run; what addresses need."""
    settings = load({key: value for key, value in running.environ.items() if key.startswith("LMS_")})
    store = open_store(settings)
    app = create_app(settings, store, secret_key="only for addresses")
    with store.work() as uow:
        learner = people.get_by_mail(uow, "learner@demo.example")
        second = people.get_by_mail(uow, "second@demo.example")
        enrolment.enrol(uow, second, COURSE, by=learner.id, due_on=date(2026, 11, 1))
    practice = play(store, learner, start_practice(store, learner).id)
    read_lessons(store, learner)
    failed = answer_all(store, learner, start_quiz(store, learner).id, rightly=False)
    quiz = answer_all(store, learner, start_quiz(store, learner).id)
    assessed = play(store, learner, start_assessed(store, learner).id, best_action)
    open_run = start_practice(store, learner)
    with store.work() as uow:
        debriefs.begin(uow, learner, practice.id)
    screens = ["feelings"]
    while screens[-1] is not None:
        with store.work() as uow:
            screens.append(debriefs.keep(uow, learner, practice.id, screens[-1], {"helped": "I listened"}))
    with store.work() as uow:
        debriefs.skip(uow, learner, assessed.id, "tired")
    with store.work() as uow:
        link = access.make_link(uow, second.id).path.rsplit("/", 1)[-1]
    values = {
        "attempt_id": [practice.id, failed.id, quiz.id, assessed.id, open_run.id],
        "course_id": [COURSE],
        "scenario_id": [SCENARIO],
        "activity_id": [QUIZ, SCENARIO],
        "lesson_id": ["noticing"],
        "person_id": [learner.id],
        "name": [each for each in screens if each is not None],
        "secret": [link],
    }
    yield app, values
    store.engine.dispose()


def addresses(app, values):
    """Every page's address, with every value that its rule can take."""
    found = []
    with app.test_request_context(base_url=app.config["LMS_ADDRESS"]):
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint not in policies(app) or rule.endpoint in NO_PAGE:
                continue
            if not rule.arguments <= values.keys():
                continue
            several = max((len(values[name]) for name in rule.arguments), default=1)
            for place in range(several):
                chosen = {name: values[name][min(place, len(values[name]) - 1)] for name in rule.arguments}
                if rule.endpoint == "debrief.screen":
                    chosen["attempt_id"] = values["attempt_id"][0]
                found.append(url_for(rule.endpoint, **chosen))
    return sorted(set(found))


def enter(browser, running, mail, width, scheme):
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{running.port}",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/people/sign-in")
    page.fill("input[name=mail]", mail)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    return page


def test_axe_finds_nothing_on_any_page_of_any_role_and_nothing_is_too_wide(browser, running, things):
    app, values = things
    found = []
    seen = set()
    for role, width, scheme in (
        ("learner", 360, "light"),
        ("learner", 1280, "dark"),
        ("trainer", 360, "dark"),
        ("trainer", 1280, "light"),
        ("manager", 360, "light"),
        ("manager", 768, "dark"),
        ("admin", 360, "dark"),
        ("admin", 1280, "light"),
    ):
        page = enter(browser, running, f"{role}@demo.example", width, scheme)
        for address in addresses(app, values):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status < 500, f"{address} as {role}: {answer.status}"
            if answer.status != 200:
                continue
            seen.add(address)
            where = f"{address} as {role} at {width} {scheme}"
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{where}: {over} px too wide"] * (over > 0)
            results = Axe().run(page, options=RULES)
            found += [
                f"{where}: {each['id']}: {node['html'][:160]}"
                for each in results.response["violations"]
                for node in each["nodes"]
            ]
        page.context.close()
    assert found == []
    assert len(seen) > 40
