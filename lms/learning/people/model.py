"""What a person is, and the rules for names, mail addresses and passwords. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from lms.kernel.errors import Invalid, NotAllowed
from lms.kernel.words import N_

ROLES = ("learner", "trainer", "manager", "admin")
LOCALES = ("en_GB", "cy")

LINK_LIFETIME = timedelta(hours=1)
WINDOW = timedelta(minutes=15)
"""Tries are counted over this time."""
MOST_PER_ACCOUNT = 10
MOST_PER_ADDRESS = 100
"""A whole ward may share one address, so it may try more often than one account."""

PASSWORD_LEAST = 12
PASSWORD_MOST = 1000
NAME_MOST = 200
MAIL_MOST = 254
_MAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+")
_OWN_WORDS_LEFT = 8
"""So many characters of a password must remain when the person's own name and address are taken out."""
_COMMON = frozenset(
    [
        "123456789012",
        "1234567890123",
        "1234567890ab",
        "123456123456",
        "111111111111",
        "000000000000",
        "121212121212",
        "112233445566",
        "abcdefghijkl",
        "abcd12345678",
        "abc123abc123",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwerty123456",
        "qwertyqwerty",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "asdfghjkl123",
        "zaq12wsxcde3",
        "qazwsxedcrfv",
        "passwordpassword",
        "password1234",
        "password12345",
        "password123!",
        "password2024",
        "password2025",
        "password2026",
        "passw0rd1234",
        "p@ssw0rd1234",
        "p@ssword1234",
        "mypassword12",
        "mypassword123",
        "changemeplease",
        "changeme1234",
        "letmeinplease",
        "letmein12345",
        "letmeinletmein",
        "welcome12345",
        "welcome123456",
        "iloveyou1234",
        "iloveyou12345",
        "administrator",
        "administrator1",
        "admin1234567",
        "adminadmin12",
        "liverpool123",
        "manchester12",
        "cardiffcity1",
        "arsenal12345",
        "chelsea12345",
        "sunshine1234",
        "football1234",
        "princess1234",
        "monkey123456",
        "trustno1trustno1",
        "nhspassword1",
        "correcthorsebatterystaple",
        "ymarferymarfer",
    ],
)


class TooMany(NotAllowed):
    """There were too many tries in a short time; waiting helps."""


class Learner(Protocol):
    """Who acts: enough to find what is theirs and to name them in statements."""

    @property
    def id(self) -> UUID:
        """Return the person's id."""

    @property
    def token(self) -> str:
        """Return the pseudonym that statements carry."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account holder. `token` is the pseudonym in statements; `time_zone` is empty until one is chosen."""

    id: UUID
    name: str
    mail: str
    roles: frozenset[str]
    manager_id: UUID | None
    token: str
    epoch: int
    locale: str
    time_zone: str
    created_at: datetime
    is_demo: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class Viewing:
    """An audit entry: somebody opened another person's record. `what` is an untranslated message id."""

    viewer_id: UUID
    viewer: str
    person_id: UUID
    person: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person is being erased, in this transaction: whoever keeps text or a name of theirs drops it, and counts it."""

    person_id: UUID
    tally: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int) -> None:
        """Note how many of something were dropped; `what` is an untranslated message id."""
        self.tally[what] = self.tally.get(what, 0) + number


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure: when, who did it (empty: somebody who has been erased since), and how much of what."""

    at: datetime
    by: str
    tally: Mapping[str, int]
    from_command_line: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: its address, and whether that is this machine without any proxy between."""

    address: str
    is_local: bool


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that lets one person choose a new password, once, before it expires."""

    path: str
    person: Person
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """What is wrong with one field, in words for the person who filled it in (an untranslated message id)."""

    field: str
    what: str

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of the people that a first look needs; see `DEMO_PEOPLE`."""

    mail: str
    name: str
    roles: tuple[str, ...]
    is_managed: bool = False


DEMO_PASSWORD = "practice makes better"  # noqa: S105 - printed at start, and worthless beyond this machine
DEMO_PEOPLE = (
    DemoPerson("manager@demo.example", "Rhian Morgan", ("manager", "learner")),
    DemoPerson("learner@demo.example", "Amina Yusuf", ("learner",), is_managed=True),
    DemoPerson("second@demo.example", "Tomasz Nowak", ("learner",), is_managed=True),
    DemoPerson("trainer@demo.example", "Gareth Pugh", ("trainer", "learner")),
    DemoPerson("admin@demo.example", "Siân Powell", ("admin",)),
)


def fold_mail(mail: str) -> str:
    """Return the one form in which an address is kept and looked up."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", mail).strip().casefold())


def tidy_name(name: str) -> str:
    """Return a name with single spaces and composed letters."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def check_name(name: str) -> list[FieldFinding]:
    """Return what is wrong with a tidied name: any script is welcome, invisible steering characters are not."""
    if not name:
        return [FieldFinding("name", N_("Please enter a name."))]
    if len(name) > NAME_MOST:
        return [FieldFinding("name", N_("That name is too long: at most 200 characters."))]
    if any(_steers(character) for character in name):
        return [FieldFinding("name", N_("That name contains characters that cannot be shown."))]
    return []


def check_mail(mail: str) -> list[FieldFinding]:
    """Return what is wrong with a folded address."""
    if len(mail) > MAIL_MOST or not _MAIL.fullmatch(mail) or any(_steers(character) for character in mail):
        return [FieldFinding("mail", N_("Please enter a mail address such as mair@example.org."))]
    return []


def check_roles(roles: Iterable[str]) -> list[FieldFinding]:
    """Return what is wrong with a set of roles."""
    if not set(roles) or set(roles) - set(ROLES):
        return [FieldFinding("roles", N_("Please choose at least one role of the list."))]
    return []


def check_password(password: str, *, name: str, mail: str, field: str = "password") -> list[FieldFinding]:
    """Return what is wrong with a new password: long, not one's own name or address, not one that everybody tries.

    There are no rules of composition: length is what protects.
    """
    folded = normal_password(password).casefold()
    if len(folded) < PASSWORD_LEAST:
        return [
            FieldFinding(field, N_("Use at least 12 characters: three or four words that only you would put together."))
        ]
    if len(folded) > PASSWORD_MOST:
        return [FieldFinding(field, N_("That password is too long: at most 1000 characters."))]
    bare = re.sub(r"\s", "", folded)
    if bare in _COMMON or len(set(bare)) < 4:  # noqa: PLR2004 - fewer different characters than a short PIN has digits
        return [
            FieldFinding(field, N_("That password is one of the first that others would try. Please choose another."))
        ]
    for word in sorted(_own_words(name, mail), key=len, reverse=True):
        folded = folded.replace(word, "")
    if len(folded) < _OWN_WORDS_LEFT:
        return [
            FieldFinding(field, N_("That password is too close to your own name or address. Please choose another."))
        ]
    return []


def normal_password(password: str) -> str:
    """Return the form that is hashed, so that every keyboard writes the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def demand(what: str, findings: Sequence[FieldFinding]) -> None:
    """Raise Invalid with `findings` if there are any."""
    if findings:
        raise Invalid(what, problems=findings)


def link_path(secret: str) -> str:
    """Return the path of a one-time link."""
    return f"/people/reset/{secret}"


def _own_words(name: str, mail: str) -> set[str]:
    words = {*name.casefold().split(), *re.split(r"[@.]", mail), mail, mail.partition("@")[0]}
    return {word for word in words if len(word) > 2}  # noqa: PLR2004 - initials occur in any password


def _steers(character: str) -> bool:
    """Tell whether a character is a control, a line end, a surrogate or one that turns the direction of text."""
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
