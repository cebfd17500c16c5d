"""Everything a Program can do, state by state, breadth first: what came to pass, who is stuck, and the shortest ways.

Only states that differ in something that still matters are told apart (`explore_space`). Monitors are not among them
unless the question names them, because nothing that a learner can do depends on them; `explore_pass` asks about scores.

Invariants:
  X4  every way that is given can be walked, choice by choice, with `run.act`; and no shorter one leads there
  X5  what `is_complete` says is not met cannot be met; when the cap was hit, only what was met is known
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import eq

from lms.engine.scenario.play.events import Action, TimeOut
from lms.engine.scenario.program.chance import LEFT_TO_THE_SEED, Fate
from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore_slice import Question
from lms.engine.scenario.proof.explore_space import Exhausted, Space

MOST_STATES = 1_000_000
MOST_STEPS = 16
"""Steps from a state, on average: more are not followed, so that time and memory have bounds."""

PASSES = 12

NOTHING_MORE = Question()
"""Ways are asked for, and no monitors or scores."""


@dataclass(frozen=True, slots=True)
class Way:
    """The actions from the start; `scenes` are the scenes in which each was taken; `fates` what was drawn, by step."""

    actions: tuple[Action, ...]
    scenes: tuple[str, ...]
    fates: Mapping[int, Fate] = field(default_factory=dict)


Taken = tuple[str, Action | None, Fate]
"""A scene, the action taken there (None: the run started), and what was drawn then."""


def way_of(taken: Iterable[Taken]) -> Way:
    """Return the way that steps make, in order."""
    actions: list[Action] = []
    scenes: list[str] = []
    drawn: dict[int, Fate] = {}
    for scene, action, fate in taken:
        if action is not None:
            actions.append(action)
            scenes.append(scene)
        if fate:
            drawn[len(actions)] = fate
    return Way(tuple(actions), tuple(scenes), drawn)


class Exploration:
    """What a Program can do; with `wanted`, no more of it than shows that all of that comes to pass."""

    def __init__(
        self,
        program: Program,
        most: int = MOST_STATES,
        question: Question = NOTHING_MORE,
        wanted: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.space = Space(program, question, most=2 * most)
        self.states: list[int] = [self.space.first()]
        self.is_complete = True
        self._index = {self.states[0]: 0}
        self.parents = array("I", [0])
        self.targets = array("I")
        self.ends = array("I")
        try:
            self._search(most, wanted)
        except Exhausted:
            self.is_complete = False

    def met(self, kind: str, id_: str) -> bool:
        """Tell whether something came to pass: `scene`, `later`, `taken`, `open` or `closed`, with its id."""
        return (kind, id_) in self.space.met

    def way_to(self, kind: str, id_: str) -> Way:
        """Return the shortest way to where something came to pass."""
        state, action = self.space.met[kind, id_]
        return self.way(self._index[state], action)

    def way(self, number: int, last: Action | None = None) -> Way:
        """Return the shortest way to a state, and one action more."""
        return self.way_by(self.parents, number, last)

    def way_by(self, parents: Sequence[int], number: int, last: Action | None = None) -> Way:
        """Return the way to a state by these parents, and one action more."""
        taken: list[Taken] = [(self.space.control(self.states[number])[0], last, LEFT_TO_THE_SEED)] if last else []
        while number:
            parent = self.states[parents[number]]
            child = self.states[number]
            edge = next(edge for edge in self.space.edges(parent) if parent & edge.keep | edge.put == child)
            taken.append((self.space.control(parent)[0], edge.action, edge.fate))
            number = parents[number]
        return way_of(reversed(taken))

    def marks(self) -> set[tuple[str, str]]:
        """Return what can become of the monitors that the question names: `(id, kept or broken)`."""
        ended = [state for state in self.states if self.space.control(state)[1] == "ended"]
        return {item for state in ended for item in self.space.ended(state, ())[1].items()}

    def after(self, number: int) -> Sequence[int]:
        """Return the states to which one step leads."""
        return self.targets[self.ends[number - 1] if number else 0 : self.ends[number]]

    def leading_to(self, goals: bytearray) -> bytearray:
        """Return which states can still come to a goal; the goals are changed into the answer."""
        ends, targets = self.ends, self.targets
        waiting = [number for number in range(len(self.states) - 1, -1, -1) if not goals[number]]
        before = -1
        for _ in range(PASSES):  # most ways lead on, so going backwards finds nearly all at once
            if not waiting or before == len(waiting):
                return goals
            before, left = len(waiting), []
            for number in waiting:
                place, begin = ends[number], ends[number - 1] if number else 0
                while place > begin:
                    place -= 1
                    if goals[targets[place]]:
                        goals[number] = 1
                        break
                else:
                    left.append(number)
            waiting = left
        return self._leading_back(goals, waiting)

    def _leading_back(self, goals: bytearray, waiting: Sequence[int]) -> bytearray:
        """Finish what passes would take too long for: follow the steps back, each once."""
        back: dict[int, list[int]] = {}
        front = []
        for number in waiting:
            for target in self.after(number):
                if goals[target]:
                    front.append(number)
                else:
                    back.setdefault(target, []).append(number)
        while front:
            number = front.pop()
            if not goals[number]:
                goals[number] = 1
                front += back.get(number, ())
        return goals

    def _search(self, most: int, wanted: frozenset[tuple[str, str]]) -> None:
        states, index, parents, targets, ends = self.states, self._index, self.parents, self.targets, self.ends
        roots, width, fill, is_timed = self.space.roots, self.space.width, self.space.fill, self.space.has_timeouts
        met = self.space.met
        for number, state in enumerate(states):  # the list grows while it is walked
            node = roots.get(state >> width)  # as `edges` does: a call for each state would take a fifth more
            while node.__class__ is tuple:
                node = node[1].get(state & node[0])
            if node is None:
                node = fill(state)
                if wanted and wanted <= met.keys():
                    return
            for edge in node:
                target = state & edge[0] | edge[1]  # keep, put
                found = index.get(target)
                if found is None:
                    found = index[target] = len(states)
                    states.append(target)
                    parents.append(number)
                if not is_timed or edge.action.__class__ is not TimeOut:
                    targets.append(found)
            ends.append(len(targets))
            if len(states) > most or len(targets) > MOST_STEPS * most:
                raise Exhausted

    @cached_property
    def stuck(self) -> dict[str, int]:
        """By scene, the first state in which nothing can be done and that is no ending.

        That time may run out is no way on: most learners are not timed, and they must all be able to finish.
        """
        found: dict[str, int] = {}
        begin = 0
        for number, end in enumerate(self.ends):
            if begin == end:
                scene, phase, *_ = self.space.control(self.states[number])
                if phase != "ended":
                    found.setdefault(scene, number)
            begin = end
        return found

    @cached_property
    def circles(self) -> dict[str, int]:
        """By scene, the first state from which one can only go round in circles; nothing where the cap was hit."""
        if not self.is_complete:
            return {}
        ends, targets = self.ends, self.targets
        finishes = self.leading_to(bytearray(map(eq, ends, (0, *ends))))
        waiting = [number for number in range(len(self.states) - 1, -1, -1) if not finishes[number]]
        circles: dict[str, int] = {}
        covered: set[int] = set()
        for number in reversed(waiting):
            scene = self.space.control(self.states[number])[0]
            if number not in covered and scene:  # before the start, nobody is anywhere yet
                circles.setdefault(scene, number)
                front = [number]
                while front:
                    covered.add(here := front.pop())
                    begin = ends[here - 1] if here else 0
                    front += [target for target in targets[begin : ends[here]] if target not in covered]
        return circles
