"""From YAML nodes to frozen dataclasses: declare what a file may say, get values with places, or every problem.

    @dataclass(frozen=True, kw_only=True)
    class Reference(Record):
        "Where a rule comes from."
        title: str = key("The name of the rule or procedure.")
        review_by: date | None = key("The day by which it must be looked at again.", default=None)

    reference = read(node, Reference, problems)      # None when something required is missing or wrong
    reference.place_of("review_by")                 # the Span of that value

A field may be str, int, float, bool, date, Literal[…], a class with `from_text`, a Record, tuple[T, …], Mapping[str, T],
or a union of these; `| None` means that the key may be absent. The same declarations make the JSON Schema (`schema`).
What a kind accepts and what its schema says stand side by side in `kinds`.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from typing import Any, TypeVar

from lms.engine.source import kinds
from lms.engine.source.problem import Problems
from lms.engine.source.record import Record
from lms.engine.source.yaml_nodes import Node

__all__ = ["Record", "key", "read"]

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class _Absent:
    """No default: the key is required."""


_REQUIRED = _Absent()


def key(
    doc: str,
    *,
    default: Any = _REQUIRED,
    factory: Callable[[], Any] | None = None,
    name: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    max_length: int | None = None,
    min_items: int | None = None,
    example: str = "",
) -> Any:
    """Declare a key of a Record: its sentence for authors, its default, its limits.

    Without `default` or `factory` the key is required. `name` is the key in the file where Python's field cannot be
    called so (`for`, `one of`); a trailing underscore is dropped by itself.
    """
    metadata = {
        "key": kinds.Key(
            doc=doc,
            name=name,
            limits=kinds.Limits(minimum, maximum, max_length, min_items),
            example=example,
        )
    }
    if factory is not None:
        return field(default_factory=factory, metadata=metadata)
    return field(default=MISSING if default is _REQUIRED else default, metadata=metadata)


def read(node: Node, cls: type[R], problems: Problems) -> R | None:
    """Read a node into a record of `cls`; None when a required part is missing or wrong (all problems are added)."""
    value = kinds.record_kind(cls).read(node, problems)
    return value if isinstance(value, cls) else None
