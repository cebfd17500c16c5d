"""Questions and orders made ready to run: their items, what their results do, and how far they can move the scores."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product

from lms.engine.scenario.program.task import RESULTS, Question, Result, Task

Moves = Sequence[tuple[str, int]]
"""Changes of scores."""

Spread = dict[tuple[int, int], tuple[int, int]]
"""By how many right and how many wrong items were taken: the least and the most that they can come to."""


def taken_in_order(task: Task, ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids of items in the order of the file: that in which their effects happen."""
    wanted = {*ids}
    return tuple(item.id for item in task.items if item.id in wanted)


def can_be_taken(task: Task, kept: int, strays: int) -> bool:
    """Tell whether so many right and so many wrong items may be handed in."""
    least, most = task.limits()
    return least <= kept + strays <= most


def results_of(task: Task, kept: int, strays: int) -> tuple[Result, ...]:
    """Return the results that so many right and so many wrong items can have: of an order, the best and the worst."""
    if isinstance(task, Question):
        return (task.result_of(kept, strays),)
    pairs = kept * (kept - 1) // 2
    nearly = pairs - 1 if kept == len(task.order) and not strays else pairs
    goods = {good for good in (pairs, nearly, 0) if good >= 0}
    found = {task.result_of(kept, strays, good) for good in goods}
    return tuple(result for result in RESULTS if result in found)


@lru_cache(maxsize=1024)
def possible_results(task: Task) -> tuple[Result, ...]:
    """Return the results that any response can have."""
    wanted = len(task.wanted)
    counts = product(range(wanted + 1), range(len(task.items) - wanted + 1))
    found = {
        result
        for kept, strays in counts
        if can_be_taken(task, kept, strays)
        for result in results_of(task, kept, strays)
    }
    return tuple(result for result in RESULTS if result in found)


def example_of(task: Task, taken: Sequence[str], result: Result) -> tuple[str, ...]:
    """Return these items (in the order of the file) put so that they have this result; `results_of` says it is possible."""
    if isinstance(task, Question):
        return tuple(taken)
    kept = [id_ for id_ in task.order if id_ in taken]
    strays = [id_ for id_ in taken if id_ not in task.order]
    for way in (kept, [*kept[:-2], *reversed(kept[-2:])], kept[::-1]):
        if task.result((*way, *strays)) == result:
            return (*way, *strays)
    return (*kept, *strays)


def spread(task: Task, moves: Mapping[str, Moves], competency: str) -> Spread:
    """Return what taking items alone can do to one score, by how many right and wrong ones are taken."""
    wanted = {*task.wanted}
    found: Spread = {(0, 0): (0, 0)}
    for item in task.items:
        by = sum(change for name, change in moves[item.id] if name == competency)
        for (kept, strays), (low, high) in list(found.items()):
            key = (kept + 1, strays) if item.id in wanted else (kept, strays + 1)
            known = found.get(key, (low + by, high + by))
            found[key] = (min(known[0], low + by), max(known[1], high + by))
    return found


def attainable(
    task: Task, moves: Mapping[str, Moves], results: Mapping[Result, Moves], competency: str
) -> tuple[int, int]:
    """Return the least and the most by which a response can move one score."""
    ends = {result: sum(by for name, by in results[result] if name == competency) for result in RESULTS}
    if not any(name == competency for way in moves.values() for name, _ in way):
        possible = [ends[result] for result in possible_results(task)]
        return min(possible), max(possible)
    lows, highs = [], []
    for (kept, strays), (low, high) in spread(task, moves, competency).items():
        if can_be_taken(task, kept, strays):
            for result in results_of(task, kept, strays):
                lows.append(low + ends[result])
                highs.append(high + ends[result])
    return min(lows), max(highs)
