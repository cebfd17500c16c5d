"""How far it is from each scene to an ending: what progress and the minutes left are estimated from.

The farthest way counts every scene of a cycle once, so it is finite, and it falls by at least one whenever the story
leaves a scene that is on no cycle: progress made of it never goes back.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Distance(NamedTuple):
    """Scenes still to come until an ending, on the nearest and on the farthest way; and whether one may come round here."""

    nearest: int
    farthest: int
    is_round: bool = False


def distances(ways: Mapping[str, Sequence[str]], endings: frozenset[str]) -> dict[str, Distance]:
    """Return the distance of every scene from which an ending can be reached; `ways` lists what a scene leads to."""
    near = _nearest(ways, endings)
    far: dict[str, int] = {}
    round_: set[str] = set()
    for knot in knots(ways):  # a knot comes after all that it leads to
        round_ |= {scene for scene in knot if len(knot) > 1 or scene in ways[scene]}
        beyond = [far[to] for scene in knot for to in ways[scene] if to not in knot and to in far]
        if beyond or knot & endings:
            reach = len(knot) + max(beyond, default=-1)
            far.update(dict.fromkeys(knot, reach))
    return {
        scene: Distance(near[scene], max(near[scene], far[scene]), scene in round_) for scene in ways if scene in near
    }


def _nearest(ways: Mapping[str, Sequence[str]], endings: frozenset[str]) -> dict[str, int]:
    back: dict[str, list[str]] = {scene: [] for scene in ways}
    for scene, leads in ways.items():
        for to in leads:
            back[to].append(scene)
    found = dict.fromkeys(endings, 0)
    front = list(endings)
    while front:
        following = [origin for scene in front for origin in back[scene] if origin not in found]
        distance = found[front[0]] + 1
        front = list(dict.fromkeys(following))
        found.update(dict.fromkeys(front, distance))
    return found


def knots(ways: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """Return the strongly connected components, each after those it leads to (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    knots: list[set[str]] = []
    for root in ways:
        if root in number:
            continue
        walk = [(root, iter(ways[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        waiting.add(root)
        while walk:
            scene, leads = walk[-1]
            for to in leads:
                if to not in number:
                    number[to] = low[to] = len(number)
                    stack.append(to)
                    waiting.add(to)
                    walk.append((to, iter(ways[to])))
                    break
                if to in waiting:
                    low[scene] = min(low[scene], number[to])
            else:
                walk.pop()
                if walk:
                    parent = walk[-1][0]
                    low[parent] = min(low[parent], low[scene])
                if low[scene] == number[scene]:
                    knot: set[str] = set()
                    while scene not in knot:
                        knot.add(stack.pop())
                    knots.append(knot)
                    waiting -= knot
    return knots
