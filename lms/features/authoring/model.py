"""What a check of content finds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.engine.source.problem import Problem
from lms.learning.library.model import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a course or scenario on the disk; `path` is what messages call it."""

    kind: Kind
    folder: Path
    path: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, what was found, and which files were given their missing ids."""

    checked: int
    problems: tuple[Problem, ...]
    fixed: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """The number of errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """The number of warnings."""
        return len(self.problems) - self.errors

    def status(self, *, strict: bool) -> int:
        """Return the exit status: 0 clean, 1 errors; warnings count with `strict` only."""
        return int(self.errors > 0 or (strict and self.warnings > 0))

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "checked": self.checked,
            "errors": self.errors,
            "warnings": self.warnings,
            "fixed": list(self.fixed),
            "problems": [problem.to_json() for problem in self.problems],
        }
