"""Which scores can be attained at each ending: the least and the greatest of each dimension.

A saturating step keeps the order of scores, so the greatest score in a state comes of the greatest in one before it; no
score needs to be part of a state.

Invariants:
  X10  every score given is attained by some run to that ending, and, when the search was complete, none lies beyond it
"""

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore import MOST_STATES, MOST_STEPS
from lms.engine.scenario.proof.explore_slice import Question
from lms.engine.scenario.proof.explore_space import Exhausted, Shift, Space

WORK = 256
"""How often each state may be looked at on average, for all dimensions together."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """By ending and dimension the least and the greatest score; over so many states."""

    endings: dict[str, dict[str, tuple[int, int]]]
    states: int
    is_complete: bool


def ranges(program: Program, most: int = MOST_STATES) -> Ranges:
    """Return the attainable scores at every ending that is reached."""
    scores = [item.id for item in program.competencies]
    walk = _Walk(program, scores, most)
    found: dict[str, dict[str, tuple[int, int]]] = {ending: {} for ending in walk.ends}
    for place, score in enumerate(scores):
        least, greatest = walk.extreme(place, -1), walk.extreme(place, 1)
        for ending, numbers in walk.ends.items():
            found[ending][score] = -max(least[number] for number in numbers), max(greatest[n] for n in numbers)
    order = [scene.id for scene in program.scenes if scene.id in found]
    return Ranges({ending: found[ending] for ending in order}, len(walk.states), walk.is_complete)


class _Walk:
    """All steps between states, each with how it moves the scores; steps of state n end at `last[n]`."""

    def __init__(self, program: Program, scores: Sequence[str], most: int) -> None:
        question = Question(scores=frozenset(scores))
        self.space = Space(program, question, dict.fromkeys(scores, 1), most=2 * most)
        self.states = [self.space.first()]
        self.targets, self.moves, self.last = array("I"), array("I"), array("I")
        self.shifts: dict[tuple[Shift, ...], int] = {}
        self.ends: dict[str, list[int]] = {}
        self.is_complete = True
        self.left = WORK * most
        try:
            self._search(most)
        except Exhausted:
            self.is_complete = False
        self.last.extend([len(self.targets)] * (len(self.states) - len(self.last)))

    def _search(self, most: int) -> None:
        states, index, shifts = self.states, {self.states[0]: 0}, self.shifts
        for number, state in enumerate(states):  # the list grows while it is walked
            scene, phase, *_ = self.space.control(state)
            if phase == "ended":
                self.ends.setdefault(scene, []).append(number)
            for edge in self.space.edges(state):
                found = index.setdefault(state & edge.keep | edge.put, len(states))
                if found == len(states):
                    states.append(state & edge.keep | edge.put)
                self.targets.append(found)
                self.moves.append(shifts.setdefault(edge.shifts, len(shifts)))
            self.last.append(len(self.targets))
            if len(states) > most or len(self.targets) > MOST_STEPS * most:
                raise Exhausted

    def extreme(self, place: int, sign: int) -> list[int]:
        """Return the greatest score of one dimension in each state; with sign -1 the least, its sign changed."""
        nothing = -(1 << 30)
        best = [nothing] * len(self.states)
        best[0] = sign * self.space.vector()[place]
        moves = [_signed(shifts[place], sign) for shifts in self.shifts]
        waiting, is_waiting = deque([0]), bytearray(len(self.states))
        while waiting and self.left > 0:
            number = waiting.popleft()
            is_waiting[number] = 0
            score = best[number]
            begin, end = self.last[number - 1] if number else 0, self.last[number]
            self.left -= 1 + end - begin
            for step in range(begin, end):
                by, low, high = moves[self.moves[step]]
                moved = min(high, max(low, score + by))
                target = self.targets[step]
                if moved > best[target]:
                    best[target] = moved
                    if not is_waiting[target]:
                        is_waiting[target] = 1
                        waiting.append(target)
        self.is_complete = self.is_complete and not waiting
        return best


def _signed(shift: Shift, sign: int) -> Shift:
    by, low, high = shift
    return shift if sign > 0 else (-by, -high, -low)
