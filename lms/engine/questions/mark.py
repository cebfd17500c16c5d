"""What one answer is worth.

M1  Marking reads the question and the response only: the order in which options are shown changes nothing.
M2  Points are 1 for right, 0 for wrong, and in between for a multiple choice that is partly right: wrong picks count
    against right ones, so that choosing everything earns nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from lms.engine.questions.model import Question
from lms.kernel.errors import Invalid
from lms.kernel.words import N_

Verdict = Literal["right", "partly", "wrong"]
_PRECISION = 4


@dataclass(frozen=True, slots=True)
class MarkedOption:
    """An option after the answer: was it chosen, was it right to choose it, and what there is to say."""

    id: str
    text: str
    right: bool
    chosen: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The judgement of one answer. `response` holds option ids in the order in which they were shown."""

    question: str
    verdict: Verdict
    points: float
    critical: bool
    response: tuple[str, ...]
    options: tuple[MarkedOption, ...]

    @property
    def is_right(self) -> bool:
        """Tell whether the answer is entirely right."""
        return self.verdict == "right"


def mark(question: Question, response: Collection[str]) -> Marked:
    """Return the judgement of a response (option ids); Invalid when it is not an answer to this question."""
    chosen = frozenset(response)
    known = {option.id for option in question.options}
    if not chosen:
        raise Invalid(N_("No answer was chosen."), fix=N_("Choose an answer, and send it again."))
    if chosen - known:
        raise Invalid(
            N_("This answer is not one of those offered."), fix=N_("Go back to the question and choose again.")
        )
    if question.kind == "single" and len(chosen) > 1:
        raise Invalid(
            N_("This question has one answer, and more than one was sent."), fix=N_("Choose the one that fits best.")
        )
    right = question.right_ids
    worth = points(len(chosen & right), len(chosen - right), len(right))
    verdict: Verdict = "right" if worth == 1 else "partly" if worth else "wrong"
    return Marked(
        question.id,
        verdict,
        worth,
        question.critical,
        tuple(option.id for option in question.options if option.id in chosen),
        tuple(
            MarkedOption(option.id, option.text, option.right, option.id in chosen, option.feedback)
            for option in question.options
        ),
    )


def points(kept: int, strays: int, wanted: int) -> float:
    """Return what choosing so many right and so many wrong options is worth, when so many are right."""
    if kept == wanted and not strays:
        return 1.0
    return round(max(0, kept - strays) / wanted, _PRECISION) if wanted else 0.0
