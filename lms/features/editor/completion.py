"""What may be written at the cursor: names, keys, words, blocks, speakers. Pure; `server` puts it into the protocol."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.language.blocks import BLOCKS
from lms.engine.scenario.language.grammar import FUNCTIONS, KEYWORDS
from lms.engine.scenario.language.symbols import NAMED_BY, REFERS, VALUES, Symbols, refers, role_of
from lms.engine.scenario.language.syntax import RETURN
from lms.engine.source.kinds import Kind, WordKind, YesNoKind
from lms.features.editor.context import Context, block_place, context_at, kinds_in, records_in

Sort = Literal["scene", "choice", "name", "value", "key", "word", "block", "function"]

_WORD = re.compile(r"[\w-]*$")
_TARGET = re.compile(r"\]\(#[\w-]*$")
_BLOCK = re.compile(r"^\s*:::\s*[\w-]*$")
_IF = re.compile(r"^\s*:::\s*if\s+(.*)$")
_SPEAKER = re.compile(r"^\s*\*\*([^*:]*)$")
_CALL = re.compile(r"([a-z_]+)\(\s*[\w-]*$")
_VALUE = re.compile(r"([\w-]+)\s+(?:is\s+not|is|has|:=)\s+[\w-]*$")
_MEMBER = re.compile(r"^\s*(?:add|remove)\s+[\w-]*$")
_FLAG = re.compile(r"^\s*(?:set|clear)\s+[\w-]*$")
_VERBS = ("set", "clear", "add", "remove")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to write: `text` is put in place of the word before the cursor, `says` explains it."""

    sort: Sort
    label: str
    says: str = ""
    text: str = ""

    @property
    def insert(self) -> str:
        """The text to write."""
        return self.text or self.label


@dataclass(frozen=True, slots=True)
class Completion:
    """Suggestions, and the column (from 0) at which the word that they replace starts."""

    start: int
    suggestions: tuple[Suggestion, ...]


def complete(lines: Sequence[str], row: int, column: int, known: Symbols) -> Completion:
    """Return what may be written at a place (line and column from 0)."""
    line = lines[row] if row < len(lines) else ""
    before = line[:column]
    word = _WORD.search(before)
    start = word.start() if word else column
    speaker = _SPEAKER.match(before)
    if speaker and context_at(lines, row, column) is None:
        return Completion(column - len(speaker[1]), tuple(_speakers(known)))
    return Completion(start, tuple(_suggest(lines, row, column, known)))


def _suggest(lines: Sequence[str], row: int, column: int, known: Symbols) -> Iterable[Suggestion]:
    before = lines[row][:column] if row < len(lines) else ""
    if _TARGET.search(before):
        return [*_named(known, "scene"), Suggestion("word", RETURN, "where the story was heading, or was called from")]
    if _BLOCK.match(before):
        return _blocks(lines, row)
    condition = _IF.match(before)
    if condition:
        return _expression(condition[1], known, is_effect=False, is_pass=False)
    context = context_at(lines, row, column)
    if context is None:
        return []
    if not context.is_key:
        return _values(context, known)
    measured = _named(known, "track") if context.key in {"values", "points"} else []
    return [*_keys(context, after=lines[row][column:]), *measured]


def _speakers(known: Symbols) -> Iterable[Suggestion]:
    for character in known.symbols:
        if character.kind == "character":
            first = character.title.split()[0] if character.title.split() else character.id
            is_own = known.speakers.get(first.casefold()) == character.id
            name = first if is_own else character.title
            yield Suggestion("name", name, character.title, f"{name}:** ")


def _named(known: Symbols, *kinds: str) -> list[Suggestion]:
    sort: Sort = "scene" if kinds == ("scene",) else "choice" if kinds == ("choice",) else "name"
    return [Suggestion(sort, one.id, one.title) for one in known.symbols if one.kind in kinds or "*" in kinds]


def _blocks(lines: Sequence[str], row: int) -> Iterable[Suggestion]:
    place = block_place(lines, row)
    for block in BLOCKS.values():
        if place in block.places or (place == "choice" and "prose" in block.places):
            tail = " {#" if block.id == "required" else ""
            yield Suggestion("block", block.name, block.says, f"{block.name}{tail}")


def _keys(context: Context, after: str) -> Iterable[Suggestion]:
    colon = "" if after.startswith(":") else ": "
    for record in records_in(context.kinds):
        for name, (declared, key, _) in record.keys.items():
            if name not in context.written or name == context.text.strip():
                need = " (required)" if record.is_required(declared) else ""
                yield Suggestion("key", name, f"{key.doc}{need}", f"{name}{colon}")


def _values(context: Context, known: Symbols) -> Iterable[Suggestion]:
    found: list[Suggestion] = []
    for kind in kinds_in(context.kinds):
        found += _of_kind(kind, context, known)
    return dict.fromkeys(found)


def _of_kind(kind: Kind, context: Context, known: Symbols) -> Iterable[Suggestion]:
    if isinstance(kind, WordKind):
        return [Suggestion("word", word) for word in kind.words]
    if isinstance(kind, YesNoKind):
        return [Suggestion("word", "yes"), Suggestion("word", "no")]
    if refers(context.key, kind):
        what = REFERS[context.key]
        return [*_named(known, what), *([Suggestion("word", RETURN)] if context.key in {"to", "back"} else [])]
    key = next((name for name in reversed(context.path) if role_of(name, kind)), "")
    role = role_of(key, kind)
    if role and (key == context.key or key == context.path[0]):
        return _expression(context.text, known, is_effect=role == "effect", is_pass=key == "pass")
    return []


def _expression(text: str, known: Symbols, *, is_effect: bool, is_pass: bool) -> Iterable[Suggestion]:
    """Return what may stand next in a condition or an effect."""
    call, value = _CALL.search(text), _VALUE.search(text)
    if call:
        return _named(known, *NAMED_BY.get(call[1], ("*",)))
    if value and value[1] in known.values:
        return [Suggestion("value", one, f"a value of {value[1]}") for one in known.values[value[1]]]
    if _MEMBER.match(text):
        return [Suggestion("value", one, f"a value of {name}") for name, held in known.values.items() for one in held]
    if _FLAG.match(text):
        return [one for one in _named(known, "variable") if one.says == "flag"]
    if is_effect:
        names = _named(known, "variable", "competency")
        return [*names, *(Suggestion("word", verb) for verb in _VERBS)]
    kinds = VALUES if is_pass else ("variable", "derived")
    functions = [Suggestion("function", name, "", f"{name}(") for name in FUNCTIONS]
    words = [Suggestion("word", word) for word in sorted(KEYWORDS - set(FUNCTIONS))]
    return [*_named(known, *kinds), *functions, *words]
