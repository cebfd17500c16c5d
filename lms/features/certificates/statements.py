"""The one fact of certificates: that one was earned, and until when it is valid. Pure."""

from datetime import datetime
from uuid import UUID

from lms.engine.xapi import build
from lms.engine.xapi.build import Fact, Statement
from lms.engine.xapi.names import Names
from lms.features.certificates.model import Facts


def earned(facts: Facts, names: Names, token: str, *, new_id: UUID) -> Statement:
    """Tell that a person was issued a certificate."""
    made = Fact(
        names=names,
        id=new_id,
        at=datetime.fromisoformat(facts.issued_at),
        actor=token,
        registration=UUID(facts.registration),
        content=facts.version,
        course=facts.course,
    )
    return build.earned(made, certificate=facts.record_id, title=facts.title, valid_until=facts.last_day)
