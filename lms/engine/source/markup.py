"""What must not stand in Markdown: HTML, and links that lead to something else than a page.

Pages clean everything once more when they show it; here an author hears of it, with line and column. Code (between
backquotes) is text and may hold anything.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence

from lms.engine.source import codes, nesting
from lms.engine.source.problem import Code, Problems
from lms.engine.source.span import Span
from lms.engine.source.yaml_nodes import Mapping, Node, Scalar

_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)|(?<!`)(`{1,3})(?!`)[^`\n]*\2(?!`)", re.MULTILINE | re.DOTALL)
_HTML = re.compile(r"<(?=[A-Za-z/!?])(?!https?://|mailto:)[^>\n]{0,200}>?")
_LINK = re.compile(r"\]\([ \t]*<?([^)\n]*)\)?|^ {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*<?([^\s>]*)", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]\n]*)\](?:\([ \t]*<?([^)\s>]*)[^)\n]*\)|\[[^\]\n]*\])?")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)\s*:")
_LANGUAGE = re.compile(r"\]\{lang=(?![a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\})[^}\n]*\}?")
_BLANK = re.compile(r"[\x00-\x20]+")
_SAFE_SCHEMES = {"https", "http", "mailto", "tel"}


def check_lines(lines: Sequence[str], place: Callable[[int, int, int], Span], problems: Problems) -> None:
    """Report what must not stand in lines of Markdown; `place` takes the line (from 0), the column (from 0), a length."""
    text = "\n".join(lines)
    for code, start, length, what, why, fix in _findings(without_code(text)):
        line = text.count("\n", 0, start)
        column = start - (text.rfind("\n", 0, start) + 1)
        problems.add(code, place(line, column, length), what, why=why, fix=fix)


def check_value(node: Node | None, problems: Problems) -> None:
    """Report what must not stand in a text of a YAML file."""
    if isinstance(node, Scalar):
        for code, start, length, what, why, fix in _findings(without_code(node.text)):
            problems.add(code, node.within(start, length), what, why=why, fix=fix)


def check_values(node: Node, problems: Problems, *, but: frozenset[str] = frozenset()) -> None:
    """Report what must not stand in any text of a tree, but for the values of some keys."""
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Scalar):
            check_value(current, problems)
        elif isinstance(current, Mapping):
            waiting += [value for key, value in current.entries if key.text not in but]
        else:
            waiting += current.items


def without_code(text: str) -> str:
    """Return the text with blanks in place of code, so that offsets stay."""
    return _CODE.sub(lambda found: re.sub("[^\n]", " ", found[0]), text) if "`" in text or "~" in text else text


def _findings(text: str) -> Iterator[tuple[Code, int, int, str, str, str]]:
    deep = nesting.too_deep(text)
    if deep is not None:
        yield (
            codes.DEEP_LIST,
            deep,
            1,
            f"lists and quotations lie more than {nesting.MOST_DEEP} deep in one another",
            "nobody can follow them, and on a phone no room is left for words",
            "write it as a list of one or two levels, or as several texts",
        )
    if "<" in text:
        for found in _HTML.finditer(text):
            yield (
                codes.RAW_HTML,
                found.start(),
                len(found[0]),
                "HTML is not used in texts",
                "what is shown is made from Markdown alone, so nothing can be hidden in it",
                "write it in Markdown; put a lone < into backquotes: `<`",
            )
    if "]{lang=" in text:
        for found in _LANGUAGE.finditer(text):
            yield (
                codes.MALFORMED,
                found.start() + 1,
                len(found[0]) - 1,
                f"'{found[0][1:40]}' names no language",
                "the words before it are read out in that language, and learners would see the brackets",
                "write the code of a language: {lang=cy}",
            )
    if "](" not in text and "]:" not in text:
        return
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
    return plain.startswith("#")
