"""Where the boxes and arrows of a chart stand: in layers from the top, arrows that lead down, few crossings.

The steps are Sugiyama's: arrows that would close a circle are turned round, boxes are put into layers by the longest way
to them, arrows that pass a layer get a place in it, layers are ordered by the middle of their neighbours, and each layer
is moved as near to its neighbours as its order allows (isotonic regression). Everything is decided by the order of the
file; equal charts give equal pictures.

Invariants:
  D1  no two boxes overlap, and no arrow passes through the layer of a box but beside the boxes
  D2  every box is below all boxes that lead to it, but for arrows that close a circle
  D3  every arrow starts at its box and ends at its target
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SPACE = 26.0
"""Between neighbours in a layer."""
LANE = 12.0
"""The width that a passing arrow keeps."""
SWEEPS = 12
SETTLINGS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow to be placed, from a box to a box."""

    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Placed:
    """The middle of each box across, its layer, and for each line the places that it passes: (layer, across)."""

    x: tuple[float, ...]
    layer: tuple[int, ...]
    passes: tuple[tuple[tuple[int, float], ...], ...]
    width: float


@dataclass(slots=True)
class _Node:
    width: float
    layer: int
    x: float = 0.0
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)
    is_lane: bool = False


def place(widths: Sequence[float], lines: Sequence[Line], first: int = 0) -> Placed:
    """Place boxes of some widths and the lines between them; `first` is the box at the top."""
    turned = _circles(len(widths), lines, first)
    layers = _layers(len(widths), lines, turned)
    nodes = [_Node(width, layer) for width, layer in zip(widths, layers, strict=True)]
    chains = [_chain(nodes, line, is_turned=number in turned) for number, line in enumerate(lines)]
    rows: list[list[int]] = [[] for _ in range(max(layers, default=0) + 1)]
    for number in _in_order(nodes, first):
        rows[nodes[number].layer].append(number)
    _order(nodes, rows)
    _settle(nodes, rows)
    left = min((node.x - node.width / 2 for node in nodes), default=0.0)
    for node in nodes:
        node.x -= left
    passes = tuple(tuple((nodes[at].layer, nodes[at].x) for at in chain) for chain in chains)
    boxes = nodes[: len(widths)]
    right = max((node.x + node.width / 2 for node in nodes), default=0.0)
    return Placed(tuple(node.x for node in boxes), tuple(node.layer for node in boxes), passes, right)


def _circles(count: int, lines: Sequence[Line], first: int) -> set[int]:
    """Return the lines that lead back to a box on the way to them, found depth first in the order of the file."""
    out: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for number, line in enumerate(lines):
        out[line.source].append((number, line.target))
    state = [0] * count
    turned: set[int] = set()
    for root in [first, *range(count)] if count else []:
        if state[root]:
            continue
        stack = [(root, iter(out[root]))]
        state[root] = 1
        while stack:
            box, ways = stack[-1]
            for number, target in ways:
                if state[target] == 1:
                    turned.add(number)
                elif not state[target]:
                    state[target] = 1
                    stack.append((target, iter(out[target])))
                    break
            else:
                state[box] = 2
                stack.pop()
    return turned


def _layers(count: int, lines: Sequence[Line], turned: set[int]) -> list[int]:
    """Return the layer of each box: below everything that leads to it, and as near to what it leads to as may be."""
    ways = [(line.source, line.target) for number, line in enumerate(lines) if number not in turned]
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    for source, target in ways:
        into[target].append(source)
        out[source].append(target)
    waiting = [len(sources) for sources in into]
    ready = [box for box in range(count) if not waiting[box]]
    order: list[int] = []
    layer = [0] * count
    while ready:
        box = ready.pop(0)
        order.append(box)
        for target in out[box]:
            layer[target] = max(layer[target], layer[box] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for box in reversed(order):  # a box that nothing leads to stands right above what it leads to
        if out[box] and not into[box] and box != order[0]:
            layer[box] = max(0, min(layer[target] for target in out[box]) - 1)
    return layer


def _chain(nodes: list[_Node], line: Line, *, is_turned: bool) -> list[int]:
    """Make the places that a line passes, and join them; return them from its source to its target."""
    top, bottom = (line.target, line.source) if is_turned else (line.source, line.target)
    if line.source == line.target:
        return []
    low, high = nodes[top].layer, nodes[bottom].layer
    passed = range(low, high + 1) if is_turned else range(low + 1, high)
    made: list[int] = []
    for layer in passed:
        made.append(len(nodes))
        nodes.append(_Node(LANE, layer, is_lane=True))
    joined = made if is_turned else [top, *made, bottom]
    for upper, lower in itertools.pairwise(joined):
        nodes[upper].down.append(lower)
        nodes[lower].up.append(upper)
    if is_turned:  # the line leaves below its box and comes in above its target, so it passes beside both
        nodes[made[0]].beside.append(top)
        nodes[made[-1]].beside.append(bottom)
        made.reverse()
    return made


def _in_order(nodes: Sequence[_Node], first: int) -> list[int]:
    """Return all nodes as they are met from the top, which is a good order to begin with."""
    met: dict[int, None] = {}
    for root in [first, *range(len(nodes))] if nodes else []:
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node not in met:
                met[node] = None
                waiting += reversed([*nodes[node].down, *nodes[node].beside])
    return list(met)


# --- the order in a layer -------------------------------------------------------------------------------------------


def _order(nodes: Sequence[_Node], rows: list[list[int]]) -> None:
    """Order every layer by the middle of its neighbours, downwards and upwards in turn; keep the best that was met."""
    position = {node: float(at) for row in rows for at, node in enumerate(row)}
    best, fewest = [list(row) for row in rows], _crossings(nodes, rows, position)
    for sweep in range(SWEEPS):
        is_down = sweep % 2 == 0
        for row in rows if is_down else reversed(rows):
            wanted = {node: _middle(nodes, node, position, is_down=is_down) for node in row}
            row.sort(key=lambda node: (wanted[node], position[node]))
            position.update({node: float(at) for at, node in enumerate(row)})
        _swap(nodes, rows, position)
        crossings = _crossings(nodes, rows, position)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    for row, found in zip(rows, best, strict=True):
        row[:] = found


def _middle(nodes: Sequence[_Node], node: int, position: Mapping[int, float], *, is_down: bool) -> float:
    near = nodes[node].up if is_down else nodes[node].down
    places = sorted([position[other] for other in near] + [position[other] + 0.6 for other in nodes[node].beside])
    if not places:
        return position[node]
    middle = len(places) // 2
    return places[middle] if len(places) % 2 else (places[middle - 1] + places[middle]) / 2


def _swap(nodes: Sequence[_Node], rows: list[list[int]], position: dict[int, float]) -> None:
    """Exchange neighbours where that takes crossings away."""
    for row in rows:
        for at in range(len(row) - 1):
            left, right = row[at], row[at + 1]
            if _cross(nodes, left, right, position) > _cross(nodes, right, left, position):
                row[at], row[at + 1] = right, left
                position[left], position[right] = position[right], position[left]


def _cross(nodes: Sequence[_Node], left: int, right: int, position: Mapping[int, float]) -> int:
    """Return how many lines of two neighbours cross when they stand in this order."""
    found = 0
    for one, other in ((nodes[left].up, nodes[right].up), (nodes[left].down, nodes[right].down)):
        ends = sorted(position[second] for second in other)
        found += sum(bisect_left(ends, position[first]) for first in one)
    return found


def _crossings(nodes: Sequence[_Node], rows: Sequence[Sequence[int]], position: Mapping[int, float]) -> int:
    """Return how many lines cross, layer by layer."""
    found = 0
    for row in rows:
        ends = [position[below] for node in row for below in sorted(nodes[node].down, key=lambda one: position[one])]
        before: list[float] = []
        for at, end in enumerate(ends):
            place_ = bisect_right(before, end)
            found += at - place_
            before.insert(place_, end)
    return found


# --- the place in a layer -------------------------------------------------------------------------------------------


def _settle(nodes: Sequence[_Node], rows: Sequence[Sequence[int]]) -> None:
    """Move every layer as near to its neighbours as its order and the widths allow."""
    for row in rows:
        at = 0.0
        for node in row:
            nodes[node].x = at + nodes[node].width / 2
            at += nodes[node].width + SPACE
        for node in row:
            nodes[node].x -= (at - SPACE) / 2
    for turn in range(SETTLINGS):
        for row in rows if turn % 2 == 0 else reversed(rows):
            wanted = [_wanted(nodes, node) for node in row]
            _spread(nodes, row, wanted)


def _wanted(nodes: Sequence[_Node], node: int) -> tuple[float, float]:
    """Return where a node would like to stand, and how much: lines that pass want to be straight."""
    own = nodes[node]
    total = weight = 0.0
    for other in (*own.up, *own.down):
        pull = 12.0 if own.is_lane and nodes[other].is_lane else 1.0
        total += pull * nodes[other].x
        weight += pull
    for other in own.beside:
        side = (nodes[other].width + own.width) / 2 + SPACE
        total += nodes[other].x + (side if own.x >= nodes[other].x else -side)
        weight += 1.0
    return (total / weight, weight) if weight else (own.x, 0.5)


def _spread(nodes: Sequence[_Node], row: Sequence[int], wanted: Sequence[tuple[float, float]]) -> None:
    """Give a layer the places nearest to those wanted that keep its order and distances: pool adjacent violators."""
    offsets = [0.0]
    for left, right in itertools.pairwise(row):
        gap = LANE if nodes[left].is_lane and nodes[right].is_lane else SPACE
        offsets.append(offsets[-1] + (nodes[left].width + nodes[right].width) / 2 + gap)
    pools: list[tuple[float, float, int]] = []
    for (place_, weight), offset in zip(wanted, offsets, strict=True):
        pools.append(((place_ - offset) * weight, weight, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, heavy, count = pools.pop()
            before = pools.pop()
            pools.append((before[0] + total, before[1] + heavy, before[2] + count))
    at = 0
    for total, weight, count in pools:
        for _ in range(count):
            nodes[row[at]].x = total / weight + offsets[at]
            at += 1
