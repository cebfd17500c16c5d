"""Looking through the record: what may be seen, whose it is, where it was sent, and taking it away."""

import json

import pytest
from sqlalchemy import select

from lms.features.statements import service
from lms.features.statements.sentence import sentence
from lms.learning.people import erasure
from lms.learning.people import service as people
from lms.records.lrs.tables import lrs_statement
from lms.records.tracking import endpoints
from lms.records.tracking.vault import Vault
from tests.engine.xapi.samples import decision
from tests.learning.walks import (
    COURSE,
    SCENARIO,
    answer_all,
    best_action,
    play,
    read_lessons,
    start_assessed,
    start_practice,
    start_quiz,
)

NAME = "Amina Yusuf"


@pytest.fixture
def learner(store, settings, make_person, shipped):
    with store.work() as uow:
        endpoints.add_endpoint(
            uow,
            Vault(settings.data),
            name="health-board",
            url="https://lrs.example.org/xapi",
            username="u",
            password="p",
        )
    person = make_person("amina@example.org", name=NAME)
    play(store, person, start_practice(store, person).id)
    read_lessons(store, person)
    answer_all(store, person, start_quiz(store, person).id)
    play(store, person, start_assessed(store, person).id, best_action)
    return person


@pytest.fixture
def trainer(make_person, sign_in, new_client):
    return sign_in(make_person("trainer@example.org", roles=("trainer",)), new_client())


@pytest.fixture
def admin(make_person, sign_in, new_client):
    return sign_in(make_person("admin@example.org", roles=("admin",)), new_client())


def statements(store):
    with store.work() as uow:
        return list(uow.connection.execute(select(lrs_statement).order_by(lrs_statement.c.seq)))


def downloaded(browser, query=""):
    return [json.loads(line) for line in browser.get(f"/statements/download{query}").text.splitlines()]


def verbs(found):
    return {each["verb"]["id"].rsplit("/", 1)[-1] for each in found}


def test_B1_a_trainer_reads_everything_that_counts_and_nothing_of_practice(store, learner, trainer):
    kept = statements(store)
    found = {each["id"] for each in downloaded(trainer)}
    assert found == {row.id for row in kept if not row.private}
    private = next(row.id for row in kept if row.private)
    assert trainer.get(f"/statements/{private}").status_code == 404


def test_B1_an_admin_reads_how_far_courses_are_and_no_answer(store, learner, admin):
    found = downloaded(admin)
    assert verbs(found) & {"responded", "answered", "arrived", "failed"} == set()
    assert "completed" in verbs(found)
    taken = next(row.id for row in statements(store) if row.verb.endswith("responded") and not row.private)
    assert admin.get(f"/statements/{taken}").status_code == 404


def test_B2_the_page_says_names_and_the_file_does_not(learner, trainer):
    assert NAME in trainer.get("/statements/").text
    text = trainer.get("/statements/download").text
    assert NAME not in text
    assert learner.token in text


def test_B3_who_looks_at_one_persons_statements_is_noted_for_that_person(store, learner, trainer):
    trainer.get("/statements/")
    with store.work() as uow:
        assert people.list_views(uow, person_id=learner.id) == []
    trainer.get(f"/statements/?who={NAME}")
    with store.work() as uow:
        assert [each.what for each in people.list_views(uow, person_id=learner.id)] == ["statements"]
    one = json.loads(next(row.body for row in statements(store) if not row.private))["context"]["registration"]
    trainer.get(f"/statements/?registration={one}")
    with store.work() as uow:
        assert len(people.list_views(uow, person_id=learner.id)) == 2


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        (f"?who={NAME}", lambda _each: True),
        ("?who=nobody+here", None),
        (f"?about=course/{COURSE}", lambda each: COURSE in json.dumps(each)),
        (f"?about=scenario/{SCENARIO}", lambda each: SCENARIO in json.dumps(each)),
        ("?about=course/no-such-course", None),
        ("?verb=http://adlnet.gov/expapi/verbs/passed", lambda each: each["verb"]["id"].endswith("/passed")),
        ("?registration=11111111-1111-4111-8111-111111111111", None),
        ("?since=2026-11-21", lambda _each: True),
        ("?since=2026-11-22", None),
        ("?until=2026-11-20", None),
        ("?until=2026-11-21", lambda _each: True),
    ],
)
def test_what_is_asked_for_is_found_and_nothing_else(learner, trainer, query, holds):
    found = downloaded(trainer, query)
    assert bool(found) == (holds is not None)
    assert holds is None or all(map(holds, found))
    assert trainer.get(f"/statements/{query}").status_code == 200


def test_a_file_is_the_newest_of_what_was_asked_for_and_never_endless(store, learner, trainer, admin, monkeypatch):
    whole, of_admin = downloaded(trainer), downloaded(admin)
    monkeypatch.setattr(service, "AT_ONCE", 3)
    assert downloaded(trainer) == whole
    assert downloaded(admin) == of_admin
    monkeypatch.setattr(service, "MOST", 7)
    assert downloaded(trainer) == whole[:7]
    monkeypatch.setattr(service, "MOST_LOOKED_AT", 6)
    assert downloaded(trainer) == whole[:6]
    assert downloaded(admin) == [each for each in of_admin if each in whole[:6]]


def test_a_registration_is_found(store, learner, trainer):
    one = json.loads(next(row.body for row in statements(store) if not row.private))["context"]["registration"]
    found = downloaded(trainer, f"?registration={one.upper()}")
    assert found
    assert {each["context"]["registration"] for each in found} == {one}


def test_the_pages_hold_all_of_it_once_and_in_order(store, learner, trainer):
    seen, address = [], "/statements/"
    while address:
        text = trainer.get(address).text
        seen += [part.split('"')[0] for part in text.split('href="/statements/')[1:]]
        later = [each for each in seen if "before=" in each]
        seen = [each for each in seen if len(each) == 36]
        address = f"/statements/{later[0].replace('&amp;', '&')}" if later else ""
    assert seen == [row.id for row in reversed(statements(store)) if not row.private]


def test_where_a_page_holds_nothing_one_may_see_it_says_that_there_is_more_further_back(learner, admin, monkeypatch):
    monkeypatch.setattr(service, "LOOKED_AT", 1)
    monkeypatch.setattr(service, "PAGE", 1)
    told, address = 0, "/statements/"
    while address:
        text = admin.get(address).text
        later = [
            each for each in (part.split('"')[0] for part in text.split('href="/statements/')[1:]) if "before=" in each
        ]
        is_empty = "<table" not in text
        assert ("There is more further back" in text) == (is_empty and bool(later))
        assert ("Nothing like that" in text) == (is_empty and not later)
        told += "There is more further back" in text
        address = f"/statements/{later[0].replace('&amp;', '&')}" if later else ""
    assert told


def test_one_statement_is_a_sentence_json_and_where_it_was_sent(store, learner, trainer):
    row = next(row for row in statements(store) if row.verb.endswith("/passed") and not row.private)
    text = trainer.get(f"/statements/{row.id}").text
    assert f"{NAME} passed “" in text
    assert "health-board" in text
    assert "still to go" in text
    assert "&#34;verb&#34;" in text


def test_a_trainer_finds_people_by_name_and_an_admin_by_address_too(learner, trainer, admin):
    assert downloaded(trainer, "?who=amina@example.org") == []
    assert downloaded(admin, "?who=amina@example.org") != []


def test_where_several_people_could_be_meant_it_asks_and_shows_nothing(store, learner, make_person, trainer):
    make_person("second@example.org", name="Amina Khan")
    text = trainer.get("/statements/?who=Amina").text
    assert "Whom do you mean?" in text
    assert NAME in text
    assert downloaded(trainer, "?who=Amina") == []


def test_of_somebody_erased_the_statements_stay_and_the_name_does_not(store, learner, trainer):
    with store.work() as uow:
        erasure.erase(uow, learner.id, by=None)
    text = trainer.get("/statements/").text
    assert NAME not in text
    assert "somebody no longer here" in text


def test_a_sentence_says_who_did_what_to_what_with_what_result():
    told = {**decision(), "result": {"score": {"scaled": 0.8}, "response": "promise"}}
    said = sentence(told, NAME)
    assert said.startswith(f"{NAME} ")
    assert said.endswith("(80 %) → promise")
