"""What the files of a course may say: their keys, each with its sentence for authors.

The schemas and the reference are made from this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from lms.engine.source.typed import Record, key
from lms.engine.source.values import Language, Slug, Url

LONGEST_WAIT = 7 * 24 * 60


@dataclass(frozen=True, kw_only=True)
class ReferenceKeys(Record):
    """Where a rule comes from."""

    title: str = key("The name of the law, the procedure or the book.", example="Wales Safeguarding Procedures")
    issuer: str = key("Who published it.")
    part: str = key("The section or the page.", default="")
    url: Url | None = key("Where it can be read.", default=None)
    checked: date | None = key("The day on which somebody last looked at it.", default=None)
    review_by: date | None = key("The day by which somebody must look again.", default=None)


@dataclass(frozen=True, kw_only=True)
class ReviewKeys(Record):
    """An expert's review of the content."""

    by: str = key("Who reviewed it.")
    role: str = key("What makes the person an expert.")
    on: date = key("When.", example="2026-11-01")


@dataclass(frozen=True, kw_only=True)
class LessonLine(Record):
    """A lesson, in the file `lessons/<id>.md`."""

    kind: ClassVar[str] = "lesson"
    lesson: Slug = key("The lesson's id; also the name of its file.")
    needs: tuple[Slug, ...] | None = key("The activities to be done before it opens.", default=None)


@dataclass(frozen=True, kw_only=True)
class QuizLine(Record):
    """A quiz that draws its questions from a bank. Passed with the score below and every critical question right."""

    kind: ClassVar[str] = "quiz"
    quiz: Slug = key("Its id. It never changes.")
    title: str = key("The title, as learners see it.", max_length=120)
    bank: Slug = key("The bank's id, as its file says it.")
    draw: int = key("How many questions a try has; every critical question of the bank is among them.", minimum=1)
    pass_percent: int = key("The score that is needed, in per cent.", default=80, minimum=1, maximum=100)
    minutes: int = key("About how long a try takes.", minimum=1, maximum=180)
    tries: Literal["unlimited"] | int = key("How many tries there are.", default="unlimited", minimum=1)
    wait_minutes: int = key("How long to wait before the next try.", default=0, minimum=0, maximum=LONGEST_WAIT)
    summary: str = key("A sentence for the course page.", default="")
    needs: tuple[Slug, ...] | None = key("The activities to be done before it opens.", default=None)


@dataclass(frozen=True, kw_only=True)
class ScenarioLine(Record):
    """A scenario that counts: assessed, and said so before it starts."""

    kind: ClassVar[str] = "scenario"
    scenario: Slug = key("The scenario's id.")
    title: str = key("The title, as learners see it.", max_length=120)
    minutes: int = key("About how long it takes, debrief included.", minimum=1, maximum=180)
    tries: Literal["unlimited"] | int = key("How many tries there are.", default="unlimited", minimum=1)
    wait_minutes: int = key("How long to wait before the next try.", default=0, minimum=0, maximum=LONGEST_WAIT)
    debrief: bool = key(
        "Whether the debrief of a counted run is asked for, of whichever run; it may be skipped consciously.",
        default=True,
    )
    summary_credit: bool = key("Whether reading the summary instead counts as done.", default=False)
    summary: str = key("A sentence for the course page.", default="")
    needs: tuple[Slug, ...] | None = key("The activities to be done before it opens.", default=None)


@dataclass(frozen=True, kw_only=True)
class CertificateKeys(Record):
    """What earns a certificate, and what it states."""

    minutes: int = key("The time it states.", minimum=1, maximum=6000)
    says: str = key("What it does and does not show.", max_length=300)
    valid_years: int | None = key("For how many years (else: it does not expire).", default=None, minimum=1, maximum=10)
    needs: tuple[Slug, ...] | None = key("The activities that earn it (else: all of them).", default=None, min_items=1)


@dataclass(frozen=True, kw_only=True)
class CourseFile(Record):
    """A course: what it is for, what is in it, in which order, and what it earns."""

    course: Slug = key("The id; also the name of the folder. It never changes.")
    title: str = key("The title, as learners see it.", max_length=120)
    summary: str = key("One to three sentences for the catalogue.", max_length=600)
    level: Literal["novice", "experienced"] = key("For whom it is.", default="novice")
    nation: Literal["wales", "england", "scotland", "northern-ireland", "uk"] = key(
        "Whose law and procedures it follows."
    )
    language: Language = key("The language it is written in, as a code.", default=Language("en"))
    audience: tuple[Slug, ...] = key("The roles it is meant for.", default=())
    enrolment: Literal["open", "assigned"] = key(
        "`open`: from the catalogue, by oneself; `assigned`: by a manager, trainer or admin.", default="open"
    )
    content_note: str = key("What it mentions that may hurt.", default="")
    reviewed: Literal["none"] | ReviewKeys = key(
        "Which expert reviewed it; `none` is said on its page.", default="none"
    )
    outcomes: Mapping[Slug, str] = key("What a learner can do afterwards, by id.")
    order: Literal["in-turn", "free"] = key(
        "`in-turn`: each activity opens when those before it are done, unless it says `needs`; `free`: all are open.",
        default="in-turn",
    )
    activities: tuple[LessonLine | QuizLine | ScenarioLine, ...] = key("What is in it, in order.", min_items=1)
    certificate: CertificateKeys | None = key("What earns a certificate (else: there is none).", default=None)
    references: Mapping[Slug, ReferenceKeys] = key("The sources of its rules.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class LessonFront(Record):
    """The front matter of a lesson."""

    lesson: Slug = key("The id; also the name of the file. It never changes.")
    title: str = key("The title, as learners see it.", max_length=120)
    minutes: int = key("About how long it takes, on a phone.", minimum=1, maximum=60)
    summary: str = key("A sentence for the course page.", default="")
    outcomes: tuple[Slug, ...] = key("The outcomes it serves.", default=())
    references: tuple[Slug, ...] = key("The sources of its rules.", default=())


@dataclass(frozen=True, kw_only=True)
class CheckAnswer(Record):
    """An answer of a question within a lesson. It is not kept, so it needs no id."""

    text: str = key("The answer, in Markdown.")
    right: bool = key("Whether it is right.", default=False)
    feedback: str = key("What is shown when it is opened.")


@dataclass(frozen=True, kw_only=True)
class CheckKeys(Record):
    """A question within a lesson: nothing is kept, each answer shows its feedback when it is opened."""

    ask: str = key("The question, in Markdown.")
    options: tuple[CheckAnswer, ...] = key("The answers.", min_items=2)
