"""Frozen dataclasses ↔ JSON values, by their type hints: one way for scenarios, courses, events and scenes.

A `Record` becomes an object without the fields that stand at their default, so a field can be added later and
everything stored before still means what it meant. A `Tagged` record also carries `kind`, made from the name of its
class (`ChoiceTaken` → "choice-taken") unless the class says another, so that a union of them can be read back. Fields hold strings, integers,
booleans, None, records, and tuples of these; there are no floats and no mappings, so the JSON has one canonical form.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints

from lms.kernel.errors import Invalid

_BEFORE_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Record:
    """Base of frozen dataclasses that travel as JSON."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return this record as a JSON object, without fields that stand at their default."""
        result: dict[str, Any] = {}
        own: Any = type(self)
        for name, default in _defaults(own):
            value = getattr(self, name)
            if value != default:
                result[name] = _encode(value)
        return result

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read a record back; raise Invalid when `value` is not what `to_json` gives."""
        if not isinstance(value, dict):
            raise Invalid(f"{cls.__name__} expects an object, not {_short(value)}")
        own: Any = cls
        readers, required = _plan(own)
        found: dict[str, Any] = {}
        for name, item in value.items():
            read = readers.get(name)
            if read is not None:
                found[name] = read(item)
            elif name != "kind":
                raise Invalid(f"{cls.__name__} has no field {name!r}")
        if not required <= found.keys():
            missing = next(name for name in readers if name in required and name not in found)
            raise Invalid(f"{cls.__name__} needs a field {missing!r}")
        return cls(**found)


class Tagged(Record):
    """A record that says of which kind it is, as members of unions must."""

    __slots__ = ()
    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Name the kind after the class, unless its body names it."""
        super().__init_subclass__()
        if "kind" not in cls.__dict__:
            cls.kind = _BEFORE_CAPITAL.sub("-", cls.__name__).lower()

    def to_json(self) -> dict[str, Any]:
        """Return this record as a JSON object that begins with its kind."""
        return {"kind": self.kind, **super().to_json()}


def reader(hint: Any) -> Callable[[Any], Any]:
    """Return the function that reads a JSON value as `hint`: a record, a union of tagged records, a tuple, a scalar."""
    return _reader(hint)


def canonical(value: Any) -> bytes:
    """Return the one byte form of a JSON value: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _encode(value: Any) -> Any:
    kind = value.__class__
    if kind is str or kind is int:  # nearly everything
        return value
    if kind is tuple:
        return [_encode(item) for item in value]
    return value.to_json() if isinstance(value, Record) else value


@cache
def _defaults(cls: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((item.name, item.default) for item in fields(cls))


@cache
def _plan(cls: Any) -> tuple[Mapping[str, Callable[[Any], Any]], frozenset[str]]:
    hints = get_type_hints(cls)
    readers = {item.name: _reader(hints[item.name]) for item in fields(cls)}
    return readers, frozenset(item.name for item in fields(cls) if item.default is MISSING)


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _tuple_reader(_reader(arguments[0]))
    if origin is Literal:
        return _word_reader(arguments)
    if origin in {Union, UnionType}:
        return _union_reader(arguments)
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_json
    return _plain_reader(hint)


def _tuple_reader(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read_tuple(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Invalid(f"expected a list, not {_short(value)}")
        return tuple([read(item) for item in value])

    return read_tuple


def _union_reader(members: tuple[Any, ...]) -> Callable[[Any], Any]:
    by_kind = {member.kind: member for member in members if isinstance(member, type) and issubclass(member, Tagged)}
    rest = [member for member in members if member not in by_kind.values() and member is not NoneType]
    optional = NoneType in members

    def read_union(value: Any) -> Any:
        if value is None and optional:
            return None
        if isinstance(value, dict) and value.get("kind") in by_kind:
            return by_kind[value["kind"]].from_json(value)
        if rest and all(isinstance(member, type) and not issubclass(member, Record) for member in rest):
            if type(value) in rest:
                return value
        elif len(rest) == 1:
            return _reader(rest[0])(value)
        raise Invalid(f"expected one of {sorted(by_kind) or [str(member) for member in rest]}, not {_short(value)}")

    return read_union


def _plain_reader(kind: type) -> Callable[[Any], Any]:
    def read_plain(value: Any) -> Any:
        if type(value) is not kind:
            raise Invalid(f"expected {kind.__name__}, not {_short(value)}")
        return value

    return read_plain


def _word_reader(words: tuple[Any, ...]) -> Callable[[Any], Any]:
    def read_word(value: Any) -> Any:
        if value not in words:
            raise Invalid(f"expected one of {words}, not {_short(value)}")
        return value

    return read_word


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 - enough to recognise it by
