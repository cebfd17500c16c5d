"""Turns: of the threads of one process, one works at a time, in order of arrival.

Two threads of Python that both have work to do slow each other down, and two that write to one SQLite file collide and
sleep. So a unit of work takes the turn when it opens and gives it up when it ends. More threads then cost nothing, and
they allow one thing: while a unit stands aside (a password is being hashed), others go on.
"""

import threading
from collections import deque
from types import TracebackType
from typing import Self


class Turns:
    """A fair lock that its holder may take again; `with turns:` waits for the turn."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False
        self._own = threading.local()

    def __enter__(self) -> Self:
        depth = getattr(self._own, "depth", 0)
        if depth == 0:
            self._take()
        self._own.depth = depth + 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own.depth -= 1
        if self._own.depth == 0:
            self._give()

    def let_others(self) -> None:
        """Give the turn away, however often it was taken; `resume` waits to have it back."""
        self._give()

    def resume(self) -> None:
        """Wait for the turn after `let_others`."""
        self._take()

    def _take(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def _give(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
