"""The use cases of attempts: start, begin, decide, show. The module's docstring has the states and invariants.

The hot path is `decide`: one SELECT, the engine's step in memory, one conditional UPDATE, the events, the statements.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from lms.base.store.prepared import Prepared
from lms.base.store.work import UnitOfWork
from lms.engine.course.api import Quiz, ScenarioActivity, turn
from lms.engine.scenario.api import (
    Action,
    Event,
    Outcome,
    Program,
    Refused,
    TextWritten,
    TimeOut,
    act,
    offered,
    outcome,
    start,
)
from lms.engine.xapi.build import Fact, Statement
from lms.engine.xapi.names import Names
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.words import N_
from lms.learning.attempts import lookup_service as lookup
from lms.learning.attempts import statements
from lms.learning.attempts.model import (
    ActivityPage,
    Attempt,
    AttemptFinished,
    EndingPage,
    Prebrief,
    ScenePage,
    SummaryPage,
    is_time_over,
)
from lms.learning.attempts.tables import attempts_attempt as attempts
from lms.learning.attempts.tables import attempts_event as events
from lms.learning.attempts.tables import attempts_text as texts
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import Achieved
from lms.learning.library import service as library
from lms.learning.people.model import Learner
from lms.records.tracking import service as tracking

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
    open_try = lookup.find_open(uow, me.id, course_id, activity_id)
    if open_try is not None:
        return open_try
    if not row.is_open:
        raise Conflict(N_("This part opens when the earlier parts are done."), fix=N_("Go back to the course."))
    tries = lookup.list_tries(uow, me.id, course_id, activity_id)
    now = turn(row.activity, lookup.ends(tries), uow.now)
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
    known = lookup.find_open(uow, me.id, course_id, activity_id, item_id)
    if known is not None:
        return known
    number = 1 + (
        uow.connection.scalar(
            select(func.count()).select_from(attempts).where(*lookup.same(me.id, course_id, activity_id, item_id)),
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
    attempt = lookup.get_attempt(uow, me.id, attempt_id)
    if attempt.status != "prebrief" or attempt.kind != "scenario":
        return attempt
    card = library.find_card(uow, "scenario", attempt.item_id)
    version = attempt.version if card is None else card.version  # a prebrief left open may have grown old
    program = library.program(uow, version)
    step = start(program, attempt.seed)
    if not move(uow, attempt, {"status": "open", "started_at": uow.now, "version": version, "state": step.state}):
        return lookup.get_attempt(uow, me.id, attempt_id)
    attempt = lookup.get_attempt(uow, me.id, attempt_id)
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
    attempt = lookup.get_attempt(uow, me.id, attempt_id)
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
    ended = lookup.get_attempt(uow, me.id, attempt_id)
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


def get_run_page(
    uow: UnitOfWork, attempt: Attempt, language: str = ""
) -> Prebrief | ScenePage | EndingPage | SummaryPage:
    """Return the page of a scenario's attempt: where it stands, in the learner's language as far as it is told in it."""
    program, attempt = lookup.tell(uow, attempt, language)
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


def get_summary(uow: UnitOfWork, attempt: Attempt, language: str = "") -> SummaryPage:
    """Return what happens in the scenario, to read instead. Raises NotFound for a quiz, or where its author wrote none."""
    if attempt.kind != "scenario":
        raise NotFound(N_("This has no summary to read."), fix=N_("Go back to it."))
    program, attempt = lookup.tell(uow, attempt, language)
    if not program.summary_route:
        raise NotFound(N_("This scenario has no summary to read."), fix=N_("Go back to it."))
    return SummaryPage(
        attempt, program.language, program.summary_route, counts=_summary_counts(uow, attempt), support=program.support
    )


def read_summary(uow: UnitOfWork, me: Learner, attempt_id: UUID) -> Attempt:
    """End an open run by reading instead of playing; it counts where the course says so, as what it is."""
    attempt = lookup.get_attempt(uow, me.id, attempt_id)
    if not attempt.is_open or attempt.kind != "scenario":
        return attempt
    if (
        move(uow, attempt, {"status": "summary", "ended_at": uow.now})
        and attempt.course_id
        and _summary_counts(uow, attempt)
    ):
        enrolment.read_summary(uow, me, attempt.course_id, attempt.item_id, attempt.version)
    return lookup.get_attempt(uow, me.id, attempt_id)


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
    tries = lookup.list_tries(uow, person_id, course_id, activity_id)
    return ActivityPage(
        course_id=course_id,
        course_title=page.course.title,
        row=row,
        tries=tries,
        turn=turn(row.activity, lookup.ends(tries), uow.now),
        open_id=next((each.id for each in tries if each.status in {"prebrief", "open"}), None),
    )
