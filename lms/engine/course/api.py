"""The course engine's public names. Others import from here and from nowhere else inside."""

from lms.engine.course.draw import Drawn, draw
from lms.engine.course.mark import Grade, Marked, MarkedOption, Verdict, grade, mark
from lms.engine.course.model import (
    Activity,
    Bank,
    Block,
    CertificateRule,
    Course,
    Lesson,
    Option,
    Outcome,
    Question,
    Quiz,
    Reference,
    Reviewed,
    ScenarioActivity,
)
from lms.engine.course.outline import Outline, Row, Standing, State, Turn, is_done, outline, turn

__all__ = [
    "Activity",
    "Bank",
    "Block",
    "CertificateRule",
    "Course",
    "Drawn",
    "Grade",
    "Lesson",
    "Marked",
    "MarkedOption",
    "Option",
    "Outcome",
    "Outline",
    "Question",
    "Quiz",
    "Reference",
    "Reviewed",
    "Row",
    "ScenarioActivity",
    "Standing",
    "State",
    "Turn",
    "Verdict",
    "draw",
    "grade",
    "is_done",
    "mark",
    "outline",
    "turn",
]
