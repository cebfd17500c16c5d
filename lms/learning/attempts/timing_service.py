"""How a learner is timed: their own wish, remembered for the run. No state, event or statement knows of it."""

from uuid import UUID

from sqlalchemy import update

from lms.base.store.work import UnitOfWork
from lms.kernel.errors import Invalid
from lms.kernel.words import N_
from lms.learning.attempts.lookup_service import get_attempt
from lms.learning.attempts.model import TIMINGS
from lms.learning.attempts.tables import attempts_attempt as attempts
from lms.learning.people.model import Learner


def set_timing(uow: UnitOfWork, me: Learner, attempt_id: UUID, timing: int) -> None:
    """Remember for this run how its learner wants to be timed. Raises Invalid for anything but `TIMINGS`.

    When the scene came up stays as it was: a limit that was lengthened in the middle runs anew on the page.
    """
    attempt = get_attempt(uow, me.id, attempt_id)
    if timing not in TIMINGS:
        raise Invalid(N_("That is not one of the time limits."), fix=N_("Choose one of those on the page."))
    if attempt.is_open:
        uow.connection.execute(update(attempts).where(attempts.c.id == attempt.id).values(timing=timing))
