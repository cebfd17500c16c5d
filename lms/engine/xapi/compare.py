"""Are two statements the same? The specification's comparison (Data 2.3.1), and our actors under another name.

C1  same(a, b) is an equivalence: reflexive, symmetric, transitive but for numbers beyond 32-bit precision
C2  what an LRS may change does not count: stored, authority, version, attachments, definitions, a verb's display, the
    time zone and sub-millisecond part of an instant, what a duration has below 0.01 s (4.6), one activity for an
    array of one, the order of a group's members, letter case where case means nothing
C3  everything else counts, an array's order too
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from math import isclose
from typing import Any

import orjson

_PRECISION = 1e-6
"""Relative difference that a 32-bit float may bring (2.2: numbers keep at least that precision)."""

_IGNORED = frozenset({"stored", "authority", "version", "attachments"})
_MISSING = object()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two statements match under the specification's comparison."""
    return next(differences(one, other), None) is None


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Yield the JSON path of each difference that counts.

    A property that an LRS must assign when it is absent (id, timestamp) counts only where both have it.
    """
    left, right = _statement(one), _statement(other)
    for key in ("id", "timestamp"):
        if key not in left or key not in right:
            left.pop(key, None)
            right.pop(key, None)
    yield from _walk("$", left, right)


def _walk(path: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _walk(f"{path}.{key}", one.get(key, _MISSING), other.get(key, _MISSING))
    elif isinstance(one, list) and isinstance(other, list):
        for index, (left, right) in enumerate(zip_longest(one, other, fillvalue=_MISSING)):
            yield from _walk(f"{path}[{index}]", left, right)
    elif not _same_value(one, other):
        yield path


def _same_value(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or isclose(one, other, rel_tol=_PRECISION)
    return bool(type(one) is type(other) and one == other)


# ── the normal form ───────────────────────────────────────────────────────────────────────────────────────────────


def _statement(value: Mapping[str, Any]) -> dict[str, Any]:
    normal = {key: item for key, item in value.items() if key not in _IGNORED}
    for key, form in _FORMS.items():
        if key in normal:
            normal[key] = form(normal[key])
    return normal


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _instant(value: Any) -> Any:
    try:
        at = datetime.fromisoformat(value.upper().replace(",", "."))
    except (ValueError, AttributeError):
        return value
    offset = at.utcoffset() or timedelta()
    since = (
        at.replace(tzinfo=UTC) - _EPOCH - offset
    )  # a span: in UTC the instant may be before the year 1, or after 9999
    return f"{since // timedelta(milliseconds=1)} ms"


def _verb(value: Any) -> Any:
    return {key: item for key, item in value.items() if key != "display"} if isinstance(value, dict) else value


def _activity(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {"objectType": "Activity", **{key: item for key, item in value.items() if key != "definition"}}


def _agent(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    normal = {"objectType": "Agent", **value}
    if isinstance(normal.get("mbox"), str):
        local, at, domain = normal["mbox"].rpartition("@")
        normal["mbox"] = f"{local}{at}{domain.lower()}"
    if "mbox_sha1sum" in normal:
        normal["mbox_sha1sum"] = _lower(normal["mbox_sha1sum"])
    if isinstance(normal.get("member"), list):
        members = [_agent(member) for member in normal["member"]]
        normal["member"] = sorted(members, key=lambda member: orjson.dumps(member, option=orjson.OPT_SORT_KEYS))
    return normal


def _object(value: Any) -> Any:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else None
    if kind == "Activity":
        return _activity(value)
    if kind in {"Agent", "Group"}:
        return _agent(value)
    if kind == "SubStatement":
        return _statement(value)
    return _reference(value)


def _reference(value: Any) -> Any:
    return {**value, "id": _lower(value["id"])} if isinstance(value, dict) and "id" in value else value


def _context(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    normal = dict(value)
    for key in ("registration", "language"):
        if key in normal:
            normal[key] = _lower(normal[key])
    for key in ("instructor", "team"):
        if key in normal:
            normal[key] = _agent(normal[key])
    for key, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        if isinstance(normal.get(key), list):
            normal[key] = [
                {**item, inner: _agent(item[inner])} if isinstance(item, dict) and inner in item else item
                for item in normal[key]
            ]
    if "statement" in normal:
        normal["statement"] = _reference(normal["statement"])
    if isinstance(normal.get("contextActivities"), dict):
        normal["contextActivities"] = {
            key: [_activity(each) for each in (item if isinstance(item, list) else [item])]
            for key, item in normal["contextActivities"].items()
        }
    return normal


def _result(value: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("duration"), str):
        return value
    return {**value, "duration": _HUNDREDTHS.sub(r"\1", value["duration"])}


_HUNDREDTHS = re.compile(r"(?:[.,]0+|([.,]\d\d?)\d*)(?=S$)")
"""The fraction of a duration's seconds: nothing when it is zero, else two digits of it."""

_FORMS: dict[str, Callable[[Any], Any]] = {
    "id": _lower,
    "timestamp": _instant,
    "actor": _agent,
    "verb": _verb,
    "object": _object,
    "result": _result,
    "context": _context,
}
