"""A queue before SQLite's own lock: processes that write to one file wait for each other in short naps.

SQLite lets one process write at a time, and whoever comes too late sleeps for 1, 2, 5, 10 … milliseconds: three times
as long as a decision holds the lock, with nobody working meanwhile. Here they nap for a tenth of that on a lock of
their own, a file beside the database that the system frees however its holder ends.

It is a courtesy and guards nothing. Who has waited for long, or writes without queueing, meets SQLite's lock as ever.
"""

import fcntl
import os
import time
from pathlib import Path

NAP = 0.0001
"""Seconds between two looks, of which the system makes about 160 microseconds."""
PATIENCE = 0.1
"""Seconds after which the queue is left for SQLite's own waiting, which ends with an error that says so."""


class Queue:
    """The queue of one database, as one process sees it: of its threads, one at a time comes here (see `turns`)."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-queue")
        self._descriptor: int | None = None
        self._is_held = False

    def enter(self) -> None:
        """Wait until nobody else writes, but not for ever."""
        if self._is_held:
            return
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                return
        until = 0.0
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                now = time.monotonic()
                until = until or now + PATIENCE
                if now > until:
                    return
                time.sleep(NAP)
            else:
                self._is_held = True
                return

    def leave(self) -> None:
        """Let the next one write."""
        if self._is_held and self._descriptor is not None:
            self._is_held = False
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def __del__(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
