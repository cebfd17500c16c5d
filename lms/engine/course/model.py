"""What a course is once it is compiled: frozen values without places, ready to be kept by hash and opened for years.

C1  A Course holds everything that a learner meets, except scenarios, which it names by id.
C2  Ids are the author's. Order is the author's too; nothing is sorted.
C3  What is not stated is not assumed: `reviewed` is None until an expert is named.
C4  `to_bytes` is canonical JSON with a format number; its SHA-256 (`hash`) is the version that attempts are pinned to. A
    field added with a default leaves every stored course and every hash as it was, and so does a new word of a Literal;
    any other change needs a new FORMAT.

Texts called `text`, `ask`, `feedback` and `content_note` are Markdown as written; days are ISO dates.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

from lms.engine.questions.model import Bank
from lms.engine.source.media import Captions
from lms.kernel.errors import Invalid
from lms.kernel.ids import content_hash
from lms.kernel.record import Record, Tagged, canonical

FORMAT = 1

_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From an older format to the next: one pure function each, applied in order."""

Level = Literal["novice", "experienced"]
Nation = Literal["wales", "england", "scotland", "northern-ireland", "uk"]
Enrolment = Literal["open", "assigned"]
BlockKind = Literal["prose", "picture", "video", "recording", "moment", "try", "reveal", "check", "work"]


@dataclass(frozen=True, slots=True)
class Reference(Record):
    """Where a rule comes from, when somebody last looked, and by when somebody has to look again."""

    id: str
    title: str
    issuer: str
    part: str = ""
    url: str = ""
    checked: str = ""
    review_by: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed(Record):
    """The expert who has looked through the content, and when."""

    by: str
    role: str
    on: str


@dataclass(frozen=True, slots=True)
class Outcome(Record):
    """Something that a learner can do afterwards."""

    id: str
    says: str


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """One answer to a question within a lesson; nothing is kept of it, so it has no id."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Block(Record):
    """A part of a lesson.

    `text` is Markdown; of a `check` it is the question, of a `picture` its alternative text, of a `video` or `recording`
    its title. A `reveal` has a label, a `check` has answers, pictures and the like have the name of their file in the
    course's folder and, once published, its hash; a video has captions, and a transcript (Markdown) as a recording has.
    """

    kind: BlockKind
    text: str
    label: str = ""
    answers: tuple[Answer, ...] = ()
    file: str = ""
    hash: str = ""
    captions: tuple[Captions, ...] = ()
    transcript: str = ""

    @property
    def title(self) -> str:
        """What a video or a recording is called."""
        return self.text


@dataclass(frozen=True, slots=True)
class Lesson(Tagged):
    """A page to read and to do something with."""

    id: str
    title: str
    minutes: int
    blocks: tuple[Block, ...]
    summary: str = ""
    outcomes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiz(Tagged):
    """Questions drawn from a bank. `tries` is None when they are unlimited."""

    id: str
    title: str
    minutes: int
    bank: str
    draw: int
    pass_percent: int
    tries: int | None = None
    wait_minutes: int = 0
    summary: str = ""
    needs: tuple[str, ...] = ()

    @property
    def pass_score(self) -> float:
        """The score from 0 to 1 that is needed, besides every critical question."""
        return self.pass_percent / 100


@dataclass(frozen=True, slots=True)
class ScenarioActivity(Tagged):
    """A scenario that counts. Its id is the scenario's; its text is kept with the scenario, not here."""

    kind: ClassVar[str] = "scenario"
    id: str
    title: str
    minutes: int
    tries: int | None = None
    wait_minutes: int = 0
    debrief: bool = True
    summary_credit: bool = False
    summary: str = ""
    needs: tuple[str, ...] = ()


Activity = Lesson | Quiz | ScenarioActivity


@dataclass(frozen=True, slots=True)
class CertificateRule(Record):
    """What earns a certificate, and what it states. `valid_years` is None when it does not expire."""

    minutes: int
    says: str
    needs: tuple[str, ...]
    valid_years: int | None = None


@dataclass(frozen=True, eq=False)
class Course(Record):
    """A course as it is taken. Equal when the canonical bytes are."""

    id: str
    title: str
    summary: str
    level: Level
    nation: Nation
    language: str
    enrolment: Enrolment
    outcomes: tuple[Outcome, ...]
    activities: tuple[Activity, ...]
    banks: tuple[Bank, ...] = ()
    references: tuple[Reference, ...] = ()
    audience: tuple[str, ...] = ()
    content_note: str = ""
    reviewed: Reviewed | None = None
    certificate: CertificateRule | None = None

    @cached_property
    def _bytes(self) -> bytes:
        return canonical({"format": FORMAT, **self.to_json()})

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the canonical bytes: the version."""
        return content_hash(self._bytes)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Course) and self.hash == other.hash)

    def __hash__(self) -> int:
        return hash(self.hash)

    def to_bytes(self) -> bytes:
        """Return the canonical JSON, UTF-8."""
        return self._bytes

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read a stored course of this or an older format; raise Invalid for anything else."""
        try:
            value = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise Invalid("This is not a compiled course.", why="It is not JSON.") from error
        number = value.pop("format", None) if isinstance(value, dict) else None
        while number in _UPGRADES:
            value, number = _UPGRADES[number](value), number + 1
        if number != FORMAT:
            raise Invalid(
                f"A compiled course of format {number!r} cannot be read.",
                why=f"This version reads formats 1 to {FORMAT}.",
                fix="Compile the course again, or use the version of the software that wrote it.",
            )
        return cls.from_json(value)

    @property
    def minutes(self) -> int:
        """About how long all of it takes."""
        return sum(activity.minutes for activity in self.activities)

    def find_activity(self, activity_id: str) -> Activity | None:
        """Return the activity with this id, or None."""
        return next((activity for activity in self.activities if activity.id == activity_id), None)

    def find_lesson(self, lesson_id: str) -> Lesson | None:
        """Return the lesson with this id, or None."""
        found = self.find_activity(lesson_id)
        return found if isinstance(found, Lesson) else None

    def find_quiz(self, quiz_id: str) -> Quiz | None:
        """Return the quiz with this id, or None."""
        found = self.find_activity(quiz_id)
        return found if isinstance(found, Quiz) else None

    def find_scenario(self, scenario_id: str) -> ScenarioActivity | None:
        """Return the scenario activity with this id, or None."""
        found = self.find_activity(scenario_id)
        return found if isinstance(found, ScenarioActivity) else None

    def bank_of(self, quiz: Quiz) -> Bank:
        """Return the bank of one of this course's quizzes."""
        return next(bank for bank in self.banks if bank.id == quiz.bank)

    def references_of(self, ids: tuple[str, ...]) -> tuple[Reference, ...]:
        """Return the references with these ids, in the order given."""
        known = {reference.id: reference for reference in self.references}
        return tuple(known[reference_id] for reference_id in ids if reference_id in known)

    def outcomes_of(self, ids: tuple[str, ...]) -> tuple[Outcome, ...]:
        """Return the outcomes with these ids, in the order given."""
        known = {outcome.id: outcome for outcome in self.outcomes}
        return tuple(known[outcome_id] for outcome_id in ids if outcome_id in known)
