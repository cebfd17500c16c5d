"""Two addresses for who watches over an installation: whether the process lives, and whether all is ready."""

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.operations import service

blueprint = web.blueprint("operations", __name__)


@web.probe(blueprint, "/live")
def live() -> web.Response:
    """Answer while the process can; asks nothing of the database."""
    return web.jsonify(live=True)


@web.get(blueprint, "/ready", allow=web.ANYONE)
def ready(uow: UnitOfWork) -> web.Response:
    """Answer 200 when people can be served, 503 when not."""
    service.require_ready_now(uow)
    return web.jsonify(ready=True)
