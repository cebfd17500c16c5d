from datetime import date

import pytest
from markupsafe import escape
from sqlalchemy import update

from lms.features.insights import service
from lms.learning.attempts.tables import attempts_attempt
from lms.learning.enrolment import service as enrolment
from lms.learning.library.tables import library_item
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


def test_a_try_at_an_activity_that_left_the_course_is_still_there_for_the_trainer(store, learner):
    with store.work() as uow:
        uow.connection.execute(
            update(attempts_attempt).where(attempts_attempt.c.activity_id == QUIZ).values(activity_id="gone")
        )
    with store.work() as uow:
        [person] = service.get_course(uow, COURSE).people
        title = enrolment.get_course(uow, COURSE).find_quiz(QUIZ).title
    assert [(each, len(tries)) for each, tries in person.tries] == [(title, 1)]


def on_course(store, person):
    with store.work() as uow:
        return enrolment.find_registration(uow, person.id, COURSE)


@pytest.fixture
def trainer(make_person):
    return make_person("gareth@example.org", name="Gareth Pugh", roles=("trainer",))


def test_I5_a_trainer_puts_people_on_a_course_by_their_addresses(store, shipped, make_person, trainer, sign_in):
    menna = make_person("menna@example.org", name="Menna Rees")
    tom = make_person("tom@example.org", name="Tom Nowak")
    browser = sign_in(trainer)
    mails = '"Rees, Menna" <MENNA@example.org>; \r\n tom@example.org, Rees, M <menna@example.org>,\r\n\r\n,\r\n'
    answer = browser.post(f"/insights/courses/{COURSE}", data={"mails": mails, "due_on": "2099-03-01"})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "2 people are on the course now" in page
    assert "Menna Rees" in page
    for person in (menna, tom):
        found = on_course(store, person)
        assert (found.enrolled_by, found.due_on) == (trainer.id, date(2099, 3, 1))


def test_a_list_of_addresses_is_read_as_mail_programs_write_it(store, make_person):
    for name in ("menna", "tom", "ann"):
        make_person(f"{name}@example.org", name=name)
    with store.work() as uow:
        for text in (
            "Rees, Menna <menna@example.org>; Nowak, Tom <tom@example.org>; ann@example.org",
            "Menna <menna@example.org>, Tom <tom@example.org>, ann@example.org",
            "menna@example.org,tom@example.org\n ann@example.org ;;",
            "menna@example.org, Nowak, Tom <tom@example.org>, <ann@example.org>",
        ):
            chosen, unknown = service.find_addressed(uow, text)
            assert (sorted(each.name for each in chosen), unknown) == (["ann", "menna", "tom"], ())
        assert service.find_addressed(uow, "a <b@c>, d, e <>")[1] == ("a <b@c>", "d, e <>")
        assert service.find_addressed(uow, " ,;\n <")[1] == ("<",)


def test_I5_a_long_list_comes_back_whole(store, shipped, make_person, trainer, sign_in):
    mails = "\r\n".join(f"person{number:03}@example.org" for number in range(410))
    answer = sign_in(trainer).post(f"/insights/courses/{COURSE}", data={"mails": mails})
    assert answer.status_code == 422
    assert "\nperson409@example.org</textarea>" in answer.text


def test_I5_every_address_that_nobody_has_is_said_and_nobody_is_put_on_the_course(
    store, shipped, make_person, trainer, sign_in
):
    menna = make_person("menna@example.org", name="Menna Rees")
    mails = "menna@example.org\nnobody@example.org\nmenna example.org, <b>@example.org"
    answer = sign_in(trainer).post(f"/insights/courses/{COURSE}", data={"mails": mails})
    assert answer.status_code == 422
    assert "nobody@example.org, menna example.org &lt;b&gt;, @example.org" in answer.text
    assert escape(mails) in answer.text  # nothing that was typed is lost
    assert on_course(store, menna) is None


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"mails": "menna@example.org", "due_on": "soon"}, "2026-12-31"),
        ({"mails": "menna@example.org", "due_on": "2020-02-29"}, "That day has passed."),
        ({"mails": "x" * 10_001}, "too long"),
        ({}, "Something is missing"),
    ],
)
def test_I5_a_form_that_does_not_fit_is_shown_again(store, shipped, make_person, trainer, sign_in, form, says):
    menna = make_person("menna@example.org", name="Menna Rees")
    answer = sign_in(trainer).post(f"/insights/courses/{COURSE}", data=form)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert on_course(store, menna) is None


def test_I5_an_admin_puts_somebody_on_a_course_and_says_by_when(store, shipped, make_person, sign_in):
    menna = make_person("menna@example.org", name="Menna Rees")
    admin = make_person("sian@example.org", name="Sian Powell", roles=("admin",))
    browser = sign_in(admin)
    address = f"/insights/people/{menna.id}"
    assert COURSE in browser.get(address).text
    past = browser.post(address, data={"course": COURSE, "due_on": "2020-02-29"})
    assert (past.status_code, "That day has passed." in past.text) == (422, True)
    assert 'value="2020-02-29"' in past.text
    assert "2026-12-31" in browser.post(address, data={"course": COURSE, "due_on": "soon"}).text
    assert on_course(store, menna) is None
    browser.post(address, data={"course": COURSE, "due_on": "2099-03-01"})
    assert "Due 1 March 2099" in browser.get(address).text
    browser.post(address, data={"course": COURSE})
    assert "Menna Rees is on the course now" in browser.get(address).text
    assert on_course(store, menna).enrolled_by == admin.id
    assert browser.post(address, data={"course": "no-such-course"}).status_code == 404


def test_I5_a_course_whose_file_is_gone_takes_nobody_more(store, shipped, make_person, trainer, sign_in):
    make_person("menna@example.org", name="Menna Rees")
    with store.work() as uow:
        uow.connection.execute(update(library_item).where(library_item.c.id == COURSE).values(is_present=False))
    browser = sign_in(trainer)
    assert '<form method="post" action="/insights' not in browser.get(f"/insights/courses/{COURSE}").text
    answer = browser.post(f"/insights/courses/{COURSE}", data={"mails": "menna@example.org"})
    assert answer.status_code == 404
