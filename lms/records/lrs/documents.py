"""State and profiles: documents of other programs, kept byte for byte (Communication 2.2, 3.1; IEEE 4.1.4, 4.1.6).

D1  what is written is what comes back, with its type, an ETag (SHA-1 of the bytes) and when it was written
D2  a precondition that fails (412), or a PUT that names none where it would overwrite (409) or has to say that the
    document is new (400), changes nothing
D3  POST merges JSON objects, the uppermost level alone; anything else that exists is left as it is (400)
D4  whoever is erased keeps no document: each says whose it is, by the digest of its agent
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, insert, select, update

from lms.base.store.work import UnitOfWork
from lms.engine.xapi.reading import Malformed, read_json, write_json
from lms.engine.xapi.references import AGENT, agent_key
from lms.records.lrs.ask import CONCURRENCY, CONTENT_TYPES, DOCUMENTS, JSON, Ask, Refusal
from lms.records.lrs.model import digest
from lms.records.lrs.tables import lrs_document

TYPE_MOST = 200
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n"})
"""So that the parts of a name, put together, cannot be read in two ways."""
Guarded = Literal["nothing", "old", "all"]
"""Which documents are only put with a precondition: none, those that are there already, or new ones too."""
_CHECK_FIRST = (
    "There is a document here already, so nothing was changed. Check its current state first, then send the header "
    "If-Match with its ETag."
)
_SAY_IT_IS_NEW = (
    "A profile is put with If-None-Match: * if it is to be a new one, or with If-Match and the ETag of the old one."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where documents stand: which resource, about what and whom; in which registration, and whose, if anybody's."""

    kind: str
    keys: tuple[str, ...]
    registration: str | None = None
    agent: str | None = None

    def shelf(self) -> bytes:
        """Return the digest of all documents here, whatever their registration."""
        return digest(f"shelf {self.kind}", " ".join(self.keys))

    def document(self, name: str) -> bytes:
        """Return the digest of one document."""
        parts = (*self.keys, self.registration or "", name)
        return digest(f"document {self.kind}", "\n".join(part.translate(_ESCAPED) for part in parts))


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is kept."""

    content: bytes
    content_type: str
    etag: str
    updated_at: datetime


def find(uow: UnitOfWork, place: Place, name: str) -> Document | None:
    """Return a document, or None."""
    row = _row(uow, place.document(name))
    return None if row is None else Document(bytes(row.content), row.content_type, row.etag, row.updated_at)


def names(uow: UnitOfWork, place: Place, since: datetime | None) -> list[str]:
    """Return the names of the documents here that were written after `since`, the oldest first."""
    table = lrs_document.c
    query = select(table.name).where(table.shelf == place.shelf()).order_by(table.updated_at, table.name)
    if place.registration is not None:
        query = query.where(table.registration == place.registration)
    if since is not None:
        query = query.where(table.updated_at > since)
    return list(dict.fromkeys(uow.connection.scalars(query)))


def put(uow: UnitOfWork, place: Place, name: str, ask: Ask, *, guarded: Guarded) -> None:
    """Write a document, where it is guarded only with a precondition. Raises Refusal."""
    before = _locked(uow, place, name)
    if not _check_preconditions(ask, before):
        if before is not None and guarded != "nothing":
            raise Refusal(409, _CHECK_FIRST, CONCURRENCY)
        if guarded == "all":
            raise Refusal(400, _SAY_IT_IS_NEW, CONCURRENCY)
    if ask.media_type() == JSON:
        _read(ask.body)
    _write(uow, place, name, ask.body, ask.headers.get("content-type", "application/octet-stream"))


def post(uow: UnitOfWork, place: Place, name: str, ask: Ask) -> None:
    """Write a document, or merge it into the one that is there. Raises Refusal."""
    before = _locked(uow, place, name)
    _check_preconditions(ask, before)
    content_type = ask.headers.get("content-type", "application/octet-stream")
    if before is None:
        if ask.media_type() == JSON:
            _read(ask.body)
        _write(uow, place, name, ask.body, content_type)
        return
    if ask.media_type() != JSON or before.content_type.partition(";")[0].strip().lower() != JSON:
        raise Refusal(400, "Both documents must be application/json to be merged.", DOCUMENTS)
    old, new = _read(bytes(before.content)), _read(ask.body)
    if not (isinstance(old, dict) and isinstance(new, dict)):
        raise Refusal(400, "Both documents must be JSON objects to be merged.", DOCUMENTS)
    _write(uow, place, name, write_json({**old, **new}).encode(), content_type)


def remove(uow: UnitOfWork, place: Place, name: str, ask: Ask) -> None:
    """Remove a document; there need not be one. Raises Refusal."""
    _check_preconditions(ask, _locked(uow, place, name))
    uow.connection.execute(delete(lrs_document).where(lrs_document.c.mark == place.document(name)))


def remove_all(uow: UnitOfWork, place: Place) -> None:
    """Remove every document here."""
    removal = delete(lrs_document).where(lrs_document.c.shelf == place.shelf())
    if place.registration is not None:
        removal = removal.where(lrs_document.c.registration == place.registration)
    uow.connection.execute(removal)


def forget(uow: UnitOfWork, agents: Iterable[Mapping[str, Any]]) -> int:
    """Drop every document of these agents, whichever program wrote it; return how many there were."""
    found = [digest(AGENT, key) for agent in agents if (key := agent_key(agent))]
    return uow.connection.execute(delete(lrs_document).where(lrs_document.c.agent.in_(found))).rowcount


def _row(uow: UnitOfWork, key: bytes) -> Row[Any] | None:
    return uow.connection.execute(select(lrs_document).where(lrs_document.c.mark == key)).first()


def _locked(uow: UnitOfWork, place: Place, name: str) -> Row[Any] | None:
    key = place.document(name)
    uow.lock(f"lrs-document-{key.hex()}")
    return _row(uow, key)


def _write(uow: UnitOfWork, place: Place, name: str, content: bytes, content_type: str) -> None:
    if not (len(content_type) <= TYPE_MOST and content_type.isascii() and content_type.isprintable()):
        raise Refusal(400, "The Content-Type is none.", CONTENT_TYPES)
    key = place.document(name)
    values = {
        "content": content,
        "content_type": content_type,
        "etag": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        "updated_at": uow.now,
    }
    changed = uow.connection.execute(update(lrs_document).where(lrs_document.c.mark == key).values(**values))
    if changed.rowcount == 0:
        whose = digest(AGENT, place.agent) if place.agent else None
        more = {"mark": key, "shelf": place.shelf(), "registration": place.registration, "name": name, "agent": whose}
        uow.connection.execute(insert(lrs_document), {**values, **more})


def _read(content: bytes) -> Any:
    try:
        return read_json(content)
    except Malformed as error:
        raise Refusal(400, f"The document is not JSON: {error}.", DOCUMENTS) from None


def _check_preconditions(ask: Ask, before: Row[Any] | None) -> bool:
    """Refuse when a precondition fails; tell whether there was one."""
    wanted, unwanted = ask.headers.get("if-match"), ask.headers.get("if-none-match")
    if wanted is not None and (before is None or not _names(wanted, before.etag)):
        raise Refusal(412, "The document is not the one that If-Match names; nothing was changed.", CONCURRENCY)
    if unwanted is not None and before is not None and _names(unwanted, before.etag, weakly=True):
        raise Refusal(412, "There is a document that If-None-Match excludes; nothing was changed.", CONCURRENCY)
    return wanted is not None or unwanted is not None


def _names(header: str, etag: str, *, weakly: bool = False) -> bool:
    """Tell whether a header names an ETag, or any; one that is marked as weak only where they are compared weakly."""
    return header.strip() == "*" or etag in _etags(header, weakly=weakly)


def _etags(header: str, *, weakly: bool) -> Sequence[str]:
    weak = "W/" if weakly else ""
    return [each.strip().removeprefix(weak).strip('"').lower() for each in header.split(",")]
