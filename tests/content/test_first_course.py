"""What trainers read about courses holds: the blocks of the page make up a course without a problem."""

import re
from datetime import date
from pathlib import Path

from lms.engine.course.api import compile_course
from lms.engine.source.text import SourceFile

FOLDER = "courses/drinking-well"
PAGE = (Path(__file__).parents[2] / "docs/how-to/write-a-course.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)


def test_the_blocks_of_the_page_are_a_course_without_a_problem():
    course, bank = blocks("yaml")
    (lesson,) = blocks("markdown")
    texts = {"course.yaml": course, "bank.yaml": bank, "lessons/a-full-cup.md": lesson}
    assert all(f"`{name}`" in PAGE for name in texts)
    files = [SourceFile(f"{FOLDER}/{name}", name, text.encode()) for name, text in texts.items()]
    made = compile_course(FOLDER, files, today=date(2026, 11, 21), scenarios={"cold-tea"})
    assert [str(problem) for problem in made.problems] == []
    assert [activity.id for activity in made.course.activities] == ["a-full-cup", "questions", "cold-tea"]
