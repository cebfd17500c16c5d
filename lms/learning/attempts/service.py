"""The use cases of attempts: start, begin, decide, answer, show. The module's docstring has the states and invariants.

The hot path is `decide`: one SELECT, the engine's step in memory, one conditional UPDATE, the events, the statements.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update

from lms.base.store.prepared import Prepared
from lms.base.store.work import UnitOfWork
from lms.engine.course.api import Quiz, ScenarioActivity, turn
from lms.engine.scenario.api import (
    Action,
    Debrief,
    Event,
    Outcome,
    Program,
    Refused,
    TextWritten,
    TimeOut,
    act,
    debrief,
    event_from_json,
    offered,
    outcome,
    start,
)
from lms.engine.scenario.program.wording import marked
from lms.engine.xapi.build import Fact, Statement
from lms.engine.xapi.names import Names
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.words import N_
from lms.learning.attempts import statements
from lms.learning.attempts.model import (
    ActivityPage,
    Attempt,
    AttemptFinished,
    EndingPage,
    OpenAttempt,
    Prebrief,
    ScenePage,
    SummaryPage,
    Try,
    is_time_over,
)
from lms.learning.attempts.tables import attempts_attempt as attempts
from lms.learning.attempts.tables import attempts_event as events
from lms.learning.attempts.tables import attempts_text as texts
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import Achieved
from lms.learning.library import service as library
from lms.learning.people.model import Learner, PersonErased
from lms.records.tracking import service as tracking

_ATTEMPT = select(*(attempts.c[each.name] for each in fields(Attempt)))
_OWN = Prepared(_ATTEMPT.where(attempts.c.id == bindparam("attempt"), attempts.c.person_id == bindparam("person")))
_STILL_THERE = update(attempts).where(
    attempts.c.id == bindparam("attempt"),
    attempts.c.step == bindparam("at_step"),
    attempts.c.status == bindparam("in_status"),
)
_STEPPED = {"step", "state", "progress", "minutes_left"}
_STEP = Prepared(_STILL_THERE, "moved_at", *_STEPPED)
_KEEP_EVENT = Prepared(insert(events), "attempt_id", "seq", "at", "body")

# --- starting -------------------------------------------------------------------------------------------------------


def start_practice(uow: UnitOfWork, me: Learner, scenario_id: str) -> Attempt:
    """Start a practice run, or return to the one that is open."""
    card = library.get_offered(uow, "scenario", scenario_id)
    return _start(
        uow,
        me,
        kind="scenario",
        item_id=card.id,
        version=card.version,
        title=card.title,
        registration=None,
        course=None,
    )


def start_activity(uow: UnitOfWork, me: Learner, course_id: str, activity_id: str) -> Attempt:
    """Start a try at a quiz or scenario of a course, or return to the one that is open.

    Raises NotFound off the course, Conflict while the activity is locked, spent or has to wait.
    """
    page = enrolment.get_course_page(uow, me.id, course_id)
    row = page.outline.row(activity_id)
    if page.registration is None or row is None or not isinstance(row.activity, Quiz | ScenarioActivity):
        raise NotFound(
            N_("This is not part of a course that you are on."), fix=N_("Open the course from the catalogue.")
        )
    open_try = _find_open(uow, me.id, course_id, activity_id)
    if open_try is not None:
        return open_try
    if not row.is_open:
        raise Conflict(N_("This part opens when the earlier parts are done."), fix=N_("Go back to the course."))
    tries = list_tries(uow, me.id, course_id, activity_id)
    now = turn(row.activity, ends(tries), uow.now)
    if not now.allowed:
        raise Conflict(
            N_("All tries have been used.") if now.at is None else N_("The next try is not open yet."),
            why=N_("The course says how often and how soon a try may be repeated."),
            fix=N_("Talk to your trainer.") if now.at is None else N_("Have a break and come back later."),
        )
    if isinstance(row.activity, Quiz):
        kind, item, version = "quiz", course_id, page.card.version
    else:
        kind, item = "scenario", activity_id
        version = library.get_card(uow, "scenario", activity_id).version
    return _start(
        uow,
        me,
        kind=kind,
        item_id=item,
        version=version,
        title=row.activity.title,
        registration=page.registration.id,
        course=(course_id, activity_id),
    )


def _start(
    uow: UnitOfWork,
    me: Learner,
    *,
    kind: str,
    item_id: str,
    version: str,
    title: str,
    registration: UUID | None,
    course: tuple[str, str] | None,
) -> Attempt:
    uow.lock(f"attempt {me.id}")
    course_id, activity_id = course or (None, None)
    known = _find_open(uow, me.id, course_id, activity_id, item_id)
    if known is not None:
        return known
    number = 1 + (
        uow.connection.scalar(
            select(func.count()).select_from(attempts).where(*_same(me.id, course_id, activity_id, item_id)),
        )
        or 0
    )
    seed = uow.ids.token()
    if kind == "quiz":
        state: Any = {}
        minutes_left = 0
    else:
        program = library.program(uow, version)
        state = start(program, seed).state
        minutes_left = offered(program, state).minutes_left
    values = {
        "id": uow.ids.uuid(),
        "person_id": me.id,
        "registration": registration or uow.ids.uuid(),
        "kind": kind,
        "course_id": course_id,
        "activity_id": activity_id,
        "item_id": item_id,
        "title": title,
        "version": version,
        "is_practice": course is None,
        "number": number,
        "status": "prebrief",
        "step": 0,
        "seed": seed,
        "state": state,
        "progress": 0.0,
        "minutes_left": minutes_left,
        "started_at": uow.now,
        "moved_at": uow.now,
        "ended_at": None,
        "ending": None,
        "success": None,
        "score": None,
    }
    uow.connection.execute(insert(attempts).values(values))
    return Attempt(**values)


def begin(uow: UnitOfWork, me: Learner, attempt_id: UUID) -> Attempt:
    """Leave the prebrief of a scenario for its first scene; beginning twice changes nothing."""
    attempt = get_attempt(uow, me.id, attempt_id)
    if attempt.status != "prebrief" or attempt.kind != "scenario":
        return attempt
    card = library.find_card(uow, "scenario", attempt.item_id)
    version = attempt.version if card is None else card.version  # a prebrief left open may have grown old
    program = library.program(uow, version)
    step = start(program, attempt.seed)
    if not move(uow, attempt, {"status": "open", "started_at": uow.now, "version": version, "state": step.state}):
        return get_attempt(uow, me.id, attempt_id)
    attempt = get_attempt(uow, me.id, attempt_id)
    make = facts(uow, me, attempt)
    told = [*statements.begun(attempt, make), *statements.stepped(program, step.events, make, took=None)]
    _keep_events(uow, attempt, 0, step.events)
    record(uow, attempt, told)
    return attempt


# --- a decision -----------------------------------------------------------------------------------------------------


def decide(uow: UnitOfWork, me: Learner, attempt_id: UUID, step: int, action: Action) -> Attempt | None:
    """Apply `action` as step number `step` of the learner's own open run; return the attempt if it has ended by it.

    Raises NotFound for anybody else's, Conflict for a stale step, a run that has ended, or what was not offered.
    """
    attempt = get_attempt(uow, me.id, attempt_id)
    if attempt.kind != "scenario" or attempt.status != "open":
        raise Conflict(N_("This run is not waiting for a decision."), fix=N_("Here is where it stands."))
    if attempt.step != step:
        raise Conflict(
            N_("That scene is already behind you. Your earlier choice is kept."), fix=N_("Carry on from here.")
        )
    program = library.program(uow, attempt.version)
    if isinstance(action, TimeOut):
        _refuse_early(program, attempt, uow.now)
    taken = act(program, attempt.state, action)
    if isinstance(taken, Refused):
        raise Conflict(_refusal(taken), fix=N_("Nothing was changed. Choose from what is on the page."))
    shown = offered(program, taken.state)
    is_end = shown.ending is not None
    values: dict[str, Any] = {
        "step": step + 1,
        "state": taken.state,
        "progress": shown.progress / 100,
        "minutes_left": shown.minutes_left,
    }
    result: Outcome | None = None
    if is_end:
        result = outcome(program, taken.state)
        values |= {"status": "ended", "ended_at": uow.now, "ending": result.ending, "success": result.success}
    make = facts(uow, me, attempt)
    took = uow.now - attempt.moved_at if uow.now >= attempt.moved_at else None
    told = list(statements.stepped(program, taken.events, make, took=took))
    prepared = tracking.prepare(uow, told, private=attempt.is_practice)  # before the first write: others wait from then
    if not move(uow, attempt, values):
        raise Conflict(
            N_("That scene is already behind you. Your earlier choice is kept."), fix=N_("Carry on from here.")
        )
    tracking.keep(uow, prepared)
    _keep_events(uow, attempt, step + 1, taken.events)
    if result is None:
        return None
    ended = get_attempt(uow, me.id, attempt_id)
    says = {each.id: each.says for each in program.competencies}
    record(uow, attempt, list(statements.ended(ended, result, make, says=says)))
    finish(uow, me, ended)
    return ended


def _refuse_early(program: Program, attempt: Attempt, now: datetime) -> None:
    limit = offered(program, attempt.state).time_limit
    if not is_time_over(limit, attempt.timing, now - attempt.moved_at):
        raise Conflict(N_("The time is not over here."), fix=N_("Nothing was changed. Take the time you need."))


_REFUSALS = {
    "ended": N_("This run has ended."),
    "unknown-choice": N_("That choice is not part of this scene."),
    "closed-choice": N_("That choice is not open to you here."),
    "unknown-option": N_("That is not one of the sentences on this page."),
    "too-few": N_("A little more is needed here: choose as many as the page asks for."),
    "too-many": N_("That is more than the page asks for: leave some out."),
    "unknown-item": N_("That is not one of the lines on this page."),
    "item-twice": N_("One line is there twice: give each one place."),
    "unknown-sureness": N_("Say how sure you are with one of the words on the page."),
    "nothing-written": N_("Write a few words first."),
    "too-long": N_("That is longer than can be kept: shorten it a little."),
    "no-time-limit": N_("No time limit runs here."),
    "wrong-action": N_("This scene waits for something else."),
}


def _refusal(refused: Refused) -> str:
    return _REFUSALS[refused.reason]


# --- what quizzes share ---------------------------------------------------------------------------------------------


def move(uow: UnitOfWork, attempt: Attempt, values: dict[str, Any]) -> bool:
    """Change the attempt if nobody else has moved it meanwhile; tell whether it was changed (A3)."""
    given = {"attempt": attempt.id, "at_step": attempt.step, "in_status": attempt.status, "moved_at": uow.now, **values}
    if values.keys() == _STEPPED:
        return _STEP.run(uow, given) == 1
    return uow.connection.execute(_STILL_THERE, given).rowcount == 1


def finish(uow: UnitOfWork, me: Learner, attempt: Attempt) -> None:
    """Let the course know what a counted try has achieved, then tell everyone who listens."""
    if not attempt.is_practice and attempt.success and attempt.activity_id is not None:
        enrolment.achieve(
            uow,
            attempt.registration,
            attempt.activity_id,
            Achieved(passed=True, score=attempt.score),
            token=me.token,
            version=attempt.version,
        )
    uow.publish(AttemptFinished(attempt))


def facts(uow: UnitOfWork, me: Learner, attempt: Attempt) -> Callable[[], Fact]:
    """Return a maker of facts about this attempt, now."""
    names = Names(uow.address)
    return lambda: statements.fact(attempt, names, me.token, uow.now, uow.ids.uuid)


def record(uow: UnitOfWork, attempt: Attempt, told: list[Statement]) -> None:
    """Record statements; those of a practice run stay with the learner (A4)."""
    tracking.record(uow, told, private=attempt.is_practice)


def _keep_events(uow: UnitOfWork, attempt: Attempt, step: int, happened: tuple[Event, ...]) -> None:
    rows = []
    for place, event in enumerate(happened):
        kept = event
        if isinstance(event, TextWritten):
            kept = event.without_text()
            if event.text:
                _keep_text(uow, attempt.id, event.field, event.text)
        rows.append({"attempt_id": attempt.id, "seq": step * 1000 + place, "at": uow.now, "body": kept.to_json()})
    _KEEP_EVENT.run_all(uow, rows)


def _keep_text(uow: UnitOfWork, attempt_id: UUID, field: str, body: str) -> None:
    key = (texts.c.attempt_id == attempt_id) & (texts.c.field == field)
    changed = uow.connection.execute(update(texts).where(key).values(body=body, at=uow.now))
    if changed.rowcount == 0:
        uow.connection.execute(insert(texts).values(attempt_id=attempt_id, field=field, body=body, at=uow.now))


# --- showing --------------------------------------------------------------------------------------------------------


def get_attempt(uow: UnitOfWork, person_id: UUID, attempt_id: UUID) -> Attempt:
    """Return one's own attempt. Raises NotFound for anybody else's, so that its existence is not revealed."""
    row = _OWN.first(uow, attempt=attempt_id, person=person_id)
    if row is None:
        raise NotFound(N_("There is no such run among yours."), fix=N_("Start again from home."))
    return Attempt(*row)


def get_run_page(
    uow: UnitOfWork, attempt: Attempt, language: str = ""
) -> Prebrief | ScenePage | EndingPage | SummaryPage:
    """Return the page of a scenario's attempt: where it stands, in the learner's language as far as it is told in it."""
    program, attempt = tell(uow, attempt, language)
    if attempt.status == "prebrief":
        return Prebrief(
            attempt=attempt,
            language=program.language,
            minutes=(program.minutes.low, program.minutes.high),
            objectives=tuple(each.says for each in program.objectives),
            markdown=program.prebrief,
            content_note=program.content_note,
            has_summary=bool(program.summary_route),
            is_reviewed=program.reviewed is not None,
            summary_counts=_summary_counts(uow, attempt),
            support=program.support,
            timing=_timing(program),
        )
    if attempt.status == "summary":
        return get_summary(uow, attempt, language)
    scene = offered(program, attempt.state)
    page = ScenePage if scene.ending is None else EndingPage
    return page(attempt, program.language, scene, program.support)


def _timing(program: Program) -> str:
    return (program.timing or "offered") if any(scene.timeout for scene in program.scenes) else ""


def tell(uow: UnitOfWork, attempt: Attempt, language: str) -> tuple[Program, Attempt]:
    """Return the Program of an attempt as it is told in a language, and the attempt with its title in it."""
    found = library.told_program(uow, attempt.version, language, attempt.course_id)
    own = library.program(uow, attempt.version)
    is_its_own = found is not own and attempt.title == own.title
    return found, replace(attempt, title=found.title) if is_its_own else attempt


def get_summary(uow: UnitOfWork, attempt: Attempt, language: str = "") -> SummaryPage:
    """Return what happens in the scenario, to read instead. Raises NotFound for a quiz, or where its author wrote none."""
    if attempt.kind != "scenario":
        raise NotFound(N_("This has no summary to read."), fix=N_("Go back to it."))
    program, attempt = tell(uow, attempt, language)
    if not program.summary_route:
        raise NotFound(N_("This scenario has no summary to read."), fix=N_("Go back to it."))
    return SummaryPage(
        attempt, program.language, program.summary_route, counts=_summary_counts(uow, attempt), support=program.support
    )


def read_summary(uow: UnitOfWork, me: Learner, attempt_id: UUID) -> Attempt:
    """End an open run by reading instead of playing; it counts where the course says so, as what it is."""
    attempt = get_attempt(uow, me.id, attempt_id)
    if not attempt.is_open or attempt.kind != "scenario":
        return attempt
    if (
        move(uow, attempt, {"status": "summary", "ended_at": uow.now})
        and attempt.course_id
        and _summary_counts(uow, attempt)
    ):
        enrolment.read_summary(uow, me, attempt.course_id, attempt.item_id, attempt.version)
    return get_attempt(uow, me.id, attempt_id)


def _summary_counts(uow: UnitOfWork, attempt: Attempt) -> bool:
    if attempt.course_id is None or attempt.activity_id is None:
        return False
    activity = enrolment.get_course(uow, attempt.course_id).find_scenario(attempt.activity_id)
    return activity is not None and activity.summary_credit


def get_activity_page(uow: UnitOfWork, person_id: UUID, course_id: str, activity_id: str) -> ActivityPage:
    """Return a quiz or scenario of a course that the person is on. Raises NotFound."""
    page = enrolment.get_course_page(uow, person_id, course_id)
    row = page.outline.row(activity_id)
    if page.registration is None or row is None or not isinstance(row.activity, Quiz | ScenarioActivity):
        raise NotFound(
            N_("This is not part of a course that you are on."), fix=N_("Open the course from the catalogue.")
        )
    tries = list_tries(uow, person_id, course_id, activity_id)
    return ActivityPage(
        course_id=course_id,
        course_title=page.course.title,
        row=row,
        tries=tries,
        turn=turn(row.activity, ends(tries), uow.now),
        open_id=next((each.id for each in tries if each.status in {"prebrief", "open"}), None),
    )


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


def forget(uow: UnitOfWork, happened: PersonErased) -> None:
    """Drop every text that an erased person has written in a scene."""
    own = select(attempts.c.id).where(attempts.c.person_id == happened.person_id)
    dropped = uow.connection.execute(delete(texts).where(texts.c.attempt_id.in_(own)))
    happened.count(N_("texts written in simulations"), dropped.rowcount)


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


def look_back(uow: UnitOfWork, attempt: Attempt, language: str = "") -> Debrief:
    """Return what the engine finds in a run: path, turning points, bands, critical actions; in a language, or the story's."""
    found = [event_from_json(body) for body in list_events(uow, attempt.id)]
    program = library.told_program(uow, attempt.version, language, attempt.course_id)
    return debrief(marked(program, language) if language else program, attempt.seed, found)


def count_assessed(uow: UnitOfWork) -> dict[tuple[str, str], int]:
    """Return how many counted tries each (kind, item) has; practice does not exist here (A4)."""
    rows = uow.connection.execute(
        select(attempts.c.kind, attempts.c.item_id, func.count())
        .where(attempts.c.is_practice.is_(False))
        .group_by(attempts.c.kind, attempts.c.item_id),
    )
    return {(kind, item): count for kind, item, count in rows}


def _same(person_id: UUID, course_id: str | None, activity_id: str | None, item_id: str) -> tuple[Any, ...]:
    if course_id is None:
        return attempts.c.person_id == person_id, attempts.c.course_id.is_(None), attempts.c.item_id == item_id
    return (
        attempts.c.person_id == person_id,
        attempts.c.course_id == course_id,
        attempts.c.activity_id == activity_id,
    )


def _find_open(
    uow: UnitOfWork, person_id: UUID, course_id: str | None, activity_id: str | None, item_id: str = ""
) -> Attempt | None:
    row = uow.connection.execute(
        _ATTEMPT.where(
            *_same(person_id, course_id, activity_id, item_id),
            attempts.c.status.in_(("prebrief", "open")),
        )
        .order_by(attempts.c.started_at.desc())
        .limit(1),
    ).one_or_none()
    return None if row is None else Attempt(*row)
