"""Every way to be wrong that the declarations of the language admit: one place of the whole story, damaged mechanically."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lms.engine.source.kinds import (
    DateKind,
    Kind,
    ListKind,
    NumberKind,
    ParsedKind,
    RecordKind,
    TextKind,
    UnionKind,
    WordKind,
    YesNoKind,
)
from lms.engine.source.problem import Problems
from lms.engine.source.text import decode
from lms.engine.source.values import Slug
from lms.engine.source.yaml_nodes import Node, compose
from tests.engine.scenario.whole import Entry, Value, entries, texts, values


@dataclass(frozen=True)
class Wrong:
    """A damaged file: where (`first` to `last` are the lines near it), and what the problem is to suggest (empty: anything)."""

    what: str
    file: str
    text: str
    first: int
    last: int
    meant: str = ""


def slip(name: str) -> str:
    """A name with a slip of the finger in it."""
    return f"{name[:-1]}{name[-2:][::-1]}" if len(name) > 5 and name[-1] != name[-2] else f"{name}{name[-1]}"


# --- the text around a key --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Offsets of an entry in its file: of the key, after its colon, and after its value (with what parts it from the next)."""

    start: int
    colon: int
    end: int
    is_flow: bool


def offset(text: str, line: int, column: int) -> int:
    return sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1


def place(entry: Entry) -> Place:
    text, span = texts()[entry.unit.file], entry.key.span
    start = offset(text, span.line, span.column)
    colon = start + span.length + 1
    if entry.inside.is_flow:
        return Place(start, colon, _flow_end(text, colon), is_flow=True)
    end = text.index("\n", colon) + 1
    while _indent(text, end) >= span.column:
        end = text.index("\n", end) + 1
    return Place(start, colon, end, is_flow=False)


def _indent(text: str, start: int) -> int:
    line = text[start : text.find("\n", start)] if "\n" in text[start:] else ""
    return len(line) - len(line.lstrip()) if line.strip() else -1


def _flow_end(text: str, start: int) -> int:
    """Where a value between brackets ends: at a comma or bracket that is not in a bracket or in quotes."""
    depth, quoted, at = 0, False, start
    while True:
        char = text[at]
        quoted ^= char == '"'
        if not quoted and depth == 0 and char in ",}]":
            return at
        depth += 0 if quoted else (char in "[{") - (char in "]}")
        at += 1


def damaged(entry: Entry, start: int, end: int, instead: str, what: str, meant: str = "") -> Wrong:
    text = texts()[entry.unit.file]
    first, last = around(entry)
    last += instead.count("\n")
    return Wrong(f"{entry.label}: {what}", entry.unit.file, text[:start] + instead + text[end:], first, last, meant)


def around(entry: Entry) -> tuple[int, int]:
    """The lines near an entry: those of its block with the choice above it, or in other files of its first key."""
    unit, text = entry.unit, texts()[entry.unit.file]
    if unit.block:
        return unit.first - 1, unit.last
    lines = text.split("\n")
    first = entry.key.span.line
    while first > 1 and lines[first - 1][:1] in {" ", ""}:
        first -= 1
    last = entry.key.span.line
    while last < len(lines) and lines[last][:1] == " ":
        last += 1
    return (1 if first == entry.key.span.line else first), last


def instead(entry: Entry, value: str, what: str, meant: str = "") -> Wrong:
    """The story with another value behind a key."""
    at = place(entry)
    end = at.end if at.is_flow else at.end - 1
    return damaged(entry, at.colon, end, f" {value}", what, meant)


def replaced(value: Value, text: str, what: str, meant: str = "") -> Wrong:
    """The story with another text in place of a value."""
    span = value.node.span
    start = offset(texts()[value.entry.unit.file], span.line, span.column)
    return damaged(value.entry, start, start + span.length, text, f"{value.node.text}: {what}", meant)


# --- keys ---------------------------------------------------------------------------------------------------------------


@cache
def one_of_each() -> tuple[Entry, ...]:
    """One place for each key of each record: the first in which it stands."""
    found: dict[tuple[type, str], Entry] = {}
    for entry in entries():
        found.setdefault((entry.record.cls, entry.name), entry)
    return tuple(found.values())


def slips_of_keys() -> Iterator[Wrong]:
    for entry in one_of_each():
        at = place(entry)
        wrong = slip(entry.name)
        yield damaged(entry, at.start, at.start + entry.key.span.length, wrong, f"'{wrong}'", entry.name)


def keys_twice() -> Iterator[Wrong]:
    for entry in one_of_each():
        at = place(entry)
        text = texts()[entry.unit.file]
        between = ", " if at.is_flow else " " * (entry.key.span.column - 1)
        again = text[at.start : at.end] + between
        yield damaged(entry, at.start, at.start, again, "twice")


def missing_keys() -> Iterator[Wrong]:
    for entry in one_of_each():
        declared = entry.record.keys[entry.name][0]
        if RecordKind.is_required(declared):
            at = place(entry)
            yield damaged(entry, *_whole(entry, at), "", "missing")


def _whole(entry: Entry, at: Place) -> tuple[int, int]:
    """What is taken away with an entry: it up to the next one, or from the one before it."""
    text = texts()[entry.unit.file]
    names = [key.text for key, _ in entry.inside.entries]
    if at.is_flow:
        if text[at.end] == ",":
            return at.start, at.end + 2
        before = text.rfind(",", 0, at.start) if len(names) > 1 else at.start
        return before, at.end
    if names[-1] == entry.name:
        return text.rfind("\n", 0, at.start) + 1, at.end
    return at.start, at.end + entry.key.span.column - 1


SHAPES = {"a list": "[x, y]", "keys": "{xx: y}", "a text": "nonsense here"}


def wrong_shapes() -> Iterator[Wrong]:
    """A list where there can be none, or else keys; and a text where there can be none."""
    for entry in one_of_each():
        refused = [name for name, text in SHAPES.items() if not entry.kind.accepts(_node(text))]
        for name in refused if "a list" not in refused else [each for each in refused if each != "keys"]:
            yield instead(entry, SHAPES[name], name)


def empty_values() -> Iterator[Wrong]:
    for entry in one_of_each():
        yield instead(entry, "", "nothing")
        if any(isinstance(kind, TextKind) for kind in _plain(entry.kind)):
            yield instead(entry, '""', "an empty text")


def _node(text: str) -> Node:
    return compose(decode("x.yaml", f"x: {text}\n".encode(), Problems()), Problems()).entries[0][1]


def _plain(kind: Kind) -> Iterator[Kind]:
    if isinstance(kind, UnionKind):
        for each in kind.kinds:
            yield from _plain(each)
    else:
        yield kind


# --- values -------------------------------------------------------------------------------------------------------------


def wrong_values() -> Iterator[Wrong]:
    """Words that are none of those known, numbers outside their limits, what cannot be read as what it is to be."""
    for entry in one_of_each():
        for kind in _plain(entry.kind):
            yield from _outside(entry, kind)
        for value in values(entry):
            match value.kind:
                case WordKind() if not isinstance(entry.kind, UnionKind):
                    yield replaced(value, slip(value.node.text), "a slip", value.node.text)
                case NumberKind():
                    yield replaced(value, "many", "no number")
                case YesNoKind():
                    yield replaced(value, "maybe", "neither yes nor no")
                case DateKind():
                    yield replaced(value, "2026-13-45", "no day")
                    yield replaced(value, "tomorrow", "no date")
                case ParsedKind():
                    yield replaced(value, '"? !"', "cannot be read")


def _outside(entry: Entry, kind: Kind) -> Iterator[Wrong]:
    limits = entry.about.limits
    match kind:
        case NumberKind():
            if limits.minimum is not None:
                yield instead(entry, str(int(limits.minimum) - 1), "too small")
            if limits.maximum is not None:
                yield instead(entry, str(int(limits.maximum) + 1), "too large")
        case TextKind() if limits.max_length is not None:
            yield instead(entry, "x" * (limits.max_length + 1), "too long")
        case ListKind() if limits.min_items:
            yield instead(entry, "[]", "too few")


# --- names --------------------------------------------------------------------------------------------------------------

DECLARING = {
    "Front.scenario", "Front.level", "BankFile.bank", "OptionKeys.id", "QuestionKeys.id", "OrderItemKeys.id", "RouteKeys.id",
    "Prompt.id", "Variable.one of", "Variable.some of", "Draw.one of", "Track.values",
    *(f"Front.{name}" for name in ("draws", "must", "must_not", "always", "never", "tracks", "scales")),
    *(f"{name}.{section}" for name in ("Front", "Shared") for section in
      ("objectives", "characters", "competencies", "variables", "derive", "terms", "references")),
}  # fmt: skip
"""Keys under which an id is given to something; everywhere else, an id names what stands elsewhere."""


def slips_of_names() -> Iterator[Wrong]:
    """An id that is not quite that of what it names."""
    for entry in entries():
        if f"{entry.record.cls.__name__}.{entry.name}" in DECLARING:
            continue
        for value in values(entry):
            if isinstance(value.kind, ParsedKind) and value.kind.cls is Slug:
                wrong = slip(value.node.text)
                yield replaced(value, wrong, "a slip", value.node.text)
