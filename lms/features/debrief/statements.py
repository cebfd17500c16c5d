"""The one fact of a debrief that leaves it: that it was gone through, and for how many minutes. Pure."""

from datetime import datetime
from uuid import UUID

from lms.engine.xapi import build
from lms.engine.xapi.build import Fact, Statement
from lms.engine.xapi.names import Names
from lms.learning.attempts.model import Attempt


def debriefed(attempt: Attempt, names: Names, token: str, *, minutes: int, at: datetime, new_id: UUID) -> Statement:
    """Tell that a run was looked back on."""
    made = Fact(
        names=names,
        id=new_id,
        at=at,
        actor=token,
        registration=attempt.registration,
        content=attempt.version,
        attempt=attempt.id,
        course=attempt.course_id,
    )
    return build.debriefed(made, build.scenario(names, attempt.item_id, attempt.title), minutes=minutes)
