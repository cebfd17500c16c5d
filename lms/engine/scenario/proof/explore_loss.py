"""What an exploration shows about ways that are closed for good: decisions that lose, and checkpoints that are passed by.

Invariants:
  X8  a loss is a decision, in a state from which a good ending can be reached, after which none can, whatever follows,
      although decisions are still asked; it is given with the shortest way to it
  X9  a checkpoint can be passed by exactly when an ending to which it leads can be reached without it
"""

from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from lms.engine.scenario.play.events import Action, Choose, Select, TimeOut
from lms.engine.scenario.proof.explore import Exploration, Way


@dataclass(frozen=True, slots=True)
class Loss:
    """A decision that loses, in a scene; `items` are the choice, or the options, that were taken."""

    scene: str
    items: tuple[str, ...]
    way: Way


def losses(found: Exploration) -> tuple[Loss, ...]:
    """Return the decisions after which no ending that is a success can be reached; none where there is no such ending.

    The exploration must be complete: of a bounded one, nobody knows what could still be reached.
    """
    space, states, width = found.space, found.states, found.space.width
    successes = {scene.id for scene in space.machine.program.scenes if scene.ending and scene.ending.success}
    ends = {number for number, one in enumerate(space.controls) if one[1] == "ended" and one[0] in successes}
    good = bytearray(state >> width in ends for state in states)
    if not any(good):
        return ()
    found.leading_to(good)
    deciding = _Deciding(found)
    seen: dict[tuple[str, ...], Loss] = {}
    for number in _on_the_edge(found, good):
        for action in _lost_by(found, number, good, deciding):
            scene = space.control(states[number])[0]
            items = (action.choice,) if isinstance(action, Choose) else ()
            if (scene, *items) not in seen:
                taken = action.options if isinstance(action, Select) else items
                seen[scene, *items] = Loss(scene, taken, found.way(number, action))
    return tuple(seen.values())


def _on_the_edge(found: Exploration, good: bytearray) -> Iterator[int]:
    """Yield the good states from which some step leads to one that is not."""
    targets, begin = found.targets, 0
    for number, end in enumerate(found.ends):
        if good[number]:
            for target in targets[begin:end]:
                if not good[target]:
                    yield number
                    break
        begin = end


class _Deciding:
    """Whether a decision is still to come from a lost state: looked for from there, and remembered."""

    def __init__(self, found: Exploration) -> None:
        self.found = found
        self.known: dict[int, bool] = {}

    def __call__(self, state: int) -> bool:
        """Tell whether a learner in this state will still be asked to decide."""
        seen, front = {state}, [state]
        for number in front:  # the list grows while it is walked
            if self.known.get(number) or (number not in self.known and self._asks(number)):
                self.known[state] = True
                return True
            if number not in self.known:
                following = set(self.found.after(number)) - seen
                seen |= following
                front += following
        self.known.update(dict.fromkeys(seen, False))
        return False

    def _asks(self, number: int) -> bool:
        state = self.found.states[number]
        phase = self.found.space.control(state)[1]
        if phase not in {"choose", "select"}:
            return False
        edges = self.found.space.edges(state)
        actions = {action for edge in edges for action in (edge.action, *edge.others)}
        # Selections that come to the same are tried once: one of them stands for several.
        return sum(isinstance(action, Choose | Select) for action in actions) > (phase == "choose")


def _lost_by(
    found: Exploration, number: int, good: bytearray, deciding: Callable[[int], bool]
) -> Iterator[Choose | Select]:
    """Yield the decisions in a state that leave no good ending, whatever the environment does."""
    saved: set[Action | None] = set()
    lost: dict[Choose | Select, bool] = {}
    edges = [edge for edge in found.space.edges(found.states[number]) if not isinstance(edge.action, TimeOut)]
    for edge, target in zip(edges, found.after(number), strict=True):
        for action in (edge.action, *edge.others):
            if good[target]:
                saved.add(action)
            elif isinstance(action, Choose | Select):
                lost[action] = lost.get(action, False) or deciding(target)
    yield from (action for action, has_more in lost.items() if has_more and action not in saved)


def way_past(found: Exploration, scene: str, endings: Collection[str] = ()) -> Way | None:
    """Return the shortest way to an ending that comes without this scene, although the scene leads to it as well.

    Only these endings count, where any are given. None where there is none, which is a proof if the exploration is complete.
    """
    space, states = found.space, found.states
    if not found.is_complete:
        return None
    at = {number for number, state in enumerate(states) if space.control(state)[0] == scene}
    later = _from(found, at)
    ends = {space.control(states[number])[0] for number in later if space.control(states[number])[1] == "ended"}
    ends &= set(endings) or ends
    if 0 in at or not ends:
        return None
    parents = array("I", [0]) * len(states)
    seen, front = {0}, [0]
    for number in front:  # the list grows while it is walked
        control = space.control(states[number])
        if control[1] == "ended" and control[0] in ends:
            return found.way_by(parents, number)
        for target in found.after(number):
            if target not in seen and target not in at:
                seen.add(target)
                parents[target] = number
                front.append(target)
    return None


def _from(found: Exploration, states: set[int]) -> set[int]:
    reached: set[int] = set()
    front = list(states)
    while front:
        number = front.pop()
        if number not in reached:
            reached.add(number)
            front += found.after(number)
    return reached
