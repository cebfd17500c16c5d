"""A lesson's file: front matter, and a body of Markdown in which some parts have a name.

    ::: moment            a scene that opens the lesson        ::: try      something to do
    ::: reveal Label      an answer, shown when it is opened   ::: check    a question (YAML), answered in one's head
    ::: work              what to do at work                   :::          ends each of them

Everything between is ordinary Markdown. A picture, a video or a recording stands in a line of its own, outside of these parts.
"""

from dataclasses import dataclass
from typing import cast

from lms.engine.course import codes
from lms.engine.course.model import BlockKind
from lms.engine.course.prose import Passage, Picture, find_picture
from lms.engine.course.syntax import CheckKeys, LessonFront
from lms.engine.source import front_matter
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.typed import read
from lms.engine.source.yaml_nodes import Region, compose

FENCE = ":::"
NAMED = Names(("moment", "try", "reveal", "check", "work"))
_LABELLED = "reveal"
_QUESTION = "check"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a lesson as written; exactly one of `passage`, `check` and `picture` is there."""

    kind: BlockKind
    span: Span
    label: str = ""
    passage: Passage | None = None
    check: CheckKeys | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A lesson as written."""

    source: Source
    front: LessonFront
    parts: tuple[Part, ...]


def read_lesson(source: Source, problems: Problems) -> LessonFile | None:
    """Read a lesson; None when its front matter cannot be read (the problems of its body are added all the same)."""
    before = len(problems)
    front = front_matter.split(source, problems)
    parts = tuple(_Body(source, problems).read(front.body)) if front.node is not None else ()
    if front.node is not None and not parts and len(problems) == before:
        what, fix = "nothing stands below the front matter", "write the lesson there, or remove the file"
        problems.add(codes.EMPTY_LESSON, source.span(1), what, fix=fix)
    keys = read(front.node, LessonFront, problems) if front.node is not None else None
    return LessonFile(source, keys, parts) if keys is not None else None


class _Body:
    """Splits the lines below the front matter."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._parts: list[Part] = []

    def read(self, first: int) -> list[Part]:
        lines = self._source.lines
        number = start = first
        while number <= len(lines):
            if lines[number - 1].lstrip().startswith(FENCE):
                self._prose(start, number)
                number = start = self._block(number)
            else:
                picture = find_picture(self._source, number)
                if picture is not None:
                    self._prose(start, number)
                    self._parts.append(Part(picture.medium, picture.span, picture=picture))
                    start = number + 1
                number += 1
        self._prose(start, number)
        return self._parts

    def _prose(self, first: int, end: int) -> None:
        passage = self._passage(first, end)
        if passage is not None:
            self._parts.append(Part("prose", passage.span, passage=passage))

    def _passage(self, first: int, end: int) -> Passage | None:
        lines = self._source.lines[first - 1 : end - 1]
        for number, line in enumerate(lines, first):
            if line.startswith("# "):
                self._problems.add(
                    codes.HEADING_LEVEL,
                    self._source.span(number),
                    "a heading with one # is the page's title",
                    why="the title stands in the front matter, and a page has one",
                    fix="write ## for the headings of a lesson",
                )
        while lines and not lines[0].strip():
            first, lines = first + 1, lines[1:]
        return Passage(self._source, first, lines) if lines else None

    def _block(self, opening: int) -> int:
        """Read the block that opens on a line, and return the number of the line after it."""
        line = self._source.lines[opening - 1]
        name, _, label = line.strip()[len(FENCE) :].strip().partition(" ")
        span = self._source.span(opening, line.index(FENCE) + 1)
        if not name:
            self._problems.add(
                codes.STRAY_CLOSE, span, "':::' closes nothing here", fix="remove it, or name the block that it opens"
            )
            return opening + 1
        end, following = self._end_of(opening, span)
        if name not in NAMED.known:
            self._problems.add(
                codes.UNKNOWN_BLOCK,
                span,
                f"there is no block '{name[:40]}' in lessons",
                why=f"known blocks: {', '.join(NAMED.known)}",
                fix=NAMED.hint(name),
            )
        elif bool(label.strip()) != (name == _LABELLED):
            what = "a reveal needs words to press on" if name == _LABELLED else f"nothing follows the name '{name}'"
            fix = "write ::: reveal See our answer" if name == _LABELLED else f"write ::: {name}"
            self._problems.add(codes.BLOCK_LABEL, span, what, fix=fix)
        else:
            self._fill(cast("BlockKind", name), span, label.strip(), opening + 1, end)
        return following

    def _end_of(self, opening: int, span: Span) -> tuple[int, int]:
        """Return the number of the line that ends a block, and of the line at which reading goes on."""
        lines = self._source.lines
        for number in range(opening + 1, len(lines) + 1):
            line = lines[number - 1].strip()
            if line == FENCE:
                return number, number + 1
            if line.startswith(FENCE):
                self._problems.add(
                    codes.NESTED_BLOCK,
                    self._source.span(number),
                    "a block cannot stand inside another",
                    why=f"the block of line {opening} is still open",
                    fix=f"close it above this line with '{FENCE}'",
                )
                return number, number
        self._problems.add(codes.OPEN_BLOCK, span, "this block has no end", fix=f"write '{FENCE}' after its last line")
        return len(lines) + 1, len(lines) + 1

    def _fill(self, kind: BlockKind, span: Span, label: str, first: int, end: int) -> None:
        passage = self._passage(first, end) if kind != _QUESTION else None
        if passage is not None:
            self._parts.append(Part(kind, span, label, passage=passage))
            return
        before = len(self._problems)
        node = compose(self._source, self._problems, Region(first, end)) if kind == _QUESTION else None
        if node is not None:
            check = read(node, CheckKeys, self._problems)
            if check is not None:
                self._parts.append(Part(kind, span, check=check))
        elif len(self._problems) == before:
            self._problems.add(
                codes.EMPTY_BLOCK, span, "the block is empty", fix="write something into it, or remove it"
            )
