"""Statements from other programs: judged, kept as they came, all of a batch or none.

A1  an id that is known already changes nothing: an equal statement is fine, another one is a conflict (409)
A2  whoever refers to a statement can be found as that statement can, whichever of them came first
A3  a client voids what it sent itself; to void anything else it needs the scope `all`
A4  attachments are kept once, under the digest that was checked
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.base.store.prepared import Among, Prepared
from lms.base.store.work import UnitOfWork
from lms.engine.xapi.compare import same
from lms.engine.xapi.filter import FARTHEST, is_voiding
from lms.engine.xapi.reading import Raw, without, write_json
from lms.engine.xapi.references import ACTIVITY, STATEMENT
from lms.engine.xapi.validate import validate
from lms.records.lrs import signatures
from lms.records.lrs.ask import (
    ERROR_CODES,
    FORMATTING,
    JSON_CONTENT,
    MULTIPART,
    POST_STATEMENTS,
    SECOND,
    Refusal,
    as_utc,
)
from lms.records.lrs.clients import Client
from lms.records.lrs.model import Author, Marks, StatementsComing, add_shared_marks, digest, mark, marks
from lms.records.lrs.multipart import Part
from lms.records.lrs.service import Incoming, ask_last, keep
from lms.records.lrs.tables import lrs_activity, lrs_attachment, lrs_client, lrs_reference, lrs_statement

BATCH = 10_000
"""The most statements of one request."""

_HASHES = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
_REPLACED = frozenset({"stored", "authority"})


class Accepted(NamedTuple):
    """The ids of what was sent, in order, and when the last of it was stored that is new."""

    ids: list[str]
    stored: datetime | None = None


def accept(
    uow: UnitOfWork,
    client: Client,
    version: str,
    sent: Sequence[Raw],
    parts: Sequence[Part] | None,
    *,
    statement_id: str | None = None,
) -> Accepted:
    """Keep statements of a client and return their ids. `parts` are the attachments of a multipart request.

    `statement_id` is the id that a PUT names. Raises Refusal.
    """
    if len(sent) > BATCH:
        raise Refusal(413, f"There are more than {BATCH} statements in this batch.", ERROR_CODES)
    _judge(sent, version)
    contents = _match_attachments([each.value for each in sent], parts, version)
    given, named = [], set()
    for raw in sent:
        own = raw.value.get("id")
        if statement_id is not None and own is not None and own.lower() != statement_id.lower():
            raise Refusal(400, "The statement has another id than the parameter statementId.", FORMATTING)
        own = own or statement_id
        given.append(_incoming(raw, own or str(uow.ids.uuid()), version, client.author))
        if own is not None:
            named.add(given[-1].id)
    ids = [each.id for each in given]
    if len(set(ids)) != len(ids):
        raise Refusal(400, "Two statements of this batch have the same id.", POST_STATEMENTS)
    said = _definitions(given) if client.may("define") else {}
    uow.lock("lrs")
    # One journey to the database: whatever has to be known is asked before the first answer is looked at.
    last, defined = ask_last(uow), _DEFINED.ask(uow, list(said))
    held = _HELD.ask(uow, [each for each in ids if each in named])
    referring = _REFERRING.ask(uow, [mark(STATEMENT, each) for each in ids if each in named])
    coming = StatementsComing()
    uow.publish(coming)
    known = _known(given, held())
    new = [each for each in given if each.id not in known]
    if not new:
        return Accepted(ids)
    entries = keep(uow, new, by=client.author, version="2.0.0" if version == SECOND else "1.0.0", last=last)
    if said:
        _define(uow, _definitions(new) if known else said, dict(defined()))
    _link(uow, client, [(entry.seq, each) for entry, each in zip(entries, new, strict=True)], referring())
    _keep_attachments(uow, contents)
    for call in coming.then:
        call(entries)
    return Accepted(ids, entries[-1].stored)


def _judge(sent: Sequence[Raw], version: str) -> None:
    problems = []
    for number, raw in enumerate(sent):
        found = validate(raw.value, version)
        where = f"[{number}]" if len(sent) > 1 else ""
        problems += [f"{where}{each}" for each in found]
        if len(problems) > 100:  # noqa: PLR2004 - more than anybody reads
            break
    if problems:
        raise Refusal(400, "This is not an xAPI statement, so nothing was kept.", FORMATTING, problems=problems)


# ── the form in which a statement is kept ─────────────────────────────────────────────────────────────────────────


def _incoming(raw: Raw, statement_id: str, version: str, by: Author) -> Incoming:
    value: dict[str, Any] = raw.value
    replaced = _REPLACED & value.keys()
    changed = _normal(value, version)
    if changed is not value or replaced:
        value = {key: item for key, item in changed.items() if key not in _REPLACED}
    text = write_json(value) if changed is not raw.value else without(raw, replaced) if replaced else raw.text
    named = "" if "id" in value else f',"id":"{statement_id}"'
    return Incoming(value, f"{text[:-1]}{named}", statement_id.lower(), marks(value, by))


def _normal(statement: dict[str, Any], version: str) -> dict[str, Any]:
    """Return a statement with what an LRS changes: activities in arrays, and timestamps in UTC under 2.0.0."""
    changed = statement
    context = statement.get("context", {}).get("contextActivities", {})
    if any(isinstance(each, dict) for each in context.values()):
        arrays = {key: [each] if isinstance(each, dict) else each for key, each in context.items()}
        changed = {**changed, "context": {**statement["context"], "contextActivities": arrays}}
    at = statement.get("timestamp")
    if version == SECOND and at is not None and not at.endswith("Z"):
        instant = as_utc(at)
        if instant is None:
            raise Refusal(400, "The timestamp is beyond the calendar in UTC.", FORMATTING)
        changed = {**changed, "timestamp": f"{instant.replace(tzinfo=None).isoformat()}Z"}
    target = statement["object"]
    if target.get("objectType") == "SubStatement" and (inner := _normal(target, version)) is not target:
        changed = {**changed, "object": inner}
    return changed


# ── what is known already ─────────────────────────────────────────────────────────────────────────────────────────


_HELD = Among(select(lrs_statement.c.id, lrs_statement.c.body, lrs_statement.c.private), lrs_statement.c.id)


def _known(given: Sequence[Incoming], held: Iterable[tuple[str, str, bool]]) -> set[str]:
    by_id = {each.id: each for each in given}
    known = set()
    for id_, body, is_private in held:
        if is_private or not same(orjson.loads(body), by_id[id_].statement):
            raise Refusal(409, f"Another statement has the id {id_}.", POST_STATEMENTS)
        known.add(id_)
    return known


# ── attachments ───────────────────────────────────────────────────────────────────────────────────────────────────


def attachments(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every attachment of a valid statement, those of a sub-statement too."""
    yield from statement.get("attachments", ())
    if statement["object"].get("objectType") == "SubStatement":
        yield from statement["object"].get("attachments", ())


def _match_attachments(
    statements: Sequence[Mapping[str, Any]], parts: Sequence[Part] | None, version: str
) -> dict[str, bytes]:
    contents = {}
    for part in parts or ():
        sha2 = part.headers.get("x-experience-api-hash", "").lower()
        if not sha2:
            raise Refusal(400, "An attachment's part needs the header X-Experience-API-Hash.", MULTIPART)
        if part.headers.get("content-transfer-encoding", "").lower() != "binary":
            raise Refusal(400, "An attachment's part needs Content-Transfer-Encoding: binary.", MULTIPART)
        make = _HASHES.get(len(sha2))
        if make is None or make(part.content).hexdigest() != sha2:
            raise Refusal(400, "X-Experience-API-Hash is not the SHA-2 of its part.", MULTIPART)
        contents[sha2] = part.content
    wanted = set()
    for statement in statements:
        for each in attachments(statement):
            sha2 = each["sha2"].lower()
            wanted.add(sha2)
            if sha2 not in contents and "fileUrl" not in each:
                rule = JSON_CONTENT if parts is None else MULTIPART
                raise Refusal(400, "An attachment has neither a fileUrl nor a part with its data.", rule)
            if each["usageType"] == signatures.USAGE:
                signatures.check(statement, each, contents.get(sha2), version)
    if not contents.keys() <= wanted:
        raise Refusal(400, "A part belongs to no attachment of these statements.", MULTIPART)
    return contents


def _keep_attachments(uow: UnitOfWork, contents: Mapping[str, bytes]) -> None:
    if contents:
        column = lrs_attachment.c.sha2
        have = set(uow.connection.scalars(select(column).where(column.in_(list(contents)))))
        rows = [{"sha2": sha2, "content": content} for sha2, content in contents.items() if sha2 not in have]
        if rows:
            uow.connection.execute(insert(lrs_attachment), rows)


# ── activities ────────────────────────────────────────────────────────────────────────────────────────────────────


def activities(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every activity of a valid statement."""
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        yield target
    elif kind == "SubStatement":
        yield from activities(target)
    for items in statement.get("context", {}).get("contextActivities", {}).values():
        yield from [items] if isinstance(items, dict) else items


_DEFINED = Among(select(lrs_activity.c.mark, lrs_activity.c.definition), lrs_activity.c.mark)
_ADD_DEFINITION = Prepared(insert(lrs_activity), *lrs_activity.c.keys())
_CHANGE_DEFINITION = Prepared(
    update(lrs_activity).where(lrs_activity.c.mark == bindparam("defined")).values(definition=bindparam("definition"))
)


def _definitions(given: Iterable[Incoming]) -> dict[bytes, tuple[str, dict[str, Any], str]]:
    """Return what statements say of activities: digest → IRI, definition, the same as text.

    Later words win, what they leave out stays.
    """
    said: dict[bytes, tuple[str, dict[str, Any]]] = {}
    for each in given:
        for activity in activities(each.statement):
            if activity.get("definition"):
                key = digest(ACTIVITY, activity["id"])
                before = said[key][1] if key in said else {}
                said[key] = (activity["id"], _merged(before, activity["definition"]))
    return {key: (iri, definition, write_json(definition)) for key, (iri, definition) in said.items()}


def _define(
    uow: UnitOfWork, said: Mapping[bytes, tuple[str, dict[str, Any], str]], defined: Mapping[bytes, str]
) -> None:
    """Take over what statements say of activities, beside what is kept of them."""
    added, changed = [], []
    for key, (iri, definition, text) in said.items():
        kept = defined.get(key)
        if kept is None:
            added.append({"mark": key, "iri": iri, "definition": text})
        elif text != kept:
            merged = write_json(_merged(orjson.loads(kept), definition))
            if merged != kept:
                changed.append({"defined": key, "definition": merged})
    _ADD_DEFINITION.run_all(uow, added)
    _CHANGE_DEFINITION.run_all(uow, changed)


def _merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**before, **after}
    for key in ("name", "description", "extensions"):
        if key in before and key in after:
            merged[key] = {**before[key], **after[key]}
    return merged


# ── references between statements ─────────────────────────────────────────────────────────────────────────────────


class _Linked(NamedTuple):
    """A statement that is kept, and what others have of it who refer to it."""

    seq: int
    id: str
    client_id: int | None
    target: str | None
    is_voiding: bool
    marks: Marks


def _linked(row: tuple[Any, ...]) -> _Linked:
    seq, statement_id, client_id, body = row
    statement = orjson.loads(body)
    shared: Marks = {}
    add_shared_marks(shared, statement)
    return _Linked(seq, statement_id, client_id, target_of(statement), is_voiding(statement), shared)


_LINKED = select(*(lrs_statement.c[name] for name in ("seq", "id", "client_id", "body"))).where(
    lrs_statement.c.private.is_(False)
)
_BY_SEQ, _BY_ID = Among(_LINKED, lrs_statement.c.seq), Among(_LINKED, lrs_statement.c.id)
_REFERRING = Among(
    select(lrs_reference.c.mark, lrs_reference.c.statement_seq).where(lrs_reference.c.direct == 1), lrs_reference.c.mark
)

_VOID = Prepared(update(lrs_statement).where(lrs_statement.c.seq == bindparam("voided_seq")).values(voided=True))
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""Each says itself what becomes of a row that is there already: for a common mark, to ask first costs a walk."""


def _link(
    uow: UnitOfWork, client: Client, new: Sequence[tuple[int, Incoming]], referring: Iterable[tuple[int, int]]
) -> None:
    """Void what is voided, and let whoever refers to a statement be found as it is (A2, A3).

    `referring` are the marks, and the seqs, of the statements that referred to one of this batch before it came; nobody
    can have referred to an id that was made here a moment ago.
    """
    came = {each.id for _seq, each in new}
    coming = {mark(STATEMENT, each) for each in came}
    pointing = [seq for seq, each in new if target_of(each.statement) is not None]
    pointing += [seq for one, seq in referring if one in coming]
    if not pointing:
        return
    sources = _all_that_refer(uow, pointing)
    by_id = _with_targets(uow, sources)
    _void(uow, client, [each for each in sources if each.id in came or each.target in came], by_id)
    rows = [
        {"mark": one, "direct": direct, "statement_seq": source.seq}
        for source in sources
        for one, direct in {found for link in _chain(source, by_id) for found in link.marks.items()}
    ]
    if rows:
        uow.connection.execute(_INSERT[uow.dialect.name](lrs_reference).on_conflict_do_nothing(), rows)


def _all_that_refer(uow: UnitOfWork, pointing: Sequence[int]) -> list[_Linked]:
    """Return the statements with these seqs, and those that refer to them, up to the farthest."""
    found: dict[int, _Linked] = {}
    for _step in range(FARTHEST):
        pointing = [each for each in dict.fromkeys(pointing) if each not in found]
        if not pointing:
            break
        rows = [_linked(row) for row in _BY_SEQ.all(uow, pointing)]
        found.update({row.seq: row for row in rows})
        pointing = [seq for _mark, seq in _REFERRING.all(uow, [mark(STATEMENT, row.id) for row in rows])]
    return list(found.values())


def _with_targets(uow: UnitOfWork, sources: Sequence[_Linked]) -> dict[str, _Linked]:
    """Return statements by their ids, with whatever they refer to, up to the farthest."""
    by_id = {each.id: each for each in sources}
    reached: Iterable[_Linked] = sources
    for _step in range(FARTHEST):
        wanted = {each.target for each in reached if each.target is not None} - by_id.keys()
        if not wanted:
            break
        reached = [_linked(row) for row in _BY_ID.all(uow, list(wanted))]
        by_id.update({row.id: row for row in reached})
    return by_id


def _chain(source: _Linked, by_id: Mapping[str, _Linked]) -> list[_Linked]:
    """Return what a statement refers to, the nearest first."""
    chain: list[_Linked] = []
    ids, target_id = {source.id}, source.target
    while target_id is not None and target_id in by_id and target_id not in ids and len(chain) < FARTHEST:
        ids.add(target_id)
        chain.append(by_id[target_id])
        target_id = chain[-1].target
    return chain


def _void(uow: UnitOfWork, client: Client, sources: Iterable[_Linked], by_id: Mapping[str, _Linked]) -> None:
    voided: set[int] = set()
    may_all: dict[int | None, bool] = {}
    for voiding in sources:
        target = by_id.get(voiding.target or "")
        if not voiding.is_voiding or target is None or target.is_voiding:
            continue  # Data 2.3.2: a voiding statement cannot be voided
        voider = voiding.client_id
        if voider != target.client_id:
            if voider not in may_all:
                may_all[voider] = _may_void_all(uow, client, voider)
            if not may_all[voider]:
                if voider == client.id:
                    raise Refusal(403, "These credentials may void their own statements only.", ERROR_CODES)
                continue
        voided.add(target.seq)
    _VOID.run_all(uow, [{"voided_seq": seq} for seq in sorted(voided)])


def _may_void_all(uow: UnitOfWork, client: Client, voider: int | None) -> bool:
    if voider is None or voider == client.id:
        return voider is None or client.may("all")
    scopes = uow.connection.scalar(select(lrs_client.c.scopes).where(lrs_client.c.id == voider))
    return "all" in (scopes or "").split()


def target_of(statement: Mapping[str, Any]) -> str | None:
    """Return the id of the statement that a statement is about, if it is about one."""
    target = statement["object"]
    return target["id"].lower() if target.get("objectType") == "StatementRef" else None
