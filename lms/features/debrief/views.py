"""Pages of the debrief."""

from dataclasses import dataclass, field
from uuid import UUID

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.debrief import service
from lms.features.debrief.model import BANDS, FEELINGS, EndPage, Unkept
from lms.kernel.errors import Conflict
from lms.kernel.words import N_

blueprint = web.blueprint("debrief", __name__)

MOST = 4000
"""Characters that one field of a debrief may hold."""


@dataclass(frozen=True, slots=True)
class Why:
    """The form of skipping."""

    reason: str = field(default="", metadata={"most": MOST})


def unfinished(uow: UnitOfWork, person_id: UUID) -> tuple[web.Unfinished, ...]:
    """Return the debriefs that a person began and left, for home."""
    return tuple(
        web.Unfinished(attempt.title, N_("Debrief"), "debrief.begin", {"attempt_id": attempt.id}, since)
        for attempt, since in service.list_open(uow, person_id)
    )


@web.get(blueprint, "/<uuid:attempt_id>", allow=web.SIGNED_IN)
def begin(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Show the way into the debrief, or where it stands."""
    page = service.get_page(uow, web.me().id, attempt_id, None, web.me().language)
    if isinstance(page, EndPage):
        return web.render("debrief/end.html", page=page)
    if page.status == "new":
        return web.render("debrief/begin.html", page=page)
    return web.redirect("debrief.screen", attempt_id=attempt_id, name=page.screen.name)


@web.post(blueprint, "/<uuid:attempt_id>", allow=web.SIGNED_IN)
def start(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Open the debrief."""
    service.begin(uow, web.me(), attempt_id)
    return web.redirect("debrief.screen", attempt_id=attempt_id, name="feelings")


@web.get(blueprint, "/<uuid:attempt_id>/skip", allow=web.SIGNED_IN)
def skipping(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Ask once more, kindly, before the debrief is left out."""
    page = service.get_page(uow, web.me().id, attempt_id, None, web.me().language)
    if isinstance(page, EndPage):
        return web.redirect("debrief.begin", attempt_id=attempt_id)
    return web.render("debrief/skip.html", page=page)


@web.post(blueprint, "/<uuid:attempt_id>/skip", allow=web.SIGNED_IN)
def skip(uow: UnitOfWork, attempt_id: UUID) -> web.Response:
    """Leave the debrief out, on purpose."""
    service.skip(uow, web.me(), attempt_id, web.read_form(Why).reason)
    return web.redirect("debrief.begin", attempt_id=attempt_id)


@web.get(blueprint, "/<uuid:attempt_id>/<name>", allow=web.SIGNED_IN)
def screen(uow: UnitOfWork, attempt_id: UUID, name: str) -> web.Response:
    """Show a screen; one that is not open yet leads to the first that is."""
    page = service.get_page(uow, web.me().id, attempt_id, name, web.me().language)
    if isinstance(page, EndPage) or page.screen.name != name:
        return web.redirect("debrief.begin", attempt_id=attempt_id)
    return web.render("debrief/screen.html", page=page, feelings=FEELINGS, bands=BANDS)


@web.post(blueprint, "/<uuid:attempt_id>/<name>", allow=web.SIGNED_IN)
def keep(uow: UnitOfWork, attempt_id: UUID, name: str) -> web.Response:
    """Keep what was said and go on."""
    said = web.read_all(most=MOST)
    try:
        following = service.keep(uow, web.me(), attempt_id, name, said)
    except Unkept:
        raise  # the page of the error gives the words back
    except Conflict as conflict:
        web.tell(uow, conflict)
        return web.redirect("debrief.begin", attempt_id=attempt_id)
    if following is None:
        return web.redirect("debrief.begin", attempt_id=attempt_id)
    return web.redirect("debrief.screen", attempt_id=attempt_id, name=following)


@web.post(blueprint, "/<uuid:attempt_id>/<name>/draft", allow=web.SIGNED_IN)
def draft(uow: UnitOfWork, attempt_id: UUID, name: str) -> web.Response:
    """Keep what is being written, while it is written."""
    service.draft(uow, web.me(), attempt_id, name, web.read_all(most=MOST))
    return web.redirect("debrief.screen", attempt_id=attempt_id, name=name)
