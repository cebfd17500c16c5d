"""What the store hands out, and the marks that statements are found by."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from lms.engine.xapi.references import AGENT, STATEMENT, agent_key, references

Statement = dict[str, Any]

EVERY, VERB, REGISTRATION, CLIENT = "every", "verb", "registration", "client"
"""Kinds of mark beside those of `references`: all that others may see, and three more things to ask for."""

_DIRECT = frozenset({"actor", "object"})

Marks = dict[int, int]
"""What a statement is found by, and 1 if it is so directly: actor or object, verb; 0 if it is only mentioned."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as it is kept: its place in the order of storing, when it was stored, its JSON."""

    seq: int
    id: str
    stored: datetime
    body: str
    client: int | None = None
    """The program that sent it; None: it is of this installation."""

    def statement(self) -> Statement:
        """Return the statement as an LRS returns it."""
        value: Statement = orjson.loads(self.body)
        return value


@dataclass(frozen=True, slots=True)
class StatementsComing:
    """Another program sends statements. Whoever has to know which of them were new here leaves a call in `then`.

    It is called with these entries, in order, once they are kept and if there are any: in the same transaction. What it
    will need can be asked now, on the journey to the database that is made anyway.
    """

    then: list[Callable[[tuple[Entry, ...]], None]] = field(default_factory=list)


def digest(kind: str, key: str, *, private: bool = False) -> bytes:
    """Return what something is found by that is alone under its kind and key: 16 bytes."""
    person = b"private" if private else b""
    return hashlib.blake2b(f"{kind} {key}".encode(), digest_size=16, person=person).digest()


@lru_cache(maxsize=65536)
def mark(kind: str, key: str, *, private: bool = False) -> int:
    """Return what statements are found by: the first half of the digest as a number, from -2^63 to 2^63 - 1.

    Private statements carry other marks, so no question of anybody else can meet one.
    """
    return int.from_bytes(digest(kind, key, private=private)[:8], "big", signed=True)


def marks(statement: Mapping[str, Any], author: "Author | None" = None, *, private: bool = False) -> Marks:
    """Return the marks of a valid statement. A private one is found by its agents."""
    found: Marks = {}
    if private:
        for kind, key, relation in references(statement):
            if kind == AGENT:
                one = mark(kind, key, private=True)
                found[one] = found.get(one, 0) | (relation in _DIRECT)
        return found
    if author is not None:
        found[mark(AGENT, author.key)] = 0
        if author.client is not None:
            found[mark(CLIENT, str(author.client))] = 1
    add_shared_marks(found, statement)
    found[mark(EVERY, "")] = 1
    target = statement["object"]
    if target.get("objectType") == "StatementRef":
        found[mark(STATEMENT, target["id"].lower())] = 1
    return found


def add_shared_marks(found: Marks, statement: Mapping[str, Any]) -> None:
    """Add the marks that a statement shares with those that refer to it: agents, activities, verb, registration."""
    for kind, key, relation in references(statement):
        if kind != STATEMENT:
            one = mark(kind, key)
            found[one] = found.get(one, 0) | (relation in _DIRECT)
    found[mark(VERB, statement["verb"]["id"])] = 1
    registration = statement.get("context", {}).get("registration")
    if registration:
        found[mark(REGISTRATION, registration.lower())] = 1


@dataclass(frozen=True, slots=True)
class Author:
    """Who vouches for statements: the agent as JSON and as a key, and the client, unless it is this installation."""

    authority: str
    key: str
    client: int | None = None


def author(home_page: str, name: str, client: int | None = None) -> Author:
    """Return the author that an account of ours stands for."""
    account = {"homePage": home_page, "name": name}
    authority = orjson.dumps({"objectType": "Agent", "account": account}).decode()
    return Author(authority, agent_key({"account": account}) or "", client)
