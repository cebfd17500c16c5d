"""The use cases of trainers: the library's health, people on a course, a counted try. And of admins: a person's courses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.engine.course.api import Outline, outline
from lms.engine.scenario.drawing.chart import chart_of
from lms.features.insights.model import CoursePage, Item, OnCourse, PersonPage, StoryPage, TryPage
from lms.kernel.errors import NotFound
from lms.kernel.words import N_
from lms.learning.attempts import lookup_service as attempts
from lms.learning.attempts import quiz_service
from lms.learning.attempts.model import ResultPage, Try
from lms.learning.enrolment import service as enrolment
from lms.learning.enrolment.model import Registration
from lms.learning.library import service as library
from lms.learning.people import service as people
from lms.learning.people.model import Person

_ENTRY = re.compile(r"[^;\n]+")
_IN_BRACKETS = re.compile(r"([^<>]*)<([^<>]*)>[\s,]*")


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


def get_story(uow: UnitOfWork, scenario_id: str) -> StoryPage:
    """Return the scenario in service as boxes and arrows. Raises NotFound."""
    card = library.get_card(uow, "scenario", scenario_id)
    return StoryPage(card, chart_of(library.program(uow, card.version)))


def get_course(uow: UnitOfWork, course_id: str, page: int = 1) -> CoursePage:
    """Return a course and one page of the people on it, the latest first. Raises NotFound."""
    card = library.get_card(uow, "course", course_id)
    course = library.course(uow, card.version)
    registrations = enrolment.list_on_course(uow, course_id, page=page)
    person_ids = [each.person_id for each in registrations]
    names = people.names(uow, person_ids)
    facts = enrolment.find_standings(uow, [each.id for each in registrations])
    tries = attempts.list_tries_on(uow, course_id, person_ids)
    return CoursePage(
        card,
        tuple(
            _on_course(each, names[each.person_id], outline(course, facts[each.id]), tries)
            for each in registrations
            if each.person_id in names
        ),
        page=page,
        is_offered=any(card.id == course_id for card in enrolment.list_courses(uow)),
        pages=-(-enrolment.count_on_course(uow, course_id) // enrolment.PAGE),
    )


def _on_course(
    registration: Registration, name: str, at: Outline, tries: Mapping[tuple[UUID, str], tuple[Try, ...]]
) -> OnCourse:
    own = {activity: found for (person, activity), found in tries.items() if person == registration.person_id}
    there = {row.activity.id: row.activity.title for row in at.rows}
    gone = {activity: found[-1].title for activity, found in own.items() if activity not in there}
    return OnCourse(
        registration.person_id,
        name,
        registration.enrolled_at,
        registration.due_on,
        registration.completed_at,
        at,
        tuple((title, own[activity]) for activity, title in {**there, **gone}.items() if activity in own),
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


def get_person(uow: UnitOfWork, person_id: UUID) -> PersonPage:
    """Return how far somebody is on each course, and no more: what admins may see (I4). Raises NotFound."""
    person = people.get_person(uow, person_id)
    return PersonPage(person.id, person.name, enrolment.list_my_courses(uow, person.id), enrolment.list_courses(uow))


def find_addressed(uow: UnitOfWork, text: str) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """Return whom a list of mail addresses names, and the entries that nobody here has.

    Entries stand on lines of their own, or between commas or semicolons; `Rees, Menna <menna@example.org>`, as mail
    programs write them, is one.
    """
    inside = dict(_entries(text))
    known = people.find_by_mails(uow, set(inside.values()))
    whose = {known[mail].id: known[mail] for mail in inside.values() if mail in known}
    return tuple(whose.values()), tuple(entry for entry, mail in inside.items() if mail not in known)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield each entry with the address in it: before one in brackets stands a name, which may hold a comma."""
    for part in _ENTRY.findall(text):
        end = 0
        while found := _IN_BRACKETS.match(part, end):
            before = [each.strip() for each in found[1].split(",")]
            yield from ((each, each) for each in before if "@" in each)
            name = ", ".join(each for each in before if each and "@" not in each)
            yield f"{name} <{found[2]}>".strip(), found[2].strip()
            end = found.end()
        yield from ((each.strip(), each.strip()) for each in part[end:].split(",") if each.strip())


def put_on_course(uow: UnitOfWork, chosen: Sequence[Person], course_id: str, *, by: UUID, due_on: date | None) -> None:
    """Put people on a course, whoever their manager is: for trainers and admins (I5). Raises NotFound."""
    for person in sorted(chosen, key=lambda each: each.id):  # in one order, as managers do: nobody waits in a circle
        enrolment.enrol(uow, person, course_id, by=by, due_on=due_on)


def note_try_opened(uow: UnitOfWork, viewer_id: UUID, person_id: UUID) -> None:
    """Note that a trainer opened somebody's try (I3)."""
    people.record_view(uow, viewer_id=viewer_id, person_id=person_id, what=N_("a counted try"))


def note_courses_opened(uow: UnitOfWork, viewer_id: UUID, person_id: UUID) -> None:
    """Note that an admin looked at how far somebody is (I3)."""
    people.record_view(uow, viewer_id=viewer_id, person_id=person_id, what=N_("progress on courses"))
