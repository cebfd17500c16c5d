"""Two addresses for who watches over an installation: whether the process lives, and whether all is ready."""

import hmac

from flask import request

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.operations import metrics, service
from lms.kernel.errors import NotAllowed

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


@web.get(blueprint, "/metrics", allow=web.ANYONE)
def metric_lines(uow: UnitOfWork) -> web.Response:
    """Answer who watches this installation: from this machine itself, or with the token that is set for it."""
    token = web.settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else web.is_local()):
        raise NotAllowed(
            "Metrics are for who watches this installation.",
            fix="Ask from the machine itself, or set LMS_METRICS_TOKEN and send it as a bearer token.",
        )
    return web.Response(metrics.text(uow), content_type=metrics.CONTENT_TYPE)
