"""Is this JSON value a statement? Every rule of the data model, each with its section; all findings at once.

V1  validate never raises, whatever parsed JSON it is given
V2  no findings ⇔ the value keeps every rule of `rules`
V3  the value is only read

It gates what we emit and what the LRS accepts from others. Rules carry the sections of 1.0.3; findings under 2.0.0
name those of IEEE 9274.1.1.
"""

import re
from typing import Any

from lms.engine.xapi.rules.activities import activity
from lms.engine.xapi.rules.agents import agent_or_group, authority, group
from lms.engine.xapi.rules.parts import attachments, context, result, statement_reference, verb
from lms.engine.xapi.rules.values import Report, Rule, Violation, instant, known, required, uuid
from lms.engine.xapi.vocabulary import VOIDED

VERSIONS = ("1.0.3", "2.0.0")
"""The versions of the specification that the rules know."""

_VERSION = re.compile(r"1\.0(?:\.(?:0|[1-9]\d*))?", re.ASCII)
_VERSION_2 = re.compile(r"[12]\.0(?:\.(?:0|[1-9]\d*))?", re.ASCII)


def validate(statement: object, version: str = "1.0.3") -> tuple[Violation, ...]:
    """Return every rule that `statement` breaks under `version`, in the order of its properties."""
    if version not in VERSIONS:
        raise ValueError(f"no rules for xAPI {version}; known: {', '.join(VERSIONS)}")
    report = Report(version)
    _statement(report, "$", statement, _STATEMENT, "2.4")
    return tuple(report.found)


def _version(report: Report, path: str, value: Any) -> None:
    """2.4.10: a version is 1.0 or 1.0.x; under 2.0.0 also 2.0.x."""
    form, words = (_VERSION_2, "1.0 or 2.0") if report.is_second else (_VERSION, "1.0")
    if not (isinstance(value, str) and form.fullmatch(value)):
        report.say(path, "2.4.10", f"must start with {words}")


def _object(report: Report, path: str, value: Any) -> None:
    """2.4.4: an activity unless objectType says otherwise."""
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
    rule = _OBJECTS.get(kind) if isinstance(kind, str) else None
    if rule is None:
        report.say(f"{path}.objectType", "2.4.4", f"must be one of {', '.join(_OBJECTS)}")
    else:
        rule(report, path, value)


def _sub_object_type(report: Report, path: str, value: Any) -> None:
    if value != "SubStatement":
        report.say(path, "2.4.4.3", "must be SubStatement")


def _sub_object(report: Report, path: str, value: Any) -> None:
    """2.4.4.3: a sub-statement does not hold another."""
    if isinstance(value, dict) and value.get("objectType") == "SubStatement":
        report.say(path, "2.4.4.3", "must not be a sub-statement within a sub-statement")
    else:
        _object(report, path, value)


def _sub_statement(report: Report, path: str, value: Any) -> None:
    """2.4.4.3: a sub-statement is a statement without id, stored, version and authority."""
    _statement(report, path, value, _SUB_STATEMENT, "2.4.4.3")


_COMMON: dict[str, Rule] = {
    "actor": agent_or_group,
    "verb": verb,
    "result": result,
    "context": context,
    "timestamp": instant,
    "attachments": attachments,
}
_STATEMENT: dict[str, Rule] = {
    **_COMMON,
    "id": uuid,
    "object": _object,
    "stored": instant,
    "authority": authority,
    "version": _version,
}
_SUB_STATEMENT: dict[str, Rule] = {**_COMMON, "objectType": _sub_object_type, "object": _sub_object}
_OBJECTS: dict[str, Rule] = {
    "Activity": activity,
    "Agent": agent_or_group,
    "Group": group,
    "StatementRef": statement_reference,
    "SubStatement": _sub_statement,
}


def _statement(report: Report, path: str, value: Any, rules: dict[str, Rule], section: str) -> None:
    if not known(report, path, value, rules, section):
        return
    required(report, path, value, ("actor", "verb", "object"), "2.2")
    _revision_and_platform(report, path, value)
    _voiding(report, path, value)


def _revision_and_platform(report: Report, path: str, value: Any) -> None:
    """2.4.6: revision and platform are for activities alone."""
    around, target = value.get("context"), value.get("object")
    if isinstance(around, dict) and isinstance(target, dict) and target.get("objectType", "Activity") != "Activity":
        for key in ("revision", "platform"):
            if key in around:
                report.say(f"{path}.context.{key}", "2.4.6", "may only be there when the object is an activity")


def _voiding(report: Report, path: str, value: Any) -> None:
    """2.3.2: the verb voided needs a statement reference as its object."""
    done, target = value.get("verb"), value.get("object")
    if (
        isinstance(done, dict)
        and done.get("id") == VOIDED.iri
        and not (isinstance(target, dict) and target.get("objectType") == "StatementRef")
    ):
        report.say(f"{path}.object", "2.3.2", "must be a StatementRef, since the verb is voided")
