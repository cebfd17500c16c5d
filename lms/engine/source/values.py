"""Small values that authors write as one word or phrase, for use as types of a Record's fields."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from lms.kernel.ids import is_slug


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
