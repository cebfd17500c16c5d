"""The words of a Program, apart from what it does; and a Program told in the learner's language and for their nation.

Which texts are words for people stands in WORDS, field by field; a test asks for an answer for every new field.

Invariants:
  W1  a Program that is told otherwise has the same ids, conditions, effects and ways: a state of one is a state of all,
      and what was done is recorded on the story itself, so that a run may change its language at any step
  W2  a text without a translation is there in the story's language, and says so (`Foreign`)
  W3  what a Program does is the same without its words; those that differ in words alone are equal when `wordless`
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from lms.engine.scenario.program.program import DebriefPlan, Minutes, Program
from lms.kernel.record import Record
from lms.kernel.words import Foreign

R = TypeVar("R", bound=Record)
Tell = Callable[[str, str, str], str]

WORDS = frozenset(
    {
        *("title", "summary", "prebrief", "content_note", "summary_route", "markdown", "label", "ask", "hint"),
        *(
            "why_plausible",
            "alt",
            "caption",
            "transcript",
            "voice",
            "feedback",
            "says",
            "why",
            "unit",
            "part",
            "issuer",
        ),
        "Character.name",
        "Character.role",
        "Support.name",
        "Review.role",
    }
)
"""Fields that people read: by name, or by class and name where the name alone is not enough."""

FACTS = frozenset({"Reference.url", "Reference.checked", "Reference.review_by", "Support.phone", "Support.url"})
"""Fields that are no words, and yet differ from nation to nation."""

NAMES = frozenset({"Character.name", "Support.name", "Reference.part", "Reference.issuer", "Reference.title", "unit"})
"""Words that may well be the same in every language: nobody is told that they are not translated."""

OTHERWISE = frozenset(
    {
        *(
            "id",
            "kind",
            "start",
            "language",
            "level",
            "nation",
            "audience",
            "to",
            "back",
            "then",
            "scene",
            "at",
            "character",
        ),
        *(
            "file",
            "hash",
            "codes",
            "objectives",
            "values",
            "before",
            "references",
            "blame",
            "about",
            "expert",
            "tracks",
        ),
        *("band", "exit", "keeps", "initials", "phrases", "low", "high", "value", "member", "name", "choice", "must"),
        *(
            "competency",
            "by",
            "on",
            "says_at",
            "timing",
            "rating",
            "op",
            "of",
            "url",
            "checked",
            "review_by",
            "phone",
            "role",
        ),
        "variable",
        "order",
    }
)
"""Fields whose texts are ids, dates and the like. `phrases` are what learners write: those of all languages count."""

TERM = re.compile(r"\{term:([^{}\s]*)\}")

_UNTOLD = frozenset({"when", "pass_when", "condition", "effects", "variables", "derived", "laters", "tellings"})


def told(program: Program, language: str, nation: str = "") -> Program:
    """Return the Program as it is told to whoever reads `language` in `nation`; itself where it is told in one way only."""
    return _told(program, language, nation) if program.tellings else program


@lru_cache(maxsize=128)
def marked(program: Program, language: str) -> Program:
    """Return the Program for a page in `language`: every text says its own, where the story is told in another one.

    For pages on which its texts stand among those of the page; where a whole page is the story's, the page says it.
    """
    if language == program.language:
        return program
    return replace(_in_language(program, program.language), language=language, tellings=())


@lru_cache(maxsize=128)
def _told(program: Program, language: str, nation: str) -> Program:
    tellings = {(telling.language, telling.nation): telling for telling in program.tellings}
    language = "" if all(known != language for known, _ in tellings) else language
    nation = "" if all(known != nation for _, known in tellings) else nation
    ways = dict.fromkeys([("", nation), (language, ""), (language, nation)])
    layers = [tellings[way] for way in ways if way in tellings]
    if not layers:
        return program
    said: dict[str, str] = {}
    for telling in layers:
        for one in telling.said:
            foreign = one.language or (program.language if language and not telling.language else "")
            said[one.at] = Foreign.of(one.says, foreign) if foreign else one.says

    def tell(place: str, text: str, kind: str) -> str:
        if place in said:
            return said[place]
        return Foreign.of(text, program.language) if language and kind not in FACTS else text

    found = retold(program, tell)
    for telling in layers:
        if not telling.nation:
            continue
        own = program.language if language and not telling.language else ""
        here = {one.id: _in_language(one, own) for one in telling.references}
        support = tuple(_in_language(one, own) for one in telling.support)
        found = replace(
            found,
            references=tuple(here.get(one.id, one) for one in found.references),
            support=support or found.support,
        )
    return replace(found, language=language or program.language, nation=nation or program.nation, tellings=())


def _in_language(record: R, language: str) -> R:
    """Return a record whose texts say in which language they are, where they differ from the page's."""
    if not language:
        return record
    return retold(record, lambda _, text, kind: text if kind in FACTS else Foreign.of(text, language))


class Text(NamedTuple):
    """What stands at a place; `kind` is the class and field that hold it."""

    says: str
    kind: str

    @property
    def needs_translation(self) -> bool:
        """Tell whether the same text in another language would be an oversight."""
        is_name = self.kind in NAMES or self.kind.split(".")[-1] in NAMES
        return self.kind not in FACTS and not is_name and any(char.isalpha() for char in self.says)


def words(program: Program) -> dict[str, Text]:
    """Return every text that people read, and every fact that differs between nations, by its place."""
    found: dict[str, Text] = {}

    def see(place: str, text: str, kind: str) -> str:
        found[place] = Text(text, kind)
        return text

    retold(program, see)
    return found


def retold(record: R, tell: Tell) -> R:
    """Return a record with the texts that `tell` gives for each place, text and kind; what it returns as it is, stays."""
    return _retold(record, "", tell)


def wordless(program: Program) -> Program:
    """Return what a Program does, without its words and without what there is only to be read (W3)."""
    silent = retold(program, lambda _, text, kind: text if kind in FACTS else "")
    return replace(
        silent,
        id="",
        scenes=tuple(replace(one, blocks=tuple(block for block in one.blocks if block.when)) for one in silent.scenes),
        minutes=Minutes(0, 0),
        language="",
        level="",
        nation="",
        audience=(),
        support=(),
        reviewed=None,
        objectives=(),
        characters=(),
        references=(),
        points=(),
        plan=DebriefPlan(),
        tellings=(),
    )


def with_terms(program: Program, terms: Mapping[str, str]) -> Program:
    """Return the Program with its `{term:…}` replaced; what is unknown stays."""

    def tell(_: str, text: str, __: str) -> str:
        return TERM.sub(lambda found: terms.get(found[1], found[0]), text) if "{term:" in text else text

    return retold(program, tell)


def _retold(record: R, path: str, tell: Tell) -> R:
    changed: dict[str, Any] = {}
    declared: Any = record
    for each in fields(declared):
        if each.name in _UNTOLD:
            continue
        value = getattr(record, each.name)
        new = _new(type(record).__name__, each.name, value, f"{path}{each.name}", tell)
        if new is not value:
            changed[each.name] = new
    return replace(declared, **changed) if changed else record


def _new(owner: str, name: str, value: Any, path: str, tell: Tell) -> Any:
    """Return what stands in a field afterwards: the very same object where nothing changes."""
    if isinstance(value, Record):
        return _retold(value, f"{path}/", tell)
    kind = f"{owner}.{name}"
    is_told = not {name, kind}.isdisjoint(WORDS) or kind in FACTS
    if isinstance(value, str):
        return tell(path, value, kind) if is_told and value else value
    if not isinstance(value, tuple):
        return value
    items: list[Any] = []
    for number, item in enumerate(value):
        if isinstance(item, Record):
            items.append(_retold(item, f"{path}/{getattr(item, 'id', number)}/", tell))
        else:
            items.append(tell(f"{path}/{number}", item, kind) if is_told and isinstance(item, str) else item)
    same = all(new is old for new, old in zip(items, value, strict=True))
    return value if same else tuple(items)
