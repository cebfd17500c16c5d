"""Content that is broken, hostile or merely unusual: `lms check` and the trainer's page say where, learners notice nothing.

Each case spoils the shipped scenario or course while somebody is in it.
"""

import os
import re
from html import unescape

import pytest
from click.testing import CliRunner

from lms.cli import cli
from tests.content_store import SHIPPED
from tests.learning.walks import COURSE, SCENARIO, WORDS, start_practice

STORY = f"scenarios/{SCENARIO}/scenario.md"
OUTLINE = f"courses/{COURSE}/course.yaml"
LESSON = f"courses/{COURSE}/lessons/noticing.md"
FIRST = f"courses/{COURSE}/lessons/what-safeguarding-means.md"
DRAWING = f"courses/{COURSE}/media/drawing.svg"
SECRET = "the secret of another folder"


def put(path, data):
    """Write a file in place of what is there."""

    def spoil(root):
        file = root / path
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())

    return spoil


def change(path, old, new):
    """Put other words in place of the first that are like `old`."""

    def spoil(root):
        file = root / path
        text = file.read_text(encoding="utf-8")
        changed = re.sub(old, lambda _found: new, text, count=1, flags=re.MULTILINE)
        assert changed != text
        file.write_text(changed, encoding="utf-8")

    return spoil


def add(path, line):
    """Add a paragraph to the end of a lesson."""

    def spoil(root):
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")

    return spoil


def link(path, target, *, folder=False):
    """Put a link in place of what is there; `target` may name a file that is made outside."""

    def spoil(root):
        outside = root.parent / "outside"
        outside.mkdir()
        (outside / "secret.md").write_text(SECRET, encoding="utf-8")
        place = root / path
        if place.exists():
            place.rename(root.parent / "before")
        place.symlink_to(target.format(outside=outside), target_is_directory=folder)

    return spoil


def pipe(root):
    os.mkfifo(root / "courses" / COURSE / "lessons" / "pipe.md")


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
DEEP_YAML = "course: " + "[" * 100_000
DEEP_STORY = "---\nscenario: between-you-and-me\ntitle: x\nminutes: 5\n---\n\n## A {#a}\n\n" + "> " * 50_000 + "x\n"
DEEP_BLOCKS = (
    "---\nscenario: between-you-and-me\ntitle: x\nminutes: 5\n---\n\n## A {#a}\n\n"
    + "::: if x\n" * 20_000
    + ":::\n" * 20_000
)
SCRIPT = "<script>fetch('/record/everything.json')</script>"

BROKEN = {
    "an empty file": (put(STORY, b""), "SO001", STORY),
    "nothing but blanks": (put(STORY, b"\xef\xbb\xbf \r\n\t\r\n"), "SO001", STORY),
    "a binary file": (put(STORY, bytes(range(256)) * 64), "SO002", STORY),
    "UTF-16": (put(STORY, "---\nscenario: x\n---\n".encode("utf-16")), "SO002", STORY),
    "a control character": (change(STORY, "^## ", "## \x0b"), "SO004", STORY),
    "a NUL": (change(STORY, "^## ", "## \0"), "SO004", STORY),
    "50 megabytes": (put(STORY, b"x" * 50_000_000), "SO003", STORY),
    "deeply nested YAML": (put(OUTLINE, DEEP_YAML), "SO014", OUTLINE),
    "deeply nested front matter": (put(STORY, f"---\n{'{a: ' * 50_000}\n---\n"), "SO014", STORY),
    "deeply nested quotations": (put(STORY, DEEP_STORY), "", STORY),
    "deeply nested blocks": (put(STORY, DEEP_BLOCKS), "SC022", STORY),
    "an alias bomb": (put(OUTLINE, BOMB), "SO013", OUTLINE),
    "an alias bomb in front matter": (put(STORY, f"---\n{BOMB}---\n"), "SO013", STORY),
    "duplicate ids of scenes": (change(STORY, r"\n---\n", "\n---\n\n## Twin {#home}\n\n- [On](#home) {#on}\n"), "SC030", STORY),
    "a duplicate key": (change(OUTLINE, "^title:", "title: Twin\ntitle:"), "SO012", OUTLINE),
    "duplicate ids of activities": (change(OUTLINE, "^  - lesson: noticing", "  - lesson: noticing\n  - lesson: noticing"), "CO003", OUTLINE),
    "a tab in YAML": (change(OUTLINE, "^  - lesson: noticing", "\t- lesson: noticing"), "SO011", OUTLINE),
    "a tab in front matter": (change(STORY, "^  eluned:", "\teluned:"), "SO011", STORY),
    "a tag that makes objects": (change(OUTLINE, "^title:", "audience: !!python/object/apply:os.system [x]\ntitle:"), "SO015", OUTLINE),
    "a link out of the folder": (link(STORY, "{outside}/secret.md"), "SO006", STORY),
    "a link to a folder outside": (link(f"courses/{COURSE}/lessons/more", "{outside}", folder=True), "SO006", f"courses/{COURSE}/lessons/more"),
    "a link in circles": (link(LESSON, "noticing.md"), "SO005", LESSON),
    "a link to a device without end": (link(LESSON, "/dev/zero"), "SO006", LESSON),
    "a link to nothing": (link(LESSON, "nowhere.md"), "SO005", LESSON),
    "the folder itself a link out": (link(f"courses/{COURSE}", "{outside}", folder=True), "SO006", f"courses/{COURSE}"),
    "a pipe": (pipe, "SO005", f"courses/{COURSE}/lessons/pipe.md"),
    "a folder in place of a file": (lambda root: ((root / LESSON).unlink(), (root / LESSON).mkdir()), "CO004", OUTLINE),
    "a name that is no text": (
        lambda root: (root / "courses" / COURSE / "lessons" / "\udcff\n.md").touch(),
        "", "lessons",
    ),
    "script": (add(LESSON, SCRIPT), "SO030", LESSON),
    "script in a scenario": (change(STORY, r"^- \[", f"{SCRIPT}\n\n- ["), "SO030", STORY),
    "script in a title": (change(OUTLINE, "^title:.*", f"title: x {SCRIPT}"), "SO030", OUTLINE),
    "an iframe": (add(LESSON, '<iframe src="/people/profile"></iframe>'), "SO030", LESSON),
    "a link with javascript": (add(LESSON, "[Read more](javascript:alert(1))"), "SO031", LESSON),
    "the same in other letters": (add(LESSON, "[Read more](&#74;ava\tscript&colon;alert(1))"), "SO031", LESSON),
    "a link with data": (add(LESSON, "[Read more](data:text/html;base64,PHNjcmlwdD4=)"), "SO031", LESSON),
    "a remote picture": (add(LESSON, "![A tray](https://evil.example/pixel.png)"), "CO033", LESSON),
    "a remote picture in a scenario": (change(STORY, r"^- \[", "![A tray](//evil.example/pixel.png)\n\n- ["), "SC074", STORY),
    "a drawing with a script": (put(DRAWING, f'<svg xmlns="http://www.w3.org/2000/svg">{SCRIPT}</svg>'), "SO032", DRAWING),
    "a drawing with a handler": (put(DRAWING, '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), "SO032", DRAWING),
    "a drawing with a prefix of its own": (
        put(DRAWING, '<svg xmlns:a-b="http://www.w3.org/2000/svg"><a-b:script>alert(1)</a-b:script></svg>'), "SO032", DRAWING,
    ),
    "a drawing whose declarations add handlers": (
        put(DRAWING, '<!DOCTYPE svg SYSTEM ">" [<!ATTLIST svg onload CDATA "alert(1)">]><svg xmlns="http://www.w3.org/2000/svg"/>'),
        "SO032", DRAWING,
    ),
}  # fmt: skip


def windows(path):
    return lambda root: (root / path).write_bytes((root / path).read_bytes().replace(b"\n", b"\r\n"))


def marked(path):
    return lambda root: (root / path).write_bytes(b"\xef\xbb\xbf" + (root / path).read_bytes())


WELSH = "Mae’r llŷr ŵyneb yn ysgrifennu’n Gymraeg"
ARABIC = "تحدّث مع شخص تثق به اليوم"
FINE = {
    "Windows line ends in a scenario": (windows(STORY), ""),
    "Windows line ends in a course": (windows(OUTLINE), ""),
    "Windows line ends in a lesson": (windows(LESSON), ""),
    "a byte-order mark in a scenario": (marked(STORY), ""),
    "a byte-order mark in a course": (marked(OUTLINE), ""),
    "Welsh": (add(FIRST, f"[{WELSH}]{{lang=cy}}"), f'<span lang="cy">{WELSH}</span>'),
    "Arabic": (add(FIRST, f"[{ARABIC}]{{lang=ar}}"), f'<span lang="ar">{ARABIC}</span>'),
}


@pytest.fixture
def learner(make_person, store, shipped, sign_in):
    """Somebody on the course, and in the middle of a story."""
    person = make_person("mair@example.org")
    browser = sign_in(person)
    assert browser.post(f"/enrolment/courses/{COURSE}/enrol").status_code == 303
    browser.run = f"/attempts/{start_practice(store, person).id}"
    return browser


@pytest.fixture
def trainer(make_person, new_client, sign_in):
    return sign_in(make_person("gareth@example.org", roles=("trainer",)), new_client())


def check(root, monkeypatch, path="."):
    monkeypatch.chdir(root)
    return CliRunner().invoke(cli, ["check", "--today", "2026-11-21", path], catch_exceptions=False)


def learns(browser):
    """What a learner sees of course and story; it goes on meanwhile."""
    scene = browser.get(browser.run)
    assert scene.status_code == 200
    step = re.search(r'name="step" value="(\d+)"', scene.text).group(1)
    choice = re.search(r'name="choice" value="([^"]+)"', scene.text)
    form = {"step": step, "choice": choice.group(1)} if choice else {"step": step, "text": WORDS}
    if 'name="selecting"' in scene.text:
        form = {
            "step": step,
            "selecting": "yes",
            "option": re.findall(r'name="option" value="([^"]+)"', scene.text)[:2],
        }
    if choice is None and "<textarea" not in scene.text and "selecting" not in form:
        form = {"step": step}
    assert browser.post(f"{browser.run}/decide", data=form).status_code == 303
    assert f'name="step" value="{int(step) + 1}"' in browser.get(browser.run).text
    pages = [
        "/enrolment/catalogue",
        f"/enrolment/courses/{COURSE}",
        f"/enrolment/courses/{COURSE}/lessons/what-safeguarding-means",
    ]
    answers = [browser.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    return [re.sub(r'csrf_token" value="[^"]+"', "", answer.text) for answer in answers]


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_named_with_its_place_and_learners_keep_what_they_have(
    case, content, refresh, learner, trainer, monkeypatch
):
    spoil, code, path = BROKEN[case]
    before = learns(learner)
    spoil(content)
    done = refresh()
    assert [name for name in ("scenarios", "courses") if path.startswith(name)] <= [
        each.partition("/")[0] for each in done.failing
    ]
    assert done.published == ()
    assert learns(learner) == before
    shown = trainer.get("/insights/").text
    assert SCRIPT not in shown
    page = unescape(shown)
    checked = check(content, monkeypatch)
    assert checked.exit_code == 1, checked.output
    for said in (re.sub(r"<[^>]+>", " ", page), checked.stdout):
        assert re.search(rf"{re.escape(path)}[^\n ]*:\d+:\d+\b", said), said[-3000:]
        assert code in said
        assert SECRET not in said
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", page + checked.stdout)


@pytest.mark.parametrize("case", FINE)
def test_what_is_merely_unusual_is_in_service_and_reads_as_it_was_written(
    case, content, refresh, learner, trainer, monkeypatch
):
    spoil, words = FINE[case]
    before = learns(learner)
    spoil(content)
    assert refresh().failing == ()
    after = learns(learner)
    assert words in after[-1]
    assert words or after == before
    assert trainer.get("/insights/").text.count("No problems") == len(SHIPPED)
    assert check(content, monkeypatch).exit_code == 0
