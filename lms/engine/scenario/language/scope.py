"""What may be named in a guard or an effect, and of which type it is.

A Scope is made from the declarations of a scenario; `typecheck` reads texts against it. `Scope.for_pass()` is the scope
of the `pass` rule, the only place that reads scores and monitors.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lms.engine.scenario.program.program import Clock, Flag, Number, OneOf, SomeOf, VariableDeclaration


class Type(NamedTuple):
    """The type of a value; `values` for `one of` and `some of`."""

    name: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        has_words = self.values and self.name != DECIMAL.name
        return f"{self.name} {', '.join(self.values)}" if has_words else f"a {self.name}"


FLAG = Type("flag")
NUMBER = Type("number")
TIME = Type("time")
DECIMAL = Type("number with decimals")
"""A track that has them; `values` then says how many."""
UNKNOWN = Type("unknown")
"""The type of a derived name that has a fault of its own."""


@dataclass(frozen=True)
class Scope:
    """What may be named, and what it is. `choices` are the ids of choices and of options."""

    variables: Mapping[str, VariableDeclaration] = field(default_factory=dict)
    derived: Mapping[str, Type] = field(default_factory=dict)
    competencies: Collection[str] = ()
    scenes: Collection[str] = ()
    choices: Collection[str] = ()
    musts: Collection[str] = ()
    clock: Clock | None = None
    drawn: Collection[str] = ()
    """Those of `variables` that chance decides: no effect changes them."""
    is_pass: bool = False
    decimals: Mapping[str, int] = field(default_factory=dict)
    """With how many decimals the tracks are written that have any."""
    hidden: Collection[str] = ()
    """Tracks, and scores made of them, that no condition may read."""

    def type_of(self, name: str) -> Type:
        """Return the type of a variable."""
        places = self.decimals.get(name, 0)
        return Type(DECIMAL.name, (str(places),)) if places else type_of(self.variables[name])

    def for_pass(self) -> "Scope":
        """Return the scope of the `pass` rule."""
        return replace(self, is_pass=True)


def type_of(declaration: VariableDeclaration) -> Type:
    """Return the type that a declaration gives its variable."""
    match declaration:
        case Flag():
            return FLAG
        case Number():
            return NUMBER
        case OneOf(_, values):
            return Type("one of", values)
        case SomeOf(_, values):
            return Type("some of", values)
