"""Pages of trainers, and of admins."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.engine.scenario.drawing.chart_svg import svg
from lms.features.insights import service
from lms.kernel.errors import Invalid
from lms.learning.enrolment import service as enrolment
from lms.learning.people import service as people

blueprint = web.blueprint("insights", __name__)
TRAINERS = web.roles("trainer")
ADMINS = web.roles("admin")


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list."""

    page: int = 1


MAILS_MOST = 10_000


@dataclass(frozen=True, slots=True)
class People:
    """The form of a trainer that puts people on a course."""

    mails: str = field(metadata={"most": MAILS_MOST})
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """The form of an admin that puts one person on a course."""

    course: str
    due_on: date | None = None


@web.get(blueprint, "/", allow=TRAINERS)
def library(uow: UnitOfWork) -> web.Response:
    """Show the library's health."""
    return web.render("insights/library.html", items=service.list_items(uow))


@web.get(blueprint, "/scenarios/<scenario_id>", allow=TRAINERS)
def story(uow: UnitOfWork, scenario_id: str) -> web.Response:
    """Show the scenario in service as a picture, and the same as a table."""
    return web.render("insights/story.html", page=service.get_story(uow, scenario_id))


@web.get(blueprint, "/scenarios/<scenario_id>/picture.svg", allow=TRAINERS)
def picture(uow: UnitOfWork, scenario_id: str) -> web.Response:
    """Send the picture. It may do nothing but be looked at."""
    drawn = svg(service.get_story(uow, scenario_id).chart).encode()
    response = web.send_file(io.BytesIO(drawn), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@web.get(blueprint, "/courses/<course_id>", allow=TRAINERS)
def course(uow: UnitOfWork, course_id: str) -> web.Response:
    """Show everybody on a course, page by page."""
    return _course(uow, course_id)


@web.post(blueprint, "/courses/<course_id>", allow=TRAINERS)
def enrol(uow: UnitOfWork, course_id: str) -> web.Response:
    """Put people on a course, by their mail addresses: all of them, or nobody where one is not known."""
    try:
        form = web.read_form(People)
        enrolment.check_due(form.due_on, web.here(uow.now).date())
    except Invalid as error:
        return _course(uow, course_id, error.problems or [web.FieldProblem("due_on", web.gettext(error.what))])
    chosen, unknown = service.find_addressed(uow, form.mails)
    if unknown:
        says = web.gettext("Nobody here has this address: %(mails)s", mails=", ".join(unknown))
        return _course(uow, course_id, [web.FieldProblem("mails", says)])
    service.put_on_course(uow, chosen, course_id, by=web.me().id, due_on=form.due_on)
    if chosen:
        web.flash(
            web.ngettext(
                "%(num)d person is on the course now and finds it at home.",
                "%(num)d people are on the course now and find it at home.",
                len(chosen),
            )
        )
    else:
        web.flash(web.gettext("Enter at least one address first."))
    return web.redirect("insights.course", course_id=course_id)


def _course(uow: UnitOfWork, course_id: str, problems: Sequence[web.FieldProblem] = ()) -> web.Response:
    page = min(max(web.read_query(Pages).page, 1), 100_000)
    return web.render(
        "insights/course.html",
        status=422 if problems else 200,
        page=service.get_course(uow, course_id, page),
        problems=problems,
        mails=web.entered("mails", most=2 * MAILS_MOST),
        due_on=web.entered("due_on"),
    )


@web.get(blueprint, "/tries/<uuid:attempt_id>", allow=TRAINERS)
def counted_try(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Show somebody's counted try; that it was opened is noted for them to see."""
    page = service.get_try(uow, attempt_id)
    service.note_try_opened(uow, web.me().id, page.attempt.person_id)
    return web.render("insights/try.html", page=page)


@web.get(blueprint, "/people/<uuid:person_id>", allow=ADMINS)
def person(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Show how far somebody is on their courses; that it was opened is noted for them to see."""
    service.note_courses_opened(uow, web.me().id, person_id)
    return _person(uow, person_id)


def _person(uow: UnitOfWork, person_id: UUID, problems: Sequence[web.FieldProblem] = ()) -> web.Response:
    return web.render(
        "insights/person.html",
        status=422 if problems else 200,
        page=service.get_person(uow, person_id),
        problems=problems,
        chosen={"course": web.entered("course"), "due_on": web.entered("due_on")},
    )


@web.post(blueprint, "/people/<uuid:person_id>", allow=ADMINS)
def put(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Put somebody on a course."""
    someone = people.get_person(uow, person_id)
    try:
        form = web.read_form(Assignment)
        enrolment.check_due(form.due_on, web.here(uow.now).date())
    except Invalid as error:
        return _person(uow, person_id, error.problems or [web.FieldProblem("due_on", web.gettext(error.what))])
    service.put_on_course(uow, [someone], form.course, by=web.me().id, due_on=form.due_on)
    web.flash(web.gettext("%(name)s is on the course now and finds it at home.", name=someone.name))
    return web.redirect("insights.person", person_id=person_id)
