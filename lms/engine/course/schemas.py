"""The JSON Schemas of a course's files, made from the same declarations that read them (`lms schemas` writes them)."""

import json

from lms.engine.course.syntax import CourseFile, LessonFront
from lms.engine.questions.syntax import BankFile
from lms.engine.source import schema
from lms.engine.source.typed import Record

BASE = "https://ymarfer.example/schemas/"
_FILES: dict[str, tuple[type[Record], str]] = {
    "course.json": (CourseFile, "course.yaml of a course"),
    "lesson.json": (LessonFront, "Front matter of a lesson"),
    "bank.json": (BankFile, "Question bank"),
}


def export() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    return {
        name: json.dumps(schema.export(cls, title, BASE + name), indent=2, ensure_ascii=False) + "\n"
        for name, (cls, title) in _FILES.items()
    }
