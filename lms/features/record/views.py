"""Pages of one's own record."""

import orjson

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.learning.attempts import lookup_service as attempts
from lms.learning.enrolment import service as enrolment

blueprint = web.blueprint("record", __name__)


@web.get(blueprint, "/", allow=web.SIGNED_IN)
def mine(uow: UnitOfWork) -> web.Response:
    """Show everything one has done, the latest first."""
    me = web.me()
    return web.render(
        "record/mine.html",
        courses=enrolment.list_my_courses(uow, me.id),
        attempts=attempts.list_attempts(uow, me.id, with_practice=True),
    )


@web.get(blueprint, "/everything.json", allow=web.SIGNED_IN)
def everything(uow: UnitOfWork) -> web.Response:
    """Send all that is kept about the person who asks, to that person, as one file."""
    found = web.collect_own_data(uow, web.me().id)
    response = web.Response(orjson.dumps(found, option=orjson.OPT_INDENT_2), mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-record.json"
    return response
