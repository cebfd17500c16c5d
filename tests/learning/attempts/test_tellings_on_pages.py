"""A learner reads the story in their language, and in a course in its nation's words; it is the same run."""

import pytest
from sqlalchemy import select

from lms.learning.attempts import lookup_service, service
from lms.records.lrs.tables import lrs_statement
from tests.engine.scenario.test_tellings import ENGLAND, STORY, WELSH


@pytest.fixture
def story(content, refresh):
    home = content / "scenarios" / "example"
    home.mkdir()
    (home / "scenario.md").write_text(STORY)
    (home / "scenario.cy.md").write_text(
        WELSH.replace("\ncy-reach\n", "")
        .replace("\n**Nia:** cy-tell\n", "")
        .replace("\n::: if promised\ncy-promised\n:::\n", "")
    )
    (home / "scenario.england.yaml").write_text(ENGLAND)
    refresh()
    return home


def speak(browser, locale):
    browser.post("/people/profile/language", data={"locale": locale, "time_zone": "Europe/London"})


def test_a_run_begun_in_english_goes_on_in_welsh_and_is_the_same_run(story, store, make_person, sign_in):
    me = make_person("menna@example.org")
    browser = sign_in(me)
    run = browser.post("/attempts/practice/example/start").location
    browser.post(f"{run}/begin")
    assert "You reach for the tray." in browser.get(run).text
    speak(browser, "cy")
    page = browser.get(run).text
    assert "cy-tray" in page
    assert "cy-tell cy-board" in page
    assert '<main id="main" class="stage">' in page, "the page and the story are both in Welsh"
    assert '<div lang="en"><p>You reach for the tray.</p></div>' in page
    browser.post(f"{run}/decide", data={"step": "0", "choice": "promise"})
    page = browser.get(run).text
    assert "cy-nods" in page
    assert "cy-write" in page
    speak(browser, "en_GB")
    assert "What do you write?" in browser.get(run).text
    browser.post(f"{run}/decide", data={"step": "1", "selecting": "1", "option": "my-view"})
    browser.post(f"{run}/decide", data={"step": "2", "text": "Mae'n ddrwg gen i"})
    browser.post(f"{run}/decide", data={"step": "3", "go": "1"})
    speak(browser, "cy")
    assert "cy-end" in browser.get(run).text
    debrief = run.replace("attempts", "debrief")
    browser.post(debrief)
    seen = "".join(_screens(browser, debrief))
    assert "cy-decides cy-board" in seen
    assert "cy-promise" in seen
    assert "What did she need?" not in seen
    with store.work() as uow:
        told = [row.body for row in uow.connection.execute(select(lrs_statement))]
        (attempt,) = lookup_service.list_attempts(uow, me.id, with_practice=True)
    assert not any("cy-" in str(each) for each in told)
    assert attempt.title == "The supper tray"


def test_looking_back_on_a_page_in_another_language_each_text_says_its_own(story, refresh, make_person, sign_in):
    (story / "scenario.cy.md").unlink()
    refresh()
    browser = sign_in(make_person("menna@example.org"))
    run = browser.post("/attempts/practice/example/start").location
    browser.post(f"{run}/begin")
    for step, answer in enumerate(
        ({"choice": "promise"}, {"selecting": "1", "option": "my-view"}, {"text": "x"}, {"go": "1"})
    ):
        browser.post(f"{run}/decide", data={"step": str(step), **answer})
    debrief = run.replace("attempts", "debrief")
    browser.post(debrief)
    assert 'lang="en"' not in "".join(_screens(browser, debrief)).partition("<main")[2]
    speak(browser, "cy")
    assert '<span lang="en">“I will not tell.”</span>' in browser.get(f"{debrief}/path").text


def test_the_catalogue_calls_it_by_its_name_in_the_reader_s_language(story, make_person, sign_in):
    browser = sign_in(make_person("menna@example.org"))
    assert "The supper tray" in browser.get("/enrolment/catalogue").text
    speak(browser, "cy")
    page = browser.get("/enrolment/catalogue").text
    assert "cy-title" in page
    assert "cy-summary" in page
    assert "The supper tray" not in page
    assert '<span lang="en">Between you and me</span>' in page


def _screens(browser, debrief):
    address = f"{debrief}/feelings"
    for _ in range(20):
        yield browser.get(address).text
        answer = browser.post(address, data={})
        if answer.status_code != 303 or answer.location == address:
            return
        address = answer.location


def test_in_a_course_of_another_nation_the_story_has_its_names(story, content, store, refresh, make_person):
    course = content / "courses" / "safeguarding-adults-basics" / "course.yaml"
    course.write_text(course.read_text().replace("nation: wales", "nation: england"))
    refresh()
    me = make_person("menna@example.org")
    with store.work() as uow:
        attempt = service.start_practice(uow, me, "example")
        at_home, _ = lookup_service.tell(uow, attempt, "en")
        in_course, _ = lookup_service.tell(uow, _in(attempt, "safeguarding-adults-basics"), "en")
        in_none, _ = lookup_service.tell(uow, _in(attempt, "no-such-course"), "en")
    assert at_home.scenes[0].choices[1].label == "“I must tell the Regional Safeguarding Board.”"
    assert in_course.scenes[0].choices[1].label == "“I must tell the Safeguarding Adults Board.”"
    assert in_none.hash == at_home.hash


def _in(attempt, course_id):
    return type(attempt)(**{**{name: getattr(attempt, name) for name in attempt.__slots__}, "course_id": course_id})
