"""claim → post → settle, until stopped. Any number of workers may do this at once."""

import random
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from lms.base.store.work import Store
from lms.kernel.errors import Unavailable
from lms.kernel.settings import Settings
from lms.records.lrs import asking
from lms.records.tracking import endpoints, service
from lms.records.tracking.model import LEASE, Busy, Compared, Conflicting, Delivery, Denied, Found, Reply, next_delivery
from lms.records.tracking.service import Claim
from lms.records.tracking.transport import Courier, HttpCourier, Target
from lms.records.tracking.vault import Vault

IDLE_SECONDS = 1.0
"""How long to rest when nothing is due."""

KEPT = timedelta(days=30)
"""How long the outbox remembers what was delivered."""

PRUNE_EVERY = timedelta(minutes=10)

_log = structlog.get_logger("tracking")


@dataclass(frozen=True, slots=True)
class Relay:
    """A worker: what it claims from, what it sends with."""

    store: Store
    vault: Vault
    courier: Courier
    chance: random.Random

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop` is set. A database that is away for a while is waited for."""
        while not stop.is_set():
            try:
                busy = self.step()
            except Unavailable as error:
                _log.warning("relay_waits", reason=error.what)
                busy = False
            if not busy:
                stop.wait(IDLE_SECONDS)

    def drain(self) -> int:
        """Deliver until nothing is due, and return how many batches were sent."""
        batches = 0
        while self.step():
            batches += 1
        return batches

    def step(self) -> bool:
        """Deliver one batch. Returns False when nothing is due."""
        claimed = self.claim()
        if claimed is None:
            return False
        self.settle(claimed, self.send(claimed))
        return True

    def claim(self) -> Claim | None:
        """Lease a batch, in a transaction of its own."""
        with self.store.work() as uow:
            return service.claim(uow)

    def send(self, claimed: Claim) -> Reply:
        """Post a batch and, after a conflict, look at what is there. No transaction is open (T2).

        Whatever goes wrong here, which nobody expected, is the matter of this endpoint: it waits, all others go on.
        """
        try:
            password = self.vault.unseal(claimed.secret)
        except Unavailable as error:
            return Denied(f"{error.what} {error.fix}")
        target = Target(claimed.url, claimed.version, claimed.username, password)
        try:
            reply = self.courier.post(target, claimed.batch)
            return self._look(target, claimed, reply) if isinstance(reply, Conflicting) else reply
        except Unavailable:  # our own database
            raise
        except Exception as error:  # noqa: BLE001 - one endpoint's odd answer must not end the delivery to all
            self.courier.close()  # an answer may be half read
            kind = type(error).__name__
            _log.warning("delivery_failed", endpoint=claimed.endpoint.name, error=kind)
            return Busy(f"Its answer could not be dealt with ({kind}); that is a mistake of Ymarfer.")

    def settle(self, claimed: Claim, reply: Reply) -> None:
        """Write down what the reply leads to, in a transaction of its own."""
        with self.store.work() as uow:
            settlement = next_delivery(claimed.endpoint, claimed.batch, reply, now=uow.now, jitter=self.chance.random())
            service.settle(uow, claimed, settlement)
        _log.info(
            "delivery",
            endpoint=claimed.endpoint.name,
            reply=type(reply).__name__.lower(),
            sent=len(claimed.batch),
            delivered=len(settlement.delivered),
            parked=len(settlement.parked),
        )

    def close(self) -> None:
        """Let go of every connection."""
        self.courier.close()

    def _look(self, target: Target, claimed: Claim, conflict: Conflicting) -> Compared:
        """Look up each statement of a batch that met a conflict, while the lease lasts and answers come.

        Where we may not look at one, we may not look at any; whose id it is, is asked once it is sent alone.
        """
        until = self.store.clock.now() + LEASE / 2
        found: dict[str, Found] = {}
        for delivery in claimed.batch:
            what = self.courier.look(target, delivery)
            if what is Found.HIDDEN and len(claimed.batch) == 1 and self._is_ours(delivery):
                what = Found.OURS
            found[delivery.statement_id] = what
            if what in {Found.UNKNOWN, Found.HIDDEN} or self.store.clock.now() > until:
                break
        return Compared(found, conflict.words)

    def _is_ours(self, delivery: Delivery) -> bool:
        with self.store.work() as uow:
            ways = (asking.find_one(uow, None, delivery.statement_id, voided=voided) for voided in (False, True))
            return any(entry is not None and entry.client is None for entry in ways)


def open_relay(store: Store, settings: Settings) -> Relay:
    """Make a worker with the real transport, as the settings say."""
    courier = HttpCourier(private=settings.endpoint_private, clock=store.clock.now)
    return Relay(store, Vault(settings.data), courier, random.SystemRandom())


class DeliveryJob:
    """Delivery inside the worker process of `lms run`."""

    def __init__(self) -> None:
        self._relay: Relay | None = None
        self._prune_at = datetime.min.replace(tzinfo=UTC)

    def look(self, store: Store, settings: Settings) -> float:
        """Deliver one batch; return the seconds until the next look."""
        if self._relay is None:
            self._relay = open_relay(store, settings)
        if store.clock.now() >= self._prune_at:
            self._prune_at = store.clock.now() + PRUNE_EVERY
            with store.work() as uow:
                endpoints.prune(uow, uow.now - KEPT)
        return 0.0 if self._relay.step() else IDLE_SECONDS
