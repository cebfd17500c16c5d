"""The facts of attempts as xAPI statements. Pure.

A run in a course or in practice tells: launched, initialized · arrived (each scene) · responded (each decision) ·
answered (each question, each order) · passed or failed, completed. A quiz tells: launched, initialized · answered (each
question) · passed or failed, completed. What somebody wrote is never in one (A5).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from lms.engine.course.api import Question
from lms.engine.scenario.api import (
    ChoiceTaken,
    Event,
    ItemsOrdered,
    OptionsSelected,
    Program,
    QuestionAnswered,
    SceneArrived,
    TextWritten,
    TimedOut,
)
from lms.engine.scenario.api import Outcome as RunOutcome
from lms.engine.scenario.program.program import Scene
from lms.engine.xapi import build
from lms.engine.xapi.build import Activity, Fact, Option, Statement
from lms.engine.xapi.names import Names
from lms.learning.attempts.model import Attempt

NO_ANSWER = "No answer in time"
"""What letting time run out is called where its author gives it no name."""

NewId = Callable[[], UUID]
CONFIDENCE: dict[str, float | None] = {"": None, "guess": 0.0, "fairly": 0.5, "certain": 1.0}
"""How sure somebody was, as a share; None where nobody asked, or nothing was said."""


def fact(attempt: Attempt, names: Names, token: str, at: datetime, new_id: NewId) -> Fact:
    """Return what all statements of this attempt share, with an id of its own."""
    return Fact(
        names=names,
        id=new_id(),
        at=at,
        actor=token,
        registration=attempt.registration,
        content=attempt.version,
        attempt=attempt.id,
        course=attempt.course_id,
    )


def activity(attempt: Attempt, names: Names) -> Activity:
    """Return the activity that the attempt is a try at."""
    if attempt.kind == "quiz":
        return build.quiz(names, attempt.item_id, attempt.activity_id or "", attempt.title)
    return build.scenario(names, attempt.item_id, attempt.title)


def begun(attempt: Attempt, make: Callable[[], Fact]) -> Iterator[Statement]:
    """Tell that an attempt was launched and begun."""
    what = activity(attempt, make().names)
    yield build.launched(make(), what)
    yield build.initialized(make(), what)


def stepped(
    program: Program,
    events: Iterable[Event],
    make: Callable[[], Fact],
    *,
    took: timedelta | None,
) -> Iterator[Statement]:
    """Tell what one step of a run was: what was decided, and where it led."""
    for event in events:
        match event:
            case SceneArrived():
                yield build.arrived(
                    make(),
                    scenario=program.id,
                    scene=event.scene,
                    title=_scene(program, event.scene).title,
                    clock=_clock(event.clock),
                )
            case ChoiceTaken():
                yield _decision(program, event, (event.choice,), made=make(), took=took)
            case OptionsSelected():
                yield _decision(program, event, event.options, made=make(), took=took)
            case TimedOut():
                yield _decision(
                    program, event, (event.choice,), made=make(), took=None
                )  # how long is the learner's own
            case QuestionAnswered() | ItemsOrdered():
                yield _response(program, event, made=make(), took=took)
            case TextWritten() if event.length:
                yield build.wrote(
                    make(),
                    scenario=program.id,
                    scene=event.scene,
                    ask=_ask(program, event.scene, event.field),
                    duration=took,
                )
            case _:
                pass


def ended(
    attempt: Attempt,
    outcome: RunOutcome,
    make: Callable[[], Fact],
    *,
    says: dict[str, str],
) -> Iterator[Statement]:
    """Tell how a run ended: passed or failed, and completed; `says` names the competencies."""
    what = activity(attempt, make().names)
    result = build.Outcome(
        duration=_positive(attempt.started_at, attempt.ended_at),
        ending=outcome.ending,
        bands=tuple((each.id, each.band) for each in outcome.scores if each.band and each.id in says),
        missed=tuple(each.id for each in outcome.musts if not each.kept),
    )
    yield build.passed(make(), what, result) if outcome.success else build.failed(make(), what, result)
    yield build.completed(make(), what, build.Outcome(duration=result.duration))


def answered(
    attempt: Attempt,
    question: Question,
    response: Sequence[str],
    make: Callable[[], Fact],
    *,
    is_right: bool,
    took: timedelta | None,
) -> Statement:
    """Tell how one question was answered."""
    return build.answered(
        make(),
        course=attempt.item_id,
        quiz=attempt.activity_id or "",
        question=question.id,
        prompt=question.ask,
        options=tuple(Option(each.id, each.text) for each in question.options),
        correct=tuple(each.id for each in question.options if each.right),
        response=tuple(response),
        success=is_right,
        duration=took,
    )


def judged(
    attempt: Attempt,
    make: Callable[[], Fact],
    *,
    score: float,
    success: bool,
    mastery: float,
    missed: tuple[str, ...],
) -> Iterator[Statement]:
    """Tell how a quiz went."""
    what = activity(attempt, make().names)
    took = _positive(attempt.started_at, attempt.ended_at)
    result = build.Outcome(scaled=score, mastery=mastery, duration=took, missed=missed)
    yield build.passed(make(), what, result) if success else build.failed(make(), what, result)
    yield build.completed(make(), what, build.Outcome(duration=took))


def _positive(start: datetime, end: datetime | None) -> timedelta | None:
    return end - start if end is not None and end >= start else None


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _decision(
    program: Program,
    event: ChoiceTaken | OptionsSelected | TimedOut,
    chosen: tuple[str, ...],
    *,
    made: Fact,
    took: timedelta | None,
) -> Statement:
    ask, options, expert = _question(program, event.scene, chosen[0] if chosen else "")
    return build.decision(
        made,
        scenario=program.id,
        scene=event.scene,
        ask=ask,
        choices=options,
        chosen=chosen,
        offered=event.offered,
        expert=expert,
        duration=took,
        confidence=None if isinstance(event, TimedOut) else CONFIDENCE[event.sure],
        together=isinstance(event, OptionsSelected),
    )


def _response(
    program: Program, event: QuestionAnswered | ItemsOrdered, *, made: Fact, took: timedelta | None
) -> Statement:
    scene = _scene(program, event.scene)
    task = scene.question if isinstance(event, QuestionAnswered) else scene.order
    if task is None:
        raise ValueError(f"scene {scene.id} has no such task")
    return build.responded(
        made,
        scenario=program.id,
        scene=scene.id,
        prompt=task.ask or scene.title,
        options=tuple(Option(_own_id(item.id), item.label) for item in task.items),
        correct=tuple(map(_own_id, task.wanted)),
        response=tuple(map(_own_id, event.items)),
        offered=tuple(map(_own_id, event.offered)),
        success=event.result == "right",
        duration=took,
        confidence=CONFIDENCE[event.sure],
        in_order=isinstance(event, ItemsOrdered),
    )


def _own_id(item: str) -> str:
    """Return the id of an item as its author wrote it: in a bank, it stands without that of its question."""
    return item.rpartition(".")[2]


@lru_cache(maxsize=4096)
def _question(program: Program, scene_id: str, chosen: str) -> tuple[str, tuple[Option, ...], tuple[str, ...] | None]:
    """Return what a scene asks, all its answers, and the expert's: kept, because it depends on the program alone."""
    scene = _scene(program, scene_id)
    in_options = scene.options is not None and any(item.id == chosen for item in scene.options.items)
    timeout = (scene.timeout.choice,) if scene.timeout else ()
    items = scene.options.items if scene.options is not None and in_options else (*scene.choices, *timeout)
    ids = {item.id for item in items}
    expert = next((point.expert for point in program.points if ids & set(point.about)), None)
    ask = (scene.options.ask if scene.options is not None and in_options else scene.ask) or scene.title
    return ask, tuple(Option(item.id, item.label or NO_ANSWER) for item in items), expert


@lru_cache(maxsize=4096)
def _scene_index(program: Program) -> dict[str, int]:
    return {scene.id: place for place, scene in enumerate(program.scenes)}


def _scene(program: Program, scene_id: str) -> Scene:
    return program.scenes[_scene_index(program)[scene_id]]


def _ask(program: Program, scene_id: str, field: str) -> str:
    scene = _scene(program, scene_id)
    return scene.free_text.ask if scene.free_text is not None and scene.free_text.id == field else scene.title
