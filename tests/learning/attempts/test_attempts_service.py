import json
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from lms.engine.scenario.api import Choose, Go, Select, Write
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.learning.attempts import lookup_service, quiz_service, service
from lms.learning.attempts.model import EndingPage, Prebrief, ResultPage, ScenePage, SummaryPage
from lms.learning.enrolment import service as enrolment
from lms.learning.library import service as library
from lms.records.lrs.tables import lrs_statement
from tests.databases import ON_SQLITE
from tests.learning.walks import (
    COURSE,
    QUIZ,
    SCENARIO,
    WORDS,
    answer_all,
    any_action,
    play,
    read_lessons,
    start_assessed,
    start_practice,
    start_quiz,
)


@pytest.fixture
def learner(make_person, shipped):
    return make_person("menna@example.org", name="Menna Rees")


def statements(store, *, private):
    with store.work() as uow:
        return list(uow.connection.execute(select(lrs_statement).where(lrs_statement.c.private == private)))


def test_a_practice_run_is_played_to_its_end_and_nothing_of_it_may_leave(store, learner):
    attempt = play(store, learner, start_practice(store, learner).id)
    assert attempt.is_practice
    assert attempt.ending
    assert attempt.success in {True, False}
    assert statements(store, private=False) == []
    assert len(statements(store, private=True)) > 20
    with store.work() as uow:
        assert isinstance(service.get_run_page(uow, attempt), EndingPage)


def test_before_it_begins_a_run_shows_its_prebrief_and_is_not_yet_something_to_carry_on_with(store, learner):
    with store.work() as uow:
        attempt = service.start_practice(uow, learner, SCENARIO)
        page = service.get_run_page(uow, attempt)
        assert isinstance(page, Prebrief)
        assert page.has_summary
        assert not page.is_reviewed
        assert lookup_service.list_open(uow, learner.id) == ()
        service.begin(uow, learner, attempt.id)
        assert [each.id for each in lookup_service.list_open(uow, learner.id)] == [attempt.id]


def test_starting_twice_is_one_run_and_beginning_twice_changes_nothing(store, learner):
    first = start_practice(store, learner)
    told = len(statements(store, private=True))
    with store.work() as uow:
        assert service.start_practice(uow, learner, SCENARIO).id == first.id
        assert service.begin(uow, learner, first.id).step == 0
    assert len(statements(store, private=True)) == told


def test_A3_a_stale_step_changes_nothing(store, learner):
    attempt = start_practice(store, learner)
    with store.work() as uow:
        action = any_action(library.program(uow, attempt.version), attempt.state)
        service.decide(uow, learner, attempt.id, 0, action)
    told = len(statements(store, private=True))
    with store.work() as uow, pytest.raises(Conflict, match="already behind you"):
        service.decide(uow, learner, attempt.id, 0, action)
    with store.work() as uow:
        assert lookup_service.get_attempt(uow, learner.id, attempt.id).step == 1
    assert len(statements(store, private=True)) == told


@pytest.mark.parametrize("action", [Choose("never-offered"), Select(("never",)), Write("x" * 19_000), Choose("")])
def test_what_was_not_offered_is_refused_kindly_and_changes_nothing(store, learner, action):
    attempt = start_practice(store, learner)
    with store.work() as uow, pytest.raises(Conflict):
        service.decide(uow, learner, attempt.id, 0, action)
    with store.work() as uow:
        assert lookup_service.get_attempt(uow, learner.id, attempt.id).state == attempt.state


def test_A2_when_the_record_cannot_be_kept_the_step_is_not_taken(store, learner):
    attempt = start_practice(store, learner)

    def take_a_step_and_fail():
        with store.work() as uow:
            action = any_action(library.program(uow, attempt.version), attempt.state)
            service.decide(uow, learner, attempt.id, 0, action)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        take_a_step_and_fail()
    with store.work() as uow:
        assert lookup_service.get_attempt(uow, learner.id, attempt.id).step == 0
        assert len(lookup_service.list_events(uow, attempt.id)) < 5


def test_A4_another_person_cannot_find_the_run_at_all(store, learner, make_person):
    attempt = start_practice(store, learner)
    other = make_person("tom@example.org", roles=("learner", "trainer", "manager", "admin"))
    with store.work() as uow, pytest.raises(NotFound):
        lookup_service.get_attempt(uow, other.id, attempt.id)
    with store.work() as uow:
        assert lookup_service.list_attempts(uow, learner.id, with_practice=False) == ()
        assert lookup_service.count_assessed(uow) == {}


def test_A5_what_somebody_wrote_is_in_no_event_and_no_statement(store, learner):
    attempt = play(store, learner, start_practice(store, learner).id)
    with store.work() as uow:
        events = str(lookup_service.list_events(uow, attempt.id))
        texts = lookup_service.list_texts(uow, attempt.id)
    bodies = str([row.body for row in statements(store, private=True)])
    assert set(texts.values()) == {WORDS}
    assert WORDS not in events
    assert WORDS not in bodies


def test_A1_a_run_goes_on_on_its_version_after_the_file_was_changed(store, learner, content, refresh):
    attempt = start_practice(store, learner)
    file = content / "scenarios" / SCENARIO / "scenario.md"
    file.write_text(file.read_text().replace("title: Between you and me", "title: Changed"))
    refresh()
    assert play(store, learner, attempt.id).version == attempt.version
    with store.work() as uow:
        again = service.start_practice(uow, learner, SCENARIO)
    assert again.version != attempt.version
    assert again.number == 2


def test_reading_the_summary_ends_a_run_as_what_it_is(store, learner):
    attempt = start_practice(store, learner)
    with store.work() as uow:
        now = service.read_summary(uow, learner, attempt.id)
        assert now.status == "summary"
        page = service.get_run_page(uow, now)
        assert isinstance(page, SummaryPage)
        assert not page.counts
    with store.work() as uow, pytest.raises(Conflict):
        service.decide(uow, learner, attempt.id, 0, Go())


# --- inside a course ------------------------------------------------------------------------------------------------


@pytest.fixture
def enrolled(store, learner):
    read_lessons(store, learner)
    return learner


def test_a_quiz_answered_rightly_is_passed_and_done_in_the_course(store, enrolled):
    attempt = answer_all(store, enrolled, start_quiz(store, enrolled).id)
    assert attempt.success
    assert attempt.score == 1.0
    with store.work() as uow:
        assert enrolment.get_course_page(uow, enrolled.id, COURSE).outline.row(QUIZ).is_done
        assert isinstance(quiz_service.get_page(uow, attempt), ResultPage)


def test_a_failed_quiz_is_repeated_with_a_new_draw_that_holds_the_critical_questions_again(store, enrolled, clock):
    first = answer_all(store, enrolled, start_quiz(store, enrolled).id, rightly=False)
    assert first.success is False
    clock.advance(timedelta(days=1))
    second = start_quiz(store, enrolled)
    drawn = [{question for question, _ in each.state["drawn"]["questions"]} for each in (first, second)]
    assert drawn[0] != drawn[1]
    with store.work() as uow:
        bank = library.course(uow, second.version).banks[0]
    critical = {question.id for question in bank.questions if question.critical}
    assert critical
    assert critical <= drawn[0]
    assert critical <= drawn[1]
    with store.work() as uow:
        assert len(lookup_service.list_tries(uow, enrolled.id, COURSE, QUIZ)) == 2


def test_an_answer_counts_once_and_none_is_no_answer(store, enrolled):
    attempt = start_quiz(store, enrolled)
    with store.work() as uow, pytest.raises(Invalid):
        quiz_service.answer(uow, enrolled, attempt.id, 0, ())
    with store.work() as uow:
        page = quiz_service.get_page(uow, attempt)
        option = page.question.options[0].id
        quiz_service.answer(uow, enrolled, attempt.id, 0, (option,))
    with store.work() as uow, pytest.raises(Conflict):
        quiz_service.answer(uow, enrolled, attempt.id, 0, (option,))
    with store.work() as uow, pytest.raises(Conflict):
        quiz_service.answer(uow, enrolled, attempt.id, 1, (option,))


def test_a_part_that_is_not_open_yet_cannot_be_started(store, learner):
    with store.work() as uow:
        enrolment.enrol_oneself(uow, learner, COURSE)
        rows = enrolment.get_course_page(uow, learner.id, COURSE).outline.rows
    locked = [row.activity for row in rows if not row.is_open and row.activity.kind != "lesson"]
    for activity in locked:
        with store.work() as uow, pytest.raises(Conflict):
            service.start_activity(uow, learner, COURSE, activity.id)
    with store.work() as uow, pytest.raises(NotFound):
        service.start_activity(uow, learner, COURSE, "what-safeguarding-means")


def test_nobody_starts_a_part_of_a_course_without_being_on_it(store, learner):
    with store.work() as uow, pytest.raises(NotFound):
        service.start_activity(uow, learner, COURSE, QUIZ)


def test_an_assessed_run_is_recorded_under_the_registration_of_the_course(store, enrolled):
    answer_all(store, enrolled, start_quiz(store, enrolled).id)
    attempt = start_assessed(store, enrolled)
    with store.work() as uow:
        registration = enrolment.find_registration(uow, enrolled.id, COURSE)
    ended = play(store, enrolled, attempt.id)
    assert not ended.is_practice
    assert ended.registration == registration.id
    assert statements(store, private=True) == []
    rows = statements(store, private=False)
    assert {json.loads(row.body)["context"]["registration"] for row in rows} == {str(registration.id)}


def test_the_next_try_of_a_scenario_waits_as_the_course_says(store, enrolled, clock):
    answer_all(store, enrolled, start_quiz(store, enrolled).id)
    attempt = start_assessed(store, enrolled)
    with store.work() as uow:
        wait = library.course(uow, library.get_card(uow, "course", COURSE).version).find_scenario(SCENARIO).wait_minutes
    play(store, enrolled, attempt.id)
    assert wait > 0
    with store.work() as uow, pytest.raises(Conflict, match="not open yet"):
        service.start_activity(uow, enrolled, COURSE, SCENARIO)
    clock.advance(timedelta(minutes=wait))
    with store.work() as uow:
        assert service.start_activity(uow, enrolled, COURSE, SCENARIO).number == 2


def test_a_clock_that_moves_back_in_mid_run_harms_nothing(store, learner, clock):
    attempt = start_practice(store, learner)
    clock.advance(timedelta(hours=-3))
    assert play(store, learner, attempt.id).ended_at < attempt.started_at


def test_when_the_page_of_a_scene_is_asked_for_it_is_the_scene(store, learner):
    attempt = start_practice(store, learner)
    with store.work() as uow:
        page = service.get_run_page(uow, lookup_service.get_attempt(uow, learner.id, attempt.id))
    assert isinstance(page, ScenePage)
    assert page.scene.step == 0


def test_a_prebrief_that_was_left_open_begins_on_the_version_in_service(store, learner, content, refresh):
    with store.work() as uow:
        attempt = service.start_practice(uow, learner, SCENARIO)
    file = content / "scenarios" / SCENARIO / "scenario.md"
    file.write_text(file.read_text().replace("title: Between you and me", "title: Between us"))
    refresh()
    with store.work() as uow:
        begun = service.begin(uow, learner, attempt.id)
        assert begun.version == library.get_card(uow, "scenario", SCENARIO).version != attempt.version
    assert play(store, learner, begun.id).version == begun.version


def test_what_lost_its_file_goes_on_for_who_began_it_and_is_begun_by_nobody_else(store, learner, content, refresh):
    attempt = start_practice(store, learner)
    shutil.rmtree(content / "scenarios" / SCENARIO)
    refresh()
    assert play(store, learner, attempt.id).status == "ended"
    with store.work() as uow, pytest.raises(NotFound):
        service.start_practice(uow, learner, SCENARIO)


def test_reading_the_summary_uses_up_no_try(store, enrolled):
    answer_all(store, enrolled, start_quiz(store, enrolled).id)
    attempt = start_assessed(store, enrolled)
    with store.work() as uow:
        service.read_summary(uow, enrolled, attempt.id)
    with store.work() as uow:
        page = service.get_activity_page(uow, enrolled.id, COURSE, SCENARIO)
        assert page.turn.allowed


def test_words_that_could_not_be_taken_are_given_back(store, learner, sign_in):
    attempt = start_practice(store, learner)
    answer = sign_in(learner).post(f"/attempts/{attempt.id}/decide", data={"step": "99", "text": WORDS})
    assert answer.status_code == 409
    assert WORDS in answer.text
    assert "already behind you" in answer.text


@ON_SQLITE
def test_counting_tries_reads_no_attempt(store):
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *heard: asked.append(heard[2:4]))
    with store.work() as uow:
        lookup_service.count_assessed(uow)
        ((sql, values),) = asked
        plan = uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    assert [row[-1] for row in plan] == ["SCAN attempts_attempt USING COVERING INDEX ix_attempts_attempt_item"]
