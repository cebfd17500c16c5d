"""A video on its way: from a trainer's folder to the page of a scene and of a lesson, in parts, with its words."""

import re
import shutil
from pathlib import Path

import pytest

from lms.engine.scenario.api import compile_scenario
from lms.learning.library import files
from lms.learning.people import service as people
from tests.content_store import TODAY
from tests.engine.course.builders import FILES as COURSE_FILES
from tests.engine.scenario.test_media import FILES, IN_WELSH

MEDIA = Path(__file__).parents[2] / "media"
VIDEO = (MEDIA / "handover.mp4").read_bytes()
BYTES = {
    **{name: text.encode() for name, text in (FILES | IN_WELSH).items()},
    "media/handover.mp4": VIDEO,
    "media/knock.mp3": (MEDIA / "knock.mp3").read_bytes(),
}


@pytest.fixture
def night(content, refresh):
    for name in ("courses", "scenarios"):
        shutil.rmtree(content / name)
    folder = write(content / "scenarios" / "night", BYTES)
    assert refresh().published == ("scenarios/night",)
    return folder


def write(folder, found):
    for name, data in found.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def person(make_person):
    return make_person("menna@example.org")


@pytest.fixture
def browser(person, sign_in):
    return sign_in(person)


def begun(browser):
    address = browser.post("/attempts/practice/night/start").location
    browser.post(f"{address}/begin")
    return address


def video_of(page):
    return re.search(r"<video.*?</video>", page, re.DOTALL)[0]


def test_a_scene_shows_a_video_with_captions_a_title_and_its_transcript_and_plays_nothing_by_itself(night, browser):
    page = browser.get(begun(browser)).text
    video = video_of(page)
    assert re.match(r'<video controls preload="metadata" playsinline src="/library/media/[0-9a-f]{64}"', video)
    assert 'aria-label="Mair takes over at seven"' in video
    assert re.findall(
        r'kind="captions" src="/library/media/[0-9a-f]{64}" srclang="(\w+)" label="(\w+)"( default)?', video
    ) == [
        ("en", "English", " default"),
        ("cy", "Cymraeg", ""),
    ]
    assert "<figcaption><strong>Mair takes over at seven</strong> Two minutes</figcaption>" in page
    assert "<p><strong>Mair:</strong> How was the night?</p>" in page
    assert re.search(
        r'<audio controls preload="metadata" src="/library/media/[0-9a-f]{64}" aria-label="A knock">', page
    )
    assert "<p>Three knocks.</p>" in page
    assert "autoplay" not in page


def test_whoever_reads_welsh_has_welsh_captions_from_the_start(night, browser, store, person):
    with store.work() as uow:
        people.choose_language(uow, person.id, locale="cy", time_zone="Europe/London")
    page = browser.get(begun(browser)).text
    assert re.findall(r'srclang="(\w+)" label="\w+"( default)?', video_of(page)) == [("cy", " default"), ("en", "")]
    assert "Sut oedd y nos?" in page


def test_an_attempt_keeps_its_video_its_captions_and_its_transcript(night, browser, refresh):
    address = begun(browser)
    write(night, {"media/handover.mp4": b"another", "media/handover.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nOther\n",
                  "media/handover.md": b"Other words."})  # fmt: skip
    assert refresh().published == ("scenarios/night",)
    page = browser.get(address).text
    video, captions, _ = re.findall(r"/library/media/[0-9a-f]{64}", video_of(page))[:3]
    assert browser.get(video).data == VIDEO
    assert browser.get(captions).text == FILES["media/handover.vtt"]
    assert "How was the night?" in page
    assert "Other words" not in page


def test_media_have_their_types_and_are_sent_to_who_is_signed_in_only(night, browser, new_client):
    page = browser.get(begun(browser)).text
    found = dict.fromkeys(re.findall(r'src="(/library/media/[0-9a-f]{64})"', page))
    assert [browser.get(address).content_type for address in found] == [
        "video/mp4",
        "text/vtt; charset=utf-8",
        "text/vtt; charset=utf-8",
        "audio/mpeg",
    ]
    assert {new_client().get(address).status_code for address in found} == {303}
    assert "media-src 'self';" in browser.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, len(VIDEO) - 1), ("bytes=-10", len(VIDEO) - 10, len(VIDEO) - 1)],
)
def test_a_player_gets_the_part_it_asks_for(night, browser, asked, first, last):
    address = re.search(r"/library/media/[0-9a-f]{64}", video_of(browser.get(begun(browser)).text))[0]
    part = browser.get(address, headers={"Range": asked})
    assert (part.status_code, part.data) == (206, VIDEO[first : last + 1])
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(VIDEO)}"
    whole = browser.get(address)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["ETag"]
    again = browser.get(address, headers={"Range": asked, "If-Range": whole.headers["ETag"]})
    assert again.status_code == 206
    assert browser.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert browser.get(address, headers={"Range": f"bytes={len(VIDEO)}-"}).status_code == 416


VISITOR = """---
scenario: the-visitor
title: A visitor
minutes: 1..2
---

## The door {#door}

::: scene
kind: narration
:::

- [Open](#end) {#open}

## The end {#end}

::: scene
kind: ending
band: secure
success: yes
:::

She is in.
"""


def test_a_lesson_shows_a_video_as_a_scene_does(content, refresh, browser):
    for name in ("courses", "scenarios"):
        shutil.rmtree(content / name)
    lesson = COURSE_FILES["lessons/when-to-wash.md"].replace(
        "![A tap](media/tap.png)", "![A tap runs](media/handover.mp4)"
    )
    assert lesson != COURSE_FILES["lessons/when-to-wash.md"]
    sources = {name: text.encode() for name, text in {**COURSE_FILES, "lessons/when-to-wash.md": lesson}.items()}
    media = {name: data for name, data in BYTES.items() if name.startswith("media/handover")}
    write(content / "scenarios" / "the-visitor", {"scenario.md": VISITOR.encode()})
    write(content / "courses" / "hand-washing", {**sources, **media})
    refresh()
    browser.post("/enrolment/courses/hand-washing/enrol")
    page = browser.get("/enrolment/courses/hand-washing/lessons/when-to-wash").text
    assert 'srclang="en" label="English" default' in video_of(page)
    assert "<figcaption><strong>A tap runs</strong></figcaption>" in page
    assert "How was the night?" in page


def test_a_video_that_is_too_large_is_said_once_with_the_size_that_media_may_have(night, monkeypatch):
    monkeypatch.setattr(files, "MEDIA_MOST", 5_000)
    folder = files.read_folder(night, "scenario", "scenarios/night")
    problems = [*folder.problems, *compile_scenario(folder.files, today=TODAY).problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [(problem.code, problem.span.path) for problem in errors] == [
        ("SO003", "scenarios/night/media/handover.mp4")
    ]
    assert "at most 5,000" in errors[0].what
