"""A sliced Program's states as single integers, and the steps between them.

A step is computed once for all states that agree on what it reads.

    bits of a state   [ control ][ must marks, variables, history, clock, scores of a non-monotone rule ]
    control           scene, phase, heading, laters armed and due, frames: a number for each combination that was met

Invariants:
  X2  a step is what `turn` does: every edge comes from running it, on a state that gives its parts out one by one and
      notes which were asked for; the edge then holds for every state that agrees on those
  X3  what nothing ahead can read is zero, so that states that differ in nothing that matters are one
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from lms.engine.scenario.play.evaluate import Condition, Moves
from lms.engine.scenario.play.events import (
    Action,
    Answer,
    Choose,
    Drawn,
    Go,
    LaterCame,
    Order,
    SceneArrived,
    Select,
    TimeOut,
    Write,
)
from lms.engine.scenario.play.machine import Doing, Machine, ReadyChoice, ReadyScene
from lms.engine.scenario.play.run import blank, start
from lms.engine.scenario.play.state import Mark, Phase, State
from lms.engine.scenario.play.turn import Turn, settled
from lms.engine.scenario.program.chance import LEFT_TO_THE_SEED, Fate, fates
from lms.engine.scenario.program.expression import reads
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore_clock import Moments
from lms.engine.scenario.proof.explore_layout import layout
from lms.engine.scenario.proof.explore_live import Live
from lms.engine.scenario.proof.explore_slice import STOPS, Question, sliced
from lms.engine.scenario.proof.explore_tasks import responses
from lms.engine.scenario.proof.explore_view import Chosen, Part, View

Control = tuple[str, Phase, str | None, tuple[tuple[str, int], ...], tuple[str, ...], tuple[str, ...]]
"""Where in the story a state is. Where something is drawn at once, there is a state before it, in the scene ""."""
Shift = tuple[int, int, int]
"""How a score moves: by the first number, then not under the second and not over the third. Moves compose to one."""

Outcome = tuple[frozenset[tuple[str, int]], tuple[Shift, ...], int]
"""What a selection comes to: the fields that it writes, how scores move, and how many minutes it takes."""

MOST_OUTCOMES = 1 << 16
"""How many outcomes one selection may have; more are not told apart, and the answer is bounded."""


class Exhausted(Exception):  # noqa: N818 - not an error: the answer is bounded
    """More work was asked for than the cap allows."""


class Edge(NamedTuple):
    """A step: `state & keep | put`; what it does to the scores that are followed; the action, and what is drawn then.

    Only the step that starts a run with draws has no action. `others` are actions that come to the same.
    """

    keep: int
    put: int
    shifts: tuple[Shift, ...]
    action: Action | None
    minutes: int = 0
    scenes: int = 0
    """How many minutes pass and how many scenes come, where the question is about that."""
    others: tuple[Action, ...] = ()
    fate: Fate = LEFT_TO_THE_SEED


Node = tuple[int, dict[int, Any]]
"""A question about a state: the bits asked for, and for each answer the next question, or the edges."""


class _Probe(Turn):
    """A turn over a view: the same moves, but monitors are looked at only where something that they read has changed."""

    def __init__(self, space: "Space", state: State, view: View, fate: Fate) -> None:
        super().__init__(space.machine, state, fate)
        self.space, self.view = space, view
        self.shifts = space.unmoved
        self.minutes = 0

    def count_down(self, heading: str) -> None:
        """Note which laters were due, whether or not they then come."""
        super().count_down(heading)
        self.space.due.update(self.state["due"])

    def remember(self, id_: str) -> None:
        """Keep in mind that a choice or option was taken."""
        self.view.write(f"chose:{id_}", value=True)

    def award(self, moves: Moves) -> None:
        """Move the scores that are part of the state; note the moves of those that are followed beside it."""
        for competency, by in moves:
            name = f"score:{competency}"
            if name in self.space.fields:
                low, high = self.machine.bounds[competency]
                self.view.write(name, min(high, max(low, self.view.read(name) + by)))
        self.shifts = self.space.shifts(self.shifts, moves)

    def pass_time(self, minutes: int) -> None:
        """Move the clock; note the minutes where the question is about them."""
        if self.space.is_timed:
            self.minutes += minutes
        super().pass_time(minutes)

    def watch(self) -> None:
        """Mark the monitors whose condition has come true: only what reads something written can have."""
        clock = {"clock"} if "clock" in self.space.fields and self.state["clock"] != self.view.read("clock") else set()
        changed = self.view.written.keys() | clock
        is_start = not self.state["scene"]
        for id_, names in self.space.monitors.items():
            watched = self.machine.watched[id_]
            if (is_start or names & changed) and self.state["musts"][id_] == "open" and watched.when(self.state):
                self.mark(id_, kept=not watched.forbids)

    def settle(self) -> None:
        """Leave open monitors open: whoever looks at an ended state settles them."""


class Space:
    """The states of one sliced Program; `followed` are the scores kept beside the states, with the better direction."""

    def __init__(
        self,
        program: Program,
        question: Question,
        followed: Mapping[str, int] | None = None,
        *,
        most: int,
        tried: int | None = None,
    ) -> None:
        self.machine = Machine(sliced(program, question))
        self.held: set[tuple[str, bool]] = set()
        """What the conditions of laters were when their turn came: by id, true or false."""
        self.machine.laters = {
            id_: (later, self._heard(id_, when)) for id_, (later, when) in self.machine.laters.items()
        }
        self.followed = dict(followed or {})
        self.left_out = _left_out(program, self.machine.program)
        self.fields, self.width = layout(self.machine, question.scores - self.followed.keys())
        self.is_timed = question.timed
        self.has_timeouts = any(ready.timeout for ready in self.machine.scenes.values())
        self._moments = Moments(self.machine) if "clock" in self.fields else None
        self.monitors = {id_: reads(one.must.when, self.machine.derived) for id_, one in self.machine.watched.items()}
        self.unmoved: tuple[Shift, ...] = tuple(
            (0, min(sign * low, sign * high), max(sign * low, sign * high))
            for sign, (low, high) in ((sign, self.machine.bounds[id_]) for id_, sign in self.followed.items())
        )
        self.most, self.work = most, 0
        self.most_tried, self.tried = max(64, most // 8 if tried is None else tried), 0
        self.controls: list[Control] = []
        self.roots: dict[int, Any] = {}
        self.met: dict[tuple[str, str], tuple[int, Action | None]] = {}
        """What came to pass, by kind and id: the first state in which it did, and the action that did it."""
        self.armed: set[str] = set()
        self.due: set[str] = set()
        """The laters that ever waited, and those that were ever due."""
        self._numbers: dict[Control, int] = {}
        self._masks: list[int] = []
        self._live = Live(self.machine, question)

    def _heard(self, id_: str, holds: Condition) -> Condition:
        """Return a condition of which it is noted what it was."""

        def noted(state: State) -> bool:
            found = holds(state)
            self.held.add((id_, found))
            return found

        return noted

    # --- states -------------------------------------------------------------------------------------------------

    def first(self) -> int:
        """Return the state in which a run starts."""
        program = self.machine.program
        is_drawn = any(draw.scene in {"", program.start} for draw in program.draws)
        state = blank(self.machine, "")
        if is_drawn:
            state["scene"] = ""
        else:
            state = start(program, "").state
        values: dict[str, Any] = dict(state["vars"])
        values |= {f"scene:{id_}": count for id_, count in state["seen"].items()}
        values |= {f"must:{id_}": mark for id_, mark in state["musts"].items()}
        values |= {f"score:{id_}": score for id_, score in state["scores"].items()} | {"clock": state["clock"]}
        data = sum(field.number(values[name]) << field.shift for name, field in self.fields.items() if name in values)
        number = self._number(state)
        whole = number << self.width | data & self._masks[number]
        if not is_drawn:
            self._meet("scene", state["scene"], whole, None)
        return whole

    def control(self, state: int) -> Control:
        """Return where in the story a state is."""
        return self.controls[state >> self.width]

    def vector(self) -> tuple[int, ...]:
        """Return the followed scores at the start, larger being better."""
        start_of = {item.id: min(item.high, max(item.low, item.start)) for item in self.machine.program.competencies}
        return tuple(sign * start_of[id_] for id_, sign in self.followed.items())

    def marks(self, state: int) -> dict[str, Mark]:
        """Return the marks of the monitors as they are."""
        view = View(self.fields, state)
        return {id_: view.read(f"must:{id_}") for id_ in self.monitors}

    def ended(self, state: int, vector: Sequence[int]) -> tuple[bool, dict[str, Mark]]:
        """Return whether `pass` holds, and the monitors: settled at an end, and as they stand at any other moment."""
        view = View(self.fields, state)
        final = self._state(state, view)
        forbids = {id_: self.machine.watched[id_].forbids for id_ in self.monitors}
        is_over = self.control(state)[1] == "ended"
        marks = {
            id_: settled(mark, forbids=forbids[id_]) if is_over or forbids[id_] else mark
            for id_, mark in self.marks(state).items()
        }
        final["musts"] = marks
        followed = {id_: sign * score for (id_, sign), score in zip(self.followed.items(), vector, strict=True)}
        final["scores"] = {
            item.id: followed[item.id] if item.id in followed else view.read(f"score:{item.id}")
            for item in self.machine.program.competencies
        }
        return self.machine.is_passed(final), dict(marks)

    def shifts(self, before: tuple[Shift, ...], moves: Moves) -> tuple[Shift, ...]:
        """Return how the followed scores move by `before` and then `moves`."""
        if not moves or not self.followed:
            return before
        found = []
        for (id_, sign), shift, (_, low, high) in zip(self.followed.items(), before, self.unmoved, strict=True):
            moved = shift
            for name, change in moves:
                if name == id_:
                    by, *ends = (one + sign * change for one in moved)
                    least, most = (min(high, max(low, end)) for end in ends)
                    moved = by, least, most
            found.append(moved)
        return tuple(found)

    # --- steps --------------------------------------------------------------------------------------------------

    def edges(self, state: int) -> Sequence[Edge]:
        """Return the steps from a state."""
        node = self.roots.get(state >> self.width)
        while node.__class__ is tuple:
            node = node[1].get(state & node[0])
        return self.fill(state) if node is None else node

    def fill(self, state: int) -> Sequence[Edge]:
        """Find the steps from a state by taking them, and keep them for all states that agree on what was read (X2)."""
        self.spend(8)
        view = View(self.fields, state)
        found: dict[tuple[Any, ...], tuple[Edge, dict[Action | None, None]]] = {}
        for action, turn in self._outcomes(state, view):
            self.tried += 1 + (len(turn.state["armed"]) + len(turn.state["due"])) // 8
            if self.tried > self.most_tried:
                raise Exhausted
            edge = self._edge(action, turn)
            self._note(turn, state, action)
            alike = (*edge[:3], edge.minutes, edge.scenes)
            found.setdefault(alike, (edge, {}))[1][action] = None  # the same action again: another draw, and no matter
        edges = [
            edge._replace(others=tuple(one for one in actions if one is not None and one != edge.action))
            if len(actions) > 1
            else edge
            for edge, actions in found.values()
        ]
        table: dict[int, Any] = self.roots
        key = state >> self.width
        for place, bits in view.log:
            node: Node = table.setdefault(key, (place, {}))
            table, key = node[1], bits
        table[key] = edges
        return edges

    def _note(self, turn: _Probe, state: int, action: Action | None) -> None:
        """Note what a step brought about."""
        for event in turn.events:
            if isinstance(event, SceneArrived):
                self._meet("scene", event.scene, state, action)
            elif isinstance(event, LaterCame):
                self._meet("later", event.later, state, action)
        for name in turn.view.written:
            if name.startswith(STOPS) and turn.view.written[name]:
                self._meet("stops", name.removeprefix(STOPS), state, action)

    def spend(self, work: int) -> None:
        """Count work, and stop where the cap is reached."""
        self.work += work
        if self.work > self.most:
            raise Exhausted

    def _outcomes(self, state: int, view: View) -> Iterator[tuple[Action | None, _Probe]]:
        """Yield every action that is possible, and for each everything that chance may make of it, with the turns."""
        for action, take in self._turns(state, view):
            turn = self._probe(state, view)
            take(turn)
            yield action, turn
            came = {event.draw: event.value for event in turn.events if isinstance(event, Drawn)}
            for fate in fates(self.machine.draws, came):
                if fate != came:
                    self.spend(1)
                    turn = self._probe(state, view, fate)
                    take(turn)
                    yield action, turn

    def _turns(self, state: int, view: View) -> Iterator[tuple[Action | None, Callable[[_Probe], object]]]:
        """Yield every action that is possible, with what takes it."""
        id_, phase, *_ = self.control(state)
        ready = self.machine.scenes.get(id_)
        if ready is None:
            yield None, Turn.begin
        elif phase == "choose":
            yield from self._choices(ready, state, view)
        elif phase == "select":
            yield from self._selected(ready, state, view)
        elif phase in {"answer", "order"}:
            yield from self._responses(ready, state, view)
        elif phase == "write":
            for route in ("", *ready.heard):
                yield Write("…", route), partial(Turn.follow, route=route)
        elif phase == "go":
            yield Go(), Turn.go
        if ready is not None and ready.timeout is not None and phase not in {"write", "go", "ended"}:
            yield from self._timeout(ready.timeout, state, view)  # last: what a learner can do is not put down to time

    def _timeout(
        self, timeout: ReadyChoice, state: int, view: View
    ) -> Iterator[tuple[Action, Callable[[_Probe], object]]]:
        view.written = {}  # by what was taken before
        if self._is_open(timeout.doing, self._state(state, view), state):
            self._meet("taken", timeout.choice.id, state, None)
            yield TimeOut(), partial(Turn.take, ready=timeout, how="time")

    def _choices(
        self, ready: ReadyScene, state: int, view: View
    ) -> Iterator[tuple[Action, Callable[[_Probe], object]]]:
        looking = self._state(state, view)
        open_now = [one for one in ready.choices.values() if self._is_open(one.doing, looking, state)]
        for one in open_now:
            self._meet("taken", one.choice.id, state, None)
            yield Choose(one.choice.id), partial(Turn.take, ready=one)

    def _selected(
        self, ready: ReadyScene, state: int, view: View
    ) -> Iterator[tuple[Action, Callable[[_Probe], object]]]:
        looking = self._state(state, view)
        open_now = {name: doing for name, (_, doing) in ready.items.items() if self._is_open(doing, looking, state)}
        for taken in list(self._selections(ready, open_now, state, view)):
            for name in taken:
                self._meet("taken", name, state, None)
            yield Select(taken), partial(Turn.hand_in, taken=[ready.items[name][1] for name in taken])

    def _responses(
        self, ready: ReadyScene, state: int, view: View
    ) -> Iterator[tuple[Action, Callable[[_Probe], object]]]:
        is_question = self.control(state)[1] == "answer"
        task = ready.question if is_question else ready.order
        if task is not None:
            nothing: Outcome = (frozenset(), self.unmoved, 0)
            found = responses(task, nothing, lambda one, doing: self._outcome(one, doing, state, view), self._pay)
            for taken in list(found):
                action = Answer(taken) if is_question else Order(taken)
                yield action, partial(Turn.hand_in_response, ready=task, taken=taken)

    def _is_open(self, doing: Doing, looking: State, state: int) -> bool:
        """Tell whether something may be taken, and note what its condition was."""
        if doing.once and doing.id in looking["chosen"]:
            return False
        is_open = doing.when(looking)
        self._meet("open" if is_open else "closed", doing.id, state, None)
        return is_open

    def _selections(
        self, ready: ReadyScene, open_now: Mapping[str, Doing], state: int, view: View
    ) -> Iterator[tuple[str, ...]]:
        """Yield one selection for each effect that a selection can have (the others make no difference ahead)."""
        least, most = ready.limits(len(open_now))
        idle = [
            id_
            for id_, doing in open_now.items()
            if not (doing.is_remembered or doing.takes or ready.items[id_][0].effects)
        ]
        reached: dict[tuple[Outcome, int], tuple[str, ...]] = {((frozenset(), self.unmoved, 0), 0): ()}
        for id_ in [name for name in open_now if name not in idle]:
            for (outcome, count), taken in list(reached.items()):
                if count < most:
                    after = self._outcome(outcome, open_now[id_], state, view)
                    reached.setdefault((after, count + 1), (*taken, id_))
                    self._pay(len(reached))
        told: set[Outcome] = set()
        for (outcome, count), taken in reached.items():
            wanted = max(0, least - count)
            if wanted <= len(idle) and outcome not in told:
                told.add(outcome)
                whole = {*taken, *idle[:wanted]}
                yield tuple(id_ for id_ in open_now if id_ in whole)

    def _pay(self, reached: int) -> None:
        """Count the work of one outcome more; stop where there are too many to be told apart."""
        self.spend(1 if reached < MOST_OUTCOMES else self.most + 1)

    def _outcome(self, before: Outcome, doing: Doing, state: int, view: View) -> Outcome:
        """Return what is written, and how scores move, once an option is done after others."""
        turn = self._probe(state, view)
        written, turn.shifts, minutes = before
        view.written = dict(written)
        moves: Moves = []
        doing.run(turn.state, moves)
        if doing.is_remembered:
            turn.remember(doing.id)
        turn.award(moves)
        return frozenset(view.written.items()), turn.shifts, minutes + doing.takes

    def _probe(self, state: int, view: View, fate: Fate = LEFT_TO_THE_SEED) -> _Probe:
        view.written = {}
        return _Probe(self, self._state(state, view), view, fate)

    def _state(self, state: int, view: View) -> State:
        """Return a state as `turn` knows it, whose parts are read from the view."""
        scene, phase, heading, armed, due, frames = self.control(state)
        found = State(
            seed="",
            step=0,
            scene=scene,
            phase=phase,
            vars=Part(view, ""),
            scores={},
            ranges={},
            seen=Part(view, "scene:"),
            chosen=Chosen(view),
            armed=dict(armed),
            due=list(due),
            heading=heading,
            came=None,
            musts=Part(view, "must:"),
            clock=view.read("clock") if "clock" in self.fields else None,
            said=[],
        )
        if self.machine.has_calls:
            found["frames"] = list(frames)
        return found

    def _edge(self, action: Action | None, turn: _Probe) -> Edge:
        number = self._number(turn.state)
        if self._moments is not None and turn.state["clock"] is not None:
            turn.view.write("clock", self._moments.first(turn.state["scene"], turn.state["clock"]))
        scenes = sum(isinstance(event, SceneArrived) for event in turn.events) if self.is_timed else 0
        live, keep, put = self._masks[number], self._masks[number], 0
        for name, value in turn.view.written.items():
            field = self.fields[name]
            keep &= ~field.place
            put |= value << field.shift
        drawn = {event.draw: event.value for event in turn.events if isinstance(event, Drawn)}
        return Edge(keep, number << self.width | put & live, turn.shifts, action, turn.minutes, scenes, fate=drawn)

    def _number(self, state: State) -> int:
        control: Control = (
            state["scene"],
            state["phase"],
            state["heading"],
            tuple(sorted(state["armed"].items())),
            tuple(state["due"]),
            tuple(state.get("frames", ())),
        )
        number = self._numbers.setdefault(control, len(self.controls))
        if number == len(self.controls):
            self.controls.append(control)
            self.armed.update(state["armed"])
            self._masks.append(self._mask(control))
        return number

    def _mask(self, control: Control) -> int:
        """Return the bits that still matter (X3)."""
        scene, phase, heading, armed, due, frames = control
        if not scene:  # before the start no monitor has been looked at yet, and any of them may hold at once
            return sum(field.place for name, field in self.fields.items() if not name.startswith(STOPS))
        if phase == "ended":
            names = self._live.at_the_end()
        else:
            scenes = frozenset(name for name in (scene, heading, *frames) if name)
            names = self._live.ahead(scenes, frozenset([*(id_ for id_, _ in armed), *due]))
        always = ("must:", "score:")
        return sum(field.place for name, field in self.fields.items() if name in names or name.startswith(always))

    def _meet(self, kind: str, id_: str, state: int, action: Action | None) -> None:
        self.met.setdefault((kind, id_), (state, action))


def _left_out(whole: Program, part: Program) -> tuple[str, ...]:
    """Return the names of what the part does not know: variables, the clock, scores and monitors."""
    known = {one.id for one in (*part.variables, *part.competencies, *part.musts, *part.must_nots)}
    named = (*whole.variables, *whole.competencies, *whole.musts, *whole.must_nots)
    clock = ("clock",) if whole.clock and not part.clock else ()
    return (*(one.id for one in named if one.id not in known), *clock)
