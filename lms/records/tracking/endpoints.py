"""Looking after endpoints: adding, pausing, resuming, how they fare, and what is parked."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from lms.base.store.work import UnitOfWork
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.kernel.ids import is_slug
from lms.records.lrs import service as lrs
from lms.records.lrs.model import Entry
from lms.records.tracking import others as foreign
from lms.records.tracking import service
from lms.records.tracking.addresses import check_url
from lms.records.tracking.model import BATCH, State
from lms.records.tracking.tables import tracking_delivery as outbox
from lms.records.tracking.tables import tracking_endpoint as endpoint_table
from lms.records.tracking.vault import Vault
from lms.records.tracking.wanted import VERB_IRIS, unknown_verbs, wanted

VERSIONS = ("1.0.3", "2.0.0")
"""The versions of xAPI that an endpoint may speak."""

SHOWN = 100
"""Of what is parked or withheld, how many are shown."""

_IS_THERE = endpoint_table.c.removed_at.is_(None)
_OF_ANY = outbox.c.endpoint_id.in_(select(endpoint_table.c.id).where(_IS_THERE))
"""The outbox's indexes begin with the endpoint: without naming them, all that was delivered is walked."""


@dataclass(frozen=True, slots=True)
class EndpointStatus:
    """How an endpoint fares, for the delivery page and `lms endpoint list`."""

    name: str
    url: str
    version: str
    verbs: tuple[str, ...]
    """Names of the verbs that it is sent; none: all."""
    about: tuple[str, ...]
    """Ids of the courses and scenarios that it is told of; none: all."""
    others: bool
    """Whether it is sent what other programs send here too."""
    paused: bool
    words: str
    pending: int
    """Pending and deferred."""
    parked: int
    withheld: int
    """What it cannot be sent, of the last thirty days."""
    delivered: int
    oldest_at: datetime | None
    """When the oldest statement that still waits was recorded."""
    due_at: datetime | None
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoppedDelivery:
    """A statement given up or withheld, and why. What it says is not for admins, so its body is not here."""

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
    verbs: Sequence[str] = (),
    about: Sequence[str] = (),
    others: bool = False,
    private: bool = False,
    replace: bool = False,
) -> bool:
    """Add an endpoint; it receives what is recorded from now on (`replay` sends what was before).

    `verbs` and `about` say what it is sent: verbs by name, courses and scenarios by id; all, where nothing is named.
    `others` sends what other programs send here too, as far as the same filter lets it through.
    `replace` changes address, password and filter of the endpoint of that name; what waits for it goes there.
    Returns whether it is new. Raises Invalid or Conflict.
    """
    if not is_slug(name):
        raise Invalid(f"{name!r} is no name for an endpoint.", fix="Use lower-case letters, digits and hyphens.")
    if version not in VERSIONS:
        raise Invalid(f"xAPI {version} is not spoken here.", fix=f"Choose one of {', '.join(VERSIONS)}.")
    if ":" in username or not username:
        raise Invalid("The user name must not be empty and must not hold a colon.")
    if unknown := unknown_verbs(verbs):
        raise Invalid(f"We have no verb {unknown[0]!r}.", fix=f"Choose among {', '.join(VERB_IRIS)}.")
    if odd := [each for each in about if not is_slug(each)]:
        raise Invalid(f"{odd[0]!r} is not the id of a course or scenario.", fix="Use the name of its folder.")
    access = {
        "verbs": list(verbs),
        "about": list(about),
        "others": others,
        "url": check_url(url, private=private),
        "version": version,
        "username": username,
        "secret": vault.seal(password),
    }
    uow.lock("tracking")
    known = uow.connection.execute(select(endpoint_table.c.id).where(_named(name))).first()
    if known is not None and not replace:
        raise Conflict(f"There is an endpoint called {name} already.", fix="Choose another name, or use --replace.")
    if known is not None:
        uow.connection.execute(update(endpoint_table).where(endpoint_table.c.id == known.id).values(access))
        resume(uow, name)
        return False
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
    return True


def get_access(uow: UnitOfWork, name: str) -> Access:
    """Return where an endpoint is. Raises NotFound."""
    table = endpoint_table.c
    row = uow.connection.execute(
        select(table.name, table.url, table.version, table.username, table.secret).where(_named(name))
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


def remove(uow: UnitOfWork, name: str) -> int:
    """Forget an endpoint with its password, from now on; return how many statements waited for it. Raises NotFound.

    What the outbox holds for it goes by and by (`prune`), and nothing of it is shown, or sent but for a batch that is on
    its way. The name is free again.
    """
    uow.lock("tracking")
    endpoint_id = uow.connection.scalar(select(endpoint_table.c.id).where(_named(name)))
    if endpoint_id is None:
        raise _no_endpoint(name)
    unsent = (State.PENDING, State.DEFERRED, State.PARKED)
    of_it = and_(outbox.c.endpoint_id == endpoint_id, outbox.c.state.in_(unsent))
    count = uow.connection.scalar(select(func.count()).select_from(outbox).where(of_it)) or 0
    gone = {"name": f"removed {endpoint_id}", "removed_at": uow.now, "paused": True, "others": False, "words": ""}
    gone |= {"url": "", "username": "", "secret": ""}
    uow.connection.execute(update(endpoint_table).where(endpoint_table.c.id == endpoint_id).values(gone))
    return count


def _named(name: str) -> Any:
    return and_(endpoint_table.c.name == name, _IS_THERE)


def _change(uow: UnitOfWork, name: str, **values: Any) -> None:
    changed = uow.connection.execute(update(endpoint_table).where(_named(name)).values(**values))
    if changed.rowcount != 1:
        raise _no_endpoint(name)


def _no_endpoint(name: str) -> NotFound:
    return NotFound(f"There is no endpoint called {name}.", fix="lms endpoint list shows them all.")


@dataclass(frozen=True, slots=True)
class Sent:
    """How one statement fares at one endpoint."""

    endpoint: str
    state: str
    settled_at: datetime | None
    words: str


def list_sent(uow: UnitOfWork, statement_id: str) -> tuple[Sent, ...]:
    """Return where a statement was sent, or is to be, by the endpoint's name; deliveries long past are forgotten."""
    query = (
        select(endpoint_table.c.name, outbox.c.state, outbox.c.settled_at, func.coalesce(outbox.c.words, ""))
        .join(endpoint_table, endpoint_table.c.id == outbox.c.endpoint_id)
        .where(_OF_ANY, outbox.c.statement_id == statement_id)
        .order_by(endpoint_table.c.name)
    )
    return tuple(Sent(*row) for row in uow.connection.execute(query))


def retry(uow: UnitOfWork, name: str, seqs: Sequence[int] | None = None) -> int:
    """Send parked statements of an endpoint again (`seqs` None: all); return how many. Raises NotFound."""
    endpoint_id = uow.connection.scalar(select(endpoint_table.c.id).where(_named(name)))
    if endpoint_id is None:
        raise _no_endpoint(name)
    parked = and_(outbox.c.endpoint_id == endpoint_id, outbox.c.state == State.PARKED)
    changed = uow.connection.execute(
        update(outbox)
        .where(parked if seqs is None else and_(parked, outbox.c.seq.in_(seqs)))
        .values(state=State.PENDING, settled_at=None, deferrals=0, failed_at=None, words=None)
    )
    return changed.rowcount


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a part of a replay put into the outbox, and up to which seq it came; None: that was the end."""

    count: int
    last: int | None


def replay(uow: UnitOfWork, name: str, since: datetime, *, after: int = 0) -> Replayed:
    """Put into the outbox what was stored from `since` on and passes the endpoint's filter, delivered or not.

    One part in one transaction, so that nobody waits long; call it again with `after` until `last` is None. What
    waits or is parked stays as it is; what was withheld is judged again. A store takes a statement that it has already for what it is: the same.
    Raises NotFound.
    """
    uow.lock("tracking")
    row = uow.connection.execute(select(endpoint_table).where(_named(name))).first()
    if row is None:
        raise _no_endpoint(name)
    page = lrs.list_since(uow, since, after=after, others=row.others)
    if not page:
        return Replayed(0, None)
    rows = _outgoing(uow, row, page)
    of_these = and_(outbox.c.endpoint_id == row.id, outbox.c.statement_id.in_(rows))
    known = dict(iter(uow.connection.execute(select(outbox.c.statement_id, outbox.c.state).where(of_these))))
    fresh = [values for id_, values in rows.items() if id_ not in known]
    again = [
        values
        for id_, values in rows.items()
        if values["state"] == State.PENDING and known.get(id_) in {State.DELIVERED, State.WITHHELD}
    ]
    if fresh:
        uow.connection.execute(insert(outbox), fresh)
    for values in again:
        uow.connection.execute(
            update(outbox)
            .where(outbox.c.endpoint_id == row.id, outbox.c.statement_id == values["statement_id"])
            .values(**values)
        )
    return Replayed(sum(values["state"] == State.PENDING for values in (*fresh, *again)), page[-1].seq)


def _outgoing(uow: UnitOfWork, row: Any, page: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """Return what goes out of a page of statements by their id, in order: our own and those of other programs."""
    only = wanted(uow.address, tuple(row.verbs), tuple(row.about))
    receiver = foreign.Receiver(row.id, row.actor_key, row.version, only)
    sent_here = [entry for entry in page if entry.client is not None]
    rows = {values["statement_id"]: values for values in foreign.outgoing(uow, sent_here, [receiver])}
    for entry in page:
        if entry.client is None and only.takes(told := _as_recorded(entry)):
            values = service.outgoing(uow, row.id, row.actor_key, entry.id, told)
            rows[entry.id] = {**values, "settled_at": None, "words": None, "attachments": None}
    return {entry.id: rows[entry.id] for entry in page if entry.id in rows}


def _as_recorded(entry: Entry) -> dict[str, Any]:
    """Return a statement as it was recorded, without what our own store has added to it."""
    return {key: value for key, value in entry.statement().items() if key not in foreign.ADDED}


PRUNED_AT_ONCE = 1000


def prune(uow: UnitOfWork, settled_before: datetime) -> int:
    """Forget what was delivered or withheld long ago, and whatever a removed endpoint has left; return how many.

    Rows of the outbox only, at most 1000 of each: the oldest are looked at, so it costs the same however much was ever
    delivered. A removed endpoint goes last, when nobody can be recording for it any more.
    """
    count = 0
    lease = endpoint_table.c.leased_until
    is_still = or_(lease.is_(None), lease <= uow.now)  # what is on its way is settled first
    for endpoint_id in uow.connection.scalars(select(endpoint_table.c.id).where(~_IS_THERE, is_still)).all():
        rest = select(outbox.c.seq).where(outbox.c.endpoint_id == endpoint_id).limit(PRUNED_AT_ONCE)
        gone = uow.connection.execute(delete(outbox).where(outbox.c.seq.in_(rest))).rowcount
        count += gone
        if not gone:
            is_it = and_(endpoint_table.c.id == endpoint_id, endpoint_table.c.removed_at < settled_before)
            uow.connection.execute(delete(endpoint_table).where(is_it))
    endpoints = uow.connection.scalars(select(endpoint_table.c.id).where(_IS_THERE)).all()
    for endpoint_id, state in product(endpoints, (State.DELIVERED, State.WITHHELD)):
        oldest = (
            select(outbox.c.seq, outbox.c.settled_at)
            .where(outbox.c.endpoint_id == endpoint_id, outbox.c.state == state)
            .order_by(outbox.c.seq)
            .limit(PRUNED_AT_ONCE)
            .subquery()
        )
        old = select(oldest.c.seq).where(oldest.c.settled_at < settled_before)
        count += uow.connection.execute(delete(outbox).where(outbox.c.seq.in_(old))).rowcount
    return count


def list_endpoints(uow: UnitOfWork) -> list[EndpointStatus]:
    """Return every endpoint with its counts, by name."""
    unsettled = uow.connection.execute(
        select(outbox.c.endpoint_id, outbox.c.state, func.count(), func.min(outbox.c.recorded_at))
        .where(_OF_ANY, outbox.c.state.in_((State.PENDING, State.DEFERRED, State.PARKED, State.WITHHELD)))
        .group_by(outbox.c.endpoint_id, outbox.c.state)
    )
    counts = {(endpoint_id, state): (count, oldest) for endpoint_id, state, count, oldest in unsettled}
    rows = uow.connection.execute(select(endpoint_table).where(_IS_THERE).order_by(endpoint_table.c.name)).all()
    return [_status(row, counts) for row in rows]


def _status(row: Any, counts: Mapping[tuple[int, str], tuple[int, datetime]]) -> EndpointStatus:
    waiting = [counts[row.id, state] for state in (State.PENDING, State.DEFERRED) if (row.id, state) in counts]
    return EndpointStatus(
        name=row.name,
        url=row.url,
        version=row.version,
        verbs=tuple(row.verbs),
        about=tuple(row.about),
        others=row.others,
        paused=row.paused,
        words=row.words,
        pending=sum(count for count, _ in waiting),
        parked=counts.get((row.id, State.PARKED), (0, None))[0],
        withheld=counts.get((row.id, State.WITHHELD), (0, None))[0],
        delivered=row.delivered,
        oldest_at=min((oldest for _, oldest in waiting), default=None),
        due_at=row.due_at,
        succeeded_at=row.succeeded_at,
    )


def list_parked(uow: UnitOfWork) -> list[StoppedDelivery]:
    """Return the newest parked statements of all endpoints, with the LRSs' own words."""
    return _list_stopped(uow, State.PARKED)


def list_withheld(uow: UnitOfWork) -> list[StoppedDelivery]:
    """Return the newest statements that endpoints cannot be sent, and why."""
    return _list_stopped(uow, State.WITHHELD)


def _list_stopped(uow: UnitOfWork, state: State) -> list[StoppedDelivery]:
    table = outbox.c
    query = (
        select(table.seq, endpoint_table.c.name, table.statement_id, table.recorded_at, table.words)
        .join(endpoint_table, endpoint_table.c.id == table.endpoint_id)
        .where(_OF_ANY, table.state == state)
        .order_by(table.seq.desc())
        .limit(SHOWN)
    )
    return [StoppedDelivery(*row) for row in uow.connection.execute(query)]
