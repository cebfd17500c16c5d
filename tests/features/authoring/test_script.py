"""`lms script`: everything that a subject expert needs is in it, in HTML and in PDF, for every shipped scenario."""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from lms.base.web.rich import render_inline
from lms.cli import cli
from lms.engine.scenario.drawing.chart import chart_of
from lms.engine.scenario.drawing.chart_svg import svg
from lms.engine.scenario.program.program import Program
from lms.features.authoring import script_pdf, service
from lms.features.authoring.markup import Node, page, parsed
from lms.features.authoring.script import QUESTIONS, script
from tests.effort import calls
from tests.engine.scenario import build
from tests.engine.scenario.everything import EVERYTHING

ROOT = Path(__file__).parents[3] / "scenarios"
NAMES = sorted(path.parent.name for path in ROOT.glob("*/scenario.md"))


def program(name: str) -> Program:
    return service.load_scenario(ROOT / name, today=date(2026, 11, 21))


def words(nodes) -> str:
    return " ".join(" ".join(node.text() for node in nodes).split())


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_can_be_met_is_in_the_script(name):
    made = program(name)
    said = words(script(made))
    for scene in made.scenes:
        assert f"{scene.title} [{scene.id}]" in said
        for choice in scene.choices:
            assert f"[{choice.id}]" in said
            assert words(parsed_inline(choice.why_plausible)) in said
        for option in scene.options.items if scene.options else ():
            assert f"[{option.id}]" in said
        for task in (scene.question, scene.order):
            assert task is None or all(words(parsed_inline(item.label)) in said for item in task.items)
    for point in made.points:
        assert words(parsed_inline(point.why)) in said
    for must in (*made.musts, *made.must_nots):
        assert f"[{must.id}]" in said
        assert words(parsed_inline(must.why)) in said
    for reference in made.references:
        assert reference.title in said
    assert all(question in said for question in QUESTIONS)
    assert said.count("Remarks") == len(made.scenes) + 2, "each scene, and the whole, has room for remarks"


def parsed_inline(markdown: str) -> list[Node]:
    return [Node("span", {}, parsed(str(render_inline(markdown.strip()))))]


def test_every_construct_of_the_language_has_its_words():
    said = words(script(EVERYTHING))
    for part in (
        "Only if",
        "Measured here",
        "Chance decides",
        "asked to be timed",
        "In the learner’s own words".lower(),
    ):
        assert part.lower() in said.lower(), part


def test_of_a_video_and_a_recording_the_title_and_the_transcript_are_on_paper():
    said = words(script(EVERYTHING))
    assert "[Video media/handover.mp4] Two minutesMair takes over at sevenMair: How was the night?" in said
    assert "[Recording media/knock.mp3] ListenAt the doorThree knocks." in said


def test_effects_conditions_and_targets_are_said_in_words():
    said = words(script(program("between-you-and-me")))
    assert "Being honest -2" in said
    assert "→ 2. A place to talk" in said
    assert "Comes from: the start." in said
    assert re.search(r"Open when [a-z ]+", said)
    assert "waits: it comes before" in said


def test_what_is_measured_and_how_points_are_given_can_be_reviewed():
    said = words(script(program("not-quite-herself")))
    assert "Points: NEWS2" in said
    assert "Band(" not in said
    assert re.search(r"Temperature.*36\.1 to 38\.0: 0", said)
    assert re.search(r"Measured here: .*37\.9", said)


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_says_the_same_and_can_be_read_by_everybody(name):
    """PDF/UA-1 is demanded; a page that could not be read aloud would not be made."""
    made = program(name)
    data = script_pdf.render(made, script(made), datetime(2026, 11, 21, tzinfo=UTC))
    reader = PdfReader(BytesIO(data))
    text = re.sub(r"\s+", " ", " ".join(found.extract_text() for found in reader.pages))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "□" not in text, "the fonts have every letter"
    letters = re.sub(r"\W", "", text)
    for scene in made.scenes:
        assert re.sub(r"\W", "", scene.title) in letters
    assert letters.count("Remarks") == len(made.scenes) + 2


def test_the_page_stands_alone_and_holds_no_script():
    made = program(NAMES[0])
    html = page(script(made), title=made.title, language=made.language, picture="<svg></svg>")
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!https?:|mailto:|tel:)', html)
    assert "<svg>" in html
    assert '<html lang="en">' in html


def test_what_an_author_writes_is_text_and_never_markup():
    assert Node("p", {"kind": 'a"b'}, ("<b>&",)).html() == '<p class="a&quot;b">&lt;b&gt;&amp;</p>'


def test_the_command_writes_what_the_name_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments, file, begin in (
        ([], "between-you-and-me-script.html", b"<!doctype html>"),
        (["--format", "pdf"], "between-you-and-me-script.pdf", b"%PDF"),
        (["-o", "mine.pdf"], "mine.pdf", b"%PDF"),
    ):
        done = CliRunner().invoke(cli, ["script", str(ROOT / "between-you-and-me"), *arguments], catch_exceptions=False)
        assert done.exit_code == 0
        assert Path(file).read_bytes().startswith(begin)


def many_choices(count: int) -> Program:
    return build.program(
        build.scene("tray", *(build.choice(f"c{at}", "end") for at in range(count))), build.ending("end")
    )


def many_scenes(count: int) -> Program:
    rooms = [build.scene(f"room{at}", build.choice(f"on{at}", "end")) for at in range(count)]
    return build.program(
        build.scene("hall", *(build.choice(f"to{at}", f"room{at}") for at in range(count))), *rooms, build.ending("end")
    )


@pytest.mark.parametrize("made", [many_choices, many_scenes])
@pytest.mark.parametrize("work", [script, lambda program: svg(chart_of(program))], ids=["script", "picture"])
def test_a_script_and_its_picture_are_linear_in_the_size_of_the_story(made, work):
    small, large = made(100), made(400)
    script(large)  # texts are rendered once and kept
    assert calls(lambda: work(large)) < 1.5 * 4 * calls(lambda: work(small))
