"""Included files: characters, references, scenes and more that stand beside the scenario, or are shared by all of them.

    include: [people.yaml, scenes/night.md, _shared/wales.yaml]

Invariants:
  I1  a path stays in the scenario's own folder or in `_shared` beside it; a shared file includes shared files only
  I2  every file is read once; circles are refused with their path; DEPTH, FILES and BYTES bound what is read
  I3  everything keeps its place: spans name the file in which something is written, and own declarations come first
  I4  of what is shared, only what the scenario refers to is in its Program, so that others may add to it
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lms.engine.scenario.language.front import Shared
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.program import Program
from lms.engine.source import front_matter, markup
from lms.engine.source import yaml_nodes as yaml
from lms.engine.source.kinds import record_kind
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Code, Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source, SourceFile, decode
from lms.engine.source.typed import read

SHARED = "_shared/"
"""The folder beside the scenarios' folders from which all of them may include."""

DEPTH = 8
FILES = 64
BYTES = 4_000_000

_PATH = re.compile(r"(?:\w[\w.-]*/)*\w[\w.-]*", re.ASCII)
_OUTSIDE = re.compile(r"^(?:[/\\~]|[a-zA-Z]:|\w+://)|\\|(?:^|/)\.\.(?:/|$)|\0")
_SUFFIXES = (".md", ".yaml", ".yml")
_NOT_TEXTS = frozenset({"url", "when", "derive"})
_MAIN = "scenario.md"
_OVERLAY = re.compile(r"scenario\.[a-z-]+(?:\.[a-z-]+)?\.(?:md|yaml|yml)")
"""Language files and overlays belong to the scenario by their names; they are not included."""


class Part(NamedTuple):
    """The Markdown of a file from line `body` on: scenes."""

    source: Source
    body: int


@dataclass(slots=True)
class Gathered:
    """The front matter with what was included, and the Markdown of the included files; `is_whole` if all was read."""

    node: yaml.Mapping | None
    parts: list[Part] = field(default_factory=list)
    banks: list[yaml.Mapping] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    is_whole: bool = True


def gather(source: Source, node: yaml.Mapping | None, files: Mapping[str, SourceFile], problems: Problems) -> Gathered:
    """Read what the front matter of `source` includes, by the names that files have in `files`."""
    gathered = Gathered(node)
    if node is None or node.get("include") is None:
        return gathered
    reader = _Reader(files, problems, source)
    reader.follow(node, (_MAIN,))
    gathered.node = _merge(node, reader.nodes, problems)
    gathered.parts, gathered.banks = reader.parts, reader.banks
    gathered.sources, gathered.is_whole = reader.sources, reader.is_whole
    return gathered


def only_used(program: Program, own: Iterable[str]) -> Program:
    """Return the Program without references and characters that it does not mention; those in `own` stay (I4)."""
    rest = {key: value for key, value in program.to_json().items() if key not in {"references", "characters"}}
    used = _texts(rest) | set(own)
    return replace(
        program,
        references=tuple(one for one in program.references if one.id in used),
        characters=tuple(one for one in program.characters if one.id in used),
    )


def is_bank(node: yaml.Mapping) -> bool:
    """Tell whether a file holds a question bank."""
    return node.get("bank") is not None or node.get("questions") is not None


def _texts(value: Any) -> set[str]:
    found: set[str] = set()
    front = [value]
    for part in front:  # the list grows while it is walked
        if isinstance(part, str):
            found.add(part)
        elif isinstance(part, dict | list):
            front += part.values() if isinstance(part, dict) else part
    return found


class _Reader:
    """Reads files that are included, depth first, in the order in which they are named."""

    def __init__(self, files: Mapping[str, SourceFile], problems: Problems, main: Source) -> None:
        self.files = files
        self.problems = problems
        self.nodes: list[yaml.Mapping] = []
        self.parts: list[Part] = []
        self.banks: list[yaml.Mapping] = []
        self.sources: list[Source] = []
        self.is_whole = True
        self._done: set[str] = set()
        self._bytes = len(main.raw)
        self._names = Names(
            name for name in files if name.endswith(_SUFFIXES) and name != _MAIN and not _OVERLAY.fullmatch(name)
        )

    def follow(self, node: yaml.Mapping, way: tuple[str, ...]) -> None:
        """Read what a file includes; `way` are the files that lead to it, itself last."""
        listed = node.get("include")
        for item in listed.items if isinstance(listed, yaml.Sequence) else ():
            if isinstance(item, yaml.Scalar):
                self._include(item, way)

    def _include(self, item: yaml.Scalar, way: tuple[str, ...]) -> None:
        name = item.text.strip()
        if self._is_refused(item, name, way) or name in self._done:
            return
        self._done.add(name)
        file = self.files[name]
        self._bytes += len(file.data)
        if len(self._done) > FILES or len(way) > DEPTH or self._bytes > BYTES:
            self._say(
                codes.INCLUDE_TOO_MUCH,
                item.span,
                "too much is included here",
                why=f"at most {FILES} files, {DEPTH} deep and {BYTES:,} bytes together, make one scenario",
                fix="include only what this scenario needs",
            )
            return
        if file.refusal is not None:
            self.is_whole = False
            if name.startswith(SHARED):  # those of the own folder are reported with the folder
                self.problems.extend([file.refusal])
            return
        source = decode(file.path, file.data, self.problems)
        if source is None:
            self.is_whole = False
            return
        self._read(source, name, way)

    def _read(self, source: Source, name: str, way: tuple[str, ...]) -> None:
        body = 1
        self.sources.append(source)
        if name.endswith(".md"):
            node: yaml.Node | None = None
            if source.lines[0].rstrip() == front_matter.FENCE:
                matter = front_matter.split(source, self.problems)
                node, body = matter.node, matter.body
            self.parts.append(Part(source, body))
        else:
            node = yaml.compose(source, self.problems)
        if isinstance(node, yaml.Mapping) and is_bank(node):
            self.banks.append(node)
            return
        if node is not None:
            read(node, Shared, self.problems)
            markup.check_values(node, self.problems, but=_NOT_TEXTS)
        if isinstance(node, yaml.Mapping):
            self.nodes.append(node)
            self.follow(node, (*way, name))

    def _is_refused(self, item: yaml.Scalar, name: str, way: tuple[str, ...]) -> bool:
        if _OUTSIDE.search(name) or (way[-1].startswith(SHARED) and not name.startswith(SHARED)):
            self._say(
                codes.INCLUDE_OUTSIDE,
                item.span,
                f"'{name[:80]}' leads out of where content is included from",
                why="a scenario includes from its own folder and from '_shared'; a shared file only from '_shared'",
                fix=f"move the file there and write '{SHARED}{name.replace(chr(92), '/').rsplit('/', 1)[-1][:60]}'",
            )
        elif not name.endswith(_SUFFIXES) or _PATH.fullmatch(name) is None or _OVERLAY.fullmatch(name):
            self._say(
                codes.INCLUDE_KIND,
                item.span,
                f"'{name[:80]}' cannot be included",
                why="scenes are included from Markdown files (.md), all else from YAML files (.yaml);"
                " language files and overlays belong to their scenario already",
                fix="write the path of such a file, with letters, digits, hyphens and dots",
            )
        elif name in way:
            circle = " → ".join([*way[way.index(name) :], name])
            self._say(
                codes.INCLUDE_CIRCLE,
                item.span,
                f"'{name}' includes itself: {circle}",
                why="its content would never come to an end",
                fix="remove one of these includes",
            )
        elif name not in self.files:
            self._say(
                codes.INCLUDE_MISSING,
                item.span,
                f"there is no file '{name[:80]}' to include",
                fix=self._names.hint(name, f"write it, or name one of: {_listing(self._names)}"),
            )
        else:
            return False
        return True

    def _say(self, code: Code, span: Span, what: str, *, why: str = "", fix: str = "") -> None:
        self.is_whole = False
        self.problems.add(code, span, what, why=why, fix=fix)


def _listing(names: Names) -> str:
    known = [name for name in names.known if not name.endswith(_MAIN)]
    return ", ".join(known[:8]) if known else "nothing is there yet"


def _merge(own: yaml.Mapping, others: Sequence[yaml.Mapping], problems: Problems) -> yaml.Mapping:
    """Return the front matter with the tables and lists of the others behind its own; an id may stand once."""
    entries = {key.text: (key, value) for key, value in own.entries}
    for section in record_kind(Shared).keys:
        found = [] if section == "include" else [other for other in others if other.get(section) is not None]
        for other in found:
            key, value = other.key(section), other.get(section)
            if key is None or value is None:
                continue
            _, mine = entries.setdefault(section, (key, value))
            if mine is not value:
                entries[section] = (entries[section][0], _joined(mine, value, problems))
    return replace(own, entries=tuple(entries.values()))


def _joined(first: yaml.Node, second: yaml.Node, problems: Problems) -> yaml.Node:
    if isinstance(first, yaml.Sequence) and isinstance(second, yaml.Sequence):
        return replace(first, items=(*first.items, *second.items))
    if not isinstance(first, yaml.Mapping) or not isinstance(second, yaml.Mapping):
        return first  # what one of them holds instead is reported where it stands
    known = {key.text: key for key, _ in first.entries}
    for key, _ in second.entries:
        if key.text in known:
            place = known[key.text].span
            problems.add(
                codes.DUPLICATE_ID,
                key.span,
                f"'{key.text}' is declared in {place.path}, line {place.line}, already",
                why="what is included must not change what is declared",
                fix="choose another id for one of the two",
            )
    new = tuple((key, value) for key, value in second.entries if key.text not in known)
    return replace(first, entries=(*first.entries, *new))
