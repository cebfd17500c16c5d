"""From error kinds to HTTP, as HTML for people and JSON for programs: one table."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from lms.base.web.csrf import FIELD, StaleForm
from lms.base.web.identity import visitor
from lms.base.web.trace import reference
from lms.kernel.errors import Conflict, Invalid, LmsError, NotAllowed, NotFound, Unavailable

log = structlog.get_logger()
E = TypeVar("E", bound=Exception)

MANY_LETTERS = 20
"""A text of so many letters is given back where it could not be kept: nobody likes to write it twice."""

STATUS: dict[type[LmsError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    Unavailable: 503,
}


def register(app: Flask) -> None:
    """Make every error leave the application as a page that says what to do next."""
    app.register_error_handler(LmsError, _knowing_the_visitor(_expected))
    app.register_error_handler(StaleForm, _knowing_the_visitor(_stale_form))
    app.register_error_handler(HTTPException, _knowing_the_visitor(_http))
    app.register_error_handler(Exception, _knowing_the_visitor(_unexpected))


def _expected(error: LmsError) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    problems = [_(str(problem)) for problem in getattr(error, "problems", ())]
    fix = _(error.fix or error.why) if error.fix or error.why else ""
    return _answer(status, _(error.what), fix, problems, _written() if isinstance(error, Conflict) else [])


def _written() -> list[str]:
    """Return the texts of a form that could not be kept."""
    return [
        text
        for name, text in request.form.items()
        if len(text) >= MANY_LETTERS and name != FIELD and "password" not in name
    ]


def _stale_form(_error: StaleForm) -> Response:
    is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"  # no page of others puts words here
    written = _written() if is_ours else []
    fix = _("Open the page again, signed in, and repeat your last step.")
    return _answer(400, _("This page had been open for too long, so it could not be sent."), fix, written=written)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    texts = {
        404: (_("There is nothing at this address."), _("Check the address, or start again from home.")),
        405: (_("This address is not a page."), _("Go back and use the button on the page.")),
        421: (_("This address is not one that this server answers for."), _("Check the address in your browser.")),
        413: (_("That is more than can be sent at once."), _("Shorten it, then try again.")),
    }
    what, fix = texts.get(
        code,
        (
            _("This could not be understood, so nothing was changed."),
            _("Go back, load the page again and try once more."),
        ),
    )
    if isinstance(error, RequestEntityTooLarge):
        what, fix = texts[413]
    answer = _answer(code, what, fix)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(error.valid_methods)  # RFC 9110, section 15.5.6
    return answer


def _unexpected(error: Exception) -> Response:
    g.setdefault("identity", None)  # if nobody could be asked for, asking again would fail again
    log.error("request_failed", endpoint=request.endpoint, exc_info=error)
    return _answer(
        500,
        _("Something went wrong on our side. What you had saved is safe."),
        _("Try again. If it stays, tell your administrator this reference: %(reference)s", reference=reference()),
    )


def _answer(
    status: int, what: str, fix: str, problems: list[str] | None = None, written: list[str] | None = None
) -> Response:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        body = {"error": {"status": status, "what": what, "fix": fix, "problems": problems or []}}
        response = make_response(body, status)
    else:
        page = render_template(
            "shell/error.html", status=status, what=what, fix=fix, problems=problems or [], written=written or []
        )
        response = make_response(page, status)
    if status == STATUS[Unavailable]:
        response.headers["Retry-After"] = "5"
    return response


def _knowing_the_visitor(handler: Callable[[E], Response]) -> Callable[[E], Response]:
    """Let an error page ask who is there (for the language, for the header) even when the database cannot be asked."""

    def handle(error: E) -> Response:
        try:
            visitor()
        except Exception:  # noqa: BLE001 - whatever is broken, the page that says so must not break too
            g.identity = None
        return handler(error)

    return handle
