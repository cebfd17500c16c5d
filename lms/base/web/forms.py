"""Forms: fields into a frozen dataclass, and a clear word for everything that does not fit.

Fields of the dataclass are `str`, `int`, `bool`, `date | None` or `tuple[str, ...]`; a field with a default may be missing.
`field(metadata={"most": 2000})` allows more than the usual 200 characters. NUL and other control characters
(line breaks and tabs excepted) are refused, because no database and no log should meet them.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from functools import cache
from typing import Any, TypeVar, get_type_hints

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.kernel.errors import Invalid

T = TypeVar("T")
MOST = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a form, in words for the person who filled it in."""

    field: str
    what: str

    def __str__(self) -> str:
        return self.what


def read_form(kind: type[T]) -> T:
    """Read the posted form as `kind`. Raises Invalid with every FieldProblem at once."""
    return read(kind, request.form)


def read_query(kind: type[T]) -> T:
    """Read the query string as `kind`. Raises Invalid with every FieldProblem at once."""
    return read(kind, request.args)


def read_all(*, most: int) -> dict[str, str]:
    """Read every posted field as text, for forms whose fields depend on content. Raises Invalid as `read_form` does."""
    values: dict[str, str] = {}
    problems: list[FieldProblem] = []
    for name in request.form:
        try:
            values[name] = _text(request.form[name], {"most": most})
        except ValueError as error:
            problems.append(FieldProblem(name, str(error)))
    if problems:
        raise Invalid(_("Some of what you entered needs another look."), problems=problems)
    return values


def entered(name: str, *, most: int = MOST) -> str:
    """Return what was posted in a field so that a page may show it again: cut short, without control characters."""
    return _CONTROL.sub("", request.form.get(name, "").replace("\r\n", "\n")[:most])


def entered_all(name: str) -> tuple[str, ...]:
    """Return everything that was posted under a name, so that a page may show it again."""
    return tuple(request.form.getlist(name))


def read(kind: type[T], given: MultiDict[str, str]) -> T:
    """Read `given` as the dataclass `kind`; unknown fields are ignored (browsers add their own)."""
    hints = _hints(kind)  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for item in fields(kind):  # type: ignore[arg-type]
        try:
            values[item.name] = _value(item, hints[item.name], given)
        except ValueError as error:
            problems.append(FieldProblem(item.name, str(error)))
    if problems:
        raise Invalid(_("Some of what you entered needs another look."), problems=problems)
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(item: Field[Any], hint: Any, given: MultiDict[str, str]) -> Any:
    if hint is bool:
        return given.get(item.name, "") not in {"", "0", "no"}
    if hint == tuple[str, ...]:
        return tuple(_text(value, item.metadata) for value in given.getlist(item.name))
    if item.name not in given:
        if item.default is not MISSING:
            return item.default
        raise ValueError(_("Something is missing here."))
    text = _text(given[item.name], item.metadata)
    if hint is int:
        try:
            return int(text)
        except ValueError:
            raise ValueError(_("Please enter a whole number.")) from None
    if hint == date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(_("Please enter the day as year, month, day: 2026-12-31.")) from None
    return text


def _text(value: str, metadata: Mapping[str, Any]) -> str:
    value = value.replace("\r\n", "\n")  # first: a browser counts a line end as one character and sends two
    most = metadata.get("most", MOST)
    if len(value) > most:
        raise ValueError(_("That is too long: at most %(most)d characters.", most=most))
    if _CONTROL.search(value):
        raise ValueError(_("That contains characters that cannot be kept."))
    return value
