"""What may be written at the cursor: names, keys, words, blocks, speakers. Pure; `server` puts it into the protocol."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.language.blocks import BLOCKS
from lms.engine.scenario.language.front_tracks import ObserveKeys
from lms.engine.scenario.language.grammar import FUNCTIONS, KEYWORDS
from lms.engine.scenario.language.symbols import NAMED_BY, REFERS, VALUES, Symbols, refers, role_of
from lms.engine.scenario.language.syntax import RETURN
from lms.engine.scenario.proof.plan import GO, TIME_OUT, Plan
from lms.engine.source.kinds import Kind, WordKind, YesNoKind
from lms.engine.source.typed import Record
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
_RULES = frozenset({"pass", "always", "never"})
"""Keys of the front matter under which scores and monitors are read, which are hidden from the story."""
_TABLES = {"values": "track", "points": "track"}
_TABLES_OF_PLANS = {"draws": "draw", "scores": "competency"}
"""Of what the keys of a table are names."""
_PLANNED: Mapping[str, str] = {
    "take": "choice",
    "select": "choice",
    "order": "choice",
    "kept": "must",
    "broken": "must",
    "scenes": "scene",
}
"""What the ids under a key of a plan name."""


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


def complete(
    lines: Sequence[str], row: int, column: int, known: Symbols, whole: type[Record] | None = None
) -> Completion:
    """Return what may be written at a place (line and column from 0); `whole` as in `region_at`."""
    lines = [*lines, *[""] * (row + 1 - len(lines))]
    line = lines[row]
    before = line[:column]
    word = _WORD.search(before)
    start = word.start() if word else column
    speaker = _SPEAKER.match(before)
    if speaker and context_at(lines, row, column, whole) is None:
        return Completion(column - len(speaker[1]), tuple(_speakers(known)))
    return Completion(start, tuple(_suggest(lines, row, column, known, whole)))


def _suggest(
    lines: Sequence[str], row: int, column: int, known: Symbols, whole: type[Record] | None
) -> Iterable[Suggestion]:
    context = context_at(lines, row, column, whole)
    story = _in_story(lines, row, column, known) if whole is None else None
    if story is not None:
        return story
    if context is None:
        return []
    if not context.is_key:
        return _values(context, known)
    tables = _TABLES_OF_PLANS if context.record is Plan else _TABLES
    named = _named(known, tables[context.key]) if context.key in tables else []
    return [*_keys(context, after=lines[row][column:]), *named, *_points(context, known), *_values(context, known)]


def _in_story(lines: Sequence[str], row: int, column: int, known: Symbols) -> Iterable[Suggestion] | None:
    """Return what may stand in the story's own marks; None where there are none."""
    before = lines[row][:column]
    if _TARGET.search(before):
        return [*_named(known, "scene"), Suggestion("word", RETURN, "where the story was heading, or was called from")]
    if _BLOCK.match(before):
        return _blocks(lines, row)
    condition = _IF.match(before)
    if condition:
        return _expression(condition[1], known, is_effect=False, is_pass=False)
    return None


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


def _points(context: Context, known: Symbols) -> list[Suggestion]:
    """Return the words of a track, for which a scale gives points."""
    return _held(known, context.key) if context.path[-2:-1] == ("points",) else []


def _held(known: Symbols, name: str) -> list[Suggestion]:
    return [Suggestion("value", one, f"a value of {name}") for one in known.values.get(name, ())]


def _values(context: Context, known: Symbols) -> Iterable[Suggestion]:
    if context.record is ObserveKeys and context.path[:-1] == ("values",):
        return [*_held(known, context.key), Suggestion("word", "same", "as it was")]
    found: list[Suggestion] = _planned(context, known) if context.record is Plan else []
    for kind in kinds_in(context.kinds):
        found += _of_kind(kind, context, known)
    return dict.fromkeys(found)


def _planned(context: Context, known: Symbols) -> list[Suggestion]:
    """Return what may stand under a key of a plan."""
    if context.path[:-1] == ("draws",):
        return _held(known, context.key)
    if context.key == "expect":
        return [one for one in _named(known, "scene") if one.label in known.endings]
    if context.key == "answer":
        return [Suggestion("choice", id_, says) for id_, says in known.answers.items()]
    words = [Suggestion("word", GO), Suggestion("word", TIME_OUT)] if context.key == "take" else []
    return [*(_named(known, _PLANNED[context.key]) if context.key in _PLANNED else []), *words]


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
        return _expression(context.text, known, is_effect=role == "effect", is_pass=context.path[0] in _RULES)
    return []


def _expression(text: str, known: Symbols, *, is_effect: bool, is_pass: bool) -> Iterable[Suggestion]:
    """Return what may stand next in a condition or an effect."""
    call, value = _CALL.search(text), _VALUE.search(text)
    if call:
        return _named(known, *NAMED_BY.get(call[1], ("*",)))
    if value and value[1] in known.values:
        return _held(known, value[1])
    if _MEMBER.match(text):
        return [one for name in known.ids("variable") for one in _held(known, name)]
    if _FLAG.match(text):
        return [one for one in _named(known, "variable") if one.says == "flag"]
    if is_effect:
        names = _named(known, "variable", "competency", "track")
        return [*names, *(Suggestion("word", verb) for verb in _VERBS)]
    readable = [kind for kind in VALUES if is_pass or kind != "competency"]
    names = [one for one in _named(known, *readable) if one.label not in known.hidden]
    called = [name for name in FUNCTIONS if is_pass or NAMED_BY[name] != ("must",)]
    functions = [Suggestion("function", name, "", f"{name}(") for name in called]
    words = [Suggestion("word", word) for word in sorted(KEYWORDS - set(FUNCTIONS))]
    return [*names, *functions, *words]
