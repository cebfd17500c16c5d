"""How much work something is, told so that a slow or a busy machine changes nothing of it.

Calls are the same number everywhere. What a single call does inside, such as a regular expression that tries again and
again, they do not tell; for that compare processor times of one machine. Quadratic work on a long text needs thousands
of times as much as on a short one, so a limit of some hundreds has room for whatever else the machine is doing.
"""

import cProfile
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Engine, event

T = TypeVar("T")


def counted(work: Callable[[], T]) -> tuple[int, T]:
    """Return how many functions are called, Python's and C's, while `work` runs, and what it returns."""
    profile = cProfile.Profile()
    result = profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats()), result


def calls(work: Callable[[], object]) -> int:
    """Return how many functions are called while `work` runs."""
    return counted(work)[0]


def steps(engine: Engine, work: Callable[[], object]) -> int:
    """Return how many dozens of instructions SQLite executes while `work` runs."""
    made: list[None] = []

    def watch(driver: Any, *_more: object) -> None:
        driver.set_progress_handler(lambda: made.append(None), 12)

    event.listen(engine, "checkout", watch)
    work()
    event.remove(engine, "checkout", watch)
    with engine.connect() as connection:
        connection.connection.dbapi_connection.set_progress_handler(None, 0)  # type: ignore[union-attr]
    return len(made)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds of processor that `work` needs, to be compared with others only, and what it returns."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result
