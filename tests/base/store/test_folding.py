"""SQLite's log goes back into its file while others write and read, and nobody waits for anybody."""

import sqlite3
import subprocess
import sys
import time

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, func, insert, select

from lms.base.store import folding
from lms.base.store.folding import NEVER, PAUSE, fold
from lms.base.store.work import Store, open_engine
from lms.kernel.clock import Clock
from lms.kernel.errors import Unavailable
from lms.kernel.ids import Ids
from tests.databases import ON_POSTGRESQL

sample = MetaData()
entry = Table("entry", sample, Column("number", Integer, primary_key=True), Column("content", LargeBinary))
PAGE = b"x" * 4000


@pytest.fixture
def database(tmp_path):
    return tmp_path / "folding.sqlite3"


@pytest.fixture
def filled(database):
    engine = open_engine(f"sqlite:///{database}")
    sample.create_all(engine)
    yield Store(engine, Clock(), Ids())
    engine.dispose()


def write(store, pages=1):
    with store.work() as uow:
        uow.connection.execute(insert(entry), [{"content": PAGE} for _ in range(pages)])


def log_of(database):
    """How many pages the log has, and how many of them are in the file; the log is looked at and not touched."""
    shared = database.with_name(f"{database.name}-shm").read_bytes()
    return int.from_bytes(shared[16:20], "little"), int.from_bytes(shared[96:100], "little")


def test_what_was_written_is_in_the_file_and_the_log_begins_anew(filled, database):
    write(filled, 500)
    pages, folded = log_of(database)
    assert pages > 500 > folded
    assert fold(filled, None) == PAUSE
    assert log_of(database) == (pages, pages)
    write(filled)
    assert log_of(database)[0] < 20


def test_F1_what_is_always_written_meanwhile_is_folded_back_at_last(filled, database, monkeypatch):
    monkeypatch.setattr(folding, "LONG", 10)
    other, checkpoint = Store(open_engine(f"sqlite:///{database}"), Clock(), Ids()), folding._checkpoint

    def and_write(connection, how):
        if how != "PASSIVE":
            return checkpoint(connection, how)
        with other.work() as uow:
            uow.connection.execute(insert(entry), [{"content": PAGE} for _ in range(20)])
            return checkpoint(connection, how)

    monkeypatch.setattr(folding, "_checkpoint", and_write)
    fold(filled, None)
    other.engine.dispose()
    pages, folded = log_of(database)
    assert pages == folded > 20


WRITER = """
import sys, time
from tests.base.store.test_folding import Clock, Ids, Store, open_engine, write
store = Store(open_engine(f"sqlite:///{sys.argv[1]}"), Clock(), Ids())
while True:
    write(store, 20)
    time.sleep(0.002)
"""


def test_F1_the_log_stays_short_though_somebody_writes_without_a_pause(filled, database, monkeypatch):
    monkeypatch.setattr(folding, "LONG", 100)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(database)])
    longest = written = 0
    try:
        until = time.monotonic() + 60
        while written < 8000 and time.monotonic() < until:
            time.sleep(0.05)
            fold(filled, None)
            longest = max(longest, log_of(database)[0])
            with filled.work() as uow:
                written = uow.connection.scalar(select(func.count()).select_from(entry))
    finally:
        writer.kill()
        writer.wait()
    assert written >= 8000
    assert longest < written / 2
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_F3_who_reads_for_long_is_not_waited_for_and_sees_what_was(filled, database, monkeypatch):
    write(filled, 300)
    reader = sqlite3.connect(database, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM entry").fetchone() == (300,)
    monkeypatch.setattr(folding, "LONG", 10)
    checkpoint, asked = folding._checkpoint, []
    monkeypatch.setattr(folding, "_checkpoint", lambda *given: (asked.append(given[1]), checkpoint(*given))[1])
    write(filled, 5000)
    began = time.monotonic()
    assert fold(filled, None) == PAUSE
    assert "FULL" not in asked, "as soon as the reader left, it would fold back all of it, with others kept out"
    write(filled, 1)
    assert time.monotonic() - began < 5, "a wait would have been of 15 seconds"
    assert reader.execute("SELECT count(*) FROM entry").fetchone() == (300,)
    reader.execute("COMMIT")
    reader.close()
    fold(filled, None)
    pages, folded = log_of(database)
    assert pages == folded


def test_a_file_that_is_none_is_said_in_words(tmp_path):
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database" * 1000)
    engine = open_engine(f"sqlite:///{broken}")
    with pytest.raises(Unavailable, match="damaged"):
        fold(Store(engine, Clock(), Ids()), None)
    engine.dispose()


@ON_POSTGRESQL
def test_on_a_server_there_is_nothing_to_do(store):
    assert fold(store, None) == NEVER
