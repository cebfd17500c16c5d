"""Whether each moment of an old version has a place in the new one.

A place is the same scene, waiting for the same, and room for all that is remembered, by id and type. Attempts stay on
their version whatever the answer; it says what a change cut off, and from whom.

Invariants:
  Z1  what is reported as lost is reached by the way that is given, and no shorter way leads to it
  Z2  when nothing is lost and the search is complete, every reachable state of the old version has a place in the new one
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lms.engine.scenario.play.events import Action, Answer, Choose, Order, Select, TimeOut, Write
from lms.engine.scenario.play.machine import Machine, ReadyScene, machine_of
from lms.engine.scenario.play.state import Phase, Value
from lms.engine.scenario.program.expression import Both, Compare, Constant, Expression, Has, Not, Variable
from lms.engine.scenario.program.program import Flag, Number, OneOf, Program, SomeOf, VariableDeclaration
from lms.engine.scenario.proof.explore import MOST_STATES, Exploration, Way
from lms.engine.scenario.proof.explore_slice import Question
from lms.engine.scenario.proof.explore_space import Control
from lms.kernel.record import Record

_WAITS: dict[str, str] = {
    "write": "words",
    "select": "a selection",
    "answer": "an answer",
    "order": "an order",
    "choose": "a choice",
    "go": "going on",
    "ended": "nothing: it is an ending",
}


@dataclass(frozen=True, slots=True)
class Step(Record):
    """One step of a way: in which scene, and what is taken there."""

    scene: str
    takes: str


@dataclass(frozen=True, slots=True)
class Lost(Record):
    """Something that a learner of the old version can have, and that has no place in the new one; `way` leads there."""

    what: str
    scene: str
    way: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Succession(Record):
    """What was found, over so many states of the old version."""

    lost: tuple[Lost, ...] = ()
    states: int = 0
    is_complete: bool = True

    @property
    def bound(self) -> str:
        """How far a bounded search went, in words; empty when it is complete."""
        return "" if self.is_complete else f"bounded: explored {self.states:,} states, not complete"


def succession(old: Program, new: Program, *, most_states: int = MOST_STATES) -> Succession:
    """Look for a place in the new version for every reachable state of the old one."""
    return _Search(old, new, most_states).search()


class _Search:
    def __init__(self, old: Program, new: Program, most: int) -> None:
        self.old, self.new = machine_of(old), machine_of(new)
        self.program = old
        self.changed = dict(_changed(self.old, self.new))
        asked = tuple(_mention(self.old, name) for name in self.changed)
        probe = replace(old, pass_when=Both(asked)) if asked else old
        self.found = Exploration(probe, most, Question(passing=bool(asked), always=bool(asked)))
        self.texts = dict(_texts(old))

    def search(self) -> Succession:
        """Go through all states, the nearest first; name each thing that is lost once."""
        lost = {one.what: one for one in self._always_lost()}
        space = self.found.space
        known: dict[Control, tuple[str, ...]] = {}
        for number, state in enumerate(self.found.states):
            control = space.control(state)
            if not control[0]:
                continue
            if control not in known:
                known[control] = tuple(self._missing(control))
            for what in known[control]:
                if what not in lost:
                    lost[what] = self._lost(what, control[0], number)
            for name, why in self.changed.items():
                field = space.fields.get(name)
                if field is None or why in lost:
                    continue
                value = field.value((state & field.place) >> field.shift)
                if self._has_no_place(name, value):
                    lost[why] = self._lost(why, control[0], number)
        return Succession(tuple(lost.values()), len(self.found.states), self.found.is_complete)

    def _always_lost(self) -> Iterator[Lost]:
        """Yield what every run has from its start."""
        for noun, old, new in (
            ("competency", self.old.program.competencies, self.new.program.competencies),
            ("must", self.old.program.musts, self.new.program.musts),
            ("must_not", self.old.program.must_nots, self.new.program.must_nots),
            ("track", self.old.program.tracks, self.new.program.tracks),
        ):
            there = {one.id for one in new}
            for one in old:
                if one.id not in there:
                    yield Lost(
                        f"there is no {noun} '{one.id}' any more: what it came to has no place", self.program.start
                    )
        if self.old.program.clock and self.new.program.clock is None:
            yield Lost("there is no clock any more: the time of the story has no place", self.program.start)

    def _missing(self, control: Control) -> Iterator[str]:
        """Yield what a place in the story lacks in the new version."""
        scene, phase, heading, armed, due, frames = control
        ready = self.new.scenes.get(scene)
        if ready is None:
            yield f"there is no scene '{scene}' any more"
        elif phase not in _phases(ready):
            yield f"'{scene}' does not wait for {_WAITS.get(phase, phase)} any more"
        for name in dict.fromkeys((heading, *frames)):
            if name and name not in self.new.scenes:
                yield f"the story would go on to '{name}', which is not there any more"
        for name in dict.fromkeys((*(id_ for id_, _ in armed), *due)):
            if name not in self.new.laters:
                yield f"the later '{name}' waits, and is not there any more"

    def _has_no_place(self, name: str, value: Value) -> bool:
        declared = {variable.id: variable for variable in self.new.variables}.get(name)
        mine = next(variable for variable in self.old.variables if variable.id == name)
        if declared is None or type(declared) is not type(mine):
            return value != self.old.starts[name]
        return not _holds(declared, value)

    def _lost(self, what: str, scene: str, number: int) -> Lost:
        return Lost(what, scene, tuple(self._steps(self.found.way(number))))

    def _steps(self, way: Way) -> Iterator[Step]:
        for scene, action in zip(way.scenes, way.actions, strict=True):
            yield Step(scene, self._said(action))

    def _said(self, action: Action) -> str:
        match action:
            case Choose(choice):
                return self.texts.get(choice, choice)
            case Select(items) | Answer(items) | Order(items):
                return " + ".join(self.texts.get(item, item) for item in items) or "nothing"
            case Write(_, route):
                return f"words such as “{self.texts.get(route, route)}”" if route else "words of one's own"
            case TimeOut():
                return "time passes without an answer"
        return "go on"


def _phases(ready: ReadyScene) -> set[Phase]:
    """Return everything that a scene waits for at some moment."""
    if ready.scene.ending:
        return {"ended"}
    found: set[Phase] = set()
    phase = ready.asks_after(None)
    while phase not in found:
        found.add(phase)
        phase = ready.asks_after(phase)
    return found


def _changed(old: Machine, new: Machine) -> Iterator[tuple[str, str]]:
    """Yield the variables of which some value may have no place, with what is then said."""
    there = {variable.id: variable for variable in new.variables}
    for variable in old.variables:
        after = there.get(variable.id)
        if after is None:
            yield variable.id, f"there is no variable '{variable.id}' any more: what it remembers has no place"
        elif type(after) is not type(variable):
            yield variable.id, f"'{variable.id}' is of another type: what it remembers has no place"
        elif not _holds_all(after, variable):
            yield variable.id, f"'{variable.id}' cannot hold all values any more"


def _holds_all(after: VariableDeclaration, before: VariableDeclaration) -> bool:
    match after, before:
        case Number(_, low, high), Number(_, least, most):
            return low <= least and most <= high
        case (OneOf(_, values), OneOf(_, known)) | (SomeOf(_, values), SomeOf(_, known)):
            return set(known) <= set(values)
    return True


def _holds(declared: VariableDeclaration, value: Value) -> bool:
    match declared:
        case Number(_, low, high):
            return isinstance(value, int) and low <= value <= high
        case OneOf(_, values):
            return value in values
        case SomeOf(_, values):
            return isinstance(value, list) and set(value) <= set(values)
    return True


def _mention(machine: Machine, name: str) -> Expression:
    """Return an expression that reads a variable, so that the search keeps its values apart."""
    variable = next(variable for variable in machine.variables if variable.id == name)
    match variable:
        case Flag():
            reads: Expression = Variable(name)
        case SomeOf(_, values):
            reads = Has(name, values[0])
        case Number(_, low):
            reads = Compare("is", Variable(name), Constant(low))
        case OneOf(_, values):
            reads = Compare("is", Variable(name), Constant(values[0]))
    return Both((reads, Not(reads)))


def _texts(program: Program) -> Iterator[tuple[str, str]]:
    for scene in program.scenes:
        yield from ((choice.id, choice.label) for choice in scene.choices)
        yield from ((option.id, option.label) for option in (scene.options.items if scene.options else ()))
        yield from ((item.id, item.label) for task in (scene.question, scene.order) if task for item in task.items)
        yield from ((route.id, route.phrases[0]) for route in (scene.free_text.routes if scene.free_text else ()))
