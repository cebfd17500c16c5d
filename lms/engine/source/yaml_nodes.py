"""YAML as a tree in which every value knows its place.

Y1  YAML 1.2's core schema: `no` and `on` are words, dates and times are text; only true, false, null and numbers are not.
Y2  A key may appear once. Anchors, aliases, tags and further documents are refused: what is written is what is there.
Y3  Time and memory are linear in the size of the text; nesting is capped.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import yaml

from lms.engine.source import codes
from lms.engine.source.problem import Code, Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source

MAX_DEPTH = 24

_INT = re.compile(r"[-+]?[0-9]{1,18}|0x[0-9a-fA-F]{1,15}|0o[0-7]{1,20}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Value = None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `text` is what the author wrote, `value` what YAML's core schema makes of it."""

    value: Value
    text: str
    span: Span
    is_plain: bool = True
    is_literal: bool = False

    def within(self, offset: int, length: int) -> Span:
        """Return the place of a part of `text`; the whole value where line breaks or escapes hide it."""
        if self.is_literal:
            before = self.text[:offset]
            line = before.count("\n")
            column = offset - (before.rfind("\n") + 1)
            return Span(self.span.path, self.span.line + line, self.span.column + column, max(1, length))
        inner = self.span.length - len(self.text)
        if inner == (0 if self.is_plain else 2):
            return self.span.within(offset + inner // 2, length)
        return self.span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: "tuple[Node, ...]"
    span: Span
    is_flow: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the file."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    span: Span
    is_flow: bool = False

    def get(self, key: str) -> "Node | None":
        """Return the value of a key, or None."""
        for name, value in self.entries:  # asked so often that a generator would be felt
            if name.text == key:
                return value
        return None

    def key(self, key: str) -> Scalar | None:
        """Return the key itself, with its place, or None."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of a source that hold YAML: from `first` up to but not including `end`, `indent` columns in."""

    first: int
    end: int
    indent: int = 0


def compose(source: Source, problems: Problems, region: Region | None = None) -> Node | None:
    """Return the tree of a file's YAML (or of a region of it); None when it is empty or cannot be read."""
    if region is None:
        region = Region(1, len(source.lines) + 1)
    lines = source.lines[region.first - 1 : region.end - 1]
    if region.indent:
        lines = tuple(line[region.indent :] for line in lines)
    builder = _Builder(source, region, problems)
    try:
        return builder.build("\n".join(lines) + "\n")
    except yaml.MarkedYAMLError as error:
        _explain(error, source, region, problems)
    except yaml.reader.ReaderError as error:
        problems.add(codes.YAML_SYNTAX, source.span(region.first), f"this is not YAML: {error.reason}")
    except _Refused:
        pass
    return None


class _Said(NamedTuple):
    what: str
    why: str
    fix: str


_ALIAS = _Said(
    "anchors (&name) and aliases (*name) are not used here",
    "what is written should be what is there; and a few aliases can grow to gigabytes",
    "write the value out; put text that starts with & or * in quotes",
)


_SCALAR = yaml.ScalarEvent
_STARTS = frozenset({yaml.SequenceStartEvent, yaml.MappingStartEvent})
_ENDS = frozenset({yaml.SequenceEndEvent, yaml.MappingEndEvent})


class _Refused(Exception):  # noqa: N818
    """The problem is already reported; reading stops."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    start: Any
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Scalar] = field(default_factory=dict)
    pending: Scalar | None = None
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)


class _Builder:
    """Builds nodes from YAML's events, without recursion."""

    def __init__(self, source: Source, region: Region, problems: Problems) -> None:
        self._source = source
        self._region = region
        self._problems = problems
        self._path, self._first, self._column = source.path, region.first, region.indent + 1

    def build(self, text: str) -> Node | None:
        stack: list[_Open] = []
        root: Node | None = None
        documents = 0
        event: Any
        events: Any = yaml.CSafeLoader(text)
        while (event := events.get_event()) is not None:
            kind = event.__class__  # half of the time of reading is spent here, so the most frequent comes first
            if kind is _SCALAR:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_mark(event)
                node: Node = self._scalar(event)
            elif kind in _STARTS:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_mark(event)
                self._open(stack, event)
                continue
            elif kind in _ENDS:
                node = self._close(stack.pop(), event)
            elif kind is yaml.AliasEvent:
                self._refuse_mark(event)
            else:
                documents += kind is yaml.DocumentStartEvent
                if documents > 1:
                    self._refuse(
                        codes.SEVERAL_DOCUMENTS,
                        event,
                        "a second YAML document starts here",
                        why="one file holds one document",
                        fix="remove the line '---', or put the second part into a file of its own",
                    )
                continue
            if stack:
                self._place(stack[-1], node)
            else:
                root = node
        return None if isinstance(root, Scalar) and root.value is None else root

    def _open(self, stack: list[_Open], event: Any) -> None:
        if len(stack) >= MAX_DEPTH:
            self._refuse(
                codes.TOO_DEEP,
                event,
                f"nested more than {MAX_DEPTH} levels deep",
                fix="give the parts names of their own and write them side by side",
            )
        stack.append(_Open(event))

    def _refuse_mark(self, event: Any) -> NoReturn:
        if event.anchor is not None:
            self._refuse(codes.YAML_ALIAS, event, _ALIAS.what, why=_ALIAS.why, fix=_ALIAS.fix)
        self._refuse(
            codes.YAML_TAG,
            event,
            f"the tag '{event.tag}' is not used here",
            fix="remove it; put text that starts with ! in quotes",
        )

    def _place(self, parent: _Open, node: Node) -> None:
        if parent.start.__class__ is yaml.SequenceStartEvent:
            parent.items.append(node)
        elif parent.pending is not None:
            parent.entries.append((parent.pending, node))
            parent.pending = None
        elif not isinstance(node, Scalar):
            self._problems.add(
                codes.KEY_NOT_TEXT,
                node.span,
                "a key is a word or a few words, not a list or a mapping",
                fix="put the key in quotes if it starts with [ or {",
            )
            raise _Refused
        else:
            first = parent.keys.setdefault(node.text, node)
            if first is not node:
                self._problems.add(
                    codes.DUPLICATE_KEY,
                    node.span,
                    f"the key '{node.text}' is here twice",
                    why=f"it stands on line {first.span.line} already; only one of the two could count",
                    fix="keep one of them",
                )
            parent.pending = node

    def _close(self, opened: _Open, end: Any) -> Node:
        span = self._span(opened.start, end)
        is_flow = bool(opened.start.flow_style)
        if isinstance(opened.start, yaml.SequenceStartEvent):
            return Sequence(tuple(opened.items), span, is_flow)
        kept: dict[str, tuple[Scalar, Node]] = {}
        for key, value in opened.entries:
            kept.setdefault(key.text, (key, value))
        return Mapping(tuple(kept.values()), span, is_flow)

    def _scalar(self, event: Any) -> Scalar:
        style, value = event.style, event.value
        span = self._span(event, event)
        if style == "|":
            first = event.start_mark.line + 1
            lines = self._source.lines
            line = self._region.first + first
            indent = len(lines[line - 1]) - len(lines[line - 1].lstrip(" ")) if line <= len(lines) else 0
            span = Span(span.path, line, indent + 1, max(1, len(value.split("\n", 1)[0])))
            return Scalar(value, value, span, is_plain=False, is_literal=True)
        return Scalar(value if style else _resolve(value), value, span, not style)

    def _span(self, start: Any, end: Any) -> Span:
        first, last = start.start_mark, end.end_mark
        line, column = first.line, first.column
        if last.line == line:
            return Span(self._path, self._first + line, self._column + column, last.column - column or 1)
        line, column = self._first + line, self._column + column
        return self._source.span(line, column)

    def _refuse(self, code: Code, event: Any, what: str, *, why: str = "", fix: str = "") -> NoReturn:
        self._problems.add(code, self._span(event, event), what, why=why, fix=fix)
        raise _Refused


def _resolve(text: str) -> Value:
    """Return what YAML 1.2's core schema makes of a plain scalar; numbers too large to mean anything stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789":
        if _INT.fullmatch(text):
            return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


_EXPLAINED = (
    (
        "mapping values are not allowed",
        "a colon followed by a space means 'key: value', and here it cannot",
        'put the whole text in quotes: "…"',
    ),
    (
        "could not find expected ':'",
        "each line here needs a key and a colon",
        "write 'key: value'; indent the further lines of a long text below its key",
    ),
    (
        "did not find expected ',' or '}'",
        "{…} holds 'key: value' pairs with commas between",
        "close it with }, or quote text with commas",
    ),
    (
        "did not find expected ',' or ']'",
        "[…] holds values with commas between",
        "close it with ], or quote text with brackets",
    ),
    ("unexpected end of stream", "a quotation mark was opened and not closed", "close it, or remove it"),
    ("unexpected document indicator", "a quotation mark was opened and not closed", "close it, or remove it"),
    (
        "did not find expected key",
        "the lines of one list or mapping start in the same column",
        "indent this line like its neighbours; quote text that begins or ends with a quotation mark",
    ),
    (
        "did not find expected '-'",
        "the items of one list start in the same column",
        "indent this line like its neighbours",
    ),
    ("cannot start any token", "this character means something in YAML", "put the text in quotes"),
)


def _explain(error: "yaml.MarkedYAMLError", source: Source, region: Region, problems: Problems) -> None:
    """Turn the YAML library's words into what, why and fix."""
    mark = error.problem_mark or error.context_mark
    number = min(region.first + (mark.line if mark else 0), max(len(source.lines), 1))
    column = (mark.column if mark else 0) + 1 + region.indent
    said = error.problem or error.context or "it cannot be read"
    for near in range(number, max(region.first, number - 1) - 1, -1):
        line = source.lines[near - 1] if near <= len(source.lines) else ""
        tab = line.find("\t")
        if tab >= 0 and not line[:tab].strip(" -"):
            problems.add(
                codes.YAML_TAB,
                source.span(near, tab + 1, 1),
                "a tab stands in the indentation",
                why="YAML counts columns, and a tab has no fixed width",
                fix="indent with spaces (most editors can do this for you)",
            )
            return
    place = source.span(number, min(column, len(source.lines[number - 1]) + 1), 1)
    if "an anchor" in (error.context or "") or "an alias" in (error.context or ""):
        problems.add(codes.YAML_ALIAS, place, _ALIAS.what, why=_ALIAS.why, fix=_ALIAS.fix)
        return
    why, fix = next(((why, fix) for part, why, fix in _EXPLAINED if part in said), ("", ""))
    problems.add(
        codes.YAML_SYNTAX,
        place,
        f"this is not YAML: {said}",
        why=why,
        fix=fix or "compare it with the lines above, which could be read",
    )
