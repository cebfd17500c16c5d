"""A whole course, a practice run and two debriefs: every statement of them is valid and is one that our profile describes."""

import orjson
import pytest
from sqlalchemy import select

from lms.engine.xapi import profile
from lms.engine.xapi.validate import validate
from lms.features.debrief import service as debriefs
from lms.records.lrs.tables import lrs_statement
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


@pytest.fixture
def told(store, shipped, make_person):
    """Everything that one learner's whole way was recorded as: (private, statement), in order."""
    me = make_person("menna@example.org", name="Menna Rees")
    play(store, me, start_practice(store, me).id)
    read_lessons(store, me)
    answer_all(store, me, start_quiz(store, me).id, rightly=False)
    answer_all(store, me, start_quiz(store, me).id)
    attempt = play(store, me, start_assessed(store, me).id, best_action)
    with store.work() as uow:
        debriefs.begin(uow, me, attempt.id)
    name = "feelings"
    while name is not None:
        with store.work() as uow:
            name = debriefs.keep(uow, me, attempt.id, name, {"helped": WORDS, "feeling": "calm"})
    with store.work() as uow:
        rows = uow.connection.execute(select(lrs_statement).order_by(lrs_statement.c.seq)).all()
    return [(bool(row.private), orjson.loads(row.body)) for row in rows]


def verb(statement):
    return statement["verb"]["id"].rsplit("/", 1)[-1]


def test_every_statement_is_valid_and_one_that_the_profile_describes(told):
    for _private, statement in told:
        assert validate(statement) == ()
        assert profile.templates_of(statement), statement
    assert len(told) > 60


def test_every_kind_of_fact_is_told(told):
    counted = [verb(statement) for private, statement in told if not private]
    assert set(counted) >= {
        "launched", "initialized", "arrived", "responded", "answered", "passed", "failed", "completed", "debriefed",
        "earned",
    }  # fmt: skip
    assert counted[-1] == "earned"
    assert counted.count("failed") == 1


def test_what_was_practised_is_private_and_the_rest_is_not(told):
    practice = [statement for private, statement in told if private]
    assert {verb(each) for each in practice} <= {
        "launched", "initialized", "arrived", "responded", "passed", "failed", "completed",
    }  # fmt: skip
    registrations = {each["context"]["registration"] for each in practice}
    assert len(registrations) == 1
    assert registrations.isdisjoint(each["context"]["registration"] for private, each in told if not private)


def test_no_statement_holds_a_name_an_address_or_a_word_that_was_written(told):
    everything = str(told)
    for private in ("Menna", "Rees", "menna@example.org", WORDS):
        assert private not in everything


def test_an_activity_has_one_definition_whoever_meets_it(told):
    definitions = {}
    for _private, statement in told:
        known = definitions.setdefault(statement["object"]["id"], statement["object"]["definition"])
        assert statement["object"]["definition"] == known
