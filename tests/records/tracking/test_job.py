"""Delivery inside the worker process of `lms run`."""

import threading
from dataclasses import replace
from uuid import uuid4

import pytest

from lms.app import WORK
from lms.engine.xapi.names import Names
from lms.kernel.errors import Unavailable
from lms.records.tracking import service
from lms.records.tracking.relay import IDLE_SECONDS, DeliveryJob, open_relay
from tests.engine.xapi.samples import decision
from tests.records.tracking.fault_server import PASSWORD, USER, running

pytestmark = pytest.mark.network


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def allowed(settings):
    return replace(settings, endpoint_private=True)


@pytest.fixture
def recorded(store, add_endpoint, server):
    add_endpoint("one", url=server.url, username=USER, password=PASSWORD, private=True)
    made = [{**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn")} for _ in range(3)]
    with store.work() as uow:
        service.record(uow, made)
    return [each["id"] for each in made]


def test_the_worker_of_the_house_delivers():
    assert "delivery" in {job.name for job in WORK}


def test_the_job_delivers_a_batch_and_asks_to_be_called_again_at_once(store, allowed, server, recorded):
    job = DeliveryJob()
    assert job.look(store, allowed) == 0.0
    assert server.stored == recorded
    assert job.look(store, allowed) == IDLE_SECONDS
    job._relay.close()


def test_the_job_does_not_reach_this_machine_unless_a_setting_allows_it(store, settings, server, recorded):
    job = DeliveryJob()
    job.look(store, settings)
    assert recorded
    assert server.requests == []


def test_the_relay_waits_for_a_database_that_is_away_and_then_goes_on(store, allowed, server, recorded, monkeypatch):
    worker = open_relay(store, allowed)
    stop = threading.Event()
    steps = []

    def claim(uow):
        steps.append(uow)
        if len(steps) == 1:
            raise Unavailable("The database is busy.")
        if len(steps) > 2:
            stop.set()
        return real(uow)

    real = service.claim
    monkeypatch.setattr(service, "claim", claim)
    monkeypatch.setattr("lms.records.tracking.relay.IDLE_SECONDS", 0.01)
    worker.run(stop)
    worker.close()
    assert server.stored == recorded
