"""Attempts looked up: by those whose they are, and by whoever may see them; nothing is changed here but by erasure.

Who may see what of somebody else's is the caller's to decide; practice does not exist outside one's own record (A4).
"""

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select

from lms.base.store.prepared import Prepared
from lms.base.store.work import UnitOfWork
from lms.engine.scenario.api import Debrief, Program, debrief, event_from_json
from lms.engine.scenario.program.wording import marked
from lms.kernel.errors import NotFound
from lms.kernel.words import N_
from lms.learning.attempts.model import Attempt, OpenAttempt, Try
from lms.learning.attempts.tables import attempts_attempt as attempts
from lms.learning.attempts.tables import attempts_event as events
from lms.learning.attempts.tables import attempts_text as texts
from lms.learning.library import service as library
from lms.learning.people.model import PersonErased

_ATTEMPT = select(*(attempts.c[each.name] for each in fields(Attempt)))
_OWN = Prepared(_ATTEMPT.where(attempts.c.id == bindparam("attempt"), attempts.c.person_id == bindparam("person")))


def get_attempt(uow: UnitOfWork, person_id: UUID, attempt_id: UUID) -> Attempt:
    """Return one's own attempt. Raises NotFound for anybody else's, so that its existence is not revealed."""
    row = _OWN.first(uow, attempt=attempt_id, person=person_id)
    if row is None:
        raise NotFound(N_("There is no such run among yours."), fix=N_("Start again from home."))
    return Attempt(*row)


def get_assessed(uow: UnitOfWork, attempt_id: UUID) -> Attempt:
    """Return a counted attempt of anybody's. Raises NotFound for a practice run: it does not exist here (A4).

    Who may see it, and how much of it, is the caller's to decide.
    """
    row = uow.connection.execute(
        _ATTEMPT.where(attempts.c.id == attempt_id, attempts.c.is_practice.is_(False))
    ).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such try."))
    return Attempt(*row)


def tell(uow: UnitOfWork, attempt: Attempt, language: str) -> tuple[Program, Attempt]:
    """Return the Program of an attempt as it is told in a language, and the attempt with its title in it."""
    found = library.told_program(uow, attempt.version, language, attempt.course_id)
    own = library.program(uow, attempt.version)
    is_its_own = found is not own and attempt.title == own.title
    return found, replace(attempt, title=found.title) if is_its_own else attempt


def find_open(
    uow: UnitOfWork, person_id: UUID, course_id: str | None, activity_id: str | None, item_id: str = ""
) -> Attempt | None:
    """Return the try at an activity, or the practice run of an item, that has not ended; None where there is none."""
    row = uow.connection.execute(
        _ATTEMPT.where(
            *same(person_id, course_id, activity_id, item_id),
            attempts.c.status.in_(("prebrief", "open")),
        )
        .order_by(attempts.c.started_at.desc())
        .limit(1),
    ).one_or_none()
    return None if row is None else Attempt(*row)


def list_open(uow: UnitOfWork, person_id: UUID) -> tuple[OpenAttempt, ...]:
    """Return what the person can carry on with, the latest first."""
    rows = uow.connection.execute(
        select(attempts)
        .where(attempts.c.person_id == person_id, attempts.c.status == "open")
        .order_by(attempts.c.moved_at.desc())
        .limit(10),
    )
    return tuple(
        OpenAttempt(
            row.id, row.kind, row.title, row.is_practice, row.course_id, row.progress, row.minutes_left, row.moved_at
        )
        for row in rows
    )


def list_tries(uow: UnitOfWork, person_id: UUID, course_id: str, activity_id: str) -> tuple[Try, ...]:
    """Return every try of an activity, the first first."""
    return list_tries_on(uow, course_id, [person_id]).get((person_id, activity_id), ())


def list_tries_on(
    uow: UnitOfWork, course_id: str, person_ids: Collection[UUID]
) -> dict[tuple[UUID, str], tuple[Try, ...]]:
    """Return the tries of these people on a course, by person and activity, the first first."""
    columns = [attempts.c[each.name] for each in fields(Try)]
    rows = uow.connection.execute(
        select(attempts.c.person_id, attempts.c.activity_id, *columns)
        .where(attempts.c.course_id == course_id, attempts.c.person_id.in_(person_ids))
        .order_by(attempts.c.number),
    )
    found: dict[tuple[UUID, str], tuple[Try, ...]] = {}
    for person_id, activity_id, *values in rows:
        found[person_id, activity_id] = (*found.get((person_id, activity_id), ()), Try(*values))
    return found


def ends(tries: Iterable[Try]) -> list[datetime]:
    """Return when each try ended that counts as one: reading the summary uses up none."""
    return [each.ended_at for each in tries if each.ended_at is not None and each.status == "ended"]


def list_attempts(
    uow: UnitOfWork, person_id: UUID, *, with_practice: bool, of: tuple[str, str] | None = None
) -> tuple[Attempt, ...]:
    """Return a person's attempts (`of` this course and activity), the latest first.

    Practice is among them only when the person asks for their own record (A4).
    """
    query = _ATTEMPT.where(attempts.c.person_id == person_id)
    if not with_practice:
        query = query.where(attempts.c.is_practice.is_(False))
    if of is not None:
        query = query.where(attempts.c.course_id == of[0], attempts.c.activity_id == of[1])
    return tuple(Attempt(*row) for row in uow.connection.execute(query.order_by(attempts.c.started_at.desc())))


def count_assessed(uow: UnitOfWork) -> dict[tuple[str, str], int]:
    """Return how many counted tries each (kind, item) has; practice does not exist here (A4)."""
    rows = uow.connection.execute(
        select(attempts.c.kind, attempts.c.item_id, func.count())
        .where(attempts.c.is_practice.is_(False))
        .group_by(attempts.c.kind, attempts.c.item_id),
    )
    return {(kind, item): count for kind, item, count in rows}


def list_events(uow: UnitOfWork, attempt_id: UUID) -> tuple[dict[str, Any], ...]:
    """Return an attempt's events as JSON, in order. The caller has made sure whose it is."""
    return tuple(
        uow.connection.scalars(select(events.c.body).where(events.c.attempt_id == attempt_id).order_by(events.c.seq)),
    )


def list_texts(uow: UnitOfWork, attempt_id: UUID) -> dict[str, str]:
    """Return what the learner wrote in an attempt, by field: for the learner alone (A5)."""
    return {
        row.field: row.body for row in uow.connection.execute(select(texts).where(texts.c.attempt_id == attempt_id))
    }


def look_back(uow: UnitOfWork, attempt: Attempt, language: str = "") -> Debrief:
    """Return what the engine finds in a run: path, turning points, bands, critical actions; in a language, or the story's."""
    found = [event_from_json(body) for body in list_events(uow, attempt.id)]
    program = library.told_program(uow, attempt.version, language, attempt.course_id)
    return debrief(marked(program, language) if language else program, attempt.seed, found)


def own_data(uow: UnitOfWork, person_id: UUID) -> list[dict[str, Any]]:
    """Return a person's attempts, practice too, with every event and every word, as JSON values, for the person alone."""
    return [
        {
            "id": str(each.id),
            "kind": each.kind,
            "title": each.title,
            "course": each.course_id,
            "version": each.version,
            "practice": each.is_practice,
            "status": each.status,
            "started_at": each.started_at.isoformat(),
            "ended_at": None if each.ended_at is None else each.ended_at.isoformat(),
            "ending": each.ending,
            "success": each.success,
            "score": each.score,
            "answers": each.state.get("answers") if each.kind == "quiz" else None,
            "events": list_events(uow, each.id),
            "texts": list_texts(uow, each.id),
        }
        for each in list_attempts(uow, person_id, with_practice=True)
    ]


def forget(uow: UnitOfWork, happened: PersonErased) -> None:
    """Drop every text that an erased person has written in a scene."""
    own = select(attempts.c.id).where(attempts.c.person_id == happened.person_id)
    dropped = uow.connection.execute(delete(texts).where(texts.c.attempt_id.in_(own)))
    happened.count(N_("texts written in simulations"), dropped.rowcount)


def same(person_id: UUID, course_id: str | None, activity_id: str | None, item_id: str) -> tuple[Any, ...]:
    """Return the conditions under which attempts are of one activity of a course, or practice runs of one item."""
    if course_id is None:
        return attempts.c.person_id == person_id, attempts.c.course_id.is_(None), attempts.c.item_id == item_id
    return (
        attempts.c.person_id == person_id,
        attempts.c.course_id == course_id,
        attempts.c.activity_id == activity_id,
    )
