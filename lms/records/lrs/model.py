"""What the store hands out, and the marks that statements are found by."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
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


@lru_cache(maxsize=65536)
def mark(kind: str, key: str, *, private: bool = False) -> bytes:
    """Return what statements are found by: a digest of a kind and a key.

    Private statements carry other marks, so no question of anybody else can meet one.
    """
    person = b"private" if private else b""
    return hashlib.blake2b(f"{kind} {key}".encode(), digest_size=16, person=person).digest()


def marks(
    statement: Mapping[str, Any], author: "Author | None" = None, *, private: bool = False
) -> set[tuple[bytes, int]]:
    """Return each mark of a valid statement, and whether it is a direct one. A private one is found by its agents."""
    if private:
        return {
            (mark(AGENT, key, private=True), direct)
            for kind, key, relation in references(statement)
            if kind == AGENT
            for direct in ((0, 1) if relation in _DIRECT else (0,))
        }
    found = set(shared_marks(statement))
    found.add((mark(EVERY, ""), 1))
    target = statement["object"]
    if target.get("objectType") == "StatementRef":
        found.add((mark(STATEMENT, target["id"].lower()), 1))
    if author is not None:
        found.add((mark(AGENT, author.key), 0))
        if author.client is not None:
            found.add((mark(CLIENT, str(author.client)), 1))
    return found


def shared_marks(statement: Mapping[str, Any]) -> Iterator[tuple[bytes, int]]:
    """Yield the marks that a statement shares with those that refer to it: agents, activities, verb, registration."""
    for kind, key, relation in references(statement):
        if kind != STATEMENT:
            one = mark(kind, key)
            yield one, 0
            if relation in _DIRECT:
                yield one, 1
    yield mark(VERB, statement["verb"]["id"]), 1
    registration = statement.get("context", {}).get("registration")
    if registration:
        yield mark(REGISTRATION, registration.lower()), 1


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
