"""Delivery to a real LRS that is not ours, over real sockets."""

import random
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import select, update

from lms.engine.xapi.compare import differences
from lms.engine.xapi.names import Names
from lms.records.tracking import endpoints, service
from lms.records.tracking.model import Busy, Found
from lms.records.tracking.relay import Relay
from lms.records.tracking.tables import tracking_delivery
from lms.records.tracking.transport import HttpCourier, Target, probe
from lms.records.tracking.vault import Vault
from tests.engine.xapi.samples import decision, everything
from tests.lrs.conftest import PASSWORD, USER

pytestmark = pytest.mark.lrs


class LosesAnswers(HttpCourier):
    """A network that loses the answer to every second post, after the other side has stored what was sent."""

    posts = 0

    def post(self, target, batch):
        reply = super().post(target, batch)
        self.posts += 1
        return Busy("the answer was lost") if self.posts % 2 else reply


@pytest.fixture
def courier():
    courier = LosesAnswers(private=True)
    yield courier
    courier.close()


@pytest.fixture
def relay(store, settings, ralph, courier):
    vault = Vault(settings.data)
    with store.work() as uow:
        endpoints.add_endpoint(uow, vault, name="ralph", url=ralph.url, username=USER, password=PASSWORD, private=True)
    return Relay(store, vault, courier, random.Random(1))  # noqa: S311 - jitter


@pytest.fixture
def record(store):
    def put(statements):
        made = [{**each, "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn")} for each in statements]
        with store.work() as uow:
            service.record(uow, made)
        return made

    return put


@pytest.fixture
def rows(store):
    def read():
        with store.work() as uow:
            return uow.connection.execute(select(tracking_delivery).order_by(tracking_delivery.c.seq)).all()

    return read


@pytest.fixture
def deliver(relay, clock, rows):
    def until_settled():
        for _ in range(100):
            relay.drain()
            if all(row.state in {"delivered", "parked"} for row in rows()):
                return
            clock.advance(timedelta(minutes=1))
        pytest.fail("it does not come to an end")

    return until_settled


def test_everything_we_state_reaches_it_once_and_comes_back_equal(ralph, record, rows, deliver):
    record([*everything().values(), *(decision() for _ in range(70))])
    sent = {row.statement_id: orjson.loads(row.body) for row in rows()}
    deliver()
    assert {row.state for row in rows()} == {"delivered"}
    held = ralph.statements()
    assert Counter(each["id"] for each in held) == dict.fromkeys(sent, 1)
    assert [list(differences(sent[each["id"]], each)) for each in held] == [[]] * len(sent)
    assert [each["id"] for each in held] == list(sent)  # in the order of recording
    some = next(iter(sent))
    assert list(differences(sent[some], ralph.get(some))) == []


def test_it_knows_nobody_by_our_token(ralph, record, deliver):
    record([decision()])
    deliver()
    (held,) = ralph.statements()
    assert len(held["actor"]["account"]["name"]) == 64
    assert "tOkEn" not in str(held)


def test_what_it_refuses_is_parked_with_its_own_words_and_all_else_arrives(ralph, store, record, rows, deliver):
    made = record([decision() for _ in range(9)])
    bad = made[4]["id"]
    body = orjson.dumps({**made[4], "actor": {"objectType": "Agent"}}).decode()
    with store.work() as uow:
        uow.connection.execute(
            update(tracking_delivery).where(tracking_delivery.c.statement_id == bad).values(body=body)
        )
    deliver()
    assert [each["id"] for each in ralph.statements()] == [each["id"] for each in made if each["id"] != bad]
    (parked,) = (row for row in rows() if row.state == "parked")
    assert parked.statement_id == bad
    assert parked.words.startswith("422: ")
    assert "actor" in parked.words


def test_an_id_that_it_holds_for_another_statement_is_parked(ralph, relay, record, rows, deliver, store):
    (first,) = record([decision()])
    deliver()
    with store.work() as uow:
        uow.connection.execute(
            update(tracking_delivery).values(
                state="pending", body=orjson.dumps({**first, "result": {"response": "other"}}).decode()
            )
        )
    deliver()
    (row,) = rows()
    assert row.state == "parked"
    assert "another statement" in row.words
    assert len(ralph.statements()) == 1
    assert relay.drain() == 0


def test_a_wrong_password_pauses_the_endpoint(ralph, relay, record, rows, store, settings):
    record([decision()])
    with store.work() as uow:
        endpoints.add_endpoint(
            uow,
            Vault(settings.data),
            name="ralph",
            url=ralph.url,
            username=USER,
            password="wrong",
            private=True,
            replace=True,
        )
    relay.courier.posts = 1
    relay.drain()
    with store.work() as uow:
        (status,) = endpoints.list_endpoints(uow)
    assert status.paused
    assert status.words.startswith("401")
    assert rows()[0].state == "pending"


def test_it_answers_the_probe_and_a_look(ralph, record, rows, courier, deliver):
    record([decision()])
    (row,) = rows()
    target = Target(ralph.url, "1.0.3", USER, PASSWORD)
    assert probe(courier, target) == ""
    assert probe(courier, Target(ralph.url, "1.0.3", USER, "wrong")).startswith("401")
    delivery = service.Delivery(row.seq, row.statement_id, None, row.body)
    assert courier.look(target, delivery) is Found.ABSENT
    deliver()
    assert courier.look(target, delivery) is Found.EQUAL
