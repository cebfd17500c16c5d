"""Registrations, standings and the pages of a course. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lms.engine.course.api import Activity, Course, Lesson, Outcome, Outline, Reference
from lms.learning.library.model import Card


@dataclass(frozen=True, slots=True)
class Registration:
    """A person on a course. Its id is the statements' registration."""

    id: UUID
    person_id: UUID
    course_id: str
    enrolled_by: UUID | None
    enrolled_at: datetime
    due_on: date | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Achieved:
    """What one activity has become for a registration: any of these may be true, none is ever taken back (E2)."""

    completed: bool = False
    passed: bool = False
    debriefed: bool = False
    summary_read: bool = False
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Event: a person was put on a course, or put themselves on it."""

    registration: Registration


@dataclass(frozen=True, slots=True)
class CourseCompleted:
    """Event: the last part of a course was done, by this person, on this version. Published once per registration."""

    registration: Registration
    token: str
    version: str


@dataclass(frozen=True, slots=True)
class CertificateDue:
    """Event: everything that a course's certificate asks for is done. It may be said again; issuing is idempotent."""

    registration: Registration
    token: str
    version: str


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course as one person meets it; without a registration it is an invitation."""

    card: Card
    course: Course
    registration: Registration | None
    outline: Outline
    may_enrol: bool


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson, where it stands in its course, and what comes after it."""

    course_id: str
    course_title: str
    language: str
    lesson: Lesson
    number: int
    count: int
    is_done: bool
    following: Activity | None
    outcomes: tuple[Outcome, ...]
    references: tuple[Reference, ...]
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class MyCourse:
    """A course on somebody's home page or record."""

    registration: Registration
    card: Card
    done: int
    total: int
    minutes_left: int
    next_title: str


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One thing on offer; `registration` if the person is on it already."""

    card: Card
    registration: Registration | None
