"""On PostgreSQL prepared statements travel together, and nothing is different but how long it takes."""

from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, bindparam, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError

from lms.base.store.prepared import Prepared
from lms.base.store.work import Store, open_engine
from lms.kernel.clock import Clock
from lms.kernel.errors import Unavailable
from lms.kernel.ids import Ids
from lms.records.tracking.model import State
from tests.databases import ON_POSTGRESQL

sample = MetaData()
note = Table(
    "note",
    sample,
    Column("number", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("text", Text),
)
ADD = Prepared(insert(note), "number", "name", "text")
EVERY = Prepared(select(note.c.number, note.c.name).order_by(note.c.number))
NAMED = Prepared(select(note.c.number).where(note.c.name == bindparam("name")))
RENAME = Prepared(update(note).where(note.c.number == bindparam("of")).values(name=bindparam("name")))


def rows(*numbers):
    return [{"number": each, "name": f"note {each}", "text": None} for each in numbers]


@pytest.fixture
def store(database_url):
    engine = open_engine(database_url)
    sample.create_all(engine)
    yield Store(engine, Clock(), Ids())
    engine.dispose()


def numbers(store):
    with store.work() as uow:
        return [number for number, _name in EVERY.all(uow)]


def test_L1_a_question_sees_what_was_sent_before_it_and_nothing_that_was_sent_after(store):
    with store.work() as uow:
        before = EVERY.ask(uow)
        ADD.run_all(uow, rows(1))
        between = EVERY.ask(uow)
        ADD.run_all(uow, rows(2, 3))
        RENAME.run_all(uow, [{"of": 1, "name": "first"}, {"of": 2, "name": "second"}])
        assert EVERY.all(uow) == [(1, "first"), (2, "second"), (3, "note 3")]
        assert between.all() == [(1, "note 1")]
        assert before.first() is None


def test_L1_core_sees_what_was_sent_before_it(store):
    with store.work() as uow:
        ADD.run_all(uow, rows(1, 2))
        assert list(uow.connection.scalars(select(note.c.number))) == [1, 2]
        uow.connection.execute(insert(note), rows(3))
        assert len(EVERY.all(uow)) == 3
    assert numbers(store) == [1, 2, 3]


@ON_POSTGRESQL
def test_what_waits_for_no_answer_is_one_journey(store, journeys):
    numbers(store)
    journeys.clear()
    with store.work() as uow:
        uow.lock("notes")
        asked = [NAMED.ask(uow, name=f"note {number}") for number in range(5)]
        assert [each.all() for each in asked] == [[]] * 5
        ADD.run_all(uow, rows(*range(20)))
        RENAME.run_all(uow, [{"of": 1, "name": "first"}])
    assert len(journeys) == 2
    assert numbers(store) == list(range(20))


def test_L2_when_one_fails_nothing_of_its_unit_is_kept_and_the_connection_goes_on(store):
    with store.work() as uow:
        ADD.run_all(uow, rows(1))
    with pytest.raises(IntegrityError, match="INSERT INTO note") as caught, store.work() as uow:
        ADD.run_all(uow, rows(2))
        ADD.run_all(uow, rows(1))
        RENAME.run_all(uow, [{"of": 1, "name": "never"}])
    assert "note 1'" not in str(caught.value)
    with store.work() as uow:
        assert EVERY.all(uow) == [(1, "note 1")]


@ON_POSTGRESQL
def test_L3_whoever_rolls_back_statements_are_known_or_made_known_again(store, journeys):
    with store.work() as uow:
        ADD.run_all(uow, rows(1))
        EVERY.all(uow)
        uow.undo()
        journeys.clear()
        assert EVERY.all(uow) == []
        for _ in range(9):
            uow.connection.execute(select(note)).all()  # psycopg remembers a statement that comes often
    with store.engine.connect() as connection:
        connection.execute(select(note)).all()
        connection.rollback()  # and lets the server forget everything
    assert numbers(store) == []


@ON_POSTGRESQL
def test_a_connection_that_breaks_is_said_to_be_away_once_and_is_replaced(store):
    other = open_engine(store.engine.url.render_as_string(hide_password=False))
    with pytest.raises(Unavailable), store.work() as uow:
        (number,) = uow.connection.exec_driver_sql("SELECT pg_backend_pid()").one()
        with other.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
        ADD.run_all(uow, rows(1))
        EVERY.all(uow)
    other.dispose()
    assert numbers(store) == []


def test_values_arrive_as_they_are_alone_and_among_others(store):
    hard = ['tab\t, \\N, "quote" {curly}, NULL', "", "ŵ", None, State.PENDING]
    given = [{"number": at, "name": f"{text}"[:40], "text": text} for at, text in enumerate(hard)]
    texts = Prepared(select(note.c.text).order_by(note.c.number))
    with store.work() as uow:
        ADD.run_all(uow, given)
        assert [text for (text,) in texts.all(uow)] == hard
        uow.undo()
        for each in given:
            ADD.run(uow, each)
        assert [text for (text,) in texts.all(uow)] == hard


@ON_POSTGRESQL
@pytest.mark.parametrize("count", [1, 2, 300])
def test_text_that_postgresql_cannot_keep_is_refused_and_not_cut_off(store, count):
    with pytest.raises(DataError), store.work() as uow:
        ADD.run_all(uow, [{**row, "name": "a\0b"} for row in rows(*range(count))])
    assert numbers(store) == []


@ON_POSTGRESQL
@pytest.mark.parametrize("count", [1, 2, 300])
def test_text_that_is_too_long_is_refused_and_not_cut_off(store, count):
    with pytest.raises(DataError), store.work() as uow:
        ADD.run_all(uow, [{**row, "name": "x" * 41} for row in rows(*range(count))])
    assert numbers(store) == []


def test_much_that_goes_and_comes_at_once_does_not_stand_still(store):
    large = [{"number": at, "name": str(UUID(int=at)), "text": "x" * 1_000_000} for at in range(8)]
    texts = Prepared(select(note.c.text))
    with store.work() as uow:
        ADD.run_all(uow, large)
        asked = [texts.ask(uow) for _ in range(3)]
        for each in large:
            RENAME.run_all(uow, [{"of": each["number"], "name": "n"}])
            ADD.run_all(uow, [{**each, "number": each["number"] + 100}])
        assert [len(each.all()) for each in asked] == [8, 8, 8]
        assert len(texts.all(uow)) == 16
