"""Prepared statements do what Core does, on both databases."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from lms.base.store import work
from lms.base.store.prepared import Among, Prepared
from lms.base.store.types import Guid, Json, UtcDateTime
from lms.base.store.work import Store, open_engine
from lms.kernel.clock import Clock
from lms.kernel.errors import Unavailable
from lms.kernel.ids import Ids
from tests.databases import ON_POSTGRESQL, ON_SQLITE

sample = MetaData()
thing = Table(
    "thing",
    sample,
    Column("id", Integer, primary_key=True),
    Column("who", Guid, nullable=False, unique=True),
    Column("at", UtcDateTime),
    Column("more", Json),
    Column("is_open", Boolean),
    Column("mark", LargeBinary(4)),
    Column("share", Float),
    Column("name", String(20)),
)
ROWS = [
    {
        "who": UUID(int=number),
        "at": datetime(2026, 11, 21, 12, number, tzinfo=UTC),
        "more": {"ŵ": [number, None]},
        "is_open": bool(number % 2),
        "mark": bytes([number, 0, 255]),
        "share": number / 4,
        "name": "it's 100 %" if number else None,
    }
    for number in range(4)
]
ADD = Prepared(insert(thing), *ROWS[0])
EVERY = Prepared(select(thing).order_by(thing.c.id))
BY_WHO = Prepared(select(thing.c.who, thing.c.more).where(thing.c.who == bindparam("key")).limit(1))
RENAME = Prepared(update(thing).where(thing.c.is_open == bindparam("was_open")), "name", "at")


@pytest.fixture
def store(database_url):
    engine = open_engine(database_url)
    sample.create_all(engine)
    yield Store(engine, Clock(), Ids())
    engine.dispose()


@pytest.fixture
def filled(store):
    with store.work() as uow:
        ADD.run_all(uow, ROWS)
    return store


def test_R1_what_goes_in_and_comes_out_is_what_core_takes_and_gives(filled):
    with filled.work() as uow:
        as_core = [tuple(row) for row in uow.connection.execute(select(thing).order_by(thing.c.id))]
        assert EVERY.all(uow) == as_core
        assert [row[1:] for row in as_core] == [tuple(row.values()) for row in ROWS]
        assert BY_WHO.first(uow, key=UUID(int=2)) == (UUID(int=2), {"ŵ": [2, None]})
        assert BY_WHO.first(uow, key=UUID(int=9)) is None


@pytest.mark.parametrize("count", [0, 1, 2, 10, 11, 1203])
def test_R1_what_is_among_keys_is_found_however_many_they_are(filled, count):
    names = Among(select(thing.c.id, thing.c.who).where(thing.c.share < 9), thing.c.who)
    keys = [UUID(int=number) for number in range(count)]
    with filled.work() as uow:
        assert sorted(row[1] for row in names.all(uow, keys)) == keys[: len(ROWS)]


def test_R1_many_rows_at_once_are_the_rows_that_one_at_a_time_makes(store):
    hard = [
        {**ROWS[1], "who": UUID(int=9), "name": 'tab\t, \\N, "quote"'},
        {**ROWS[0], "who": UUID(int=8), "more": None},
    ]
    with store.work() as uow:
        ADD.run_all(uow, [*ROWS, *hard])
        at_once = [row[1:] for row in EVERY.all(uow)]
        uow.undo()
        for row in (*ROWS, *hard):
            ADD.run(uow, row)
        assert [row[1:] for row in EVERY.all(uow)] == at_once


@ON_POSTGRESQL
def test_a_connection_that_the_server_has_closed_is_not_used_again(filled, monkeypatch):
    monkeypatch.setattr(work, "RESTED_SECONDS", 0)
    with filled.work() as uow:
        (number,) = uow.connection.exec_driver_sql("SELECT pg_backend_pid()").one()
    other = open_engine(filled.engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
    other.dispose()
    with filled.work() as uow:
        assert len(EVERY.all(uow)) == len(ROWS)
        assert uow.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() != number


def test_R1_a_change_tells_how_many_rows_it_met_and_commits_with_its_unit(filled):
    with filled.work() as uow:
        assert RENAME.run(uow, {"was_open": True, "name": "new", "at": None}) == 2
    with pytest.raises(ZeroDivisionError), filled.work() as uow:
        assert RENAME.run(uow, {"was_open": False, "name": "gone again", "at": None}) == 2
        raise ZeroDivisionError
    with filled.work() as uow:
        assert [row[-1] for row in EVERY.all(uow)] == [None, "new", "it's 100 %", "new"]


def test_R1_it_stands_in_one_transaction_with_what_core_does(store):
    with pytest.raises(ZeroDivisionError), store.work() as uow:
        uow.connection.execute(insert(thing).values(ROWS[0]))
        ADD.run(uow, ROWS[1])
        assert len(EVERY.all(uow)) == 2
        raise ZeroDivisionError
    with store.work() as uow:
        ADD.run(uow, ROWS[2])
        uow.undo()
        ADD.run(uow, ROWS[3])
    with store.work() as uow:
        assert [row[1] for row in EVERY.all(uow)] == [ROWS[3]["who"]]


@pytest.mark.parametrize("again", [lambda uow: ADD.run(uow, ROWS[0]), lambda uow: ADD.run_all(uow, ROWS)])
def test_R2_an_error_is_what_core_would_have_raised_and_names_no_values(filled, again):
    with pytest.raises(IntegrityError) as caught, filled.work() as uow:
        again(uow)
    assert "INSERT INTO thing" in str(caught.value)
    assert "100 %" not in str(caught.value)
    with filled.work() as uow:
        assert len(EVERY.all(uow)) == len(ROWS)


@ON_SQLITE
def test_R2_what_a_person_can_act_on_is_said_to_them(filled):
    with pytest.raises(Unavailable, match="cannot be written") as caught, filled.work() as uow:
        uow.connection.exec_driver_sql("PRAGMA query_only = ON")
        ADD.run_all(uow, [{**ROWS[0], "who": UUID(int=9)}])
    assert isinstance(caught.value.__cause__, OperationalError)


def test_R2_who_listens_for_statements_hears_of_it(filled):
    heard = []
    event.listen(filled.engine, "before_cursor_execute", lambda *given: heard.append((given[2], given[5])))
    with filled.work() as uow:
        EVERY.all(uow)
        ADD.run_all(uow, [{**ROWS[0], "who": UUID(int=9)}])
        ADD.run_all(uow, [{**ROWS[0], "who": UUID(int=number)} for number in (10, 11)])
    assert [(sql[:6], many) for sql, many in heard] == [("SELECT", False), ("INSERT", False), ("INSERT", True)]


def test_a_value_that_is_not_given_is_an_error_and_not_null(filled):
    with pytest.raises(KeyError, match="mark"), filled.work() as uow:
        ADD.run(uow, {name: value for name, value in ROWS[0].items() if name != "mark"})


def test_what_differs_with_its_values_cannot_be_prepared(filled):
    several = Prepared(select(thing).where(thing.c.id.in_([1, 2])))
    with pytest.raises(ValueError, match="differs with its values"), filled.work() as uow:
        several.all(uow)
