"""The use cases of the debrief: begin, show a screen, keep what was said, skip. Everything is the learner's own (D1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from lms.base.store.work import UnitOfWork
from lms.engine.scenario.api import Debrief
from lms.engine.xapi.names import Names
from lms.features.debrief import statements
from lms.features.debrief.model import (
    DebriefSettled,
    EndPage,
    Looked,
    ScreenPage,
    Unkept,
    fields,
    is_new,
    minutes_spent,
    open_screen,
    screens,
    times_kept,
)
from lms.features.debrief.tables import debrief_answer as answers
from lms.features.debrief.tables import debrief_debrief as debriefs
from lms.kernel.errors import Conflict
from lms.kernel.words import N_
from lms.learning.attempts import lookup_service as attempts
from lms.learning.attempts.model import Attempt
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import Achieved
from lms.learning.people.model import Learner, PersonErased
from lms.records.tracking import service as tracking


def begin(uow: UnitOfWork, me: Learner, attempt_id: UUID) -> None:
    """Open the debrief of one's own ended run; opening it again changes nothing."""
    attempt = _ended(uow, me.id, attempt_id)
    uow.lock(f"debrief {attempt_id}")
    if _find(uow, attempt_id) is None:
        uow.connection.execute(
            insert(debriefs).values(attempt_id=attempt.id, person_id=me.id, status="open", began_at=uow.now),
        )


def get_page(
    uow: UnitOfWork, person_id: UUID, attempt_id: UUID, wanted: str | None, language: str = ""
) -> ScreenPage | EndPage:
    """Return the screen to show: the wanted one, unless something before it is still to be said (D2).

    Once the debrief is over, screens can be looked at again; without a wanted one its end is shown.
    """
    attempt = _ended(uow, person_id, attempt_id)
    row = _find(uow, attempt_id)
    program, attempt = attempts.tell(uow, attempt, language)
    found = attempts.look_back(uow, attempt, language)
    said = _answers(uow, attempt_id)
    status = "new" if row is None else row["status"]
    if status in {"done", "skipped"} and wanted is None:
        plan = (said.get("plan-if", ""), said.get("plan-then", ""), said.get("plan-by", ""))
        followups = found.ending.followups if found.ending is not None else ()
        last = {moment.scene: moment for moment in found.timeline if moment.kind == "checkpoint"}
        return EndPage(attempt, status, plan, followups, tuple(last.values()))
    order = screens(found)
    seen = {screen.name for screen in order} if status == "done" else _seen(said)
    place = open_screen(order, seen, wanted)
    return ScreenPage(
        attempt=attempt,
        status=status,
        screen=order[place],
        number=place + 1,
        count=len(order),
        before=order[place - 1].name if place else None,
        after=order[place + 1].name if place + 1 < len(order) else None,
        found=found,
        answers=said,
        wrote=attempts.list_texts(uow, attempt_id),
        support=program.support,
    )


def keep(uow: UnitOfWork, me: Learner, attempt_id: UUID, name: str, said: Mapping[str, str]) -> str | None:
    """Keep what was said on a screen and return the next one's name; None when that was the last.

    Raises Conflict when earlier screens are still open, or the debrief is over; Unkept where words would be lost by that,
    or newer ones by these.
    """
    attempt = _ended(uow, me.id, attempt_id)
    uow.lock(f"debrief {attempt_id}")
    row = _find(uow, attempt_id)
    found = attempts.look_back(uow, attempt)
    order = screens(found)
    earlier = _answers(uow, attempt_id)
    _refuse_late(row, found, name, said, earlier)
    if row is None or row["status"] != "open":
        raise Conflict(N_("This debrief is over. What you wrote is kept."), fix=N_("You can read it again here."))
    place = open_screen(order, _seen(earlier), name)
    if order[place].name != name:
        raise Conflict(N_("There is something to look at before that."), fix=N_("Carry on from here."))
    if not _is_late(
        name, said, earlier
    ):  # else it holds nothing new: the same again, or nothing where something is now
        for field in fields(order[place], found):
            if field in said:
                _write(uow, attempt_id, field, said[field])
    _write(uow, attempt_id, f"seen:{name}", str(times_kept(earlier, name) + 1))
    if place + 1 < len(order):
        return order[place + 1].name
    _settle(uow, me, attempt, status="done", reason="", began_at=row["began_at"])
    return None


def draft(uow: UnitOfWork, me: Learner, attempt_id: UUID, name: str, said: Mapping[str, str]) -> None:
    """Keep what is being written on a screen, without going on.

    Raises Unkept for what would replace something newer: a draft that was on its way while its screen was gone on from,
    or one of another window.
    """
    attempt = _ended(uow, me.id, attempt_id)
    found = attempts.look_back(uow, attempt)
    screen = next((each for each in screens(found) if each.name == name), None)
    uow.lock(f"debrief {attempt_id}")
    row = _find(uow, attempt_id)
    earlier = _answers(uow, attempt_id)
    _refuse_late(row, found, name, said, earlier)
    if row is not None and row["status"] == "open" and screen is not None and not _is_late(name, said, earlier):
        for field in fields(screen, found):
            if field in said:
                _write(uow, attempt_id, field, said[field])


def _is_late(name: str, said: Mapping[str, str], earlier: Mapping[str, str]) -> bool:
    """Tell whether a screen was gone on from since it was shown: it carries in `kept` how often it had been until then."""
    now = str(times_kept(earlier, name))
    return said.get("kept", now) != now


def _refuse_late(row: Any, found: Debrief, name: str, said: Mapping[str, str], earlier: Mapping[str, str]) -> None:
    screen = next((each for each in screens(found) if each.name == name), None)
    if screen is None or not is_new(said, earlier, fields(screen, found)):
        return
    if row is not None and row["status"] != "open":
        raise Unkept(
            N_("This debrief is over, so what you wrote now is not kept."),
            fix=N_("Copy it if you want to have it. What you wrote before is under My record."),
        )
    if _is_late(name, said, earlier):
        raise Unkept(
            N_("You went on from here in another window, and what you wrote there is kept."),
            fix=N_("Copy what you wrote here, open the debrief again, and add what is missing."),
        )


def skip(uow: UnitOfWork, me: Learner, attempt_id: UUID, reason: str) -> None:
    """Leave the debrief out, on purpose; the reason stays with the learner."""
    attempt = _ended(uow, me.id, attempt_id)
    begin(uow, me, attempt_id)
    row = _find(uow, attempt_id)
    if row is not None and row["status"] == "open":
        _settle(uow, me, attempt, status="skipped", reason=reason, began_at=row["began_at"])


def list_looked(uow: UnitOfWork, person_id: UUID) -> tuple[Looked, ...]:
    """Return all of one's own debriefs with everything written in them."""
    rows = uow.connection.execute(
        select(debriefs).where(debriefs.c.person_id == person_id).order_by(debriefs.c.began_at),
    ).all()
    return tuple(
        Looked(
            row.attempt_id,
            row.status,
            row.began_at,
            row.ended_at,
            row.reason or "",
            {field: body for field, body in _answers(uow, row.attempt_id).items() if not field.startswith("seen:")},
        )
        for row in rows
    )


def list_open(uow: UnitOfWork, person_id: UUID) -> tuple[tuple[Attempt, datetime], ...]:
    """Return the runs whose debrief the person began and left, and since when; the latest first, five at most."""
    rows = uow.connection.execute(
        select(debriefs.c.attempt_id, debriefs.c.began_at)
        .where(debriefs.c.person_id == person_id, debriefs.c.status == "open")
        .order_by(debriefs.c.began_at.desc())
        .limit(5),
    ).all()
    return tuple((attempts.get_attempt(uow, person_id, row.attempt_id), row.began_at) for row in rows)


def forget(uow: UnitOfWork, happened: PersonErased) -> None:
    """Drop every word that an erased person has written in looking back; that they did look back stays (D3)."""
    own = select(debriefs.c.attempt_id).where(debriefs.c.person_id == happened.person_id)
    dropped = uow.connection.execute(delete(answers).where(answers.c.attempt_id.in_(own)))
    uow.connection.execute(update(debriefs).where(debriefs.c.person_id == happened.person_id).values(reason=None))
    happened.count(N_("answers given in looking back"), dropped.rowcount)


def own_data(uow: UnitOfWork, person_id: UUID) -> list[dict[str, Any]]:
    """Return all of one's own debriefs as JSON values, for the person alone."""
    return [
        {
            "attempt": str(each.attempt_id),
            "status": each.status,
            "began_at": each.began_at.isoformat(),
            "ended_at": None if each.ended_at is None else each.ended_at.isoformat(),
            "reason": each.reason,
            "answers": each.answers,
        }
        for each in list_looked(uow, person_id)
    ]


def _minutes(uow: UnitOfWork, attempt_id: UUID, began_at: datetime) -> int:
    """Return the minutes spent looking back; a long pause between two screens counts as a short one."""
    times = uow.connection.scalars(select(answers.c.at).where(answers.c.attempt_id == attempt_id))
    return minutes_spent(sorted([began_at, *times, uow.now]))


def _settle(uow: UnitOfWork, me: Learner, attempt: Attempt, *, status: str, reason: str, began_at: datetime) -> None:
    changed = uow.connection.execute(
        update(debriefs)
        .where(debriefs.c.attempt_id == attempt.id, debriefs.c.status == "open")
        .values(status=status, ended_at=uow.now, reason=reason),
    )
    if changed.rowcount != 1:
        return
    if status == "done":
        told = statements.debriefed(
            attempt,
            Names(uow.address),
            me.token,
            minutes=_minutes(uow, attempt.id, began_at),
            at=uow.now,
            new_id=uow.ids.uuid(),
        )
        tracking.record(uow, [told], private=attempt.is_practice)
    if not attempt.is_practice and attempt.activity_id is not None:
        enrolment.achieve(
            uow,
            attempt.registration,
            attempt.activity_id,
            Achieved(debriefed=True),
            token=me.token,
            version=attempt.version,
        )
    uow.publish(DebriefSettled(attempt))


def _ended(uow: UnitOfWork, person_id: UUID, attempt_id: UUID) -> Attempt:
    attempt = attempts.get_attempt(uow, person_id, attempt_id)
    if attempt.kind != "scenario" or attempt.status != "ended":
        raise Conflict(N_("The debrief opens when the story has ended."), fix=N_("Play it to its end first."))
    return attempt


def _find(uow: UnitOfWork, attempt_id: UUID) -> Any:
    return uow.connection.execute(select(debriefs).where(debriefs.c.attempt_id == attempt_id)).mappings().one_or_none()


def _answers(uow: UnitOfWork, attempt_id: UUID) -> dict[str, str]:
    rows = uow.connection.execute(select(answers.c.field, answers.c.body).where(answers.c.attempt_id == attempt_id))
    return {row.field: row.body for row in rows}


def _seen(said: Mapping[str, str]) -> frozenset[str]:
    return frozenset(field.removeprefix("seen:") for field in said if field.startswith("seen:"))


def _write(uow: UnitOfWork, attempt_id: UUID, field: str, body: str) -> None:
    key = (answers.c.attempt_id == attempt_id) & (answers.c.field == field)
    changed = uow.connection.execute(update(answers).where(key).values(body=body, at=uow.now))
    if changed.rowcount == 0:
        uow.connection.execute(insert(answers).values(attempt_id=attempt_id, field=field, body=body, at=uow.now))
