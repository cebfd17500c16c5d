"""Passages of Markdown, their pictures and other media: what must not stand in them, with exact places (see also `source.markup`)."""

import re
from dataclasses import dataclass

from lms.engine.course import codes
from lms.engine.source import markup
from lms.engine.source.media import Media, Medium, endings, medium_of
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.yaml_nodes import Node, Scalar

_PICTURE = re.compile(r"!\[([^\]\n]*)\](?:\([ \t]*<?([^)\s>]*)[^)\n]*\)|\[[^\]\n]*\])?")
_PICTURE_ALONE = re.compile(r"\s*!\[([^\]]*)\]\(([^()\s]*)\)\s*")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)\s*:")


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of Markdown that belong together, from line `first` of a file."""

    source: Source
    first: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The Markdown, without blank lines around it."""
        return "\n".join(self.lines).strip("\n").rstrip()

    @property
    def span(self) -> Span:
        """The place of its first line."""
        return self.source.span(self.first)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, video or recording that stands alone in its line."""

    file: str
    alt: str
    span: Span

    @property
    def medium(self) -> Medium:
        """What it is shown as."""
        return medium_of(self.file) or "picture"


def find_picture(source: Source, number: int) -> Picture | None:
    """Return the picture of which a line consists, or None."""
    line = source.lines[number - 1]
    found = _PICTURE_ALONE.fullmatch(line)
    if found is None:
        return None
    column = len(line) - len(line.lstrip()) + 1
    return Picture(found[2], found[1].strip(), source.span(number, column, len(line.strip())))


def check_picture(picture: Picture, media: Media, problems: Problems) -> None:
    """Report a picture or the like that comes from elsewhere, is missing, or says nothing to those who cannot see it."""
    if _is_remote(picture.file):
        problems.add(
            codes.REMOTE_PICTURE,
            picture.span,
            f"this {picture.medium} would be fetched from elsewhere",
            why="what is remote can change or vanish, and tells a stranger who is learning what",
            fix=f"put the {picture.medium} into the folder 'media' and write (media/name.png)",
        )
    elif medium_of(picture.file) is None:
        problems.add(
            codes.NOT_A_PICTURE,
            picture.span,
            "this is neither a picture nor a video nor a recording",
            why="browsers show and play only some kinds of file",
            fix=f"save it as one of these ({endings()}), or tell it in words",
        )
    elif picture.file not in media.hashes:
        problems.add(
            codes.MISSING_PICTURE,
            picture.span,
            f"there is no {picture.medium} '{picture.file[:80]}' in the folder 'media' of this course",
            fix="check the name, also for capital letters, and write (media/name.png)",
        )
    elif not picture.alt:
        problems.add(
            codes.NO_ALT_TEXT,
            picture.span,
            "the picture has no alternative text"
            if picture.medium == "picture"
            else f"the {picture.medium} has no title",
            why="whoever cannot see it hears nothing",
            fix="say between the brackets what it shows: ![A blue form with a body outline](…)",
        )
    else:
        media.check_words(picture.file, picture.span, problems)


def check_passage(passage: Passage, problems: Problems) -> None:
    """Report what must not stand in lines of Markdown."""

    def place(line: int, column: int, length: int) -> Span:
        return passage.source.span(passage.first + line, column + 1, length)

    markup.check_lines(passage.lines, place, problems)
    for number, line in enumerate(markup.without_code("\n".join(passage.lines)).split("\n")):
        for found in _PICTURE.finditer(line):
            _refuse_picture(place(number, found.start(), len(found[0])), problems)


def check_value(node: Node | None, problems: Problems) -> None:
    """Report what must not stand in a text of a YAML file."""
    markup.check_value(node, problems)
    if isinstance(node, Scalar):
        for found in _PICTURE.finditer(markup.without_code(node.text)):
            _refuse_picture(node.within(found.start(), len(found[0])), problems)


def _refuse_picture(span: Span, problems: Problems) -> None:
    problems.add(
        codes.PICTURE_IN_TEXT,
        span,
        "a picture or video stands in the middle of a text",
        why="they are kept with the version and shown in full width",
        fix="give it a line of its own, outside of ::: blocks and with blank lines around it",
    )


def _is_remote(target: str) -> bool:
    return target.startswith("//") or _SCHEME.match(target) is not None
