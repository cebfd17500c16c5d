"""The parameters of GET statements as pure predicates: what the store must answer, said without a database.

F1  a statement is found when each parameter holds for it or for a statement that it refers to, up to `FARTHEST`
    (Communication 2.1.3, Filter Conditions for StatementRefs; IEEE 4.1.6.1)
F2  a voided statement is never found; one that refers to it may be found through it
F3  since, until and limit look at the statement itself alone
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.engine.xapi.references import ACTIVITY, AGENT, STATEMENT, references
from lms.engine.xapi.vocabulary import VOIDED

FARTHEST = 100
"""How many references in a row are followed: each statement of a chain is found by all after it, so there is an end."""

_DIRECT = frozenset({"actor", "object"})


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody asks for. `agent` is an agent's key (`references.agent_key`)."""

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: str | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: datetime | None = None
    until: datetime | None = None
    ascending: bool = False
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A statement, and when it was stored."""

    statement: Mapping[str, Any]
    at: datetime


def select(kept: Sequence[Stored], asked: Filter) -> list[Mapping[str, Any]]:
    """Return what is found among statements in the order of their storing; a limit of 0 is none."""
    by_id = {each.statement["id"].lower(): each.statement for each in kept}
    voided = voided_ids([each.statement for each in kept])
    found = [
        each.statement
        for each in (kept if asked.ascending else reversed(kept))
        if each.statement["id"].lower() not in voided
        and (asked.since is None or each.at > asked.since)
        and (asked.until is None or each.at <= asked.until)
        and _meets(each.statement, asked, by_id)
    ]
    return found[: asked.limit] if asked.limit else found


def voided_ids(statements: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the ids of statements that another one voids and that void none themselves (Data 2.3.2)."""
    targets = {each["object"]["id"].lower() for each in statements if is_voiding(each)}
    return {each["id"].lower() for each in statements if not is_voiding(each) and each["id"].lower() in targets}


def is_voiding(statement: Mapping[str, Any]) -> bool:
    """Tell whether a valid statement voids another."""
    return bool(statement["verb"]["id"] == VOIDED.iri)


def _meets(statement: Mapping[str, Any], asked: Filter, by_id: Mapping[str, Mapping[str, Any]]) -> bool:
    chain = _chain(statement, by_id)
    return (
        (asked.verb is None or any(each["verb"]["id"] == asked.verb for each in chain))
        and (asked.registration is None or any(_registration(each) == asked.registration for each in chain))
        and (asked.agent is None or any(_speaks_of(each, AGENT, asked.agent, asked.related_agents) for each in chain))
        and (
            asked.activity is None
            or any(_speaks_of(each, ACTIVITY, asked.activity, asked.related_activities) for each in chain)
        )
    )


def _chain(statement: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    chain, seen = [statement], {statement["id"].lower()}
    while len(chain) <= FARTHEST:
        target = chain[-1]["object"]
        key = target["id"].lower() if target.get("objectType") == "StatementRef" else None
        if key is None or key in seen or key not in by_id:
            break
        seen.add(key)
        chain.append(by_id[key])
    return chain


def _registration(statement: Mapping[str, Any]) -> str | None:
    value = statement.get("context", {}).get("registration")
    return value.lower() if value else None


def _speaks_of(statement: Mapping[str, Any], kind: str, key: str, related: bool) -> bool:  # noqa: FBT001 - as asked
    return any(
        each.kind == kind and each.key == key and (related or each.relation in _DIRECT)
        for each in references(statement)
        if each.kind != STATEMENT
    )
