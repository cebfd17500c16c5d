"""A run walked again from its events: every state on the way, the decisions, and what would be without one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lms.engine.scenario.play.evaluate import Condition
from lms.engine.scenario.play.events import (
    ChoiceTaken,
    Event,
    ItemsOrdered,
    Observed,
    OptionsSelected,
    QuestionAnswered,
    SceneArrived,
    TextWritten,
    TimedOut,
)
from lms.engine.scenario.play.machine import Doing, Machine, ReadyTask, machine_of
from lms.engine.scenario.play.run import Step, actions_of, fates_of, steps
from lms.engine.scenario.play.state import State
from lms.engine.scenario.program.program import Choice, DebriefPoint, Option, Program, Reference
from lms.engine.scenario.program.task import OrderItem, QuestionItem, Sureness
from lms.kernel.errors import Invalid

Item = Choice | Option | QuestionItem | OrderItem
"""What can be taken in a decision."""


@dataclass(frozen=True, eq=False)
class Decision:
    """Step `number`, in which choices or options of a scene were taken; `before` and `after` are its states.

    Answering a question and putting things in order are decisions too: `task` is what was asked.

    `had_a_choice` is false where there was one way on, and it was taken. `by_chance` are the draws and what
    was measured: no decision changes them. `timed_out`: it was time that took it.
    """

    number: int
    scene: str
    taken: tuple[str, ...]
    before: State
    after: State
    had_a_choice: bool
    sure: Sureness = ""
    task: ReadyTask | None = None
    by_chance: frozenset[str] = frozenset()
    timed_out: bool = False

    @cached_property
    def changed(self) -> frozenset[str]:
        """The variables it changed, and itself as `chose:x`: the names that `reads` gives."""
        before, after = self.before["vars"], self.after["vars"]
        changed = {name for name, value in after.items() if before[name] != value} - self.by_chance
        return frozenset(changed | {f"chose:{id_}" for id_ in self.taken})

    def without(self, state: State) -> State:
        """Return a later state as if this decision had changed nothing; what was changed again since stays."""
        before, after = self.before["vars"], self.after["vars"]
        undone = {name: before[name] for name in self.changed if name in after and state["vars"][name] == after[name]}
        trial = state.copy()
        trial["vars"] = {**state["vars"], **undone}
        trial["chosen"] = [id_ for id_ in state["chosen"] if id_ not in self.taken or id_ in self.before["chosen"]]
        return trial

    def made(self, condition: Condition, state: State) -> bool:
        """Tell whether a condition holds in a later state because of this decision."""
        return condition(state) and not condition(self.without(state))


@dataclass(frozen=True, eq=False)
class Path:
    """A run, walked again. `after[n]` is step number n, and `after[0]` the start; `written` are the steps with words."""

    program: Program
    machine: Machine
    after: tuple[Step, ...]
    written: frozenset[int]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All events, in order."""
        return tuple(event for step in self.after for event in step.events)

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """All decisions, in order."""
        return tuple(
            Decision(
                event.step,
                event.scene,
                _taken(event),
                self.after[event.step - 1].state,
                self.after[event.step].state,
                not isinstance(event, ChoiceTaken) or len(event.offered) > 1,
                "" if isinstance(event, TimedOut) else event.sure,
                self._task(event),
                frozenset(self.machine.draws) | self._measured(event.step),
                isinstance(event, TimedOut),
            )
            for event in self.events
            if isinstance(event, ChoiceTaken | OptionsSelected | QuestionAnswered | ItemsOrdered | TimedOut)
        )

    def _measured(self, number: int) -> frozenset[str]:
        """Return the tracks that were moved by measuring in a step."""
        return frozenset(
            reading.track
            for event in self.after[number].events
            if isinstance(event, Observed)
            for reading in event.readings
        )

    def _task(self, event: Event) -> ReadyTask | None:
        if isinstance(event, QuestionAnswered):
            return self.machine.scenes[event.scene].question
        return self.machine.scenes[event.scene].order if isinstance(event, ItemsOrdered) else None

    @cached_property
    def arrivals(self) -> tuple[SceneArrived, ...]:
        """All arrivals, in order."""
        return tuple(event for event in self.events if isinstance(event, SceneArrived))

    def title(self, scene: str) -> str:
        """Return the title of a scene."""
        return self.machine.scenes[scene].scene.title

    def items(self, decision: Decision) -> dict[str, tuple[Item, Doing]]:
        """Return what could be taken in a decision, closed ones too: choices, options, or items of a task."""
        if decision.task is not None:
            return dict(decision.task.items)
        ready = self.machine.scenes[decision.scene]
        found: dict[str, tuple[Item, Doing]] = {id_: (item.choice, item.doing) for id_, item in ready.choices.items()}
        if decision.before["phase"] == "select":
            found = dict(ready.items)
        if decision.timed_out and ready.timeout is not None:
            found[ready.timeout.choice.id] = (ready.timeout.choice, ready.timeout.doing)
        return found

    def doings(self, decision: Decision, ids: Sequence[str]) -> list[Doing]:
        """Return what taking these would do; of a task with its result."""
        if decision.task is not None:
            return decision.task.doings(ids, decision.task.task.result(ids))
        items = self.items(decision)
        return [items[id_][1] for id_ in ids]

    def point(self, decision: Decision) -> DebriefPoint | None:
        """Return what the author says about a decision."""
        about = decision.taken or tuple(self.items(decision))
        about += (decision.task.task.id,) if decision.task else ()
        return next((point for point in self.program.points if set(point.about) & set(about)), None)

    def references(self, ids: Iterable[str]) -> tuple[Reference, ...]:
        """Return references by their ids."""
        known = {reference.id: reference for reference in self.program.references}
        return tuple(known[id_] for id_ in ids)


def _taken(event: ChoiceTaken | OptionsSelected | QuestionAnswered | ItemsOrdered | TimedOut) -> tuple[str, ...]:
    match event:
        case ChoiceTaken() | TimedOut():
            return (event.choice,)
        case OptionsSelected():
            return event.options
    return event.items


def walk(program: Program, seed: str, events: Sequence[Event]) -> Path:
    """Walk a run again; raise Invalid when the events are not of a run of this Program."""
    after: list[Step] = []
    for step in steps(program, seed, actions_of(events), fates_of(events)):
        if not isinstance(step, Step):
            raise Invalid("These events do not belong to this version of the scenario.", why=step.message)
        after.append(step)
    written = frozenset(event.step for event in events if isinstance(event, TextWritten) and event.length)
    return Path(program, machine_of(program), tuple(after), written)
