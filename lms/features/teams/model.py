"""What a manager sees. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lms.learning.enrolment.model import MyCourse
from lms.learning.library.model import Card


@dataclass(frozen=True, slots=True)
class Member:
    """One of a manager's own people, with the courses they are on."""

    id: UUID
    name: str
    courses: tuple[MyCourse, ...]

    @property
    def done(self) -> int:
        """How many courses are complete."""
        return sum(each.registration.completed_at is not None for each in self.courses)


@dataclass(frozen=True, slots=True)
class CriticalAction:
    """A must or must_not of a scenario, and whether it was kept. One that `forbids` names what should not happen."""

    says: str
    is_kept: bool
    forbids: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A counted try as a manager sees it."""

    title: str
    kind: str
    number: int
    ended_at: datetime
    success: bool | None
    score: float | None
    critical: tuple[CriticalAction, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """All of a manager's own people, and the courses they can be put on."""

    members: tuple[Member, ...]
    courses: tuple[Card, ...]
    today: date


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One of a manager's own people."""

    member: Member
    results: tuple[Result, ...]
    today: date
