"""What home shows. Pure."""

from dataclasses import dataclass

from lms.learning.attempts.model import OpenAttempt
from lms.learning.enrolment.model import MyCourse


@dataclass(frozen=True, slots=True)
class Home:
    """One person's start: the attempt to carry on with, other open ones, courses to do and courses done."""

    carry_on: OpenAttempt | None
    others: tuple[OpenAttempt, ...]
    to_do: tuple[MyCourse, ...]
    done: tuple[MyCourse, ...]
    hour: int
