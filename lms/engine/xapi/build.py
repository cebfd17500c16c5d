"""Facts become xAPI statements. The only importer of `tincan`.

B1  the same arguments give the same statement; ids and times come in as arguments
B2  every statement passes `validate` and matches a template of `profile`
B3  no name, no mail address and nothing that a learner wrote is ever in a statement

tincan models and serialises the part of a statement that depends on content alone: verb, object, context activities.
That costs 0.1 ms and more, so each such part is prepared once and kept; a statement is then filled in for its person
and moment in a few microseconds. What is returned shares the prepared parts: read it, serialise it, never change it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import tincan

from lms.engine.xapi import vocabulary as v
from lms.engine.xapi.names import Names

Statement = dict[str, Any]
"""A statement as JSON values."""

_KEPT = 8192
"""How many prepared parts a process keeps: those of several hundred scenarios."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Who, when, under which registration, on which version of which content: what all statements share."""

    names: Names
    id: UUID
    at: datetime
    actor: str
    """The person's token."""
    registration: UUID
    content: str = ""
    """The content hash that the attempt is pinned to; empty where there is none."""
    attempt: UUID | None = None
    course: str | None = None
    """The course's id when this happens inside a course."""
    language: str = "en-GB"


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers: its id as its author wrote it, and its text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Anything that a statement can be about. Make one with `course`, `lesson`, `quiz` or `scenario`."""

    iri: str
    type: str
    title: str
    description: str = ""
    interaction: str = ""
    options: tuple[Option, ...] = ()
    correct: tuple[str, ...] | None = None
    """Response patterns; None where no answer is the right one."""


class _Around(NamedTuple):
    """The activities around the object: parent and grouping (empty where there is none), categories."""

    parent: str
    grouping: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, beyond its score."""

    scaled: float | None = None
    mastery: float | None = None
    duration: timedelta | None = None
    ending: str = ""
    bands: tuple[tuple[str, str], ...] = ()
    missed: tuple[str, ...] = ()


# ── activities ────────────────────────────────────────────────────────────────────────────────────────────────────


def course(names: Names, course: str, title: str) -> Activity:
    """Return the activity of a course."""
    return Activity(names.course(course), v.COURSE.iri, title)


def lesson(names: Names, course: str, lesson: str, title: str) -> Activity:
    """Return the activity of a lesson."""
    return Activity(names.lesson(course, lesson), v.LESSON.iri, title)


def quiz(names: Names, course: str, quiz: str, title: str) -> Activity:
    """Return the activity of a quiz."""
    return Activity(names.quiz(course, quiz), v.QUIZ.iri, title)


def scenario(names: Names, scenario: str, title: str) -> Activity:
    """Return the activity of a scenario."""
    return Activity(names.scenario(scenario), v.SIMULATION.iri, title)


# ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────


def launched(fact: Fact, activity: Activity) -> Statement:
    """State that a person opened an activity."""
    return _about(fact, v.LAUNCHED, activity)


def initialized(fact: Fact, activity: Activity) -> Statement:
    """State that a person began an attempt, or a course."""
    return _about(fact, v.INITIALIZED, activity)


def completed(fact: Fact, activity: Activity, outcome: Outcome = Outcome()) -> Statement:
    """State that a person did all that an activity asks for."""
    return _about(fact, v.COMPLETED, activity, {"completion": True, **_outcome(outcome)}, outcome)


def passed(fact: Fact, activity: Activity, outcome: Outcome = Outcome()) -> Statement:
    """State that a person met an activity's criterion."""
    return _about(fact, v.PASSED, activity, {"success": True, **_outcome(outcome)}, outcome)


def failed(fact: Fact, activity: Activity, outcome: Outcome = Outcome()) -> Statement:
    """State that a person did not meet an activity's criterion."""
    return _about(fact, v.FAILED, activity, {"success": False, **_outcome(outcome)}, outcome)


def arrived(fact: Fact, *, scenario: str, scene: str, title: str, clock: str | None = None) -> Statement:
    """State that a person came to a scene."""
    return _fill(
        fact,
        v.ARRIVED,
        Activity(fact.names.scene(scenario, scene), v.SCENE.iri, title),
        parent=fact.names.scenario(scenario),
        in_scenario=True,
        extensions={v.AT_SCENE.iri: scene, **_optional(v.CLOCK, clock)},
    )


def decision(
    fact: Fact,
    *,
    scenario: str,
    scene: str,
    ask: str,
    choices: Sequence[Option],
    chosen: Sequence[str],
    offered: Sequence[str] | None = None,
    expert: Sequence[str] | None = None,
    duration: timedelta | None = None,
    clock: str | None = None,
    confidence: float | None = None,
    together: bool = False,
) -> Statement:
    """State which of a scene's choices a person took; `together` where several options were selected together.

    `choices` are all of the scene's (so that the activity stays the same for everybody), `offered` the ids that were
    open to this person (None: all), `chosen` one id, or several where several may be selected together; `expert` the
    choice or set an expert would take (None: the author names none).
    """
    everything = tuple(choices)
    return _fill(
        fact,
        v.RESPONDED,
        Activity(
            (fact.names.selection if together else fact.names.decision)(scenario, scene),
            v.INTERACTION.iri,
            ask,
            interaction="choice",
            options=everything,
            correct=None if expert is None else (pattern(expert),),
        ),
        parent=fact.names.scenario(scenario),
        in_scenario=True,
        result={"response": pattern(chosen), **_duration(duration)},
        extensions={
            v.AT_SCENE.iri: scene,
            v.OFFERED.iri: [each.id for each in everything] if offered is None else list(offered),
            **_optional(v.CLOCK, clock),
            **_optional(v.CONFIDENCE, confidence),
        },
    )


def wrote(fact: Fact, *, scenario: str, scene: str, ask: str, duration: timedelta | None = None) -> Statement:
    """State that a person wrote something in a scene. What was written stays out of it (B3)."""
    return _fill(
        fact,
        v.RESPONDED,
        Activity(fact.names.text(scenario, scene), v.INTERACTION.iri, ask, interaction="long-fill-in"),
        parent=fact.names.scenario(scenario),
        in_scenario=True,
        result=_duration(duration),
        extensions={v.AT_SCENE.iri: scene},
    )


def answered(
    fact: Fact,
    *,
    course: str,
    quiz: str,
    question: str,
    prompt: str,
    options: Sequence[Option],
    correct: Sequence[str],
    response: Sequence[str],
    success: bool,
    duration: timedelta | None = None,
) -> Statement:
    """State how a person answered a question: one option's id, or several where several are right."""
    return _fill(
        fact,
        v.ANSWERED,
        Activity(
            fact.names.question(course, question),
            v.INTERACTION.iri,
            prompt,
            interaction="choice",
            options=tuple(options),
            correct=(pattern(correct),),
        ),
        parent=fact.names.quiz(course, quiz),
        result={"response": pattern(response), "success": success, **_duration(duration)},
        extensions={},
    )


def responded(
    fact: Fact,
    *,
    scenario: str,
    scene: str,
    prompt: str,
    options: Sequence[Option],
    correct: Sequence[str],
    response: Sequence[str],
    offered: Sequence[str],
    success: bool,
    duration: timedelta | None = None,
    clock: str | None = None,
    confidence: float | None = None,
    in_order: bool = False,
) -> Statement:
    """State how a person answered the question of a scene; `in_order` where its items were to be put in order."""
    return _fill(
        fact,
        v.ANSWERED,
        Activity(
            (fact.names.order if in_order else fact.names.asked)(scenario, scene),
            v.INTERACTION.iri,
            prompt,
            interaction="sequencing" if in_order else "choice",
            options=tuple(options),
            correct=(pattern(correct),),
        ),
        parent=fact.names.scenario(scenario),
        in_scenario=True,
        result={"response": pattern(response), "success": success, **_duration(duration)},
        extensions={
            v.AT_SCENE.iri: scene,
            v.OFFERED.iri: list(offered),
            **_optional(v.CLOCK, clock),
            **_optional(v.CONFIDENCE, confidence),
        },
    )


def debriefed(fact: Fact, activity: Activity, *, minutes: int) -> Statement:
    """State that a person went through the debrief of a run, and for how many minutes; nothing else of it."""
    return _about(fact, v.DEBRIEFED, activity, {"extensions": {v.MINUTES.iri: minutes}})


def earned(fact: Fact, *, certificate: str, title: str, valid_until: date | None = None) -> Statement:
    """State that a person was issued a certificate."""
    result = {} if valid_until is None else {"extensions": {v.VALID_UNTIL.iri: valid_until.isoformat()}}
    return _about(fact, v.EARNED, Activity(fact.names.certificate(certificate), v.CERTIFICATE.iri, title), result)


# ── forms of values ───────────────────────────────────────────────────────────────────────────────────────────────


def pattern(ids: Sequence[str]) -> str:
    """Return a response or response pattern of type choice (Data 2.4.4.1, Response Patterns)."""
    return "[,]".join(ids)


def timestamp(at: datetime) -> str:
    """Return an instant in UTC to the millisecond, which every LRS keeps (Data 4.5)."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def duration(length: timedelta) -> str:
    """Return a length of time in seconds, to the hundredth (Data 4.6); a clock that moved back gives none."""
    return f"PT{max(length.total_seconds(), 0):.2f}".rstrip("0").rstrip(".") + "S"


# ── filling in ────────────────────────────────────────────────────────────────────────────────────────────────────


def _about(
    fact: Fact, verb: v.Term, activity: Activity, result: Statement | None = None, outcome: Outcome | None = None
) -> Statement:
    inside = fact.course is not None and activity.type != v.COURSE.iri
    return _fill(
        fact,
        verb,
        activity,
        parent=fact.names.course(fact.course) if inside and fact.course else "",
        in_scenario=activity.type == v.SIMULATION.iri,
        result=result,
        extensions={} if outcome is None else _optional(v.MASTERY_SCORE, outcome.mastery),
    )


def _fill(
    fact: Fact,
    verb: v.Term,
    activity: Activity,
    *,
    parent: str,
    extensions: Mapping[str, Any],
    in_scenario: bool = False,
    result: Statement | None = None,
) -> Statement:
    """Complete the prepared parts with the person, the moment and what came of it."""
    grouping = fact.names.course(fact.course) if fact.course else ""
    categories = fact.names.scenario_categories if in_scenario else (fact.names.category,)
    around = _Around(parent, "" if grouping in {parent, activity.iri} else grouping, categories)
    prepared = _prepare(verb, activity, around, fact.language)
    extensions = {
        **extensions,
        **_optional(v.CONTENT, fact.content or None),
        **_optional(v.ATTEMPT, None if fact.attempt is None else str(fact.attempt)),
    }
    context = {"registration": str(fact.registration), **prepared["context"]}
    if extensions:
        context["extensions"] = extensions
    statement = {
        "id": str(fact.id),
        "actor": fact.names.actor(fact.actor),
        "verb": prepared["verb"],
        "object": prepared["object"],
        "context": context,
        "timestamp": timestamp(fact.at),
    }
    if result:
        statement["result"] = result
    return statement


@lru_cache(maxsize=_KEPT)
def _prepare(verb: v.Term, activity: Activity, around: _Around, language: str) -> Statement:
    """Model verb, object and context with tincan and return them as JSON values."""
    definition = {
        "type": activity.type,
        "name": tincan.LanguageMap({language: activity.title}),
        "description": tincan.LanguageMap({language: activity.description}) if activity.description else None,
        "interaction_type": activity.interaction or None,
        "correct_responses_pattern": None if activity.correct is None else list(activity.correct),
        "choices": tincan.InteractionComponentList(
            [
                tincan.InteractionComponent(id=each.id, description=tincan.LanguageMap({language: each.text}))
                for each in activity.options
            ]
        )
        if activity.options
        else None,
    }
    context = {
        "parent": [tincan.Activity(id=around.parent)] if around.parent else None,
        "grouping": [tincan.Activity(id=around.grouping)] if around.grouping else None,
        "category": [
            tincan.Activity(id=each, definition=tincan.ActivityDefinition(type=v.PROFILE.iri))
            for each in around.categories
        ],
    }
    model = tincan.Statement(
        verb=tincan.Verb(id=verb.iri, display=tincan.LanguageMap({"en": verb.word})),
        object=tincan.Activity(id=activity.iri, definition=tincan.ActivityDefinition(**_present(definition))),
        context=tincan.Context(
            language=language,
            platform="Ymarfer",
            context_activities=tincan.ContextActivities(**_present(context)),
        ),
    )
    prepared: Statement = model.as_version()
    return prepared


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _outcome(outcome: Outcome) -> Statement:
    extensions: dict[str, Any] = {
        **_optional(v.ENDING, outcome.ending or None),
        **_optional(v.BANDS, dict(outcome.bands) or None),
        **_optional(v.MISSED, list(outcome.missed) or None),
    }
    result: Statement = {} if outcome.scaled is None else {"score": {"scaled": round(outcome.scaled, 4)}}
    result |= _duration(outcome.duration)
    if extensions:
        result["extensions"] = extensions
    return result


def _optional(term: v.Term, value: object | None) -> dict[str, Any]:
    return {} if value is None else {term.iri: value}


def _duration(length: timedelta | None) -> dict[str, Any]:
    return {} if length is None else {"duration": duration(length)}
