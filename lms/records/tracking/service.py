"""Recording statements, and delivering them. Endpoints are looked after in `endpoints`.

`record` runs in the transaction of the fact (T1). `claim` and `settle` are transactions of their own, and the request
is made between them (T2).
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import and_, case, insert, or_, select, update

from lms.base.store import prepared as store
from lms.base.store.work import UnitOfWork
from lms.engine.xapi.references import rename_accounts
from lms.kernel.errors import Invalid
from lms.records.lrs import asking
from lms.records.lrs import service as lrs
from lms.records.lrs.service import Incoming
from lms.records.tracking.model import BATCH_BYTES, LEASE, Attachment, Delivery, Endpoint, Settlement, State
from lms.records.tracking.tables import tracking_delivery as outbox
from lms.records.tracking.tables import tracking_endpoint as endpoint_table
from lms.records.tracking.wanted import wanted

_RECEIVERS = store.Prepared(
    select(endpoint_table.c.id, endpoint_table.c.actor_key, endpoint_table.c.verbs, endpoint_table.c.about).where(
        endpoint_table.c.removed_at.is_(None)
    )
)
_ADDRESS = store.Prepared(
    insert(outbox),
    *("endpoint_id", "statement_id", "registration", "body", "size", "state", "recorded_at", "deferrals"),
)


# ── recording ─────────────────────────────────────────────────────────────────────────────────────────────────────


def record(uow: UnitOfWork, statements: Iterable[Mapping[str, Any]], *, private: bool = False) -> None:
    """Keep statements, and put one row into the outbox for each endpoint, in this transaction: as its last act.

    `private` is for practice runs: kept for the learner's own eyes, never delivered. Raises as `prepare` does.
    """
    keep(uow, prepare(uow, tuple(statements), private=private))


@dataclass(frozen=True, slots=True)
class Prepared:
    """Statements that were judged, and what goes out of them: all that can be known before anything is written."""

    private: bool
    statements: tuple[Incoming, ...]
    outgoing: tuple[Mapping[str, Any], ...]


def prepare(uow: UnitOfWork, statements: Sequence[Mapping[str, Any]], *, private: bool = False) -> Prepared:
    """Make statements ready for `keep`, so that nobody who wants to write waits for it.

    Raises RuntimeError when one of them is no statement: that is a mistake of ours, not of the person who acts.
    """
    try:
        given = lrs.prepare(statements, address=uow.address, private=private)
    except Invalid as invalid:
        raise RuntimeError(f"not an xAPI statement: {'; '.join(map(str, invalid.problems))}") from invalid
    receivers = [] if private or not given else _RECEIVERS.all(uow)
    rows = [
        outgoing(uow, endpoint_id, key, each.id, each.statement)
        for each in given
        for endpoint_id, key, verbs, about in receivers
        if not (verbs or about) or wanted(uow.address, tuple(verbs), tuple(about)).takes(each.statement)
    ]
    return Prepared(private, given, tuple(rows))


def keep(uow: UnitOfWork, prepared: Prepared) -> None:
    """Record what was prepared, in this transaction: as its last act."""
    uow.gather(_keep, [prepared])


def _keep(uow: UnitOfWork, told: list[Prepared]) -> None:
    for private, group in groupby(told, key=attrgetter("private")):
        lrs.keep_own(uow, [statement for each in group for statement in each.statements], private=private)
    outgoing = [row for each in told for row in each.outgoing]
    if outgoing:
        _ADDRESS.run_all(uow, outgoing)


def outgoing(
    uow: UnitOfWork, endpoint_id: int, actor_key: str, statement_id: str, statement: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the row of the outbox for a statement and an endpoint: the bytes that go out, under its own pseudonyms."""
    named = rename_accounts(statement, uow.address, lambda token: pseudonym(actor_key, token))
    body = orjson.dumps(named)
    return {
        "endpoint_id": endpoint_id,
        "statement_id": statement_id,
        "registration": statement.get("context", {}).get("registration"),
        "body": body.decode(),
        "size": len(body),
        "state": State.PENDING,
        "recorded_at": uow.now,
        "deferrals": 0,
    }


@lru_cache(maxsize=8192)
def pseudonym(actor_key: str, token: str) -> str:
    """Return the name under which one endpoint knows the person with this token; no other endpoint knows it."""
    return hmac.new(bytes.fromhex(actor_key), token.encode(), hashlib.sha256).hexdigest()


# ── delivering ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that belongs to one worker until its lease ends."""

    endpoint: Endpoint
    url: str
    version: str
    username: str
    secret: str
    """The password, sealed."""
    lease: str
    batch: tuple[Delivery, ...]


def claim(uow: UnitOfWork) -> Claim | None:
    """Lease the next batch of the endpoint that has waited longest; None when nothing is due."""
    for row in uow.connection.execute(_due_endpoints(uow.now)).all():
        if not _next_batch(uow, row):
            continue
        lease = str(uow.ids.uuid())
        taken = uow.connection.execute(
            update(endpoint_table)
            .where(endpoint_table.c.id == row.id, _may_be_leased(uow.now))
            .values(lease=lease, leased_until=uow.now + LEASE)
        )
        if taken.rowcount != 1:
            continue
        own = uow.connection.execute(select(endpoint_table).where(endpoint_table.c.id == row.id)).one()
        rows = _next_batch(uow, own)  # again, now that nobody else may settle any of it
        batch = _deliveries(uow, rows)
        if batch:
            return Claim(_endpoint(own), own.url, own.version, own.username, own.secret, lease, batch)
        release(uow, row.id, lease)
    return None


def release(uow: UnitOfWork, endpoint_id: int, lease: str) -> None:
    """Give a lease back without having used it."""
    uow.connection.execute(
        update(endpoint_table)
        .where(endpoint_table.c.id == endpoint_id, endpoint_table.c.lease == lease)
        .values(lease=None, leased_until=uow.now)
    )


def _may_be_leased(now: datetime) -> Any:
    table = endpoint_table.c
    return and_(
        table.paused.is_(False),
        or_(table.due_at.is_(None), table.due_at <= now),
        or_(table.lease.is_(None), table.leased_until <= now),
    )


def _due_endpoints(now: datetime) -> Any:
    ended = endpoint_table.c.leased_until
    order = (ended.is_not(None), ended, endpoint_table.c.id)
    return select(endpoint_table).where(_may_be_leased(now)).order_by(*order)


_DELIVERY = select(
    outbox.c.seq,
    outbox.c.statement_id,
    outbox.c.registration,
    outbox.c.body,
    outbox.c.deferrals,
    outbox.c.failed_at,
    outbox.c.size,
    outbox.c.attachments,
)


def _next_batch(uow: UnitOfWork, row: Any) -> list[Any]:
    """Return what to send next: a deferred statement that is due, alone; else the oldest pending ones, in order.

    Whatever belongs to a registration that has a deferred statement waits behind it.
    """
    of_endpoint = outbox.c.endpoint_id == row.id
    deferred = uow.connection.execute(
        select(outbox.c.seq, outbox.c.registration, outbox.c.due_at)
        .where(of_endpoint, outbox.c.state == State.DEFERRED)
        .order_by(outbox.c.seq)
    ).all()
    due = next((each.seq for each in deferred if each.due_at <= uow.now), None)
    if due is not None:
        return list(uow.connection.execute(_DELIVERY.where(outbox.c.seq == due)))
    query = _DELIVERY.where(of_endpoint, outbox.c.state == State.PENDING).order_by(outbox.c.seq).limit(row.window)
    waiting = {each.registration for each in deferred if each.registration}
    if waiting:
        query = query.where(or_(outbox.c.registration.is_(None), outbox.c.registration.not_in(waiting)))
    return list(_within_size(uow.connection.execute(query)))


def _within_size(rows: Iterable[Any]) -> Iterator[Any]:
    size = 0
    for row in rows:
        size += row.size + 1
        if size > BATCH_BYTES and size > row.size + 1:
            return
        yield row


def _deliveries(uow: UnitOfWork, rows: Sequence[Any]) -> tuple[Delivery, ...]:
    """Return what goes out, attachments and all: the LRS keeps each under its digest, so it is the same every time.

    A statement whose attachment is gone from here is parked, so that nothing waits behind it.
    """
    wanted = {sha2.lower() for row in rows for sha2, _content_type in row.attachments or ()}
    contents = asking.contents(uow, sorted(wanted)) if wanted else {}
    torn = [row.seq for row in rows if any(sha2.lower() not in contents for sha2, _ in row.attachments or ())]
    if torn:
        words = "An attachment of this statement is no longer kept here."
        uow.connection.execute(
            update(outbox)
            .where(outbox.c.seq.in_(torn))
            .values(state=State.PARKED, settled_at=uow.now, due_at=None, words=words)
        )
    return tuple(
        Delivery(
            row.seq,
            row.statement_id,
            row.registration,
            row.body,
            row.deferrals,
            row.failed_at,
            tuple(
                Attachment(sha2, content_type, contents[sha2.lower()]) for sha2, content_type in row.attachments or ()
            ),
        )
        for row in rows
        if row.seq not in torn
    )


def _endpoint(row: Any) -> Endpoint:
    return Endpoint(
        id=row.id,
        name=row.name,
        paused=row.paused,
        words=row.words,
        window=row.window,
        failures=row.failures,
        broken=row.broken,
        refused=row.refused,
        due_at=row.due_at,
        succeeded_at=row.succeeded_at,
    )


def settle(uow: UnitOfWork, claimed: Claim, settlement: Settlement) -> None:
    """Write down what a reply led to, and end the lease.

    What was acknowledged is true even if the lease was lost in the meantime; how the endpoint fares is then for the
    other worker to say.
    """
    of_it = outbox.c.endpoint_id == claimed.endpoint.id  # a number of a row that is gone may be another's by now
    open_states = and_(of_it, outbox.c.state.in_((State.PENDING, State.DEFERRED)))
    delivered = 0
    if settlement.delivered:
        changed = uow.connection.execute(
            update(outbox)
            .where(of_it, outbox.c.seq.in_(settlement.delivered), outbox.c.state != State.DELIVERED)
            .values(state=State.DELIVERED, settled_at=uow.now, body=None, words=None, due_at=None)
        )
        delivered = changed.rowcount
        uow.connection.execute(
            update(endpoint_table)
            .where(endpoint_table.c.id == claimed.endpoint.id)
            .values(delivered=endpoint_table.c.delivered + delivered)
        )
    for each in settlement.parked:
        uow.connection.execute(
            update(outbox)
            .where(outbox.c.seq == each.seq, open_states)
            .values(state=State.PARKED, settled_at=uow.now, words=each.words, due_at=None)
        )
    for delivery in settlement.deferred:
        uow.connection.execute(
            update(outbox)
            .where(outbox.c.seq == delivery.seq, open_states)
            .values(
                state=State.DEFERRED,
                deferrals=delivery.deferrals,
                failed_at=delivery.failed_at,
                due_at=settlement.due_at[delivery.seq],
            )
        )
    after = settlement.endpoint
    stopped = (endpoint_table.c.paused.is_(True), endpoint_table.c.words)  # by hand, while the request was under way
    uow.connection.execute(
        update(endpoint_table)
        .where(endpoint_table.c.id == after.id, endpoint_table.c.lease == claimed.lease)
        .values(
            paused=True if after.paused else endpoint_table.c.paused,
            words=after.words if after.paused else case(stopped, else_=after.words),
            window=after.window,
            failures=after.failures,
            broken=after.broken,
            refused=after.refused,
            due_at=after.due_at,
            succeeded_at=after.succeeded_at,
            lease=None,
            leased_until=uow.now,
        )
    )
