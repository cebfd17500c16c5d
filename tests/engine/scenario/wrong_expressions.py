"""Every way to be wrong in a condition or an effect: slips, missing parts, and what an operator does not fit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import get_args

from lms.engine.scenario.language.front import Conditional
from lms.engine.scenario.language.grammar import FUNCTIONS, Fault, parse_effect, parse_expression
from lms.engine.scenario.language.typecheck import FITTING
from lms.engine.scenario.program.expression import Comparison
from lms.engine.source.kinds import Kind, ListKind, RecordKind, TableKind, TextKind, UnionKind
from tests.engine.scenario.whole import STORY, blocks, entries, texts, values
from tests.engine.scenario.wrong_ways import Wrong, around, offset, slip

_WORD = re.compile(r":=|<=|>=|[<>+()-]|[a-z0-9][a-z0-9:.-]*")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_OWN_WORDS = {*FUNCTIONS, *FITTING, "and", "or", "not", "is", "has", "to", "from"}


@dataclass(frozen=True)
class Written:
    """An expression or effect of the story: where its text stands."""

    file: str
    start: int
    text: str
    first: int
    last: int
    is_effect: bool = False

    def wrong(self, text: str, what: str, meant: str = "") -> Wrong:
        whole = texts()[self.file]
        damaged = whole[: self.start] + text + whole[self.start + len(self.text) :]
        return Wrong(
            f"{self.file}:{self.first}-{self.last} {self.text}: {what}",
            self.file,
            damaged,
            self.first,
            self.last,
            meant,
        )


@cache
def expressions() -> tuple[Written, ...]:
    """Every expression and effect of the story."""
    return (*_in_keys(), *_in_blocks())


def _in_keys() -> Iterator[Written]:
    for entry in entries():
        is_effect = _holds_effects(entry.kind)
        if is_effect or entry.name in {"when", "if", "pass", "derive"}:
            for value in values(entry):
                if isinstance(value.kind, TextKind):
                    start = offset(texts()[entry.unit.file], value.node.span.line, value.node.span.column)
                    yield Written(
                        entry.unit.file, start + (not value.node.is_plain), value.node.text, *around(entry), is_effect
                    )


def _holds_effects(kind: Kind) -> bool:
    if isinstance(kind, RecordKind):
        return kind.cls is Conditional
    return isinstance(kind, ListKind | UnionKind | TableKind) and any(_holds_effects(each) for each in kind.parts())


def _in_blocks() -> Iterator[Written]:
    text = texts()[STORY]
    for unit, _ in blocks():
        if unit.block == "if":
            start = offset(text, unit.first, len("::: if ") + 1)
            yield Written(STORY, start, text[start : text.index("\n", start)], unit.first, unit.first)


def slips_in_expressions() -> Iterator[Wrong]:
    """A name that is not quite the one that was meant, or a word of the language itself."""
    for written in expressions():
        for match in _NAME.finditer(written.text):
            wrong = slip(match[0])
            damaged = written.text[: match.start()] + wrong + written.text[match.end() :]
            yield written.wrong(damaged, wrong, "" if match[0] in _OWN_WORDS else match[0])


def missing_parts() -> Iterator[Wrong]:
    """An expression of which a word or sign is missing, so that it is none."""
    for written in expressions():
        read = parse_effect if written.is_effect else parse_expression
        for match in _WORD.finditer(written.text):
            damaged = (written.text[: match.start()] + written.text[match.end() :]).strip()
            if damaged and isinstance(read(damaged), Fault):
                yield written.wrong(damaged, f"without {match[0]}")


OPERATORS = {*get_args(Comparison), "and", "or", "not", "has", "+", "-", *FUNCTIONS}
VERBS = {*FITTING}

WRONG_OPERANDS = {
    "and": ["promised and trust", "pain and promised", "promised and 3", "told and secret"],
    "or": ["promised or trust", "20:00 or promised", "mood or secret"],
    "not": ["not trust", "not told", "not (trust + 1)"],
    "is": [
        "pain is 3",
        "promised is 1",
        "told is nurse",
        "trust is promised",
        "clock is 3",
        "mood is happy",
        "promised is yes",
    ],
    "is not": ["pain is not 3", "told is not nurse", "trust is not 20:00", "mood is not happy"],
    "<": ["promised < 1", "pain < some", "trust < promised", "clock < 3", "trust < 20:00", "told < 1"],
    "<=": ["promised <= 1", "mood <= tired", "trust <= pain"],
    ">": ["promised > 1", "pain > 1", "warmth > 37.25", "trust > 1.5"],
    ">=": ["secret >= 1", "alertness >= alert", "trust >= told"],
    "has": [
        "trust has nurse",
        "promised has nurse",
        "told has somebody",
        "told has 3",
        "pain has some",
        "told has promised",
    ],
    "+": ["trust + promised > 1", "pain + 1 > 1", "clock + 1 > 20:00", "trust + 1"],
    "-": ["trust - promised > 1", "told - 1 > 1", "1 - mood > 0"],
    "visited": ["visited(promise)", "visited(trust)", "visited(3)", "visited(tray) > 1", "visited(voice)"],
    "count": ["count(tray)", "count(promise) > 1", "count(tray) is promised"],
    "chose": ["chose(tray)", "chose(promised)", "chose(promise) > 1"],
    "kept": ["kept(told-mair)", "kept(secrecy)"],
    "broke": ["broke(secrecy)", "broke(tray)"],
}
"""By operator and function: what it cannot be written of in a condition of the story."""

WRONG_EFFECTS = {
    "set": ["set trust", "set pain", "set told", "set mood", "set voice", "set worn", "set clock"],
    "clear": ["clear trust", "clear told", "clear honest", "clear secret"],
    "+": ["promised +1", "pain +1", "told +1", "mood +1", "clock +5", "trust +0.5", "worn +1"],
    "-": ["promised -1", "told -1", "alertness -1"],
    ":=": ["promised := 1", "trust := promised", "pain := 3", "pain := nothing", "told := nurse", "voice := 3", "mood := calm",
           "clock := 20:00", "trust := pain", "trust := 1.5"],
    "add": ["add nurse to trust", "add somebody to told", "add nurse to pain", "add nurse to voice"],
    "remove": ["remove nurse from trust", "remove somebody from told", "remove promised from told"],
}  # fmt: skip
"""By verb: what it cannot be written of."""


def wrong_operands() -> Iterator[Wrong]:
    condition = next(each for each in _in_blocks())
    effect = next(each for each in expressions() if each.is_effect and each.text == "steps +1")
    for wrong in (each for several in WRONG_OPERANDS.values() for each in several):
        yield condition.wrong(wrong, f"'{wrong}'")
    for wrong in (each for several in WRONG_EFFECTS.values() for each in several):
        yield effect.wrong(wrong, f"'{wrong}'")
