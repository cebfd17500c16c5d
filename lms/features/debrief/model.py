"""The screens of a debrief, their order, and what each shows. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from lms.engine.scenario.api import Debrief
from lms.engine.scenario.play.debriefing import Moment, TurningPoint
from lms.engine.scenario.program.program import FollowUp, Support
from lms.kernel.errors import Conflict
from lms.learning.attempts.model import Attempt

POINTS = 2
"""How many turning points are looked at: more would tire, and nobody would remember them."""

PAUSE = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)

FEELINGS = ("calm", "pleased", "unsure", "tense", "sad", "angry", "relieved")
BANDS = ("Growing", "Secure", "Strong")


@dataclass(frozen=True, slots=True)
class DebriefSettled:
    """Event: a debrief was gone through or skipped; which of them is nobody else's business."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its name in the address, its kind, and the turning point it is about."""

    name: str
    kind: str
    point: TurningPoint | None = None


def screens(found: Debrief) -> tuple[Screen, ...]:
    """Return the screens of this debrief, in order."""
    points = [
        screen
        for number, point in enumerate(found.turning_points[:POINTS], 1)
        for screen in (Screen(f"moment-{number}", "ask", point), Screen(f"seen-{number}", "reveal", point))
    ]
    estimated = any(each.band for each in found.competencies)
    return (
        Screen("feelings", "feelings"),
        Screen("helped", "helped"),
        Screen("path", "path"),
        *points,
        *((Screen("estimate", "estimate"), Screen("compare", "compare")) if estimated else ()),
        *((Screen("questions", "questions"),) if found.prompts else ()),
        Screen("plan", "plan"),
    )


def fields(screen: Screen, found: Debrief) -> tuple[str, ...]:
    """Return the names of what may be said on a screen."""
    said: dict[str, tuple[str, ...]] = {
        "feelings": ("feeling", "feeling-words"),
        "helped": ("helped",),
        "ask": (f"saw-{screen.name.removeprefix('moment-')}",),
        "estimate": tuple(f"estimate-{each.id}" for each in found.competencies),
        "questions": tuple(f"answer-{each.id}" for each in found.prompts),
        "plan": ("plan-if", "plan-then", "plan-by"),
    }
    return said.get(screen.kind, ())


def open_screen(order: tuple[Screen, ...], seen: Collection[str], wanted: str | None) -> int:
    """Return the place of the screen to show: the one wanted if all before it were gone through, else the first left."""
    left = next((place for place, screen in enumerate(order) if screen.name not in seen), len(order) - 1)
    place = next((place for place, screen in enumerate(order) if screen.name == wanted), left)
    return min(place, left)


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """A screen of one's own debrief. `answers` by field; `wrote` is what was written during the run, by field."""

    attempt: Attempt
    status: str
    screen: Screen
    number: int
    count: int
    before: str | None
    after: str | None
    found: Debrief
    answers: dict[str, str]
    wrote: dict[str, str]
    support: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class EndPage:
    """After the last screen: the plan, and what next."""

    attempt: Attempt
    status: str
    plan: tuple[str, str, str]
    followups: tuple[FollowUp, ...]
    checkpoints: tuple[Moment, ...] = ()


class Unkept(Conflict):
    """What was written cannot be kept, because something newer is there: whoever wrote it gets it back."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One's own debrief, for one's record and download."""

    attempt_id: UUID
    status: str
    began_at: datetime
    ended_at: datetime | None
    reason: str
    answers: dict[str, str]


def is_new(said: Mapping[str, str], answers: Mapping[str, str], names: Collection[str]) -> bool:
    """Tell whether a form says something in the fields of these names that is not kept."""
    return any(said.get(name, "").strip() and said[name] != answers.get(name, "") for name in names)


def times_kept(answers: Mapping[str, str], name: str) -> int:
    """Return how often a screen was gone on from: the value of its row `seen:<screen>`."""
    return int(answers.get(f"seen:{name}", "0"))


def minutes_spent(times: Sequence[datetime]) -> int:
    """Return the minutes between the first and the last of `times`, in order; no gap counts for more than PAUSE."""
    return max(1, round(sum((min(after - before, PAUSE) for before, after in pairwise(times)), timedelta()) / MINUTE))
