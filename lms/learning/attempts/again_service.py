"""Going again from a checkpoint: a practice run that starts where an act of an ended run began.

The new run carries the first acts of the old one: the same seed and version, its events and words up to the checkpoint.
It is practice whatever the old run was (A4): a counted run always starts at the beginning.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from lms.base.store.work import UnitOfWork
from lms.engine.scenario.api import (
    Event,
    Program,
    Scene,
    SceneArrived,
    Step,
    TextWritten,
    actions_of,
    event_from_json,
    fates_of,
    offered,
    replay,
)
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.words import N_
from lms.learning.attempts import lookup_service as lookup
from lms.learning.attempts import service, statements
from lms.learning.attempts.model import Attempt, EndingPage, PassedCheckpoint
from lms.learning.attempts.tables import attempts_attempt as attempts
from lms.learning.attempts.tables import attempts_event as events
from lms.learning.attempts.tables import attempts_text as texts
from lms.learning.library import service as library
from lms.learning.people.model import Learner

_STEP = 1000
"""Events of step n are numbered from n times this."""


def list_checkpoints(uow: UnitOfWork, attempt: Attempt, program: Program) -> tuple[PassedCheckpoint, ...]:
    """Return the checkpoints that a run came to, in order; one that it came to twice counts as it was last."""
    titles = {scene.id: scene.title for scene in program.scenes if scene.checkpoint}
    if not titles:
        return ()
    arrivals = [event for event in _events(uow, attempt) if isinstance(event, SceneArrived) and event.scene in titles]
    last = {event.scene: event.step for event in arrivals}
    return tuple(PassedCheckpoint(step, titles[scene]) for scene, step in sorted(last.items(), key=lambda one: one[1]))


def with_checkpoints(uow: UnitOfWork, page: EndingPage, language: str) -> EndingPage:
    """Return the page of an ending with the checkpoints from which the learner may go again."""
    program, _ = lookup.tell(uow, page.attempt, language)
    return replace(page, checkpoints=list_checkpoints(uow, page.attempt, program))


def go_again(uow: UnitOfWork, me: Learner, attempt_id: UUID, step: int) -> Attempt:
    """Start a practice run at a checkpoint of one's own ended run, or return to the one that was just started there.

    Raises NotFound for anybody else's run and for what is no checkpoint of it, Conflict while the run is open.
    """
    source = lookup.get_attempt(uow, me.id, attempt_id)
    if source.kind != "scenario" or source.status != "ended":
        raise Conflict(N_("This run has not ended."), fix=N_("Carry on from here."))
    program = library.program(uow, source.version)
    if step not in {each.step for each in list_checkpoints(uow, source, program)}:
        raise NotFound(N_("This run has no such checkpoint."), fix=N_("Choose one of those on the page."))
    uow.lock(f"attempt {me.id}")
    known = _find_just_started(uow, source, step)
    if known is not None:
        return lookup.get_attempt(uow, me.id, known)
    happened = [event for event in _events(uow, source) if event.step <= step]
    again = replay(program, source.seed, actions_of(happened), fates_of(happened))
    if not isinstance(again, Step):
        raise Conflict(N_("This run cannot be taken up again."), fix=N_("Start from the beginning."))
    attempt = _insert(uow, source, step, again.state, offered(program, again.state))
    _copy(uow, source, attempt, happened, step)
    service.record(uow, attempt, list(statements.begun(attempt, service.facts(uow, me, attempt))))
    return attempt


def _events(uow: UnitOfWork, attempt: Attempt) -> list[Event]:
    return [event_from_json(body) for body in lookup.list_events(uow, attempt.id)]


def _find_just_started(uow: UnitOfWork, source: Attempt, step: int) -> UUID | None:
    """Return the run that a first press of the button has started, if nothing was done in it yet."""
    found: UUID | None = uow.connection.scalar(
        select(attempts.c.id).where(
            attempts.c.person_id == source.person_id,
            attempts.c.is_practice.is_(True),
            attempts.c.status == "open",
            attempts.c.version == source.version,
            attempts.c.seed == source.seed,
            attempts.c.step == step,
        )
    )
    return found


def _insert(uow: UnitOfWork, source: Attempt, step: int, state: Any, shown: Scene) -> Attempt:
    earlier = select(func.count()).where(
        attempts.c.person_id == source.person_id, attempts.c.course_id.is_(None), attempts.c.item_id == source.item_id
    )
    values = {
        "id": uow.ids.uuid(),
        "person_id": source.person_id,
        "registration": uow.ids.uuid(),
        "kind": "scenario",
        "course_id": None,
        "activity_id": None,
        "item_id": source.item_id,
        "title": source.title,
        "version": source.version,
        "is_practice": True,
        "number": 1 + (uow.connection.scalar(earlier) or 0),
        "status": "open",
        "step": step,
        "seed": source.seed,
        "state": state,
        "progress": shown.progress / 100,
        "minutes_left": shown.minutes_left,
        "started_at": uow.now,
        "moved_at": uow.now,
    }
    uow.connection.execute(insert(attempts).values(values))
    return lookup.get_attempt(uow, source.person_id, values["id"])


def _copy(uow: UnitOfWork, source: Attempt, attempt: Attempt, happened: list[Event], step: int) -> None:
    """Take along what happened up to the checkpoint, and the learner's words: they are the same person's (A5)."""
    rows = uow.connection.execute(
        select(events.c.seq, events.c.body)
        .where(events.c.attempt_id == source.id, events.c.seq < (step + 1) * _STEP)
        .order_by(events.c.seq)
    ).all()
    uow.connection.execute(
        insert(events), [{"attempt_id": attempt.id, "seq": row.seq, "at": uow.now, "body": row.body} for row in rows]
    )
    fields = {event.field for event in happened if isinstance(event, TextWritten)}
    for field, body in lookup.list_texts(uow, source.id).items():
        if field in fields:
            uow.connection.execute(insert(texts).values(attempt_id=attempt.id, field=field, body=body, at=uow.now))
