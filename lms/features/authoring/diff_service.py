"""Comparing two versions of a scenario: from files, from a stored Program, or from the library by hash or id."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lms.engine.scenario.program.program import Program
from lms.engine.scenario.proof.difference import Change, ChangeClass, differences, proposed
from lms.engine.scenario.proof.succession import Succession, succession
from lms.features.authoring.service import load_scenario
from lms.kernel.errors import Invalid, LmsError, NotFound

MOST_BYTES = 50_000_000

Stored = Callable[[str], Program]
"""Finds a scenario in the library, by the beginning of a version's hash or by its id."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is different, and whether every moment of the old version has a place in the new one."""

    old: str
    new: str
    changes: tuple[Change, ...]
    succession: Succession

    @property
    def proposed(self) -> ChangeClass:
        """The class that is proposed for the whole."""
        return proposed(self.changes)

    @property
    def status(self) -> int:
        """The exit status: 1 where something has no place any more, 3 where that is not known for sure, else 0."""
        if self.succession.lost:
            return 1
        return 0 if self.succession.is_complete else 3

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "old": self.old,
            "new": self.new,
            "class": self.proposed,
            "changes": [change.to_json() for change in self.changes],
            "states": self.succession.states,
            "bounded": self.succession.bound,
            "lost": [lost.to_json() for lost in self.succession.lost],
        }


def compare(old: str, new: str, *, today: date, most_states: int, stored: Stored) -> Compared:
    """Compare two versions. Raises NotFound and Invalid, saying of which of them."""
    before, after = load(old, today=today, stored=stored), load(new, today=today, stored=stored)
    if before.id != after.id:
        raise Invalid(
            f"'{before.id}' and '{after.id}' are not versions of one scenario.",
            why="Their parts are compared by their ids.",
            fix="Name two versions of the same scenario.",
        )
    return Compared(
        before.hash, after.hash, differences(before, after), succession(before, after, most_states=most_states)
    )


def load(name: str, *, today: date, stored: Stored) -> Program:
    """Return the version that a word names: a folder, a file, a stored Program, or something in the library."""
    path = Path(name)
    try:
        is_there, is_file = path.exists(), path.is_file()
    except (OSError, ValueError):
        is_there = is_file = False
    if is_file and path.suffix == ".json":
        if path.stat().st_size > MOST_BYTES:
            raise Invalid(f"{name} is too large to be a compiled scenario.")
        return Program.from_bytes(path.read_bytes())
    if is_there:
        return load_scenario(path, today=today)
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise NotFound(f"There is nothing at {name}", fix="Name a folder, a file, or a version by its hash.")
    try:
        return stored(name)
    except NotFound:
        raise
    except LmsError as error:
        raise NotFound(
            f"There is nothing at {name}, and the library cannot be asked: {error.what}", fix=error.fix
        ) from error
