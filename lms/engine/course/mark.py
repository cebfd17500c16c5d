"""What all answers of a try are worth together; one by itself is marked by `questions.mark`.

M3  A try succeeds when its score reaches the quiz's and every critical question is right. Partly is not right.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.engine.course.draw import Drawn
from lms.engine.course.model import Quiz
from lms.engine.questions.mark import Marked

_PRECISION = 4


@dataclass(frozen=True, slots=True)
class QuizResult:
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


def judge(quiz: Quiz, drawn: Drawn, marks: Iterable[Marked]) -> QuizResult:
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
    return QuizResult(
        score=score,
        success=total > 0 and not missed and score >= quiz.pass_score,
        missed_critical=missed,
        right=sum(marked is not None and marked.is_right for marked in found),
        total=total,
        pass_score=quiz.pass_score,
    )
