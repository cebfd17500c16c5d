"""Whether each moment of an old version has a place in the new one.

A place is the same scene, waiting for the same, and room for all that is remembered, by id and type: variables, draws, what
was taken and where the story was, as far as anything asks for it, laters, calls, scores, monitors, tracks and the clock. A
scene that leads back needs something to go back to, a call that is open needs a scene that calls lead to, and a count has to
be as exact as it is asked for. What is only said once more is no part of it: what follows from a choice, and the words that
are kept for a checkpoint. Attempts stay on their version whatever the answer; it says what a change cut off, and from whom.

Invariants:
  Z1  what is reported as lost is reached by the way that is given, with what chance has to bring on it, and no shorter way
      leads to it
  Z2  when nothing is lost and the search is complete, every reachable state of the old version has a place in the new one
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lms.engine.scenario.play.events import Action, Answer, Choose, Order, Select, TimeOut, Write
from lms.engine.scenario.play.machine import Machine, ReadyScene, machine_of
from lms.engine.scenario.play.state import Phase, Value
from lms.engine.scenario.program.chance import Fate
from lms.engine.scenario.program.expression import (
    Both,
    Chose,
    ClockTime,
    Compare,
    Constant,
    Count,
    Expression,
    Has,
    Not,
    Score,
    Variable,
    Visited,
)
from lms.engine.scenario.program.program import Flag, Later, Number, OneOf, Program, SomeOf, VariableDeclaration
from lms.engine.scenario.program.ways import calls, goes_on_to, reach, steps_of
from lms.engine.scenario.proof.explore import MOST_STATES, Exploration, Way
from lms.engine.scenario.proof.explore_layout import layout
from lms.engine.scenario.proof.explore_slice import Question
from lms.engine.scenario.proof.explore_space import Control
from lms.engine.scenario.proof.witness import texts
from lms.kernel.record import Record

SCORE = "score:"
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
    """One step of a way: in which scene, and what is taken there; without a scene, what chance brings."""

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


@dataclass(frozen=True, slots=True)
class _Memory:
    """Something of which some value may have no place: the field of a state that holds it, what reads it, and what is then said."""

    field: str
    reads: Expression
    says: str
    fits: Callable[[Any], bool]


class _Search:
    def __init__(self, old: Program, new: Program, most: int) -> None:
        self.old, self.new = machine_of(old), machine_of(new)
        self.program = old
        self.open = _Open(self.new)
        self.memories = tuple(_memories(self.old, self.new))
        asked = tuple(Both((memory.reads, Not(memory.reads))) for memory in self.memories)
        scores = frozenset(
            memory.field.removeprefix(SCORE) for memory in self.memories if memory.field.startswith(SCORE)
        )
        probe = replace(old, pass_when=Both(asked)) if asked else old
        self.found = Exploration(probe, most, Question(scores=scores, passing=bool(asked), always=bool(asked)))
        self.texts = dict(texts(old))

    def search(self) -> Succession:
        """Go through all states, the nearest first; name each thing that is lost once."""
        lost = {one.what: one for one in self._always_lost()}
        space = self.found.space
        watched = [(memory, space.fields[memory.field]) for memory in self.memories if memory.field in space.fields]
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
            for memory, field in watched:
                if memory.says not in lost and not memory.fits(field.value((state & field.place) >> field.shift)):
                    lost[memory.says] = self._lost(memory.says, control[0], number)
        return Succession(tuple(lost.values()), len(self.found.states), self.found.is_complete)

    def _always_lost(self) -> Iterator[Lost]:
        """Yield what every run has from its start."""
        start = self.program.start
        for noun, old, new in (
            ("competency", self.old.program.competencies, self.new.program.competencies),
            ("must", self.old.program.musts, self.new.program.musts),
            ("must_not", self.old.program.must_nots, self.new.program.must_nots),
            ("track", self.old.program.tracks, self.new.program.tracks),
        ):
            there = {one.id for one in new}
            for one in old:
                if one.id not in there:
                    yield Lost(f"there is no {noun} '{one.id}' any more: what it came to has no place", start)
        for id_ in _measured_otherwise(self.old, self.new):
            yield Lost(f"the track '{id_}' is measured otherwise: what was written down of it has no place", start)
        if self.old.program.clock and self.new.program.clock is None:
            yield Lost("there is no clock any more: the time of the story has no place", start)

    def _missing(self, control: Control) -> Iterator[str]:
        """Yield what a place in the story lacks in the new version."""
        scene, phase, heading, armed, due, frames = control
        ready = self.new.scenes.get(scene)
        if ready is None:
            yield f"there is no scene '{scene}' any more"
        elif phase not in _phases(ready):
            yield f"'{scene}' does not wait for {_WAITS.get(phase, phase)} any more"
        elif _is_other(_asked(self.old.scenes[scene], phase), _asked(ready, phase)):
            yield f"'{scene}' waits for {_WAITS.get(phase, phase)}, and asks for something else now"
        yield from self.open.lacks(scene, heading, frames)
        for name in dict.fromkeys((heading, *frames)):
            if name and name not in self.new.scenes:
                yield f"the story would go on to '{name}', which is not there any more"
        for name, count in (*armed, *((id_, 0) for id_ in due)):
            if name not in self.new.laters:
                yield f"the later '{name}' waits, and is not there any more"
            elif name not in due:
                yield from self._overdue(self.old.laters[name][0], self.new.laters[name][0], count)

    def _overdue(self, old: Later, new: Later, count: int) -> Iterator[str]:
        """Yield why an armed later, with so many arrivals to go, is none that can wait in the new version."""
        if (bool(old.at), bool(old.after)) != (bool(new.at), bool(new.after)):
            yield f"the later '{old.id}' waits, and is due otherwise now"
        elif count > new.after:
            yield f"the later '{old.id}' waits longer than it can any more"

    def _lost(self, what: str, scene: str, number: int) -> Lost:
        return Lost(what, scene, tuple(self._steps(self.found.way(number))))

    def _steps(self, way: Way) -> Iterator[Step]:
        yield from _drawn(way.fates.get(0, {}))
        for number, (scene, action) in enumerate(zip(way.scenes, way.actions, strict=True), 1):
            yield Step(scene, self._said(action))
            yield from _drawn(way.fates.get(number, {}))

    def _said(self, action: Action) -> str:
        match action:
            case Choose(choice):
                return self.texts.get(choice, choice)
            case Select(items) | Answer(items) | Order(items):
                between = ", then " if isinstance(action, Order) else " + "
                return between.join(self.texts.get(item, item) for item in items) or "nothing"
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


def _asked(ready: ReadyScene, phase: Phase) -> frozenset[str]:
    """Return the ids of what a scene asks in a phase, choices aside; several options have no id together, only each its own."""
    scene = ready.scene
    if phase == "select":
        return frozenset(ready.items)
    asked = {"write": scene.free_text, "answer": scene.question, "order": scene.order}.get(phase)
    return frozenset() if asked is None else frozenset({asked.id})


def _is_other(before: frozenset[str], after: frozenset[str]) -> bool:
    return bool(before) and before.isdisjoint(after)


class _Open:
    """What may be open at the scenes of a version: a call that comes back, what a later came before, or nothing.

    A later's scenes may be any: as soon as they lead into the story, nothing is open any more.
    """

    def __init__(self, machine: Machine) -> None:
        scenes = machine.program.scenes
        onward = {scene.id: tuple(goes_on_to(scene)) for scene in scenes}
        before: dict[str, list[str]] = {id_: [] for id_ in onward}
        for id_, following in onward.items():
            for to in following:
                before[to].append(id_)
        ends = {scene.id: [to if back is None else back for to, back, _ in steps_of(scene)] for scene in scenes}
        self.scenes = onward.keys()
        self.called = reach({name for scene in scenes for name in calls(scene)}, onward)
        bare = machine.story
        if any("" in ends[id_] for id_ in bare):
            bare |= self.called  # the story leads back to nowhere by itself, and a call in it may do so as well
        self.bare = bare | self.scenes - reach([id_ for id_, targets in ends.items() if "" in targets], before)

    def lacks(self, scene: str, heading: str | None, frames: tuple[str, ...]) -> Iterator[str]:
        """Yield why what is open cannot be open there: in the scene, and wherever its calls come back to."""
        for name, below in zip((scene, *reversed(frames)), range(len(frames), -1, -1), strict=True):
            if below:
                if name in self.scenes - self.called:
                    yield f"a call is open in '{name}', and no call leads there any more"
            elif heading is None:
                yield from self._leads_nowhere(name or scene, is_safe=not name and self.called <= self.bare)
        if heading is not None:
            yield from self._leads_nowhere(heading)

    def _leads_nowhere(self, name: str, *, is_safe: bool = False) -> Iterator[str]:
        if not is_safe and name in self.scenes - self.bare:
            yield f"'{name}' leads back now, and there is nothing to go back to"


def _drawn(fate: Fate) -> Iterator[Step]:
    for name, value in fate.items():
        yield Step("", f"by chance, '{name}' is {value}")


# --- what may have no place ---------------------------------------------------------------------------------------------


def _memories(old: Machine, new: Machine) -> Iterator[_Memory]:
    """Yield all that is remembered of which some value may have no place."""
    yield from _variables(old, new)
    yield from _history(old, new)
    yield from _scores(old.program, new.program)
    yield from _clock(old.program, new.program)


def _variables(old: Machine, new: Machine) -> Iterator[_Memory]:
    there = {variable.id: variable for variable in new.variables}
    for variable in old.variables:
        id_, after = variable.id, there.get(variable.id)
        if after is None:
            noun = "draw" if id_ in old.draws else "variable"
            why, fits = f"there is no {noun} '{id_}' any more: what it remembers has no place", old.starts[id_].__eq__
        elif type(after) is not type(variable):
            why, fits = f"'{id_}' is of another type: what it remembers has no place", old.starts[id_].__eq__
        elif not _holds_all(after, variable):
            why, fits = f"'{id_}' cannot hold all values any more", partial(_holds, after)
        else:
            continue
        yield _Memory(id_, _mention(variable), why, fits)


def _history(old: Machine, new: Machine) -> Iterator[_Memory]:
    """Yield the choices and arrivals that the old version remembers, and that the new one does not know, or not as exactly."""
    before, after = dict(_takeable(old)), dict(_takeable(new))
    for field in layout(old, frozenset())[0]:
        kind, _, id_ = field.partition(":")
        if kind == "chose" and after.get(id_) != before[id_]:
            why = f"that '{id_}' was taken is remembered, and there is no such {before[id_]} any more"
            yield _Memory(field, Chose(id_), why, operator.not_)
        elif kind == "scene" and id_ not in new.scenes:
            why = f"that the story was at '{id_}' is remembered, and there is no such scene any more"
            yield _Memory(field, Visited(id_), why, operator.not_)
        elif kind == "scene":
            most = old.scenes[id_].seen_up_to
            if most < new.scenes[id_].seen_up_to:
                why = f"how often the story was at '{id_}' is counted up to {most} only, and asked for beyond that now"
                yield _Memory(field, Compare("is", Count(id_), Constant(most - 1)), why, partial(operator.gt, most))


def _scores(old: Program, new: Program) -> Iterator[_Memory]:
    there = {one.id: one for one in new.competencies}
    for one in old.competencies:
        after = there.get(one.id, one)
        if one.low < after.low or after.high < one.high:
            reads = Compare("is", Score(one.id), Constant(one.low))
            fits = partial(_is_within, after.low, after.high)
            yield _Memory(f"{SCORE}{one.id}", reads, f"'{one.id}' cannot hold all scores any more", fits)


def _clock(old: Program, new: Program) -> Iterator[_Memory]:
    if old.clock is None or new.clock is None:
        return
    start, end = new.clock.start, new.clock.end
    if old.clock.start < start:
        why = "the clock starts later: the times of the story before that have no place"
        yield _Memory("clock", Compare("<", ClockTime(), Constant(start)), why, partial(operator.le, start))
    if end < old.clock.end:
        why = "the clock ends earlier: the times of the story after that have no place"
        yield _Memory("clock", Compare(">", ClockTime(), Constant(end)), why, partial(operator.ge, end))


def _measured_otherwise(old: Machine, new: Machine) -> Iterator[str]:
    """Yield the tracks whose values mean something else: those of another type, or with other decimals."""
    there = {one.id: one.decimals for one in new.program.tracks}
    types = [{one.id: type(one) for one in machine.variables} for machine in (old, new)]
    for one in old.program.tracks:
        if one.id in there:
            before, after = (of.get(one.id) for of in types)
            if before is not after or there[one.id] != one.decimals:
                yield one.id


def _takeable(machine: Machine) -> Iterator[tuple[str, str]]:
    """Yield everything that can be taken, and of which kind it is."""
    yield from ((id_, "choice") for id_ in machine.choices)
    yield from ((id_, "option") for id_ in machine.options)
    for ready in machine.scenes.values():
        yield from ((id_, "route") for id_ in ready.routes)
        yield from ((id_, "answer") for id_ in (ready.question.items if ready.question else ()))
        yield from ((id_, "thing to put in order") for id_ in (ready.order.items if ready.order else ()))


def _is_within(low: int, high: int, value: int) -> bool:
    return low <= value <= high


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


def _mention(variable: VariableDeclaration) -> Expression:
    """Return an expression that reads a variable, so that the search keeps its values apart."""
    match variable:
        case Flag(name):
            return Variable(name)
        case SomeOf(name, values):
            return Has(name, values[0])
        case Number(name, low):
            return Compare("is", Variable(name), Constant(low))
        case OneOf(name, values):
            return Compare("is", Variable(name), Constant(values[0]))
