"""Whom and what a statement speaks of, and where: what an LRS must find it by, and what a pseudonym replaces.

A reference is (kind, key, relation). Kinds: agent, activity, statement. A relation names the place: actor and object
are what the filters `agent` and `activity` look at; every other place counts as related. A group's members stand
where the group stands. Places inside a sub-statement start with `sub-`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

AGENT, ACTIVITY, STATEMENT = "agent", "activity", "statement"


_CONTEXT_ARRAYS = {"contextAgents": "agent", "contextGroups": "group"}
"""What 2.0.0 adds to a context: arrays of objects, and where each holds its agent."""


class Reference(NamedTuple):
    """Something that a statement speaks of, and where."""

    kind: str
    key: str
    relation: str


def references(statement: Mapping[str, Any], *, prefix: str = "") -> Iterator[Reference]:
    """Yield everything a valid statement speaks of; the same reference may come twice."""
    yield from _agents(statement["actor"], f"{prefix}actor")
    if "authority" in statement:
        yield from _agents(statement["authority"], f"{prefix}authority")
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        yield Reference(ACTIVITY, target["id"], f"{prefix}object")
    elif kind == "StatementRef":
        yield Reference(STATEMENT, target["id"].lower(), f"{prefix}object")
    elif kind == "SubStatement":
        yield from references(target, prefix="sub-")
    else:
        yield from _agents(target, f"{prefix}object")
    yield from _in_context(statement.get("context", {}), prefix)


def _in_context(context: Mapping[str, Any], prefix: str) -> Iterator[Reference]:
    for key in ("instructor", "team"):
        if key in context:
            yield from _agents(context[key], f"{prefix}{key}")
    for key, inner in _CONTEXT_ARRAYS.items():
        for item in context.get(key, ()):
            yield from _agents(item[inner], f"{prefix}{key}")
    if "statement" in context:
        yield Reference(STATEMENT, context["statement"]["id"].lower(), f"{prefix}context")
    for relation, value in context.get("contextActivities", {}).items():
        for activity in value if isinstance(value, list) else [value]:
            yield Reference(ACTIVITY, activity["id"], f"{prefix}{relation}")


def agent_key(agent: Mapping[str, Any]) -> str | None:
    """Return the identifier of an agent or group as one string; None for an anonymous group.

    An account's home page holds no space, so the string cannot be read in two ways.
    """
    if "account" in agent:
        return f"account {agent['account']['homePage']} {agent['account']['name']}"
    if "mbox" in agent:
        local, at, domain = agent["mbox"].rpartition("@")
        return f"mbox {local}{at}{domain.lower()}"
    if "mbox_sha1sum" in agent:
        return f"mbox_sha1sum {agent['mbox_sha1sum'].lower()}"
    return f"openid {agent['openid']}" if "openid" in agent else None


def _agents(agent: Mapping[str, Any], relation: str) -> Iterator[Reference]:
    key = agent_key(agent)
    if key is not None:
        yield Reference(AGENT, key, relation)
    for member in agent.get("member", ()):
        yield from _agents(member, relation)


def rename_accounts(statement: Mapping[str, Any], home_page: str, rename: Callable[[str], str]) -> dict[str, Any]:
    """Return a copy in which every account of `home_page` has another name, wherever an agent may stand.

    What somebody else has called the person beside the account (the agent's `name`) is left out.
    """

    def agent(value: Mapping[str, Any]) -> dict[str, Any]:
        renamed = dict(value)
        account = value.get("account")
        if account is not None and account["homePage"] == home_page:
            renamed["account"] = {**account, "name": rename(account["name"])}
            renamed.pop("name", None)
        if "member" in value:
            renamed["member"] = [agent(member) for member in value["member"]]
        return renamed

    copy = dict(statement)
    for key in ("actor", "authority"):
        if key in copy:
            copy[key] = agent(copy[key])
    kind = copy["object"].get("objectType", "Activity")
    if kind in {"Agent", "Group"}:
        copy["object"] = agent(copy["object"])
    elif kind == "SubStatement":
        copy["object"] = rename_accounts(copy["object"], home_page, rename)
    if "context" in copy:
        copy["context"] = {key: _renamed(key, value, agent) for key, value in copy["context"].items()}
    return copy


def _renamed(key: str, value: Any, agent: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    if key in {"instructor", "team"}:
        return agent(value)
    inner = _CONTEXT_ARRAYS.get(key)
    return value if inner is None else [{**item, inner: agent(item[inner])} for item in value]
