"""Statements for other programs: the parameters of GET as SQL over `lrs_reference`. `engine.xapi.filter` is its oracle.

Q1  a private statement carries no mark that is asked for here, and is left out if it did, so none is ever found
Q2  a page is a walk along one range of `lrs_reference`, in the order of storing, and further parameters are looked up;
    where a mention is enough, along a second range, no farther than the first has led
Q3  whoever may read only its own statements is asked about nothing else
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BigInteger, ColumnElement, Integer, SmallInteger, bindparam, exists, func, literal_column, select

from lms.base.store.prepared import Prepared
from lms.base.store.work import UnitOfWork
from lms.engine.xapi.filter import Filter
from lms.engine.xapi.references import ACTIVITY, AGENT, agent_key
from lms.engine.xapi.rules.agents import IDENTIFIERS
from lms.records.lrs.accepting import activities
from lms.records.lrs.clients import Client
from lms.records.lrs.model import CLIENT, EVERY, REGISTRATION, VERB, Entry, digest, mark
from lms.records.lrs.service import last_seq
from lms.records.lrs.tables import lrs_activity, lrs_attachment, lrs_reference, lrs_statement

MOST = 500
"""The most statements of one answer."""

SETTLED = timedelta(seconds=3)
"""So long ago is surely before now, by the clocks of several machines too."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_DIRECTLY, _ANYHOW = (1,), (1, 0)

_LOOKED_AT = 50
"""Statements that are looked at for what they say of somebody or something."""

_NEWEST = Prepared(
    select(lrs_statement.c.stored)
    .join(lrs_reference, lrs_reference.c.statement_seq == lrs_statement.c.seq)
    .where(lrs_reference.c.mark == mark(EVERY, ""), lrs_reference.c.direct == 1)
    .order_by(lrs_reference.c.statement_seq.desc())
    .limit(1)
)
_ENTRY = tuple(lrs_statement.c[name] for name in ("seq", "id", "stored", "body", "client_id"))


class Condition(NamedTuple):
    """A mark that a statement must carry, and the values of `direct` with which it may."""

    mark: int
    directs: tuple[int, ...] = _DIRECTLY


def find_page(uow: UnitOfWork, client: Client | None, asked: Filter, after: int | None) -> tuple[list[Entry], bool]:
    """Return the next `asked.limit` statements beyond the one with seq `after`, and whether there are more.

    `client` None asks for this installation itself.
    """
    low, high = _bounds(uow, asked)
    if after is not None:
        low, high = (max(low, after), high) if asked.ascending else (low, min(high, after - 1))
    (first, directs), *others = _conditions(client, asked)
    walk = _walk(tuple(each.directs for each in others), ascending=asked.ascending)
    values = {"mark": first, **{f"mark{number}": each.mark for number, each in enumerate(others)}}
    found: list[tuple[Any, ...]] = []
    most = asked.limit + 1
    if len(directs) > 1:  # what is stored between two questions would be found by the second alone
        high = min(high, last_seq(uow))
    for direct in directs:
        rows = walk.all(uow, **values, direct=direct, low=low, high=high, most=most)
        # What refers to a statement may stand in both ranges.
        by_seq = {row[0]: row for row in [*found, *rows]}
        found = [by_seq[seq] for seq in sorted(by_seq, reverse=not asked.ascending)][:most]
        if len(found) == most:  # the other range matters no farther than this one has led
            low, high = (low, found[-1][0]) if asked.ascending else (found[-1][0] - 1, high)
    return [Entry(*row) for row in found[: asked.limit]], len(found) == most


def find_one(uow: UnitOfWork, client: Client | None, statement_id: str, *, voided: bool) -> Entry | None:
    """Return one statement, if this client may see it."""
    table = lrs_statement.c
    query = select(*_ENTRY).where(table.id == statement_id, table.private.is_(False), table.voided.is_(voided))
    if client is not None and _is_limited(client):
        query = query.where(table.client_id == client.id)
    row = uow.connection.execute(query).first()
    return None if row is None else Entry(*row)


def consistent_through(uow: UnitOfWork) -> datetime:
    """Return until when everything that was stored can surely be found by whoever asks after this.

    That is the newest that can be seen, since `stored` grows; or some seconds ago, if nobody is storing: whoever has
    the lock may have given out `stored` long before the commit, and whoever takes it after this gives out a later one.
    """
    last = _NEWEST.first(uow)
    newest, settled = _BEGINNING if last is None else last[0], uow.now - SETTLED
    return settled if newest < settled and uow.is_free("lrs") else newest


def contents(uow: UnitOfWork, digests: Sequence[str]) -> dict[str, bytes]:
    """Return the attachments that are kept, by their SHA-2."""
    found: dict[str, bytes] = {}
    for start in range(0, len(digests), 500):
        query = select(lrs_attachment).where(lrs_attachment.c.sha2.in_(digests[start : start + 500]))
        found |= {row.sha2: bytes(row.content) for row in uow.connection.execute(query)}
    return found


def sizes(uow: UnitOfWork, digests: Sequence[str]) -> dict[str, int]:
    """Return how many bytes each attachment has that is kept, by its SHA-2."""
    found: dict[str, int] = {}
    for start in range(0, len(digests), 500):
        some = lrs_attachment.c.sha2.in_(digests[start : start + 500])
        query = select(lrs_attachment.c.sha2, func.length(lrs_attachment.c.content)).where(some)
        found |= {row[0]: row[1] for row in uow.connection.execute(query)}
    return found


def definition(uow: UnitOfWork, iri: str) -> Mapping[str, Any] | None:
    """Return the canonical definition of an activity: as clients defined it."""
    text = uow.connection.scalar(select(lrs_activity.c.definition).where(lrs_activity.c.mark == digest(ACTIVITY, iri)))
    return None if text is None else orjson.loads(text)


def described(uow: UnitOfWork, client: Client, iri: str) -> Mapping[str, Any] | None:
    """Return the definition of an activity: the canonical one, or what the newest statements say of it."""
    found = definition(uow, iri)
    if found is not None:
        return found
    page, _more = find_page(uow, client, Filter(activity=iri, related_activities=True, limit=_LOOKED_AT), None)
    for entry in page:
        for each in activities(entry.statement()):
            if each["id"] == iri and each.get("definition"):
                return dict(each["definition"])
    return None


def names_of(uow: UnitOfWork, client: Client, key: str) -> list[str]:
    """Return the names under which the newest statements speak of an agent."""
    page, _more = find_page(uow, client, Filter(agent=key, related_agents=True, limit=_LOOKED_AT), None)
    found: dict[str, None] = {}
    for entry in page:
        _collect_names(entry.statement(), key, found)
    return list(found)


def _collect_names(value: Any, key: str, found: dict[str, None]) -> None:
    if isinstance(value, list):
        for each in value:
            _collect_names(each, key, found)
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, str) and any(each in value for each in IDENTIFIERS) and agent_key(value) == key:
            found[name] = None
        for part, each in value.items():
            if part != "extensions":
                _collect_names(each, key, found)


def _is_limited(client: Client) -> bool:
    return not client.may("statements/read")


def _bounds(uow: UnitOfWork, asked: Filter) -> tuple[int, int]:
    """Return the seqs between which a statement was stored after `since` and until `until`."""
    newest = select(func.max(lrs_statement.c.seq))
    low = uow.connection.scalar(newest.where(_not_after(asked.since))) or 0 if asked.since is not None else 0
    if asked.until is None:
        return low, 2**62
    return low, uow.connection.scalar(newest.where(_not_after(asked.until))) or 0


def _not_after(at: datetime) -> Any:
    nearest = select(func.max(lrs_statement.c.stored)).where(lrs_statement.c.stored <= at).scalar_subquery()
    return lrs_statement.c.stored == nearest


def _conditions(client: Client | None, asked: Filter) -> list[Condition]:
    """Return the conditions that a statement must meet, the one that few meet first."""
    found = []
    if asked.registration is not None:
        found.append(Condition(mark(REGISTRATION, asked.registration)))
    if asked.agent is not None:
        found.append(Condition(mark(AGENT, asked.agent), _ANYHOW if asked.related_agents else _DIRECTLY))
    if asked.activity is not None:
        found.append(Condition(mark(ACTIVITY, asked.activity), _ANYHOW if asked.related_activities else _DIRECTLY))
    if asked.verb is not None:
        found.append(Condition(mark(VERB, asked.verb)))
    if client is not None and _is_limited(client):
        found.append(Condition(mark(CLIENT, str(client.id))))
    return found or [Condition(mark(EVERY, ""))]


@lru_cache
def _walk(others: tuple[tuple[int, ...], ...], *, ascending: bool) -> Prepared:
    """Return the query for the first `most` statements with a `mark` that is `direct` or not, and a seq above `low`, up to `high`.

    `others` are further marks, `mark0` and so on: for each the values of `direct` with which a statement may carry it.
    """
    reference = lrs_reference.alias()
    seq = reference.c.statement_seq
    query = (
        select(*_ENTRY)
        .select_from(reference.join(lrs_statement, lrs_statement.c.seq == seq))
        .where(
            reference.c.mark == bindparam("mark", type_=BigInteger),
            reference.c.direct == bindparam("direct", type_=SmallInteger),
            seq > bindparam("low", type_=BigInteger),
            seq <= bindparam("high", type_=BigInteger),
            lrs_statement.c.voided.is_(False),
            lrs_statement.c.private.is_(False),
            *(_carries(f"mark{number}", directs, seq) for number, directs in enumerate(others)),
        )
    )
    return Prepared(query.order_by(seq if ascending else seq.desc()).limit(bindparam("most", type_=Integer)))


def _carries(name: str, directs: tuple[int, ...], seq: ColumnElement[int]) -> ColumnElement[bool]:
    other = lrs_reference.alias()
    one = bindparam(name, type_=BigInteger)
    among = other.c.direct.in_([literal_column(str(each)) for each in directs])
    return exists().where(other.c.mark == one, among, other.c.statement_seq == seq)
