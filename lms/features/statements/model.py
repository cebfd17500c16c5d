"""What one may ask of the record, and what is shown. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.engine.xapi.vocabulary import CERTIFICATE, COURSE, LESSON
from lms.records.tracking.endpoints import Sent

FOR_ADMINS = frozenset({COURSE.iri, LESSON.iri, CERTIFICATE.iri})
"""The types of activity whose statements admins may read (B1): not those of answers and decisions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The form of the page: everything is optional. `before` is the place in the record to go on from."""

    who: str = ""
    about: str = ""
    verb: str = ""
    registration: str = ""
    since: str = ""
    until: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A statement in the list."""

    id: str
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what was asked for, the newest first; `before` leads on, 0: that is all.

    `people` are those whom `who` could mean, where it means more than one.
    """

    asked: Asked
    rows: tuple[Row, ...]
    before: int
    people: tuple[str, ...]
    verbs: tuple[tuple[str, str], ...]
    things: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One statement: as a sentence, as it is kept, whose it is (if that is known), and where it was sent."""

    id: str
    at: datetime
    sentence: str
    json: str
    person_id: UUID | None
    sent: tuple[Sent, ...]


def admits(roles: frozenset[str], statement: Mapping[str, Any]) -> bool:
    """Tell whether somebody with these roles may read a statement (B1)."""
    if "trainer" in roles:
        return True
    target = statement["object"]
    return target.get("definition", {}).get("type") in FOR_ADMINS
