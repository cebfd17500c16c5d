"""When two times of the story are one for the exploration: when no test ahead can tell them apart.

The clock only ever moves by the minutes that things take, so a test `clock >= T` in a scene d minutes further on cuts
the times here at T - d and nowhere else. From every scene these cuts are followed back to those that lead to it; between
two of them, all times are as good as the first.

Invariants:
  X6  two times between the same cuts of a scene meet the same answers to every test of the clock, whatever is done next
"""

from collections.abc import Iterator, Mapping

from lms.engine.scenario.play.machine import Machine
from lms.engine.scenario.program.expression import (
    ClockTime,
    Compare,
    Constant,
    Derived,
    Expression,
    expressions_in,
    parts,
)
from lms.engine.scenario.program.program import Must, MustNot, Scene
from lms.engine.scenario.proof.explore_slice import choices_of, effects_of, guards

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Moments:
    """The cuts of one Program with a clock; times are minutes since its start, a set of them the bits of one integer."""

    def __init__(self, machine: Machine) -> None:
        clock = machine.program.clock
        self.start, self.end = (clock.start, clock.end) if clock else (0, 0)
        self._derived = machine.derived
        self._whole = (1 << (self.end - self.start + 1)) - 1
        self._cuts = self._follow_back(machine)
        self._known: dict[tuple[str, int], int] = {}

    def first(self, scene: str, time: int) -> int:
        """Return the first of the times that are as good as this one, in this scene."""
        known = self._known.get((scene, time))
        if known is None:
            at = time - self.start
            before = self._cuts[scene] & ((2 << at) - 1)
            known = self._known[scene, time] = self.start + max(0, before.bit_length() - 1)
        return known

    def _follow_back(self, machine: Machine) -> Mapping[str, int]:
        """Return the cuts of each scene: a fixed point, reached because sets of times only grow and are bounded."""
        program = machine.program
        monitors: tuple[Must | MustNot, ...] = (*program.musts, *program.must_nots)
        anywhere = [must.when for must in monitors] + [later.condition for later in program.laters if later.condition]
        anywhere += [program.pass_when] if program.pass_when else []
        always = self._tested(anywhere)
        for later in program.laters:
            if later.clock is not None:
                always |= self._at(later.clock)
        brought = {later.to for later in program.laters}
        own = {scene.id: always | self._tested(_tests(scene)) for scene in program.scenes}
        # A later may come instead of any step, and where a scene or a call goes back to is not known here: nothing is lost by
        # taking every scene for the next one, except that more times are told apart.
        steps = {scene.id: tuple(set(_steps(scene, self.end - self.start))) for scene in program.scenes}
        goes_back = any(not to for leads in steps.values() for to, _ in leads)
        cuts = dict(own)
        growing = True
        while growing:
            growing = False
            aside = 0
            for to in brought:
                aside |= cuts[to]
            back = 0
            if goes_back:
                for found in cuts.values():
                    back |= found
            for id_, leads in steps.items():
                found = cuts[id_]
                for to, minutes in leads:
                    found |= ((cuts[to] if to else back | cuts[id_]) | aside) >> minutes
                if found != cuts[id_]:
                    cuts[id_] = found
                    growing = True
        return cuts

    def _at(self, time: int) -> int:
        """Return the cut at a time; none where the clock never gets there, or is there from the start."""
        return 1 << (time - self.start) & self._whole if time > self.start else 0

    def _tested(self, expressions: list[Expression]) -> int:
        found = 0
        for expression in expressions:
            for part in parts(expression):
                if isinstance(part, Derived):
                    found |= self._tested([self._derived[part.name]])
                elif isinstance(part, Compare):
                    found |= self._compared(part)
        return found

    def _compared(self, compare: Compare) -> int:
        left, right, sign = self._plain(compare.left), self._plain(compare.right), compare.operator
        if isinstance(right, ClockTime):
            left, right, sign = right, left, _FLIPPED.get(sign, sign)  # type: ignore[assignment]
        if not isinstance(left, ClockTime) or not isinstance(right, Constant) or not isinstance(right.value, int):
            return 0
        time = right.value
        here, after = self._at(time), self._at(time + 1)
        return here | after if sign in {"is", "is not"} else here if sign in {"<", ">="} else after

    def _plain(self, expression: Expression) -> Expression:
        while isinstance(expression, Derived):
            expression = self._derived[expression.name]
        return expression


def _tests(scene: Scene) -> list[Expression]:
    return [*guards(scene), *expressions_in(effects_of(scene))]


def _steps(scene: Scene, most: int) -> Iterator[tuple[str, int]]:
    """Yield where a scene leads (empty: back to where the story was heading), and how many minutes may pass at once.

    More than `most` never matter.
    """
    if scene.ending:
        return
    sums = {0}
    for option in scene.options.items if scene.options else ():
        sums |= {min(most, minutes + option.takes) for minutes in sums}
    routes = scene.free_text.routes if scene.free_text else ()
    inside = {*sums, *(route.takes for route in routes)}  # between two questions of the scene
    yield from ((scene.id, minutes) for minutes in inside if minutes)
    yield from ((route.to, route.takes + scene.takes) for route in routes if route.to)
    yield from ((choice.to, choice.takes + scene.takes) for choice in choices_of(scene))
    if not scene.choices:
        yield from ((scene.then, minutes + scene.takes) for minutes in inside)
