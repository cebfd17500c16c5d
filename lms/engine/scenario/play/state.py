"""The state of a run: one explicit JSON value, small enough to be stored after every step.

Invariants:
  S1  it holds only what a later step may read: history where an expression or a `once` refers to it, and no prose;
  S2  it never holds what a learner wrote;
  S3  it is the same after a round through JSON;
  S4  a state that was stored before a key existed goes on: a key added later is NotRequired, left out of states in which
      nothing uses it, and read with `.get`.
"""

from typing import Literal, NotRequired, TypedDict

Phase = Literal["write", "select", "answer", "order", "choose", "go", "ended"]
Mark = Literal["open", "kept", "broken"]
Value = bool | int | str | list[str]


class Row(TypedDict):
    """Observations written down together; `at` is the time of the story, if it has one."""

    step: int
    at: int | None
    values: dict[str, int | str]


class State(TypedDict):
    """See the module. Made by `run.start`, changed only by `run.act`, which never alters the one it was given."""

    seed: str
    step: int
    """How many actions were taken."""
    scene: str
    phase: Phase
    """What the scene waits for."""
    vars: dict[str, Value]
    scores: dict[str, int]
    ranges: dict[str, list[int]]
    """Least and greatest score attainable so far on the path walked, by competency."""
    seen: dict[str, int]
    """Arrivals, of scenes that an expression refers to, saturating."""
    chosen: list[str]
    """Choices and options taken, of those that an expression or `once` refers to; sorted."""
    armed: dict[str, int]
    """Laters that wait, with the arrivals still to go (0: it waits for a scene or a time)."""
    due: list[str]
    """Laters whose turn comes when the story next heads on, in the order of the file."""
    heading: str | None
    """Where the story was heading when a later came; None outside a later's scenes."""
    came: str | None
    """The later that brought this very scene."""
    musts: dict[str, Mark]
    clock: int | None
    observed: NotRequired[list["Row"]]
    """What was written down of the tracks, oldest first, the last few; only where the Program has tracks."""
    frames: NotRequired[list[str]]
    """In a Program with calls: the scenes to go on to after each open call, the innermost last (empty: a return)."""
    said: list[str]
    """What was taken last: choice, options, answers or an order. Its consequence is shown with the scene."""
    owed: NotRequired[list[str]]
    """What was taken since the last checkpoint, of that whose feedback is given at the next one."""
