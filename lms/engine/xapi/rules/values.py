"""The forms of single values, and the report that rules write to."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a statement breaks: where (as a JSON path), the rule's section, and what is wrong."""

    path: str
    section: str
    what: str
    text: str = "xAPI Data"
    """The text that the section is of."""

    def __str__(self) -> str:
        return f"{self.path}: {self.what} ({self.text} {self.section})"


_SECTIONS = {
    "2.2": "4.2.1",
    "2.3.2": "4.2.5",
    "2.4": "4.2.2",
    "2.4.1": "4.2.4.2",
    "2.4.2": "4.2.2.1",
    "2.4.3": "4.2.2.2",
    "2.4.4": "4.2.2.3",
    "2.4.5": "4.2.2.4",
    "2.4.6": "4.2.2.5",
    "2.4.9": "4.2.4.2",
    "2.4.10": "4.2.4.2",
    "2.4.11": "4.2.2.6",
    "2.6": "4.2.6",
    "4": "4.2.7",
}
"""Section of 1.0.3 (Data) → section of IEEE 9274.1.1; what is not listed is found by its longest listed beginning."""


def ieee_section(section: str) -> str:
    """Return where IEEE 9274.1.1 says what a section of 1.0.3 (Data) says."""
    parts = section.split(".")
    while ".".join(parts) not in _SECTIONS:
        parts.pop()
    return _SECTIONS[".".join(parts)]


@dataclass(slots=True)
class Report:
    """What was found so far, under which version of the specification."""

    version: str
    found: list[Violation] = field(default_factory=list)

    def say(self, path: str, section: str, what: str) -> None:
        """Add a finding; `section` is that of 1.0.3."""
        if self.is_second:
            self.found.append(Violation(path, ieee_section(section), what, "IEEE 9274.1.1"))
        else:
            self.found.append(Violation(path, section, what))

    @property
    def is_second(self) -> bool:
        """Tell whether the rules are those of 2.0.0."""
        return self.version.startswith("2.")


Rule = Callable[[Report, str, Any], None]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x20<>\"{}|\\^`\x7f]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MAILTO = re.compile(r"mailto:[^\s@<>]+@[^\s@<>]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?P<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_NUMBER = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W|(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)",
    re.ASCII,
)
_LANGUAGE = re.compile(
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})"  # language, extended
    r"(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?"  # script, region
    r"(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*"  # variants
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"  # extensions
    r"(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"  # private use
    r"|[xX](?:-[A-Za-z0-9]{1,8})+"
    r"|[iI]-[A-Za-z]{2,8}|en-GB-oed|sgn-(?:BE-FR|BE-NL|CH-DE)|zh-min(?:-nan)?",  # grandfathered
    re.ASCII,
)
_SINGLETON = re.compile(r"-([0-9a-wy-z])(?=-)")


def is_iri(value: object) -> bool:
    """Tell whether `value` is an absolute IRI (Data 4.3; best effort, as 2.2 allows)."""
    return isinstance(value, str) and _IRI.fullmatch(value) is not None


def is_uuid(value: object) -> bool:
    """Tell whether `value` is a UUID in standard string form (Data 4.4)."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_language_tag(value: object) -> bool:
    """Tell whether `value` has the form of an RFC 5646 language tag (Data 2.2), each extension at most once (2.2.6)."""
    if not isinstance(value, str):
        return False
    return _is_common_tag(value) if len(value) <= _COMMON else _is_tag(value)


def _is_tag(value: str) -> bool:
    if _LANGUAGE.fullmatch(value) is None:
        return False
    extensions = _SINGLETON.findall(f"-{value}".lower().partition("-x-")[0])
    return len(set(extensions)) == len(extensions)


_COMMON = 16
_is_common_tag = lru_cache(maxsize=1024)(_is_tag)
"""There are few of them, and most statements hold several. Long ones are not kept: whoever sends them chooses how long."""


def is_number(value: object) -> bool:
    """Tell whether `value` is a JSON number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def text(report: Report, path: str, value: object) -> None:
    """2.2: a string is a string."""
    if not isinstance(value, str):
        report.say(path, "2.2", "must be a string")


def flag(report: Report, path: str, value: object) -> None:
    """2.2: a boolean is true or false, not a word for it."""
    if not isinstance(value, bool):
        report.say(path, "2.2", "must be true or false")


def number(report: Report, path: str, value: object) -> None:
    """2.2: a number is a number, not a string of digits."""
    if not is_number(value):
        report.say(path, "2.2", "must be a number")


def iri(report: Report, path: str, value: object) -> None:
    """4.3, 2.2: an IRI with a scheme."""
    if not is_iri(value):
        report.say(path, "4.3", "must be an absolute IRI")


def uuid(report: Report, path: str, value: object) -> None:
    """4.4: a UUID in standard string form."""
    if not is_uuid(value):
        report.say(path, "4.4", "must be a UUID in standard form")


def mailto(report: Report, path: str, value: object) -> None:
    """2.4.2.3: an mbox is mailto: and an address."""
    if not (isinstance(value, str) and _MAILTO.fullmatch(value)):
        report.say(path, "2.4.2.3", "must be mailto: and a mail address")


def sha1(report: Report, path: str, value: object) -> None:
    """2.4.2.3: an mbox_sha1sum is 40 hexadecimal digits."""
    if not (isinstance(value, str) and _SHA1.fullmatch(value)):
        report.say(path, "2.4.2.3", "must be a SHA-1 in hexadecimal")


def instant(report: Report, path: str, value: object) -> None:
    """4.5: a point in time by ISO 8601 that exists; an offset of minus zero says nothing and is refused."""
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None or not isinstance(value, str):
        report.say(path, "4.5", "must be an ISO 8601 date and time")
        return
    zone = match["zone"] or ""
    if zone.startswith("-") and not zone.strip("-0:"):
        report.say(path, "4.5", "must not have an offset of minus zero")
        return
    try:
        datetime.fromisoformat(value.upper().replace(",", "."))
    except ValueError:
        report.say(path, "4.5", "must be a date and time that exists")


def duration(report: Report, path: str, value: object) -> None:
    """4.6: a duration by ISO 8601, with designators."""
    if not (isinstance(value, str) and _DURATION.fullmatch(value)):
        report.say(path, "4.6", "must be an ISO 8601 duration such as PT8.5S")


def language(report: Report, path: str, value: object) -> None:
    """2.4.6: a language is an RFC 5646 tag."""
    if not is_language_tag(value):
        report.say(path, "2.4.6", "must be an RFC 5646 language tag")


def language_map(report: Report, path: str, value: object) -> None:
    """4.2: language tags to strings, at least one."""
    if not isinstance(value, dict) or not value:
        report.say(path, "4.2", "must be a language map, and hold a language")
        return
    for key, words in value.items():
        if not is_language_tag(key):
            report.say(f"{path}.{key}", "4.2", "the key must be an RFC 5646 language tag")
        if not isinstance(words, str):
            report.say(f"{path}.{key}", "4.2", "the value must be a string")


def extensions(report: Report, path: str, value: object) -> None:
    """4.1: IRIs to anything at all, null included."""
    if not isinstance(value, dict):
        report.say(path, "4.1", "must be an object")
        return
    for key in value:
        if not is_iri(key):
            report.say(f"{path}.{key}", "4.1", "the key must be an absolute IRI")


def known(report: Report, path: str, value: object, rules: Mapping[str, Rule], section: str) -> bool:
    """2.2: an object with allowed keys alone; apply to each value the rule of its key.

    Returns False when it is no object, so that the caller stops there.
    """
    if not isinstance(value, dict):
        report.say(path, section, "must be an object")
        return False
    for key, item in value.items():
        rule = rules.get(key)
        if rule is None:
            report.say(f"{path}.{key}", "2.2", "is not a property of the specification")
        else:
            rule(report, f"{path}.{key}", item)
    return True


def required(report: Report, path: str, value: Mapping[str, Any], keys: tuple[str, ...], section: str) -> None:
    """Report each of `keys` that is missing."""
    for key in keys:
        if key not in value:
            report.say(f"{path}.{key}", section, "is required")
