"""Two workers, a network that lies, kills between every two steps: each statement reaches the remote exactly once."""

import hashlib
import random
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from lms.base.store.metadata import metadata
from lms.base.store.work import Store, open_engine
from lms.engine.xapi import build
from lms.engine.xapi.names import Names
from lms.engine.xapi.reading import Raw, write_json
from lms.kernel.clock import FrozenClock
from lms.kernel.ids import SequenceIds
from lms.records.lrs import accepting, clients
from lms.records.lrs.model import StatementsComing
from lms.records.lrs.multipart import Part
from lms.records.lrs.tables import lrs_attachment, lrs_client, lrs_reference, lrs_statement
from lms.records.tracking import endpoints, others, service
from lms.records.tracking.model import DEFERRALS
from lms.records.tracking.relay import Relay
from lms.records.tracking.tables import tracking_delivery, tracking_endpoint
from lms.records.tracking.vault import Vault
from tests.records.tracking.lying import FAULTS, LyingRemote

REGISTRATIONS = tuple(UUID(int=number, version=4) for number in range(3))
WORKERS = st.integers(0, 1)


def attached(statement, content):
    head = {"usageType": "urn:x:y", "display": {"en": "A"}, "contentType": "text/plain", "length": len(content)}
    return {**statement, "attachments": [{**head, "sha2": hashlib.sha256(content).hexdigest()}]}


def part_of(content):
    sha2 = hashlib.sha256(content).hexdigest()
    return Part({"x-experience-api-hash": sha2, "content-transfer-encoding": "binary"}, content)


class Delivery(RuleBasedStateMachine):
    """claim, post and settle are separate steps of each worker; a kill forgets what it held."""

    @initialize(strict=st.booleans())
    def begin(self, strict):
        self.folder = Path(tempfile.mkdtemp(prefix="lms-delivery-"))
        engine = open_engine(f"sqlite:///{self.folder}/lms.sqlite3")
        kept = [lrs_client, lrs_statement, lrs_reference, lrs_attachment]
        metadata.create_all(engine, tables=[*kept, tracking_endpoint, tracking_delivery])
        self.clock = FrozenClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
        ears = [(StatementsComing, others.forward)]
        self.store = Store(engine, self.clock, SequenceIds(), ears, address="https://learn.example.org")
        vault = Vault(self.folder)
        self.remote = LyingRemote(strict=strict)
        self.workers = [Relay(self.store, vault, self.remote, random.Random(number)) for number in range(2)]  # noqa: S311 - jitter
        self.claimed = [None, None]
        self.replied = [None, None]
        self.recorded = {}
        self.attached = set()
        with self.store.work() as uow:
            endpoints.add_endpoint(
                uow, vault, name="one", url="https://lrs.example.org", username="lms", password="secret", others=True
            )
            self.client, _secret = clients.add_client(uow, "tool", ["statements/write"])

    @rule(
        count=st.integers(1, 6),
        registration=st.sampled_from(REGISTRATIONS),
        poison=st.sampled_from([None, None, None, "refused", "broken", "different", "broken for a while"]),
        content=st.none() | st.sampled_from([b"a", b"\r\n--b"]),
    )
    def record(self, count, registration, poison, content):
        """Record statements of ours; or, where there is content to attach, take those of another program."""
        names = Names(self.store.address)
        made = []
        for number in range(count):
            fact = build.Fact(names, uuid4(), self.clock.now(), "token", registration)
            made.append(build.initialized(fact, build.scenario(names, "night", "Night")))
            if poison and number == 0:
                statement_id = made[0]["id"]
                self.remote.poison[statement_id] = poison
                if poison == "different":
                    self.remote.held[statement_id] = '{"somebody": "else\'s"}'
            self.recorded[made[-1]["id"]] = registration
        with self.store.work() as uow:
            if content is None:
                service.record(uow, made)
            else:
                self.attached.update(each["id"] for each in made)
                sent = [Raw(each, write_json(each)) for each in (attached(one, content) for one in made)]
                accepting.accept(uow, self.client, "1.0.3", sent, [part_of(content)])

    @rule(worker=WORKERS)
    def claim(self, worker):
        if self.claimed[worker] is None:
            self.claimed[worker] = self.workers[worker].claim()
            self.replied[worker] = None

    @rule(worker=WORKERS, fault=st.sampled_from(FAULTS))
    def post(self, worker, fault):
        if self.claimed[worker] is not None and self.replied[worker] is None:
            self.remote.fault = fault
            self.replied[worker] = self.workers[worker].send(self.claimed[worker])

    @rule(worker=WORKERS)
    def settle(self, worker):
        if self.replied[worker] is not None:
            self.workers[worker].settle(self.claimed[worker], self.replied[worker])
            self.claimed[worker] = self.replied[worker] = None

    @rule(worker=WORKERS, fault=st.sampled_from(FAULTS))
    def whole_step(self, worker, fault):
        if self.claimed[worker] is None:
            self.remote.fault = fault
            self.workers[worker].step()

    @rule(worker=WORKERS)
    def kill(self, worker):
        self.claimed[worker] = self.replied[worker] = None

    @rule(seconds=st.sampled_from([1, 3, 10, 60, 200, 1000]))
    def time_passes(self, seconds):
        self.clock.advance(timedelta(seconds=seconds))

    @precondition(lambda self: self.recorded)
    @rule()
    def an_admin_resumes(self):
        with self.store.work() as uow:
            endpoints.resume(uow, "one")

    @rule()
    def the_server_learns_to_live_with_it(self):
        self._cure()

    @rule(worker=WORKERS, steps=st.integers(5, 15))
    def a_quarter_of_an_hour_passes_at_work(self, worker, steps):
        self.remote.fault = "none"
        if self.claimed[worker] is None:
            for _ in range(steps):
                self.workers[worker].step()
                self.clock.advance(timedelta(minutes=1))

    def _cure(self):
        for each in [each for each, kind in self.remote.poison.items() if kind == "broken for a while"]:
            del self.remote.poison[each]

    @invariant()
    def nothing_is_there_twice(self):
        assert all(count == 1 for count in self.remote.stored.values())

    def teardown(self):
        if hasattr(self, "store"):
            try:
                self._heal()
                self._judge()
            finally:
                self.store.engine.dispose()
                shutil.rmtree(self.folder)

    def _heal(self):
        """Network and server are well from now on; both workers were killed."""
        self.remote.fault = "none"
        self._cure()
        for _ in range(400):
            if not self._unsettled():
                return
            with self.store.work() as uow:
                if endpoints.list_endpoints(uow)[0].paused:
                    endpoints.resume(uow, "one")
            while self.workers[0].step():
                pass
            self.clock.advance(timedelta(minutes=20))
        pytest.fail(f"still waiting: {self._unsettled()}")

    def _rows(self):
        with self.store.work() as uow:
            return uow.connection.execute(select(tracking_delivery).order_by(tracking_delivery.c.seq)).all()

    def _unsettled(self):
        return [(row.seq, row.state) for row in self._rows() if row.state in {"pending", "deferred"}]

    def _judge(self):
        rows = self._rows()
        assert len(rows) == len(self.recorded)
        for row in rows:
            poison = self.remote.poison.get(row.statement_id)
            if "we may not read" in (
                row.words or ""
            ):  # another program's: it is there, nobody could see whether as sent
                assert row.state == "parked"
                assert row.statement_id in self.attached
                assert row.statement_id in self.remote.held
                continue
            if row.state == "delivered" and poison == "different":  # cannot be: nobody guesses an id of ours
                assert row.statement_id in self.remote.denied
                assert row.statement_id not in self.attached
                continue
            if row.state == "parked":
                assert poison or self.remote.broken_alone[row.statement_id] >= DEFERRALS
                assert row.body is not None  # T5: it can still be sent
                assert row.words
            else:
                assert row.state == "delivered"
                assert poison is None
                assert self.remote.stored[row.statement_id] == 1
                sent = self.remote.sent["https://lrs.example.org", row.statement_id]
                assert sent.kind.startswith("multipart") == bool(row.attachments)
        delivered = {row.statement_id for row in rows if row.state == "delivered"}
        for registration in REGISTRATIONS:
            own = [each for each in self.recorded if self.recorded[each] == registration and each in delivered]
            assert [each for each in self.remote.order if each in own] == own


Delivery.TestCase.settings = settings(
    max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_each_statement_reaches_the_remote_exactly_once = Delivery.TestCase
