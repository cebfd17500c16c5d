"""Forms that another site cannot send: each holds a secret of the session, and an act without it is refused.

The secret is random, lives in the signed cookie, which no other site can read, and ends with the session. It stands in
every form (`csrf()` in templates); a script may send it in the header X-CSRFToken instead.
"""

import hmac
import secrets
from collections.abc import Collection

from flask import Flask, request, session
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

FIELD = "csrf_token"
HEADER = "X-CSRFToken"
_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_INPUT = Markup('<input type="hidden" name="{}" value="{}">')


class StaleForm(BadRequest):
    """The form came without its session's secret: it is forged, or older than the session."""


def register(app: Flask, *, apart: Collection[str] = ()) -> None:
    """Refuse every act whose form does not hold its session's secret.

    The blueprints `apart` are for programs, which come with credentials of their own and never act by a cookie.
    """

    @app.before_request
    def refuse_forged_forms() -> None:
        if request.method in _READING or request.endpoint is None or request.blueprint in apart:
            return
        kept = session.get(FIELD, "")
        given = request.form.get(FIELD) or request.headers.get(HEADER, "")
        if not kept or not hmac.compare_digest(kept.encode(), given.encode()):
            raise StaleForm


def token() -> str:
    """Return the session's secret, made the first time."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return str(session[FIELD])


def field() -> Markup:
    """Return the hidden field that every form carries."""
    return _INPUT.format(FIELD, token())
