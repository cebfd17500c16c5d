"""Guards and effects as closures over the state: built once per Program, run a million times a second.

Total: a closure built from a tree that `typecheck` made never raises on a state of the same Program. Nothing is stored
outside its declared bounds: numbers saturate, sets hold each member once, in the declared order.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lms.engine.scenario.play.state import State
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Band,
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
    Points,
    Remove,
    Score,
    SetFlag,
    Sum,
    Variable,
    Visited,
    When,
)
from lms.engine.scenario.program.program import Number, SomeOf, VariableDeclaration

Value = Callable[[State], Any]
Condition = Callable[[State], bool]
Moves = list[tuple[str, int]]
"""Changes of scores, in order: scores are applied apart, because nothing in the story reads them."""
Run = Callable[[State, Moves], None]
"""Runs effects: changes `state["vars"]` in place and appends to the moves."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "is not": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def always(_state: State) -> bool:
    """Return the condition of what has none."""
    return True


def points(bands: Iterable[Band], value: Any) -> int:
    """Return the points of the first band that a value lies in; 0 where it lies in none."""
    return next((band.points for band in bands if band.low <= value <= band.high), 0)


class Evaluator:
    """Builds closures for one set of declarations."""

    def __init__(self, variables: Iterable[VariableDeclaration], derived: Mapping[str, Expression]) -> None:
        self._variables = {variable.id: variable for variable in variables}
        self._derived_trees = derived
        self._derived: dict[str, Value] = {}

    def condition(self, expression: Expression | None) -> Condition:
        """Return the closure of a guard; None is always true."""
        return always if expression is None else self.value(expression)

    def value(self, expression: Expression) -> Value:  # noqa: C901, PLR0911, PLR0912 - one case per construct
        """Return the closure of an expression."""
        match expression:
            case Constant(constant):
                return lambda _state: constant
            case Variable(name):
                return lambda state: state["vars"][name]
            case Derived(name):
                return self._derived_value(name)
            case ClockTime():
                return lambda state: state["clock"]
            case Score(name):
                return lambda state: state["scores"][name]
            case Not(of):
                negated = self.value(of)
                return lambda state: not negated(state)
            case Both(of):
                return self._all(of)
            case Either(of):
                return self._any(of)
            case Compare(sign, left, right):
                return self._binary(_COMPARE[sign], left, right)
            case Sum(sign, left, right):
                return self._binary(operator.add if sign == "+" else operator.sub, left, right)
            case Has(name, member):
                return lambda state: member in state["vars"][name]  # type: ignore[operator]
            case Visited(scene):
                return lambda state: scene in state["seen"]
            case Count(scene):
                return lambda state: state["seen"].get(scene, 0)
            case Chose(choice):
                return lambda state: choice in state["chosen"]
            case Kept(must):
                return lambda state: state["musts"][must] == "kept"
            case Broke(must):
                return lambda state: state["musts"][must] == "broken"
            case Points(name, bands):
                return lambda state: points(bands, state["vars"][name])

    def effects(self, effects: Iterable[Effect]) -> Run:
        """Return the closure that runs the effects in order."""
        runs = tuple(self._effect(effect) for effect in effects)

        def run(state: State, moves: Moves) -> None:
            for step in runs:
                step(state, moves)

        return run

    def _derived_value(self, name: str) -> Value:
        if name not in self._derived:
            self._derived[name] = self.value(self._derived_trees[name])
        return self._derived[name]

    def _all(self, of: Iterable[Expression]) -> Value:
        values = tuple(self.value(item) for item in of)

        def both(state: State) -> bool:
            for value in values:  # noqa: SIM110 - a loop costs half of all() with a generator
                if not value(state):
                    return False
            return True

        return both

    def _any(self, of: Iterable[Expression]) -> Value:
        values = tuple(self.value(item) for item in of)

        def either(state: State) -> bool:
            for value in values:  # noqa: SIM110 - as above
                if value(state):
                    return True
            return False

        return either

    def _binary(self, function: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Value:
        first = self.value(left)
        if isinstance(right, Constant):
            constant = right.value
            return lambda state: function(first(state), constant)
        second = self.value(right)
        return lambda state: function(first(state), second(state))

    def _effect(self, effect: Effect) -> Run:  # noqa: PLR0911 - one case per effect
        match effect:
            case Award(competency, by):
                move = (competency, by)
                return lambda _state, moves: moves.append(move)
            case SetFlag(name, to):
                return _store(name, lambda _state: to)
            case Change(name, by):
                return _store(name, self._bounded(name, lambda state: state["vars"][name] + by))  # type: ignore[operator]
            case Assign(name, expression):
                return _store(name, self._bounded(name, self.value(expression)))
            case Add(member, name):
                return _store(name, self._set_with(name, member, present=True))
            case Remove(member, name):
                return _store(name, self._set_with(name, member, present=False))
            case When(condition, do):
                holds, run = self.value(condition), self.effects(do)
                return lambda state, moves: run(state, moves) if holds(state) else None

    def _bounded(self, name: str, value: Value) -> Value:
        declaration = self._variables[name]
        if not isinstance(declaration, Number):
            return value
        low, high = declaration.low, declaration.high
        return lambda state: min(high, max(low, value(state)))

    def _set_with(self, name: str, member: str, *, present: bool) -> Value:
        declaration = self._variables[name]
        order = declaration.values if isinstance(declaration, SomeOf) else ()

        def changed(state: State) -> list[str]:
            held: Any = state["vars"][name]
            return [item for item in order if (present if item == member else item in held)]

        return changed


def _store(name: str, value: Value) -> Run:
    def run(state: State, _moves: Moves) -> None:
        state["vars"][name] = value(state)

    return run
