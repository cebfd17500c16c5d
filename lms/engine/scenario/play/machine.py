"""A Program made ready to run: closures for its guards and effects, tables for its ids, distances for its progress.

Nothing here is stored and nothing is decided that the Program does not say: a Machine is made from the Program alone,
once per content hash, and kept as long as it is in use.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from lms.engine.scenario.play.evaluate import Condition, Evaluator, Moves, Run, always
from lms.engine.scenario.play.state import Phase, State, Value
from lms.engine.scenario.program.chance import as_variable
from lms.engine.scenario.program.distance import Distance, distances
from lms.engine.scenario.program.expression import (
    Award,
    Chose,
    Compare,
    Constant,
    Count,
    Effect,
    Expression,
    Sum,
    Variable,
    Visited,
    When,
    expressions_in,
    parts,
)
from lms.engine.scenario.program.hearing import heard
from lms.engine.scenario.program.observing import Observe
from lms.engine.scenario.program.program import (
    Block,
    Choice,
    Draw,
    Hub,
    Later,
    Must,
    MustNot,
    Number,
    OneOf,
    Option,
    Options,
    Program,
    Route,
    Scene,
    SomeOf,
    VariableDeclaration,
)
from lms.engine.scenario.program.task import OrderItem, QuestionItem, Result, Task
from lms.engine.scenario.program.ways import calls, goes_on_to, reach

CACHED = 256


class Shown(NamedTuple):
    """A block and when it is shown."""

    block: Block
    when: Condition


@dataclass(frozen=True, slots=True)
class Doing:
    """The running side of a choice, option or route; `moves` are its score changes where they never vary."""

    id: str
    when: Condition
    run: Run
    moves: tuple[tuple[str, int], ...] | None
    is_remembered: bool
    once: bool = False
    takes: int = 0
    owes: bool = False
    """Whether its feedback is given at the next checkpoint."""

    def is_open(self, state: State) -> bool:
        """Tell whether it may be taken now."""
        return not (self.once and self.id in state["chosen"]) and self.when(state)

    def awards(self, state: State) -> tuple[tuple[str, int], ...] | Moves:
        """Return how it would change the scores if taken now; the state stays as it is."""
        if self.moves is not None:
            return self.moves
        moves: Moves = []
        trial = state.copy()
        trial["vars"] = state["vars"].copy()
        self.run(trial, moves)
        return moves


@dataclass(frozen=True, slots=True)
class ReadyChoice:
    """A choice with its running side."""

    choice: Choice
    doing: Doing
    consequence: tuple[Shown, ...]


class Observing(NamedTuple):
    """What is measured on arriving, under which condition, and how the tracks move."""

    observe: Observe
    when: Condition
    run: Run


@dataclass(frozen=True, slots=True)
class ReadyTask:
    """A question or an order with the running side of its items and results."""

    task: Task
    items: Mapping[str, tuple[QuestionItem | OrderItem, Doing]]
    results: Mapping[Result, Doing]

    def doings(self, taken: Iterable[str], result: Result) -> list[Doing]:
        """Return what a response does, in order: what was taken, in the order of the file, then the result."""
        wanted = {*taken}
        return [*(doing for id_, (_, doing) in self.items.items() if id_ in wanted), self.results[result]]


@dataclass(frozen=True, slots=True)
class ReadyScene:
    """A scene with all that running it needs; mappings keep the order of the file."""

    scene: Scene
    blocks: tuple[Shown, ...]
    choices: Mapping[str, ReadyChoice]
    options: Options | None
    items: Mapping[str, tuple[Option, Doing]]
    routes: Mapping[str, tuple[Route, Doing]]
    heard: Mapping[str, str]
    """By route the words that lead there; without the routes that no words lead to."""
    arms: tuple[Later, ...]
    seen_up_to: int
    """Where the count of arrivals saturates; 0 when nothing asks."""
    timeout: ReadyChoice | None
    observe: tuple[Observing, ...]
    draws: tuple[Draw, ...]
    forgets: Mapping[str, Value]
    """What leaving this checkpoint sets back, and to what."""
    question: ReadyTask | None
    order: ReadyTask | None

    @property
    def tasks(self) -> tuple[ReadyTask, ...]:
        """What it asks beside options and choices."""
        return tuple(task for task in (self.question, self.order) if task is not None)

    def asks_after(self, phase: Phase | None) -> Phase:
        """Return what it asks for after this (None: first); `go` when there is nothing more."""
        scene = self.scene
        asked: tuple[tuple[Phase, object], ...] = (
            ("write", scene.free_text),
            ("select", scene.options),
            ("answer", scene.question),
            ("order", scene.order),
            ("choose", scene.choices),
        )
        waiting = [name for name, what in asked if what]
        if phase in waiting:
            waiting = waiting[waiting.index(phase) + 1 :]
        return waiting[0] if waiting else "go"

    def limits(self, open_now: int) -> tuple[int, int]:
        """Return how many options are selected, at least and at most, when so many are open."""
        if self.options is None:
            return 0, 0
        most = min(self.options.most, open_now)
        return min(self.options.least, most), most


@dataclass(frozen=True, slots=True)
class Watched:
    """A must or must_not with its condition."""

    must: Must | MustNot
    when: Condition
    forbids: bool


class Machine:
    """All tables of one Program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.derived = {name.id: name.value for name in program.derived}
        self.draws = {draw.id: draw for draw in program.draws}
        self.variables = (*program.variables, *map(as_variable, program.draws))
        self.starts = {variable.id: _start_value(variable) for variable in self.variables}
        self._evaluator = Evaluator(self.variables, self.derived)
        self._counts, self._chosen = _history(program)
        armed: dict[str, list[Later]] = {}
        for later in program.laters:
            armed.setdefault(later.scene, []).append(later)
        self.scenes = {scene.id: self._scene(scene, tuple(armed.get(scene.id, ()))) for scene in program.scenes}
        self.choices = {id_: ready for scene in self.scenes.values() for id_, ready in scene.choices.items()}
        timeouts = [scene.timeout for scene in self.scenes.values() if scene.timeout]
        self.choices |= {ready.choice.id: ready for ready in timeouts}
        self.options = {id_: item for scene in self.scenes.values() for id_, (item, _) in scene.items.items()}
        self.tasks = {id_: task for scene in self.scenes.values() for task in scene.tasks for id_ in task.items}
        self.laters = {later.id: (later, self._evaluator.condition(later.condition)) for later in program.laters}
        self.characters = {character.id: character for character in program.characters}
        self.bounds = {item.id: (item.low, item.high) for item in program.competencies}
        monitors: tuple[Must | MustNot, ...] = (*program.musts, *program.must_nots)
        self.watched = {
            must.id: Watched(must, self._evaluator.condition(must.when), isinstance(must, MustNot)) for must in monitors
        }
        self.deadlines: dict[str, list[str]] = {}
        for must in program.musts:
            self.deadlines.setdefault(must.before, []).append(must.id)
        self.passes = None if program.pass_when is None else self._evaluator.condition(program.pass_when)
        self.has_calls = any(True for scene in program.scenes for _ in calls(scene))
        ways = {scene.id: tuple(goes_on_to(scene)) for scene in program.scenes}
        endings = frozenset(scene.id for scene in program.scenes if scene.ending)
        self.distances: dict[str, Distance] = distances(ways, endings)
        self.story = reach([program.start], ways)

    def shown(self, blocks: tuple[Block, ...]) -> tuple[Shown, ...]:
        """Return the blocks with the closures of their conditions."""
        return tuple(Shown(block, self._evaluator.condition(block.when)) for block in blocks)

    def order(self, state: State, ids: Iterable[str]) -> list[str]:
        """Return choices or options of the current scene in the order in which this run shows them; an exit is last."""
        scene = self.scenes[state["scene"]].scene
        if not scene.shuffle:
            return list(ids)
        found = shuffled(state["seed"], scene.id, ids)
        return found if scene.hub is None else sorted(found, key=scene.hub.exit.__eq__)

    def is_passed(self, state: State) -> bool:
        """Tell whether an ended run is passed: by the `pass` rule where there is one, else by the ending."""
        if self.passes is not None:
            return self.passes(state)
        ending = self.scenes[state["scene"]].scene.ending
        return ending is not None and ending.success

    def drawn_in(self, scene: str) -> tuple[Draw, ...]:
        """Return what is drawn on entering a scene; at the start, where the scene is empty."""
        return tuple(draw for draw in self.program.draws if draw.scene == scene)

    def _doing(self, item: Choice | Option | Route, scene: Scene | None = None) -> Doing:
        when = always if isinstance(item, Route) else self._evaluator.condition(item.when)
        if scene is not None and scene.hub is not None and item.id == scene.hub.exit:
            when = _once_enough(scene.hub, tuple(choice.id for choice in scene.choices), when)
        once = isinstance(item, Choice) and item.once
        is_remembered = once or item.id in self._chosen
        run = self._evaluator.effects(item.effects)
        owes = not isinstance(item, Route) and item.feedback is not None and item.feedback.at == "checkpoint"
        return Doing(item.id, when, run, _fixed_moves(item.effects), is_remembered, once, item.takes, owes)

    def _ready(self, item: Choice, scene: Scene | None = None) -> ReadyChoice:
        return ReadyChoice(item, self._doing(item, scene), self.shown(item.consequence))

    def _observing(self, observe: Observe) -> Observing:
        return Observing(observe, self._evaluator.condition(observe.when), self._evaluator.effects(observe.effects))

    def _task(self, task: Task | None) -> ReadyTask | None:
        if task is None:
            return None
        effects: dict[Result, tuple[Effect, ...]] = {"right": task.right, "partly": task.partly, "wrong": task.wrong}
        return ReadyTask(
            task,
            {
                item.id: (item, self._always(item.id, item.effects, is_remembered=item.id in self._chosen))
                for item in task.items
            },
            {result: self._always(task.id, does, is_remembered=False) for result, does in effects.items()},
        )

    def _always(self, id_: str, effects: tuple[Effect, ...], *, is_remembered: bool) -> Doing:
        """Return the running side of what is open to everybody."""
        return Doing(id_, always, self._evaluator.effects(effects), _fixed_moves(effects), is_remembered)

    def _scene(self, scene: Scene, arms: tuple[Later, ...]) -> ReadyScene:
        routes = scene.free_text.routes if scene.free_text else ()
        items = scene.options.items if scene.options else ()
        return ReadyScene(
            scene,
            self.shown(scene.blocks),
            {item.id: self._ready(item, scene) for item in scene.choices},
            scene.options,
            {item.id: (item, self._doing(item)) for item in items},
            {item.id: (item, self._doing(item)) for item in routes},
            heard(routes),
            arms,
            self._counts.get(scene.id, 0),
            self._ready(scene.timeout.choice) if scene.timeout else None,
            tuple(self._observing(observe) for observe in scene.observe),
            self.drawn_in(scene.id),
            {}
            if scene.checkpoint is None
            else {
                item.id: self.starts[item.id]
                for item in self.program.variables
                if item.id not in scene.checkpoint.keeps
            },
            self._task(scene.question),
            self._task(scene.order),
        )


@lru_cache(maxsize=CACHED)
def machine_of(program: Program) -> Machine:
    """Return the machine of a Program, made once per content hash."""
    return Machine(program)


def shuffled(seed: str, scene: str, ids: Iterable[str]) -> list[str]:
    """Return ids in the order that this seed gives them in this scene: by SHA-256, so any language can do the same."""
    return sorted(ids, key=lambda id_: sha256(f"{seed}|{scene}|{id_}".encode()).digest())


def _once_enough(hub: Hub, choices: tuple[str, ...], when: Condition) -> Condition:
    """Return the condition of a hub's exit: open once as many of the others were taken as it asks for."""
    spokes = tuple(id_ for id_ in choices if id_ != hub.exit)

    def is_open(state: State) -> bool:
        missing = hub.least
        for id_ in spokes:
            if not missing:
                break
            missing -= id_ in state["chosen"]
        return not missing and when(state)

    return is_open if hub.least else when


def _start_value(variable: VariableDeclaration) -> Value:
    match variable:
        case SomeOf(_, values, first):
            return [value for value in values if value in first]
        case Number(_, low, high, first):
            return min(high, max(low, first))
        case OneOf(_, _, value):
            return value
    return variable.start


def expressions(program: Program) -> Iterator[Expression]:
    """Yield every expression of a Program, outermost only."""
    monitors: tuple[Must | MustNot, ...] = (*program.musts, *program.must_nots)
    yield from (must.when for must in monitors)
    yield from (later.condition for later in program.laters if later.condition)
    yield from (name.value for name in program.derived)
    if program.pass_when:
        yield program.pass_when
    for scene in program.scenes:
        yield from _of_scene(scene)


def _of_scene(scene: Scene) -> Iterator[Expression]:
    choices = [*scene.choices, *([scene.timeout.choice] if scene.timeout else [])]
    doings: list[Choice | Option] = [*choices, *(scene.options.items if scene.options else ())]
    yield from _of_blocks(scene.blocks)
    for doing in doings:
        if doing.when:
            yield doing.when
        yield from expressions_in(doing.effects)
    for choice in choices:
        yield from _of_blocks(choice.consequence)
    for observe in scene.observe:
        if observe.when:
            yield observe.when
        yield from expressions_in(observe.effects)
    for route in scene.free_text.routes if scene.free_text else ():
        yield from expressions_in(route.effects)
    for task in (scene.question, scene.order):
        if task is not None:
            yield from expressions_in((*task.right, *task.partly, *task.wrong))
            for item in task.items:
                yield from expressions_in(item.effects)


def _of_blocks(blocks: tuple[Block, ...]) -> Iterator[Expression]:
    return (block.when for block in blocks if block.when)


def _fixed_moves(effects: tuple[Effect, ...]) -> tuple[tuple[str, int], ...] | None:
    if any(isinstance(effect, When) for effect in effects):
        return None
    return tuple((effect.competency, effect.by) for effect in effects if isinstance(effect, Award))


def _history(program: Program) -> tuple[dict[str, int], set[str]]:
    """Return where arrivals at scenes saturate, and the choices that are remembered, of those that anything asks for."""
    greatest = {item.id: max(abs(item.low), abs(item.high)) for item in program.variables if isinstance(item, Number)}
    everything = [(expression, part) for expression in expressions(program) for part in parts(expression)]
    constants = (part.value for _, part in everything if isinstance(part, Constant) and isinstance(part.value, int))
    beyond = max((*greatest.values(), *map(abs, constants)), default=0)
    counts: dict[str, int] = {}
    chosen: set[str] = set()
    for expression, part in everything:
        match part:
            case Visited(scene):
                counts[scene] = max(counts.get(scene, 0), 1)
            case Chose(choice):
                chosen.add(choice)
            case Compare():
                _raise_counts(counts, part, greatest, at_least=0)
            case Count() | Sum() if part is expression:  # stored or derived: as exact as any number can ask
                _raise_counts(counts, part, greatest, at_least=beyond)
    return counts, chosen


def _raise_counts(
    counts: dict[str, int], expression: Expression, greatest: Mapping[str, int], *, at_least: int
) -> None:
    inside = list(parts(expression))
    limit = 1 + at_least
    for part in inside:
        if isinstance(part, Constant) and isinstance(part.value, int):
            limit += abs(part.value)
        elif isinstance(part, Variable):
            limit += greatest.get(part.name, 0)
    for part in inside:
        if isinstance(part, Count):
            counts[part.scene] = max(counts.get(part.scene, 0), limit)
