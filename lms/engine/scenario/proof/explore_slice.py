"""The part of a Program that one question depends on: itself a Program, so that nothing but the engine runs it.

Invariants:
  X1  what a learner can do and where it leads is the same in the slice, action by action: only prose, scores, monitors,
      variables, history and the clock go that neither a guard, nor a later, nor what is asked for depends on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, TypeVar, get_args

from lms.engine.scenario.program import task
from lms.engine.scenario.program.expression import (
    Add,
    Assign,
    Award,
    Change,
    Compare,
    Constant,
    Derived,
    Effect,
    Expression,
    Not,
    Remove,
    SetFlag,
    Sum,
    Variable,
    When,
    parts,
    reads,
)
from lms.engine.scenario.program.observing import Observe
from lms.engine.scenario.program.program import Choice, DebriefPlan, Flag, Number, Option, Program, Route, Scene
from lms.kernel.record import Record

Task = TypeVar("Task", task.Question, task.Order)

Trees = Mapping[str, Expression]
D = TypeVar("D", Choice, Option, Route)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for beside the ways through the story.

    Monitors and scores by id; whether `pass` is read, and whether at every moment (`always`) or at the end; the number of which it is noted where it would leave its range
    (`stops`); the hidden flags (`noted`) that `noting_conditions` sets. With `timed`, minutes count even where nothing reads the clock.
    """

    monitors: frozenset[str] = frozenset()
    scores: frozenset[str] = frozenset()
    passing: bool = False
    always: bool = False
    timed: bool = False
    stops: str = ""
    noted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Write:
    """One effect as data flow: what it writes (empty: a score) and the names that decide how."""

    name: str
    reads: frozenset[str]


def sliced(program: Program, question: Question) -> Program:
    """Return the part of a Program on which its ways, and what is asked for, depend (X1)."""
    derived = {name.id: name.value for name in program.derived}
    musts = tuple(must for must in program.musts if must.id in question.monitors)
    must_nots = tuple(must for must in program.must_nots if must.id in question.monitors)
    passes = program.pass_when if question.passing else None
    asked = [must.when for must in musts] + [must.when for must in must_nots] + ([passes] if passes else [])
    asked += [guard for scene in program.scenes for guard in guards(scene)]
    asked += [later.condition for later in program.laters if later.condition]
    needed = (
        {name for expression in asked for name in reads(expression, derived)}
        | ({question.stops} - {""})
        | question.noted
    )
    if any(later.clock is not None for later in program.laters):
        needed.add("clock")
    written = [write for scene in program.scenes for write in writes(effects_of(scene), derived, question.scores)]
    kept = depend_on(needed, written)
    timed = question.timed or "clock" in kept
    scenes = tuple(_scene(scene, kept, question.scores, timed=timed) for scene in program.scenes)
    asked += [expression for scene in scenes for effect in effects_of(scene) for expression in _inside(effect)]
    names = _derived_in(asked, derived)
    made = replace(
        program,
        scenes=scenes,
        summary="",
        prebrief="",
        competencies=tuple(item for item in program.competencies if item.id in question.scores),
        variables=tuple(variable for variable in program.variables if variable.id in kept),
        draws=tuple(draw for draw in program.draws if draw.id in kept),
        clock=program.clock if "clock" in kept else None,
        derived=tuple(name for name in program.derived if name.id in names),
        musts=musts,
        must_nots=must_nots,
        pass_when=passes,
        references=(),
        points=(),
        plan=DebriefPlan(),
        tracks=(),
        scales=(),
    )
    return _noting_stops(made, question.stops) if question.stops else made


def takeable(scene: Scene) -> tuple[Choice | Option, ...]:
    """Return what can be taken under a condition."""
    return (*choices_of(scene), *(scene.options.items if scene.options else ()))


def choices_of(scene: Scene) -> tuple[Choice, ...]:
    """Return the choices of a scene, the one that time takes among them."""
    return (*scene.choices, *((scene.timeout.choice,) if scene.timeout else ()))


def guards(scene: Scene) -> Iterator[Expression]:
    """Yield the conditions of choices and options."""
    for item in takeable(scene):
        if item.when:
            yield item.when


def effects_of(scene: Scene) -> Iterator[Effect]:
    """Yield all effects that can come to pass in a scene."""
    routes = scene.free_text.routes if scene.free_text else ()
    doings: tuple[Choice | Option | Route, ...] = (*takeable(scene), *routes)
    for doing in doings:
        yield from doing.effects
    for asked in (scene.question, scene.order):
        if asked is not None:
            yield from (*asked.right, *asked.partly, *asked.wrong)
            for item in asked.items:
                yield from item.effects
    for observe in scene.observe:
        yield from observed(observe)


def observed(observe: Observe) -> tuple[Effect, ...]:
    """Return what is done by measuring, with its condition."""
    return (When(observe.when, observe.effects),) if observe.when else observe.effects


def writes(
    effects: Iterable[Effect], derived: Trees, scores: frozenset[str], under: frozenset[str] = frozenset()
) -> Iterator[Write]:
    """Yield what the effects write, and what decides about it; scores only if they are asked for."""
    for effect in effects:
        match effect:
            case When(condition, do):
                yield from writes(do, derived, scores, under | reads(condition, derived))
            case Award(competency):
                if competency in scores:
                    yield Write("", under)
            case Assign(name, value):
                yield Write(name, under | reads(value, derived))
            case SetFlag(name) | Change(name) | Add(_, name) | Remove(_, name):
                yield Write(name, under)


def written_by(effect: Effect) -> Iterator[str]:
    """Yield the variables that an effect changes."""
    match effect:
        case When(_, do):
            for inner in do:
                yield from written_by(inner)
        case SetFlag(name) | Change(name) | Assign(name) | Add(_, name) | Remove(_, name):
            yield name


def depend_on(needed: Iterable[str], written: Sequence[Write]) -> frozenset[str]:
    """Return the names needed, and those that decide about what they become."""
    found = {*needed, ""}
    before = 0
    while before != len(found):
        before = len(found)
        for write in written:
            if write.name in found:
                found |= write.reads
    return frozenset(found - {""})


def _scene(scene: Scene, kept: frozenset[str], scores: frozenset[str], *, timed: bool) -> Scene:
    text, options, timeout = scene.free_text, scene.options, scene.timeout

    def cut(item: D) -> D:
        return replace(item, effects=_effects(item.effects, kept, scores), takes=item.takes if timed else 0)

    return replace(
        scene,
        blocks=(),
        choices=tuple(cut(replace(choice, consequence=(), feedback=None)) for choice in scene.choices),
        options=options and replace(options, items=tuple(cut(replace(item, feedback=None)) for item in options.items)),
        question=_task(scene.question, kept, scores),
        order=_task(scene.order, kept, scores),
        free_text=text and replace(text, routes=tuple(cut(route) for route in text.routes)),
        takes=scene.takes if timed else 0,
        timeout=timeout and replace(timeout, choice=cut(replace(timeout.choice, consequence=(), feedback=None))),
        observe=tuple(
            replace(observe, effects=effects)
            for observe in scene.observe
            if (effects := _effects(observe.effects, kept, scores))
        ),
    )


def _task(asked: Task | None, kept: frozenset[str], scores: frozenset[str]) -> Task | None:
    return asked and replace(
        asked,
        right=_effects(asked.right, kept, scores),
        partly=_effects(asked.partly, kept, scores),
        wrong=_effects(asked.wrong, kept, scores),
        at="debrief",
        items=tuple(replace(item, effects=_effects(item.effects, kept, scores)) for item in asked.items),
    )


def _effects(effects: Iterable[Effect], kept: frozenset[str], scores: frozenset[str]) -> tuple[Effect, ...]:
    found: list[Effect] = []
    for effect in effects:
        match effect:
            case When(condition, do):
                inner = _effects(do, kept, scores)
                if inner:
                    found.append(When(condition, inner))
            case Award(competency):
                if competency in scores:
                    found.append(effect)
            case SetFlag(name) | Change(name) | Assign(name) | Add(_, name) | Remove(_, name):
                if name in kept:
                    found.append(effect)
    return tuple(found)


def _inside(effect: Effect) -> Iterator[Expression]:
    match effect:
        case When(condition, do):
            yield condition
            for inner in do:
                yield from _inside(inner)
        case Assign(_, value):
            yield value


def _derived_in(expressions: Iterable[Expression], derived: Trees) -> frozenset[str]:
    found: set[str] = set()
    front = list(expressions)
    while front:
        for part in parts(front.pop()):
            if isinstance(part, Derived) and part.name not in found:
                found.add(part.name)
                front.append(derived[part.name])
    return frozenset(found)


STOPS = "stops:"
"""What the hidden flags are called that are set where a number would have left its range: `stops:n>` and `stops:n<`."""

_EFFECTS = get_args(Effect)
_NESTED = frozenset({"options", "free_text", "timeout", "choice", "question", "order"})

Notes = Callable[[Any], Iterator[Effect]]


def noting_conditions(program: Program, conditional: Sequence[When]) -> tuple[Program, Question]:
    """Return the Program with two flags for each of these effects, set where its condition is read and holds (or not).

    The flags are called `stops:` with the number of the effect and `>` where it holds, `<` where it does not.
    """
    numbers = {id(effect): number for number, effect in enumerate(conditional)}

    def notes(effect: Any) -> Iterator[Effect]:
        if id(effect) in numbers:
            name = f"{STOPS}{numbers[id(effect)]}"
            yield When(effect.condition, (SetFlag(f"{name}>", to=True),))
            yield When(Not(effect.condition), (SetFlag(f"{name}<", to=True),))

    flags = tuple(Flag(f"{STOPS}{number}{sign}") for number in numbers.values() for sign in "<>")
    scenes = tuple(_noting(scene, notes) for scene in program.scenes)
    made = replace(program, scenes=scenes, variables=(*program.variables, *flags))
    return made, Question(noted=frozenset(flag.id for flag in flags))


def _noting_stops(program: Program, name: str) -> Program:
    """Return the Program with a flag for each bound of a number, set where the number stops there.

    Nothing reads the flags, so they are never part of a state; whoever takes a step sees them written.
    """
    number = next(item for item in program.variables if item.id == name)
    if not isinstance(number, Number):
        return program
    flags = tuple(Flag(f"{STOPS}{name}{sign}") for sign in "<>")
    scenes = tuple(_noting(scene, partial(_stops, number)) for scene in program.scenes)
    return replace(program, scenes=scenes, variables=(*program.variables, *flags))


def _noting(value: Any, notes: Notes) -> Any:
    """Return a part of a Program in which each effect is preceded by its notes."""
    if isinstance(value, tuple):
        return tuple(part for item in value for part in (*notes(item), _noting(item, notes)))
    if isinstance(value, When):
        return replace(value, do=_noting(value.do, notes))
    if isinstance(value, _EFFECTS) or not isinstance(value, Record):
        return value
    part: Any = value
    old = {one.name: getattr(part, one.name) for one in fields(part) if one.init}
    new = {name: _noting(one, notes) for name, one in old.items() if isinstance(one, tuple) or name in _NESTED}
    changed = {name: one for name, one in new.items() if one != old[name]}
    return replace(part, **changed) if changed else value


def _stops(number: Number, effect: Any) -> Iterator[Effect]:
    match effect:
        case Change(number.id, by):
            value: Expression = Sum("+", Variable(number.id), Constant(by))
        case Assign(number.id, value):
            pass
        case _:
            return
    yield When(Compare(">", value, Constant(number.high)), (SetFlag(f"{STOPS}{number.id}>", to=True),))
    yield When(Compare("<", value, Constant(number.low)), (SetFlag(f"{STOPS}{number.id}<", to=True),))
