"""What was found about a story, as data: by ids, without a word of the story and without a place in a file."""

from dataclasses import asdict, dataclass
from typing import Any

from lms.engine.scenario.language.places import Kind
from lms.engine.scenario.proof.explore import Way
from lms.engine.source.problem import Code


@dataclass(frozen=True, slots=True)
class Question:
    """One question that was asked of a scenario, over how many states, and what its answer does not depend on."""

    about: str
    states: int
    is_complete: bool
    left_out: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a part of the story: of which kind (a field of `Places`) and which id; `way` shows it."""

    code: Code
    kind: Kind
    id: str
    what: str
    why: str
    fix: str
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found over so many states; where they are not complete, there may be more."""

    found: tuple[Finding, ...]
    states: int
    is_complete: bool
    questions: tuple[Question, ...]
