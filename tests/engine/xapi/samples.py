"""One of each statement that we emit, for tests."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from lms.engine.xapi import build
from lms.engine.xapi.names import Names

NAMES = Names("https://learn.example.org")
AT = datetime(2026, 11, 21, 19, 40, 0, 123456, tzinfo=UTC)
REGISTRATION = UUID("11111111-1111-4111-8111-111111111111")
ATTEMPT = UUID("22222222-2222-4222-8222-222222222222")
CHOICES = (build.Option("call-nurse", "Ring the nurse"), build.Option("wait", "Wait"), build.Option("note", "Note it"))


def fact(number=1, **changes):
    given = {
        "names": NAMES,
        "id": UUID(int=number, version=4),
        "at": AT,
        "actor": "tOkEn",
        "registration": REGISTRATION,
        "content": "ab" * 32,
        "attempt": ATTEMPT,
        "course": "safeguarding",
    }
    return build.Fact(**{**given, **changes})


def decision(number=1, **changes):
    given = {
        "scenario": "night-shift",
        "scene": "the-fall",
        "ask": "What do you do first?",
        "choices": CHOICES,
        "offered": ("call-nurse", "wait"),
        "chosen": ("wait",),
        "expert": ("call-nurse",),
        "duration": timedelta(seconds=8.504),
        "clock": "02:10",
    }
    return build.decision(fact(number), **{**given, **changes})


def everything():
    """Name of the template → a statement that we emit."""
    scenario = build.scenario(NAMES, "night-shift", "Night shift")
    quiz = build.quiz(NAMES, "safeguarding", "check", "Check yourself")
    outcome = build.Outcome(
        scaled=0.8,
        mastery=0.7,
        duration=timedelta(minutes=12),
        ending="safe",
        bands=(("candour", "sound"),),
        missed=("tell-nurse",),
    )
    return {
        "launched": build.launched(fact(), build.lesson(NAMES, "safeguarding", "abuse", "Kinds of abuse")),
        "initialized": build.initialized(fact(), build.course(NAMES, "safeguarding", "Safeguarding adults")),
        "arrived": build.arrived(
            fact(), scenario="night-shift", scene="the-fall", title="A fall in room 6", clock="02:10"
        ),
        "decided": decision(confidence=0.5),
        "wrote": build.wrote(fact(), scenario="night-shift", scene="record", ask="Write the entry"),
        "answered": build.answered(
            fact(),
            course="safeguarding",
            quiz="check",
            question="q1",
            prompt="Which are signs of neglect?",
            options=CHOICES,
            correct=("call-nurse", "note"),
            response=("call-nurse", "wait"),
            success=False,
            duration=timedelta(seconds=3),
        ),
        "ordered": build.responded(
            fact(),
            scenario="night-shift",
            scene="handover",
            prompt="Put your call together.",
            options=CHOICES,
            correct=("note", "call-nurse"),
            response=("call-nurse", "note"),
            offered=("wait", "call-nurse", "note"),
            success=False,
            duration=timedelta(seconds=41),
            clock="02:20",
            confidence=1.0,
            in_order=True,
        ),
        "passed": build.passed(fact(), quiz, outcome),
        "failed": build.failed(fact(), scenario, outcome),
        "completed": build.completed(fact(), scenario, outcome),
        "debriefed": build.debriefed(fact(), scenario, minutes=11),
        "earned": build.earned(fact(), certificate="cErT", title="Safeguarding", valid_until=date(2029, 11, 21)),
    }
