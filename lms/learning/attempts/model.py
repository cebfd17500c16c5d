"""What an attempt is, and what its pages show. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lms.engine.course.api import Marked, Question, QuizResult, Row, Turn
from lms.engine.scenario.api import Scene
from lms.engine.scenario.play.scene import TimeLimit
from lms.engine.scenario.program.program import Support


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `registration` is the course's, or the practice run's own; `step` counts what was done."""

    id: UUID
    person_id: UUID
    registration: UUID
    kind: str
    course_id: str | None
    activity_id: str | None
    item_id: str
    title: str
    version: str
    is_practice: bool
    number: int
    status: str
    step: int
    seed: str
    state: Any
    progress: float
    minutes_left: int
    started_at: datetime
    moved_at: datetime
    ended_at: datetime | None
    ending: str | None
    success: bool | None
    score: float | None
    timing: int = 0
    """How the learner wants to be timed: 0 not at all, else so many times as long as the author wrote."""

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for its learner."""
        return self.status in {"prebrief", "open"}


TIMINGS = (0, 1, 2, 10)
"""What a learner may choose: no time limits, or the author's, once, twice or ten times as long."""

EARLY = timedelta(seconds=1)
"""So much earlier may time be over than our own watch says."""


def is_time_over(limit: TimeLimit | None, timing: int, waited: timedelta) -> bool:
    """Tell whether a time limit has passed for a learner who has waited so long; never for one who is not timed."""
    return limit is not None and timing > 0 and waited + EARLY >= timedelta(seconds=limit.seconds * timing)


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """Event: an attempt reached its end."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Prebrief:
    """The page before a scenario: what it is, who sees what, what it mentions, how to read instead."""

    attempt: Attempt
    language: str
    minutes: tuple[int, int]
    objectives: tuple[str, ...]
    markdown: str
    content_note: str
    has_summary: bool
    is_reviewed: bool
    summary_counts: bool
    support: tuple[Support, ...]
    timing: str = ""
    """Whether time limits are offered, asked for, or ("") there are none."""


@dataclass(frozen=True, slots=True)
class ScenePage:
    """A scene, the attempt it belongs to, and where its learner finds help."""

    attempt: Attempt
    language: str
    scene: Scene
    support: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class PassedCheckpoint:
    """A checkpoint that a run came to, in its step `step`."""

    step: int
    title: str


@dataclass(frozen=True, slots=True)
class EndingPage:
    """The last scene. What comes next is the debrief, or another go from a checkpoint."""

    attempt: Attempt
    language: str
    scene: Scene
    support: tuple[Support, ...]
    checkpoints: tuple[PassedCheckpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """What happens in a scenario, to read instead of playing it."""

    attempt: Attempt
    language: str
    markdown: str
    counts: bool
    support: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question of a quiz; `marked` once it has been answered."""

    attempt: Attempt
    language: str
    question: Question
    number: int
    count: int
    marked: Marked | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and how its answer was marked."""

    question: Question
    marked: Marked


@dataclass(frozen=True, slots=True)
class ResultPage:
    """How a quiz went, question by question."""

    attempt: Attempt
    language: str
    answered: tuple[Answered, ...]
    result: QuizResult
    turn: Turn


Page = Prebrief | ScenePage | EndingPage | SummaryPage | QuestionPage | ResultPage


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """What home shows to carry on with."""

    id: UUID
    kind: str
    title: str
    is_practice: bool
    course_id: str | None
    progress: float
    minutes_left: int
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """One earlier try of an activity, as its course page shows it."""

    id: UUID
    title: str
    number: int
    status: str
    success: bool | None
    score: float | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """A quiz or scenario inside a course: its rule, where it stands, one's tries, and whether another may begin."""

    course_id: str
    course_title: str
    row: Row
    tries: tuple[Try, ...]
    turn: Turn
    open_id: UUID | None
