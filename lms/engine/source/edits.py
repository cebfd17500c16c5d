"""The little that a machine may write into an author's file: missing ids, at exact places.

E1  Everything else stays byte for byte: comments, blank lines, line ends, a byte-order mark.
E2  An id is made once, from the words it names, and never follows them afterwards.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.yaml_nodes import Mapping, Scalar, Sequence

_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n|$)")
_WORDS = re.compile("[a-z0-9]+")
_ID_WORDS = 6
_ID_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to insert before a column of a line (both from 1); LF in it becomes the file's own line end."""

    line: int
    column: int
    text: str


def apply(source: Source, edits: Iterable[Edit]) -> bytes:
    """Return the file's bytes with the insertions made (E1)."""
    lines = [match.group() for match in _LINE.finditer(source.raw)]
    for edit in sorted(edits, key=lambda edit: (edit.line, edit.column), reverse=True):
        line = lines[edit.line - 1]
        text = edit.text.replace("\n", source.newline)
        lines[edit.line - 1] = line[: edit.column - 1] + text + line[edit.column - 1 :]
    return (b"\xef\xbb\xbf" if source.has_bom else b"") + "".join(lines).encode("utf-8")


def new_id(words: str, taken: set[str], otherwise: str) -> str:
    """Return an id made of `words` (or of `otherwise`, where they hold no Latin letter) and add it to `taken`."""
    plain = unicodedata.normalize("NFKD", words.casefold().replace("\u2019", "").replace("'", ""))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    stem = ""
    for word in _WORDS.findall(plain)[:_ID_WORDS]:
        longer = f"{stem}-{word}" if stem else word[:_ID_LENGTH]
        if len(longer) > _ID_LENGTH:
            break
        stem = longer
    chosen = _free(stem or otherwise, taken)
    taken.add(chosen)
    return chosen


def _free(stem: str, taken: set[str]) -> str:
    """Return the stem, or the stem with a number behind which none is taken; found by halving, not by counting."""
    if stem not in taken:
        return stem
    low, high = 1, 2
    while f"{stem}-{high}" in taken:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if f"{stem}-{middle}" in taken else (low, middle)
    return f"{stem}-{high}"


def id_edits(items: Sequence, taken: set[str], *, words: str, otherwise: str) -> list[Edit]:
    """Return the insertions that give each mapping of a YAML list its missing `id`, made from its key `words`."""
    edits = []
    for item in items.items:
        if not isinstance(item, Mapping) or item.get("id") is not None:
            continue
        named = item.get(words)
        if isinstance(named, Sequence) and named.items:
            named = named.items[0]
        chosen = new_id(named.text if isinstance(named, Scalar) else "", taken, otherwise)
        edits.append(_insert_key(item, "id", chosen))
    return edits


def ids_in(items: Sequence) -> set[str]:
    """Return the ids that the mappings of a YAML list have."""
    found = (item.get("id") for item in items.items if isinstance(item, Mapping))
    return {node.text for node in found if isinstance(node, Scalar)}


def _insert_key(item: Mapping, key: str, value: str) -> Edit:
    if item.is_flow:
        return Edit(item.span.line, item.span.column + 1, f"{key}: {value}{', ' if item.entries else ''}")
    first: Span = item.entries[0][0].span
    return Edit(first.line, first.column, f"{key}: {value}\n{' ' * (first.column - 1)}")
