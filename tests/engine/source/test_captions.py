"""Captions are read from any bytes, in one pass, and what would make them late, lost or empty is said at its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.source.captions import MOST_TOLD, read_captions
from lms.engine.source.problem import Problems
from lms.engine.source.text import SourceFile
from tests.effort import timed

GOOD = """\
WEBVTT - The handover

NOTE made by hand
in two lines

STYLE
::cue { color: white }

1
00:00.500 --> 00:02.000 line:90%
<v Mair>How was the night?

00:02.000 --> 00:03.250
Quiet.
Olwen slept.

closing
01:00:00.000 --> 01:00:01.000
[A door]
"""


def read(text):
    problems = Problems()
    data = text if isinstance(text, bytes) else text.encode()
    ends = read_captions(SourceFile("s/media/handover.vtt", "media/handover.vtt", data), problems)
    return ends, [(problem.code, problem.span.line, problem.what) for problem in problems]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_good_captions_have_no_problem_and_end_with_their_last_cue(newline, mark):
    assert read(mark + GOOD.replace("\n", newline)) == (3_601_000, [])


@pytest.mark.parametrize(
    ("damage", "line", "says"),
    [
        (("WEBVTT - The handover", "1"), 1, "WEBVTT"),
        (("WEBVTT - The handover", "WEBVTTX"), 1, "WEBVTT"),
        (("WEBVTT - The handover\n\nNOTE made by hand\nin two lines\n\nSTYLE\n::cue { color: white }\n\n", "WEBVTT\n"), 3, "blank line is missing"),
        (("00:00.500 -->", "00:00,500 -->"), 10, "not the times"),
        (("00:02.000 line", "00:62.000 line"), 10, "not the times"),
        (("00:02.000 --> 00:03.250", "00:02.000-->00:03.250"), 13, "not the times"),
        (("00:02.000 --> 00:03.250", "00:02.000 --> 00:01.000"), 13, "ends before it begins"),
        (("00:02.000 --> 00:03.250", "00:02.000 --> 00:02.000"), 13, "ends before it begins"),
        (("00:02.000 --> 00:03.250", "00:00.400 --> 00:03.250"), 13, "before the one above"),
        (("<v Mair>How was the night?\n", ""), 10, "says nothing"),
        (("night?\n\n", "night?\n"), 12, "blank line is missing"),
        (("closing\n", "closing\nand more\n"), 19, "one line above its times"),
        (("Quiet.\n", "Quiet.\n\n"), 16, "belongs to no cue"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line(damage, line, says):
    assert damage[0] in GOOD
    _, problems = read(GOOD.replace(*damage))
    assert [(code, at) for code, at, _ in problems] == [("SO036", line)]
    assert says in problems[0][2]


@pytest.mark.parametrize("text", ["WEBVTT", "WEBVTT\n\nNOTE nothing\n"])
def test_captions_without_a_cue_are_none(text):
    assert read(text) == (None, [("SO036", 1, "there is no cue")])


def test_a_file_of_another_form_has_no_more_problems_than_anybody_reads():
    ends, problems = read("WEBVTT\n\n" + "00:01,000 --> 00:02,000\nHello\n\n" * 500)
    assert (ends, len(problems)) == (None, MOST_TOLD)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(st.sampled_from("WEBVT\n\r0:1.9-> \ufeff\0é\u2028")).map(str.encode))
def test_any_bytes_give_problems_or_captions_and_never_a_traceback(data):
    for content in (data, b"WEBVTT\n\n" + data):
        ends, problems = read(content)
        assert problems or (ends or 0) > 0


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 3), st.text(max_size=3))
def test_any_damage_to_good_captions_gives_problems_or_captions(at, gone, come):
    ends, problems = read((GOOD[:at] + come + GOOD[at + gone :]).encode("utf-8", "replace"))
    assert problems or (ends or 0) > 0


@pytest.mark.parametrize(
    "text",
    ["WEBVTT\n\n" + "0" * 1_900_000, "WEBVTT\n\n" + "1:" * 900_000 + "-->", "WEBVTT\n\n" + " " * 1_900_000 + "-->",
     "WEBVTT\n\n" + "-->\n" * 400_000, "WEBVTT\n\n" + "x\n" * 900_000 + "-->", "WEBVTT\n\n" + "x\n\n" * 200_000],
)  # fmt: skip
def test_the_largest_file_takes_no_longer_than_its_lines(text):
    good = GOOD * (100_000 // len(GOOD))
    assert timed(lambda: read(text))[0] < 20 * 20 * timed(lambda: read(good))[0]
