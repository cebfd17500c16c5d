"""The fields of records that hold texts, found from their types."""

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints


def text_fields(root):
    """Return (class, field) for every str, and tuple of str, in a record and the records in it."""
    found, seen, waiting = set(), set(), [root]
    while waiting:
        cls = waiting.pop()
        if cls in seen:
            continue
        seen.add(cls)
        hints = get_type_hints(cls)
        for each in fields(cls):
            for kind in _flat(hints[each.name]):
                if kind is str:
                    found.add((cls.__name__, each.name))
                elif isinstance(kind, type) and is_dataclass(kind):
                    waiting.append(kind)
    return sorted(found)


def _flat(hint):
    if get_origin(hint) in {Union, UnionType, tuple}:
        return [kind for part in get_args(hint) for kind in _flat(part)]
    return [hint]
