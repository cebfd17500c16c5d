"""Every page that anybody meets is well-formed, and carries the guards that every answer carries."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import request, url_for

from lms.learning.attempts import lookup_service, quiz_service
from lms.learning.attempts import service as attempts
from lms.learning.enrolment import service as enrolment
from lms.learning.library import service as library
from lms.learning.people import access
from tests.databases import ON_SQLITE
from tests.flows.page import Page
from tests.flows.test_visibility import CAST, rows, world
from tests.learning.walks import COURSE, QUIZ, SCENARIO, WORDS, any_action, best_action, read_lessons, start_quiz

__all__ = ["world"]

GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def seen(app):
    """Has every page that is answered looked at; holds the endpoints of those pages, and what was wrong with any."""
    found = {"endpoints": set(), "wrong": {}}

    @app.after_request
    def look(response):
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 308}:
            found["endpoints"].add((request.method, request.endpoint, response.status_code))
            for fault in Page(response.get_data(as_text=True)).faults:
                found["wrong"].setdefault(
                    f"{request.method} {request.endpoint} {response.status_code}: {fault}", request.path
                )
        for header, value in GUARDS.items():
            if response.headers.get(header, value) != value:
                found["wrong"][f"{request.endpoint}: {header}"] = request.path
        return response

    return found


@ON_SQLITE
def test_every_page_of_everybody_is_well_formed(app, world, new_client, sign_in, seen):
    for who in CAST:
        browser = new_client()
        if who != "nobody":
            sign_in(world.people[who], browser)
        for row in rows():
            with app.test_request_context(base_url=app.config["LMS_ADDRESS"]):
                address = url_for(row.endpoint, **world.things[row.thing])
            if row.method == "GET":
                browser.get(address)
            elif row.endpoint not in {
                "people.sign_out",
                "people.sign_out_everywhere",
                "people.end_sign_ins",
                "people.make_link",
            }:
                browser.post(address, data=world.forms.get(row.endpoint, {}))
    assert seen["wrong"] == {}
    assert len(seen["endpoints"]) > 40


@ON_SQLITE
def test_every_page_on_the_way_through_course_and_story_is_well_formed(
    store, clock, shipped, make_person, sign_in, seen
):
    person = make_person("mair@example.org")
    browser = sign_in(person)
    pages = ["/", "/enrolment/catalogue", f"/enrolment/courses/{COURSE}", "/record/", "/certificates/"]

    def look(*more):
        for page in (*pages, *more):
            browser.get(page)

    look()
    read_lessons(store, person)
    with store.work() as uow:
        outline = enrolment.get_course_page(uow, person.id, COURSE).outline
    look(
        *(
            f"/enrolment/courses/{COURSE}/lessons/{row.activity.id}"
            for row in outline.rows
            if row.activity.kind == "lesson"
        )
    )
    for rightly in (False, True):
        look(f"/attempts/courses/{COURSE}/{QUIZ}")
        quiz = start_quiz(store, person).id
        while True:
            browser.get(f"/attempts/{quiz}")
            browser.get(f"/attempts/{quiz}/away")
            if not go_on(store, person, quiz, rightly=rightly):
                break
        look()
    for choose in (any_action, best_action):
        clock.advance(timedelta(minutes=11))
        look(f"/attempts/courses/{COURSE}/{SCENARIO}")
        run = browser.post(f"/attempts/courses/{COURSE}/{SCENARIO}/start").location
        look(run, f"{run}/summary", f"{run}/away")
        browser.post(f"{run}/begin")
        attempt = UUID(run.rpartition("/")[2])
        ended = False
        while not ended:
            look(run, f"{run}/away")
            ended = play_on(store, person, attempt, choose)
        look(run, f"/attempts/courses/{COURSE}/{SCENARIO}", f"/debrief/{attempt}", f"/debrief/{attempt}/skip")
        screen = browser.post(f"/debrief/{attempt}").location
        while screen.count("/") == 3:
            look(screen)
            screen = browser.post(screen, data={"feeling-words": WORDS, "plan-if": WORDS}).location
        look(screen)
    look()
    assert seen["wrong"] == {}
    shown = {endpoint for _, endpoint, _ in seen["endpoints"]}
    assert {"attempts.show", "attempts.away", "attempts.summary", "debrief.screen", "enrolment.lesson"} <= shown


@ON_SQLITE
def test_every_page_that_says_no_is_well_formed(store, make_person, new_client, sign_in, seen):
    person = make_person("mair@example.org", roles=("learner", "admin", "trainer", "manager"))
    with store.work() as uow:
        link = access.make_link(uow, person.id).path
    stranger, browser = new_client(), sign_in(person)
    answers = [
        stranger.get(link),
        stranger.post(link, data={"new": "short"}),
        stranger.get("/people/reset/nothing"),
        stranger.post("/people/forgotten", data={"mail": "x"}),
        stranger.post("/people/sign-in", csrf=False),
        stranger.get("/nowhere", base_url="http://evil.example"),
        browser.get("/nowhere"),
        browser.get("/people/sign-out"),
        browser.post("/people/profile/name", data={"name": "x" * 300_000}),
        browser.post(f"/people/{person.id}/link"),
        browser.post("/people/add", data={"mail": "x", "name": "\0"}),
        browser.get("/people/?page=x"),
        *(
            browser.get(page)
            for page in ("/", "/teams/", "/insights/", "/tracking/", "/people/", "/record/", "/certificates/")
        ),
    ]
    assert {answer.status_code for answer in answers} >= {200, 400, 404, 405, 413, 421, 422}
    assert seen["wrong"] == {}


def play_on(store, person, attempt_id, choose):
    """Take one step; tell whether the story has ended."""
    with store.work() as uow:
        attempt = lookup_service.get_attempt(uow, person.id, attempt_id)
        if attempt.status == "ended":
            return True
        attempts.decide(
            uow, person, attempt_id, attempt.step, choose(library.program(uow, attempt.version), attempt.state)
        )
    return False


def go_on(store, person, attempt_id, *, rightly):
    """Answer the question on the page, or leave its feedback; tell whether there was one."""
    with store.work() as uow:
        attempt = lookup_service.get_attempt(uow, person.id, attempt_id)
        if attempt.status == "ended":
            return False
        page = quiz_service.get_page(uow, attempt)
        if page.marked is not None:
            quiz_service.go_on(uow, person, attempt_id, attempt.step)
        else:
            wanted = tuple(option.id for option in page.question.options if option.right == rightly)
            chosen = wanted if page.question.kind == "multiple" else wanted[:1]
            quiz_service.answer(uow, person, attempt_id, attempt.step, chosen)
    return True


GOOD_PAGE = (
    '<!doctype html><html lang="en"><head><title>A · B</title></head><body><main><h1>A</h1>{}</main></body></html>'
)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p><div></div></p>", "<div> within <p>"),
        ("<b><i></b></i>", "</b> closes"),
        ("<ul>", "left open"),
        ("<h1>B</h1>", "2 <h1>"),
        ('<p id="a"></p><p id="a"></p>', "2 times"),
        ('<a href="#nowhere">x</a>', "nothing is called 'nowhere'"),
        ('<a href="javascript:x">x</a>', "javascript:x"),
        ('<p style="x">', "in line"),
        ('<p onclick="x">', "in line"),
        ("<script>x</script>", "<script> in line"),
        ('<form method="post" action="/x"></form>', "without its token"),
        ('<input name="x">', "without a label"),
        ('<label for="x"></label>', "nothing is called 'x'"),
        ('<img src="https://x/y" alt="">', "from elsewhere"),
        ('<img src="/y">', "without words"),
        ('<a href="/"><button>x</button></a>', "<button> within"),
    ],
)
def test_the_look_finds_what_it_should(html, fault):
    assert Page(GOOD_PAGE.format("")).faults == []
    assert any(fault in found for found in Page(GOOD_PAGE.format(html)).faults)
