"""What one answer is worth, and what all of them are worth together.

M1  Marking reads the question and the response only: the order in which options are shown changes nothing.
M2  Points are 1 for right, 0 for wrong, and in between for a multiple choice that is partly right: wrong picks count
    against right ones, so that choosing everything earns nothing.
M3  A try succeeds when its score reaches the quiz's and every critical question is right. Partly is not right.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from lms.engine.course.draw import Drawn
from lms.engine.course.model import Question, Quiz
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


@dataclass(frozen=True, slots=True)
class Grade:
    """The result of a try. `score` is from 0 to 1; `missed_critical` names critical questions that were not right."""

    score: float
    success: bool
    missed_critical: tuple[str, ...]
    right: int
    total: int
    pass_score: float

    @property
    def percent(self) -> int:
        """The score in whole per cent, never rounded up."""
        return int(self.score * 100 + 1e-9)


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
    points = _points(chosen, question.right_ids)
    verdict: Verdict = "right" if points == 1 else "partly" if points else "wrong"
    return Marked(
        question.id,
        verdict,
        points,
        question.critical,
        tuple(option.id for option in question.options if option.id in chosen),
        tuple(
            MarkedOption(option.id, option.text, option.right, option.id in chosen, option.feedback)
            for option in question.options
        ),
    )


def grade(quiz: Quiz, drawn: Drawn, marks: Iterable[Marked]) -> Grade:
    """Return the result of a try; questions without an answer count as wrong."""
    by_question = {marked.question: marked for marked in marks}
    found = [by_question.get(question.id) for question in drawn.questions]
    total = len(drawn.questions)
    points = sum(marked.points for marked in found if marked is not None)
    score = round(points / total, _PRECISION) if total else 0.0
    missed = tuple(
        question.id
        for question, marked in zip(drawn.questions, found, strict=True)
        if question.critical and not (marked is not None and marked.is_right)
    )
    return Grade(
        score=score,
        success=total > 0 and not missed and score >= quiz.pass_score,
        missed_critical=missed,
        right=sum(marked is not None and marked.is_right for marked in found),
        total=total,
        pass_score=quiz.pass_score,
    )


def _points(chosen: frozenset[str], right: frozenset[str]) -> float:
    if chosen == right:
        return 1.0
    kept = len(chosen & right) - len(chosen - right)
    return round(max(0, kept) / len(right), _PRECISION) if right else 0.0
