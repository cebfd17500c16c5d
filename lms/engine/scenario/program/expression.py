"""Guards and effects as a Program holds them: typed trees whose names are resolved; no text, no positions.

`grammar` reads text into syntax with positions, `scope` checks that against the declarations and gives these trees,
`evaluate` turns them into closures. A tree made by `scope` is total: evaluating it never raises and always ends.

Expressions have one of five types (flag, number, time, one of, some of); which names a place may read (scores and
monitors only in `pass`) is decided by `scope`, not here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lms.kernel.record import Record, Tagged

Comparison = Literal["is", "is not", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Constant(Tagged):
    """A flag's, number's or time's value (minutes since the first midnight), or a value of an enumeration.

    Beside a track with decimals, the number counts its last decimal, and `decimals` says how it is written.
    """

    value: bool | int | str
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Variable(Tagged):
    """The value of a declared variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Derived(Tagged):
    """The value of a name under `derive`."""

    name: str


@dataclass(frozen=True, slots=True)
class ClockTime(Tagged):
    """The scenario's clock."""


@dataclass(frozen=True, slots=True)
class Score(Tagged):
    """The score in one competency; readable in `pass` only."""

    name: str


@dataclass(frozen=True, slots=True)
class Not(Tagged):
    """True when `of` is false."""

    of: "Expression"


@dataclass(frozen=True, slots=True)
class Both(Tagged):
    """`and`: true when all of `of` are."""

    of: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Either(Tagged):
    """`or`: true when any of `of` is."""

    of: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Compare(Tagged):
    """A comparison of two values of one type."""

    operator: Comparison
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Sum(Tagged):
    """`left + right` or `left - right`, of unbounded integers: only storing a value saturates it."""

    operator: Literal["+", "-"]
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Has(Tagged):
    """True when a set variable holds `member`."""

    name: str
    member: str


@dataclass(frozen=True, slots=True)
class Visited(Tagged):
    """True once the scene was arrived at."""

    scene: str


@dataclass(frozen=True, slots=True)
class Count(Tagged):
    """How often the scene was arrived at, up to the largest number it is compared with, plus one."""

    scene: str


@dataclass(frozen=True, slots=True)
class Chose(Tagged):
    """True once the choice, or the option of a document, was taken."""

    choice: str


@dataclass(frozen=True, slots=True)
class Kept(Tagged):
    """True when a `must` was kept, or a `must_not` not broken; readable in `pass` only."""

    must: str


@dataclass(frozen=True, slots=True)
class Broke(Tagged):
    """The opposite of Kept; readable in `pass` only."""

    must: str


@dataclass(frozen=True, slots=True)
class Band(Record):
    """How many points a value from `low` to `high` gives; of a value in words, both are that word."""

    low: int | str
    high: int | str
    points: int


@dataclass(frozen=True, slots=True)
class Points(Tagged):
    """The points that the value of a track gives: those of the first band that it lies in, else none."""

    name: str
    bands: tuple[Band, ...]


Expression = (
    Constant
    | Variable
    | Derived
    | ClockTime
    | Score
    | Not
    | Both
    | Either
    | Compare
    | Sum
    | Has
    | Visited
    | Count
    | Chose
    | Kept
    | Broke
    | Points
)


@dataclass(frozen=True, slots=True)
class SetFlag(Tagged):
    """`set f` and `clear f`."""

    name: str
    to: bool


@dataclass(frozen=True, slots=True)
class Change(Tagged):
    """`n +2` of a number variable; saturates at its bounds. `decimals` as in a Constant."""

    name: str
    by: int
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Award(Tagged):
    """`voice +2` of a competency; saturates at its bounds."""

    competency: str
    by: int


@dataclass(frozen=True, slots=True)
class Assign(Tagged):
    """`n := value`, of a number or an enumeration; numbers saturate."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Add(Tagged):
    """`add x to s`."""

    member: str
    name: str


@dataclass(frozen=True, slots=True)
class Remove(Tagged):
    """`remove x from s`."""

    member: str
    name: str


@dataclass(frozen=True, slots=True)
class When(Tagged):
    """`{if: EXPR, do: [...]}`: the guard is read when its turn comes, after the effects before it."""

    condition: Expression
    do: tuple["Effect", ...]


Effect = SetFlag | Change | Award | Assign | Add | Remove | When


def parts(expression: Expression) -> Iterator[Expression]:
    """Yield the expression and everything inside it."""
    yield expression
    match expression:
        case Not(of):
            yield from parts(of)
        case Both(of) | Either(of):
            for item in of:
                yield from parts(item)
        case Compare(_, left, right) | Sum(_, left, right):
            yield from parts(left)
            yield from parts(right)


def expressions_in(effects: Iterable[Effect]) -> Iterator[Expression]:
    """Yield every expression that stands in the effects, outermost only."""
    for effect in effects:
        match effect:
            case When(condition, do):
                yield condition
                yield from expressions_in(do)
            case Assign(_, value):
                yield value


def reads(expression: Expression, derived: Mapping[str, Expression]) -> frozenset[str]:
    """Return what the value depends on: names of variables, and `chose:x`, `scene:x`, `clock`, seen through `derive`."""
    found: set[str] = set()
    for part in parts(expression):
        match part:
            case Variable(name) | Has(name, _) | Points(name, _):
                found.add(name)
            case Derived(name):
                found |= reads(derived[name], derived)
            case Chose(choice):
                found.add(f"chose:{choice}")
            case Visited(scene) | Count(scene):
                found.add(f"scene:{scene}")
            case ClockTime():
                found.add("clock")
    return frozenset(found)
