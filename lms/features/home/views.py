"""The page of home."""

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.home import service

blueprint = web.blueprint("home", __name__, prefix="/")


@web.get(blueprint, "/", allow=web.SIGNED_IN)
def index(uow: UnitOfWork) -> web.Response:
    """Show what to carry on with, what is to do, what is done."""
    me = web.me().id
    page = service.get_home(uow, me, web.here(uow.now))
    return web.render("home/index.html", page=page, unfinished=web.collect_unfinished(uow, me))
