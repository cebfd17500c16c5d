"""Where in a scenario's text the cursor is: read from the lines alone, because a text that is being written is broken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.language.blocks import BLOCKS, FENCE
from lms.engine.scenario.language.front import Front
from lms.engine.source.kinds import Kind, ListKind, RecordKind, TableKind, UnionKind, record_kind
from lms.engine.source.typed import Record

_KEY = re.compile(r"([\w][\w \-]*?):(?:\s|$)")
_OPENING = re.compile(r"\s*:::\s*([\w-]+)")
_MATTER = "---"


@dataclass(frozen=True, slots=True)
class Context:
    """A place in YAML: the keys that lead to it, what may stand there, and the text of the value so far.

    `record` is what the whole YAML holds. `is_key` tells that a key is being written; `written` are those that stand beside it already.
    """

    record: type[Record]
    path: tuple[str, ...]
    kinds: tuple[Kind, ...]
    is_key: bool
    text: str
    written: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The innermost key."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Region:
    """The lines (from 0, end exclusive) of a front matter or of a block's body, and what they hold."""

    record: type[Record]
    first: int
    end: int


def region_at(lines: Sequence[str], row: int, whole: type[Record] | None = None) -> Region | None:
    """Return the YAML that a line stands in, or None; `whole` is what a file holds that is nothing but YAML."""
    if whole is not None:
        return Region(whole, 0, len(lines))
    if lines and lines[0].rstrip() == _MATTER and row > 0:
        end = next((at for at in range(1, len(lines)) if lines[at].rstrip() == _MATTER), len(lines))
        if row < end:
            return Region(Front, 1, end)
    for at in range(row - 1, -1, -1):
        text = lines[at]
        if text.startswith("## ") or text.strip() == FENCE or text.rstrip() == _MATTER:
            return None
        opening = _OPENING.match(text)
        if opening:
            block = BLOCKS.get(opening[1])
            if block is None or block.record is None:
                return None
            end = next((below for below in range(row, len(lines)) if lines[below].strip() == FENCE), len(lines))
            return Region(block.record, at + 1, end)
    return None


def context_at(lines: Sequence[str], row: int, column: int, whole: type[Record] | None = None) -> Context | None:
    """Return where a place (line and column from 0) is in YAML, or None where no YAML is."""
    region = region_at(lines, row, whole)
    if region is None:
        return None
    path, level = _outer(lines, region, row)
    text = lines[row][:column]
    start = _content(text)
    path, is_key, value = _inner(text[start:], path)
    kinds = tuple(_descend([record_kind(region.record)], path))
    in_flow = is_key and text[start:] != value.lstrip() and bool(re.search(r"[{,]", text))
    written = _flow_keys(text, lines[row][column:]) if in_flow else _beside(lines, region, row, level)
    return Context(region.record, tuple(path), kinds, is_key, value, frozenset(written))


def records_in(kinds: Sequence[Kind]) -> list[RecordKind]:
    """Return the records that may stand somewhere, seen through lists and alternatives."""
    return [kind for kind in _flat(kinds) if isinstance(kind, RecordKind)]


def kinds_in(kinds: Sequence[Kind]) -> list[Kind]:
    """Return the kinds of single values that may stand somewhere."""
    return [kind for kind in _flat(kinds) if not isinstance(kind, RecordKind | TableKind)]


def _flat(kinds: Sequence[Kind]) -> list[Kind]:
    found: list[Kind] = []
    for kind in kinds:
        if isinstance(kind, ListKind):
            found += _flat([kind.item])
        elif isinstance(kind, UnionKind):
            found += _flat(kind.kinds)
        else:
            found.append(kind)
    return found


def _descend(kinds: Sequence[Kind], path: Sequence[str]) -> list[Kind]:
    found = list(kinds)
    for key in path:
        below: list[Kind] = []
        for kind in _flat(found):
            if isinstance(kind, RecordKind) and key in kind.keys:
                below.append(kind.keys[key][2])
            elif isinstance(kind, TableKind):
                below.append(kind.value)
        found = below
    return found


def _content(text: str) -> int:
    """Return where the content of a line starts: after blanks and the dashes of lists."""
    at = len(text) - len(text.lstrip(" "))
    while text[at : at + 2] == "- ":
        at += 2 + len(text[at + 2 :]) - len(text[at + 2 :].lstrip(" "))
    return at


def _outer(lines: Sequence[str], region: Region, row: int) -> tuple[list[str], int]:
    """Return the keys that enclose a line by indentation, and the column where its own keys stand."""
    text = lines[row]
    indent, start = len(text) - len(text.lstrip(" ")), _content(text)
    own, level = start, (indent + 1 if text[indent : indent + 1] == "-" else start)
    path: list[str] = []
    for at in range(row - 1, region.first - 1, -1):
        above = lines[at]
        if not above.strip() or above.lstrip().startswith("#"):
            continue
        indent, start = len(above) - len(above.lstrip(" ")), _content(above)
        key = _KEY.match(above, start)
        is_item = above[indent : indent + 1] == "-"
        if start < level and key:
            path.insert(0, key[1])
            level = indent + 1 if is_item else start
        elif is_item and start == level:
            level = indent + 1
    return path, own


def _inner(text: str, path: list[str]) -> tuple[list[str], bool, str]:
    """Read a line up to the cursor: the keys that lead on, whether a key is being written, and the value so far."""
    path = list(path)
    key = _KEY.match(text)
    if key is None:
        if text[:1] not in {"[", "{"}:
            return path, True, text
        rest = text
    else:
        path.append(key[1])
        rest = text[key.end() :]
    frames: list[tuple[str, int]] = []
    quote, start, is_key = "", 0, False
    for at, char in enumerate(rest):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and not rest[start:at].strip():
            quote = char
        elif char in "{[":
            frames.append((char, len(path)))
            start, is_key = at + 1, char == "{"
        elif char in "}]" and frames:
            _, depth = frames.pop()
            path = path[:depth]
            start = at + 1
            is_key = False
        elif char == "," and frames:
            path = path[: frames[-1][1]]
            start, is_key = at + 1, frames[-1][0] == "{"
        elif char == ":" and is_key and rest[at + 1 : at + 2] in {" ", ""}:
            path.append(rest[start:at].strip().strip("\"'"))
            start, is_key = at + 1, False
    return path, is_key, rest[start:].lstrip()


def _beside(lines: Sequence[str], region: Region, row: int, level: int) -> list[str]:
    """Return the keys that stand at the same level, above and below."""
    found: list[str] = []
    for step, limit in ((-1, region.first - 1), (1, region.end)):
        at = row
        if step < 0 and lines[row].lstrip().startswith("- "):
            continue
        while (at := at + step) != limit:
            start = _content(lines[at])
            if lines[at].strip() and start < level:
                break
            is_item = lines[at].lstrip().startswith("- ")
            if step > 0 and is_item and start == level:
                break
            key = _KEY.match(lines[at], start) if start == level else None
            found += [key[1]] if key else []
            if is_item and start == level:
                break
    return found


def _flow_keys(before: str, after: str) -> list[str]:
    """Return the keys of the innermost `{…}` around the cursor."""
    return re.findall(r"([\w][\w \-]*?):\s", before[before.rfind("{") + 1 :] + after.partition("}")[0])


Place = Literal["top", "scene", "choice"]


def block_place(lines: Sequence[str], row: int) -> Place:
    """Return where a block that starts on a line would stand."""
    if lines[row].startswith((" ", "\t")):
        return "choice"
    return "scene" if any(line.startswith("## ") for line in lines[:row]) else "top"
