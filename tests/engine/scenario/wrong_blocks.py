"""Every way to be wrong with a block, and in what stands in the text itself."""

import re
from collections.abc import Iterator
from typing import get_args

from lms.engine.scenario.language.blocks import BLOCKS
from lms.engine.scenario.language.blocks import Place as BlockPlace
from tests.engine.scenario.whole import STORY, blocks, texts
from tests.engine.scenario.wrong_ways import Wrong, slip


def _lines(number: int, *new: str, over: int = 1) -> str:
    """The story with other lines in place of `over` lines from one on."""
    lines = texts()[STORY].split("\n")
    return "\n".join([*lines[: number - 1], *new, *lines[number - 1 + over :]])


def blocks_that_are_none() -> Iterator[Wrong]:
    """Blocks that nobody knows, that are not closed, that close nothing, or hold nothing."""
    lines = texts()[STORY].split("\n")
    for unit, indent in _one_block_each():
        head, margin = lines[unit.first - 1], " " * indent
        what = f"{STORY}:{unit.first} ::: {unit.block}"
        wrong = head.replace(f"::: {unit.block}", f"::: {slip(unit.block)}")
        yield Wrong(f"{what}: a slip", STORY, _lines(unit.first, wrong), unit.first, unit.last, unit.block)
        wrong = head.replace(f"::: {unit.block}", "::: nonsense")
        yield Wrong(f"{what}: unknown", STORY, _lines(unit.first, wrong), unit.first, unit.last)
        yield Wrong(f"{what}: not closed", STORY, _lines(unit.last, over=1), unit.first, unit.last + 8)
        yield Wrong(
            f"{what}: closed twice", STORY, _lines(unit.last, f"{margin}:::", f"{margin}:::"), unit.first, unit.last + 1
        )
        inner = unit.last - unit.first - 1
        yield Wrong(f"{what}: empty", STORY, _lines(unit.first + 1, over=inner), unit.first - 1, unit.last)
        if BLOCKS[unit.block].record:
            remarks = [f"{margin}# nothing"]
            yield Wrong(
                f"{what}: remarks", STORY, _lines(unit.first + 1, *remarks, over=inner), unit.first - 1, unit.last
            )
            yield Wrong(
                f"{what}: prose",
                STORY,
                _lines(unit.first + 1, f"{margin}Just words.", over=inner),
                unit.first - 1,
                unit.last,
            )
            broken = f"{margin}why: [not closed"
            yield Wrong(
                f"{what}: no YAML", STORY, _lines(unit.first + 1, broken, over=inner), unit.first - 1, unit.last
            )


def _one_block_each():
    found = {}
    for unit, indent in blocks():
        found.setdefault(unit.block, (unit, indent))
    return found.values()


def arguments_of_blocks() -> Iterator[Wrong]:
    """What is written after a block's name: words and ids where there are none, or none where there are."""
    lines = texts()[STORY].split("\n")
    for unit, indent in _one_block_each():
        kind, head, margin = BLOCKS[unit.block], lines[unit.first - 1], " " * indent
        identifier = re.search(r" \{#[^}]*\}", head)
        variants = (
            {"words": f"{margin}::: {unit.block} of all sorts"}
            if not kind.words
            else {"no words": f"{margin}::: {unit.block}"}
        )
        if kind.id == "required":
            variants["no id"] = head.replace(identifier[0], "")
            variants["not an id"] = head.replace(identifier[0], " {#Not an id}")
            variants["an empty id"] = head.replace(identifier[0], " {#}")
        elif not kind.id and unit.block != "if":
            variants["an id"] = f"{head} {{#nobody-asked}}"
        for what, wrong in variants.items():
            yield Wrong(
                f"{STORY}:{unit.first} ::: {unit.block}: {what}",
                STORY,
                _lines(unit.first, wrong),
                unit.first,
                unit.last,
            )


SPOTS = {
    "top": ("---\n\n::: later {#night-falls}", 2),
    "scene": ("Mair knows.\n:::\n", 3),
    "choice": ("- [Walk past](#return) {#past}", 1),
    "prose": ("Mair knows.", 1),
}
"""By place: a text of the story, and how many lines after it begins something can be put there."""


def misplaced_blocks() -> Iterator[Wrong]:
    """Each block in each place where it cannot stand."""
    text = texts()[STORY]
    lines = text.split("\n")
    for unit, indent in _one_block_each():
        for spot in get_args(BlockPlace):
            if spot in BLOCKS[unit.block].places:
                continue
            near, after = SPOTS[spot]
            at = text[: text.index(near)].count("\n") + 1 + after
            margin = "  " if spot == "choice" else ""
            moved = [f"{margin}{line[indent:]}" for line in lines[unit.first - 1 : unit.last]]
            moved[0] = re.sub(r"\{#([^}]*)\}", r"{#\1-again}", moved[0])
            yield Wrong(f"::: {unit.block} in place '{spot}'", STORY, _lines(at, *moved, over=0), at, at + len(moved))


REPEATABLE = {"if", "document", "observe", "chart", "later", "debrief"}


def repeated_blocks() -> Iterator[Wrong]:
    """Blocks that stand twice where they may stand once, and ids that are there twice."""
    lines = texts()[STORY].split("\n")
    for unit, _ in _one_block_each():
        if unit.block in REPEATABLE and "{#" not in lines[unit.first - 1]:
            continue
        again = lines[unit.first - 1 : unit.last]
        text = _lines(unit.last + 1, "", *again, over=0)
        yield Wrong(
            f"{STORY}:{unit.first} ::: {unit.block}: twice", STORY, text, unit.first, unit.last + len(again) + 1
        )


# --- Markdown -----------------------------------------------------------------------------------------------------------

MARKDOWN = [
    ("](#room) {#promise}", "](#roomm) {#promise}", "room"),
    ("](#room) {#promise}", "](#) {#promise}", ""),
    ("](#room) {#promise}", "](room) {#promise}", ""),
    ("](#room) {#promise}", "](https://example.org) {#promise}", ""),
    ("](#room) {#promise}", "](#room)", ""),
    ("](#room) {#promise}", "](#room) {#Promise Me}", ""),
    ("](#room) {#promise}", "](#room) {#straight}", ""),
    ("](#room) {#promise}", "](#room) {#}", ""),
    ("- [“I will not tell.”]", "- []", ""),
    ("- [“I will not tell.”]", "- [“I will not tell.”", ""),
    ("## Her room {#room}", "## Her room", ""),
    ("## Her room {#room}", "## {#room}", ""),
    ("## Her room {#room}", "## Her room {#tray}", ""),
    ("## Her room {#room}", "## Her room {#Her Room}", ""),
    ("## Her room {#room}", "# Her room {#room}", ""),
    ("## Her room {#room}", "### Her room {#room}", ""),
    ("**Nia:**", "**Niaa:**", "nia"),
    ("**Nia:**", "**Somebody:**", ""),
    ("(media/wrist.png)", "(media/wrst.png)", "media/wrist.png"),
    ("(media/wrist.png)", "(wrist.png)", ""),
    ("(media/wrist.png)", "(https://example.org/wrist.png)", ""),
    ("(media/wrist.png)", "(media/wrist.mp4)", ""),
    ("![A bruised wrist]", "![]", ""),
    ("(media/handover.mp4)", "(media/hadover.mp4)", "media/handover.mp4"),
    ("![How the shift is handed over]", "![]", ""),
    ("(media/knock.mp3)", "(media/knok.mp3)", "media/knock.mp3"),
    ("![A knock at the door]", "![]", ""),
    ("{term:board} is far", "{term:bord} is far", "board"),
    ("{term:board} is far", "{term:} is far", ""),
    ("{lang=cy}", "{lang=}", ""),
    ("timeout 40s", "timeout 4s", ""),
    ("timeout 40s", "timeout soon", ""),
    ("include: [people.yaml]", "include: [peple.yaml]", "people.yaml"),
    ("include: [people.yaml]", "include: [../../secret.yaml]", ""),
    ("include: [people.yaml]", "include: [people.yaml, people.txt]", ""),
    ("minutes: 10..20", "minutes 10..20", ""),
    ("minutes: 10..20", "minutes: [10..20", ""),
    ("---\nscenario: whole", "scenario: whole", ""),
]
"""What stands in the text itself: old, new, and what was meant."""


def wrong_markdown() -> Iterator[Wrong]:
    text = texts()[STORY]
    for old, new, meant in MARKDOWN:
        at = text[: text.index(old)].count("\n") + 1
        yield Wrong(f"{STORY}:{at} {new}", STORY, text.replace(old, new, 1), max(1, at - 1), at + 12, meant)
