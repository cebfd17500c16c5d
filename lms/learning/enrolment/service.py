"""The use cases of enrolment: enrol, show a course or lesson, achieve something, complete the course.

`achieve` is the one way in which anything becomes done; it also decides, in the same transaction, whether the course
is complete and a certificate is due (E3).
"""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select, update

from lms.base.store.work import UnitOfWork
from lms.engine.course.api import Course, Lesson, Outline, ScenarioActivity, Standing, outline
from lms.engine.xapi.names import Names
from lms.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.kernel.words import N_
from lms.learning.enrolment import statements
from lms.learning.enrolment.model import (
    Achieved,
    CatalogueEntry,
    CertificateDue,
    CourseCompleted,
    CoursePage,
    Enrolled,
    LessonPage,
    MyCourse,
    Registration,
)
from lms.learning.enrolment.tables import enrolment_registration as registrations
from lms.learning.enrolment.tables import enrolment_standing as standings
from lms.learning.library import service as library
from lms.learning.library.model import Card
from lms.learning.people.model import Learner
from lms.records.tracking import service as tracking

PAGE = 50
"""Registrations on one page."""

# --- enrolling ------------------------------------------------------------------------------------------------------


def enrol_oneself(uow: UnitOfWork, me: Learner, course_id: str) -> Registration:
    """Put oneself on a course; being on it already is fine. Raises NotAllowed where the course is by assignment."""
    known = find_registration(uow, me.id, course_id)
    if known is not None:
        return known
    card = library.get_offered(uow, "course", course_id)
    if not card.is_open:
        raise NotAllowed(
            N_("This course is given out by your manager or trainer."), fix=N_("Ask them to put you on it.")
        )
    return _enrol(uow, me, course_id, by=None, due_on=None)


def list_courses(uow: UnitOfWork) -> tuple[Card, ...]:
    """Return the courses that somebody can be put on, by title."""
    return tuple(card for card in library.list_cards(uow) if card.kind == "course")


def check_due(due_on: date | None, today: date) -> None:
    """Raise Invalid for a day that has passed where the one who chooses it is."""
    if due_on is not None and due_on < today:
        raise Invalid(N_("That day has passed. Choose today or a later day."))


def enrol(uow: UnitOfWork, learner: Learner, course_id: str, *, by: UUID, due_on: date | None = None) -> Registration:
    """Put somebody on a course, or give a registration that exists a new day by which it is due.

    Whether `by` may do this for `learner` is the caller's to decide: it knows who belongs to whom.
    """
    known = find_registration(uow, learner.id, course_id)
    if known is None:
        library.get_offered(uow, "course", course_id)
        return _enrol(uow, learner, course_id, by=by, due_on=due_on)
    if due_on is not None and due_on != known.due_on:
        uow.connection.execute(
            update(registrations).where(registrations.c.id == known.id).values(due_on=due_on.isoformat()),
        )
    return replace(known, due_on=due_on or known.due_on)


def _enrol(uow: UnitOfWork, learner: Learner, course_id: str, *, by: UUID | None, due_on: date | None) -> Registration:
    card = library.get_card(uow, "course", course_id)
    uow.lock(f"registration {learner.id} {course_id}")
    known = find_registration(uow, learner.id, course_id)
    if known is not None:
        return known  # a second click, or somebody was quicker: the same wish, fulfilled
    registration = Registration(uow.ids.uuid(), learner.id, course_id, by, uow.now, due_on, None)
    uow.connection.execute(
        insert(registrations).values(
            id=registration.id,
            person_id=learner.id,
            course_id=course_id,
            enrolled_by=by,
            enrolled_at=uow.now,
            due_on=None if due_on is None else due_on.isoformat(),
        ),
    )
    made = statements.fact(
        registration, Names(uow.address), learner.token, version=card.version, at=uow.now, new_id=uow.ids.uuid()
    )
    tracking.record(uow, [statements.course_begun(made, card.title)])
    uow.publish(Enrolled(registration))
    return registration


# --- reading --------------------------------------------------------------------------------------------------------


def find_registration(uow: UnitOfWork, person_id: UUID, course_id: str) -> Registration | None:
    """Return the person's registration on a course, or None."""
    row = (
        uow.connection.execute(
            select(registrations).where(registrations.c.person_id == person_id, registrations.c.course_id == course_id),
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else _registration(row)


def list_registrations(uow: UnitOfWork, person_ids: Collection[UUID]) -> tuple[Registration, ...]:
    """Return everything that these people are or were on, the latest first."""
    rows = uow.connection.execute(
        select(registrations)
        .where(registrations.c.person_id.in_(person_ids))
        .order_by(registrations.c.enrolled_at.desc(), registrations.c.id),
    ).mappings()
    return tuple(_registration(row) for row in rows)


def list_on_course(uow: UnitOfWork, course_id: str, *, page: int = 1) -> tuple[Registration, ...]:
    """Return one page of everybody's registrations on a course, the latest first."""
    rows = uow.connection.execute(
        select(registrations)
        .where(registrations.c.course_id == course_id)
        .order_by(registrations.c.enrolled_at.desc(), registrations.c.id)
        .limit(PAGE)
        .offset(PAGE * (max(page, 1) - 1)),
    ).mappings()
    return tuple(_registration(row) for row in rows)


def count_on_course(uow: UnitOfWork, course_id: str) -> int:
    """Return how many registrations `list_on_course` would list on all its pages."""
    on_course = select(func.count()).select_from(registrations).where(registrations.c.course_id == course_id)
    return uow.connection.scalar(on_course) or 0


def standing(uow: UnitOfWork, registration_id: UUID) -> dict[str, Standing]:
    """Return what has been achieved, by activity id."""
    return find_standings(uow, [registration_id])[registration_id]


def find_standings(uow: UnitOfWork, registration_ids: Collection[UUID]) -> dict[UUID, dict[str, Standing]]:
    """Return what has been achieved under each of these registrations, by activity id."""
    found: dict[UUID, dict[str, Standing]] = {each: {} for each in registration_ids}
    for row in uow.connection.execute(select(standings).where(standings.c.registration_id.in_(registration_ids))):
        found[row.registration_id][row.activity_id] = Standing(
            completed=row.completed_at is not None,
            passed=row.passed_at is not None,
            debriefed=row.debriefed_at is not None,
            summary_read=row.summary_at is not None,
        )
    return found


def get_course(uow: UnitOfWork, course_id: str) -> Course:
    """Return a course as it is in service now. Raises NotFound."""
    return library.course(uow, library.get_card(uow, "course", course_id).version)


def get_course_page(uow: UnitOfWork, person_id: UUID, course_id: str) -> CoursePage:
    """Return a course as this person meets it. Raises NotFound."""
    card = library.get_card(uow, "course", course_id)
    course = library.course(uow, card.version)
    registration = find_registration(uow, person_id, course_id)
    facts = {} if registration is None else standing(uow, registration.id)
    return CoursePage(card, course, registration, outline(course, facts), may_enrol=card.is_open)


def open_course(uow: UnitOfWork, me: Learner, course_id: str) -> CoursePage:
    """Return a course as this person meets it, settled first if all of it is done by now. Raises NotFound.

    A course may ask for less than it did, or have a certificate since: then nothing is left to do that would settle it.
    """
    page = get_course_page(uow, me.id, course_id)
    if page.registration is None or not page.outline.is_complete:
        return page
    _finish(uow, page.registration, me.token)
    return get_course_page(uow, me.id, course_id)


def get_lesson(uow: UnitOfWork, person_id: UUID, course_id: str, lesson_id: str) -> LessonPage:
    """Return a lesson of a course that the person is on. Raises NotFound, or Conflict while it is not open yet."""
    page = _on_course(uow, person_id, course_id)
    lesson = page.course.find_lesson(lesson_id)
    if lesson is None:
        raise NotFound(N_("This lesson is not part of the course any more."), fix=N_("Go back to the course."))
    row = page.outline.row(lesson_id)
    if row is None or not row.is_open:
        raise Conflict(N_("This lesson opens when the earlier parts are done."), fix=N_("Go back to the course."))
    activities = page.course.activities
    place = next(index for index, activity in enumerate(activities) if activity.id == lesson_id)
    return LessonPage(
        course_id=course_id,
        course_title=page.course.title,
        language=page.course.language,
        lesson=lesson,
        number=place + 1,
        count=len(activities),
        is_done=row.is_done,
        following=activities[place + 1] if place + 1 < len(activities) else None,
        outcomes=page.course.outcomes_of(lesson.outcomes),
        references=page.course.references_of(lesson.references),
        is_reviewed=page.course.reviewed is not None,
    )


def list_my_courses(uow: UnitOfWork, person_id: UUID) -> tuple[MyCourse, ...]:
    """Return everything that a person is on, with how far they have come; the latest first."""
    return list_courses_of(uow, [person_id])[person_id]


def list_courses_of(uow: UnitOfWork, person_ids: Collection[UUID]) -> dict[UUID, tuple[MyCourse, ...]]:
    """Return `list_my_courses` of each of these people: three queries, however many they are."""
    found = list_registrations(uow, person_ids)
    cards = library.find_cards(uow, "course", {each.course_id for each in found})
    facts = find_standings(uow, [each.id for each in found])
    courses: dict[UUID, tuple[MyCourse, ...]] = dict.fromkeys(person_ids, ())
    for registration in found:
        card = cards.get(registration.course_id)
        if card is not None:
            at = outline(library.course(uow, card.version), facts[registration.id])
            following = at.next.activity.title if at.next is not None else ""
            mine = MyCourse(registration, card, at.done, at.total, at.minutes_left, following)
            courses[registration.person_id] += (mine,)
    return courses


def list_catalogue(uow: UnitOfWork, person_id: UUID, language: str = "") -> tuple[CatalogueEntry, ...]:
    """Return everything on offer in a language, as far as it is told in it, with the person's registrations."""
    mine = {registration.course_id: registration for registration in list_registrations(uow, [person_id])}
    return tuple(
        CatalogueEntry(card.in_language(language), mine.get(card.id) if card.kind == "course" else None)
        for card in library.list_cards(uow)
        if card.kind == "scenario" or card.is_open or card.id in mine
    )


# --- achieving ------------------------------------------------------------------------------------------------------


def complete_lesson(uow: UnitOfWork, me: Learner, course_id: str, lesson_id: str) -> CoursePage:
    """Note that a lesson was read to its end; doing it again changes nothing. Returns the course as it is now."""
    page = _on_course(uow, me.id, course_id)
    lesson = page.course.find_lesson(lesson_id)
    row = page.outline.row(lesson_id)
    if lesson is None or row is None or page.registration is None:
        raise NotFound(N_("This lesson is not part of the course any more."), fix=N_("Go back to the course."))
    if not row.is_open:
        raise Conflict(N_("This lesson opens when the earlier parts are done."), fix=N_("Go back to the course."))
    if not row.is_done:
        _achieve_lesson(uow, me, page, lesson)
    return get_course_page(uow, me.id, course_id)


def _achieve_lesson(uow: UnitOfWork, me: Learner, page: CoursePage, lesson: Lesson) -> None:
    registration = page.registration
    if registration is not None and _keep(uow, registration.id, lesson.id, page.card.version, Achieved(completed=True)):
        made = statements.fact(
            registration, Names(uow.address), me.token, version=page.card.version, at=uow.now, new_id=uow.ids.uuid()
        )
        tracking.record(uow, [statements.lesson_completed(made, lesson.id, lesson.title)])
        _finish(uow, registration, me.token)


def achieve(
    uow: UnitOfWork,
    registration_id: UUID,
    activity_id: str,
    achieved: Achieved,
    *,
    token: str,
    version: str,
) -> None:
    """Note what was achieved in an activity, once; complete the course if that was the last of it."""
    if _keep(uow, registration_id, activity_id, version, achieved):
        row = (
            uow.connection.execute(select(registrations).where(registrations.c.id == registration_id)).mappings().one()
        )
        _finish(uow, _registration(row), token)


def read_summary(uow: UnitOfWork, me: Learner, course_id: str, scenario_id: str, version: str) -> None:
    """Note that somebody read what happens instead of playing. Raises NotAllowed where that does not count."""
    page = _on_course(uow, me.id, course_id)
    activity = page.course.find_activity(scenario_id)
    if not isinstance(activity, ScenarioActivity) or not activity.summary_credit or page.registration is None:
        raise NotAllowed(N_("Reading the summary does not count in this course."), fix=N_("Play the scenario instead."))
    if _keep(uow, page.registration.id, scenario_id, version, Achieved(summary_read=True)):
        made = statements.fact(
            page.registration, Names(uow.address), me.token, version=version, at=uow.now, new_id=uow.ids.uuid()
        )
        tracking.record(uow, [statements.summary_read(made, scenario_id, activity.title)])
        _finish(uow, page.registration, me.token)


def _keep(uow: UnitOfWork, registration_id: UUID, activity_id: str, version: str, achieved: Achieved) -> bool:
    """Write what is new of `achieved`; tell whether anything was."""
    uow.lock(f"standing {registration_id}")
    key = (standings.c.registration_id == registration_id) & (standings.c.activity_id == activity_id)
    row = uow.connection.execute(select(standings).where(key)).mappings().one_or_none()
    columns = {
        "completed_at": achieved.completed,
        "passed_at": achieved.passed,
        "debriefed_at": achieved.debriefed,
        "summary_at": achieved.summary_read,
    }
    values: dict[str, Any] = {
        column: uow.now for column, is_new in columns.items() if is_new and (row is None or row[column] is None)
    }
    if not values:
        return False
    if achieved.score is not None:
        values["score"] = achieved.score
    if row is None:
        uow.connection.execute(
            insert(standings).values(
                registration_id=registration_id, activity_id=activity_id, version=version, **values
            ),
        )
    else:
        uow.connection.execute(update(standings).where(key).values(**values))
    return True


def _finish(uow: UnitOfWork, registration: Registration, token: str) -> None:
    """Complete the course if all of it is done, and say that its certificate is due."""
    card = library.find_card(uow, "course", registration.course_id)
    if card is None:
        return
    at: Outline = outline(library.course(uow, card.version), standing(uow, registration.id))
    if at.is_complete and _complete(uow, registration, card.version):
        made = statements.fact(
            registration, Names(uow.address), token, version=card.version, at=uow.now, new_id=uow.ids.uuid()
        )
        tracking.record(uow, [statements.course_completed(made, card.title)])
        uow.publish(CourseCompleted(registration, token, card.version))
    if at.certificate_due:
        uow.publish(CertificateDue(registration, token, card.version))


def _complete(uow: UnitOfWork, registration: Registration, version: str) -> bool:
    """Mark the course as completed; tell whether it was not before (what was read earlier may be old by now)."""
    changed = uow.connection.execute(
        update(registrations)
        .where(registrations.c.id == registration.id, registrations.c.completed_at.is_(None))
        .values(completed_at=uow.now, completed_version=version),
    )
    return changed.rowcount == 1


def _on_course(uow: UnitOfWork, person_id: UUID, course_id: str) -> CoursePage:
    page = get_course_page(uow, person_id, course_id)
    if page.registration is None:
        raise NotFound(N_("You are not on this course yet."), fix=N_("Open it from the catalogue to begin."))
    return page


def own_data(uow: UnitOfWork, person_id: UUID) -> list[dict[str, Any]]:
    """Return a person's registrations and what was achieved under them, as JSON values."""
    found = list_registrations(uow, [person_id])
    facts = find_standings(uow, [each.id for each in found])
    return [
        {
            "registration": str(each.id),
            "course": each.course_id,
            "enrolled_at": each.enrolled_at.isoformat(),
            "due_on": None if each.due_on is None else each.due_on.isoformat(),
            "completed_at": None if each.completed_at is None else each.completed_at.isoformat(),
            "activities": {name: asdict(achieved) for name, achieved in facts[each.id].items()},
        }
        for each in found
    ]


def _registration(row: RowMapping) -> Registration:
    return Registration(
        id=row["id"],
        person_id=row["person_id"],
        course_id=row["course_id"],
        enrolled_by=row["enrolled_by"],
        enrolled_at=row["enrolled_at"],
        due_on=None if row["due_on"] is None else date.fromisoformat(row["due_on"]),
        completed_at=row["completed_at"],
    )
