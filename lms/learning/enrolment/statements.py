"""The facts of enrolment as xAPI statements: a course begun, a lesson and a course completed. Pure."""

from datetime import datetime
from uuid import UUID

from lms.engine.xapi import build
from lms.engine.xapi.build import Fact, Statement
from lms.engine.xapi.names import Names
from lms.learning.enrolment.model import Registration


def fact(registration: Registration, names: Names, token: str, *, version: str, at: datetime, new_id: UUID) -> Fact:
    """Return what every statement of a registration shares."""
    return Fact(
        names=names,
        id=new_id,
        at=at,
        actor=token,
        registration=registration.id,
        content=version,
        course=registration.course_id,
    )


def course_begun(made: Fact, title: str) -> Statement:
    """Tell that a person is on a course from now on."""
    return build.initialized(made, build.course(made.names, made.course or "", title))


def lesson_completed(made: Fact, lesson: str, title: str) -> Statement:
    """Tell that a person read a lesson to its end and said so."""
    return build.completed(made, build.lesson(made.names, made.course or "", lesson, title))


def summary_read(made: Fact, scenario: str, title: str) -> Statement:
    """Tell that a person read what happens in a scenario instead of playing it: recorded as what it is."""
    return build.completed(made, build.scenario(made.names, scenario, title), build.Outcome(ending="summary"))


def course_completed(made: Fact, title: str) -> Statement:
    """Tell that a person did everything that a course asks for."""
    return build.completed(made, build.course(made.names, made.course or "", title))
