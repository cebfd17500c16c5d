"""Test plans: ways through a scenario that its author expects to lead somewhere, walked as a learner would.

A file `plans/name.plan` beside `scenario.md` holds one plan, or a list of them. A plan that cannot be walked, or comes
out otherwise, is a problem with its place in the plan; what no plan reaches is said as coverage.

Invariants:
  P1  a plan is walked with `run.act` and nothing else; what follows a step that is not possible is not reported
  P2  a plan of a scenario that does not compile says nothing
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from lms.engine.scenario.language.compile import Compiled
from lms.engine.scenario.play.events import (
    Action,
    Answer,
    Choose,
    Go,
    Order,
    Refused,
    SceneArrived,
    Select,
    TimeOut,
    Write,
)
from lms.engine.scenario.play.machine import Machine, ReadyScene, ReadyTask, machine_of
from lms.engine.scenario.play.run import act, outcome, start
from lms.engine.scenario.play.state import State
from lms.engine.scenario.program import codes
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore_slice import takeable
from lms.engine.source import text
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Code, Problem, Problems
from lms.engine.source.record import Record
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile
from lms.engine.source.typed import key, read
from lms.engine.source.values import Range, Slug
from lms.engine.source.yaml_nodes import Node, compose
from lms.engine.source.yaml_nodes import Sequence as SequenceNode

SUFFIX = ".plan"
FOLDER = "plans"
GO = "go"
TIME_OUT = "time-out"


@dataclass(frozen=True, kw_only=True)
class PlanStep(Record):
    """A step that is not a choice: what is selected, answered, put in order, or written."""

    select: tuple[Slug, ...] | None = key("The options to select, by id.", default=None)
    answer: tuple[Slug, ...] | None = key("The options of the question to choose, by id.", default=None)
    order: tuple[Slug, ...] | None = key("The items to put in, by id, in their order.", default=None)
    write: str | None = key("The words to write.", default=None)


@dataclass(frozen=True, kw_only=True)
class Plan(Record):
    """A way through a scenario, and what is to come of it."""

    expect: Slug = key("The ending.")
    take: tuple[str | PlanStep, ...] = key(
        "What to do, step by step: the id of a choice, `go`, `time-out`, `{select: [ids]}`, `{answer: [ids]}`,"
        " `{order: [ids]}` or `{write: words}`.",
        example="[promise, go, {select: [mark, time]}]",
    )
    passed: bool | None = key("Whether the run is to be passed.", default=None)
    scores: Mapping[Slug, Range] = key("The scores at the end, each a number or a range.", factory=dict)
    kept: tuple[Slug, ...] = key("What must, or must not, happen, and is to be kept.", default=())
    broken: tuple[Slug, ...] = key("What is to be broken.", default=())
    scenes: tuple[Slug, ...] | None = key("All scenes, in their order, the first and the ending too.", default=None)
    draws: Mapping[Slug, Slug] = key("What chance decides, by draw (else: by the seed).", factory=dict)
    seed: str = key("What decides the order of choices, and all chance.", default="plan")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the plans of a scenario reach, and the choices, options and endings that none of them does."""

    plans: int = 0
    choices: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the coverage as plain values."""
        return {"plans": self.plans, "choices_not_taken": list(self.choices), "endings_not_reached": list(self.endings)}


@dataclass(frozen=True, slots=True)
class Walked:
    """What the plans of a scenario say."""

    problems: tuple[Problem, ...] = ()
    coverage: Coverage = Coverage()


def check_plans(compiled: Compiled, files: Sequence[SourceFile]) -> Walked:
    """Walk every plan of a scenario's folder."""
    written = [file for file in files if file.name.endswith(SUFFIX)]
    unread = [file for file in files if _is_unread(file.name)]
    if compiled.program is None or not (written or unread):
        return Walked()
    problems = Problems()
    for file in unread:
        problems.add(
            codes.UNREAD_PLAN,
            Span(file.path, 1, 1, 1),
            f"this file is not read as a plan: its name does not end in {SUFFIX}",
            why="whoever wrote it would believe that every check walks it",
            fix=f"name it '{PurePosixPath(file.name).with_suffix(SUFFIX)}', or move it out of the folder 'plans'",
        )
    if compiled.places is not None:
        for path, lines in compiled.places.files.items():
            problems.know(path, lines)
    walker = _Walker(compiled.program, problems)
    for file in written:
        for plan in _read(file, problems):
            walker.walk(plan)
    if walker.plans and compiled.places is not None and not problems.has_errors():
        for ending in walker.unreached():
            problems.add(
                codes.UNPLANNED,
                compiled.places.scenes[ending],
                f"no plan leads to '{ending}'",
                why="nobody would notice if a change made it come out otherwise",
                fix="record one with 'lms play', or write it into the folder 'plans'",
            )
    return Walked(problems.in_order(), walker.coverage())


def _is_unread(name: str) -> bool:
    """Tell whether a file stands among the plans and is none; notes in Markdown may, and what is hidden."""
    path = PurePosixPath(name)
    return path.parts[0] == FOLDER and path.suffix not in {SUFFIX, ".md"} and not path.name.startswith(".")


def _read(file: SourceFile, problems: Problems) -> list[Plan]:
    source = text.decode(file.path, file.data, problems)
    node = compose(source, problems) if source is not None else None
    if node is None:
        return []
    nodes: Iterable[Node] = node.items if isinstance(node, SequenceNode) else (node,)
    return [plan for one in nodes if (plan := read(one, Plan, problems)) is not None]


@dataclass
class _Walker:
    """Walks plans on one Program, and remembers what they reached."""

    program: Program
    problems: Problems
    plans: int = 0
    taken: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.machine: Machine = machine_of(self.program)
        self.endings = [scene.id for scene in self.program.scenes if scene.ending]
        self.items = _items(self.program)

    def walk(self, plan: Plan) -> None:
        """Walk one plan, and report the first thing that is not as it says."""
        self.plans += 1
        if not self._is_known(plan):
            return
        step = start(self.program, plan.seed, {str(name): str(value) for name, value in plan.draws.items()})
        scenes = [step.state["scene"]]
        for number, written in enumerate(plan.take):
            place = plan.place_of("take", number)
            action = self._action(written, step.state, place)
            if action is None:
                return
            following = act(
                self.program, step.state, action, {str(name): str(value) for name, value in plan.draws.items()}
            )
            if isinstance(following, Refused):
                self._refuse(place, step.state, following.message)
                return
            self.taken |= {action.choice} if isinstance(action, Choose) else set()
            self.taken |= set(action.options) if isinstance(action, Select) else set()
            self.taken |= set(action.items) if isinstance(action, Answer | Order) else set()
            step = following
            scenes += [event.scene for event in step.events if isinstance(event, SceneArrived)]
        self._compare(plan, step.state, scenes)

    def unreached(self) -> list[str]:
        """Return the endings that no plan reached."""
        return [ending for ending in self.endings if ending not in self.ended]

    def coverage(self) -> Coverage:
        """Return what the plans reached."""
        return Coverage(self.plans, tuple(id_ for id_ in self.items if id_ not in self.taken), tuple(self.unreached()))

    # --- names ------------------------------------------------------------------------------------------------

    def _is_known(self, plan: Plan) -> bool:
        scores = {item.id for item in self.program.competencies}
        musts = self.machine.watched.keys()
        scenes = self.machine.scenes.keys()
        draws = self.machine.draws
        wanted = [
            (plan.expect, plan.place_of("expect"), self.endings, "ending"),
            *((name, plan.place_of_key("scores", name), scores, "competency") for name in plan.scores),
            *((name, plan.place_of("kept", at), musts, "must") for at, name in enumerate(plan.kept)),
            *((name, plan.place_of("broken", at), musts, "must") for at, name in enumerate(plan.broken)),
            *((name, plan.place_of("scenes", at), scenes, "scene") for at, name in enumerate(plan.scenes or ())),
            *((name, plan.place_of_key("draws", name), draws, "draw") for name in plan.draws),
            *(
                (value, plan.place_of("draws", name), draws[name].values, "value")
                for name, value in plan.draws.items()
                if name in draws
            ),
        ]
        unknown = [one for one in wanted if one[0] not in one[2]]
        for name, place, known, noun in unknown:
            self._unknown(place, name, known, noun)
        return not unknown

    def _unknown(self, place: Span, name: str, known: Iterable[str], noun: str) -> None:
        names = list(known)
        listing = f"there are {', '.join(names[:12])}" if names else f"the scenario has no {noun}"
        self.problems.add(
            codes.UNKNOWN_NAME, place, f"no {noun} called '{name[:64]}'", fix=Names(names).hint(name, listing)
        )

    # --- steps ------------------------------------------------------------------------------------------------

    def _action(self, written: str | PlanStep, state: State, place: Span) -> Action | None:
        """Return the action that a step stands for; None, with its problem, where it is none."""
        if isinstance(written, PlanStep):
            found = _actions(written, self.machine.scenes[state["scene"]])
            if len(found) != 1:
                self._refuse(place, state, "it is not clear what is done here")
                return None
            return found[0]
        if written == TIME_OUT:
            return TimeOut()
        if written == GO and state["phase"] != "choose":
            return Go()
        if written not in self.items:
            self._unknown(place, written, self.items, "choice")
            return None
        return Choose(written)

    def _refuse(self, place: Span, state: State, why: str) -> None:
        ready = self.machine.scenes[state["scene"]]
        can = {
            "choose": [id_ for id_, one in ready.choices.items() if one.doing.is_open(state)],
            "select": [
                f"{{select: [{', '.join(id_ for id_, (_, one) in ready.items.items() if one.is_open(state))}]}}"
            ],
            "answer": [f"{{answer: [{', '.join(_short_ids(ready.question))}]}}"],
            "order": [f"{{order: [{', '.join(_short_ids(ready.order))}]}}"],
            "write": ["{write: words}"],
            "go": [GO],
        }.get(state["phase"], [])
        self.problems.add(
            codes.PLAN_STEP,
            place,
            f"this is not possible in '{state['scene']}'",
            why=why,
            fix=f"possible here: {', '.join(can)}" if can else "the run has ended before: remove what follows",
        )

    # --- expectations -----------------------------------------------------------------------------------------

    def _compare(self, plan: Plan, state: State, scenes: Sequence[str]) -> None:
        if state["phase"] != "ended":
            last = len(plan.take) - 1
            place = plan.place_of("take", last) if plan.take else plan.place_of_key("take")
            what = f"the plan stops in '{state['scene']}', before an ending"
            self._differs(codes.PLAN_UNFINISHED, place, what, "add what is taken there")
            return
        self.ended.add(state["scene"])
        told = outcome(self.program, state)
        if told.ending != plan.expect:
            self._differs(codes.PLAN_DIFFERS, plan.place_of("expect"), f"it ends at '{told.ending}'")
            return
        if plan.passed is not None and told.success != plan.passed:
            what = f"the run is {'passed' if told.success else 'not passed'}"
            self._differs(codes.PLAN_DIFFERS, plan.place_of("passed"), what)
        for score in told.scores:
            wanted = plan.scores.get(Slug(score.id))
            if wanted is not None and not wanted.low <= score.value <= wanted.high:
                place = plan.place_of("scores", score.id)
                self._differs(codes.PLAN_DIFFERS, place, f"'{score.id}' is {score.value} at the end")
        for must in told.musts:
            for wanted_kept, names in ((True, plan.kept), (False, plan.broken)):
                if must.id in names and must.kept is not wanted_kept:
                    place = plan.place_of("kept" if wanted_kept else "broken", names.index(Slug(must.id)))
                    self._differs(codes.PLAN_DIFFERS, place, f"'{must.id}' is {'kept' if must.kept else 'broken'}")
        if plan.scenes is not None and list(plan.scenes) != list(scenes):
            pairs = zip([*plan.scenes, ""], [*scenes, ""], strict=False)
            at = next(number for number, (wanted_, came) in enumerate(pairs) if wanted_ != came)
            place = plan.place_of("scenes", at) if at < len(plan.scenes) else plan.place_of_key("scenes")
            came = scenes[at] if at < len(scenes) else ""
            self._differs(codes.PLAN_DIFFERS, place, f"'{came}' comes here" if came else "no scene comes here")

    def _differs(self, code: Code, place: Span, what: str, fix: str = "") -> None:
        self.problems.add(
            code,
            place,
            what,
            why="the plan says what its author expects of the story",
            fix=fix or "correct the story, or the plan if it is meant",
        )


def _actions(written: PlanStep, ready: ReadyScene) -> list[Action]:
    """Return what a step may mean; one thing, if it is written well."""
    question = f"{ready.question.task.id}." if ready.question else ""
    found: list[Action] = [] if written.select is None else [Select(tuple(map(str, written.select)))]
    found += [] if written.answer is None else [Answer(tuple(f"{question}{name}" for name in written.answer))]
    found += [] if written.order is None else [Order(tuple(map(str, written.order)))]
    return found if written.write is None else [*found, Write(written.write)]


def _short_ids(task: ReadyTask | None) -> list[str]:
    """Return the ids of items as their author wrote them: those of a question stand without its own."""
    return [] if task is None else [id_.rpartition(".")[2] for id_ in task.items]


def _items(program: Program) -> list[str]:
    """Return the ids of all choices and options."""
    return [item.id for scene in program.scenes for item in takeable(scene)]
