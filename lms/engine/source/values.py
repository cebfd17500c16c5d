"""Small values that authors write as one word or phrase, for use as types of a Record's fields."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from lms.kernel.ids import is_slug

_LONGEST_CODE = 20


class Slug(str):
    """An id: lower-case words and digits joined by hyphens."""

    __slots__ = ()
    SAYS: ClassVar[str] = "an id such as 'supper-tray'"
    PATTERN: ClassVar[str] = "^[a-z0-9]+(-[a-z0-9]+)*$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the id; ValueError when it is not written like one."""
        if not is_slug(text):
            raise ValueError(
                "an id has lower-case letters a-z and digits, in words joined by hyphens; at most 64 characters"
            )
        return cls(text)


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from `low` to `high`, both included, written `-10..10`; one number alone is written `20`."""

    low: int
    high: int
    SAYS: ClassVar[str] = "a range such as 0..10"
    PATTERN: ClassVar[str] = r"^[+-]?\d{1,9}(\.\.[+-]?\d{1,9})?$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the range; ValueError when it is not one, or ends before it starts."""
        match = re.fullmatch(r"([+-]?\d{1,9})(?:\.\.([+-]?\d{1,9}))?", text, re.ASCII)
        if match is None:
            too_long = re.fullmatch(r"[+-]?\d+(?:\.\.[+-]?\d+)?", text, re.ASCII) is not None
            raise ValueError(
                "its numbers have at most 9 digits"
                if too_long
                else "a range is two whole numbers with two dots between"
            )
        low = int(match[1])
        high = low if match[2] is None else int(match[2])
        if high < low:
            raise ValueError("the range ends before it starts")
        return cls(low, high)


@dataclass(frozen=True, slots=True, order=True)
class TimeOfDay:
    """A time on the clock, written `19:40`, kept as minutes since midnight."""

    minutes: int
    SAYS: ClassVar[str] = "a time such as 19:40"
    PATTERN: ClassVar[str] = r"^([01]?\d|2[0-3]):[0-5]\d$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the time; ValueError when it is not one."""
        if re.fullmatch(cls.PATTERN, text, re.ASCII) is None:
            raise ValueError("a time has hours from 0 to 23, a colon, and minutes with two digits")
        hours, minutes = text.split(":")
        return cls(int(hours) * 60 + int(minutes))

    def __str__(self) -> str:
        return f"{self.minutes // 60:02}:{self.minutes % 60:02}"


class Minutes(int):
    """A length of time in whole minutes, written `1 min`, `15` or `2 h`."""

    SAYS: ClassVar[str] = "a length of time such as '5 min'"
    PATTERN: ClassVar[str] = r"^\d{1,4}( ?(min|h))?$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the number of minutes; ValueError when it is not a length of time."""
        match = re.fullmatch(r"(\d{1,4})(?: ?(min|h))?", text, re.ASCII)
        if match is None:
            too_long = re.fullmatch(r"\d+(?: ?(?:min|h))?", text, re.ASCII) is not None
            raise ValueError(
                "its number has at most 4 digits" if too_long else "a length of time is a whole number and 'min' or 'h'"
            )
        return cls(int(match[1]) * (60 if match[2] == "h" else 1))


_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn
    so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
TWO_LETTERS = frozenset(_CODES.split())
"""The languages that have a code of two letters (ISO 639-1)."""


class Language(str):
    """The code of a language as browsers and screen readers know it: `cy`, `en-GB`, `zh-Hant-TW` (BCP 47)."""

    __slots__ = ()
    SAYS: ClassVar[str] = "the code of a language such as cy"
    PATTERN: ClassVar[str] = (
        "^[a-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
        "(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
    )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the code; ValueError when it is not written like one, or names no language."""
        if len(text) > _LONGEST_CODE or re.fullmatch(cls.PATTERN, text) is None:
            raise ValueError("a code has two or three small letters, and may say more after hyphens: cy, en-GB")
        if len(short := text.partition("-")[0]) == 2 and short not in TWO_LETTERS:  # noqa: PLR2004
            raise ValueError(f"no language has the code {short}")
        return cls(text)


class Url(str):
    """The address of a page: `https://…` or `http://…`, nothing that a browser would run."""

    __slots__ = ()
    SAYS: ClassVar[str] = "an address such as https://example.org/page"
    PATTERN: ClassVar[str] = r"^https?://[^\s/\"'<>]+[^\s\"'<>]*$"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the address; ValueError when it is not one of a page."""
        if re.fullmatch(cls.PATTERN, text) is None:
            raise ValueError("only addresses that start with https:// or http:// are followed")
        return cls(text)
