"""Findings about a file: what is wrong, where, why it matters and how to mend it.

P1  Problems of a file come all at once and in reading order.
P2  There is at most one problem per place; an error hides a warning there, otherwise the first finding stays.
P3  A problem can be shown without its file: it carries the line it speaks about.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from lms.engine.source.span import Span

Severity = Literal["error", "warning"]
EXCERPT_WIDTH = 110
"""Longer lines are shown as a window around the place."""
LONGEST_WORDS = 70
"""Characters of a choice's words that a step of a way shows."""
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What could steer a terminal or break a line; it is shown as a character that stands for another."""


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem. Its page is `lms/docs/problems/<id>-<slug>.md`, whose examples are its tests.

    `why` and `fix` are said of every finding that has nothing closer to say.
    """

    id: str
    slug: str
    title: str
    severity: Severity = "error"
    why: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Waypoint:
    """One step of a way that shows a problem: what is taken, and where it stands."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `excerpt` is the line of the file, without its line end; `way` leads to it through the story."""

    code: str
    severity: Severity
    span: Span
    what: str
    why: str = ""
    fix: str = ""
    excerpt: str = ""
    way: tuple[Waypoint, ...] = ()

    def __str__(self) -> str:
        span = self.span
        lines = [f"{span.path}:{span.line}:{span.column}: {self.severity} {self.code} {self.what}"]
        lines += self.picture
        for number, step in enumerate(self.way, 1):
            place = f"{step.span.path}:{step.span.line}:{step.span.column}"
            lines.append(f"  {'way' if number == 1 else '':3}  {number}. {place} {step.text}")
        lines += [f"  {label}  {text}" for label, text in (("why", self.why), ("fix", self.fix)) if text]
        return "\n".join(lines)

    @property
    def picture(self) -> list[str]:
        """The line of the file and the place in it, as two lines; empty where there is no line to show."""
        if not self.excerpt:
            return []
        shown, column = _window(self.excerpt, self.span.column - 1)
        length = max(1, min(self.span.length, len(shown) - column))
        caret = " " * _width(shown[:column]) + "^" * max(1, _width(shown[column : column + length]))
        return [f"{self.span.line:>5} | {shown}", f"{'':>5} | {caret}"]

    def to_json(self) -> dict[str, Any]:
        """Return the problem as plain values, with file, line, column and length beside the texts."""
        values = {name: value for name, value in asdict(self).items() if name not in {"span", "way"}}
        way = [{**_place(step.span), "text": step.text} for step in self.way]
        return {**_place(self.span), **values, **({"way": way} if way else {})}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the problem that `to_json` wrote."""
        rest = {name: value for name, value in values.items() if name not in {*_PLACE, "way"}}
        way = tuple(Waypoint(_span(step), step["text"]) for step in values.get("way", ()))
        return cls(span=_span(values), **rest, way=way)


def short(text: str, length: int = LONGEST_WORDS) -> str:
    """Return the beginning of the words of a choice, if they are long, as a step of a way shows them."""
    return text if len(text) <= length else f"{text[: max(1, length - 1)].rstrip()}…"


class Problems:
    """The problems of the files of one piece of content, while they are found."""

    def __init__(self) -> None:
        self._found: dict[Span, Problem] = {}
        self._lines: dict[str, tuple[str, ...]] = {}

    def know(self, path: str, lines: tuple[str, ...]) -> None:
        """Remember the lines of a file, so that its problems can show them."""
        self._lines[path] = lines

    def add(
        self, code: Code, span: Span, what: str, *, why: str = "", fix: str = "", way: tuple[Waypoint, ...] = ()
    ) -> None:
        """Add a finding, unless its place has one already (P2)."""
        known = self._found.get(span)
        if known is None or (known.severity == "warning" and code.severity == "error"):
            lines = self._lines.get(span.path, ())
            excerpt = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
            self._found[span] = Problem(
                code.id, code.severity, span, what, why or code.why, fix or code.fix, excerpt, way
            )

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over findings that were made elsewhere."""
        for problem in problems:
            self._found.setdefault(problem.span, problem)

    def in_order(self) -> tuple[Problem, ...]:
        """Return all problems in reading order (P1)."""
        return tuple(sorted(self._found.values(), key=lambda problem: (problem.span, problem.code)))

    def has_errors(self) -> bool:
        """Tell whether any finding is an error."""
        return any(problem.severity == "error" for problem in self._found.values())

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.in_order())

    def __len__(self) -> int:
        return len(self._found)


_PLACE = ("file", "line", "column", "length")


def _place(span: Span) -> dict[str, Any]:
    return dict(zip(_PLACE, span, strict=True))


def _span(values: dict[str, Any]) -> Span:
    return Span(*(values[name] for name in _PLACE))


def _window(line: str, column: int) -> tuple[str, int]:
    """Return what is shown of a line, and where the column now is in it."""
    line = _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", line.replace("\t", " "))
    if len(line) <= EXCERPT_WIDTH:
        return line, column
    start = max(0, min(column - EXCERPT_WIDTH // 3, len(line) - EXCERPT_WIDTH))
    end = start + EXCERPT_WIDTH
    before, after = "…" if start else "", "…" if end < len(line) else ""
    return f"{before}{line[start:end]}{after}", column - start + len(before)


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
