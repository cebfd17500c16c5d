"""Storing statements, and walking through them: what the rest of the house asks of the LRS."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import insert, select

from lms.base.store.prepared import Asked, Prepared
from lms.base.store.work import UnitOfWork
from lms.engine.xapi.references import AGENT, agent_key, references
from lms.engine.xapi.validate import validate
from lms.kernel.errors import Invalid
from lms.records.lrs.model import EVERY, Author, Entry, Marks, author, mark, marks
from lms.records.lrs.tables import lrs_reference, lrs_statement

_TICK = timedelta(microseconds=1)
_PAGE = 500

_LAST = Prepared(select(lrs_statement.c.seq, lrs_statement.c.stored).order_by(lrs_statement.c.seq.desc()).limit(1))
_KEEP = Prepared(insert(lrs_statement), *lrs_statement.c.keys())
_KEEP_REFERENCE = Prepared(insert(lrs_reference), *lrs_reference.c.keys())
_ENTRY = select(*(lrs_statement.c[name] for name in ("seq", "id", "stored", "body", "client_id")))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A statement on its way in: as parsed, without an authority, and as text that ends before its last brace."""

    statement: Mapping[str, Any]
    text: str
    id: str
    marks: Marks | None = None
    """What it is found by, if that is known already."""


def prepare(statements: Sequence[Mapping[str, Any]], *, address: str, private: bool = False) -> tuple[Incoming, ...]:
    """Judge statements of ours, which carry their id and timestamp, and make ready all that can be without the store.

    Raises Invalid, naming every broken rule, when one of them is no statement.
    """
    problems = [violation for statement in statements for violation in _judge(statement)]
    if problems:
        raise Invalid("This is not an xAPI statement, so it was not kept.", problems=problems)
    by = own_author(address)
    return tuple(
        Incoming(each, orjson.dumps(each)[:-1].decode(), each["id"].lower(), marks(each, by, private=private))
        for each in statements
    )


def store(uow: UnitOfWork, statements: Sequence[Mapping[str, Any]], *, private: bool = False) -> tuple[Entry, ...]:
    """Prepare and keep statements of ours. Raises Invalid; then none is kept."""
    return keep_own(uow, prepare(statements, address=uow.address, private=private), private=private)


def keep_own(uow: UnitOfWork, given: Sequence[Incoming], *, private: bool = False) -> tuple[Entry, ...]:
    """Keep statements of ours that were prepared, in order, and return them as kept.

    It takes the store's lock until the commit, so call it late in a unit of work.
    """
    if not given:
        return ()
    uow.lock("lrs")
    return keep(uow, given, private=private, by=own_author(uow.address))


def _judge(statement: Mapping[str, Any]) -> Iterator[object]:
    violations = validate(statement)
    if violations:
        yield from violations
    else:
        yield from (f"$.{key}: is required here" for key in ("id", "timestamp") if key not in statement)


@lru_cache(maxsize=8)
def own_author(address: str) -> Author:
    """Return who vouches for statements of ours."""
    return author(address, "lms")


def ask_last(uow: UnitOfWork) -> Asked:
    """Ask for the newest statement: under the lock, `keep` goes on from there."""
    return _LAST.ask(uow)


def keep(
    uow: UnitOfWork,
    given: Sequence[Incoming],
    *,
    by: Author,
    private: bool = False,
    version: str = "1.0.0",
    last: Asked | None = None,
) -> tuple[Entry, ...]:
    """Keep what has been judged, under the lock that the caller holds; add what an LRS adds.

    `version` is what a statement gets that names none; `last` is `ask_last`, if that has been asked already. `stored` is the time now, when nobody else stores, and not that
    of the unit, which may have waited for the lock: so it is later than any time at which the lock was free (see
    `asking.consistent_through`).
    """
    newest, now = (last or ask_last(uow)).first(), uow.clock.now()
    seq, stored = (0, now) if newest is None else (newest[0], max(now, newest[1] + _TICK))
    entries, rows, found = [], [], []
    for each in given:
        seq += 1
        at = _stored(stored)
        added = f',"authority":{by.authority},"stored":"{at}"'
        if "version" not in each.statement:
            added += f',"version":"{version}"'
        if "timestamp" not in each.statement:
            added += f',"timestamp":"{at}"'
        body = f"{each.text}{added}}}"
        entries.append(Entry(seq, each.id, stored, body, by.client))
        rows.append(
            {
                "seq": seq,
                "id": each.id,
                "stored": stored,
                "verb": each.statement["verb"]["id"],
                "body": body,
                "voided": False,
                "private": private,
                "client_id": by.client,
            }
        )
        found += [
            {"mark": one, "direct": direct, "statement_seq": seq}
            for one, direct in (
                marks(each.statement, by, private=private) if each.marks is None else each.marks
            ).items()
        ]
        stored += _TICK
    _KEEP.run_all(uow, rows)
    _KEEP_REFERENCE.run_all(uow, found)
    return tuple(entries)


def _stored(at: datetime) -> str:
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def last_seq(uow: UnitOfWork) -> int:
    """Return the seq of the newest statement: how many were ever stored, private ones too."""
    last = _LAST.first(uow)
    return 0 if last is None else int(last[0])


def find_statement(uow: UnitOfWork, statement_id: str) -> Entry | None:
    """Return the statement with this id, private or not; None if there is none."""
    row = uow.connection.execute(_ENTRY.where(lrs_statement.c.id == statement_id.lower())).first()
    return None if row is None else Entry(*row)


def list_public(uow: UnitOfWork) -> Iterator[Entry]:
    """Yield every statement that others may see, in the order of storing, a page at a time."""
    last = 0
    every = select(lrs_reference.c.statement_seq).where(
        lrs_reference.c.mark == mark(EVERY, ""), lrs_reference.c.direct == 1
    )
    while True:
        seqs = every.where(lrs_reference.c.statement_seq > last).order_by(lrs_reference.c.statement_seq).limit(_PAGE)
        query = _ENTRY.where(lrs_statement.c.seq.in_(seqs)).order_by(lrs_statement.c.seq)
        page = uow.connection.execute(query).all()
        if not page:
            return
        yield from (Entry(*row) for row in page)
        last = page[-1].seq


def list_since(uow: UnitOfWork, since: datetime, *, after: int = 0, others: bool = False) -> list[Entry]:
    """Return a page of what may leave, stored from `since` on and after the seq `after`.

    That is what was recorded here and, with `others`, what other programs sent.
    """
    table = lrs_statement.c
    if not after:
        first = uow.connection.execute(select(table.seq).where(table.stored >= since).order_by(table.stored).limit(1))
        after = first.scalar_one_or_none() or 0
        if not after:
            return []
        after -= 1
    query = _ENTRY.where(table.seq > after, table.private.is_(False))
    if not others:
        query = query.where(table.client_id.is_(None))
    return [Entry(*row) for row in uow.connection.execute(query.order_by(table.seq).limit(_PAGE))]


def list_about(uow: UnitOfWork, agent: Mapping[str, Any]) -> list[Entry]:
    """Return every statement about this agent, private ones too: for the eyes of that person alone."""
    key = agent_key(agent) or ""
    about = select(lrs_reference.c.statement_seq).where(
        lrs_reference.c.mark.in_([mark(AGENT, key), mark(AGENT, key, private=True)]),
        lrs_reference.c.direct == 1,
    )
    query = (
        _ENTRY.add_columns(lrs_statement.c.private).where(lrs_statement.c.seq.in_(about)).order_by(lrs_statement.c.seq)
    )
    return [Entry(*row) for *row, private in uow.connection.execute(query) if not private or _names(Entry(*row), key)]


def _names(entry: Entry, key: str) -> bool:
    """Tell whether a statement itself speaks of an agent: two may share a mark, and what is private is nobody else's."""
    return any(kind == AGENT and named == key for kind, named, _relation in references(entry.statement()))
