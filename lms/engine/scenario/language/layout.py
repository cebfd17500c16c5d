"""`lms fmt`: the layout of a scenario's file, and nothing else of it.

What it does: one blank after `##`, `-` and `:::` and before `{#id}`; what stands below a choice is indented by two; the
keys of a block stand where its `:::` stands; one blank between a key's colon and its value; single blank lines around
headings and blocks; no blanks at the ends of such lines; one line end at the end of the file.

Invariants:
  M1  twice is the same as once
  M2  what is read from the file is the same before and after, up to places; were it not, the file stays as it is
  M3  prose, remarks, code and the texts in YAML stay letter by letter, and everything stays in its order
"""

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from lms.engine.scenario.language import blocks
from lms.engine.scenario.language.blocks import BLOCKS, CODE, FENCE, Line
from lms.engine.scenario.language.parse import end_of_item, looks_like_choice, outside_code, parse, without_comments
from lms.engine.source.problem import Problems
from lms.engine.source.record import Record
from lms.engine.source.span import Span
from lms.engine.source.text import Source, decode
from lms.engine.source.yaml_nodes import Scalar

_MATTER = "---"
_HEADING = re.compile(r"##[ \t]+(.*?)[ \t]*(\{#[^{}]*\})?[ \t]*")
_CHOICE = re.compile(r"- \[[ \t]*(.*?)[ \t]*\]\(#([^)]*)\)[ \t]*(\{#[^{}]*\})?[ \t]*")
_OPENING = re.compile(r":::[ \t]*([^\s{]+)[ \t]*(.*?)[ \t]*(\{#[^{}]*\})?[ \t]*")
_KEY = re.compile(r"( *(?:- +)*[A-Za-z][\w -]*?)[ \t]*:[ \t]+(?=\S)(.*)")
_TEXT_FOLLOWS = re.compile(r"(?:.*:|\s*-)[ \t]+[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?")
_INDENT = "  "
_WITH_PROSE = frozenset({"if", "document"})
"""Blocks that are part of the prose: they may follow each other, and prose, as closely as the author likes."""


def tidy(path: str, content: bytes) -> bytes:
    """Return the file with its layout in order; the same bytes where it cannot be read."""
    problems = Problems()
    source = decode(path, content, problems)
    if source is None:
        return content
    lines = list(source.lines)
    start = _body(lines)
    result = [*_yaml(lines[:start]), *_Body(lines[start:], is_whole=start == 0).lay_out()]
    while result and not result[-1].strip():
        result.pop()
    text = source.newline.join([*result, ""])
    made = (b"\xef\xbb\xbf" if source.has_bom else b"") + text.encode("utf-8")
    return made if _reads(path, content) == _reads(path, made) else content


def _body(lines: Sequence[str]) -> int:
    """Return the position after the front matter."""
    if not lines or lines[0].rstrip() != _MATTER:
        return 0
    return next((at + 1 for at in range(1, len(lines)) if lines[at].rstrip() == _MATTER), 0)


class _Body:
    """The part of a file below its front matter; its scenes are found as `parse` finds them."""

    def __init__(self, lines: list[str], *, is_whole: bool) -> None:
        self.lines = lines
        self.is_whole = is_whole
        self.shown = without_comments([Line(number, text) for number, text in enumerate(lines, 1)])

    def lay_out(self) -> list[str]:
        starts = [at for at, line in enumerate(self.shown) if line.text.startswith("## ")]
        starts = outside_code(self.shown, starts)
        ends = [*starts[1:], *([len(self.lines)] if starts else [])]
        first = self._part(0, starts[0] if starts else len(self.lines), is_scene=False)
        parts = [first] if first else []
        parts += [self._part(start, end, is_scene=True) for start, end in zip(starts, ends, strict=True)]
        result: list[str] = []
        for part in parts:
            result += part if self.is_whole and not result else ["", *part]
        return result

    def _part(self, start: int, end: int, *, is_scene: bool) -> list[str]:
        """Return what belongs to one heading, or what stands before the first, without blank lines around it."""
        pieces: list[tuple[str, list[str]]] = []
        if is_scene:
            heading = _HEADING.fullmatch(self.lines[start])
            pieces.append(("heading", [_joined("##", *(heading.groups() if heading else (self.lines[start][3:],)))]))
            start += 1
        pieces += self._pieces(start, end, is_scene=is_scene)
        return _spaced(pieces)

    def _pieces(self, start: int, end: int, *, is_scene: bool) -> list[tuple[str, list[str]]]:
        shown = self.shown[start:end]
        closing = blocks.match(shown)
        pieces: list[tuple[str, list[str]]] = []
        at, fenced = 0, False
        while at < len(shown):
            line = shown[at]
            fenced = fenced != line.text.startswith(CODE)
            if at in closing:
                name = _name(line.text)
                pieces.append((name, _block(self.lines[start + at : start + closing[at] + 1])))
                at = closing[at] + 1
            elif is_scene and not fenced and looks_like_choice(line):
                stop = end_of_item(shown, at)
                pieces.append(("item", _choice(self.lines[start + at : start + stop])))
                at = stop
            else:
                text = self.lines[start + at]
                pieces.append(("blank" if not text else "prose", [text]))
                at += 1
        return pieces


def _spaced(pieces: list[tuple[str, list[str]]]) -> list[str]:
    """Put the pieces of a scene together, with single blank lines where their number means nothing.

    Choices are taken out of the prose around them, each leaving a blank line: where prose follows a choice, the blank
    lines around choices count, and stay.
    """
    first = next((at for at, (kind, _) in enumerate(pieces) if kind == "item"), len(pieces))
    counts = any(kind == "prose" for kind, _ in pieces[first:])
    result: list[str] = []
    before, gap = "", 0
    for kind, lines in pieces:
        if kind == "blank":
            gap += 1
            continue
        if before:
            result += [""] * _gap(before, kind, gap, choices_count=counts)
        result += lines
        before, gap = kind, 0
    return result


def _gap(before: str, after: str, gap: int, *, choices_count: bool) -> int:
    """Return how many blank lines stand between two pieces."""
    if "heading" in {before, after}:
        return 1
    if before in BLOCKS or after in BLOCKS:
        is_close = {before, after} <= _WITH_PROSE | {"prose"}
        return min(gap, 1) if is_close else 1
    if "item" in {before, after} and not choices_count:
        return min(gap, 1) if before == after else 1
    return gap


def _name(opening: str) -> str:
    found = _OPENING.fullmatch(opening)
    return found[1] if found and found[1] in BLOCKS else "scene"


def _block(lines: list[str]) -> list[str]:
    """Lay out a block that starts at the left edge."""
    opening = _OPENING.fullmatch(lines[0])
    head = _joined(FENCE, *(opening.groups() if opening else (lines[0][len(FENCE) :],)))
    kind = BLOCKS.get(opening[1]) if opening else None
    body = lines[1:-1]
    if kind is not None and kind.record is not None:
        laid = _yaml(_dedented(body))
        body = laid if _keeps_blanks(body) else _trimmed(laid)
    elif kind is not None and kind.name in _WITH_PROSE:
        body = _trimmed(_prose(body))
    return [head, *body, FENCE]


def _prose(lines: list[str]) -> list[str]:
    """Lay out the blocks among lines of prose."""
    closing = blocks.match([Line(number, text) for number, text in enumerate(lines)])
    pieces: list[tuple[str, list[str]]] = []
    at = 0
    while at < len(lines):
        if at in closing:
            pieces.append((_name(lines[at]), _block(lines[at : closing[at] + 1])))
            at = closing[at] + 1
        else:
            pieces.append(("blank" if not lines[at] else "prose", [lines[at]]))
            at += 1
    result: list[str] = []
    gap = 0
    before = ""
    for kind, own in pieces:
        if kind == "blank":
            gap += 1
            continue
        result += [""] * (min(gap, 1) if before in BLOCKS or kind in BLOCKS else gap)
        result += own
        before, gap = kind, 0
    return [*result, *[""] * gap]


def _choice(lines: list[str]) -> list[str]:
    """Lay out a choice and what stands below it."""
    found = _CHOICE.fullmatch(lines[0])
    head = f"- [{found[1]}](#{found[2]}){f' {found[3]}' if found[3] else ''}" if found and found[1] else lines[0]
    below = lines[1:]
    while below and not below[-1].strip():
        below.pop()
    first = next((line for line in below if line.strip()), "")
    width = len(first) - len(first.lstrip(" "))
    if (
        any(line.strip() and (line[:width].strip(" ") or len(line) < width) for line in below)
        or first[width:] != first.lstrip()
    ):
        return [head, *below]
    while below and not below[0].strip():
        below = below[1:]
    own = [line[width:] for line in below]
    return [head, *(f"{_INDENT}{line}" if line else "" for line in _prose(own))]


def _yaml(lines: list[str]) -> list[str]:
    """Take blanks from the ends of lines of YAML, and all but one between a key and its value; texts stay."""
    result: list[str] = []
    inside: int | None = None
    quote = ""
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if inside is not None and line.strip() and indent <= inside:
            inside = None
        if inside is not None or quote:
            quote = _still_open(line, quote) if quote else ""
            result.append(line)
            continue
        if _TEXT_FOLLOWS.fullmatch(line):
            inside = _parent(line)
        plain = line.rstrip(" \t")
        key = _KEY.fullmatch(plain)
        if key is not None and "#" not in key[1]:
            plain = f"{key[1].rstrip()}: {key[2]}"
        quote = _opened(plain)
        result.append(line if quote else plain)
    return result


def _parent(line: str) -> int:
    """Return the indentation that the lines of a text must exceed."""
    indent = len(line) - len(line.lstrip(" "))
    rest = line[indent:]
    while rest.startswith("- ") and ":" in rest:
        stripped = rest[2:].lstrip(" ")
        indent += len(rest) - len(stripped)
        rest = stripped
    return indent


def _opened(line: str) -> str:
    """Return the quotation mark of a text that starts on a line and does not end there."""
    quote, at = "", 0
    while at < len(line):
        char = line[at]
        if quote:
            if char == "\\" and quote == '"':
                at += 1
            elif char == quote:
                quote = ""
        elif char in "\"'" and (at == 0 or line[:at].rstrip(" ")[-1:] in {"", ":", "[", "{", ",", "-"}):
            quote = char
        elif char == "#" and (at == 0 or line[at - 1] in " \t"):
            break
        at += 1
    return quote


def _still_open(line: str, quote: str) -> str:
    """Return the quotation mark if the text goes on after this line."""
    plain = re.sub(r"\\.", "", line) if quote == '"' else line.replace("''", "")
    return "" if quote in plain else quote


def _keeps_blanks(body: list[str]) -> bool:
    """Tell whether a text in the YAML keeps the blank lines at its end."""
    return any(re.search(r"[|>]\d?\+", line) for line in body)


def _dedented(body: list[str]) -> list[str]:
    """Return the keys of a block moved to where its fence stands."""
    if any(line[:1] == "\t" for line in body):
        return body
    width = min((len(line) - len(line.lstrip(" ")) for line in body if line.strip()), default=0)
    return [line[width:] if line.strip() else line for line in body]


def _trimmed(body: list[str]) -> list[str]:
    """Return lines without empty ones around them."""
    start, end = 0, len(body)
    while start < end and not body[start]:
        start += 1
    while end > start and not body[end - 1]:
        end -= 1
    return body[start:end]


def _joined(*parts: str | None) -> str:
    return " ".join(part.strip(" \t") for part in parts if part and part.strip(" \t"))


def _reads(path: str, content: bytes) -> Any:
    """Return what is read from a file, without the places at which it stands."""
    problems = Problems()
    source = decode(path, content, problems)
    if source is None:
        return None
    letters = "".join(source.text.split())
    return _shape(parse(source, problems)), sorted(problem.code for problem in problems), letters


def _shape(part: Any) -> Any:
    if isinstance(part, Scalar):
        return part.text
    if isinstance(part, Source | Span):
        return None
    if isinstance(part, Record) or (is_dataclass(part) and not isinstance(part, type)):
        return (type(part).__name__, *(_shape(getattr(part, each.name)) for each in fields(part)))
    if isinstance(part, list | tuple):
        return tuple(_shape(item) for item in part)
    if isinstance(part, dict):
        return tuple((key, _shape(value)) for key, value in part.items())
    return part
