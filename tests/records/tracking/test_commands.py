import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.engine.xapi import profile
from lms.engine.xapi.names import Names
from lms.kernel.errors import Invalid, NotFound, Unavailable
from lms.records.tracking import endpoints, service
from lms.records.tracking.commands import endpoint, export, relay
from lms.records.tracking.model import LEASE, Accepted, next_delivery
from lms.records.tracking.relay import KEPT
from lms.records.tracking.tables import tracking_endpoint
from tests.engine.xapi.samples import decision
from tests.records.tracking.fault_server import PASSWORD, USER, running


@pytest.fixture
def lms(settings, store, monkeypatch):
    """lms(command, *words, given="…") runs it and returns what it said."""
    place = SimpleNamespace(settings=replace(settings, endpoint_private=True), store=store, work=store.work)
    monkeypatch.setattr("lms.kernel.logs.configure", lambda _form: None)

    def call(command, *words, given=None):
        result = CliRunner().invoke(command, words, obj=place, input=given)
        if result.exception is not None:
            raise result.exception
        return result.output

    return call


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def record(store):
    def put(count=1, *, private=False):
        made = [{**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn")} for _ in range(count)]
        with store.work() as uow:
            service.record(uow, made, private=private)
        return [each["id"] for each in made]

    return put


@pytest.mark.network
def test_an_endpoint_is_added_tried_used_paused_and_resumed(lms, server, record):
    assert "added  one" in lms(
        endpoint, "add", "one", server.url, "--user", USER, "--password-stdin", given=f"{PASSWORD}\n"
    )
    ids = record(3)
    assert "pending 3" in lms(endpoint, "list")
    assert "delivered 3  pending 0  parked 0" in lms(relay, "--once")
    assert server.stored == ids
    assert "paused  one" in lms(endpoint, "pause", "one")
    record()
    assert "one  paused" in lms(relay, "--once")
    assert len(server.stored) == 3
    lms(endpoint, "resume", "one")
    lms(relay, "--once")
    assert len(server.stored) == 4
    assert "0 parked statements" in lms(endpoint, "retry", "one")
    assert "one  well" in lms(relay, "--status")


def test_an_endpoint_is_told_to_receive_what_other_programs_send_and_the_list_says_so(lms):
    lms(endpoint, "add", "one", "https://lrs.example.org/xapi", "--user", USER, given="x\n")
    assert "other programs" not in lms(endpoint, "list")
    lms(endpoint, "add", "one", "https://lrs.example.org/xapi", "--user", USER, "--others", "--replace", given="x\n")
    assert "with what other programs send" in lms(relay, "--status")


def test_adding_says_whether_it_changed_one_and_wants_a_password(lms):
    new = ("add", "one", "https://lrs.example.org/xapi", "--user", USER, "--replace")
    assert lms(endpoint, *new, given="x\n").startswith("added")
    assert lms(endpoint, *new, given="y\n").startswith("changed")
    with pytest.raises(Invalid, match="no password"):
        lms(endpoint, *new, "--password-stdin", given="")


@pytest.mark.network
def test_testing_an_endpoint_says_what_is_wrong(lms, server):
    lms(endpoint, "add", "one", server.url, "--user", USER, given=f"{PASSWORD}\n")
    with pytest.raises(Unavailable, match="404: not here"):
        lms(endpoint, "test", "one")


@pytest.mark.network
@pytest.mark.parametrize(
    ("faults", "state", "words"),
    [
        (["401"], "paused", "401"),
        (["html"], "waiting", "not as an LRS"),
        (["503"], "waiting", "503"),
        (["reset"], "waiting", "reset"),
    ],
)
def test_a_remote_that_is_down_refuses_the_password_or_answers_html_is_named_and_nothing_is_lost(
    lms, server, record, faults, state, words
):
    lms(endpoint, "add", "one", server.url, "--user", USER, given=f"{PASSWORD}\n")
    record(2)
    server.faults = list(faults)
    said = lms(relay, "--once")
    assert f"one  {state}  delivered 0  pending 2" in said
    assert words in said
    lms(endpoint, "resume", "one")
    assert "delivered 2  pending 0" in lms(relay, "--once")
    assert len(server.stored) == 2


def test_the_password_is_in_no_list(lms):
    lms(endpoint, "add", "one", "https://lrs.example.org/xapi", "--user", USER, given="seven otters\n")
    assert "otters" not in lms(endpoint, "list")


def test_mistakes_are_named(lms):
    with pytest.raises(Invalid):
        lms(endpoint, "add", "one", "gopher://lrs.example.org", "--user", USER, given="x\n")
    with pytest.raises(NotFound):
        lms(endpoint, "resume", "nowhere")
    assert "no endpoints" in lms(endpoint, "list")


def test_what_may_leave_is_written_as_json_lines_without_practice(lms, record, tmp_path):
    record(2, private=True)
    ids = record(3)
    lines = lms(export, "statements").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    assert all("stored" in json.loads(line) for line in lines)
    lms(export, "statements", "--out", str(tmp_path / "all.jsonl"))
    assert (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines() == lines


def test_the_profile_is_written(lms):
    assert json.loads(lms(export, "profile")) == profile.document()


@pytest.mark.network
def test_the_relay_is_a_process_that_delivers_until_it_is_told_to_stop(settings, lms, server, record):
    lms(endpoint, "add", "one", server.url, "--user", USER, given=f"{PASSWORD}\n")
    ids = record(5)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("LMS_")},
        "LMS_DATA": str(settings.data),
        "LMS_DATABASE_URL": settings.database,
        "LMS_ENDPOINT_PRIVATE": "yes",
    }
    process = subprocess.Popen([sys.executable, "-m", "lms", "relay"], env=environment)
    try:
        until = time.monotonic() + 120
        while len(server.stored) < len(ids) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        process.kill()
        process.wait()
    assert server.stored == ids


@pytest.mark.network
def test_a_removed_endpoint_is_sent_nothing_more_and_its_name_is_free(lms, server, record, store):
    lms(endpoint, "add", "one", server.url, "--user", USER, given=f"{PASSWORD}\n")
    lms(endpoint, "add", "two", server.url, "--user", USER, given=f"{PASSWORD}\n")
    record(3)
    assert "removed  one   3 statements waited for it" in lms(endpoint, "remove", "one", given="y\n")
    record()
    assert "one" not in lms(endpoint, "list")
    with pytest.raises(NotFound):
        lms(endpoint, "resume", "one")
    with pytest.raises(NotFound):
        lms(endpoint, "remove", "one", "--yes")
    lms(endpoint, "remove", "two", "--yes")
    assert "no endpoints" in lms(relay, "--once")
    assert server.stored == []
    with store.work() as uow:
        assert all(secret == "" for secret in uow.connection.scalars(select(tracking_endpoint.c.secret)))
        assert endpoints.prune(uow, uow.now - KEPT) == 3 + 4
    lms(endpoint, "add", "one", server.url, "--user", USER, given=f"{PASSWORD}\n")
    record()
    assert "delivered 1  pending 0" in lms(relay, "--once")


def test_whoever_records_while_an_endpoint_is_removed_is_not_disturbed(lms, store, record):
    lms(endpoint, "add", "one", "https://lrs.example.org/xapi", "--user", USER, given=f"{PASSWORD}\n")
    made = {**decision(), "id": str(uuid4()), "actor": Names(store.address).actor("tOkEn")}
    with store.work() as uow:
        prepared = service.prepare(uow, [made])
        lms(endpoint, "remove", "one", "--yes")
        service.keep(uow, prepared)
    with store.work() as uow:
        assert endpoints.prune(uow, uow.now - KEPT) == 1
        assert endpoints.prune(uow, uow.now - KEPT) == 0
        assert uow.connection.scalar(select(func.count()).select_from(tracking_endpoint)) == 1
        endpoints.prune(uow, uow.now + KEPT)
        assert uow.connection.scalar(select(func.count()).select_from(tracking_endpoint)) == 0


def test_a_batch_on_its_way_when_its_endpoint_is_removed_settles_nothing_of_another(lms, store, record):
    """SQLite gives the number of a row that is gone to the next one."""
    lms(endpoint, "add", "one", "https://lrs.example.org/xapi", "--user", USER, given=f"{PASSWORD}\n")
    record()
    with store.work() as uow:
        claimed = service.claim(uow)
    lms(endpoint, "remove", "one", "--yes")
    with store.work() as uow:
        assert endpoints.prune(uow, uow.now - KEPT) == 0  # it is on its way
        uow.now += LEASE
        assert endpoints.prune(uow, uow.now - KEPT) == 1
    lms(endpoint, "add", "two", "https://lrs.example.org/xapi", "--user", USER, given=f"{PASSWORD}\n")
    record()
    with store.work() as uow:
        settlement = next_delivery(claimed.endpoint, claimed.batch, Accepted(), now=uow.now, jitter=0.5)
        service.settle(uow, claimed, settlement)
    assert "pending 1" in lms(endpoint, "list")
