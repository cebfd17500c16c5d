"""Conditions and effects said again: as an author writes them, and as a reader who knows no notation understands them.

A kind of expression or effect that is not known here is said by its name and its parts, so that nothing is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Band,
    Both,
    Broke,
    Change,
    Chose,
    ClockTime,
    Compare,
    Constant,
    Count,
    Derived,
    Effect,
    Either,
    Expression,
    Has,
    Kept,
    Not,
    Points,
    Remove,
    Score,
    SetFlag,
    Sum,
    Variable,
    Visited,
    When,
)
from lms.engine.scenario.program.observing import Track
from lms.engine.scenario.program.program import Program
from lms.kernel.record import Tagged

_LOOSE = (Both, Either)


def notation(expression: Expression) -> str:  # noqa: C901, PLR0911 - one case per construct
    """Return a condition as an author writes it."""
    match expression:
        case Constant(value, decimals):
            return _value(value, decimals)
        case Variable(name) | Derived(name) | Score(name):
            return name
        case ClockTime():
            return "clock"
        case Not(of):
            return f"not {_inside(of)}"
        case Both(of):
            return " and ".join(_inside(part, Either) for part in of)
        case Either(of):
            return " or ".join(_inside(part, Both) for part in of)
        case Compare(operator, left, right):
            clock = isinstance(left, ClockTime)
            shown = _time(right) if clock else notation(right)
            return f"{notation(left)} {operator} {shown}"
        case Sum(operator, left, right):
            return f"{notation(left)} {operator} {notation(right)}"
        case Has(name, member):
            return f"{name} has {member}"
        case Points(name, bands):
            given = (f"{'..'.join(dict.fromkeys((str(band.low), str(band.high))))}: {band.points}" for band in bands)
            return f"the points of {name} ({', '.join(given)})"
    return _call(expression)


def effect_notation(effect: Effect) -> str:  # noqa: PLR0911 - one case per effect
    """Return an effect as an author writes it."""
    match effect:
        case SetFlag(name, to):
            return f"{'set' if to else 'clear'} {name}"
        case Change(name, by, decimals):
            return f"{name} {by / 10**decimals:+.{decimals}f}"
        case Award(name, by):
            return f"{name} {by:+d}"
        case Assign(name, value):
            return f"{name} := {notation(value)}"
        case Add(member, name):
            return f"add {member} to {name}"
        case Remove(member, name):
            return f"remove {member} from {name}"
        case When(condition, do):
            return f"if {notation(condition)}: {', '.join(map(effect_notation, do))}"
    return _call(effect)


class Reader:
    """Says conditions and effects of one Program in words, with the names that people know."""

    def __init__(self, program: Program) -> None:
        self.scenes = {scene.id: scene.title for scene in program.scenes}
        self.competencies = {one.id: one.says for one in program.competencies}
        self.musts = {one.id: one.says for one in program.musts}
        self.musts |= {one.id: one.says for one in program.must_nots}
        self.labels = {choice.id: choice.label for scene in program.scenes for choice in scene.choices}
        timeouts = [scene.timeout.choice for scene in program.scenes if scene.timeout]
        self.labels |= {choice.id: choice.label or "time ran out" for choice in timeouts}
        self.names = {track.id: track.label for track in program.tracks}
        self.names |= {scale.id: scale.label for scale in program.scales}
        self.derived = {one.id: one.value for one in program.derived}
        self.tracks = {track.id: track for track in program.tracks}

    def condition(self, expression: Expression) -> str:  # noqa: C901, PLR0911, PLR0912 - one case per construct
        """Return a condition in words."""
        match expression:
            case Visited(scene):
                return f"“{self.scenes.get(scene, scene)}” was visited"
            case Chose(choice):
                return f"{_quoted(self.labels.get(choice, choice))} was chosen"
            case Kept(must):
                return f"kept: {self.musts.get(must, must)}"
            case Broke(must):
                return f"broken: {self.musts.get(must, must)}"
            case Score(name):
                return self.competencies.get(name, name)
            case Variable(name) | Derived(name):
                return self.names.get(name, _words(name))
            case Count(scene):
                return f"the number of visits to “{self.scenes.get(scene, scene)}”"
            case ClockTime():
                return "the time"
            case Not(of):
                return f"not ({self.condition(of)})" if isinstance(of, _LOOSE) else f"not {self.condition(of)}"
            case Both(of):
                return " and ".join(self._part(part) for part in of)
            case Either(of):
                return " or ".join(self._part(part) for part in of)
            case Compare(operator, left, right):
                shown = _time(right) if isinstance(left, ClockTime) else self.condition(right)
                return f"{self.condition(left)} {_SAID.get(operator, operator)} {shown}"
            case Sum(operator, left, right):
                return f"{self.condition(left)} {operator} {self.condition(right)}"
            case Has(name, member):
                return f"{_words(name)} has {_words(member)}"
            case Points(name):
                return f"the points of {self.names.get(name, _words(name))} ({self.bands(expression)})"
        return notation(expression)

    def bands(self, points: Points) -> str:
        """Return how many points each band of a track gives, its values written as the track writes them."""
        track = self.tracks.get(points.name)
        return "; ".join(f"{_span(band, track)}: {band.points}" for band in points.bands)

    def effect(self, effect: Effect) -> str:  # noqa: PLR0911 - one case per effect
        """Return an effect in words."""
        match effect:
            case SetFlag(name, to):
                return f"{_words(name)}: {'yes' if to else 'no'}"
            case Award(name, by):
                return f"{self.competencies.get(name, name)} {by:+d}"
            case Change(name, by, decimals):
                return f"{self.names.get(name, _words(name))} {by / 10**decimals:+.{decimals}f}"
            case Assign(name, value):
                return f"{self.names.get(name, _words(name))} becomes {self.condition(value)}"
            case Add(member, name):
                return f"{_words(name)} gains {_words(member)}"
            case Remove(member, name):
                return f"{_words(name)} loses {_words(member)}"
            case When(condition, do):
                return f"if {self.condition(condition)}: {self.effects(do)}"
        return effect_notation(effect)

    def effects(self, effects: Iterable[Effect]) -> str:
        """Return effects in words, in their order."""
        return "; ".join(map(self.effect, effects))

    def _part(self, part: Expression) -> str:
        return f"({self.condition(part)})" if isinstance(part, _LOOSE) else self.condition(part)


_SAID: Mapping[str, str] = {
    "is": "is",
    "is not": "is not",
    ">=": "is at least",
    "<=": "is at most",
    ">": "is over",
    "<": "is under",
}


def _inside(part: Expression, *loose: type) -> str:
    text = notation(part)
    return f"({text})" if isinstance(part, loose or _LOOSE) else text


def _value(value: bool | int | str, decimals: int = 0) -> str:  # noqa: FBT001 - a value of the language
    if decimals and isinstance(value, int):
        return f"{value / 10**decimals:.{decimals}f}"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _span(band: Band, track: Track | None) -> str:
    """Return the values to which a band gives its points."""
    if isinstance(band.low, str):
        words = track.words if track else ()
        return next((word.label for word in words if word.value == band.low), band.low)
    decimals = track.decimals if track else 0
    low, high = _value(band.low, decimals), _value(band.high, decimals)
    return low if low == high else f"{low} to {high}"


def _time(expression: Expression) -> str:
    if isinstance(expression, Constant) and isinstance(expression.value, int):
        return f"{expression.value // 60 % 24:02}:{expression.value % 60:02}"
    return notation(expression)


def _call(tagged: Tagged) -> str:
    return f"{tagged.kind}({', '.join(_said(getattr(tagged, each.name)) for each in fields(tagged))})"  # type: ignore[arg-type]


def _said(part: Any) -> str:
    if isinstance(part, tuple):
        return ", ".join(map(_said, part))
    return notation(part) if isinstance(part, Tagged) else str(part)  # type: ignore[arg-type]


def _words(name: str) -> str:
    return name.replace("-", " ")


def _quoted(label: str) -> str:
    return label if label.startswith("“") else f"“{label}”"
