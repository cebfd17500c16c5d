"""Storing statements, and walking through them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import insert, select

from lms.base.store.work import UnitOfWork
from lms.engine.xapi.references import AGENT, agent_key, references
from lms.engine.xapi.validate import validate
from lms.kernel.errors import Invalid
from lms.kernel.ids import content_hash
from lms.records.lrs.model import Entry
from lms.records.lrs.tables import lrs_reference, lrs_statement

_TICK = timedelta(microseconds=1)
_PAGE = 500

_LAST = select(lrs_statement.c.seq, lrs_statement.c.stored).order_by(lrs_statement.c.seq.desc()).limit(1)
_INSERT_STATEMENT = insert(lrs_statement)
_INSERT_REFERENCE = insert(lrs_reference)
_ENTRY = select(lrs_statement.c.seq, lrs_statement.c.id, lrs_statement.c.stored, lrs_statement.c.body)


def store(uow: UnitOfWork, statements: Sequence[Mapping[str, Any]], *, private: bool = False) -> tuple[Entry, ...]:
    """Keep statements that carry their id and timestamp, in order, and return them as kept.

    Raises Invalid, naming every broken rule, when one of them is no statement; then none is kept. It takes the
    store's lock until the commit, so call it late in a unit of work.
    """
    problems = [violation for statement in statements for violation in _judge(statement)]
    if problems:
        raise Invalid("This is not an xAPI statement, so it was not kept.", problems=problems)
    if not statements:
        return ()
    uow.lock("lrs")
    last = uow.connection.execute(_LAST).first()
    seq, stored = (0, uow.now) if last is None else (last.seq, max(uow.now, last.stored + _TICK))
    entries, rows, found = [], [], []
    for statement in statements:
        seq += 1
        encoded = orjson.dumps(statement)
        entry = Entry(seq, statement["id"].lower(), stored, encoded.decode())
        entries.append(entry)
        rows.append(_row(entry, statement, content_hash(encoded), private=private))
        found += [
            {"kind": each.kind, "key": each.key, "relation": each.relation, "statement_seq": seq}
            for each in set(references(statement))
        ]
        stored += _TICK
    uow.connection.execute(_INSERT_STATEMENT, rows)
    uow.connection.execute(_INSERT_REFERENCE, found)
    return tuple(entries)


def _judge(statement: Mapping[str, Any]) -> Iterator[object]:
    violations = validate(statement)
    if violations:
        yield from violations
    else:
        yield from (f"$.{key}: is required here" for key in ("id", "timestamp") if key not in statement)


def _row(entry: Entry, statement: Mapping[str, Any], digest: str, *, private: bool) -> dict[str, Any]:
    registration = statement.get("context", {}).get("registration")
    at = datetime.fromisoformat(statement["timestamp"].upper().replace(",", "."))
    return {
        "seq": entry.seq,
        "id": entry.id,
        "stored": entry.stored,
        "timestamp": at if at.tzinfo else at.replace(tzinfo=UTC),
        "verb": statement["verb"]["id"],
        "registration": registration.lower() if registration else None,
        "digest": digest,
        "body": entry.body,
        "voided": False,
        "private": private,
    }


def find_statement(uow: UnitOfWork, statement_id: str) -> Entry | None:
    """Return the statement with this id, private or not; None if there is none."""
    row = uow.connection.execute(_ENTRY.where(lrs_statement.c.id == statement_id.lower())).first()
    return None if row is None else Entry(*row)


def list_public(uow: UnitOfWork) -> Iterator[Entry]:
    """Yield every statement that others may see, in the order of storing, a page at a time."""
    last = 0
    while True:
        query = _ENTRY.where(lrs_statement.c.seq > last, lrs_statement.c.private.is_(False))
        page = uow.connection.execute(query.order_by(lrs_statement.c.seq).limit(_PAGE)).all()
        if not page:
            return
        yield from (Entry(*row) for row in page)
        last = page[-1].seq


def list_about(uow: UnitOfWork, agent: Mapping[str, Any]) -> list[Entry]:
    """Return every statement about this agent, private ones too: for the eyes of that person alone."""
    about = select(lrs_reference.c.statement_seq).where(
        lrs_reference.c.kind == AGENT,
        lrs_reference.c.key == agent_key(agent),
        lrs_reference.c.relation.in_(("actor", "object")),
    )
    query = _ENTRY.where(lrs_statement.c.seq.in_(about)).order_by(lrs_statement.c.seq)
    return [Entry(*row) for row in uow.connection.execute(query)]
