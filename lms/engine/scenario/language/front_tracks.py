"""The keys with which authors declare observations: tracks, the scores made of them, and what is measured in a scene."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from lms.engine.source.typed import Record, key
from lms.engine.source.values import Slug

_NUMBER = r"\d{1,6}(?:\.\d{1,2})?"


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`, both included, written `4..40` or `34.0..42.0`; whole numbers of the last decimal."""

    low: int
    high: int
    decimals: int
    SAYS: ClassVar[str] = "a range such as 4..40 or 34.0..42.0"
    PATTERN: ClassVar[str] = rf"^{_NUMBER}\.\.{_NUMBER}$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the range; ValueError when it is not one, or ends before it starts."""
        match = re.fullmatch(rf"({_NUMBER})\.\.({_NUMBER})", text, re.ASCII)
        if match is None:
            raise ValueError("a range is two numbers with two dots between, from 0 up, with at most two decimals")
        decimals = max(decimals_of(match[1]), decimals_of(match[2]))
        low, high = whole(match[1], decimals), whole(match[2], decimals)
        if high < low:
            raise ValueError("the range ends before it starts")
        return cls(low, high, decimals)

    def at(self, decimals: int) -> "Span | None":
        """Return the same range with so many decimals; None when it needs more."""
        if self.decimals > decimals:
            return None
        by = 10 ** (decimals - self.decimals)
        return Span(self.low * by, self.high * by, decimals)


def decimals_of(text: str) -> int:
    """Return how many decimals a number is written with."""
    return len(text.partition(".")[2])


def whole(text: str, decimals: int) -> int:
    """Return a written number as a whole number of its last decimal: `37.9` is 379 with one."""
    before, _, after = text.partition(".")
    return int(before + after.ljust(decimals, "0"))


@dataclass(frozen=True, kw_only=True)
class Track(Record):
    """Something that is measured: a number with its range, or one of some words."""

    label: str = key("What it is called.", max_length=60)
    range: Span | None = key(
        "The least and the greatest number; as many decimals as are written here.", default=None, example="34.0..42.0"
    )
    values: Mapping[Slug, str] = key("Instead of a range: words, by the ids that the file uses.", factory=dict)
    unit: str = key("In what it is measured.", default="", max_length=30)
    usual: Span | None = key("What is usual for this person.", default=None, example="36.0..37.5")
    start: str | None = key("What it is before it is first measured (else: the least, or the first).", default=None)
    visible_to_logic: bool = key("Whether conditions may read it; then it counts for what is proven.", default=False)


@dataclass(frozen=True, kw_only=True)
class Scale(Record):
    """A score that is added up from tracks, such as an early warning score."""

    label: str = key("What it is called.", max_length=60)
    points: Mapping[Slug, Mapping[str, int]] = key(
        "By track: how many points each range of values, or each word, gives. Ranges may be open: `..8`, `25..`.",
        min_items=1,
    )


@dataclass(frozen=True, kw_only=True)
class ObserveKeys(Record):
    """What is measured on arriving at the scene. All that was measured so far is shown here, as a chart and a table."""

    values: Mapping[Slug, str] = key("By track: what it is (`96`), how it moves (`+4`, `-2`), or `same`.", min_items=1)
    title: str = key("What stands above the chart.", default="", max_length=120)


@dataclass(frozen=True, kw_only=True)
class ChartKeys(Record):
    """What was measured so far, once more."""

    title: str = key("What stands above the chart.", max_length=120)
    tracks: tuple[Slug, ...] = key("The tracks to show (else: all).", default=())
