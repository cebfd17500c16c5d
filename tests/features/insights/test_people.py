import pytest

from lms.features.insights import service
from lms.learning.enrolment import service as enrolment
from lms.learning.people import service as people
from tests.learning.walks import COURSE, QUIZ, answer_all, play, read_lessons, start_practice, start_quiz


@pytest.fixture
def learner(store, make_person, shipped):
    person = make_person("menna@example.org", name="Menna Rees")
    read_lessons(store, person)
    answer_all(store, person, start_quiz(store, person).id, rightly=False)
    play(store, person, start_practice(store, person).id)
    return person


def test_I1_a_trainer_sees_counted_tries_of_everybody_on_the_course_and_no_practice(store, learner, make_person):
    other = make_person("tom@example.org", name="Tom Nowak")
    with store.work() as uow:
        enrolment.enrol_oneself(uow, other, COURSE)
    with store.work() as uow:
        page = service.get_course(uow, COURSE)
        quiz = enrolment.get_course(uow, COURSE).find_quiz(QUIZ)
    found = {each.name: each for each in page.people}
    assert found.keys() == {"Menna Rees", "Tom Nowak"}
    assert [(title, len(tries)) for title, tries in found["Menna Rees"].tries] == [(quiz.title, 1)]
    assert found["Tom Nowak"].tries == ()
    assert (page.page, page.pages) == (1, 1)


def test_a_page_beyond_the_last_is_empty_and_no_error(learner, make_person, sign_in):
    browser = sign_in(make_person("gareth@example.org", roles=("trainer",)))
    assert "Menna Rees" in browser.get(f"/insights/courses/{COURSE}").text
    beyond = browser.get(f"/insights/courses/{COURSE}?page=99999999")
    assert beyond.status_code == 200
    assert "Menna Rees" not in beyond.text


def test_I4_an_admin_sees_how_far_somebody_is_and_no_result(store, learner, make_person, sign_in):
    admin = make_person("sian@example.org", name="Sian Powell", roles=("admin",))
    page = sign_in(admin).get(f"/insights/people/{learner.id}").text
    with store.work() as uow:
        [course] = enrolment.list_my_courses(uow, learner.id)
    assert f"{course.done} of {course.total} done" in page
    assert "not there yet" not in page.lower()
    assert "/attempts/" not in page
    assert "/insights/tries/" not in page


def test_I3_who_looked_at_somebodys_courses_is_noted_for_them(store, learner, make_person, sign_in):
    sign_in(make_person("sian@example.org", name="Sian Powell", roles=("admin",))).get(f"/insights/people/{learner.id}")
    with store.work() as uow:
        assert [(each.viewer, each.what) for each in people.list_views(uow, person_id=learner.id)] == [
            ("Sian Powell", "progress on courses")
        ]
