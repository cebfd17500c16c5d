"""What a Program holds about observations: tracks that are measured, charts made of them, and scores added up from them.

A track is a variable of the Program (`Number`, or `OneOf` for what is said in words) with what a chart needs to know of
it. Its whole number counts units of its last decimal: 379 is 37.9 with `decimals` 1.
"""

from dataclasses import dataclass

from lms.engine.scenario.program.expression import Effect, Expression
from lms.kernel.record import Record, Tagged


@dataclass(frozen=True, slots=True)
class Word(Record):
    """A value of a track that is said in words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Track(Record):
    """Something that is measured: the variable of that id. `usual_low` to `usual_high` is what is usual for this person."""

    id: str
    label: str
    unit: str = ""
    decimals: int = 0
    usual_low: int | None = None
    usual_high: int | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale(Record):
    """A score that is added up from tracks; the derived name of that id says how."""

    id: str
    label: str
    tracks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observe(Record):
    """Measured on arriving at a scene: the effects move the tracks, and then these tracks are written down."""

    tracks: tuple[str, ...]
    effects: tuple[Effect, ...] = ()
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Chart(Tagged):
    """A block of a scene: what was written down so far of these tracks (none: of all), as a picture and a table."""

    title: str = ""
    tracks: tuple[str, ...] = ()
    when: Expression | None = None
