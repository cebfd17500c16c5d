"""One story that uses everything an author can write (the folder `whole`), and where in it each key and value stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from lms.engine.questions.syntax import BankFile
from lms.engine.scenario.language.blocks import BLOCKS, Line, match
from lms.engine.scenario.language.compile import Compiled, compile_scenario
from lms.engine.scenario.language.front import Front, Overlay, Shared
from lms.engine.scenario.proof.plan import Plan, check_plans
from lms.engine.source.kinds import Key, Kind, ListKind, RecordKind, TableKind, UnionKind, record_kind
from lms.engine.source.problem import Problem, Problems
from lms.engine.source.text import Source, SourceFile, decode
from lms.engine.source.yaml_nodes import Mapping, Node, Region, Scalar, Sequence, compose

FOLDER = Path(__file__).parent / "whole"
TODAY = date(2026, 11, 21)
ROOTS = {
    "people.yaml": Shared,
    "sources.yaml": Shared,
    "bank.yaml": BankFile,
    "scenario.england.yaml": Overlay,
    "plans/all.plan": Plan,
}
STORY = "scenario.md"
MEDIA = {
    "media/wrist.png": b"x",
    "media/handover.mp4": b"x",
    "media/handover.vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nShe had a quiet night.\n",
    "media/handover.md": b"**Mair:** She had a quiet night.\n",
    "media/knock.mp3": b"x",
    "media/knock.md": b"Somebody knocks twice.\n",
}


@cache
def texts() -> dict[str, str]:
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def compile_whole(**changed: str) -> tuple[Compiled, tuple[Problem, ...]]:
    """The story with some of its files written otherwise (`changed`, by name), and all its problems."""
    named = texts() | changed
    if STORY in changed:
        named.pop("scenario.england.yaml")  # what it says of a damaged story is of no interest
    files = [SourceFile(f"scenarios/whole/{name}", name, text.encode()) for name, text in named.items()]
    files += [SourceFile(f"scenarios/whole/{name}", name, data) for name, data in MEDIA.items()]
    compiled = compile_scenario(files, today=TODAY)
    return compiled, (*compiled.problems, *check_plans(compiled, files).problems)


@dataclass(frozen=True)
class Unit:
    """A piece of a file that stands for itself: a block, or the front matter; `first` to `last` are its lines."""

    file: str
    first: int
    last: int
    block: str = ""


@dataclass(frozen=True)
class Entry:
    """A key with its value, as written, in a record of some kind; `after` are the entries that follow it there."""

    unit: Unit
    record: RecordKind
    name: str
    key: Scalar
    value: Node
    kind: Kind
    about: Key
    inside: Mapping

    @property
    def label(self) -> str:
        return f"{self.unit.file}:{self.key.span.line} {self.record.cls.__name__}.{self.name}"


@dataclass(frozen=True)
class Value:
    """One value below a key, or the name of an entry of a table, with the kind that reads it."""

    entry: Entry
    node: Node
    kind: Kind
    is_name: bool = False


@cache
def units() -> tuple[tuple[Unit, Node, RecordKind], ...]:
    """Everything that is read into a record, with where it stands."""
    return tuple(_units())


def _units() -> Iterator[tuple[Unit, Node, RecordKind]]:
    for name, cls in ROOTS.items():
        source = _source(name)
        node = compose(source, Problems())
        for each in node.items if isinstance(node, Sequence) else (node,):
            yield Unit(name, 1, len(source.lines)), each, record_kind(cls)
    source = _source(STORY)
    end = source.lines.index("---", 1) + 1
    yield Unit(STORY, 1, end), compose(source, Problems(), Region(2, end)), record_kind(Front)
    for unit, indent in blocks():
        record = BLOCKS[unit.block].record
        if record is not None:
            region = Region(unit.first + 1, unit.last, indent)
            yield unit, compose(source, Problems(), region), record_kind(record)


@cache
def blocks() -> tuple[tuple[Unit, int], ...]:
    """The blocks of the story with how far they are indented, in the order of the file."""
    lines = _source(STORY).lines
    found = match([Line(number, line.lstrip(), 0) for number, line in enumerate(lines, 1)])
    return tuple(
        (Unit(STORY, start + 1, end + 1, lines[start].split()[1]), len(lines[start]) - len(lines[start].lstrip()))
        for start, end in sorted(found.items())
    )


def _source(name: str) -> Source:
    return decode(name, texts()[name].encode(), Problems())


@cache
def entries() -> tuple[Entry, ...]:
    """Every key in the story's files."""
    return tuple(entry for unit, node, kind in units() for entry in _entries(unit, node, kind))


def _entries(unit: Unit, node: Node, kind: Kind) -> Iterator[Entry]:
    for owner, record in _records(node, kind):
        for key, value in owner.entries:
            _, about, of = record.keys[key.text]
            yield Entry(unit, record, key.text, key, value, of, about, owner)


def _records(node: Node, kind: Kind) -> Iterator[tuple[Mapping, RecordKind]]:
    match kind:
        case RecordKind() if isinstance(node, Mapping):
            yield node, kind
            for key, value in node.entries:
                yield from _records(value, kind.keys[key.text][2])
        case ListKind() if isinstance(node, Sequence):
            for item in node.items:
                yield from _records(item, kind.item)
        case TableKind() if isinstance(node, Mapping):
            for _, value in node.entries:
                yield from _records(value, kind.value)
        case UnionKind():
            yield from _records(node, fitting(kind, node))


def fitting(kind: UnionKind, node: Node) -> Kind:
    """The kind of several that reads a node."""
    return next(each for each in kind.kinds if each.accepts(node))


def values(entry: Entry) -> Iterator[Value]:
    """Every value below a key that is not in a record of its own."""
    yield from _values(entry, entry.value, entry.kind)


def _values(entry: Entry, node: Node, kind: Kind) -> Iterator[Value]:
    match kind:
        case UnionKind():
            yield from _values(entry, node, fitting(kind, node))
        case ListKind() if isinstance(node, Sequence):
            for item in node.items:
                yield from _values(entry, item, kind.item)
        case TableKind() if isinstance(node, Mapping):
            for key, value in node.entries:
                yield Value(entry, key, kind.name, is_name=True)
                yield from _values(entry, value, kind.value)
        case RecordKind():
            return
        case _:
            yield Value(entry, node, kind)


def record_kinds() -> dict[str, RecordKind]:
    """Every record that an author can write, by the name of its class, found from the declarations."""
    waiting: list[Kind] = [record_kind(cls) for cls in (Front, *ROOTS.values())]
    waiting += [record_kind(block.record) for block in BLOCKS.values() if block.record]
    found: dict[str, RecordKind] = {}
    while waiting:
        kind = waiting.pop()
        if not isinstance(kind, RecordKind):
            waiting += kind.parts()
        elif kind.cls.__name__ not in found or found[kind.cls.__name__] is not kind:
            name = kind.cls.__name__ if kind.cls.__name__ not in found else f"{kind.cls.__module__}.{kind.cls.__name__}"
            if name not in found:
                found[name] = kind
                waiting += [of for _, _, of in kind.keys.values()]
    return found
