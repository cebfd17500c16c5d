"""What must not stand in Markdown: HTML, links that run something, pictures from elsewhere. Places are exact.

Pages clean everything once more when they show it; here an author hears of it, with line and column.
"""

import html
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from lms.engine.course import codes
from lms.engine.source.problem import Code, Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.yaml_nodes import Node, Scalar

MEDIA = "media/"

_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)|(`+)[^`\n]*\2", re.MULTILINE | re.DOTALL)
_HTML = re.compile(r"<(?=[A-Za-z/!?])(?!https?://|mailto:)[^>\n]{0,200}>?")
_LINK = re.compile(r"\]\([ \t]*<?([^)\n]*)\)?|^ {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*<?([^\s>]*)", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]\n]*)\](?:\([ \t]*<?([^)\s>]*)[^)\n]*\)|\[[^\]\n]*\])?")
_PICTURE_ALONE = re.compile(r"\s*!\[([^\]]*)\]\(([^()\s]*)\)\s*")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)\s*:")
_BLANK = re.compile(r"[\x00-\x20]+")
_SAFE_SCHEMES = {"https", "http", "mailto", "tel"}


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
    """A picture that stands alone in its line."""

    file: str
    alt: str
    span: Span


def find_picture(source: Source, number: int) -> Picture | None:
    """Return the picture of which a line consists, or None."""
    line = source.lines[number - 1]
    found = _PICTURE_ALONE.fullmatch(line)
    if found is None:
        return None
    column = len(line) - len(line.lstrip()) + 1
    return Picture(found[2], found[1].strip(), source.span(number, column, len(line.strip())))


def check_picture(picture: Picture, pictures: Collection[str], problems: Problems) -> None:
    """Report a picture that comes from elsewhere, is missing, or says nothing to those who cannot see it."""
    if _is_remote(picture.file):
        problems.add(
            codes.REMOTE_PICTURE,
            picture.span,
            "this picture would be fetched from elsewhere",
            why="a remote picture can change or vanish, and tells a stranger who is learning what",
            fix="put the picture into the folder 'media' and write (media/name.png)",
        )
    elif picture.file not in pictures:
        problems.add(
            codes.MISSING_PICTURE,
            picture.span,
            f"there is no picture '{picture.file[:80]}' in the folder 'media' of this course",
            fix="check the name, also for capital letters, and write (media/name.png)",
        )
    elif not picture.alt:
        problems.add(
            codes.NO_ALT_TEXT,
            picture.span,
            "the picture has no alternative text",
            why="whoever cannot see it hears nothing",
            fix="say between the brackets what it shows: ![A blue form with a body outline](…)",
        )


def check_passage(passage: Passage, problems: Problems) -> None:
    """Report what must not stand in lines of Markdown."""
    text = "\n".join(passage.lines)

    def place(offset: int, length: int) -> Span:
        line = text.count("\n", 0, offset)
        column = offset - (text.rfind("\n", 0, offset) + 1)
        return passage.source.span(passage.first + line, column + 1, length)

    _check(text, place, problems)


def check_value(node: Node | None, problems: Problems) -> None:
    """Report what must not stand in a text of a YAML file."""
    if isinstance(node, Scalar):
        _check(node.text, node.within, problems)


def check_url(node: Node | None, problems: Problems) -> None:
    """Report an address that is not a web page's."""
    if isinstance(node, Scalar) and not node.text.startswith(("https://", "http://")):
        problems.add(
            codes.BAD_LINK,
            node.span,
            "this is not the address of a web page",
            fix="write the whole address, from https:// on",
        )


def _check(text: str, place: Callable[[int, int], Span], problems: Problems) -> None:
    for code, start, length, what, why, fix in _findings(_CODE.sub(lambda found: " " * len(found[0]), text)):
        problems.add(code, place(start, length), what, why=why, fix=fix)


def _findings(text: str) -> Iterator[tuple[Code, int, int, str, str, str]]:
    for found in _HTML.finditer(text):
        yield (
            codes.RAW_HTML,
            found.start(),
            len(found[0]),
            "HTML is not used in texts",
            "what is shown is made from Markdown alone, so nothing can be hidden in it",
            "write it in Markdown; put a lone < into backquotes: `<`",
        )
    for found in _PICTURE.finditer(text):
        yield (
            codes.PICTURE_IN_TEXT,
            found.start(),
            len(found[0]),
            "a picture stands in the middle of a text",
            "pictures are kept with the version and shown in full width",
            "give it a line of its own, outside of ::: blocks and with blank lines around it",
        )
    for found in _LINK.finditer(_PICTURE.sub(lambda picture: " " * len(picture[0]), text)):
        group = 1 if found[1] is not None else 2
        if not _is_safe_link(found[group]):
            yield (
                codes.BAD_LINK,
                found.start(group),
                len(found[group]),
                "this link cannot be followed safely",
                "links lead to pages (https://…), addresses (mailto:…) and numbers (tel:…)",
                "write the whole address of the page",
            )


def _is_safe_link(target: str) -> bool:
    plain = _BLANK.sub("", html.unescape(target))
    scheme = _SCHEME.match(plain)
    if scheme is not None:
        return scheme[1].lower() in _SAFE_SCHEMES
    return bool(plain) and not plain.startswith(("//", "\\")) and plain.startswith("#")


def _is_remote(target: str) -> bool:
    return target.startswith("//") or _SCHEME.match(target) is not None
