"""Each kind of problem has a page, and the examples on it are what they say they are."""

import re
from datetime import date
from pathlib import Path

import pytest

from lms.engine.course import codes
from lms.engine.course.compile import compile_course
from lms.engine.questions import codes as question_codes
from lms.engine.source.problem import Code
from tests.engine.course.builders import folder_of

PAGES = Path(__file__).parents[3] / "lms" / "docs" / "problems"
CODES = {
    code.id: code for module in (codes, question_codes) for code in vars(module).values() if isinstance(code, Code)
}
EXAMPLE = re.compile(r"^````(?:yaml|markdown|text) (\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)

BASE = {
    "course.yaml": """\
course: hand-washing
title: Hand washing
summary: When, how and how long.
nation: wales
outcomes: {how: Wash well}
activities:
  - lesson: how-to-wash
  - {quiz: questions, title: Questions, bank: hands, draw: 1, tries: 1, minutes: 3}
""",
    "lessons/how-to-wash.md": """\
---
lesson: how-to-wash
title: How to wash
minutes: 2
outcomes: [how]
---

Wash the backs of your hands too.

::: check
ask: For how long?
options:
  - {text: Twenty seconds, right: yes, feedback: Yes.}
  - {text: Two seconds, feedback: That is too short.}
:::

::: work
Find the nearest basin.
:::
""",
    "bank.yaml": """\
bank: hands
questions:
  - id: how-long
    type: single
    outcome: how
    ask: For how long do you wash?
    options:
      - {id: twenty, text: Twenty seconds, right: yes, feedback: Yes.}
      - {id: two, text: Two seconds, feedback: That is too short.}
""",
}
"""An example shows the files that matter; the others are these. A fence called `folder` lists which files there are."""

PICTURES = {"media/basin.png": b"not looked into"}


def page_of(code):
    return PAGES / f"{code.id}-{code.slug}.md"


def problems_of(part):
    files = dict(BASE)
    for name, text in EXAMPLE.findall(part):
        if name == "folder":
            files = {file: content for file, content in files.items() if file in text.split()}
        else:
            files[name] = text
    return compile_course(
        "courses/hand-washing",
        folder_of("courses/hand-washing", {name: text.encode() for name, text in files.items()} | PICTURES),
        today=date(2026, 11, 21),
        scenarios={"the-visitor"},
    ).problems


def test_every_code_of_courses_has_a_page_and_every_page_a_code():
    written = {path.name for path in PAGES.glob("CO*.md")} | {path.name for path in PAGES.glob("QU*.md")}
    assert written == {page_of(code).name for code in CODES.values()}
    modules = (codes, question_codes)
    declared = [value for module in modules for value in vars(module).values() if isinstance(value, Code)]
    assert len(CODES) == len(declared)


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_the_bad_example_has_exactly_this_problem_and_the_good_one_none(code):
    text = page_of(code).read_text(encoding="utf-8")
    assert text.startswith(f"# {code.id} {code.title[0].upper()}{code.title[1:]}\n\n*{code.severity.capitalize()}.* ")
    _, bad, good = re.split(r"^## (?:Bad|Good)$", text, flags=re.MULTILINE)
    assert EXAMPLE.search(bad)
    assert EXAMPLE.search(good)
    assert {problem.code for problem in problems_of(bad)} == {code.id}, list(map(str, problems_of(bad)))
    assert [str(problem) for problem in problems_of(good)] == []
    for problem in problems_of(bad):
        assert problem.severity == code.severity
        assert problem.why or problem.fix, "a problem says why it matters or how to mend it"
