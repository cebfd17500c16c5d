"""Rules of the parts of a statement: verb, result, context, attachments (Data 2.4.3, 2.4.5, 2.4.6, 2.4.11)."""

import re
from typing import Any

from lms.engine.xapi.rules.activities import activity
from lms.engine.xapi.rules.agents import agent, agent_or_group, group
from lms.engine.xapi.rules.values import (
    Report,
    Rule,
    duration,
    extensions,
    flag,
    iri,
    is_number,
    known,
    language,
    language_map,
    number,
    required,
    text,
    uuid,
)

_MEDIA_TYPE = re.compile(r"[!#$&^_.+\-A-Za-z0-9]+/[!#$&^_.+\-A-Za-z0-9]+(?:\s*;.*)?")
_SHA2 = re.compile(r"(?:[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})")


def verb(report: Report, path: str, value: Any) -> None:
    """2.4.3: a verb has an IRI and may have words."""
    if known(report, path, value, {"id": iri, "display": language_map}, "2.4.3"):
        required(report, path, value, ("id",), "2.4.3")


def statement_reference(report: Report, path: str, value: Any) -> None:
    """2.4.4.3: a reference names its type and a UUID."""
    if known(report, path, value, {"objectType": text, "id": uuid}, "2.4.4.3"):
        required(report, path, value, ("objectType", "id"), "2.4.4.3")
        if value.get("objectType") != "StatementRef":
            report.say(f"{path}.objectType", "2.4.4.3", "must be StatementRef")


def score(report: Report, path: str, value: Any) -> None:
    """2.4.5.1: scaled within -1 and 1; min below max; raw between them."""
    if not known(report, path, value, dict.fromkeys(("scaled", "raw", "min", "max"), number), "2.4.5.1"):
        return
    given = {key: item for key, item in value.items() if is_number(item)}
    if not -1 <= given.get("scaled", 0) <= 1:
        report.say(f"{path}.scaled", "2.4.5.1", "must be from -1 to 1")
    low, high, raw = given.get("min"), given.get("max"), given.get("raw")
    if low is not None and high is not None and low >= high:
        report.say(f"{path}.min", "2.4.5.1", "must be less than max")
    if raw is not None and low is not None and raw < low:
        report.say(f"{path}.raw", "2.4.5.1", "must not be less than min")
    if raw is not None and high is not None and raw > high:
        report.say(f"{path}.raw", "2.4.5.1", "must not be more than max")


_RESULT = {
    "score": score,
    "success": flag,
    "completion": flag,
    "response": text,
    "duration": duration,
    "extensions": extensions,
}


def result(report: Report, path: str, value: Any) -> None:
    """2.4.5: a result holds its properties alone."""
    known(report, path, value, _RESULT, "2.4.5")


def _activities(report: Report, path: str, value: Any) -> None:
    """2.4.6.2: one activity, or an array of them."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            activity(report, f"{path}[{index}]", item)
    else:
        activity(report, path, value)


def context_activities(report: Report, path: str, value: Any) -> None:
    """2.4.6.2: parent, grouping, category and other, no more, and at least one of them."""
    if value == {}:
        report.say(path, "2.4.6.2", "must have parent, grouping, category or other")
    known(report, path, value, dict.fromkeys(("parent", "grouping", "category", "other"), _activities), "2.4.6.2")


_CONTEXT: dict[str, Rule] = {
    "registration": uuid,
    "instructor": agent_or_group,
    "team": group,
    "contextActivities": context_activities,
    "revision": text,
    "platform": text,
    "language": language,
    "statement": statement_reference,
    "extensions": extensions,
}


def _relevant_types(report: Report, path: str, value: Any) -> None:
    """IEEE 4.2.2.5: one or more IRIs."""
    if not isinstance(value, list) or not value:
        report.say(path, "2.4.6", "must be an array of one or more IRIs")
        return
    for index, item in enumerate(value):
        iri(report, f"{path}[{index}]", item)


def _related(kind: str, key: str, rule: Rule) -> Rule:
    """Make the rule of an array of contextAgent or contextGroup objects (IEEE 4.2.2.5)."""

    def object_type(report: Report, path: str, value: Any) -> None:
        if value != kind:
            report.say(path, "2.4.6", f"must be {kind}")

    allowed: dict[str, Rule] = {"objectType": object_type, key: rule, "relevantTypes": _relevant_types}

    def array(report: Report, path: str, value: Any) -> None:
        if not isinstance(value, list):
            report.say(path, "2.4.6", f"must be an array of {kind} objects")
            return
        for index, item in enumerate(value):
            here = f"{path}[{index}]"
            if known(report, here, item, allowed, "2.4.6"):
                required(report, here, item, ("objectType", key), "2.4.6")

    return array


_CONTEXT_2: dict[str, Rule] = {
    **_CONTEXT,
    "contextAgents": _related("contextAgent", "agent", agent),
    "contextGroups": _related("contextGroup", "group", group),
}


def context(report: Report, path: str, value: Any) -> None:
    """2.4.6: a context holds its properties alone."""
    known(report, path, value, _CONTEXT_2 if report.is_second else _CONTEXT, "2.4.6")


def _length(report: Report, path: str, value: Any) -> None:
    """2.4.11: a length is a whole number of octets."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        report.say(path, "2.4.11", "must be a whole number, not negative")


def _media_type(report: Report, path: str, value: Any) -> None:
    """2.4.11: a content type is an Internet media type."""
    if not (isinstance(value, str) and _MEDIA_TYPE.fullmatch(value)):
        report.say(path, "2.4.11", "must be a media type such as image/png")


def _sha2(report: Report, path: str, value: Any) -> None:
    """2.4.11: a SHA-2 in hexadecimal, of 224 to 512 bits."""
    if not (isinstance(value, str) and _SHA2.fullmatch(value)):
        report.say(path, "2.4.11", "must be a SHA-2 in hexadecimal")


_ATTACHMENT = {
    "usageType": iri,
    "display": language_map,
    "description": language_map,
    "contentType": _media_type,
    "length": _length,
    "sha2": _sha2,
    "fileUrl": iri,
}


def attachments(report: Report, path: str, value: Any) -> None:
    """2.4.11: an array of attachment headers, each with its five required properties."""
    if not isinstance(value, list):
        report.say(path, "2.4.11", "must be an array of attachments")
        return
    for index, item in enumerate(value):
        here = f"{path}[{index}]"
        if known(report, here, item, _ATTACHMENT, "2.4.11"):
            required(report, here, item, ("usageType", "display", "contentType", "length", "sha2"), "2.4.11")
