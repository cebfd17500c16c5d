"""Statements as somebody asks to have them: ids and canonical; exact is as they came.

One language of each map is chosen by RFC 4647 lookup, from Accept-Language, for each map by itself
(Communication 2.1.3, Language Filtering Requirements; IEEE 4.1.6.1).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Languages = tuple[str, ...]
"""Language ranges in lower case, the most wanted first."""

Definitions = Callable[[str], Mapping[str, Any] | None]
"""The canonical definition of an activity, by its IRI; None when there is none."""

_RANGE = re.compile(r"(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?:\s*;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?")
_MAPS = ("name", "description")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def languages(header: str) -> Languages:
    """Read an Accept-Language header; what cannot be read in it counts for nothing."""
    wanted = []
    for part in header.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match and (weight := float(match[2] or 1)) > 0:
            wanted.append((-weight, match[1].lower()))
    return tuple(tag for _weight, tag in sorted(wanted, key=lambda each: each[0]))


def one_language(words: Mapping[str, str], wanted: Languages) -> dict[str, str]:
    """Return the one entry of a language map that is wanted most; the first when none is wanted."""
    if len(words) <= 1:
        return dict(words)
    lowered = {tag.lower(): tag for tag in words}
    for tag in wanted:
        asked = tag
        while asked and asked != "*":
            near = next((each for each in lowered if each == asked or each.startswith(f"{asked}-")), None)
            if near is not None:
                return {lowered[near]: words[lowered[near]]}
            asked = asked.rpartition("-")[0]
    first = next(iter(words))
    return {first: words[first]}


def ids(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement in which agents, groups, activities and verbs hold what identifies them and no more."""
    return _mapped(statement, _bare_agent, _bare_activity, lambda verb: {"id": verb["id"]})


def canonical(statement: Mapping[str, Any], wanted: Languages, definitions: Definitions) -> dict[str, Any]:
    """Return a statement with canonical definitions and one language in each map."""

    def activity(value: Mapping[str, Any]) -> dict[str, Any]:
        definition = definitions(value["id"]) or value.get("definition")
        if definition is None:
            return dict(value)
        return {**value, "definition": _definition(definition, wanted)}

    def verb(value: Mapping[str, Any]) -> dict[str, Any]:
        return {**value, "display": one_language(value["display"], wanted)} if "display" in value else dict(value)

    return _mapped(statement, dict, activity, verb)


def _definition(definition: Mapping[str, Any], wanted: Languages) -> dict[str, Any]:
    chosen = dict(definition)
    for key in _MAPS:
        if key in chosen:
            chosen[key] = one_language(chosen[key], wanted)
    for key in _COMPONENTS:
        if key in chosen:
            chosen[key] = [
                {**each, "description": one_language(each["description"], wanted)} if "description" in each else each
                for each in chosen[key]
            ]
    return chosen


Part = Callable[[Mapping[str, Any]], dict[str, Any]]


def _mapped(statement: Mapping[str, Any], agent: Part, activity: Part, verb: Part) -> dict[str, Any]:
    changed = dict(statement)
    for key in ("actor", "authority"):
        if key in changed:
            changed[key] = agent(changed[key])
    changed["verb"] = verb(changed["verb"])
    target = changed["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        changed["object"] = activity(target)
    elif kind in {"Agent", "Group"}:
        changed["object"] = agent(target)
    elif kind == "SubStatement":
        changed["object"] = _mapped(target, agent, activity, verb)
    if "context" in changed:
        changed["context"] = {
            key: _context_part(key, value, agent, activity) for key, value in changed["context"].items()
        }
    return changed


def _context_part(key: str, value: Any, agent: Part, activity: Part) -> Any:
    if key in {"instructor", "team"}:
        return agent(value)
    if key == "contextActivities":
        return {
            relation: [activity(each) for each in items] if isinstance(items, Sequence) else activity(items)
            for relation, items in value.items()
        }
    inner = {"contextAgents": "agent", "contextGroups": "group"}.get(key)
    return value if inner is None else [{**each, inner: agent(each[inner])} for each in value]


def _bare_agent(agent: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: agent[key] for key in ("objectType", *_IDENTIFIERS) if key in agent}
    if not any(key in agent for key in _IDENTIFIERS) and "member" in agent:
        bare["member"] = [_bare_agent(each) for each in agent["member"]]
    return bare


def _bare_activity(activity: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": activity["id"]}  # an object that names no type is an Activity (Data 2.4.4)
