from datetime import date

import pytest

from lms.engine.course.model import Answer, Lesson, Quiz, Reference, Reviewed, ScenarioActivity
from lms.engine.source.media import Captions
from lms.kernel.ids import content_hash
from tests.engine.course.builders import COURSE, LESSON, PICTURES, compiled, found


def test_a_course_keeps_what_its_files_say(course):
    assert (course.id, course.nation, course.language, course.enrolment) == ("hand-washing", "wales", "en", "open")
    assert course.minutes == 15
    assert [type(activity) for activity in course.activities] == [Lesson, Quiz, ScenarioActivity]
    assert course.reviewed == Reviewed("A. Nurse", "Infection control nurse", "2026-10-01")
    assert course.references == (
        Reference(
            "who", "Five moments", "WHO", url="https://www.who.int/", checked="2026-01-01", review_by="2027-01-01"
        ),
    )
    assert [outcome.says for outcome in course.outcomes_of(("how",))] == ["Wash well"]
    quiz = course.find_quiz("questions")
    assert (quiz.draw, quiz.pass_score, quiz.tries, quiz.wait_minutes) == (2, 0.75, 3, 5)
    assert [question.kind for question in course.bank_of(quiz).questions] == ["single", "multiple", "single"]
    scenario = course.find_scenario("the-visitor")
    assert (scenario.tries, scenario.debrief, scenario.summary_credit) == (None, True, True)
    assert course.find_lesson("questions") is None


def test_a_lesson_is_a_row_of_parts(course):
    lesson = course.find_lesson("when-to-wash")
    assert [block.kind for block in lesson.blocks] == [
        "moment", "prose", "picture", "try", "reveal", "check", "work",
    ]  # fmt: skip
    blocks = {block.kind: block for block in lesson.blocks}
    assert blocks["prose"].text == "Wash **before** you touch."
    assert (blocks["picture"].text, blocks["picture"].file) == ("A tap", "media/tap.png")
    assert blocks["picture"].hash == content_hash(PICTURES["media/tap.png"])
    assert (blocks["reveal"].label, blocks["reveal"].text) == ("See how long that is", "Two songs.")
    assert blocks["check"].answers == (Answer("Before", True, "Yes."), Answer("Never", False, "No."))


CUES = "WEBVTT\n\n00:01.000 --> 00:02.000\nHow to wash.\n"
BESIDE = {"media/wash.mp4": "v", "media/wash.vtt": CUES, "media/wash.md": "Hands.", "media/tap.mp3": "r"}


def test_a_lesson_shows_a_video_with_its_captions_and_transcript():
    lesson = LESSON.replace("![A tap](media/tap.png)", "![Hands are washed](media/wash.mp4)")
    found = compiled({**BESIDE, "lessons/when-to-wash.md": lesson})
    assert found.problems == ()
    video = found.course.find_lesson("when-to-wash").blocks[2]
    captions = (Captions("en", content_hash(CUES.encode())),)
    assert (video.kind, video.title, video.captions, video.transcript) == (
        "video",
        "Hands are washed",
        captions,
        "Hands.",
    )
    assert video.hash == content_hash(b"v")


@pytest.mark.parametrize(
    ("line", "gone", "codes"),
    [
        ("![Hands](media/wash.mp4)", "media/wash.vtt", ["SO033"]),
        ("![Hands](media/wash.mp4)", "media/wash.md", ["SO034"]),
        ("![Water](media/tap.mp3)", "", ["SO035"]),
        ("![](media/wash.mp4)", "", ["CO032"]),
        ("![Hands](https://example.org/wash.mp4)", "", ["CO033"]),
        ("See ![Hands](media/wash.mp4)", "", ["CO034"]),
        ("![Hands](media/Wash.mp4)", "", ["CO035"]),
        ("![Hands](media/wash.mov)", "", ["CO036"]),
        ("![A tap](media/tap.png)", "media/wash.mp4", ["SO037", "SO037"]),
    ],
)
def test_what_is_wrong_with_a_video_in_a_lesson_is_said(line, gone, codes):
    files = {name: text for name, text in BESIDE.items() if name != gone}
    lesson = LESSON.replace("![A tap](media/tap.png)", line)
    found = compiled({**files, "lessons/when-to-wash.md": lesson})
    assert [problem.code for problem in found.problems] == codes


def test_activities_wait_for_those_before_unless_told_otherwise(course):
    assert [activity.needs for activity in course.activities] == [(), ("when-to-wash",), ("when-to-wash", "questions")]
    free = compiled({"course.yaml": ("summary:", "order: free\nsummary:")}).course
    assert [activity.needs for activity in free.activities] == [(), (), ()]
    told = compiled({"course.yaml": ("    summary_credit", "    needs: [when-to-wash]\n    summary_credit")}).course
    assert told.activities[2].needs == ("when-to-wash",)


def test_a_certificate_asks_for_everything_unless_told_otherwise(course):
    assert course.certificate.needs == ("when-to-wash", "questions", "the-visitor")
    told = compiled({"course.yaml": ("{minutes: 15", "{needs: [questions], minutes: 3")}).course
    assert told.certificate.needs == ("questions",)


def test_a_course_that_no_expert_has_reviewed_says_so():
    review = COURSE[COURSE.index("reviewed:") : COURSE.index("outcomes:")]
    assert compiled({"course.yaml": (review, "")}).course.reviewed is None
    assert compiled({"course.yaml": (review, "reviewed: none\n")}).course.reviewed is None


def test_warnings_alone_leave_the_course_in_service():
    result = compiled({"lessons/when-to-wash.md": ("::: work\nFind the sink.\n:::\n", "")})
    assert [problem.severity for problem in result.problems] == ["warning"]
    assert result.course is not None


def test_all_problems_of_all_files_come_at_once_in_reading_order():
    problems = found(
        {
            "course.yaml": ("lesson: when-to-wash", "lesson: when-to-wsah"),
            "lessons/when-to-wash.md": ("outcomes: [when]", "outcomes: [wen]"),
            "bank.yaml": ("type: multiple", "type: severl"),
        }
    )
    assert problems == [
        ("SO024", "bank.yaml", 12),
        ("CO004", "course.yaml", 10),
        ("CO006", "lessons/when-to-wash.md", 2),
        ("CO009", "lessons/when-to-wash.md", 5),
    ]


def test_a_slip_is_answered_with_the_name_that_was_meant():
    result = compiled({"course.yaml": ("scenario: the-visitor", "scenario: the-visitr")})
    assert str(result.problems[0]).splitlines() == [
        "courses/hand-washing/course.yaml:19:15: error CO007 there is no scenario 'the-visitr'",
        "   19 |   - scenario: the-visitr",
        "      |               ^^^^^^^^^^",
        "  fix  did you mean 'the-visitor'?",
    ]


def test_scenarios_are_not_checked_where_they_are_not_known():
    assert found(scenarios=None) == []
    assert found(scenarios=frozenset()) == [("CO007", "course.yaml", 19)]


def test_a_reference_is_overdue_on_the_day_after():
    assert found(today=date(2027, 1, 1)) == []
    assert found(today=date(2027, 1, 2)) == [("CO014", "course.yaml", 25)]


@pytest.mark.parametrize(
    ("text", "column"),
    [("<script>alert(1)</script>", 1), ("Look: <b>now</b>", 7), ("A line.\n\nThen <!-- hidden -->", 6)],
)
def test_html_is_found_with_line_and_column(text, column):
    result = compiled({"lessons/when-to-wash.md": ("Wash **before** you touch.", text)})
    first = result.problems[0]
    assert (first.code, first.span.column) == ("SO030", column)
    assert result.course is None


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScRiPt:x", "java&#115;cript:x", " java\tscript:x", "data:text/html,x", "//evil.example",
     "page.html", "vbscript:x", "file:///etc/passwd"],
)  # fmt: skip
def test_links_that_run_something_or_lead_nowhere_are_refused(target):
    result = compiled({"lessons/when-to-wash.md": ("touch.", f"touch [it]({target}).")})
    assert [problem.code for problem in result.problems] == ["SO031"]
    result = compiled({"lessons/when-to-wash.md": ("touch.", f"touch [it][1].\n\n[1]: {target.strip()}")})
    assert [problem.code for problem in result.problems] == ["SO031"]


@pytest.mark.parametrize(
    "text", ["[a](https://gov.wales/)", "<https://gov.wales/>", "[ring](tel:116123)", "`<b>`", "3 < 4", "[x](#below)"]
)
def test_ordinary_links_and_code_are_fine(text):
    assert found({"lessons/when-to-wash.md": ("touch.", f"touch {text}")}) == []


def test_texts_in_yaml_are_looked_at_as_well():
    assert found({"bank.yaml": ("text: Glue", "text: <b>Glue</b>")}) == [
        ("SO030", "bank.yaml", 19),
    ]
    assert found({"course.yaml": ("how and how long.", "how and <i>how</i> long.")}) == [("SO030", "course.yaml", 3)]


def test_files_that_are_no_sources_are_left_alone():
    assert found({"notes.txt": "anything", "lessons/draft/x.md": "anything", "README.md": "<b>"}) == []


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(course):
    windows = {name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for name, text in
               {"course.yaml": COURSE, "lessons/when-to-wash.md": LESSON}.items()}  # fmt: skip
    result = compiled(windows)
    assert result.problems == ()
    assert result.course == course


def test_welsh_and_arabic_are_kept_letter_by_letter():
    result = compiled({"lessons/when-to-wash.md": ("Two songs.", "Dŵr a sebon. اغسل يديك.")})
    assert result.course.find_lesson("when-to-wash").blocks[4].text == "Dŵr a sebon. اغسل يديك."


@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2" * 500, b"\xff\xfe", b"- " * 5000, b"# only a comment\n", b"[" * 3000]
)
@pytest.mark.parametrize("name", ["course.yaml", "bank.yaml", "lessons/when-to-wash.md"])
def test_a_file_that_is_none_is_one_clear_problem(name, content):
    result = compiled({name: content})
    assert result.course is None
    assert [problem.span.path for problem in result.problems].count(f"courses/hand-washing/{name}") == 1
