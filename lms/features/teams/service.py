"""The use cases of a manager: look at one's own people, put them on courses."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.engine.scenario.api import outcome
from lms.features.teams.model import CriticalAction, Member, MemberPage, Result, Team
from lms.kernel.words import N_
from lms.learning.attempts import lookup_service as attempts
from lms.learning.attempts.model import Attempt
from lms.learning.enrolment import service as enrolment
from lms.learning.library import service as library
from lms.learning.people import service as people
from lms.learning.people.model import Person


def get_team(uow: UnitOfWork, manager_id: UUID, today: date) -> Team:
    """Return a manager's own people with what they have done; `today` is the manager's."""
    return Team(_members(uow, people.list_own_people(uow, manager_id)), enrolment.list_courses(uow), today)


def get_member(uow: UnitOfWork, manager_id: UUID, person_id: UUID, today: date) -> MemberPage:
    """Return one of the manager's own people. Raises NotFound for anybody else (M1)."""
    person = people.get_own_person(uow, manager_id, person_id)
    results = tuple(
        _result(uow, attempt)
        for attempt in attempts.list_attempts(uow, person.id, with_practice=False)
        if attempt.ended_at is not None
    )
    return MemberPage(_members(uow, [person])[0], results, today)


def note_view(uow: UnitOfWork, manager_id: UUID, person_id: UUID) -> None:
    """Note that a manager opened a person's page (M3)."""
    people.get_own_person(uow, manager_id, person_id)
    people.record_view(uow, viewer_id=manager_id, person_id=person_id, what=N_("course results"))


def assign(uow: UnitOfWork, manager_id: UUID, person_ids: Sequence[UUID], course_id: str, due_on: date | None) -> int:
    """Put some of the manager's own people on a course; return how many. Raises NotFound for anybody else."""
    chosen = [people.get_own_person(uow, manager_id, person_id) for person_id in sorted(set(person_ids))]
    for person in chosen:  # in one order, so that two who do this at once never wait for each other
        enrolment.enrol(uow, person, course_id, by=manager_id, due_on=due_on)
    return len(chosen)


def _members(uow: UnitOfWork, found: Sequence[Person]) -> tuple[Member, ...]:
    courses = enrolment.list_courses_of(uow, [each.id for each in found])
    return tuple(Member(each.id, each.name, courses[each.id]) for each in found)


def _result(uow: UnitOfWork, attempt: Attempt) -> Result:
    critical: tuple[CriticalAction, ...] = ()
    if attempt.kind == "scenario" and attempt.status == "ended":
        program = library.program(uow, attempt.version)
        says = {must.id: must.says for must in program.musts} | {must.id: must.says for must in program.must_nots}
        forbidden = {must.id for must in program.must_nots}
        critical = tuple(
            CriticalAction(says[mark.id], mark.kept, mark.id in forbidden)
            for mark in outcome(program, attempt.state).musts
        )
    return Result(
        title=attempt.title,
        kind=attempt.kind,
        number=attempt.number,
        ended_at=attempt.ended_at or attempt.moved_at,
        success=attempt.success,
        score=attempt.score,
        critical=critical,
    )
