"""JSON as others send it: read strictly, and kept as it came.

J1  what is read is JSON by RFC 8259 in which no object has a key twice, no number is beyond all bounds, no text holds
    half a surrogate pair, and nothing is nested deeper than `DEEPEST`; anything else is a Malformed
J2  each statement of a batch comes with the text that it was sent as
J3  reading never raises anything but Malformed
"""

import json
import re
from collections.abc import Mapping
from itertools import accumulate
from math import isfinite
from typing import Any, NamedTuple

DEEPEST = 64
"""How deep objects and arrays may be nested. Statements of the specification need 12; the rest is for extensions."""

_TOO_DEEP = f"it is nested deeper than {DEEPEST} levels"
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")
_STEP = {"{": 1, "[": 1, "}": -1, "]": -1}


class Malformed(Exception):  # noqa: N818 - it is a finding, and no fault of the program
    """What is wrong with the JSON, in a sentence."""


class Raw(NamedTuple):
    """A JSON value, and the text that it was sent as."""

    value: Any
    text: str


def read_json(content: bytes | str) -> Any:
    """Return the value of a JSON text. Raises Malformed."""
    text = _text(content)
    value, end = _value(text, _skip(text, 0))
    _nothing_after(text, end)
    return value


def read_batch(content: bytes | str) -> tuple[list[Raw], bool]:
    """Return each value of a JSON array, or the one value that is sent alone, and whether it was an array.

    Raises Malformed.
    """
    text = _text(content)
    start = _skip(text, 0)
    if text[start : start + 1] != "[":
        value, end = _value(text, start)
        _nothing_after(text, end)
        return [Raw(value, text[start:end])], False
    found = []
    at = _skip(text, start + 1)
    if text[at : at + 1] == "]":
        _nothing_after(text, at + 1)
        return [], True
    while True:
        value, end = _value(text, at)
        found.append(Raw(value, text[at:end]))
        at = _skip(text, end)
        mark = text[at : at + 1]
        if mark == "]":
            _nothing_after(text, at + 1)
            return found, True
        if mark != ",":
            raise Malformed(f"a comma or ] is missing at character {at}")
        at = _skip(text, at + 1)


def write_json(value: Any) -> str:
    """Return compact JSON text, numbers as Python reads them."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def without(raw: Raw, keys: frozenset[str]) -> str:
    """Return the text of an object without some of its members; the others stay as they were sent."""
    text = raw.text
    at = _skip(text, 1)
    kept = []
    while text[at] != "}":
        start = at
        key, at = _DECODER.raw_decode(text, at)
        _value_of_key, at = _DECODER.raw_decode(text, _skip(text, _skip(text, at) + 1))
        if key not in keys:
            kept.append(text[start:at])
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return f"{{{','.join(kept)}}}"


def _text(content: bytes | str) -> str:
    if isinstance(content, bytes):
        try:
            content = content.decode()
        except UnicodeDecodeError as error:
            raise Malformed(f"it is not UTF-8 at byte {error.start}") from None
    return content


def _is_too_deep(text: str, at: int, end: int) -> bool:
    if text.count("{", at, end) + text.count("[", at, end) <= DEEPEST:
        return False
    steps = (_STEP[each] for each in _BRACKETS.findall(_STRING.sub("", text[at:end])))
    return max(accumulate(steps), default=0) > DEEPEST


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        too_deep = _is_too_deep(text, at, error.pos)  # how deep a reader goes before it gives up, differs
        raise Malformed(_TOO_DEEP if too_deep else f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None
    if _is_too_deep(text, at, end):
        raise Malformed(_TOO_DEEP)
    if text.find("\\u", at, end) >= 0:
        try:
            write_json(value).encode()
        except UnicodeEncodeError:
            raise Malformed("it holds half of a surrogate pair") from None
    return value, end


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _nothing_after(text: str, at: int) -> None:
    if _skip(text, at) != len(text):
        raise Malformed(f"there is more after its end at character {at}")


def _object(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _value in pairs]
        raise Malformed(f"the key {next(key for key in keys if keys.count(key) > 1)!r} is there twice in one object")
    return found


def _constant(name: str) -> float:
    raise Malformed(f"{name} is not JSON")


def _float(digits: str) -> float:
    value = float(digits)
    if not isfinite(value):
        raise Malformed(f"the number {digits[:40]} is too large")
    return value


def _integer(digits: str) -> int | float:
    if len(digits) > 300:  # noqa: PLR2004 - beyond what a double can hold
        raise Malformed(f"the number {digits[:40]} is too large")
    return int(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer)
