"""Statements from other programs: judged, kept as they came, all of a batch or none.

A1  an id that is known already changes nothing: an equal statement is fine, another one is a conflict (409)
A2  whoever refers to a statement can be found as that statement can, whichever of them came first
A3  a client voids what it sent itself; to void anything else it needs the scope `all`
A4  attachments are kept once, under the digest that was checked
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import insert, select, update

from lms.base.store.prepared import Among
from lms.base.store.work import UnitOfWork
from lms.engine.xapi.compare import same
from lms.engine.xapi.filter import is_voiding
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
from lms.records.lrs.model import Author, StatementsAccepted, mark, marks, shared_marks
from lms.records.lrs.multipart import Part
from lms.records.lrs.service import Incoming, keep
from lms.records.lrs.tables import lrs_activity, lrs_attachment, lrs_client, lrs_reference, lrs_statement

BATCH = 10_000
"""The most statements of one request."""

_FARTHEST = 100
_HASHES = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
_REPLACED = frozenset({"stored", "authority"})


def accept(
    uow: UnitOfWork,
    client: Client,
    version: str,
    sent: Sequence[Raw],
    parts: Sequence[Part] | None,
    *,
    statement_id: str | None = None,
) -> list[str]:
    """Keep statements of a client and return their ids, in order. `parts` are the attachments of a multipart request.

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
    defines = client.may("define") and bool(_new_definitions(uow, given))  # asked before the lock: mostly there is none
    uow.lock("lrs")
    known = _known(uow, [each for each in given if each.id in named])
    new = [each for each in given if each.id not in known]
    if new:
        if defines:
            _define(uow, new)
        entries = keep(uow, new, by=client.author, version="2.0.0" if version == SECOND else "1.0.0")
        _link(uow, client, [(entry.seq, each) for entry, each in zip(entries, new, strict=True)], named)
        _keep_attachments(uow, contents)
        uow.publish(StatementsAccepted(entries))
    return ids


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


def _known(uow: UnitOfWork, given: Sequence[Incoming]) -> set[str]:
    by_id = {each.id: each for each in given}
    known = set()
    for id_, body, is_private in _HELD.all(uow, list(by_id)):
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


def _new_definitions(uow: UnitOfWork, given: Iterable[Incoming]) -> list[tuple[bytes, str, str, bool]]:
    """Return what statements say of activities and is not kept yet: mark, IRI, definition, whether any is kept.

    Later words win, what they leave out stays.
    """
    said: dict[bytes, tuple[str, dict[str, Any]]] = {}
    for each in given:
        for activity in activities(each.statement):
            if activity.get("definition"):
                key = mark(ACTIVITY, activity["id"])
                before = said[key][1] if key in said else {}
                said[key] = (activity["id"], _merged(before, activity["definition"]))
    found = []
    have: dict[bytes, str] = dict(_DEFINED.all(uow, list(said)))
    for key, (iri, definition) in said.items():
        kept = have.get(key)
        text = write_json(definition if kept is None else _merged(orjson.loads(kept), definition))
        if text != kept:
            found.append((key, iri, text, kept is not None))
    return found


def _define(uow: UnitOfWork, new: Iterable[Incoming]) -> None:
    """Take over what statements say of activities."""
    for key, iri, text, is_kept in _new_definitions(uow, new):
        if is_kept:
            uow.connection.execute(update(lrs_activity).where(lrs_activity.c.mark == key).values(definition=text))
        else:
            uow.connection.execute(insert(lrs_activity), {"mark": key, "iri": iri, "definition": text})


def _merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**before, **after}
    for key in ("name", "description", "extensions"):
        if key in before and key in after:
            merged[key] = {**before[key], **after[key]}
    return merged


# ── references between statements ─────────────────────────────────────────────────────────────────────────────────


class _Linked(NamedTuple):
    seq: int
    id: str
    body: str
    client_id: int | None


_LINKED = select(*(lrs_statement.c[name] for name in _Linked._fields)).where(lrs_statement.c.private.is_(False))
_BY_SEQ, _BY_ID = Among(_LINKED, lrs_statement.c.seq), Among(_LINKED, lrs_statement.c.id)
_REFERRING = Among(select(lrs_reference.c.statement_seq).where(lrs_reference.c.direct == 1), lrs_reference.c.mark)


def _link(uow: UnitOfWork, client: Client, new: Sequence[tuple[int, Incoming]], named: set[str]) -> None:
    """Void what is voided, and let whoever refers to a statement be found as it is (A2, A3).

    Nobody can have referred to an id that was made here a moment ago, so only the `named` are asked about.
    """
    pointing = [seq for seq, each in new if target_of(each.statement) is not None]
    pointing += _referring(uow, [each.id for _seq, each in new if each.id in named])
    seen: set[int] = set()
    while pointing:
        rows = [row for row in map(_Linked._make, _BY_SEQ.all(uow, pointing)) if row.seq not in seen]
        seen.update(row.seq for row in rows)
        for row in rows:
            _link_one(uow, client, row)
        pointing = _referring(uow, [row.id for row in rows])


def _link_one(uow: UnitOfWork, client: Client, row: _Linked) -> None:
    statement = orjson.loads(row.body)
    target_id = target_of(statement)
    ids = {row.id}
    chain: list[dict[str, Any]] = []
    while target_id is not None and target_id not in ids and len(chain) < _FARTHEST:
        ids.add(target_id)
        target = next(map(_Linked._make, _BY_ID.all(uow, [target_id])), None)
        if target is None:
            break
        if not chain and is_voiding(statement):
            _void(uow, client, row, target)
        chain.append(orjson.loads(target.body))
        target_id = target_of(chain[-1])
    wanted = {each for link in chain for each in shared_marks(link)}
    if wanted:
        table = lrs_reference.c
        have = select(table.mark, table.direct).where(
            table.statement_seq == row.seq, table.mark.in_(list({one for one, _direct in wanted}))
        )
        missing = wanted - {(bytes(one), direct) for one, direct in uow.connection.execute(have)}
        if missing:
            uow.connection.execute(
                insert(lrs_reference),
                [{"mark": one, "direct": direct, "statement_seq": row.seq} for one, direct in missing],
            )


def _void(uow: UnitOfWork, client: Client, voiding: _Linked, target: _Linked) -> None:
    if is_voiding(orjson.loads(target.body)):
        return  # Data 2.3.2: a voiding statement cannot be voided
    if voiding.client_id != target.client_id and not _may_void_all(uow, client, voiding.client_id):
        if voiding.client_id == client.id:
            raise Refusal(403, "These credentials may void their own statements only.", ERROR_CODES)
        return
    uow.connection.execute(update(lrs_statement).where(lrs_statement.c.seq == target.seq).values(voided=True))


def _may_void_all(uow: UnitOfWork, client: Client, voider: int | None) -> bool:
    if voider is None or voider == client.id:
        return voider is None or client.may("all")
    scopes = uow.connection.scalar(select(lrs_client.c.scopes).where(lrs_client.c.id == voider))
    return "all" in (scopes or "").split()


def target_of(statement: Mapping[str, Any]) -> str | None:
    """Return the id of the statement that a statement is about, if it is about one."""
    target = statement["object"]
    return target["id"].lower() if target.get("objectType") == "StatementRef" else None


def _referring(uow: UnitOfWork, ids: Sequence[str]) -> list[int]:
    return [seq for (seq,) in _REFERRING.all(uow, [mark(STATEMENT, each) for each in ids])]
