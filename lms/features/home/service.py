"""The use case of home: look at everything of one's own, once."""

from datetime import date, datetime
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.features.home.model import Home
from lms.learning.attempts import lookup_service as attempts
from lms.learning.enrolment import service as enrolment


def get_home(uow: UnitOfWork, person_id: UUID, here: datetime) -> Home:
    """Return a person's home: due courses first, then the latest. `here` is now, by the person's own clock."""
    open_attempts = attempts.list_open(uow, person_id)
    mine = enrolment.list_my_courses(uow, person_id)
    to_do = [each for each in mine if each.registration.completed_at is None]
    to_do.sort(key=lambda each: each.registration.due_on or date.max)
    return Home(
        carry_on=open_attempts[0] if open_attempts else None,
        others=open_attempts[1:],
        to_do=tuple(to_do),
        done=tuple(each for each in mine if each.registration.completed_at is not None),
        hour=here.hour,
    )
