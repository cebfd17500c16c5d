from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest
from sqlalchemy import func, select, update

from lms.app import HOUSE
from lms.engine.course.api import Standing
from lms.engine.xapi.validate import validate
from lms.features.certificates import service
from lms.features.certificates.model import last_day, wait_after, way_of
from lms.features.certificates.tables import certificates_certificate as certificates
from lms.features.certificates.tables import certificates_file as files
from lms.kernel.errors import NotFound
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import CertificateDue
from lms.learning.library import service as library
from lms.learning.people import service as people
from lms.learning.people.model import PersonErased
from lms.records.lrs.tables import lrs_statement
from tests.learning.walks import COURSE, SCENARIO, answer_all, read_lessons, start_quiz


def verify(store, certificate_id):
    with store.work() as uow:
        return service.find_public(uow, certificate_id)


def change(store, **values):
    with store.work() as uow:
        uow.connection.execute(update(certificates).values(**values))


def kept(store):
    with store.work() as uow:
        return uow.connection.execute(select(certificates)).mappings().one()


def earned(store):
    with store.work() as uow:
        bodies = uow.connection.scalars(select(lrs_statement.c.body).order_by(lrs_statement.c.seq))
        told = [orjson.loads(body) for body in bodies]
    return [each for each in told if each["verb"]["id"].endswith("/earned")]


def test_K1_whoever_does_all_of_a_course_is_issued_one_certificate_of_what_they_did(store, issued, learner):
    with store.work() as uow:
        course = enrolment.get_course(uow, COURSE)
        registration = enrolment.find_registration(uow, learner.id, COURSE)
    assert issued.name == "Menna Llŷr-Wŷn"
    assert not issued.is_expired
    assert (issued.facts.title, issued.facts.version) == (course.title, course.hash)
    assert issued.facts.outcomes == tuple(each.says for each in course.outcomes)
    assert (issued.facts.minutes, issued.facts.mode, issued.facts.way) == (60, "knowledge", "played")
    assert issued.facts.reviewed is None
    assert (issued.facts.issued_on, issued.facts.last_day) == (date(2026, 11, 21), date(2029, 11, 21))
    assert issued.facts.registration == str(registration.id)
    assert len(issued.facts.id) == 22
    assert verify(store, issued.facts.id) == issued


def test_nothing_is_issued_before_everything_is_done(store, learner):
    read_lessons(store, learner)
    answer_all(store, learner, start_quiz(store, learner).id)
    with store.work() as uow:
        assert service.list_of(uow, learner.id) == ()


def test_K1_what_is_due_again_is_not_issued_again(store, issued, learner):
    with store.work() as uow:
        registration = enrolment.find_registration(uow, learner.id, COURSE)
        due = CertificateDue(registration, learner.token, issued.facts.version)
        uow.publish(due)
        uow.publish(due)
    with store.work() as uow:
        assert uow.connection.scalar(select(func.count()).select_from(certificates)) == 1
        assert uow.connection.scalar(select(func.count()).select_from(files)) == 1
    assert len(earned(store)) == 1


def test_K1_a_certificate_and_its_statement_come_together_or_not_at_all(store, learner, shipped):
    read_lessons(store, learner)
    with store.work() as uow:
        registration = enrolment.find_registration(uow, learner.id, COURSE)
        version = library.get_card(uow, "course", COURSE).version
    due = CertificateDue(registration, learner.token, version)
    with pytest.raises(RuntimeError), store.work() as uow:
        uow.publish(due)
        assert service.list_of(uow, learner.id)
        raise RuntimeError
    assert earned(store) == []
    with store.work() as uow:
        assert service.list_of(uow, learner.id) == ()
        uow.publish(due)
        assert service.list_of(uow, learner.id)
    assert len(earned(store)) == 1


def test_the_statement_is_valid_says_until_when_and_leads_nobody_to_the_name(store, issued, learner):
    (told,) = earned(store)
    assert validate(told) == ()
    assert "2029-11-21" in told["result"]["extensions"].values()
    assert told["actor"]["account"]["name"] == learner.token
    assert told["context"]["registration"] == issued.facts.registration
    assert issued.facts.id not in str(told)
    assert "Menna" not in str(told)


def test_whoever_read_the_summary_instead_has_it_stated(store, learner):
    read_lessons(store, learner)
    answer_all(store, learner, start_quiz(store, learner).id)
    with store.work() as uow:
        version = library.get_card(uow, "scenario", SCENARIO).version
        enrolment.read_summary(uow, learner, COURSE, SCENARIO, version)
    with store.work() as uow:
        (found,) = service.list_of(uow, learner.id)
    assert found.facts.way == "summary"


def test_a_course_without_simulations_states_no_way(store, shipped):
    with store.work() as uow:
        course = enrolment.get_course(uow, COURSE)
    assert course.certificate is not None
    rule = replace(course.certificate, needs=("final-questions",))
    assert way_of(replace(course, certificate=rule), {"final-questions": Standing(passed=True)}) == ""


def test_a_name_that_is_corrected_later_leaves_what_was_issued(store, issued, learner):
    with store.work() as uow:
        people.rename(uow, learner.id, "Menna Rees")
    assert verify(store, issued.facts.id).name == "Menna Llŷr-Wŷn"


# --- genuine or not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["", "x", "a" * 22, "a" * 5000, "../../etc/passwd", "' or 1=1 --", "\x00"])
def test_an_unknown_id_is_not_valid(store, issued, wrong):
    assert verify(store, wrong) is None


def test_an_id_that_was_changed_by_one_letter_is_not_valid(store, issued):
    known = issued.facts.id
    for place in range(len(known)):
        other = "0" if known[place] != "0" else "1"
        assert verify(store, known[:place] + other + known[place + 1 :]) is None


def test_K2_facts_that_were_changed_in_the_row_are_not_valid(store, issued):
    good = kept(store)["facts"]
    for old, new in (("60", "90"), ("2029", "2039"), ('"played"', '"summary"'), ("basics", "expert")):
        assert old in good
        change(store, facts=good.replace(old, new))
        assert verify(store, issued.facts.id) is None
    change(store, facts=good)
    assert verify(store, issued.facts.id) == issued


def test_K2_another_name_in_the_row_is_not_valid(store, issued):
    change(store, name="Somebody Else")
    assert verify(store, issued.facts.id) is None


def test_K2_a_name_put_into_an_erased_row_is_not_valid(store, issued):
    change(store, name=None, name_seal=None)
    assert verify(store, issued.facts.id).name is None
    change(store, name="Somebody Else")
    assert verify(store, issued.facts.id) is None


@pytest.mark.parametrize("broken", ["", "null", "[]", "{", "[" * 50_000, '{"id": 1}'])
def test_K2_facts_that_are_none_are_not_valid(store, issued, broken):
    change(store, facts=broken)
    assert verify(store, issued.facts.id) is None


def test_K2_a_row_under_another_id_is_not_valid(store, issued):
    with store.work() as uow:
        uow.connection.execute(files.delete())
    change(store, id="0" * 22)
    assert verify(store, "0" * 22) is None


def test_K2_the_seal_is_of_this_installation(store, issued, settings):
    assert (settings.data / "keys" / "certificates").stat().st_mode & 0o777 == 0o600
    (settings.data / "keys" / "certificates").unlink()
    assert verify(store, issued.facts.id) is None


def test_a_certificate_is_valid_through_its_last_day_and_expired_on_the_next(store, issued, clock):
    clock.advance(issued.facts.last_day - date(2026, 11, 21))
    assert not verify(store, issued.facts.id).is_expired
    clock.advance(timedelta(days=1))
    assert verify(store, issued.facts.id).is_expired


@pytest.mark.parametrize(
    ("issued_on", "years", "last"),
    [
        (date(2026, 11, 21), 3, "2029-11-21"),
        (date(2028, 2, 29), 1, "2029-02-28"),
        (date(2028, 2, 29), 4, "2032-02-29"),
        (date(2026, 1, 1), None, ""),
    ],
)
def test_the_last_day_is_the_same_day_years_later(issued_on, years, last):
    assert last_day(issued_on, years) == last


# --- who may look, and erasing ----------------------------------------------------------------------------------------


def test_K4_without_its_holders_data_a_certificate_is_genuine_and_says_only_that(store, printed, learner):
    with store.work() as uow:
        service.forget(uow, happened := PersonErased(learner.id))
        assert happened.tally == {"names on certificates, with their PDFs": 1}
    found = verify(store, printed.facts.id)
    assert found.name is None
    assert found.facts == printed.facts
    row = kept(store)
    assert "Menna" not in str(dict(row))
    assert row["person_id"] is None
    with store.work() as uow:
        assert uow.connection.scalar(select(func.count()).select_from(files)) == 0
        assert service.list_of(uow, learner.id) == ()
        with pytest.raises(NotFound):
            service.get_pdf(uow, learner.id, printed.facts.id)


def test_nobody_else_gets_the_pdf(store, printed, make_person):
    other = make_person("other@example.org", name="Tom Nowak")
    with store.work() as uow, pytest.raises(NotFound):
        service.get_pdf(uow, other.id, printed.facts.id)


def test_a_row_that_was_changed_gives_no_pdf_any_more(store, printed, learner):
    change(store, name="Somebody Else")
    with store.work() as uow, pytest.raises(NotFound):
        service.get_pdf(uow, learner.id, printed.facts.id)


def test_a_persons_download_has_their_certificates_and_where_to_show_them(store, issued, learner):
    with store.work() as uow:
        (own,) = service.own_data(uow, learner.id)
        assert own["page"] == f"{uow.address}/certificates/{issued.facts.id}"
    assert own["title"] == issued.facts.title
    assert own["name"] == "Menna Llŷr-Wŷn"


def test_what_fails_is_left_alone_longer_each_time_but_never_for_good():
    waits = [wait_after(tries) for tries in range(40)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=10)
    assert waits[-1] == timedelta(hours=1)


def test_a_key_that_was_lost_is_said_at_the_next_start(store, settings, issued):
    def said():
        return " ".join(HOUSE.greet(store, settings))

    assert "do not verify" not in said()
    key = settings.data / "keys" / service.KEY
    key.rename(key.with_name("away"))
    assert "do not verify" in said()
    assert str(key) in said()
    key.with_name("away").replace(key)
    assert "do not verify" not in said()
    key.chmod(0o644)
    assert f"chmod 600 {key}" in said()  # and the start goes on: nobody needs that key to learn


def test_a_lost_key_is_said_when_others_were_issued_with_a_new_one(store, settings, issued, make_person, take_course):
    (settings.data / "keys" / service.KEY).unlink()
    take_course(make_person("tom@example.org", name="Tom Nowak"))
    assert any("do not verify" in line for line in HOUSE.greet(store, settings))
