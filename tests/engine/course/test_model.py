import json
from pathlib import Path

import pytest

from lms.engine.course import api
from lms.engine.course.model import Course
from lms.kernel.errors import Invalid
from lms.kernel.ids import content_hash
from tests.engine.course.builders import compiled

SAMPLE = Path(__file__).parent / "samples" / "course-format-1.json"
SAMPLE_HASH = "dfc9e549550561b8b07fe2a6a031aa7d82231930a0ec3261f0901a051ec9a798"


def test_C4_the_bytes_are_canonical_and_give_the_same_course_back(course):
    content = course.to_bytes()
    assert (
        content == json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )
    again = Course.from_bytes(content)
    assert again == course
    assert again.to_bytes() == content
    assert again.activities == course.activities
    assert course.hash == content_hash(content)
    assert json.loads(content)["format"] == 1


def test_C4_a_changed_word_is_another_version(course):
    other = compiled({"lessons/when-to-wash.md": ("Two songs.", "Three songs.")}).course
    assert other.hash != course.hash
    assert other != course


def test_C4_a_course_stored_by_an_older_version_opens_unchanged():
    content = SAMPLE.read_bytes()
    opened = Course.from_bytes(content)
    assert opened.to_bytes() == content
    assert opened.hash == SAMPLE_HASH
    assert [activity.kind for activity in opened.activities] == ["lesson", "quiz", "scenario"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format":2}', b'{"format":1}', b"\xff", b"[" * 100_000])
def test_what_is_no_stored_course_is_refused(content):
    with pytest.raises(Invalid):
        Course.from_bytes(content)


def test_the_public_names_are_pinned():
    assert sorted(api.__all__) == [
        "Activity", "Answer", "Bank", "Block", "CertificateRule", "Compiled", "Course", "Drawn", "Lesson", "Marked",
        "MarkedOption", "Option", "Outcome", "Outline", "Question", "Quiz", "QuizResult", "Reference", "Reviewed",
        "Row", "ScenarioActivity", "Standing", "State", "Turn", "Verdict", "compile_course", "draw", "is_done",
        "is_source", "judge", "mark", "outline", "turn", "write_missing_ids",
    ]  # fmt: skip
    assert all(hasattr(api, name) for name in api.__all__)
