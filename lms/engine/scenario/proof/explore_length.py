"""How long the ways to each ending are: in scenes, and in minutes on the clock of the story.

Invariants:
  X7  every length given is that of a way that can be walked, and no way is shorter (or longer, where that is said)
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.explore import MOST_STATES, MOST_STEPS
from lms.engine.scenario.proof.explore_slice import Question
from lms.engine.scenario.proof.explore_space import Exhausted, Space


@dataclass(frozen=True, slots=True)
class Length:
    """The ways to one ending: scenes count the first and the ending; `most_…` is None where there is no longest way."""

    ending: str
    fewest_scenes: int
    most_scenes: int | None
    fewest_minutes: int
    most_minutes: int | None


@dataclass(frozen=True, slots=True)
class Lengths:
    """The ways to every ending that is reached, in the order of the file.

    What was cut off by the cap may hold shorter ways: then the numbers are those of ways that were found.
    """

    endings: tuple[Length, ...]
    states: int
    is_complete: bool


def lengths(program: Program, most: int = MOST_STATES) -> Lengths:
    """Return how long the ways to each ending are."""
    ways = _Ways(program, most)
    shortest = [ways.shortest(ways.scenes), ways.shortest(ways.minutes)]
    longest = [ways.longest(ways.scenes), ways.longest(ways.minutes)] if ways.is_complete else []
    found = []
    for scene in program.scenes:
        ends = ways.ends.get(scene.id, ())
        if ends:
            fewest = [min(length[end] for end in ends) for length in shortest]
            most_of = [_greatest([length[end] for end in ends]) for length in longest] or [None, None]
            scenes = None if most_of[0] is None else most_of[0] + 1
            found.append(Length(scene.id, fewest[0] + 1, scenes, fewest[1], most_of[1]))
    return Lengths(tuple(found), len(ways.states), ways.is_complete)


def _greatest(lengths_: Sequence[int | None]) -> int | None:
    known = [length for length in lengths_ if length is not None]
    return max(known) if len(known) == len(lengths_) else None


class _Ways:
    """All steps between states, each with its scenes and minutes; steps of state n end at `last[n]`."""

    def __init__(self, program: Program, most: int) -> None:
        self.space = Space(program, Question(timed=True), most=2 * most)
        self.states = [self.space.first()]
        self.targets, self.scenes, self.minutes, self.last = array("I"), array("I"), array("I"), array("I")
        self.ends: dict[str, list[int]] = {}
        self.is_complete = True
        try:
            self._search(most)
        except Exhausted:
            self.is_complete = False
        self.last.extend([len(self.targets)] * (len(self.states) - len(self.last)))

    def _search(self, most: int) -> None:
        states, index = self.states, {self.states[0]: 0}
        for number, state in enumerate(states):  # the list grows while it is walked
            scene, phase, *_ = self.space.control(state)
            if phase == "ended":
                self.ends.setdefault(scene, []).append(number)
            for edge in self.space.edges(state):
                target = state & edge.keep | edge.put
                found = index.setdefault(target, len(states))
                if found == len(states):
                    states.append(target)
                self.targets.append(found)
                self.scenes.append(edge.scenes)
                self.minutes.append(edge.minutes)
            self.last.append(len(self.targets))
            if len(states) > most or len(self.targets) > MOST_STEPS * most:
                raise Exhausted

    def steps(self, number: int) -> range:
        """Return the places of the steps from a state."""
        return range(self.last[number - 1] if number else 0, self.last[number])

    def shortest(self, weights: Sequence[int]) -> list[int]:
        """Return the least sum of weights on a way to each state (Dijkstra)."""
        infinite = 1 << 62
        found = [infinite] * len(self.states)
        found[0] = 0
        waiting = [(0, 0)]
        while waiting:
            length, number = heappop(waiting)
            if length > found[number]:
                continue
            for place in self.steps(number):
                target, through = self.targets[place], length + weights[place]
                if through < found[target]:
                    found[target] = through
                    heappush(waiting, (through, target))
        return found

    def longest(self, weights: Sequence[int]) -> list[int | None]:
        """Return the greatest sum of weights on a way to each state; None where ways there may go round in circles."""
        coming = array("I", [0]) * len(self.states)
        for target in self.targets:
            coming[target] += 1
        found: list[int | None] = [None] * len(self.states)
        best = array("Q", [0]) * len(self.states)
        ready = [number for number, count in enumerate(coming) if not count]
        while ready:
            number = ready.pop()
            found[number] = best[number]
            for place in self.steps(number):
                target = self.targets[place]
                best[target] = max(best[target], best[number] + weights[place])
                coming[target] -= 1
                if not coming[target]:
                    ready.append(target)
        return found
