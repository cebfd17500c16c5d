"""What another program asks of the LRS and what it is answered, free of any web framework; and why it is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from lms.engine.xapi.reading import Malformed, read_json, write_json
from lms.engine.xapi.references import agent_key
from lms.engine.xapi.rules.agents import agent_or_group
from lms.engine.xapi.rules.values import Report, instant, is_iri, is_uuid
from lms.kernel.errors import LmsError

FIRST, SECOND = "1.0.3", "2.0.0"
PREFIXES = {FIRST: "/xapi", SECOND: "/xapi/2.0"}
"""Where each version is served."""

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


class Rule(NamedTuple):
    """A section of both texts: 1.0.3 (Communication, or Data), IEEE 9274.1.1."""

    first: str
    second: str

    def cite(self, version: str) -> str:
        """Return the section as it is cited under a version."""
        return f"IEEE 9274.1.1 {self.second}" if version == SECOND else f"xAPI {self.first}"


ALTERNATE = Rule("Communication 1.3", "4.1.6")
CONTENT_TYPES = Rule("Communication 1.5", "4.1.3")
JSON_CONTENT = Rule("Communication 1.5.1", "4.1.3")
MULTIPART = Rule("Communication 1.5.2", "4.1.3")
PUT_STATEMENTS = Rule("Communication 2.1.1", "4.1.6.1")
POST_STATEMENTS = Rule("Communication 2.1.2", "4.1.6.1")
GET_STATEMENTS = Rule("Communication 2.1.3", "4.1.6.1")
DOCUMENTS = Rule("Communication 2.2", "4.1.6.2")
RESOURCES = Rule("Communication 2.0", "4.1")
CONCURRENCY = Rule("Communication 3.1", "4.1.4")
ERROR_CODES = Rule("Communication 3.2", "4.1.5")
VERSIONING = Rule("Communication 3.3", "4.1.7")
AUTHENTICATION = Rule("Communication 4.0", "4.1.8")
FORMATTING = Rule("Data 2.2", "4.2.1")
SIGNING = Rule("Data 2.6", "4.2.6")


class Refusal(LmsError):  # noqa: N818 - as the kinds are named
    """A request is refused with one of the specification's statuses; `rule` says where that is written."""

    def __init__(
        self,
        status: int,
        what: str,
        rule: Rule,
        *,
        problems: Sequence[object] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what)
        self.status = status
        self.rule = rule
        self.problems = tuple(problems)
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: `resource` below the base address, `headers` with names in lower case."""

    method: str
    resource: str
    version: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def media_type(self) -> str:
        """Return the content type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    stored: datetime | None = None
    """When the last new statement was stored, if that is what the request did."""


def json_answer(value: Any, *, stored: datetime | None = None) -> Answer:
    """Answer 200 with a JSON value."""
    return Answer(200, write_json(value).encode(), JSON, stored=stored)


def http_date(at: datetime) -> str:
    """Return a point in time as HTTP headers write it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


# ── reading a request ─────────────────────────────────────────────────────────────────────────────────────────────

_FORM = "application/x-www-form-urlencoded"
_FORM_HEADERS = frozenset(
    {
        "authorization",
        "x-experience-api-version",
        "content-type",
        "content-length",
        "if-match",
        "if-none-match",
        "accept",
        "accept-language",
        "accept-encoding",
    }
)
_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})


def read_ask(ask: Ask, query: bytes) -> Ask:
    """Return a request with its parameters, in whichever syntax it was sent. Raises Refusal."""
    params = _read_pairs(query, GET_STATEMENTS)
    if ask.version == FIRST and ask.method == "POST" and "method" in params:
        return _alternate(replace(ask, params=params))
    return replace(ask, params=params)


def _alternate(ask: Ask) -> Ask:
    """Communication 1.3: everything but `method` stands in the form."""
    query, headers = ask.params, ask.headers
    method = query["method"]
    if len(query) > 1:
        raise Refusal(400, "In the alternate request syntax, method is the only query parameter.", ALTERNATE)
    if method not in _METHODS:
        raise Refusal(400, "The parameter method must be GET, HEAD, PUT, POST or DELETE.", ALTERNATE)
    if headers.get("content-type", _FORM).partition(";")[0].strip().lower() != _FORM:
        raise Refusal(400, f"In the alternate request syntax, the body must be {_FORM}.", ALTERNATE)
    form = _read_pairs(ask.body, ALTERNATE)
    params = {key: value for key, value in form.items() if key.lower() not in _FORM_HEADERS and key != "content"}
    if method in {"PUT", "POST"} and "content" not in form:
        raise Refusal(400, "In the alternate request syntax, the form must hold the parameter content.", ALTERNATE)
    own = {key: value for key, value in headers.items() if key not in {"content-type", "content-length"}}
    given = {key.lower(): value for key, value in form.items() if key.lower() in _FORM_HEADERS}
    return Ask(
        method,
        ask.resource,
        FIRST,
        params,
        {"content-type": JSON, **own, **given},
        form.get("content", "").encode(),
    )


def _read_pairs(text: bytes, rule: Rule) -> dict[str, str]:
    if not text:
        return {}
    try:
        pairs = parse_qsl(
            text.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=64
        )
    except (UnicodeError, ValueError):
        raise Refusal(400, "The parameters are not URL-encoded UTF-8.", rule) from None
    found: dict[str, str] = {}
    for key, value in pairs:
        if key in found:
            raise Refusal(400, f"The parameter {key[:40]!r} is there twice.", rule)
        if "\0" in value:
            raise Refusal(400, f"The parameter {key[:40]!r} holds the character U+0000.", rule)
        found[key] = value
    return found


def allow_only(ask: Ask, rule: Rule, required: Sequence[str] = (), optional: Sequence[str] = ()) -> None:
    """Refuse parameters that are missing, unknown or in another letter case (Communication 3.2)."""
    for key in ask.params:
        if key not in required and key not in optional:
            raise Refusal(400, f"The parameter {key[:40]!r} is not known here; letter case counts.", ERROR_CODES)
    for key in required:
        if key not in ask.params:
            raise Refusal(400, f"The parameter {key} is required.", rule)


def check_version(ask: Ask) -> None:
    """Refuse a request without a version header that this address is for (Communication 3.3, IEEE 4.1.7)."""
    given = ask.headers.get("x-experience-api-version")
    allowed = re.compile(r"2\.0(?:\.\d+)?" if ask.version == SECOND else r"1\.0(?:\.\d+)?", re.ASCII)
    if given is None:
        raise Refusal(400, "The header X-Experience-API-Version is required.", VERSIONING)
    if not allowed.fullmatch(given):
        other = f"{PREFIXES[FIRST]}/ is for 1.0.x, {PREFIXES[SECOND]}/ for 2.0.x"
        raise Refusal(400, f"The header X-Experience-API-Version names another version; {other}.", VERSIONING)


# ── reading a parameter ───────────────────────────────────────────────────────────────────────────────────────────


def agent_of(ask: Ask, rule: Rule, name: str = "agent") -> tuple[dict[str, Any], str] | None:
    """Return an agent or identified group, and its key."""
    text = ask.params.get(name)
    if text is None:
        return None
    try:
        value = read_json(text)
    except Malformed as error:
        raise Refusal(400, f"The parameter {name} is not JSON: {error}.", rule) from None
    report = Report(ask.version)
    agent_or_group(report, f"?{name}", value)
    if report.found:
        raise Refusal(400, f"The parameter {name} is not an agent.", rule, problems=report.found)
    key = agent_key(value)
    if key is None:
        raise Refusal(400, f"The parameter {name} is a group without an identifier.", rule)
    return value, key


def iri_of(ask: Ask, name: str, rule: Rule) -> str | None:
    """Return an IRI."""
    value = ask.params.get(name)
    if value is not None and not is_iri(value):
        raise Refusal(400, f"The parameter {name} must be an absolute IRI.", rule)
    return value


def uuid_of(ask: Ask, name: str, rule: Rule) -> str | None:
    """Return a UUID in lower case."""
    value = ask.params.get(name)
    if value is not None and not is_uuid(value):
        raise Refusal(400, f"The parameter {name} must be a UUID.", rule)
    return value.lower() if value else None


def instant_of(ask: Ask, name: str, rule: Rule) -> datetime | None:
    """Return a point in time, in UTC."""
    value = ask.params.get(name)
    if value is None:
        return None
    report = Report(ask.version)
    instant(report, f"?{name}", value)
    at = None if report.found else as_utc(value)
    if at is None:
        raise Refusal(400, f"The parameter {name} must be an ISO 8601 timestamp; a plus is written %2B.", rule)
    return at


def as_utc(value: str) -> datetime | None:
    """Return a valid timestamp in UTC; None when it is beyond the calendar there."""
    at = datetime.fromisoformat(value.upper().replace(",", "."))
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return None


def flag_of(ask: Ask, name: str, rule: Rule) -> bool:
    """Return a boolean."""
    value = ask.params.get(name, "false")
    if value not in {"true", "false"}:
        raise Refusal(400, f"The parameter {name} must be true or false.", rule)
    return value == "true"


def limit_of(ask: Ask, rule: Rule, most: int) -> int:
    """Return how many are asked for, never more than `most`."""
    value = ask.params.get("limit", "0")
    if not (value.isascii() and value.isdigit() and len(value) < 10):  # noqa: PLR2004 - more digits than anybody needs
        raise Refusal(400, "The parameter limit must be a whole number, not negative.", rule)
    return min(int(value) or most, most)
