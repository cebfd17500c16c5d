"""The use cases of trainers: the library's health, people on a course, a counted try."""

from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.engine.course.api import outline
from lms.features.insights.model import CoursePage, Item, OnCourse, TryPage
from lms.kernel.errors import NotFound
from lms.kernel.words import N_
from lms.learning.attempts import quiz_service
from lms.learning.attempts import service as attempts
from lms.learning.attempts.model import ResultPage
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import Registration
from lms.learning.library import service as library
from lms.learning.people import service as people


def list_items(uow: UnitOfWork) -> tuple[Item, ...]:
    """Return every course and scenario with its problems, overdue references, versions and counted tries."""
    counts = attempts.count_assessed(uow)
    return tuple(
        Item(
            health,
            counts.get(("scenario", health.id), 0) if health.kind == "scenario" else counts.get(("quiz", health.id), 0),
        )
        for health in library.list_health(uow, uow.now.date())
    )


def get_course(uow: UnitOfWork, course_id: str) -> CoursePage:
    """Return a course and everybody on it. Raises NotFound."""
    card = library.get_card(uow, "course", course_id)
    registrations = enrolment.list_on_course(uow, course_id)
    names = people.names(uow, [each.person_id for each in registrations])
    return CoursePage(
        card,
        tuple(
            _on_course(uow, each, card.version, names[each.person_id])
            for each in registrations
            if each.person_id in names
        ),
    )


def _on_course(uow: UnitOfWork, registration: Registration, version: str, name: str) -> OnCourse:
    at = outline(library.course(uow, version), enrolment.standing(uow, registration.id))
    tries = tuple(
        (row.activity.title, attempts.list_tries(uow, registration.person_id, registration.course_id, row.activity.id))
        for row in at.rows
        if row.activity.kind != "lesson"
    )
    return OnCourse(
        registration.person_id,
        name,
        registration.enrolled_at,
        registration.due_on,
        registration.completed_at,
        at,
        tuple((title, each) for title, each in tries if each),
    )


def get_try(uow: UnitOfWork, attempt_id: UUID) -> TryPage:
    """Return somebody's ended counted try. Raises NotFound for practice (I1) and for what is still open."""
    attempt = attempts.get_assessed(uow, attempt_id)
    if attempt.status != "ended":
        raise NotFound(N_("There is no such try."))
    name = people.names(uow, [attempt.person_id]).get(attempt.person_id, "")
    if attempt.kind == "quiz":
        page = quiz_service.get_page(uow, attempt)
        return TryPage(attempt, name, page if isinstance(page, ResultPage) else None, None)
    return TryPage(attempt, name, None, attempts.look_back(uow, attempt))


def note_view(uow: UnitOfWork, viewer_id: UUID, person_id: UUID) -> None:
    """Note that a trainer opened somebody's try (I3)."""
    people.record_view(uow, viewer_id=viewer_id, person_id=person_id, what=N_("a counted try"))
