"""Headers, hosts and cookies: what every answer carries and every request must satisfy."""

import hashlib
import secrets
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request

from lms.base.web.session import CookieSessions
from lms.kernel.clock import Clock
from lms.kernel.settings import is_loopback_host

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000; includeSubDomains"
BODY_MOST = 256 * 1024
"""The largest form that is read, in bytes."""


_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def register(app: Flask, *, address: str, is_secure: bool, idle: timedelta, clock: Clock) -> None:
    """Guard `app`, which is reached under the public `address`; sign-ins end after `idle` without a request."""
    name = hashlib.sha256(address.encode()).hexdigest()[:8]
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-lms-{name}" if is_secure else f"lms-{name}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=idle,
        MAX_CONTENT_LENGTH=BODY_MOST,
        MAX_FORM_MEMORY_SIZE=BODY_MOST,
        MAX_FORM_PARTS=500,
    )
    app.session_interface = CookieSessions(clock)
    host = urlsplit(address).netloc.lower()
    allowed = {host, *_loopback_twins(host)}

    app.extensions["lms.headers"] = (*_HEADERS.items(), *((("Strict-Transport-Security", _HSTS),) if is_secure else ()))

    @app.before_request
    def refuse_foreign_hosts() -> None:
        if request.host.lower() not in allowed:
            abort(421)

    @app.before_request
    def refuse_control_characters() -> None:
        if not request.path.isprintable():  # no address of ours holds any, and no database and no log should meet one
            abort(404)


def complete(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers of an answer with those that it must carry and was not given otherwise."""
    given = {name.lower() for name, _value in headers}
    always = (*current_app.extensions["lms.headers"], ("Content-Security-Policy", policy(g.get("csp_nonce"))))
    return [*headers, *(each for each in always if each[0].lower() not in given)]


def is_local() -> bool:
    """Tell whether this request comes from this very machine, with no proxy between."""
    return is_loopback_host(request.remote_addr or "") and not any(name in request.headers for name in _FORWARDED)


def nonce() -> str:
    """Return this request's nonce, for an inline script that a page cannot do without."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


@lru_cache(maxsize=1)
def policy(script_nonce: str | None) -> str:
    """Return the Content-Security-Policy: our own files only, no frames, no plug-ins, forms to ourselves."""
    script = f"'self' 'nonce-{script_nonce}'" if script_nonce else "'self'"
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self'; font-src 'self'; "
        "media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def _loopback_twins(host: str) -> set[str]:
    name, _, port = host.rpartition(":")
    twins = ("127.0.0.1", "localhost", "[::1]")
    return {f"{twin}:{port}" for twin in twins} if name in twins else set()
