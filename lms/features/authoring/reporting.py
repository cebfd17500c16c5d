"""What is known about scenarios as a whole, as lines for people: how long the ways are, which scores they come with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lms.engine.scenario.program.place import said


def report_lines(path: str, facts: Mapping[str, Any]) -> list[str]:
    """Return the facts about one scenario as lines."""
    lines = [f"{path}: {facts['states']:,} states explored{'' if facts['complete'] else ', not complete'}"]
    report = facts.get("report")
    if report:
        lines += _endings(report) + _scores(report)
    plans = facts["plans"]
    if plans["plans"]:
        missing = ", ".join(plans["choices_not_taken"])
        count = f"{plans['plans']} plan{'' if plans['plans'] == 1 else 's'}"
        lines.append(f"  {count}; {f'no plan takes: {missing}' if missing else 'every choice is taken by one of them'}")
    lines += [_language(language) for language in facts.get("languages", ())]
    lines += [_question(question) for question in facts["questions"]]
    if report:
        lines += ["  not proven, because no program can:", *(f"    {what}" for what in report["not_proven"])]
    return lines


def _language(language: Mapping[str, Any]) -> str:
    missing = language.get("missing", ())
    done = language["texts"] - len(missing)
    listed = f"; not translated: {', '.join(dict.fromkeys(map(said, missing)))}" if missing else ""
    return f"  told in {language['language']}: {done} of {language['texts']} texts{listed}"


def _endings(report: Mapping[str, Any]) -> list[str]:
    rows: list[tuple[str, ...]] = [("ending", "band", "good", "scenes", "minutes", "can be passed", "can be failed")]
    rows += [
        (
            one["id"],
            one["band"],
            "yes" if one["success"] else "no",
            _span(one["fewest_scenes"], one["most_scenes"]),
            _span(one["fewest_minutes"], one["most_minutes"]),
            _said(one["can_pass"]),
            _said(one["can_fail"]),
        )
        for one in report["endings"]
    ]
    if not any(one["most_minutes"] != 0 for one in report["endings"]):
        rows = [(*row[:4], *row[5:]) for row in rows]  # a story in which nothing takes time
    return _table(rows)


def _scores(report: Mapping[str, Any]) -> list[str]:
    if not report["scores"]:
        return []
    rows = [("score", "overall", *(one["id"] for one in report["endings"]))]
    for score, (low, high) in report["scores"].items():
        here = [_span(*one["scores"][score]) if score in one["scores"] else "–" for one in report["endings"]]
        rows.append((score, _span(low, high), *here))
    return _table(rows)


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        f"  {'  '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))}".rstrip() for row in rows
    ]


def _span(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} or more"
    return str(low) if low == high else f"{low}..{high}"


def _said(answer: bool | None) -> str:  # noqa: FBT001 - a value, not an option
    return {True: "yes", False: "no", None: "not known"}[answer]


def _question(question: Mapping[str, Any]) -> str:
    if question["is_complete"] and not question["states"]:
        return f"  {question['about']}: no search needed, 'pass' itself asks for it"
    words = "" if question["is_complete"] else ", not complete"
    return f"  {question['about']}: {question['states']:,} states{words}{_without(question['left_out'])}"


def _without(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"; does not depend on {listed}" if listed else ""
