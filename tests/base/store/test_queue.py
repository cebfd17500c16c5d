"""Writers of one SQLite file queue up; nothing depends on it, and no one is kept for ever."""

import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from lms.base.store import queue
from lms.base.store.prepared import Prepared
from lms.base.store.queue import Queue
from lms.base.store.work import Store, open_engine
from lms.kernel.clock import Clock
from lms.kernel.ids import Ids

sample = MetaData()
entry = Table("entry", sample, Column("number", Integer))
ADD = Prepared(insert(entry), "number")
HOLD = """
import sys, time
from pathlib import Path
from lms.base.store.queue import Queue
held = Queue(Path(sys.argv[1]))
held.enter()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path):
    return tmp_path / "queue.sqlite3"


@pytest.fixture
def store(database):
    engine = open_engine(f"sqlite:///{database}")
    sample.create_all(engine)
    yield Store(engine, Clock(), Ids())
    engine.dispose()


def is_free(database):
    other = Queue(database)
    other.enter()
    free = other._is_held
    other.leave()
    return free


def test_the_next_one_comes_as_soon_as_the_one_before_leaves(database, monkeypatch):
    monkeypatch.setattr(queue, "PATIENCE", 600)
    first, second, came = Queue(database), Queue(database), []
    first.enter()
    first.enter()
    waiting = threading.Thread(target=lambda: (second.enter(), came.append(second._is_held)))
    waiting.start()
    time.sleep(0.05)
    assert came == []
    first.leave()
    waiting.join()
    assert came == [True], "it was let in, and did not run out of patience"


def test_whoever_has_waited_for_long_goes_on_without(database):
    first, second = Queue(database), Queue(database)
    first.enter()
    began = time.monotonic()
    second.enter()
    assert time.monotonic() - began >= queue.PATIENCE
    assert not second._is_held
    second.leave()
    assert not is_free(database), "it is still the first one's"


def test_a_process_that_is_killed_holds_nobody_up(database):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(database)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    assert not is_free(database)
    process.kill()
    process.wait(20)
    process.stdout.close()
    assert is_free(database)


def test_where_no_file_can_be_made_nobody_queues(tmp_path):
    nowhere = Queue(tmp_path / "missing" / "database")
    nowhere.enter()
    nowhere.leave()


def test_a_unit_queues_for_its_first_write_and_leaves_however_it_ends(store, database):
    with store.work() as uow:
        assert uow.connection.execute(select(entry)).all() == []
        assert is_free(database), "reading queues for nothing"
        ADD.run(uow, {"number": 1})
        assert not is_free(database)
    assert is_free(database)
    with pytest.raises(ZeroDivisionError), store.work() as uow:
        ADD.run_all(uow, [{"number": 2}])
        raise ZeroDivisionError
    assert is_free(database)
    with store.work() as uow:
        uow.lock("anything")
        assert not is_free(database)
        uow.undo()
        assert is_free(database)
        ADD.run(uow, {"number": 3})
        with uow.aside():
            assert is_free(database)
    with store.work() as uow:
        assert list(uow.connection.scalars(select(entry.c.number))) == [1, 3]


def test_who_does_not_queue_is_kept_out_by_the_database_all_the_same(store, database):
    with store.work() as uow:
        ADD.run(uow, {"number": 1})
        engine = open_engine(f"sqlite:///{database}")
        with pytest.raises(Exception, match="locked"), engine.begin() as other:
            other.exec_driver_sql("PRAGMA busy_timeout = 20")
            other.execute(insert(entry).values(number=2))
        engine.dispose()
