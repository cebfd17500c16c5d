"""What a certificate states, the seal over it, and who may look. Pure."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from lms.engine.course.api import Course, Reviewed, ScenarioActivity, Standing, is_done
from lms.kernel.errors import Invalid
from lms.kernel.ids import content_hash
from lms.kernel.record import Record, canonical

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Facts(Record):
    """All that a certificate states, but for its holder's name; fixed when it is issued (K2).

    `mode` says how it was shown: "knowledge" is all that a course alone can show. `way` says how the course's simulations
    were done: "played", "summary" (read instead of played), or "" where there are none. Texts are Markdown as written,
    days and instants are ISO. A field added with a default leaves what was sealed before as it was.
    """

    id: str
    registration: str
    course: str
    version: str
    title: str
    outcomes: tuple[str, ...]
    minutes: int
    says: str
    mode: str
    language: str
    issuer: str
    issued_at: str
    valid_until: str = ""
    way: str = ""
    reviewed: Reviewed | None = None

    @property
    def issued_on(self) -> date:
        """The day of issue, in UTC."""
        return datetime.fromisoformat(self.issued_at).date()

    @property
    def last_day(self) -> date | None:
        """The last day on which it is valid; None when it does not expire."""
        return date.fromisoformat(self.valid_until) if self.valid_until else None

    @property
    def short_version(self) -> str:
        """Enough of the content's hash to tell two versions apart."""
        return self.version[:8]

    @property
    def record_id(self) -> str:
        """The id under which statements know it: nobody can find the public page from it (K3)."""
        return content_hash(self.id.encode())[:32]

    def is_expired(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.last_day is not None and self.last_day < today


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as its public page states it. `name` is None once the holder's data has been erased (K4)."""

    facts: Facts
    name: str | None
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own certificate, and whether its PDF is made."""

    certificate: Certificate
    has_pdf: bool


@dataclass(frozen=True, slots=True)
class HolderPage:
    """Somebody's certificates, as trainers, admins and that person's manager see them."""

    name: str
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A certificate whose PDF is to be made, in the language that its holder read in. None where it does not verify."""

    id: str
    registration_id: UUID
    certificate: Certificate | None
    locale: str


def is_id(text: str) -> bool:
    """Tell whether text could be the id of a certificate; nothing else is looked up."""
    return _ID.fullmatch(text) is not None


def way_of(course: Course, facts: dict[str, Standing]) -> str:
    """Return how the simulations that the certificate asks for were done; one that was only read about counts as read."""
    needed = () if course.certificate is None else course.certificate.needs
    scenarios = [each for each in course.activities if isinstance(each, ScenarioActivity) and each.id in needed]
    if not scenarios:
        return ""
    return "played" if all(_is_played(each, facts.get(each.id, Standing())) for each in scenarios) else "summary"


def _is_played(activity: ScenarioActivity, at: Standing) -> bool:
    return is_done(activity, replace(at, summary_read=False))


def last_day(issued_on: date, years: int | None) -> str:
    """Return the last day on which a certificate is valid; empty when it does not expire."""
    if years is None:
        return ""
    try:
        return issued_on.replace(year=issued_on.year + years).isoformat()
    except ValueError:  # 29 February
        return issued_on.replace(year=issued_on.year + years, day=28).isoformat()


def written(facts: Facts) -> str:
    """Return the facts as they are kept and sealed."""
    return canonical(facts.to_json()).decode()


def read(kept: str) -> Facts:
    """Read kept facts back. Raises Invalid when they are none."""
    try:
        return Facts.from_json(json.loads(kept))
    except (ValueError, RecursionError) as error:
        raise Invalid("This is not what a certificate states.") from error


def seal_facts(key: bytes, kept: str) -> str:
    """Return the seal over everything stated, as it is kept."""
    return _seal(key, "facts", kept)


def seal_name(key: bytes, certificate_id: str, name: str) -> str:
    """Return the seal over the holder's name: apart from the facts', so that both can be erased and these stay."""
    return _seal(key, "name", f"{certificate_id}\0{name}")


def is_same_seal(one: str, other: str) -> bool:
    """Compare two seals in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def wait_after(tries: int) -> timedelta:
    """Return how long a PDF that failed so often is left alone."""
    return min(FIRST_WAIT * (1 << min(tries, 16)), LONGEST_WAIT)


def _seal(key: bytes, kind: str, stated: str) -> str:
    return hmac.new(key, f"{kind}\0{stated}".encode(), hashlib.sha256).hexdigest()
