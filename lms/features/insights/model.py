"""What trainers and admins see. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lms.engine.course.api import Outline
from lms.engine.scenario.api import Debrief
from lms.engine.scenario.drawing.chart import Chart
from lms.kernel.words import N_
from lms.learning.attempts.model import Attempt, ResultPage, Try
from lms.learning.enrolment.model import MyCourse
from lms.learning.library.model import Card, Health


@dataclass(frozen=True, slots=True)
class Item:
    """A course or scenario with its health, and how many counted tries it has."""

    health: Health
    tries: int


WORDS = {
    "narration": N_("narration"),
    "decision": N_("decision"),
    "question": N_("question"),
    "document": N_("document"),
    "free-text": N_("free text"),
    "order": N_("order"),
    "hub": N_("hub"),
    "call": N_("call"),
    "checkpoint": N_("end of an act"),
    "ending": N_("ending"),
    "best": N_("best"),
    "defensible": N_("defensible"),
    "unsafe": N_("unsafe"),
    "critical": N_("critical"),
    "later": N_("comes later"),
    "time-out": N_("when time runs out"),
}
"""Kinds of scenes, ratings and ways, as the table of a story says them."""


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A scenario as boxes and arrows."""

    card: Card
    chart: Chart

    def title(self, scene: str) -> str:
        """Return the title of a scene."""
        return next((box.title for box in self.chart.boxes if box.id == scene), scene)

    def word(self, name: str) -> str:
        """Return what a kind, a rating or a way is called."""
        return WORDS.get(name, name)


@dataclass(frozen=True, slots=True)
class OnCourse:
    """One person on a course: how far they are, and their tries by activity."""

    person_id: UUID
    name: str
    enrolled_at: datetime
    due_on: date | None
    completed_at: datetime | None
    outline: Outline
    tries: tuple[tuple[str, tuple[Try, ...]], ...]


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course and one page of the people on it; pages count from 1."""

    card: Card
    people: tuple[OnCourse, ...]
    page: int
    pages: int
    is_offered: bool
    """Whether its file is there, so that somebody can be put on it."""


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody's courses and how far they are on them, for admins: no result, no try."""

    person_id: UUID
    name: str
    courses: tuple[MyCourse, ...]
    offered: tuple[Card, ...]
    """What they can be put on."""


@dataclass(frozen=True, slots=True)
class TryPage:
    """Somebody's counted try: the answers of a quiz, or the path of a run."""

    attempt: Attempt
    name: str
    result: ResultPage | None
    path: Debrief | None
