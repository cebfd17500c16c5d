"""Erasing a person: all that says who somebody was, and every private word, is gone; what others count stays."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.base.store.metadata import metadata
from lms.cli import cli
from lms.features.debrief import service as debriefs
from lms.kernel.errors import Conflict, NotFound
from lms.learning.attempts.tables import attempts_attempt
from lms.learning.people import erasure
from lms.learning.people import service as people
from tests.application import PASSWORD
from tests.learning.walks import (
    WORDS,
    answer_all,
    best_action,
    play,
    read_lessons,
    start_assessed,
    start_practice,
    start_quiz,
)

NAME, MAIL, SECRET = "Menna Rees", "menna@example.org", "She looked so frightened"


@pytest.fixture
def learner(store, make_person, shipped):
    person = make_person(MAIL, name=NAME)
    read_lessons(store, person)
    answer_all(store, person, start_quiz(store, person).id)
    counted = play(store, person, start_assessed(store, person).id, best_action)
    practised = play(store, person, start_practice(store, person).id)
    for attempt in (counted, practised):
        with store.work() as uow:
            debriefs.begin(uow, person, attempt.id)
            debriefs.draft(uow, person, attempt.id, "feelings", {"feeling-words": SECRET})
            debriefs.skip(uow, person, attempt.id, SECRET)
    return person


@pytest.fixture
def admin(make_person):
    return make_person("siân@example.org", roles=("admin",))


def everything(store):
    """Every row of every table, as text."""
    with store.work() as uow:
        return "\n".join(
            json.dumps([str(value) for value in row], ensure_ascii=False)
            for table in metadata.sorted_tables
            for row in uow.connection.execute(select(table))
        )


def count(store, table):
    with store.work() as uow:
        return {each.name: uow.connection.scalar(select(func.count()).select_from(each)) for each in table}


def test_E1_no_row_of_any_table_says_who_it_was_or_holds_a_private_word(store, learner, admin):
    before = everything(store)
    assert all(word in before for word in (NAME, MAIL, SECRET, WORDS))
    with store.work() as uow:
        erasure.erase(uow, learner.id, by=admin.id)
    after = everything(store)
    assert [word for word in (NAME, MAIL, SECRET, WORDS) if word in after] == []
    with store.work() as uow:
        assert people.find_person(uow, learner.id) is None
        assert uow.connection.scalar(select(func.count()).where(attempts_attempt.c.person_id == learner.id)) == 3


def test_E1_what_others_count_stays(store, learner, admin):
    gone = {"people_link", "attempts_text", "debrief_answer", "certificates_file", "people_erasure"}
    kept = [table for table in metadata.sorted_tables if table.name not in gone]
    before = count(store, kept)
    with store.work() as uow:
        erasure.erase(uow, learner.id, by=admin.id)
    assert count(store, kept) == before


def test_E2_a_preview_changes_nothing_and_says_what_is_then_done(store, learner, admin):
    before = everything(store)
    with store.work() as uow:
        promised = erasure.preview(uow, learner.id)
    assert everything(store) == before
    assert promised["texts written in simulations"] == 2
    with store.work() as uow:
        assert erasure.erase(uow, learner.id, by=admin.id) == promised


def test_E3_an_erasure_is_on_the_page_of_who_opened_what_and_is_done_once(store, learner, admin, sign_in):
    browser = sign_in(admin)
    assert NAME in browser.get(f"/people/{learner.id}/erase").text
    refused = browser.post(f"/people/{learner.id}/erase", data={"mail": "somebody@else.example"})
    assert refused.status_code == 422
    with store.work() as uow:
        assert people.find_person(uow, learner.id) is not None
    browser.post(f"/people/{learner.id}/erase", data={"mail": MAIL})
    shown = browser.get("/people/views").text
    assert "Erased for good" in shown
    assert "2: texts written in simulations" in shown
    with store.work() as uow, pytest.raises(NotFound):
        erasure.erase(uow, learner.id, by=admin.id)


def test_somebody_erased_is_signed_out_and_cannot_come_back(store, learner, admin, sign_in, client):
    browser = sign_in(learner)
    assert browser.get("/").status_code == 200
    with store.work() as uow:
        erasure.erase(uow, learner.id, by=admin.id)
    assert "/people/sign-in" in browser.get("/").location
    again = client.post("/people/sign-in", data={"mail": MAIL, "password": PASSWORD})
    assert again.status_code == 422


def test_the_only_admin_stays(store, admin):
    with store.work() as uow, pytest.raises(Conflict):
        erasure.erase(uow, admin.id, by=None)


def test_people_of_an_erased_manager_are_nobodys(store, make_person, admin):
    manager = make_person("rhian@example.org", roles=("manager",))
    member = make_person("tom@example.org")
    with store.work() as uow:
        people.set_manager(uow, member.id, manager.id)
        erasure.erase(uow, manager.id, by=admin.id)
        assert people.get_person(uow, member.id).manager_id is None


class Place:
    """What commands find in `ctx.obj`."""

    def __init__(self, store):
        self.work = store.work


def test_the_command_says_first_what_it_will_do_and_asks(store, learner):
    stopped = CliRunner().invoke(cli, ["person", "erase", MAIL], obj=Place(store), input="n\n")
    assert stopped.exit_code == 1
    assert f"{NAME} <{MAIL}>" in stopped.output
    assert "2  texts written in simulations" in stopped.output
    with store.work() as uow:
        assert people.find_by_mail(uow, MAIL) is not None
    done = CliRunner().invoke(cli, ["person", "erase", MAIL, "--yes"], obj=Place(store))
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "erased")
    with store.work() as uow:
        assert people.find_by_mail(uow, MAIL) is None
