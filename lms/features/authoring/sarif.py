"""A report as SARIF 2.1.0, the format in which code hosts and editors take findings of any tool. Pure.

Sections are those of the OASIS standard: §3.13 the log, §3.14 a run, §3.27 a result, §3.36 the way that shows a problem.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from lms.engine.course import codes as course_codes
from lms.engine.scenario.program import codes as scenario_codes
from lms.engine.source import codes as source_codes
from lms.engine.source.problem import Code, Problem
from lms.engine.source.span import Span
from lms.features.authoring.model import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"

_CODES = {
    value.id: value
    for module in (source_codes, scenario_codes, course_codes)
    for value in vars(module).values()
    if isinstance(value, Code)
}


def to_sarif(report: Report) -> dict[str, Any]:
    """Return the report as one run of the tool `lms check`."""
    used = sorted({problem.code for problem in report.problems})
    rules = [_rule(_CODES[id_]) for id_ in used]
    bounded = [
        {"level": "warning", "message": {"text": line}, "descriptor": {"id": "bounded"}} for line in report.bounded
    ]
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": {"name": "lms check", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "exitCode": report.status(strict=False),
                        "toolExecutionNotifications": bounded,
                    }
                ],
                "results": [_result(problem, used.index(problem.code)) for problem in report.problems],
            }
        ],
    }


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.id,
        "name": "".join(word.capitalize() for word in code.slug.split("-")),
        "shortDescription": {"text": f"{code.title[0].upper()}{code.title[1:]}."},
        "defaultConfiguration": {"level": code.severity},
    }


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    words = [f"{problem.what[0].upper()}{problem.what[1:]}."]
    words += [f"Why: {problem.why}."] if problem.why else []
    words += [f"To mend it: {problem.fix}."] if problem.fix else []
    found: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": " ".join(words)},
        "locations": [_location(problem.span, excerpt=problem.excerpt)],
    }
    if problem.way:
        steps = ((step.span, step.text) for step in problem.way)
        found["codeFlows"] = [{"threadFlows": [{"locations": _flow(steps)}]}]
    return found


def _flow(steps: Iterable[tuple[Span, str]]) -> list[dict[str, Any]]:
    return [
        {"executionOrder": number, "location": _location(span, message=text)}
        for number, (span, text) in enumerate(steps, 1)
    ]


def _location(span: Span, *, excerpt: str = "", message: str = "") -> dict[str, Any]:
    """Return a place; columns count characters from 1, and the end lies behind the last (§3.30)."""
    region: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.line,
        "endColumn": span.column + max(1, span.length),
    }
    if excerpt:
        region["snippet"] = {"text": excerpt[span.column - 1 : span.column - 1 + max(1, span.length)]}
    place = {"artifactLocation": {"uri": quote(span.path)}, "region": region}
    return {"physicalLocation": place, **({"message": {"text": message}} if message else {})}
