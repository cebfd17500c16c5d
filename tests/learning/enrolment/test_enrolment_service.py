import re
from collections import Counter

import pytest

from lms.base.store.work import Store
from lms.kernel.errors import Conflict, NotAllowed, NotFound
from lms.learning.enrolment import service
from lms.learning.enrolment.model import Achieved, CertificateDue, CourseCompleted, Enrolled
from lms.learning.library import service as library
from tests.learning.walks import COURSE, QUIZ, SCENARIO, read_lessons

EVERYTHING = Achieved(completed=True, passed=True, debriefed=True)


@pytest.fixture
def learner(make_person, shipped):
    return make_person("menna@example.org", name="Menna Rees")


@pytest.fixture
def happened():
    return []


@pytest.fixture
def listening(store, happened):
    """A store on the same database, of which every event is noted."""
    kinds = (Enrolled, CourseCompleted, CertificateDue)
    noted = [(kind, lambda _uow, event: happened.append(type(event))) for kind in kinds]
    return Store(store.engine, store.clock, store.ids, noted)


def achieve(store, learner, *activity_ids):
    for activity_id in activity_ids:
        with store.work() as uow:
            registration = service.find_registration(uow, learner.id, COURSE)
            service.achieve(uow, registration.id, activity_id, EVERYTHING, token=learner.token, version="v")


def test_E1_enrolling_again_is_the_same_registration(listening, learner, happened):
    ids = set()
    for _ in range(2):
        with listening.work() as uow:
            ids.add(service.enrol_oneself(uow, learner, COURSE).id)
    assert len(ids) == 1
    assert happened == [Enrolled]


def test_E2_what_is_done_again_changes_nothing(store, learner, clock):
    read_lessons(store, learner)
    achieve(store, learner, QUIZ)
    with store.work() as uow:
        before = service.own_data(uow, learner.id)
    achieve(store, learner, QUIZ)
    read_lessons(store, learner)
    with store.work() as uow:
        assert service.own_data(uow, learner.id) == before


def test_E3_a_course_is_completed_with_its_last_part_and_only_once(listening, learner, happened, clock):
    read_lessons(listening, learner)
    achieve(listening, learner, QUIZ)
    assert CourseCompleted not in happened
    achieve(listening, learner, SCENARIO)
    with listening.work() as uow:
        completed_at = service.find_registration(uow, learner.id, COURSE).completed_at
    assert completed_at == clock.now()
    achieve(listening, learner, SCENARIO, QUIZ)
    assert Counter(happened) == {Enrolled: 1, CourseCompleted: 1, CertificateDue: 1}


def test_what_was_read_before_somebody_else_completed_the_course_completes_it_no_second_time(
    listening, learner, happened
):
    read_lessons(listening, learner)
    achieve(listening, learner, QUIZ, SCENARIO)
    with listening.work() as uow:
        uow.connection.execute(service.standings.delete().where(service.standings.c.activity_id == "noticing"))
        page = service.get_course_page(uow, learner.id, COURSE)
        assert not page.outline.is_complete
        service.complete_lesson(uow, learner, COURSE, "noticing")
    assert Counter(happened)[CourseCompleted] == 1


def test_many_peoples_courses_are_what_each_of_them_sees(store, learner, make_person):
    tom, nobody = make_person("tom@example.org"), make_person("new@example.org")
    read_lessons(store, learner)
    with store.work() as uow:
        service.enrol_oneself(uow, tom, COURSE)
        everybody = service.list_courses_of(uow, [learner.id, tom.id, nobody.id])
        for person in (learner, tom, nobody):
            assert everybody[person.id] == service.list_my_courses(uow, person.id)
        assert everybody[learner.id][0].done > everybody[tom.id][0].done == 0
        assert everybody[nobody.id] == ()


def test_the_people_of_a_course_come_by_pages(store, learner, make_person, monkeypatch):
    people = [learner, make_person("b@example.org"), make_person("c@example.org")]
    monkeypatch.setattr(service, "PAGE", 2)
    for person in people:
        with store.work() as uow:
            service.enrol_oneself(uow, person, COURSE)
    with store.work() as uow:
        pages = [service.list_on_course(uow, COURSE, page=page) for page in (1, 2, 3)]
        assert service.count_on_course(uow, COURSE) == len(people)
    assert [len(page) for page in pages] == [2, 1, 0]
    assert {each.person_id for page in pages for each in page} == {person.id for person in people}


def test_a_course_that_is_given_out_is_not_taken(store, learner, content, refresh):
    file = content / "courses" / COURSE / "course.yaml"
    file.write_text(file.read_text().replace("enrolment: open", "enrolment: assigned"))
    refresh()
    with store.work() as uow, pytest.raises(NotAllowed):
        service.enrol_oneself(uow, learner, COURSE)
    with store.work() as uow:
        assert {each.card.kind for each in service.list_catalogue(uow, learner.id)} == {"scenario"}
        service.enrol(uow, learner, COURSE, by=learner.id)
    with store.work() as uow:
        assert {each.card.kind for each in service.list_catalogue(uow, learner.id)} == {"course", "scenario"}


def test_a_lesson_is_there_for_who_is_on_the_course_and_only_when_it_is_open(store, learner):
    with store.work() as uow:
        course = library.course(uow, library.get_card(uow, "course", COURSE).version)
    lessons = [each for each in course.activities if each.kind == "lesson"]
    with store.work() as uow, pytest.raises(NotFound):
        service.get_lesson(uow, learner.id, COURSE, lessons[0].id)
    with store.work() as uow:
        service.enrol_oneself(uow, learner, COURSE)
        assert service.get_lesson(uow, learner.id, COURSE, lessons[0].id).number == 1
    for locked in (each for each in lessons if each.needs):
        with store.work() as uow, pytest.raises(Conflict):
            service.complete_lesson(uow, learner, COURSE, locked.id)


def test_a_course_that_asks_for_less_than_before_is_settled_when_it_is_opened(
    listening, store, learner, refresh, content, happened
):
    with listening.work() as uow:
        service.enrol_oneself(uow, learner, COURSE)
    with store.work() as uow:
        activities = [each.id for each in service.get_course(uow, COURSE).activities]
    achieve(listening, learner, *(each for each in activities if each != SCENARIO))
    assert CourseCompleted not in happened
    file = content / "courses" / COURSE / "course.yaml"
    kept = re.sub(rf"(?m)^  - scenario: {SCENARIO}\n(?:    .*\n)*", "", file.read_text())
    file.write_text(kept)
    assert refresh().published == (f"courses/{COURSE}",)
    for _again in range(2):
        with listening.work() as uow:
            page = service.open_course(uow, learner, COURSE)
        assert page.outline.is_complete
        assert page.registration.completed_at is not None
        assert happened.count(CourseCompleted) == 1
    assert CertificateDue in happened
