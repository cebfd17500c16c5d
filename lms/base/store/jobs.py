"""What is done again and again beside the web processes: deliver, watch the content, make PDFs, fold SQLite's log.

`app.py` lists the jobs by hand; `lms work` runs each in a thread of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lms.base.store.work import Store
from lms.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """One such thing. `run` does what is due and returns the seconds until it wants to be called again.

    None means the usual pause. It may be stopped between two calls, at any point by a crash, and must be able to
    begin again after either.
    """

    name: str
    run: Callable[[Store, Settings], float | None]
