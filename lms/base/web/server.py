"""How the application meets its server: one request at a time, and answers that leave in one piece.

Whatever a request does, its answering too, is done in its turn (see the decision record 0010). Not so: waiting for a
form to arrive, addresses for machines (`probe`), which answer whatever else waits, and sending a stream. Other programs
(`beside`) may send and be sent large bodies; they take the turn for their unit of work alone.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from lms.base.web.security import BODY_MOST, complete

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Answer(Response):
    """An answer that has every header it must carry, and is given to the server as a list where it can be.

    What is a list is sent at once, not piece by piece.
    """

    def get_wsgi_response(self, environ: "WSGIEnvironment") -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return body, status and headers; an answer that must be closed, or has no body, the framework knows better."""
        if (
            self.is_sequence
            and self.status_code in _FULL
            and not self._on_close
            and environ["REQUEST_METHOD"] != "HEAD"
        ):
            return list(self.iter_encoded()), self.status, complete(list(self.headers))
        body, status, headers = super().get_wsgi_response(environ)
        return body, status, complete(headers)


_FULL = frozenset({200, 303, *range(400, 600)})
"""Kinds of answer that always have a body."""


class OneAtATime:
    """A WSGI application whose requests take turns, but for those at an address in `apart` or below one in `beside`."""

    def __init__(
        self,
        application: "WSGIApplication",
        turn: AbstractContextManager[Any],
        apart: Iterable[str],
        beside: Iterable[str] = (),
    ) -> None:
        self._application = application
        self._turn = turn
        self._apart = frozenset(apart)
        self._beside = tuple(f"{each}/" for each in beside)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        if environ["PATH_INFO"] in self._apart or environ["PATH_INFO"].startswith(self._beside):
            return self._application(environ, start_response)
        if environ["REQUEST_METHOD"] not in _BODILESS:
            environ["wsgi.input"] = BytesIO(_body(environ))
        with self._turn:
            return self._application(environ, start_response)


_BODILESS = frozenset({"GET", "HEAD"})


def _body(environ: "WSGIEnvironment") -> bytes:
    """Return what was sent, as far as it is read at all: nobody waits for the phone that loses its network meanwhile.

    Not every server ends the stream where the body ends, so no more is asked for than was announced.
    """
    sent, body = get_input_stream(environ), b""
    try:
        while len(body) <= BODY_MOST and (part := sent.read(BODY_MOST + 1 - len(body))):
            body += part
    except (OSError, ClientDisconnected):
        return b""
    return body
