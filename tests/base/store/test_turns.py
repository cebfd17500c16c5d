"""Turns: one thread at a time, in order of arrival, and others go on while a unit stands aside."""

import threading
import time

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from lms.base.store.turns import Turns
from lms.base.store.work import Store, open_engine
from lms.kernel.clock import Clock
from lms.kernel.ids import Ids

sample = MetaData()
entry = Table("entry", sample, Column("number", Integer))


@pytest.fixture
def store(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'turns.sqlite3'}")
    sample.create_all(engine)
    yield Store(engine, Clock(), Ids())
    engine.dispose()


def start(call, *args):
    thread = threading.Thread(target=call, args=args)
    thread.start()
    return thread


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_threads_get_the_turn_in_the_order_in_which_they_came():
    turns, order, threads = Turns(), [], []

    def work(number):
        with turns:
            order.append(number)

    with turns:
        for number in range(8):
            threads.append(start(work, number))
            until(lambda number=number: len(turns._waiting) == number + 1)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_has_the_turn_may_take_it_again_and_an_error_gives_it_back():
    turns = Turns()
    with pytest.raises(RuntimeError), turns, turns:
        raise RuntimeError
    thread = start(turns.__enter__)
    thread.join(20)
    assert not thread.is_alive()


def test_W7_of_the_threads_that_share_a_store_one_has_a_unit_open(store):
    inside, most = [], []

    def work(number):
        with store.work() as uow:
            inside.append(number)
            most.append(len(inside))
            uow.connection.execute(insert(entry).values(number=number))
            time.sleep(0.002)
            inside.remove(number)

    for thread in [start(work, number) for number in range(10)]:
        thread.join()
    assert most == [1] * 10


def test_W5_what_came_before_standing_aside_is_kept_whatever_follows(store):
    with pytest.raises(RuntimeError), store.work() as uow:
        uow.connection.execute(insert(entry).values(number=1))
        with uow.aside():
            pass
        uow.connection.execute(insert(entry).values(number=2))
        raise RuntimeError
    with store.work() as uow:
        assert list(uow.connection.scalars(select(entry.c.number))) == [1]


def test_W5_others_have_their_turn_while_one_stands_aside_even_when_it_fails_there(store):
    def write(number):
        with store.work() as other:
            other.connection.execute(insert(entry).values(number=number))

    with pytest.raises(RuntimeError), store.work() as uow:
        uow.connection.execute(insert(entry).values(number=1))
        with uow.aside():
            start(write, 2).join(20)
            raise RuntimeError
    start(write, 3).join(20)
    with store.work() as uow:
        assert list(uow.connection.scalars(select(entry.c.number))) == [1, 2, 3]


def test_a_statement_that_fails_names_no_values(store):
    with pytest.raises(Exception, match="nowhere") as caught, store.work() as uow:
        uow.connection.exec_driver_sql("INSERT INTO entry (nowhere) VALUES (?)", ("Blodeuwedd",))
    assert "Blodeuwedd" not in str(caught.value)
