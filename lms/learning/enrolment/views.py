"""Pages of enrolment: catalogue, course, lesson."""

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.learning.enrolment import service

blueprint = web.blueprint("enrolment", __name__)


@web.get(blueprint, "/catalogue", allow=web.SIGNED_IN)
def catalogue(uow: UnitOfWork) -> web.Response:
    """Show everything on offer."""
    return web.render("enrolment/catalogue.html", entries=service.list_catalogue(uow, web.me().id, web.me().language))


@web.get(blueprint, "/courses/<course_id>", allow=web.SIGNED_IN)
def course(uow: UnitOfWork, course_id: str) -> web.Response:
    """Show a course: its parts and how far one has come, or an invitation."""
    return web.render("enrolment/course.html", page=service.open_course(uow, web.me(), course_id))


@web.post(blueprint, "/courses/<course_id>/enrol", allow=web.SIGNED_IN)
def enrol(uow: UnitOfWork, course_id: str) -> web.Response:
    """Put oneself on a course."""
    service.enrol_oneself(uow, web.me(), course_id)
    return web.redirect("enrolment.course", course_id=course_id)


@web.get(blueprint, "/courses/<course_id>/lessons/<lesson_id>", allow=web.SIGNED_IN)
def lesson(uow: UnitOfWork, course_id: str, lesson_id: str) -> web.Response:
    """Show a lesson."""
    return web.render("enrolment/lesson.html", page=service.get_lesson(uow, web.me().id, course_id, lesson_id))


@web.post(blueprint, "/courses/<course_id>/lessons/<lesson_id>/done", allow=web.SIGNED_IN)
def lesson_done(uow: UnitOfWork, course_id: str, lesson_id: str) -> web.Response:
    """Note that a lesson was read, and go on to what comes next."""
    page = service.complete_lesson(uow, web.me(), course_id, lesson_id)
    following = page.outline.next
    if following is not None and following.activity.kind == "lesson":
        return web.redirect("enrolment.lesson", course_id=course_id, lesson_id=following.activity.id)
    return web.redirect("enrolment.course", course_id=course_id)
