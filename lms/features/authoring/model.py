"""What a check of content finds."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from lms.engine.source.problem import Problem
from lms.learning.library.model import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a course or scenario on the disk; `path` is what messages call it."""

    kind: Kind
    folder: Path
    path: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one place found: its problems, how far a bounded proof went, and what is known of a scenario.

    The facts are plain values: what was asked over how many states, what plans reach, and lengths and scores if wanted.
    """

    problems: tuple[Problem, ...] = ()
    bound: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "problems": [problem.to_json() for problem in self.problems],
            "bound": self.bound,
            "facts": self.facts,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(tuple(map(Problem.from_json, values["problems"])), values["bound"], values["facts"])


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, what was found, which files were given their missing ids, and which answers are bounded.

    `scenarios` are the facts of each scenario that compiles, by its path.
    """

    checked: int
    problems: tuple[Problem, ...]
    fixed: tuple[str, ...] = ()
    bounded: tuple[str, ...] = ()
    scenarios: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """The number of errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """The number of warnings."""
        return len(self.problems) - self.errors

    def status(self, *, strict: bool) -> int:
        """Return the exit status: 0 clean, 1 errors (with `strict` warnings too), else 3 where an answer is bounded."""
        if self.errors or (strict and self.warnings):
            return 1
        return 3 if self.bounded else 0

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "checked": self.checked,
            "errors": self.errors,
            "warnings": self.warnings,
            "fixed": list(self.fixed),
            "bounded": list(self.bounded),
            "scenarios": self.scenarios,
            "problems": [problem.to_json() for problem in self.problems],
        }
