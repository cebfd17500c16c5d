"""The session: a signed cookie that is good until a person has been idle for too long.

S1  a cookie older than the idle limit counts for nothing, whatever the browser says
S2  a clock that moves back (by less than that limit) signs nobody out
S3  a cookie is sent anew when something in it changed, or when it is a minute old: not with every answer, and never
    with a static file, which may be kept by whoever passes it on
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from lms.kernel.clock import Clock

RENEW_AFTER = timedelta(minutes=1)
KNOWN = 1000
"""How many cookies are remembered, so that a page need not check a signature that was checked a moment ago."""


class ClockSigner(TimestampSigner):
    """A signer that asks the house's clock."""

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def get_timestamp(self) -> int:
        """Return the second of signing."""
        return int(self._clock.now().timestamp())


class CookieSession(SecureCookieSession):
    """The content of the cookie, and whether it is due to be sent again."""

    is_due = False


class CookieSessions(SecureCookieSessionInterface):
    """Opens and saves sessions by the house's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._serializer: URLSafeTimedSerializer | None = None
        self._known: dict[str, tuple[dict[str, Any], datetime]] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """Return the serializer, made once: the key does not change while we run."""
        if self._serializer is None:
            self._serializer = URLSafeTimedSerializer(
                app.config["SECRET_KEY"],
                salt=self.salt,
                serializer=self.serializer,
                signer=ClockSigner,
                signer_kwargs={
                    "key_derivation": self.key_derivation,
                    "digest_method": self.digest_method,
                    "clock": self._clock,
                },
            )
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> CookieSession:
        """Return what the cookie holds, or an empty session."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return CookieSession()
        try:
            content, signed_at = self._known.get(cookie) or self._read(app, cookie)
        except BadSignature:
            return CookieSession()
        age, idle = self._clock.now() - signed_at, app.permanent_session_lifetime
        if not -idle < age < idle:
            return CookieSession()
        session = CookieSession(content)
        session.is_due = not timedelta() <= age < RENEW_AFTER
        return session

    def _read(self, app: Flask, cookie: str) -> tuple[dict[str, Any], datetime]:
        """Return content and time of a cookie that we signed, and remember plain ones. Raises BadSignature."""
        content, signed_at = self.get_signing_serializer(app).loads(cookie, return_timestamp=True)
        if all(isinstance(value, str | bool) for value in content.values()):  # nothing that a request could change
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[cookie] = content, signed_at
        return content, signed_at

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:  # noqa: ARG002
        """Tell whether the answer carries the cookie."""
        return session.modified or (session.permanent and getattr(session, "is_due", False))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie if it should be sent, and say that the answer depends on it."""
        if current_request.endpoint != "static":
            super().save_session(app, session, response)
