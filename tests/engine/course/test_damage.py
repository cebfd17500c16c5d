"""One wrong character anywhere in a shipped file gives problems or a course, never a traceback."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.course.compile import compile_course, is_source
from lms.engine.course.model import Course
from lms.engine.questions.fix import write_missing_ids
from tests.engine.course.builders import FILES, compiled, folder_of

COURSES = Path(__file__).parents[3] / "courses"
NAMES = sorted(
    path.relative_to(COURSES).as_posix()
    for path in COURSES.rglob("*")
    if path.is_file() and is_source(path.relative_to(COURSES / path.relative_to(COURSES).parts[0]).as_posix())
)
CHARACTERS = [
    *"\t\n\r \"'#%&()*+,-./0:<=>?@[\\]^`{|}~!$;ax",
    "\0",
    "\x85",
    "\u2028",
    "\ufeff",
    "\u202e",
    "ŵ",
    "م",
    "😀",
]
MUTATIONS_PER_FILE = 300


def survives(folder, files):
    result = compile_course(
        folder, folder_of(folder, files), today=date(2026, 11, 21), scenarios={"between-you-and-me"}
    )
    assert result.course is not None or any(problem.severity == "error" for problem in result.problems)
    for problem in result.problems:
        assert problem.span.line >= 1
        assert problem.span.column >= 1
        assert str(problem).startswith(f"{folder}/")
    if result.course is not None:
        assert Course.from_bytes(result.course.to_bytes()) == result.course


@pytest.mark.parametrize("name", NAMES)
def test_one_wrong_character_never_gives_a_traceback(name):
    chance = random.Random(name)  # noqa: S311 - repeatability is the purpose here
    course, _, inner = name.partition("/")
    root = COURSES / course
    everything = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and is_source(path.relative_to(root).as_posix())
    }
    few = {file: content for file, content in everything.items() if file in {inner, "course.yaml"}}
    text = everything[inner].decode()
    for _ in range(MUTATIONS_PER_FILE):
        place = chance.randrange(len(text))
        kind = chance.choice(("replace", "insert", "delete", "swap"))
        if kind == "delete":
            damaged = text[:place] + text[place + 1 :]
        elif kind == "swap":
            damaged = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
        else:
            damaged = text[:place] + chance.choice(CHARACTERS) + text[place + (kind == "replace") :]
        survives(f"courses/{course}", {**few, inner: damaged.encode("utf-8", "surrogatepass")})
        write_missing_ids(inner, damaged.encode())


def test_a_file_cut_off_anywhere_never_gives_a_traceback():
    for name, text in FILES.items():
        for end in range(len(text)):
            survives_change(name, text[:end])


@given(st.sampled_from(sorted(FILES)), st.integers(0, 100), st.text(max_size=40))
@settings(max_examples=400)
def test_any_text_on_any_line_never_gives_a_traceback(name, number, text):
    lines = FILES[name].split("\n")
    lines[number % len(lines)] = text
    survives_change(name, "\n".join(lines))


def survives_change(name, text):
    result = compiled({name: text})
    assert result.course is not None or any(problem.severity == "error" for problem in result.problems)
