"""Pages of trainers, and of admins."""

import io
from dataclasses import dataclass
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.engine.scenario.drawing.chart_svg import svg
from lms.features.insights import service

blueprint = web.blueprint("insights", __name__)
TRAINERS = web.roles("trainer")
ADMINS = web.roles("admin")


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list."""

    page: int = 1


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
    page = min(max(web.read_query(Pages).page, 1), 100_000)
    return web.render("insights/course.html", page=service.get_course(uow, course_id, page))


@web.get(blueprint, "/tries/<uuid:attempt_id>", allow=TRAINERS)
def counted_try(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Show somebody's counted try; that it was opened is noted for them to see."""
    page = service.get_try(uow, attempt_id)
    service.note_try_opened(uow, web.me().id, page.attempt.person_id)
    return web.render("insights/try.html", page=page)


@web.get(blueprint, "/people/<uuid:person_id>", allow=ADMINS)
def person(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Show how far somebody is on their courses; that it was opened is noted for them to see."""
    page = service.get_person(uow, person_id)
    service.note_courses_opened(uow, web.me().id, person_id)
    return web.render("insights/person.html", page=page)
