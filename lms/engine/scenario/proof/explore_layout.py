"""Which bits of a state hold what: one field for each variable, remembered arrival and choice, monitor, and the clock."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lms.engine.scenario.play.machine import Machine
from lms.engine.scenario.play.state import Mark
from lms.engine.scenario.program.program import Flag, Number, OneOf, SomeOf, VariableDeclaration

MARKS: tuple[Mark, ...] = ("open", "kept", "broken")


class Field(NamedTuple):
    """`place` are its bits; `value` turns the number in them into what a State holds, `number` does the reverse."""

    shift: int
    place: int
    value: Callable[[int], Any]
    number: Callable[[Any], int]


Kind = tuple[int, Callable[[int], Any], Callable[[Any], int]]
"""How many values there are, and the two ways between a value and its number. Zero is always one of them."""


def layout(machine: Machine, scores: frozenset[str]) -> tuple[dict[str, Field], int]:
    """Return the fields by the names that `expression.reads` gives (and `must:…`, `score:…`), and the bits they take."""
    fields: dict[str, Field] = {}
    shift = 0
    for name, (count, value, number) in _kinds(machine, scores):
        bits = max(1, (count - 1).bit_length())
        fields[name] = Field(shift, ((1 << bits) - 1) << shift, value, number)
        shift += bits
    return fields, shift


def _kinds(machine: Machine, scores: frozenset[str]) -> Iterator[tuple[str, Kind]]:
    program = machine.program
    for id_ in machine.watched:
        yield f"must:{id_}", (len(MARKS), MARKS.__getitem__, MARKS.index)
    for variable in machine.variables:
        yield variable.id, _variable(variable)
    for id_, ready in machine.scenes.items():
        if ready.seen_up_to:
            yield f"scene:{id_}", _range(0, ready.seen_up_to)
        doings = [item.doing for item in (*ready.choices.values(), *([ready.timeout] if ready.timeout else []))]
        doings += [doing for _, doing in (*ready.items.values(), *ready.routes.values())]
        doings += [doing for task in ready.tasks for _, doing in task.items.values()]
        for doing in doings:
            if doing.is_remembered:
                yield f"chose:{doing.id}", (2, bool, int)
    if program.clock:
        yield "clock", _range(program.clock.start, program.clock.end)
    for item in program.competencies:
        if item.id in scores:
            yield f"score:{item.id}", _range(item.low, item.high)


def _variable(variable: VariableDeclaration) -> Kind:
    match variable:
        case Flag():
            return 2, bool, int
        case Number(_, low, high):
            return _range(low, high)
        case OneOf(_, values):
            return len(values), values.__getitem__, values.index
        case SomeOf(_, values):
            return 1 << len(values), _members(values), _set_number(values)


def _range(low: int, high: int) -> Kind:
    return high - low + 1, lambda number: low + number, lambda value: value - low


def _members(values: tuple[str, ...]) -> Callable[[int], list[str]]:
    return lambda number: [value for place, value in enumerate(values) if number >> place & 1]


def _set_number(values: tuple[str, ...]) -> Callable[[list[str]], int]:
    return lambda held: sum(1 << place for place, value in enumerate(values) if value in held)
