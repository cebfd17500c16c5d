"""Other programs that may use the LRS: their keys, what each may do, how often, and from which web pages.

K1  a secret is 256 random bits; only its SHA-256 is kept, and it is shown once
K2  whoever is revoked is refused from the next request on
K3  how often a client asks is counted in the database for all processes together, some hundred requests at a time;
    when a client was last here is written down every few minutes: neither costs a write for each request
"""

import base64
import binascii
import hashlib
import hmac
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, select, update

from lms.base.store.prepared import Prepared
from lms.base.store.work import UnitOfWork
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.kernel.words import N_
from lms.records.lrs.ask import AUTHENTICATION, ERROR_CODES, Refusal
from lms.records.lrs.model import Author, author
from lms.records.lrs.tables import lrs_client, lrs_use

SCOPES = ("statements/write", "statements/read/mine", "statements/read", "state", "profile", "define", "all")
"""What a client may be allowed to do, by the names of Communication 4.2."""

PER_MINUTE = 60_000
"""Requests a minute that a client may make unless something else is said."""

_SEEN_EVERY = timedelta(minutes=5)
_SHARE = 50
"""A minute's permits are taken from the database in so many parts."""

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="xAPI", charset="UTF-8"'}
_guard = threading.Lock()
_taken: dict[tuple[str, int], tuple[int, int]] = {}
"""Database and client → the minute, and the permits that this process still holds for it."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may use the LRS."""

    id: int
    name: str
    key: str
    scopes: frozenset[str]
    origins: tuple[str, ...]
    author: Author
    per_minute: int
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def may(self, *scopes: str) -> bool:
        """Tell whether it may do any of these."""
        return not self.scopes.isdisjoint((*scopes, "all"))


# ── looking after clients ─────────────────────────────────────────────────────────────────────────────────────────


def add_client(
    uow: UnitOfWork, name: str, scopes: Sequence[str], origins: Sequence[str] = (), per_minute: int = PER_MINUTE
) -> tuple[Client, str]:
    """Make a client and return it with its secret. Raises Conflict for a name that is taken, Invalid."""
    problems = [
        *(f"no such scope: {each}; there are {', '.join(SCOPES)}" for each in scopes if each not in SCOPES),
        *(f"not an origin such as https://tool.example.org: {each}" for each in origins if not _is_origin(each)),
    ]
    if not scopes:
        problems.append(f"name a scope: {', '.join(SCOPES)}")
    if not name or len(name) > 64 or not name.isprintable() or ":" in name:  # noqa: PLR2004 - as the column
        problems.append("a name has 1 to 64 characters, and no colon")
    if problems:
        raise Invalid(N_("This client cannot be made."), problems=problems)
    if uow.connection.scalar(select(lrs_client.c.id).where(lrs_client.c.name == name)) is not None:
        raise Conflict(
            N_("There is a client of this name already."),
            fix=N_("Choose another name, or give that one a new secret, unless it was revoked."),
        )
    key, secret = uow.ids.token(), _new_secret(uow)
    values = {
        "name": name,
        "key": key,
        "digest": _digest(secret),
        "scopes": " ".join(each for each in SCOPES if each in scopes),
        "origins": " ".join(dict.fromkeys(origins)),
        "authority": uow.ids.token(),
        "per_minute": per_minute,
        "created_at": uow.now,
    }
    uow.connection.execute(insert(lrs_client), values)
    return get_client(uow, name), secret


def rotate(uow: UnitOfWork, name: str) -> tuple[Client, str]:
    """Give a client a new secret; the old one is worthless. Raises NotFound, and Conflict for one that was revoked."""
    client, secret = get_client(uow, name), _new_secret(uow)
    if client.revoked_at is not None:
        raise Conflict(N_("This client was revoked, for good."), fix=N_("Make one of another name."))
    uow.connection.execute(update(lrs_client).where(lrs_client.c.id == client.id).values(digest=_digest(secret)))
    return client, secret


def revoke(uow: UnitOfWork, name: str) -> None:
    """Refuse a client from now on; what it sent stays. Raises NotFound."""
    client = get_client(uow, name)
    uow.connection.execute(
        update(lrs_client)
        .where(lrs_client.c.id == client.id, lrs_client.c.revoked_at.is_(None))
        .values(revoked_at=uow.now)
    )


def get_client(uow: UnitOfWork, name: str) -> Client:
    """Return a client. Raises NotFound."""
    row = uow.connection.execute(select(lrs_client).where(lrs_client.c.name == name)).first()
    if row is None:
        raise NotFound(
            N_("There is no client of this name."), fix=N_("The page Programs and `lms client list` show them all.")
        )
    return _client(uow, row)


def list_clients(uow: UnitOfWork) -> list[Client]:
    """Return every client, by name; revoked ones too, since their statements stay."""
    return [_client(uow, row) for row in uow.connection.execute(select(lrs_client).order_by(lrs_client.c.name))]


def is_declared(uow: UnitOfWork, origin: str) -> bool:
    """Tell whether a client that is not revoked declares this origin, so that its pages may ask."""
    query = select(lrs_client.c.origins).where(lrs_client.c.revoked_at.is_(None), lrs_client.c.origins != "")
    return any(origin in row.split() for row in uow.connection.scalars(query))


def _is_origin(text: str) -> bool:
    scheme, separator, host = text.partition("://")
    return (
        bool(separator)
        and scheme in {"http", "https"}
        and host != ""
        and text.isascii()
        and text.isprintable()
        and not any(each in host for each in " /?#@,")
    )


def _new_secret(uow: UnitOfWork) -> str:
    return uow.ids.token() + uow.ids.token()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _client(uow: UnitOfWork, row: Any) -> Client:
    return Client(
        row.id,
        row.name,
        row.key,
        frozenset(row.scopes.split()),
        tuple(row.origins.split()),
        author(uow.address, f"client-{row.authority}", row.id),
        row.per_minute,
        row.created_at,
        row.used_at,
        row.revoked_at,
    )


# ── a request ─────────────────────────────────────────────────────────────────────────────────────────────────────


class _Row(NamedTuple):
    id: int
    name: str
    key: str
    digest: str
    scopes: str
    origins: str
    authority: str
    per_minute: int
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


_BY_KEY = Prepared(select(*(lrs_client.c[name] for name in _Row._fields)).where(lrs_client.c.key == bindparam("key")))


def authenticate(uow: UnitOfWork, header: str | None) -> Client:
    """Return the client that HTTP Basic credentials are of. Raises Refusal (401, 429)."""
    key, secret = _credentials(header)
    found = _BY_KEY.first(uow, key=key)
    row = None if found is None else _Row._make(found)
    digest = row.digest if row is not None else "0" * 64
    if not hmac.compare_digest(digest, _digest(secret)) or row is None or row.revoked_at is not None:
        raise Refusal(401, "These credentials are not known here.", AUTHENTICATION, headers=_CHALLENGE)
    client = _client(uow, row)
    _note_use(uow, client)
    _take_permit(uow, client)
    return client


def _credentials(header: str | None) -> tuple[str, str]:
    scheme, _space, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        raise Refusal(401, "Credentials (HTTP Basic) are required.", AUTHENTICATION, headers=_CHALLENGE)
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        colon = ""
    if not colon or "\0" in key:
        raise Refusal(401, "The credentials cannot be read as HTTP Basic.", AUTHENTICATION, headers=_CHALLENGE)
    return key, secret


def _note_use(uow: UnitOfWork, client: Client) -> None:
    before = uow.now - _SEEN_EVERY
    if client.used_at is None or client.used_at < before:
        fresh = or_(lrs_client.c.used_at.is_(None), lrs_client.c.used_at < before)
        uow.connection.execute(update(lrs_client).where(lrs_client.c.id == client.id, fresh).values(used_at=uow.now))
        with uow.aside():
            pass  # so that the right to write is not held while somebody reads


def _take_permit(uow: UnitOfWork, client: Client) -> None:
    minute = int(uow.now.timestamp() // 60)
    place = (str(uow.connection.engine.url), client.id)
    with _guard:
        held_in, left = _taken.get(place, (minute, 0))
        if held_in == minute and left > 0:
            _taken[place] = (minute, left - 1)
            return
    granted = _grant(uow, client, minute)
    if granted == 0:
        wait = 60 - int(uow.now.timestamp() % 60)
        raise Refusal(
            429,
            f"This client may ask {client.per_minute} times a minute.",
            ERROR_CODES,
            headers={"Retry-After": str(wait)},
        )
    with uow.aside():
        pass  # what is counted stays counted, whatever becomes of this request
    _hold(place, minute, granted - 1)


def _hold(place: tuple[str, int], minute: int, permits: int) -> None:
    with _guard:
        held_in, left = _taken.get(place, (minute, 0))
        _taken[place] = (minute, permits + (left if held_in == minute else 0))


def _grant(uow: UnitOfWork, client: Client, minute: int) -> int:
    """Take a share of this minute's permits for this process; none are left when it is 0."""
    uow.lock(f"lrs-use-{client.id}")
    here = (lrs_use.c.client_id == client.id, lrs_use.c.minute == minute)
    used = uow.connection.scalar(select(lrs_use.c.requests).where(*here))
    granted = min(max(1, client.per_minute // _SHARE), client.per_minute - (used or 0))
    if granted <= 0:
        return 0
    if used is None:
        uow.connection.execute(delete(lrs_use).where(lrs_use.c.client_id == client.id))
        uow.connection.execute(insert(lrs_use).values(client_id=client.id, minute=minute, requests=granted))
    else:
        uow.connection.execute(update(lrs_use).where(*here).values(requests=used + granted))
    return granted
