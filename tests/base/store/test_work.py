import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select

from lms.base.store.types import Guid, Json, UtcDateTime
from lms.base.store.work import Store, open_engine
from lms.kernel.clock import FrozenClock
from lms.kernel.errors import Unavailable
from lms.kernel.ids import SequenceIds

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
sample = MetaData()
note = Table(
    "note",
    sample,
    Column("id", Integer, primary_key=True),
    Column("text", String(50)),
    Column("at", UtcDateTime),
    Column("who", Guid),
    Column("more", Json),
)


@dataclass(frozen=True)
class Written:
    text: str


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'work.sqlite3'}")
    sample.create_all(engine)
    yield engine
    engine.dispose()


def opened(engine, *subscriptions):
    return Store(engine, FrozenClock(NOON), SequenceIds(), subscriptions)


def texts(engine):
    with opened(engine).work() as uow:
        return list(uow.connection.scalars(select(note.c.text).order_by(note.c.id)))


def test_W1_a_unit_commits_together_or_not_at_all(engine):
    store = opened(engine)
    with pytest.raises(RuntimeError), store.work() as uow:
        uow.connection.execute(insert(note).values(text="one"))
        raise RuntimeError
    assert texts(engine) == []
    with store.work() as uow:
        uow.connection.execute(insert(note).values(text="one"))
    assert texts(engine) == ["one"]


def test_W2_events_are_handled_in_the_same_transaction_and_never_swallowed(engine):
    def keep(uow, event):
        uow.connection.execute(insert(note).values(text=f"heard {event.text}"))

    def break_down(_uow, _event):
        raise RuntimeError("handler")

    with opened(engine, (Written, keep)).work() as uow:
        uow.publish(Written("it"))
    assert texts(engine) == ["heard it"]
    with pytest.raises(RuntimeError), opened(engine, (Written, keep), (Written, break_down)).work() as uow:
        uow.publish(Written("more"))
    assert texts(engine) == ["heard it"]


def test_W3_what_waits_for_the_commit_never_runs_for_a_unit_rolled_back(engine):
    ran = []
    store = opened(engine)
    with store.work() as uow:
        uow.after_commit(lambda: ran.append(texts(engine)))
        uow.connection.execute(insert(note).values(text="seen"))
    with pytest.raises(RuntimeError), store.work() as uow:
        uow.after_commit(lambda: ran.append("never"))
        raise RuntimeError
    assert ran == [["seen"]]


def test_W4_reading_holds_no_lock_and_the_lock_is_taken_on_demand(engine):
    store = opened(engine)
    with store.work() as reader:
        list(reader.connection.execute(select(note)))
        with store.work() as writer:
            writer.connection.execute(insert(note).values(text="while reading"))
    assert texts(engine) == ["while reading"]
    with store.work() as holder:
        holder.lock("notes")
        with pytest.raises(Unavailable, match="busy"):
            _write_impatiently(engine)


def _write_impatiently(engine):
    impatient = open_engine(str(engine.url))
    try:
        with opened(impatient).work() as uow:
            uow.connection.exec_driver_sql("PRAGMA busy_timeout=50")
            uow.connection.execute(insert(note).values(text="no"))
    finally:
        impatient.dispose()


def test_a_full_disk_is_said_and_nothing_is_half_saved(engine):
    with pytest.raises(Unavailable, match="full"), opened(engine).work() as uow:
        uow.connection.exec_driver_sql("PRAGMA max_page_count=4")
        for number in range(1000):
            uow.connection.execute(insert(note).values(text="x" * 50, more=list(range(number % 50))))
    assert texts(engine) == []


def test_values_come_back_as_they_went_in(engine):
    who = UUID("12345678-1234-4234-8234-123456789abc")
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    with opened(engine).work() as uow:
        uow.connection.execute(insert(note).values(at=berlin, who=who, more={"a": [1, "ŵ"]}))
    with opened(engine).work() as uow:
        row = uow.connection.execute(select(note)).one()
    assert (row.at, row.who, row.more) == (NOON, who, {"a": [1, "ŵ"]})
    assert row.at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(engine):
    with pytest.raises(Exception, match="without a time zone"), opened(engine).work() as uow:
        uow.connection.execute(insert(note).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the case under test


def test_sqlite_is_opened_with_a_write_ahead_log_and_foreign_keys(engine):
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert sqlite3.sqlite_version_info >= (3, 35)


def test_W1_what_is_undone_leaves_nothing_and_the_unit_goes_on(engine):
    ran = []
    with opened(engine).work() as uow:
        uow.connection.execute(insert(note).values(text="refused halfway"))
        uow.after_commit(lambda: ran.append("refused"))
        uow.undo()
        uow.connection.execute(insert(note).values(text="after it"))
    assert texts(engine) == ["after it"]
    assert ran == []


def test_W6_what_was_gathered_is_kept_once_as_the_last_act_and_not_at_all_when_undone(engine):
    kept = []

    def keep(uow, items):
        kept.append((items, list(uow.connection.scalars(select(note.c.text)))))
        uow.connection.execute(insert(note).values(text="gathered"))

    store = opened(engine)
    with store.work() as uow:
        uow.gather(keep, ["a"])
        uow.gather(keep, ["b", "c"])
        uow.connection.execute(insert(note).values(text="before"))
        assert kept == []
    assert kept == [(["a", "b", "c"], ["before"])]
    with store.work() as uow:
        uow.gather(keep, ["never"])
        uow.undo()
    with pytest.raises(RuntimeError), store.work() as uow:
        uow.gather(keep, ["never"])
        raise RuntimeError
    assert len(kept) == 1
    assert texts(engine) == ["before", "gathered"]
