"""The responses to a question or an order that make a difference: one for each effect that any of them can have.

What a result is belongs to the choices of the environment: "can" means with some response, "never" with none.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from lms.engine.scenario.play.machine import Doing, ReadyTask
from lms.engine.scenario.play.responses import can_be_taken, example_of, results_of, taken_in_order
from lms.engine.scenario.program.task import Result

Outcome = TypeVar("Outcome")


def responses(
    ready: ReadyTask,
    start: Outcome,
    after: Callable[[Outcome, Doing], Outcome],
    pay: Callable[[int], None],
) -> Iterator[tuple[str, ...]]:
    """Yield a response for each outcome of the items together with each result.

    `after` gives the outcome of one item more; items are taken in the order of the file, as they are when it is played.
    `pay` is told how many outcomes there are, for each that is looked at: it may say that these are too many.
    """
    task = ready.task
    wanted = {*task.wanted}
    reached: dict[tuple[Outcome, int, int], tuple[str, ...]] = {(start, 0, 0): ()}
    for id_, (item, doing) in ready.items.items():
        is_idle = not (doing.is_remembered or item.effects)
        for (outcome, kept, strays), taken in list(reached.items()):
            following = outcome if is_idle else after(outcome, doing)
            key = (following, kept + 1, strays) if id_ in wanted else (following, kept, strays + 1)
            reached.setdefault(key, (*taken, id_))
            pay(len(reached))
    told: set[tuple[Outcome, Result]] = set()
    for (outcome, kept, strays), taken in reached.items():
        if can_be_taken(task, kept, strays):
            for result in results_of(task, kept, strays):
                if (outcome, result) not in told:
                    told.add((outcome, result))
                    yield example_of(task, taken_in_order(task, taken), result)
