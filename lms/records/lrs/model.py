"""What the store hands out, and the marks that statements are found by."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from lms.engine.xapi.references import ACTIVITY, AGENT, STATEMENT, references

Statement = dict[str, Any]

EVERY, VERB, REGISTRATION, CLIENT = "every", "verb", "registration", "client"
"""Kinds of mark beside those of `references`: all that others may see, and three more things to ask for."""

_DIRECT = frozenset({"actor", "object"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as it is kept: its place in the order of storing, when it was stored, its JSON."""

    seq: int
    id: str
    stored: datetime
    body: str

    def statement(self) -> Statement:
        """Return the statement as an LRS returns it."""
        value: Statement = orjson.loads(self.body)
        return value


@lru_cache(maxsize=65536)
def mark(kind: str, key: str, *, private: bool = False) -> bytes:
    """Return what statements are found by: a digest of a kind and a key.

    Private statements carry other marks, so no question of anybody else can meet one.
    """
    person = b"private" if private else b""
    return hashlib.blake2b(f"{kind} {key}".encode(), digest_size=16, person=person).digest()


def marks(statement: Mapping[str, Any], *, private: bool, client: int | None = None) -> set[tuple[bytes, bool]]:
    """Return each mark of a valid statement, and whether it is a direct one. A private one is found by its agents."""
    found = set()
    for kind, key, relation in references(statement):
        if kind == STATEMENT:
            if relation == "object" and not private:
                found.add((mark(STATEMENT, key), True))
        elif kind == AGENT or (kind == ACTIVITY and not private):
            found.add((mark(kind, key, private=private), False))
            if relation in _DIRECT:
                found.add((mark(kind, key, private=private), True))
    if not private:
        found.update((each, True) for each in _own_marks(statement, client))
    return found


def _own_marks(statement: Mapping[str, Any], client: int | None) -> Iterator[bytes]:
    yield mark(EVERY, "")
    yield mark(VERB, statement["verb"]["id"])
    registration = statement.get("context", {}).get("registration")
    if registration:
        yield mark(REGISTRATION, registration.lower())
    if client is not None:
        yield mark(CLIENT, str(client))
