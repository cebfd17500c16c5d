"""What the record adds to the download of everything kept about one: the statements, practice too."""

from typing import Any
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.engine.xapi.names import Names
from lms.learning.people import service as people
from lms.records.lrs import service as lrs


def own_data(uow: UnitOfWork, person_id: UUID) -> list[dict[str, Any]]:
    """Return every statement about a person as an LRS would, oldest first, for the person alone."""
    actor = Names(uow.address).actor(people.get_person(uow, person_id).token)
    return [entry.statement() for entry in lrs.list_about(uow, actor)]
