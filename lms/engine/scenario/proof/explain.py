"""How a learner comes to something: the shortest way to a scene, a choice, an ending or a state, and what it hangs on.

Ways are found by the exploration that proves (`explore`), so each of them can be walked, and none is shorter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.engine.scenario.language.compile import Compiled
from lms.engine.scenario.language.scope import Scope
from lms.engine.scenario.language.typecheck import read_expression
from lms.engine.scenario.program.expression import (
    Both,
    ClockTime,
    Compare,
    Constant,
    Derived,
    Effect,
    Expression,
    Score,
    When,
    expressions_in,
    parts,
    reads,
)
from lms.engine.scenario.program.in_words import Reader, effect_notation, notation
from lms.engine.scenario.program.observing import Observe
from lms.engine.scenario.program.program import Choice, FreeText, Option, Program, Route, Scene
from lms.engine.scenario.program.task import RESULTS, OrderItem, Question, QuestionItem, Result, Task
from lms.engine.scenario.program.ways import steps_of
from lms.engine.scenario.proof.explore import MOST_STATES, Exploration, Way
from lms.engine.scenario.proof.explore_pass import can_be
from lms.engine.scenario.proof.witness import Witness
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Waypoint
from lms.kernel.errors import Invalid, NotFound

_CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class _Result:
    """What a result of a question or an order does."""

    id: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known about something. `way` is None where nothing leads to it; `facts` are sentences about it.

    An answer that is not complete may have missed a way: `states` were looked at.
    """

    what: str
    way: tuple[Waypoint, ...] | None
    facts: tuple[str, ...] = ()
    states: int = 0
    is_complete: bool = True


def explain(compiled: Compiled, name: str, *, most: int = MOST_STATES) -> tuple[Explained, ...]:
    """Explain whatever has this id: a scene, choice, question, route, variable …; without a name, every ending. Raises NotFound."""
    program = _program(compiled)
    if not name:
        found = Exploration(program, most)
        return tuple(_met(compiled, found, "scene", scene.id) for scene in program.scenes if scene.ending)
    explained = list(_named(compiled, name, most))
    if not explained:
        names = Names(_ids(program))
        raise NotFound(f"There is nothing called '{name}' in this scenario.", fix=names.hint(name, "Name an id of it."))
    return tuple(explained)


def explain_state(compiled: Compiled, condition: str, scenes: Sequence[str], *, most: int = MOST_STATES) -> Explained:
    """Explain how a condition comes to hold: in one of some scenes, or anywhere. Raises Invalid, NotFound."""
    program = _program(compiled)
    for scene in scenes:
        if scene not in {one.id for one in program.scenes}:
            names = Names(one.id for one in program.scenes)
            raise NotFound(f"There is no scene '{scene}'.", fix=names.hint(scene, "Name the id of a scene."))
    when = _read(compiled, condition)
    answer = can_be(program, most, condition=when, scenes=frozenset(scenes))
    where = f" in {' or '.join(scenes)}" if scenes else ""
    way = _told(compiled, program, answer.way) if answer.way else None
    return Explained(f"{notation(when)}{where}", way, states=answer.states, is_complete=answer.is_complete)


def _program(compiled: Compiled) -> Program:
    if compiled.program is None or compiled.places is None:
        raise Invalid("The scenario has errors.", fix="See them with: lms check", problems=compiled.problems)
    return compiled.program


def _read(compiled: Compiled, text: str) -> Expression:
    """Read a condition as `pass` is read: scores and monitors too."""
    read = read_expression(text, compiled.scope or Scope())
    if read.value is None:
        fault = read.faults[0]
        raise Invalid(f"'{text}' is no condition: {fault.what}.", why=fault.why, fix=fault.fix)
    return read.value


def _named(compiled: Compiled, name: str, most: int) -> Iterator[Explained]:
    """Yield what is called so, of each kind."""
    program = _program(compiled)
    found = Exploration(program, most)
    for scene in program.scenes:
        yield from _named_in(compiled, found, scene, name)
    for later in program.laters:
        if later.id == name:
            facts = (f"it brings '{later.to}'", *([f"if {notation(later.condition)}"] if later.condition else []))
            yield _met(compiled, found, "later", name, facts)
    variables = {one.id for one in (*program.variables, *program.draws)} | {one.id for one in program.derived}
    if name in variables or any(one.id == name for one in program.competencies):
        yield Explained(name, (), tuple(_about_variable(program, name)))
    if name == _CLOCK and program.clock is not None:
        yield Explained(name, (), tuple(_about_clock(program)))
    yield from _named_rule(compiled, name, most)


def _named_in(compiled: Compiled, found: Exploration, scene: Scene, name: str) -> Iterator[Explained]:
    if scene.id == name:
        yield _met(compiled, found, "scene", name, tuple(_leading(_program(compiled), name)))
    for item in _items(scene):
        if item.id == name:
            kind = "taken" if found.met("taken", name) else "open"
            yield _met(compiled, found, kind, name, tuple(_about_item(scene, item)))
    for id_, facts in _asked(scene):
        if id_ == name:
            yield replace(_met(compiled, found, "scene", scene.id, facts), what=name)


def _named_rule(compiled: Compiled, name: str, most: int) -> Iterator[Explained]:
    program = _program(compiled)
    endings = [scene.id for scene in program.scenes if scene.ending]
    for must in (one for one in program.musts if one.id == name):
        before = f", before '{must.before}'" if must.before else ""
        missed = explain_state(compiled, f"not kept({name})", endings, most=most)
        yield replace(missed, what=f"{name}, missed", facts=(f"it is kept when {notation(must.when)}{before}",))
    for must_not in (one for one in program.must_nots if one.id == name):
        broken = explain_state(compiled, f"broke({name})", (), most=most)
        yield replace(broken, what=f"{name}, broken", facts=(f"it is broken when {notation(must_not.when)}",))


def _met(compiled: Compiled, found: Exploration, kind: str, name: str, facts: tuple[str, ...] = ()) -> Explained:
    program = _program(compiled)
    way = _told(compiled, program, found.way_to(kind, name)) if found.met(kind, name) else None
    return Explained(name, way, facts, len(found.states), is_complete=found.is_complete)


def _told(compiled: Compiled, program: Program, way: Way) -> tuple[Waypoint, ...]:
    places = compiled.places
    return () if places is None else Witness(program, places).waypoints(way)


def _items(scene: Scene) -> tuple[Choice | Option, ...]:
    timed = (scene.timeout.choice,) if scene.timeout else ()
    return (*scene.choices, *(scene.options.items if scene.options else ()), *timed)


def _tasks(scene: Scene) -> tuple[Task, ...]:
    return tuple(task for task in (scene.question, scene.order) if task is not None)


def _results(task: Task) -> tuple[Result, ...]:
    """Return the results that differ in what they do: where nothing is said of `partly`, it is as `wrong`."""
    return tuple(result for result in RESULTS if result != "partly" or task.partly != task.wrong)


def _asked(scene: Scene) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the ids of what a scene asks beside choices and options, and what is known of each."""
    stands = f"it stands in '{scene.id}'"
    if scene.free_text:
        yield scene.free_text.id, (stands, *_about_text(scene.free_text))
        yield from ((route.id, (stands, *_about_route(route))) for route in scene.free_text.routes)
    for task in _tasks(scene):
        done = {result: ", ".join(map(effect_notation, getattr(task, result))) for result in _results(task)}
        yield task.id, (stands, *(f"when {result}, it does: {does}" for result, does in done.items() if does))
        for item in task.items:
            belongs = f"it {'is right' if item.id in task.wanted else 'is wrong'} in '{task.id}'"
            if not isinstance(task, Question):
                at = task.wanted.index(item.id) + 1 if item.id in task.wanted else 0
                belongs = f"it comes as number {at} in '{task.id}'" if at else f"it is to be left out of '{task.id}'"
            yield item.id, (stands, belongs, *_does(item.effects))


def _about_text(free_text: FreeText) -> Iterator[str]:
    for route in free_text.routes:
        yield f"'{route.id}' is taken at {_phrases(route)}"


def _about_route(route: Route) -> Iterator[str]:
    yield f"it is taken at {_phrases(route)}"
    if route.to:
        yield f"it leads to '{route.to}'"
    yield from _does(route.effects)


def _phrases(route: Route) -> str:
    return f"words such as {', '.join(f'“{phrase}”' for phrase in route.phrases)}"


def _does(effects: Sequence[Effect]) -> Iterator[str]:
    if effects:
        yield f"it does: {', '.join(map(effect_notation, effects))}"


_Doing = Choice | Option | Route | QuestionItem | OrderItem | _Result | Observe


def _doing(scene: Scene) -> Iterator[tuple[str, _Doing]]:
    """Yield all in a scene that has effects, by what it is called: what can be taken or measured, routes, and tasks."""
    yield from ((f"what is measured in '{scene.id}'", one) for one in scene.observe)
    named: list[_Doing] = [*_items(scene), *(scene.free_text.routes if scene.free_text else ())]
    for task in _tasks(scene):
        named += task.items
        named += [_Result(f"{task.id} ({result})", getattr(task, result)) for result in _results(task)]
    yield from ((f"'{one.id}' in '{scene.id}'", one) for one in named if not isinstance(one, Observe))


def _leading(program: Program, name: str) -> Iterator[str]:
    """Yield every way into a scene, with its condition."""
    if name == program.start:
        yield "the story starts here"
    for scene in program.scenes:
        for route in scene.free_text.routes if scene.free_text else ():
            if route.to == name:
                yield f"from '{scene.id}' by {_phrases(route)}"
        for target, back, choice in steps_of(replace(scene, free_text=None)):
            when = f" when {notation(choice.when)}" if choice and choice.when else ""
            way = f"from '{scene.id}' by '{choice.id}'" if choice else f"from '{scene.id}', going on"
            if target == name:
                yield f"{way}{', called' if back is not None else ''}{when}"
            elif back == name:
                yield f"{way}, after a call{when}"
    for later in program.laters:
        if later.to == name:
            armed = f"armed in '{later.scene}'" if later.scene else "armed from the start"
            when = f" when {notation(later.condition)}" if later.condition else ""
            yield f"as the later '{later.id}', {armed}{when}"


def _about_item(scene: Scene, item: Choice | Option) -> Iterator[str]:
    yield f"it stands in '{scene.id}'"
    if item.when:
        yield f"it is open when {notation(item.when)}"
    yield from _does(item.effects)


def _about_variable(program: Program, name: str) -> Iterator[str]:
    """Yield what changes a variable, and what reads it, in the order of the file."""
    derived = {one.id: one.value for one in program.derived}
    if name in derived:
        is_scale = any(one.id == name for one in program.scales)
        yield f"it means {Reader(program).condition(derived[name]) if is_scale else notation(derived[name])}"
    for scene in program.scenes:
        for said, item in _doing(scene):
            changes = [effect_notation(one) for one in item.effects if name in _written(one)]
            if changes:
                yield f"{said} changes it: {', '.join(changes)}"
    yield from _readers(program, name)


def _about_clock(program: Program) -> Iterator[str]:
    """Yield what moves the clock, what comes by it, and what reads it."""
    for scene in program.scenes:
        taking = [(said, getattr(item, "takes", 0)) for said, item in _doing(scene)]
        for said, minutes in ((f"leaving '{scene.id}'", scene.takes), *taking):
            if minutes:
                yield f"{said} moves it: {minutes} min"
    for later in program.laters:
        if later.clock is not None:
            yield f"the later '{later.id}' comes by it: {notation(Compare('>=', ClockTime(), Constant(later.clock)))}"
    yield from _readers(program, _CLOCK)


def _readers(program: Program, name: str) -> Iterator[str]:
    derived = {one.id: one.value for one in program.derived}
    for reader, condition in _conditions(program):
        if _reads(condition, name, derived):
            yield f"{reader} it"


def _conditions(program: Program) -> Iterator[tuple[str, Expression]]:
    """Yield every condition, with what reads it."""
    yield from ((f"'{one.id}' reads", one.value) for one in program.derived)
    for scene in program.scenes:
        for said, item in _doing(scene):
            when = getattr(item, "when", None)
            asked = [*([when] if when else []), *expressions_in(item.effects)]
            if asked:
                yield f"{said} reads", Both(tuple(asked))
        shown = [block.when for block in scene.blocks if block.when]
        if shown:
            yield f"the words of '{scene.id}' read", Both(tuple(shown))
    yield from ((f"the later '{one.id}' reads", one.condition) for one in program.laters if one.condition)
    yield from ((f"'{one.id}' reads", one.when) for one in program.musts)
    yield from ((f"'{one.id}' reads", one.when) for one in program.must_nots)
    yield from (("'pass' reads", one) for one in (program.pass_when,) if one is not None)


def _reads(expression: Expression, name: str, derived: Mapping[str, Expression]) -> bool:
    return name in reads(expression, derived) or any(
        isinstance(one, Derived | Score) and one.name == name for one in parts(expression)
    )


def _written(effect: Effect) -> frozenset[str]:
    if isinstance(effect, When):
        return frozenset(name for inner in effect.do for name in _written(inner))
    return frozenset({getattr(effect, "name", getattr(effect, "competency", ""))})


def _ids(program: Program) -> Iterator[str]:
    for scene in program.scenes:
        yield scene.id
        yield from (item.id for item in _items(scene))
        yield from (id_ for id_, _ in _asked(scene))
    yield from (later.id for later in program.laters)
    yield from (one.id for one in (*program.variables, *program.draws))
    yield from (one.id for one in program.derived)
    yield from (_CLOCK,) if program.clock is not None else ()
    yield from (one.id for one in program.competencies)
    yield from (one.id for one in program.musts)
    yield from (one.id for one in program.must_nots)
