"""A question as it is asked, and a bank of them: frozen values without places, part of whatever asks them."""

from dataclasses import dataclass
from typing import Literal

from lms.kernel.record import Record

QuestionKind = Literal["single", "multiple"]


@dataclass(frozen=True, slots=True)
class Option(Record):
    """One answer on offer. `feedback` is for whoever chose it, or did not."""

    id: str
    text: str
    right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Question(Record):
    """A question with its options. `ask`, texts and feedback are Markdown."""

    id: str
    kind: QuestionKind
    ask: str
    options: tuple[Option, ...]
    critical: bool = False
    outcome: str = ""
    references: tuple[str, ...] = ()

    @property
    def right_ids(self) -> frozenset[str]:
        """The ids of the options that are right."""
        return frozenset(option.id for option in self.options if option.right)


@dataclass(frozen=True, slots=True)
class Bank(Record):
    """The questions from which a quiz draws."""

    id: str
    questions: tuple[Question, ...]
