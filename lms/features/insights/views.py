"""Pages of trainers."""

from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.insights import service

blueprint = web.blueprint("insights", __name__)
TRAINERS = web.roles("trainer")


@web.get(blueprint, "/", allow=TRAINERS)
def library(uow: UnitOfWork) -> web.Response:
    """Show the library's health."""
    return web.render("insights/library.html", items=service.list_items(uow))


@web.get(blueprint, "/courses/<course_id>", allow=TRAINERS)
def course(uow: UnitOfWork, course_id: str) -> web.Response:
    """Show everybody on a course."""
    return web.render("insights/course.html", page=service.get_course(uow, course_id))


@web.get(blueprint, "/tries/<uuid:attempt_id>", allow=TRAINERS)
def counted_try(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Show somebody's counted try; that it was opened is noted for them to see."""
    page = service.get_try(uow, attempt_id)
    service.note_view(uow, web.me().id, page.attempt.person_id)
    return web.render("insights/try.html", page=page)
