"""Each request has an id: on every log line made for it, in the answer's header, and as the reference on an error page.

An answer that failed on our side is logged with its endpoint, status and time; never with its address or form, which
may hold anything. Access logs are the business of the server in front.
"""

import secrets
import time

import structlog
from flask import Flask, Response, g, request

from lms.kernel import logs

HEADER = "X-Request-ID"
FAILED = 500
log = structlog.get_logger()


def register(app: Flask) -> None:
    """Give every request of `app` its id."""

    @app.before_request
    def begin() -> None:
        g.request_began = time.perf_counter()
        g.request_id = secrets.token_hex(5)
        logs.bind(request=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
            if response.status_code >= FAILED:
                took = round((time.perf_counter() - g.request_began) * 1000)
                log.warning("request_answered", endpoint=request.endpoint, status=response.status_code, ms=took)
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        logs.unbind()


def reference() -> str:
    """Return this request's id, which an administrator finds in the log."""
    return str(g.get("request_id", "-"))
