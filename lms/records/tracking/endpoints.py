"""Looking after endpoints: adding, pausing, resuming, how they fare, and what is parked."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from lms.base.store.work import UnitOfWork
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.kernel.ids import is_slug
from lms.records.tracking.addresses import check_url
from lms.records.tracking.model import BATCH, State
from lms.records.tracking.tables import tracking_delivery as outbox
from lms.records.tracking.tables import tracking_endpoint as endpoint_table
from lms.records.tracking.vault import Vault

VERSIONS = ("1.0.3",)
"""The versions of xAPI that an endpoint may speak."""


@dataclass(frozen=True, slots=True)
class EndpointStatus:
    """How an endpoint fares, for the delivery page and `lms endpoint list`."""

    name: str
    url: str
    version: str
    paused: bool
    words: str
    pending: int
    """Pending and deferred."""
    parked: int
    delivered: int
    oldest_at: datetime | None
    """When the oldest statement that still waits was recorded."""
    due_at: datetime | None
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """A statement given up, and why. What it says is not for admins, so its body is not here."""

    seq: int
    endpoint: str
    statement_id: str
    recorded_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Access:
    """Where an endpoint is and how to sign in there; the password sealed."""

    name: str
    url: str
    version: str
    username: str
    secret: str


def add_endpoint(
    uow: UnitOfWork,
    vault: Vault,
    *,
    name: str,
    url: str,
    username: str,
    password: str,
    version: str = "1.0.3",
    private: bool = False,
    replace: bool = False,
) -> None:
    """Add an endpoint; it receives what is recorded from now on. Raises Invalid or Conflict.

    `replace` changes address and password of the endpoint of that name instead; what waits for it goes there.
    """
    if not is_slug(name):
        raise Invalid(f"{name!r} is no name for an endpoint.", fix="Use lower-case letters, digits and hyphens.")
    if version not in VERSIONS:
        raise Invalid(f"xAPI {version} is not spoken here.", fix=f"Choose one of {', '.join(VERSIONS)}.")
    if ":" in username or not username:
        raise Invalid("The user name must not be empty and must not hold a colon.")
    access = {
        "url": check_url(url, private=private),
        "version": version,
        "username": username,
        "secret": vault.seal(password),
    }
    uow.lock("tracking")
    known = uow.connection.execute(select(endpoint_table.c.id).where(endpoint_table.c.name == name)).first()
    if known is not None and not replace:
        raise Conflict(f"There is an endpoint called {name} already.", fix="Choose another name, or use --replace.")
    if known is not None:
        uow.connection.execute(update(endpoint_table).where(endpoint_table.c.id == known.id).values(access))
        resume(uow, name)
        return
    uow.connection.execute(
        insert(endpoint_table).values(
            name=name,
            **access,
            actor_key=secrets.token_hex(32),
            created_at=uow.now,
            paused=False,
            words="",
            window=BATCH,
            failures=0,
            broken=0,
            refused=0,
            delivered=0,
        )
    )


def get_access(uow: UnitOfWork, name: str) -> Access:
    """Return where an endpoint is. Raises NotFound."""
    table = endpoint_table.c
    row = uow.connection.execute(
        select(table.name, table.url, table.version, table.username, table.secret).where(table.name == name)
    ).first()
    if row is None:
        raise _no_endpoint(name)
    return Access(*row)


def pause(uow: UnitOfWork, name: str) -> None:
    """Stop delivering to an endpoint; recording for it goes on. Raises NotFound."""
    _change(uow, name, paused=True, words="paused by hand")


def resume(uow: UnitOfWork, name: str) -> None:
    """Deliver to an endpoint again, at once. Raises NotFound. A search for the statement that breaks it goes on."""
    _change(uow, name, paused=False, words="", failures=0, refused=0, due_at=None)


def _change(uow: UnitOfWork, name: str, **values: Any) -> None:
    changed = uow.connection.execute(update(endpoint_table).where(endpoint_table.c.name == name).values(**values))
    if changed.rowcount != 1:
        raise _no_endpoint(name)


def _no_endpoint(name: str) -> NotFound:
    return NotFound(f"There is no endpoint called {name}.", fix="lms endpoint list shows them all.")


def retry(uow: UnitOfWork, name: str, seqs: Sequence[int] | None = None) -> int:
    """Send parked statements of an endpoint again (`seqs` None: all); return how many. Raises NotFound."""
    endpoint_id = uow.connection.scalar(select(endpoint_table.c.id).where(endpoint_table.c.name == name))
    if endpoint_id is None:
        raise _no_endpoint(name)
    parked = and_(outbox.c.endpoint_id == endpoint_id, outbox.c.state == State.PARKED)
    changed = uow.connection.execute(
        update(outbox)
        .where(parked if seqs is None else and_(parked, outbox.c.seq.in_(seqs)))
        .values(state=State.PENDING, settled_at=None, deferrals=0, failed_at=None, words=None)
    )
    return changed.rowcount


def list_endpoints(uow: UnitOfWork) -> list[EndpointStatus]:
    """Return every endpoint with its counts, by name."""
    unsettled = uow.connection.execute(
        select(outbox.c.endpoint_id, outbox.c.state, func.count(), func.min(outbox.c.recorded_at))
        .where(outbox.c.state.in_((State.PENDING, State.DEFERRED, State.PARKED)))
        .group_by(outbox.c.endpoint_id, outbox.c.state)
    )
    counts = {(endpoint_id, state): (count, oldest) for endpoint_id, state, count, oldest in unsettled}
    rows = uow.connection.execute(select(endpoint_table).order_by(endpoint_table.c.name)).all()
    return [_status(row, counts) for row in rows]


def _status(row: Any, counts: Mapping[tuple[int, str], tuple[int, datetime]]) -> EndpointStatus:
    waiting = [counts[row.id, state] for state in (State.PENDING, State.DEFERRED) if (row.id, state) in counts]
    return EndpointStatus(
        name=row.name,
        url=row.url,
        version=row.version,
        paused=row.paused,
        words=row.words,
        pending=sum(count for count, _ in waiting),
        parked=counts.get((row.id, State.PARKED), (0, None))[0],
        delivered=row.delivered,
        oldest_at=min((oldest for _, oldest in waiting), default=None),
        due_at=row.due_at,
        succeeded_at=row.succeeded_at,
    )


def list_parked(uow: UnitOfWork, *, limit: int = 100) -> list[ParkedDelivery]:
    """Return the newest parked statements of all endpoints, with the LRSs' own words."""
    table = outbox.c
    query = (
        select(table.seq, endpoint_table.c.name, table.statement_id, table.recorded_at, table.words)
        .join(endpoint_table, endpoint_table.c.id == table.endpoint_id)
        .where(table.state == State.PARKED)
        .order_by(table.seq.desc())
        .limit(limit)
    )
    return [ParkedDelivery(*row) for row in uow.connection.execute(query)]
