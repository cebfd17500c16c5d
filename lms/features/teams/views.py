"""Pages of a manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.teams import service
from lms.kernel.errors import Invalid
from lms.learning.enrolment import service as enrolment

blueprint = web.blueprint("teams", __name__)
MANAGERS = web.roles("manager")


@dataclass(frozen=True, slots=True)
class Assignment:
    """The form that puts people on a course."""

    course: str
    person: tuple[str, ...] = ()
    due_on: date | None = None

    @property
    def people(self) -> tuple[UUID, ...]:
        """Return the people who were ticked. Raises Invalid."""
        try:
            return tuple(UUID(each) for each in self.person)
        except ValueError:
            said = web.gettext("Please choose from the people on the page.")
            raise Invalid(said, problems=[web.FieldProblem("person", said)]) from None


@web.get(blueprint, "/", allow=MANAGERS)
def index(uow: UnitOfWork) -> web.Response:
    """Show one's own people."""
    return _index(uow)


def _index(uow: UnitOfWork, problems: Sequence[web.FieldProblem] = ()) -> web.Response:
    """Show one's own people; with problems, the form as it was filled in."""
    return web.render(
        "teams/index.html",
        status=422 if problems else 200,
        page=service.get_team(uow, web.me().id, web.here(uow.now).date()),
        problems=problems,
        chosen={"course": web.entered("course"), "due_on": web.entered("due_on"), "person": web.entered_all("person")},
    )


@web.get(blueprint, "/<uuid:person_id>", allow=MANAGERS)
def member(uow: UnitOfWork, person_id: UUID) -> web.Response:
    """Show one of one's own people; that it was opened is noted for them to see."""
    page = service.get_member(uow, web.me().id, person_id, web.here(uow.now).date())
    service.note_view(uow, web.me().id, person_id)
    return web.render("teams/member.html", page=page)


@web.post(blueprint, "/assign", allow=MANAGERS)
def assign(uow: UnitOfWork) -> web.Response:
    """Put own people on a course."""
    try:
        form = web.read_form(Assignment)
        enrolment.check_due(form.due_on, web.here(uow.now).date())
        count = service.assign(uow, web.me().id, form.people, form.course, form.due_on)
    except Invalid as invalid:
        return _index(uow, invalid.problems or [web.FieldProblem("due_on", web.gettext(invalid.what))])
    if not count:
        return _index(uow, [web.FieldProblem("person", web.gettext("Choose at least one person first."))])
    web.flash(
        web.ngettext(
            "%(num)d person is on the course now and finds it at home.",
            "%(num)d people are on the course now and find it at home.",
            count,
        )
    )
    return web.redirect("teams.index")
