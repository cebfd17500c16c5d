"""What the library holds, as its readers see it. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from lms.engine.source.problem import Problem
from lms.kernel.words import Foreign

Kind = Literal["course", "scenario"]
MOST_PROBLEMS = 200
"""How many problems of one folder are kept; whoever mends these sees the next."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a catalogue shows of a course or scenario. `minutes` from quick to slow; `parts` counts activities."""

    kind: Kind
    id: str
    version: str
    title: str
    summary: str
    minutes: tuple[int, int]
    level: str
    nation: str
    language: str
    is_open: bool
    is_reviewed: bool
    content_note: str
    parts: tuple[str, ...] = ()
    told: tuple[tuple[str, str, str], ...] = ()
    """Language, title and summary, for each other language in which it is told; a text that is not is empty."""

    def in_language(self, language: str) -> "Card":
        """Return the card for a page in a language: what is not told in it says that it is in another."""
        if not language or language == self.language:
            return self
        _, title, summary = next((one for one in self.told if one[0] == language), ("", "", ""))
        return replace(
            self,
            title=title or Foreign.of(self.title, self.language),
            summary=summary or Foreign.of(self.summary, self.language),
        )

    @classmethod
    def from_row(cls, kind: Kind, item_id: str, version: str, values: dict[str, Any]) -> "Card":
        """Return the card that was kept as JSON."""
        minutes = tuple(values["minutes"])
        told = tuple(map(tuple, values.get("told", ())))
        return cls(
            kind, item_id, version, **{**values, "minutes": minutes, "parts": tuple(values["parts"]), "told": told}
        )


@dataclass(frozen=True, slots=True)
class OverdueReference:
    """A reference whose day of review has passed."""

    title: str
    review_by: date


@dataclass(frozen=True, slots=True)
class Health:
    """A course or scenario as its authors see it: what is in service, and what is wrong with the file as it stands."""

    kind: Kind
    id: str
    path: str
    title: str
    version: str | None
    is_present: bool
    problems: tuple[Problem, ...]
    overdue: tuple[OverdueReference, ...]
    versions: int
    checked_at: datetime
    change: str = ""
    """The class of a scenario's newest change (`engine.scenario.difference`), where there was one."""

    @property
    def has_more_problems(self) -> bool:
        """Tell whether there may be more problems than are kept."""
        return len(self.problems) >= MOST_PROBLEMS

    @property
    def errors(self) -> int:
        """How many problems keep the file as it stands out of service."""
        return sum(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, a video, its captions or another file of a version, by the hash of its bytes."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: `published` got a new version, `failing` keep their last good one, `gone` lost their file."""

    published: tuple[str, ...]
    failing: tuple[str, ...]
    gone: tuple[str, ...]
