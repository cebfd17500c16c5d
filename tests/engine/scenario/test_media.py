"""Videos and recordings on their way from a scenario's folder into its Program, with their words in every language."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.scenario.api import compile_scenario, offered, start, told
from lms.engine.scenario.language.timer import seconds_of
from lms.engine.scenario.play.scene import ShownRecording, ShownVideo
from lms.engine.source.media import Captions, medium_of, type_of
from lms.engine.source.text import SourceFile
from lms.kernel.ids import content_hash

STORY = """\
---
scenario: night
title: The night
minutes: 5
references: {wsp: {title: Procedures}}
must: {told: {when: chose(tell), says: Told somebody, why: Because, ref: wsp}}
---

## Handover {#handover}

![Mair takes over at seven](media/handover.mp4 "Two minutes")

![A knock](media/knock.mp3)

- [Tell Mair](#home) {#tell}

## Home {#home}

::: scene
kind: ending
band: secure
success: yes
:::
"""
WELSH = """\
---
title: Y nos
---

## Trosglwyddo {#handover}

![Mair yn dechrau am saith](media/handover.mp4 "Dwy funud")

![Cnoc](media/knock.mp3)

- [Dweud wrth Mair](#home) {#tell}

## Adref {#home}
"""
CUES = "WEBVTT\n\n00:01.000 --> 00:{}.500\n<v Mair>How was the night?\n"
FILES = {
    "scenario.md": STORY,
    "media/handover.mp4": "a video",
    "media/handover.vtt": CUES.format("03"),
    "media/handover.md": "**Mair:** How was the night?",
    "media/knock.mp3": "a recording",
    "media/knock.md": "Three knocks.",
}
IN_WELSH = {
    "scenario.cy.md": WELSH,
    "media/handover.cy.vtt": CUES.format("04"),
    "media/handover.cy.md": "**Mair:** Sut oedd y nos?",
    "media/knock.cy.md": "Tair cnoc.",
}


def made(files):
    found = [
        SourceFile(f"scenarios/night/{name}", name, text if isinstance(text, bytes) else text.encode())
        for name, text in files.items()
    ]
    return compile_scenario(found, today=date(2026, 11, 21))


def codes(files):
    return [(problem.code, problem.span.path.removeprefix("scenarios/night/")) for problem in made(files).problems]


def shown(program):
    return offered(program, start(program, "seed").state).blocks


def test_a_video_and_its_words_are_pinned_in_the_program():
    compiled = made(FILES)
    assert list(compiled.problems) == []
    video, recording = shown(compiled.program)
    own = Captions("en", content_hash(FILES["media/handover.vtt"].encode()))
    hashes = [content_hash(FILES[f"media/{name}"].encode()) for name in ("handover.mp4", "knock.mp3")]
    assert video == ShownVideo(
        "media/handover.mp4",
        hashes[0],
        "Mair takes over at seven",
        "Two minutes",
        (own,),
        "**Mair:** How was the night?",
    )
    assert recording == ShownRecording("media/knock.mp3", hashes[1], "A knock", "", "Three knocks.")


@pytest.mark.parametrize("name", ["media/handover.mp4", "media/handover.vtt", "media/handover.md", "media/knock.md"])
def test_another_video_other_captions_or_another_transcript_make_another_version(name):
    changed = made(
        {**FILES, name: FILES[name].replace("a ", "another ").replace("ight", "ight shift").replace("Three", "Two")}
    )
    assert changed.program.hash != made(FILES).program.hash


def test_a_telling_has_the_transcript_of_its_language_and_shows_its_captions_first():
    program = made({**FILES, **IN_WELSH}).program
    video, recording = shown(told(program, "cy"))
    assert (video.title, video.caption, video.transcript) == (
        "Mair yn dechrau am saith",
        "Dwy funud",
        "**Mair:** Sut oedd y nos?",
    )
    assert [one.language for one in video.captions] == ["cy", "en"]
    assert recording.transcript == "Tair cnoc."
    assert [one.language for one in shown(program)[0].captions] == ["en", "cy"]


def test_a_transcript_that_is_not_translated_is_counted_and_shown_as_it_is():
    files = {name: text for name, text in {**FILES, **IN_WELSH}.items() if name != "media/knock.cy.md"}
    compiled = made(files)
    assert [place for place in compiled.parity[0].missing if "transcript" in place] == [
        "scenes/handover/blocks/1/transcript"
    ]
    transcript = shown(told(compiled.program, "cy"))[1].transcript
    assert (transcript, transcript.language) == ("Three knocks.", "en")


def without(*names, **changed):
    kept = {name: text for name, text in FILES.items() if name.removeprefix("media/") not in names}
    return {**kept, **{f"media/{name.replace('__', '.')}": text for name, text in changed.items()}}


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (without("handover.vtt"), [("SO033", "scenario.md")]),
        (without("handover.vtt", "handover.md"), [("SO033", "scenario.md")]),
        (without("handover.md"), [("SO034", "scenario.md")]),
        (without("knock.md"), [("SO035", "scenario.md")]),
        (without(handover__vtt="1\n00:00,000 --> 00:01,000\nHello\n"), [("SO036", "media/handover.vtt")]),
        (without(handover__vtt=b"\xff\xfe\0W"), [("SO002", "media/handover.vtt")]),
        (without(handover__vtt=""), [("SO001", "media/handover.vtt")]),
        (without(handover__md=""), [("SO001", "media/handover.md")]),
        (without(handover__md="Loud <b>knocks"), [("SO030", "media/handover.md")]),
        (without(handover__md="[x](javascript:x)"), [("SO031", "media/handover.md")]),
        (without(other__vtt=CUES.format("03")), [("SO037", "media/other.vtt")]),
        (without(knock__vtt=CUES.format("03")), [("SO037", "media/knock.vtt")]),
        (without(other__md="Words"), [("SO037", "media/other.md")]),
        (without(handover__en__vtt=CUES.format("03")), [("SO037", "media/handover.vtt")]),
        (without(handover__xx__yy__md="Words"), [("SO037", "media/handover.xx.yy.md")]),
        (without("handover.mp4"), [("SO037", "media/handover.md"), ("SO037", "media/handover.vtt"), ("SC076", "scenario.md")]),
        (without(credits__txt="Pictures by Ann"), []),
    ],
)  # fmt: skip
def test_what_is_missing_broken_or_left_over_beside_a_video_is_said(files, found):
    assert codes(files) == found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("![](media/handover.mp4)", "SC073"),
        ("![Mair](https://example.org/handover.mp4)", "SC074"),
        ("![Mair](data:video/mp4;base64,AAAA)", "SC074"),
        ("![Mair](video/handover.mp4)", "SC075"),
        ("![Mair](media/Handover.mp4)", "SC076"),
        ("![Mair](media/handover.mov)", "SC083"),
        ("Look: ![Mair](media/handover.mp4)", "SC025"),
    ],
)
def test_what_is_refused_of_pictures_is_refused_of_videos(line, code):
    files = {**FILES, "media/handover.mov": "x"}
    story = STORY.replace('![Mair takes over at seven](media/handover.mp4 "Two minutes")', line)
    assert [found for found, _ in codes({**files, "scenario.md": story})] == [code]


def test_captions_of_a_name_with_dots_belong_to_the_longest_name():
    files = without("handover.mp4", "handover.vtt", "handover.md")
    story = STORY.replace("media/handover.mp4", "media/hand.cy.mp4")
    files |= {"media/hand.cy.mp4": "v", "media/hand.cy.vtt": CUES.format("03"), "media/hand.cy.md": "Words."}
    compiled = made({**files, "scenario.md": story})
    assert list(compiled.problems) == []
    assert [one.language for one in shown(compiled.program)[0].captions] == ["en"]


@pytest.mark.parametrize(("limit", "is_short"), [("17s", True), ("18s", False)])
def test_a_time_limit_leaves_time_to_watch_and_to_hear(limit, is_short):
    timed = f"::: timeout {limit} {{#late}}\nto: home\n:::\n\n- [Tell"
    files = {**FILES, "media/handover.vtt": CUES.format("10"), "scenario.md": STORY.replace("- [Tell", timed)}
    short = [problem for problem in made(files).problems if problem.code == "SC131"]
    assert seconds_of(limit)
    assert bool(short) == is_short
    assert all("to watch 11 s" in problem.why for problem in short)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["handover.vtt", "handover.md"]), st.binary(max_size=60))
def test_any_bytes_beside_a_video_give_problems_or_a_program(name, data):
    for content in (data, b"WEBVTT\n\n" + data):
        compiled = made({**FILES, f"media/{name}": content})
        assert compiled.problems or compiled.program is not None


@pytest.mark.parametrize(
    ("name", "medium", "media_type"),
    [
        ("media/a.mp4", "video", "video/mp4"),
        ("media/a.WEBM", "video", "video/webm"),
        ("media/a.mp3", "recording", "audio/mpeg"),
        ("media/a.m4a", "recording", "audio/mp4"),
        ("media/a.ogg", "recording", "audio/ogg"),
        ("media/a.webp", "picture", "image/webp"),
        ("media/a.avif", "picture", "image/avif"),
        ("media/a.vtt", None, "text/vtt"),
        ("media/a.html", None, "application/octet-stream"),
        ("media/mp4", None, "application/octet-stream"),
    ],
)
def test_what_a_file_is_shown_as_and_sent_as_does_not_depend_on_the_machine(name, medium, media_type):
    assert (medium_of(name), type_of(name)) == (medium, media_type)
