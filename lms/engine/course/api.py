"""The course engine's public names. Others import from here and from nowhere else inside."""

from lms.engine.course.compile import Compiled, compile_course, is_source
from lms.engine.course.draw import Drawn, draw
from lms.engine.course.mark import QuizResult, judge
from lms.engine.course.model import (
    Activity,
    Answer,
    Block,
    CertificateRule,
    Course,
    Lesson,
    Outcome,
    Quiz,
    Reference,
    Reviewed,
    ScenarioActivity,
)
from lms.engine.course.outline import Outline, Row, Standing, State, Turn, is_done, outline, turn
from lms.engine.questions.fix import write_missing_ids
from lms.engine.questions.mark import Marked, MarkedOption, Verdict, mark
from lms.engine.questions.model import Bank, Option, Question

__all__ = [
    "Activity",
    "Answer",
    "Bank",
    "Block",
    "CertificateRule",
    "Compiled",
    "Course",
    "Drawn",
    "Lesson",
    "Marked",
    "MarkedOption",
    "Option",
    "Outcome",
    "Outline",
    "Question",
    "Quiz",
    "QuizResult",
    "Reference",
    "Reviewed",
    "Row",
    "ScenarioActivity",
    "Standing",
    "State",
    "Turn",
    "Verdict",
    "compile_course",
    "draw",
    "is_done",
    "is_source",
    "judge",
    "mark",
    "outline",
    "turn",
    "write_missing_ids",
]
