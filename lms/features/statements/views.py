"""Pages of the record as statements."""

from uuid import UUID

from flask_babel import get_timezone

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.features.statements import service
from lms.features.statements.model import Asked

blueprint = web.blueprint("statements", __name__)
READERS = web.roles("trainer", "admin")


@web.get(blueprint, "/", allow=READERS)
def index(uow: UnitOfWork) -> web.Response:
    """Show what was asked for, the newest first."""
    me = web.me()
    page = service.get_page(uow, me.id, me.roles, web.read_query(Asked), get_timezone())
    return web.render("statements/index.html", page=page)


@web.get(blueprint, "/download", allow=READERS)
def download(uow: UnitOfWork) -> web.Response:
    """Send what was asked for as JSON lines."""
    me = web.me()
    body = "".join(service.lines(uow, me.id, me.roles, web.read_query(Asked), get_timezone()))
    response = web.Response(body, content_type="application/x-ndjson")
    response.headers["Content-Disposition"] = 'attachment; filename="statements.jsonl"'
    return response


@web.get(blueprint, "/<uuid:statement_id>", allow=READERS)
def one(uow: UnitOfWork, statement_id: UUID) -> web.Response:
    """Show one statement."""
    me = web.me()
    return web.render("statements/one.html", one=service.get_one(uow, me.id, me.roles, statement_id))
