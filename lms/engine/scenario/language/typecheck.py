"""Reads guards and effects: gives names their meaning, checks types, and makes the trees that a Program holds.

All faults of a text are found at once; one fault never causes another. What is accepted is total (see `evaluate`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from lms.engine.scenario.language.grammar import (
    Call,
    EffectSyntax,
    Fault,
    FaultKind,
    Leaf,
    Operation,
    Syntax,
    parse_effect,
    parse_expression,
)
from lms.engine.scenario.language.scope import DECIMAL, FLAG, NUMBER, TIME, UNKNOWN, Scope, Type
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Both,
    Broke,
    Change,
    Chose,
    ClockTime,
    Compare,
    Constant,
    Count,
    Derived,
    Effect,
    Either,
    Expression,
    Has,
    Kept,
    Not,
    Remove,
    Score,
    SetFlag,
    Sum,
    Variable,
    Visited,
    parts,
)
from lms.engine.source.nearest import Names

T = TypeVar("T")

DAY = 24 * 60
GREATEST = 1_000_000_000
"""No number in a source is greater: more has no meaning in a story, and other languages' integers end somewhere."""

FITTING: Mapping[str, frozenset[str]] = {
    "set": frozenset({"flag"}),
    "clear": frozenset({"flag"}),
    "+": frozenset({"number", DECIMAL.name}),
    "-": frozenset({"number", DECIMAL.name}),
    ":=": frozenset({"number", DECIMAL.name, "one of"}),
    "add": frozenset({"some of"}),
    "remove": frozenset({"some of"}),
}
"""The types that an effect's verb fits."""

WRITTEN: Mapping[str, str] = {
    "flag": "`set` or `clear` it",
    "number": "use `+1`, `-1` or `:=`",
    DECIMAL.name: "use `+0.5`, `-0.5` or `:=`",
    "one of": "use `:=`",
    "some of": "use `add … to` or `remove … from`",
}
"""How a variable of each type is changed."""

HOLDS: Mapping[str, bool] = {"yes": True, "true": True, "no": False, "false": False}
"""The words that other languages compare a flag with; here it is named alone, or after `not`."""

CONDITIONS: Mapping[str, Callable[[str], Expression]] = {
    "visited": Visited,
    "chose": Chose,
    "kept": Kept,
    "broke": Broke,
}
"""The functions that are true or false of an id."""

Typed = tuple[Expression, Type] | None
"""A checked expression with its type; None after a fault, which silences whatever depends on it."""


@dataclass(frozen=True)
class Read(Generic[T]):
    """A checked value, or the faults that forbid it."""

    value: T | None
    faults: tuple[Fault, ...] = ()


def read_expression(text: str, scope: Scope) -> Read[Expression]:
    """Read and check a guard, or with `scope.for_pass()` the `pass` rule: it must be true or false."""
    syntax = parse_expression(text)
    if isinstance(syntax, Fault):
        return Read(None, (syntax,))
    checker = _Checker(scope)
    result = checker.flag(syntax)
    return Read(None if checker.faults else result, tuple(checker.faults))


def read_effect(text: str, scope: Scope) -> Read[Effect]:
    """Read and check one effect; `{if: …, do: …}` is YAML: read its parts and make a `When`."""
    syntax = parse_effect(text)
    if isinstance(syntax, Fault):
        return Read(None, (syntax,))
    checker = _Checker(scope)
    result = checker.effect(syntax)
    return Read(None if checker.faults else result, tuple(checker.faults))


MOST_PARTS = 2_000
MOST_DEEP = 50
"""How large an expression may be when the names under `derive` are put in, and how deep these may lie in each other."""


def read_derived(
    texts: Mapping[str, str], scope: Scope
) -> tuple[dict[str, Expression], dict[str, tuple[Fault, ...]], Scope]:
    """Read and check the names under `derive`: their values, faults by name, and the scope that knows them all."""
    syntaxes = {name: parse_expression(text) for name, text in texts.items()}
    values: dict[str, Expression] = {}
    faults: dict[str, tuple[Fault, ...]] = {}
    types: dict[str, Type] = dict(scope.derived)
    sizes: dict[str, tuple[int, int]] = {}
    waiting = {name: _names(syntax) & texts.keys() for name, syntax in syntaxes.items()}
    while ready := [name for name, needs in waiting.items() if not needs & waiting.keys()]:
        for name in ready:
            del waiting[name]
            syntax = syntaxes[name]
            if isinstance(syntax, Fault):
                faults[name] = (syntax,)
                types[name] = UNKNOWN
                continue
            checker = _Checker(replace(scope, derived=types))
            typed = checker.check(syntax)
            types[name] = typed[1] if typed else UNKNOWN
            if checker.faults:
                faults[name] = tuple(checker.faults)
            elif typed:
                values[name] = typed[0]
                sizes[name] = _size(typed[0], sizes)
                if sizes[name][0] > MOST_PARTS or sizes[name][1] > MOST_DEEP:
                    what = f"`{name}` comes to too much, with the names in it"
                    why = "it would take too long to find out whether it holds"
                    faults[name] = (Fault("too-large", 0, len(texts[name]), what, why, "use fewer names inside names"),)
                    types[name] = UNKNOWN
                    del values[name]
    for name in waiting:
        types[name] = UNKNOWN
        around = ", ".join(f"`{other}`" for other in sorted(waiting))
        what = f"`{name}` is defined by way of itself"
        faults[name] = (Fault("circular", 0, len(texts[name]), what, why=f"These names go in a circle: {around}"),)
    return values, faults, replace(scope, derived=types)


def _size(value: Expression, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Return how many parts a value has, with what its names stand for, and how deep names lie in names."""
    inner = [sizes.get(part.name, (0, 0)) for part in parts(value) if isinstance(part, Derived)]
    own = sum(1 for _ in parts(value))
    return own + sum(size for size, _ in inner), 1 + max((depth for _, depth in inner), default=0)


def _names(syntax: Syntax | Fault) -> set[str]:
    match syntax:
        case Leaf("name", text):
            return {text}
        case Operation(_, operands):
            return set().union(*map(_names, operands))
    return set()


def _time(minutes: int) -> str:
    return f"{minutes % DAY // 60:02}:{minutes % 60:02}"


class _Checker:
    """Checks one text and collects its faults."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.faults: list[Fault] = []

    def fault(self, at: Syntax | EffectSyntax, kind: FaultKind, what: str, why: str = "", fix: str = "") -> None:
        self.faults.append(Fault(kind, at.start, at.end, what, why, fix))

    # --- expressions --------------------------------------------------------------------------------------------

    def flag(self, syntax: Syntax) -> Expression | None:
        typed = self.check(syntax)
        if typed is None:
            return None
        if typed[1] != FLAG:
            fix = "compare it, for example with `is`" if typed[1] != UNKNOWN else ""
            self.fault(syntax, "wrong-type", f"This is {typed[1]}, not a condition", fix=fix)
            return None
        return typed[0]

    def check(self, syntax: Syntax) -> Typed:
        match syntax:
            case Leaf(sort):
                return {"number": self.number, "time": self.time, "name": self.name}[sort](syntax)
            case Call():
                return self.call(syntax)
            case Operation("and" | "or" | "not"):
                return self.logic(syntax)
            case Operation("+" | "-"):
                return self.sum(syntax)
            case Operation("has"):
                return self.has(syntax)
        return self.compare(syntax)

    def logic(self, syntax: Operation) -> Typed:
        checked = [self.flag(operand) for operand in syntax.operands]
        known = tuple(item for item in checked if item is not None)
        if len(known) < len(checked):
            return None
        if syntax.operator == "not":
            return Not(known[0]), FLAG
        return (Both(known) if syntax.operator == "and" else Either(known)), FLAG

    def number(self, leaf: Leaf, kind: Type = NUMBER) -> Typed:
        places = int(kind.values[0]) if kind.name == DECIMAL.name else 0
        before, _, after = leaf.text.partition(".")
        if len(after) > places:
            why = "only tracks that are measured so finely have so many decimals"
            self.fault(leaf, "wrong-type", f"`{leaf.text}` does not fit here", why, "write it with fewer decimals")
            return None
        leaf = replace(leaf, text=before + after.ljust(places, "0"))
        if len(leaf.text) > len(str(GREATEST)) or abs(int(leaf.text)) > GREATEST:
            self.fault(leaf, "too-large", f"A number is at most {GREATEST:,}")
            return None
        return Constant(int(leaf.text), places), kind

    def time(self, leaf: Leaf) -> Typed:
        clock = self.scope.clock
        if clock is None:
            self.fault(leaf, "not-here", "This scenario has no clock", fix="declare `clock: {from: 19:40, to: 23:00}`")
            return None
        hours, minutes = map(int, leaf.text.split(":"))
        if hours >= 24 or minutes >= 60:  # noqa: PLR2004 - hours of a day, minutes of an hour
            self.fault(leaf, "syntax", f"`{leaf.text}` is not a time", fix="times run from 00:00 to 23:59")
            return None
        value = hours * 60 + minutes
        if value < clock.start:
            value += DAY
        if value > clock.end:
            why = f"it goes from {_time(clock.start)} to {_time(clock.end)}"
            self.fault(
                leaf, "outside-clock", f"The clock never shows `{leaf.text}`", why, "correct the time or the clock"
            )
            return None
        return Constant(value), TIME

    def name(self, leaf: Leaf) -> Typed:
        scope, name = self.scope, leaf.text
        if name in scope.hidden:
            why = "what conditions read counts for what is proven, so its author says which tracks they do"
            self.fault(leaf, "hidden", f"`{name}` is measured and not read", why, "say `visible_to_logic: true` of it")
            return None
        if name in scope.variables:
            return Variable(name), scope.type_of(name)
        if name in scope.derived:
            known = scope.derived[name]
            return (Derived(name), known) if known != UNKNOWN else None
        if name == "clock" and scope.clock is not None:
            return ClockTime(), TIME
        if name in scope.competencies and scope.is_pass:
            return Score(name), NUMBER
        self.unreadable(leaf)
        return None

    def unreadable(self, leaf: Leaf) -> None:
        scope = self.scope
        if leaf.text in scope.competencies:
            why = "scores are hidden from the story: only `pass`, assertions and the debrief read them"
            fix = "declare a number, such as `trust: 0..5`, and move it where the score moves"
            self.fault(leaf, "not-here", f"`{leaf.text}` is a competency", why, fix)
        else:
            readable = [*(scope.competencies if scope.is_pass else ()), *(["clock"] if scope.clock else [])]
            self.unknown(leaf, "variable", [*scope.variables, *scope.derived, *readable])

    def unknown(self, leaf: Leaf, noun: str, known: Iterable[str]) -> None:
        near = Names(known).nearest(leaf.text)
        fix = f"did you mean `{near}`?" if near else f"declare the {noun}, or correct the name"
        kind: FaultKind = "unknown-id" if noun in {"scene", "choice"} else "unknown-name"
        self.fault(leaf, kind, f"No {noun} is called `{leaf.text}`", fix=fix)

    def call(self, call: Call) -> Typed:
        scope, argument = self.scope, call.argument
        if call.function in {"kept", "broke"} and not scope.is_pass:
            why = "what must or must not happen is hidden from the story"
            self.fault(
                call,
                "not-here",
                f"`{call.function}` can be read in `pass` and in assertions only",
                why,
                "use a variable",
            )
            return None
        known, noun = self.nameable(call.function)
        if argument.text not in known:
            self.unknown(argument, noun, known)
            return None
        if call.function == "count":
            return Count(argument.text), NUMBER
        return CONDITIONS[call.function](argument.text), FLAG

    def nameable(self, function: str) -> tuple[Collection[str], str]:
        """Return the ids that a function takes, and what they are called."""
        if function in {"visited", "count"}:
            return self.scope.scenes, "scene"
        return (self.scope.choices, "choice") if function == "chose" else (self.scope.musts, "must")

    def sum(self, syntax: Operation) -> Typed:
        left, right = syntax.operands
        first, second = self.check(left), self.check(right)
        if first is None or second is None:
            return None
        for side, (_, kind) in ((left, first), (right, second)):
            if kind != NUMBER:
                self.fault(side, "wrong-type", f"This is {kind}; only numbers can be added")
                return None
        return Sum("+" if syntax.operator == "+" else "-", first[0], second[0]), NUMBER

    def has(self, syntax: Operation) -> Typed:
        left, right = syntax.operands
        holder = self.check(left)
        if holder is None:
            return None
        expression, kind = holder
        if kind.name != "some of" or not isinstance(expression, Variable):
            self.fault(left, "wrong-type", f"This is {kind}; `has` asks a set")
            return None
        if not isinstance(right, Leaf) or right.text not in kind.values:
            self.value(right, expression.name, kind)
            return None
        return Has(expression.name, right.text), FLAG

    def value(self, syntax: Syntax, name: str, kind: Type) -> None:
        near = Names(kind.values).nearest(getattr(syntax, "text", ""))
        fix = f"did you mean `{near}`?" if near else f"it is one of {', '.join(kind.values)}"
        self.fault(syntax, "unknown-name", f"This is not a value of `{name}`", fix=fix)

    def compare(self, syntax: Operation) -> Typed:
        left, right = syntax.operands
        first = self.check(left)
        if first is None:
            return None
        expression, kind = first
        if kind.name == "some of":
            self.fault(syntax, "wrong-type", "A set is not compared", fix="ask it with `has`")
            return None
        second = None if self.is_held_against_a_word(syntax, kind) else self.operand(left, right, kind)
        if second is None:
            return None
        if second[1] != kind:
            self.fault(syntax, "wrong-type", f"The left side is {kind}, the right side is {second[1]}")
            return None
        if syntax.operator not in {"is", "is not"} and kind.name not in {NUMBER.name, TIME.name, DECIMAL.name}:
            self.fault(
                syntax, "wrong-type", f"`{syntax.operator}` compares numbers or times; this is {kind}", fix="use `is`"
            )
            return None
        return Compare(syntax.operator, expression, second[0]), FLAG  # type: ignore[arg-type]

    def is_held_against_a_word(self, syntax: Operation, kind: Type) -> bool:
        """Tell whether a flag is compared with `yes` or `no`, which name nothing here, and report it."""
        left, right = syntax.operands
        known = (*self.scope.variables, *self.scope.derived)
        if kind != FLAG or not isinstance(right, Leaf) or right.text not in HOLDS or right.text in known:
            return False
        name = left.text if isinstance(left, Leaf) else ""
        holds = HOLDS[right.text] == (syntax.operator == "is")
        alone = f"write `{name}`" if name else "leave the comparison out"
        fix = alone if holds else f"write `not {name or '(…)'}`"
        self.fault(syntax, "wrong-type", "A flag is not compared with yes or no", "it holds, or it does not", fix)
        return True

    def operand(self, left: Syntax, right: Syntax, kind: Type) -> Typed:
        """Check the right side; beside an enumeration, a name is first of all one of its values."""
        if kind.name == DECIMAL.name and isinstance(right, Leaf) and right.sort == "number":
            return self.number(right, kind)
        if kind.name != "one of" or not isinstance(right, Leaf):
            return self.check(right)
        if right.text in kind.values:
            return Constant(right.text), kind
        if right.text in self.scope.variables:
            return self.check(right)
        self.value(right, getattr(left, "text", "it"), kind)
        return None

    # --- effects ------------------------------------------------------------------------------------------------

    def effect(self, syntax: EffectSyntax) -> Effect | None:
        name = syntax.name.text
        if name in self.scope.competencies:
            return self.award(syntax)
        if name not in self.scope.variables or name in self.scope.drawn:
            self.unchangeable(syntax.name)
            return None
        kind = self.scope.type_of(name)
        if kind.name not in FITTING[syntax.verb]:
            what = f"`{name}` is {kind}; `{syntax.verb}` does not fit it"
            self.fault(syntax, "wrong-type", what, fix=WRITTEN[kind.name])
            return None
        return self.change(syntax, kind)

    def change(self, syntax: EffectSyntax, kind: Type) -> Effect | None:
        """Make an effect whose verb fits its variable."""
        match syntax.verb:
            case "set" | "clear":
                return SetFlag(syntax.name.text, syntax.verb == "set")
            case "+" | "-":
                by = self.amount(syntax, kind)
                places = self.scope.decimals.get(syntax.name.text, 0)
                return None if by is None else Change(syntax.name.text, by, places)
            case ":=":
                return self.assign(syntax, kind)
        return self.membership(syntax, kind)

    def membership(self, syntax: EffectSyntax, kind: Type) -> Effect | None:
        name, member = syntax.name.text, syntax.operand
        if not isinstance(member, Leaf) or member.text not in kind.values:
            self.value(member or syntax.name, name, kind)
            return None
        return Add(member.text, name) if syntax.verb == "add" else Remove(member.text, name)

    def unchangeable(self, name: Leaf) -> None:
        if name.text in self.scope.derived:
            self.fault(name, "wrong-type", f"`{name.text}` is derived", fix="change a variable that it is made of")
        elif name.text in self.scope.drawn:
            self.fault(name, "wrong-type", f"`{name.text}` is drawn by chance", fix="change a variable of your own")
        elif name.text == "clock" and self.scope.clock is not None:
            self.fault(name, "wrong-type", "The clock is moved by `takes` only", fix="write `takes: 5 min`")
        else:
            self.unknown(name, "variable or competency", [*self.scope.variables, *self.scope.competencies])

    def amount(self, syntax: EffectSyntax, kind: Type = NUMBER) -> int | None:
        typed = self.number(syntax.operand, kind) if isinstance(syntax.operand, Leaf) else None
        if typed is None or not isinstance(typed[0], Constant):
            return None
        by = int(typed[0].value)
        return by if syntax.verb == "+" else -by

    def award(self, syntax: EffectSyntax) -> Effect | None:
        if syntax.verb not in {"+", "-"}:
            why = "what can be passed stays provable only while scores move by fixed steps"
            what = f"`{syntax.name.text}` is a competency: it only goes up or down"
            self.fault(syntax, "wrong-type", what, why, f"write `{syntax.name.text} +1`")
            return None
        by = self.amount(syntax)
        return None if by is None else Award(syntax.name.text, by)

    def assign(self, syntax: EffectSyntax, kind: Type) -> Effect | None:
        if syntax.operand is None:
            return None
        typed = self.operand(syntax.name, syntax.operand, kind)
        if typed is None:
            return None
        if typed[1] != kind:
            self.fault(syntax.operand, "wrong-type", f"`{syntax.name.text}` is {kind}, this is {typed[1]}")
            return None
        return Assign(syntax.name.text, typed[0])
