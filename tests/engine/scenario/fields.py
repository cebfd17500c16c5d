"""The records of a Program and the fields that hold texts, found from their types."""

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from lms.kernel.record import Record


def text_fields(root):
    """Return (class, field) for every str, and tuple of str, in a record and the records in it."""
    return sorted(
        (cls.__name__, each.name)
        for cls in record_types(root)
        for each in fields(cls)
        if str in _flat(get_type_hints(cls)[each.name])
    )


def record_types(root):
    """Return the class of a record and those of all records that may be in it."""
    seen, waiting = set(), [root]
    while waiting:
        cls = waiting.pop()
        if cls not in seen:
            seen.add(cls)
            kinds = [kind for hint in get_type_hints(cls).values() for kind in _flat(hint)]
            waiting += [kind for kind in kinds if isinstance(kind, type) and is_dataclass(kind)]
    return seen


def records_in(record):
    """Yield a record and all records in it."""
    yield record
    for each in fields(record):
        value = getattr(record, each.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Record):
                yield from records_in(item)


def _flat(hint):
    if get_origin(hint) in {Union, UnionType, tuple}:
        return [kind for part in get_args(hint) for kind in _flat(part)]
    return [hint]
