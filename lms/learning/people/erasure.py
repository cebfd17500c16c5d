"""Erasing a person: what says who somebody was goes; what others count stays.

E1  the name, the mail address, the pseudonym, and all private text are gone; results, certificates and statements
    stay, and nobody can tell any more whose they are
E2  `preview` does what `erase` does and takes it back, so it cannot promise something else
E3  an erasure is itself recorded: when, by whom, and how much of what
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from lms.base.store.work import UnitOfWork
from lms.engine.xapi.names import Names
from lms.kernel.errors import Conflict
from lms.kernel.words import N_
from lms.learning.people import service, tables
from lms.learning.people.model import Erased, Person, PersonErased
from lms.records.lrs import documents

_person = tables.person


def preview(uow: UnitOfWork, person_id: UUID) -> Mapping[str, int]:
    """Return how much of what `erase` would erase, by its name (an untranslated message id); nothing is changed.

    Raises NotFound, or Conflict as `erase` does.
    """
    tally = erase(uow, person_id, by=None)
    uow.undo()
    return tally


def erase(uow: UnitOfWork, person_id: UUID, *, by: UUID | None) -> Mapping[str, int]:
    """Erase a person for good; `by` is the admin who did it (None: from the command line). Return what was erased.

    Raises NotFound, and Conflict for the only admin.
    """
    uow.lock("people_roles")
    person = service.get_person(uow, person_id)
    if "admin" in person.roles and len(service.list_with_role(uow, "admin")) == 1:
        raise Conflict(N_("This is the only person with the role admin."), fix=N_("Make somebody else an admin first."))
    happened = PersonErased(person_id)
    happened.count(N_("names, mail addresses and pseudonyms"), 1)
    happened.count(N_("documents that programs kept of them"), documents.forget(uow, _agents(uow, person)))
    uow.publish(happened)
    uow.connection.execute(delete(tables.link).where(tables.link.c.person_id == person_id))
    uow.connection.execute(update(_person).where(_person.c.manager_id == person_id).values(manager_id=None))
    uow.connection.execute(
        update(_person)
        .where(_person.c.id == person_id)
        .values(
            name=None, mail=None, token=None, password_hash=None, roles=[], manager_id=None, time_zone="",
            epoch=_person.c.epoch + 1, erased_at=uow.now,
        )
    )  # fmt: skip
    uow.connection.execute(
        insert(tables.erasure).values(person_id=person_id, by_id=by, at=uow.now, tally=happened.tally)
    )
    return happened.tally


def _agents(uow: UnitOfWork, person: Person) -> Iterator[Mapping[str, Any]]:
    """Yield the agents by which programs may know somebody."""
    yield Names(uow.address).actor(person.token)
    mbox = f"mailto:{person.mail}"
    yield {"mbox": mbox}
    yield {"mbox_sha1sum": hashlib.sha1(mbox.encode(), usedforsecurity=False).hexdigest()}


def list_erased(uow: UnitOfWork) -> tuple[Erased, ...]:
    """Return the latest hundred erasures, the newest first."""
    found = (
        select(tables.erasure.c.at, tables.erasure.c.by_id, _person.c.name, tables.erasure.c.tally)
        .outerjoin(_person, _person.c.id == tables.erasure.c.by_id)
        .order_by(tables.erasure.c.at.desc(), tables.erasure.c.person_id)
        .limit(service.PAGE)
    )
    return tuple(
        Erased(row.at, row.name or "", row.tally, from_command_line=row.by_id is None)
        for row in uow.connection.execute(found)
    )
