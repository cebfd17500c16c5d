"""Running a Program: `start`, `act`, `replay`, `outcome`. What one action does is in `turn`, what a learner sees in `offer`.

Invariants, each a property test of that name:
  R1  arguments never change
  R2  the same program, state and action give the same step
  R3  replaying what the events tell from `start` gives the same state
  R4  what is not possible is Refused, never an exception
  R5  a checked program ends, or offers something that can be done
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lms.engine.scenario.play.debriefing import Band, MustMark, Outcome, Score
from lms.engine.scenario.play.events import (
    Action,
    Answer,
    ChoiceTaken,
    Choose,
    Drawn,
    Event,
    Go,
    ItemsOrdered,
    OptionsSelected,
    Order,
    QuestionAnswered,
    Refused,
    Select,
    Started,
    TextWritten,
    TimedOut,
    TimeOut,
    WentOn,
    Write,
)
from lms.engine.scenario.play.machine import Machine, machine_of
from lms.engine.scenario.play.state import State
from lms.engine.scenario.play.turn import Turn
from lms.engine.scenario.program.chance import LEFT_TO_THE_SEED, Fate
from lms.engine.scenario.program.program import Program


class Step(NamedTuple):
    """What an action led to: the new state, and the events to keep."""

    state: State
    events: tuple[Event, ...]


def start(program: Program, seed: str, fate: Fate = LEFT_TO_THE_SEED) -> Step:
    """Begin a run; `seed` decides the order in which choices are shown, and the draws that `fate` does not name."""
    machine = machine_of(program)
    turn = Turn(machine, blank(machine, seed), fate)
    turn.events.append(Started(0, program.hash, seed))
    turn.begin()
    return Step(turn.state, tuple(turn.events))


def blank(machine: Machine, seed: str) -> State:
    """Return the state before anything has happened."""
    program = machine.program
    state = State(
        seed=seed,
        step=0,
        scene=program.start,
        phase="go",
        vars=machine.starts.copy(),
        scores={item.id: item.start for item in program.competencies},
        ranges={item.id: [item.start, item.start] for item in program.competencies},
        seen={},
        chosen=[],
        armed={later.id: later.after for later in program.laters if not later.scene},
        due=[],
        heading=None,
        came=None,
        musts=dict.fromkeys(machine.watched, "open"),
        clock=program.clock.start if program.clock else None,
        said=[],
    )
    if program.tracks:
        state["observed"] = []
    if machine.has_calls:
        state["frames"] = []
    return state


def act(program: Program, state: State, action: Action, fate: Fate = LEFT_TO_THE_SEED) -> Step | Refused:
    """Apply one action; the given state stays as it is. Draws that `fate` does not name are left to the seed."""
    machine = machine_of(program)
    wanted = _WANTED[state["phase"]]
    if wanted is None:
        return Refused("ended", "the run has ended")
    if not isinstance(action, wanted) and not isinstance(action, TimeOut):
        return Refused("wrong-action", f"the scene waits for {wanted.kind}, not for {action.kind}")
    turn = Turn(machine, _copy(state), fate)
    turn.state["step"] += 1
    if "owed" in turn.state and machine.scenes[state["scene"]].scene.kind == "checkpoint":
        del turn.state["owed"]  # it was said here
    refused = _DOES[type(action)](turn, action)
    return refused or Step(turn.state, tuple(turn.events))


def actions_of(events: Iterable[Event]) -> tuple[Action, ...]:
    """Return the actions that events tell of; texts may be gone from them, where they led is not."""
    actions: list[Action] = []
    for event in events:
        match event:
            case ChoiceTaken():
                actions.append(Choose(event.choice, event.sure))
            case OptionsSelected():
                actions.append(Select(event.options, event.sure))
            case QuestionAnswered():
                actions.append(Answer(event.items, event.sure))
            case ItemsOrdered():
                actions.append(Order(event.items, event.sure))
            case TextWritten():
                actions.append(Write(event.text, event.route))
            case WentOn():
                actions.append(Go())
            case TimedOut():
                actions.append(TimeOut())
    return tuple(actions)


def fates_of(events: Iterable[Event]) -> dict[int, dict[str, str]]:
    """Return what was drawn, by step."""
    found: dict[int, dict[str, str]] = {}
    for event in events:
        if isinstance(event, Drawn):
            found.setdefault(event.step, {})[event.draw] = event.value
    return found


def steps(
    program: Program, seed: str, actions: Iterable[Action], fates: Mapping[int, Fate] | None = None
) -> Iterator[Step | Refused]:
    """Yield the start and then each step; ends after the first that is Refused. `fates` force draws, by step."""
    known = fates or {}
    step = start(program, seed, known.get(0, LEFT_TO_THE_SEED))
    yield step
    for number, action in enumerate(actions, 1):
        following = act(program, step.state, action, known.get(number, LEFT_TO_THE_SEED))
        yield following
        if isinstance(following, Refused):
            return
        step = following


def replay(
    program: Program, seed: str, actions: Iterable[Action], fates: Mapping[int, Fate] | None = None
) -> Step | Refused:
    """Run from the start; return the last state with all events, or the first refusal."""
    events: list[Event] = []
    for step in steps(program, seed, actions, fates):
        if isinstance(step, Refused):
            return step
        events.extend(step.events)
        state = step.state
    return Step(state, tuple(events))


def outcome(program: Program, state: State) -> Outcome:
    """Say what a run amounts to so far."""
    machine = machine_of(program)
    ending = machine.scenes[state["scene"]].scene.ending if state["phase"] == "ended" else None
    return Outcome(
        ending=state["scene"] if ending else "",
        band=ending.band if ending else "",
        success=ending is not None and machine.is_passed(state),
        scores=tuple(
            Score(id_, score, state["ranges"][id_][0], state["ranges"][id_][1], band_of(state, id_))
            for id_, score in state["scores"].items()
        ),
        musts=tuple(
            MustMark(id_, mark == "kept" or (mark == "open" and machine.watched[id_].forbids))
            for id_, mark in state["musts"].items()
        ),
    )


SECURE = 50
STRONG = 80
"""From how many per cent of the attainable range a competency is Secure, and Strong."""


def band_of(state: State, competency: str) -> Band:
    """Return the band of a competency by the range that was attainable on the path walked."""
    low, high = state["ranges"][competency]
    if low == high:
        return ""
    share = 100 * (state["scores"][competency] - low)
    if share >= STRONG * (high - low):
        return "Strong"
    return "Secure" if share >= SECURE * (high - low) else "Growing"


_WANTED: dict[str, type[Choose | Select | Answer | Order | Write | Go] | None] = {
    "write": Write,
    "select": Select,
    "answer": Answer,
    "order": Order,
    "choose": Choose,
    "go": Go,
    "ended": None,
}


_DOES: dict[type[Action], Callable[[Turn, Any], Refused | None]] = {
    Choose: Turn.choose,
    Select: Turn.select,
    Answer: Turn.answer,
    Order: Turn.put_in_order,
    Write: Turn.write,
    Go: lambda turn, _: turn.go(),
    TimeOut: lambda turn, _: turn.time_out(),
}


def _copy(state: State) -> State:
    """Return a state that can be changed without touching the given one; lists inside are replaced, never changed."""
    copy = state.copy()
    copy["vars"] = state["vars"].copy()
    copy["scores"] = state["scores"].copy()
    copy["ranges"] = state["ranges"].copy()
    copy["seen"] = state["seen"].copy()
    copy["armed"] = state["armed"].copy()
    copy["due"] = state["due"].copy()
    copy["musts"] = state["musts"].copy()
    if "frames" in state:
        copy["frames"] = state["frames"].copy()
    return copy
