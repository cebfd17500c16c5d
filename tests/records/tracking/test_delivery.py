"""Delivery step by step, with one worker and a remote that lies when told to."""

import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from lms.engine.xapi import build
from lms.engine.xapi.names import Names
from lms.records.tracking import endpoints, service
from lms.records.tracking.model import BATCH, BATCH_BYTES, LEASE, Busy
from lms.records.tracking.relay import Relay
from lms.records.tracking.tables import tracking_delivery, tracking_endpoint
from tests.records.tracking.lying import LyingRemote

ONE, TWO = (UUID(int=number, version=4) for number in range(2))


@pytest.fixture
def remote():
    return LyingRemote(strict=True)


@pytest.fixture
def relay(store, vault, remote, add_endpoint):
    add_endpoint("one")
    return Relay(store, vault, remote, random.Random(1))  # noqa: S311 - jitter


@pytest.fixture
def record(store):
    def put(count=1, registration=ONE, title="Night"):
        names = Names(store.address)
        made = [
            build.initialized(
                build.Fact(names, uuid4(), store.clock.now(), "token", registration),
                build.scenario(names, "night", title),
            )
            for _ in range(count)
        ]
        with store.work() as uow:
            service.record(uow, made)
        return [each["id"] for each in made]

    return put


@pytest.fixture
def rows(store):
    def read():
        with store.work() as uow:
            return uow.connection.execute(select(tracking_delivery).order_by(tracking_delivery.c.seq)).all()

    return read


@pytest.fixture
def status(store):
    def read():
        with store.work() as uow:
            return endpoints.list_endpoints(uow)[0]

    return read


def test_everything_recorded_is_delivered_in_order_in_batches(relay, remote, record, rows, status):
    ids = record(BATCH + 20)
    assert relay.drain() == 2
    assert remote.order == ids
    assert [len(each) for each in remote.posts] == [BATCH, 20]
    assert {row.state for row in rows()} == {"delivered"}
    assert (status().pending, status().delivered, status().oldest_at) == (0, BATCH + 20, None)


def test_a_batch_holds_at_most_a_megabyte_but_a_giant_goes_alone(relay, remote, record):
    record(3, title="x" * (BATCH_BYTES // 5))  # the title is there once
    record(1, title="x" * (BATCH_BYTES + 1))
    record(1)
    relay.drain()
    assert [len(each) for each in remote.posts] == [3, 1, 1]


def test_T2_no_transaction_is_open_while_a_request_is_made(relay, remote, record, store, monkeypatch):
    record()
    checked = []

    def post(_target, _batch):
        checked.append(store.engine.pool.checkedout() if hasattr(store.engine.pool, "checkedout") else 0)
        with store.work() as uow:  # would wait for itself on SQLite if the claim still held the lock
            uow.connection.execute(tracking_endpoint.update().values(words="written meanwhile"))
        return Busy("later")

    monkeypatch.setattr(remote, "post", post)
    assert relay.step()
    assert checked == [0]


def test_T3_a_retry_sends_the_same_bytes(relay, remote, record, rows, clock):
    record(3)
    recorded = [row.body for row in rows()]
    sent = []
    for fault in ("lost before", "lost after", "none"):
        remote.fault = fault
        claimed = relay.claim()
        sent.append([each.body for each in claimed.batch])
        relay.settle(claimed, relay.send(claimed))
        clock.advance(timedelta(minutes=1))
    assert sent == [recorded] * 3
    assert set(remote.stored.values()) == {1}


def test_T4_a_refused_statement_stops_no_other(relay, remote, record, status):
    ids = record(30)
    remote.poison[ids[17]] = "refused"
    relay.drain()
    assert remote.order == ids[:17] + ids[18:]
    assert (status().parked, status().pending) == (1, 0)


def test_T4_a_statement_that_breaks_the_server_stops_no_other(relay, remote, record, status, clock):
    ids = record(8, ONE) + record(8, TWO)
    remote.poison[ids[4]] = "broken"
    for _ in range(60):
        relay.drain()
        clock.advance(timedelta(minutes=1))
    assert sorted(remote.order) == sorted(each for each in ids if each != ids[4])
    assert (status().parked, status().pending) == (1, 0)


def test_T5_what_is_parked_keeps_its_bytes_and_the_lrss_words_and_can_be_sent_again(
    relay, remote, record, rows, store, status
):
    (bad, good) = record(2)
    remote.poison[bad] = "refused"
    relay.drain()
    with store.work() as uow:
        (parked,) = endpoints.list_parked(uow)
    assert (parked.statement_id, parked.words) == (bad, "400: this statement is not good enough")
    assert bad in rows()[0].body
    del remote.poison[bad]
    with store.work() as uow:
        assert endpoints.retry(uow, "one", [parked.seq + 1]) == 0
        assert endpoints.retry(uow, "one", [parked.seq]) == 1
    relay.drain()
    assert remote.order == [good, bad]
    assert status().parked == 0
    assert {row.state for row in rows()} == {"delivered"}


def test_what_stands_behind_a_deferred_statement_of_its_registration_waits_and_others_go(
    relay, remote, record, clock, status
):
    first = record(3, ONE)
    second = record(3, TWO)
    remote.poison[first[0]] = "broken for a while"
    for _ in range(12):
        relay.step()
        clock.advance(timedelta(seconds=20))
    assert remote.order == second
    assert status().pending == 3
    remote.poison.clear()
    clock.advance(timedelta(minutes=20))
    relay.drain()
    assert remote.order == second + first


def test_a_lease_keeps_a_second_worker_away_until_it_ends(relay, record, clock):
    record()
    claimed = relay.claim()
    assert relay.claim() is None
    clock.advance(LEASE)
    again = relay.claim()
    assert again.batch == claimed.batch
    assert again.lease != claimed.lease


def test_who_lost_the_lease_may_tell_what_was_delivered_but_not_how_the_endpoint_fares(relay, record, clock, status):
    record()
    late = relay.claim()
    clock.advance(LEASE)
    current = relay.claim()
    relay.settle(late, Busy("I waited too long"))
    assert status().words == ""
    assert relay.claim() is None
    relay.settle(current, relay.send(current))
    relay.settle(late, relay.send(late))
    assert status().delivered == 1


def test_an_endpoint_that_refuses_the_password_is_paused_until_somebody_resumes_it(
    relay, remote, record, store, status
):
    record()
    remote.fault = "401"
    relay.drain()
    assert (status().paused, status().words, status().pending) == (True, "401: who are you?", 1)
    remote.fault = "none"
    assert not relay.step()
    with store.work() as uow:
        endpoints.resume(uow, "one")
    assert relay.drain() == 1
    assert not status().paused


def test_pausing_by_hand_while_a_request_is_under_way_holds(relay, record, store, status):
    record()
    claimed = relay.claim()
    with store.work() as uow:
        endpoints.pause(uow, "one")
    relay.settle(claimed, relay.send(claimed))
    assert (status().paused, status().words, status().delivered) == (True, "paused by hand", 1)


def test_an_endpoint_that_waits_holds_up_no_other(relay, remote, record, add_endpoint, store):
    add_endpoint("two")
    record()
    remote.fault = "503"
    relay.step()
    remote.fault = "none"
    relay.drain()
    with store.work() as uow:
        assert sorted(each.pending for each in endpoints.list_endpoints(uow)) == [0, 1]


@pytest.mark.parametrize("broken", ["post", "look"])
def test_an_answer_that_nobody_expected_makes_its_endpoint_wait_and_holds_up_no_other(
    relay, remote, record, add_endpoint, store, monkeypatch, capsys, broken
):
    add_endpoint("two")
    (statement_id,) = record()
    remote.held[statement_id] = '{"somebody": "else\'s"}'  # so that it is looked at
    real = getattr(remote, broken)

    def fail(target, given):
        if "one." in target.url:
            raise RecursionError("secret")
        return real(target, given)

    monkeypatch.setattr(remote, broken, fail)
    relay.drain()
    with store.work() as uow:
        one, two = sorted(endpoints.list_endpoints(uow), key=lambda each: each.name)
    assert (one.pending, one.paused, two.pending) == (1, False, 0)
    assert "could not be dealt with (RecursionError)" in one.words
    assert one.due_at > store.clock.now()
    said = capsys.readouterr()
    assert "secret" not in one.words + said.out + said.err


def test_T4_who_may_write_and_not_read_gets_everything_although_an_acknowledgement_was_lost(
    relay, remote, record, rows, status, clock
):
    first = record(2)
    remote.fault = "lost after"
    relay.drain()
    second = record(3)
    remote.fault = "look denied"
    clock.advance(timedelta(minutes=1))
    for _ in range(4):
        relay.step()
    assert "counts as delivered" not in status().words, "it was accepted after that"
    relay.drain()
    assert remote.order == first + second
    assert {row.state for row in rows()} == {"delivered"}
    assert (status().pending, status().parked, status().words) == (0, 0, "")


def test_endpoints_take_turns(relay, record, add_endpoint, clock):
    add_endpoint("two")
    record(BATCH * 2)
    turns = []
    for _ in range(4):
        claimed = relay.claim()
        turns.append(claimed.endpoint.name)
        relay.settle(claimed, relay.send(claimed))
        clock.advance(timedelta(seconds=1))
    assert turns == ["one", "two", "one", "two"]


def test_a_password_that_cannot_be_read_pauses_the_endpoint_and_says_what_to_do(relay, record, settings, status):
    record()
    (settings.data / "keys" / "endpoints").unlink()
    relay.drain()
    assert status().paused
    assert "set the password again" in status().words
    assert status().pending == 1


def test_logs_hold_counts_and_no_bodies(relay, remote, record, capsys):
    ids = record()
    remote.poison[ids[0]] = "refused"
    relay.drain()
    said = capsys.readouterr()
    assert "token" not in said.out + said.err
    assert "good enough" not in said.out + said.err


def test_of_two_workers_that_see_the_same_batch_one_gets_it(relay, store, vault, remote, record, monkeypatch):
    record(5)
    other = Relay(store, vault, remote, random.Random(2))  # noqa: S311 - jitter
    taken = []
    look = service._next_batch

    def look_while_the_other_claims(uow, row):
        if not taken:
            taken.append(None)
            taken.append(other.claim())
        return look(uow, row)

    monkeypatch.setattr(service, "_next_batch", look_while_the_other_claims)
    assert relay.claim() is None
    assert len(taken[1].batch) == 5
