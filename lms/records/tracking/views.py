"""/tracking: the delivery page of admins."""

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.records.tracking import endpoints

blueprint = web.blueprint("tracking", __name__)
ADMIN = web.roles("admin")


@web.get(blueprint, "/", allow=ADMIN)
def index(uow: UnitOfWork) -> web.Response:
    """Show how each endpoint fares, what is parked, and what it cannot be sent."""
    return web.render(
        "tracking/index.html",
        endpoints=endpoints.list_endpoints(uow),
        parked=endpoints.list_parked(uow),
        withheld=endpoints.list_withheld(uow),
    )


@web.post(blueprint, "/<name>/retry", allow=ADMIN)
def retry(uow: UnitOfWork, name: str) -> web.Response:
    """Send everything parked for an endpoint again."""
    count = endpoints.retry(uow, name)
    web.flash(web.ngettext("%(num)d statement is sent again.", "%(num)d statements are sent again.", count))
    return web.redirect("tracking.index")


@web.post(blueprint, "/<name>/pause", allow=ADMIN)
def pause(uow: UnitOfWork, name: str) -> web.Response:
    """Stop delivering to an endpoint."""
    endpoints.pause(uow, name)
    web.flash(web.gettext("Delivery is paused. What happens meanwhile is kept and sent later."))
    return web.redirect("tracking.index")


@web.post(blueprint, "/<name>/resume", allow=ADMIN)
def resume(uow: UnitOfWork, name: str) -> web.Response:
    """Deliver to an endpoint again."""
    endpoints.resume(uow, name)
    web.flash(web.gettext("Delivery goes on."))
    return web.redirect("tracking.index")
