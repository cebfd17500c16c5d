"""HTTP to an LRS: recorded bytes out, a reply in. It decides nothing; `model` does.

Connections are kept, redirects are not followed, nothing is retried here. A request as a whole has a deadline, because
a time limit for each read does not stop a server that sends one byte a minute.
"""

import base64
import hashlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlsplit

import orjson
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from lms.engine.xapi.compare import same
from lms.records.lrs import multipart
from lms.records.tracking.addresses import connect
from lms.records.tracking.model import Accepted, Broken, Busy, Conflicting, Delivery, Denied, Found, PostReply, Refused

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
REQUEST_SECONDS = 60.0
BYTES_A_SECOND = 500_000
"""How fast a large request must go out at least."""

MOST_MORE_SECONDS = 80.0
"""How much longer than others a large request may take: with what others may, less than a lease."""

JSON = "application/json"
MOST_ANSWER = 4_000_000
MOST_WORDS = 500
MOST_DIGITS = 9
"""How much of a number of seconds is read: more is too long in any case."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")

# what a status other than 200, 204 and 409 means
_DENIED = frozenset({401, 402, 403, 404, 405, 406, 407, 410, 411, 415, 421, 426, 451})
_BUSY = frozenset({408, 423, 425, 429, 502, 503, 504, 507})
_NOT_VOIDED = frozenset({400, 404})
_HIDDEN = frozenset({401, 403, 405})


@dataclass(frozen=True, slots=True)
class Target:
    """Where an endpoint is, and how to sign in there."""

    url: str
    version: str
    username: str
    password: str


class Content(NamedTuple):
    """What a request carries: its media type, its bytes."""

    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, or why nothing did (status 0)."""

    status: int
    body: bytes = b""
    wait: timedelta | None = None
    failure: str = ""

    @property
    def words(self) -> str:
        """Return the other side's own words, on one line, cut to a readable length."""
        text = self.failure or self.body[: MOST_WORDS * 4].decode("utf-8", errors="replace")
        return _CONTROL.sub(" ", text).strip()[:MOST_WORDS]


class Courier(Protocol):
    """What the relay needs of a transport; tests have another that lies."""

    def post(self, target: Target, batch: Sequence[Delivery]) -> PostReply:
        """Send a batch."""

    def look(self, target: Target, delivery: Delivery) -> Found:
        """See what the remote store holds under a statement's id."""

    def close(self) -> None:
        """Let go of every connection."""


class HttpCourier:
    """The real transport. Use one for each thread."""

    def __init__(
        self,
        *,
        private: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        read_seconds: float = READ_SECONDS,
        request_seconds: float = REQUEST_SECONDS,
    ) -> None:
        self._private = private
        self._clock = clock
        self._read_seconds = read_seconds
        self._request_seconds = request_seconds
        self._kept: dict[tuple[str, str, int], HTTPConnection] = {}

    def post(self, target: Target, batch: Sequence[Delivery]) -> PostReply:
        """Send a batch as one POST and say what the answer means."""
        content = pack(batch)
        answer = self.request(target, "POST", "/statements", content)
        if answer.status == 415 and content.kind != JSON:  # noqa: PLR2004 - Unsupported Media Type: what has no attachment may go
            return Refused(answer.status, answer.words)
        if answer.status == 204:  # noqa: PLR2004 - No Content
            return Accepted()
        if answer.status == 200:  # noqa: PLR2004 - OK
            return _stored(answer, batch)
        return _meaning(answer)

    def look(self, target: Target, delivery: Delivery) -> Found:
        """Fetch a statement by its id and compare it with what was recorded.

        One that was voided there meanwhile is not found under its id alone (Communication 2.1.3): it is asked for.
        """
        found = self._look(target, delivery, "statementId", frozenset({404}))
        # who knows of no voiding may find the question itself bad
        return self._look(target, delivery, "voidedStatementId", _NOT_VOIDED) if found is Found.ABSENT else found

    def request(self, target: Target, method: str, path: str, content: Content | None = None) -> Answer:
        """Make one request; whatever goes wrong on the way becomes an answer of status 0."""
        more = min(len(content.body) / BYTES_A_SECOND, MOST_MORE_SECONDS) if content is not None else 0.0
        try:
            connection = self._connection(target)
        except (OSError, HTTPError, ValueError) as error:
            return Answer(0, failure=_say(error))
        connection.timeout = self._read_seconds + more  # for each step from now on; to send all of it is one
        deadline = _Deadline(connection, self._request_seconds + more)
        try:
            with deadline.running():
                response = self._exchange(connection, target, method, path, content)
                read = response.read(MOST_ANSWER, decode_content=True)
        except (OSError, HTTPError, HTTPException, ValueError, AttributeError) as error:
            self._drop(target)
            return Answer(0, failure=deadline.words if deadline.passed else _say(error))
        if deadline.passed:  # what was read by then may be half an answer
            self._drop(target)
            return Answer(0, failure=deadline.words)
        if len(read) >= MOST_ANSWER:  # something is left unread
            self._drop(target)
        return Answer(response.status, read, _retry_after(response.headers.get("Retry-After"), self._clock()))

    def close(self) -> None:
        """Close every kept connection."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()

    def _look(self, target: Target, delivery: Delivery, name: str, absent: frozenset[int]) -> Found:
        answer = self.request(target, "GET", f"/statements?{name}={quote(delivery.statement_id)}")
        if answer.status in absent:
            return Found.ABSENT
        if answer.status in _HIDDEN:
            return Found.HIDDEN
        if answer.status != 200:  # noqa: PLR2004 - OK
            return Found.UNKNOWN
        return _compare(answer.body, delivery)

    def _exchange(
        self, connection: HTTPConnection, target: Target, method: str, path: str, content: Content | None
    ) -> BaseHTTPResponse:
        credentials = base64.b64encode(f"{target.username}:{target.password}".encode()).decode()
        headers = {
            "Authorization": f"Basic {credentials}",
            "X-Experience-API-Version": target.version,
            "Accept": JSON,
            "User-Agent": "Ymarfer",
        }
        if content is not None:
            headers["Content-Type"] = content.kind
        body = None if content is None else content.body
        connection.request(method, urlsplit(target.url).path + path, body, headers, preload_content=False)
        return connection.getresponse()

    def _connection(self, target: Target) -> HTTPConnection:
        key = _origin(target)
        kept = self._kept.get(key)
        if kept is not None:
            if kept.is_connected:
                return kept
            self._drop(target)
        scheme, host, port = key
        kind = _SecureConnection if scheme == "https" else _PlainConnection
        connection = kind(host, port, timeout=CONNECT_SECONDS)
        connection.private = self._private
        connection.connect()
        self._kept[key] = connection
        return connection

    def _drop(self, target: Target) -> None:
        connection = self._kept.pop(_origin(target), None)
        if connection is not None:
            connection.close()


def pack(batch: Sequence[Delivery]) -> Content:
    """Return what goes out for a batch: for the same batch always the same (T3).

    The boundary is a digest of the statements, which name the digests of all contents: none of them can hold it.
    """
    text = f"[{','.join(each.body for each in batch)}]".encode()
    contents = {part.sha2: part for delivery in batch for part in delivery.attachments}
    if not contents:
        return Content(JSON, text)
    boundary = f"ymarfer-{hashlib.sha256(text).hexdigest()[:40]}"
    parts = [(part.sha2, part.content_type, part.content) for part in contents.values()]
    return Content(f"multipart/mixed; boundary={boundary}", multipart.write(text, parts, boundary))


def probe(courier: HttpCourier, target: Target) -> str:
    """Ask an LRS for one statement; return "" if it answers as an LRS does, or else what is wrong."""
    answer = courier.request(target, "GET", "/statements?limit=1")
    if answer.status == 403:  # noqa: PLR2004 - Forbidden
        return (
            "It knows us but does not let us read (403). If we may write, that is enough for what is recorded here; "
            "what other programs sent (--others) is parked where it answers 409, because nobody can compare it."
        )
    if answer.status != 200:  # noqa: PLR2004 - OK
        return f"{answer.status or 'no answer'}: {answer.words}"
    try:
        is_result = isinstance(orjson.loads(answer.body)["statements"], list)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        is_result = False
    return "" if is_result else f"It answers, but not as an LRS does: {answer.words}"


class _PlainConnection(HTTPConnection):
    """A connection to an address that has been checked."""

    private = False

    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port or 80, private=self.private, timeout=CONNECT_SECONDS)


class _SecureConnection(HTTPSConnection):
    """The same, encrypted, with the certificate checked against the name."""

    private = False

    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port or 443, private=self.private, timeout=CONNECT_SECONDS)


class _Deadline:
    """Cuts a connection when its time is over, whatever it is waiting for."""

    def __init__(self, connection: HTTPConnection, seconds: float) -> None:
        self.passed = False
        self._connection = connection
        self._seconds = seconds

    @property
    def words(self) -> str:
        """Return what is said when it has passed."""
        return f"no complete answer within {self._seconds:.0f} seconds"

    @contextmanager
    def running(self) -> Any:
        """Run the block, at most until the deadline."""
        timer = threading.Timer(self._seconds, self._cut, args=(self._connection.sock,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self, connected: socket.socket | None) -> None:
        self.passed = True
        if connected is not None:
            with suppress(OSError):
                socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _origin(target: Target) -> tuple[str, str, int]:
    parts = urlsplit(target.url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _say(error: Exception) -> str:
    reason = error.args[-1] if error.args else ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__


def _meaning(answer: Answer) -> PostReply:
    said = f"{answer.status}: {answer.words}" if answer.words else str(answer.status)
    reply: PostReply = Busy(f"It does not answer as an LRS does: {said}")
    if answer.status == 0:
        reply = Busy(answer.words)
    elif answer.status == 409:  # noqa: PLR2004 - Conflict
        reply = Conflicting(answer.words)
    elif answer.status in _DENIED:
        reply = Denied(said)
    elif answer.status in _BUSY:
        reply = Busy(said, answer.wait)
    elif answer.status >= 500:  # noqa: PLR2004 - server errors
        reply = Broken(said)
    elif answer.status >= 400:  # noqa: PLR2004 - client errors
        reply = Refused(answer.status, answer.words)
    return reply


def _stored(answer: Answer, batch: Sequence[Delivery]) -> PostReply:
    """Read an answer of 200: the array of the statements' ids (Communication 2.1.2).

    Some (Ralph) name only those that were new to them: then we look, rather than believe.
    """
    try:
        ids = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        ids = None
    sent = {each.statement_id for each in batch}
    if isinstance(ids, list) and all(isinstance(each, str) for each in ids):
        named = {each.lower() for each in ids}
        if named == sent:
            return Accepted()
        if named < sent:
            return Conflicting("It named only some of the statements as stored.")
    return Busy(f"It answered 200, but not as an LRS does: {answer.words}")


def _compare(body: bytes, delivery: Delivery) -> Found:
    try:
        there = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Found.UNKNOWN
    if isinstance(there, dict) and isinstance(there.get("statements"), list):  # Ralph answers with a list
        there = there["statements"][0] if there["statements"] else None
        if there is None:
            return Found.ABSENT
    if not isinstance(there, dict) or "actor" not in there:
        return Found.UNKNOWN
    if str(there.get("id", delivery.statement_id)).lower() != delivery.statement_id.lower():
        return Found.ABSENT  # it passed over the question, and answered with what it has
    try:
        return Found.EQUAL if same(orjson.loads(delivery.body), there) else Found.DIFFERENT
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError):
        return Found.UNKNOWN  # no statement at all: nested too deep, a time outside the calendar


def _retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read Retry-After: seconds, or a date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        digits = value.strip().lstrip("0") or "0"
        return timedelta(seconds=min(int(digits[:MOST_DIGITS]), 10**6))
    with suppress(ValueError, TypeError, ArithmeticError, LookupError):
        at = parsedate_to_datetime(value)
        return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta(0))
    return None
