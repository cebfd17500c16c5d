"""What must not stand in Markdown: HTML, links that lead to something else than a page, and marks that nobody knows.

The marks are `[words]{lang=cy}` and `{term:id}`; whatever else stands in braces so would be shown as it stands.

Pages clean everything once more when they show it; here an author hears of it, with line and column. Code (between
backquotes) is text and may hold anything.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from lms.engine.source import codes, nesting
from lms.engine.source.nearest import Names
from lms.engine.source.problem import Code, Problems
from lms.engine.source.span import Span
from lms.engine.source.values import Language
from lms.engine.source.yaml_nodes import Mapping, Node, Scalar

_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)|(?<!`)(`{1,3})(?!`)[^`\n]*\2(?!`)", re.MULTILINE | re.DOTALL)
_HTML = re.compile(r"<(?=[A-Za-z/!?])(?!https?://|mailto:)(?P<end>/?)(?P<name>\w*)[^>\n]{0,200}>?")
_LINK = re.compile(r"\]\([ \t]*<?([^)\n]*)\)?|^ {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*<?([^\s>]*)", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]\n]*)\](?:\([ \t]*<?([^)\s>]*)[^)\n]*\)|\[[^\]\n]*\])?")
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)\s*:")
_MARK = re.compile(
    r"\]\{(?!#)[^{}\n]{0,80}\}?"  # behind brackets, whatever it is; but `{#id}` is an id
    r"|\{[A-Za-z]\w{0,30}[ \t]{0,3}[:=][ \t]{0,3}[\w-]{1,64}\}"  # anywhere: `{word:word}`, `{word=word}`
)
_IN_MARK = re.compile(r"\{[ \t]*(\w*)[ \t]*([:=]?)[ \t]*([^{}]*?)[ \t]*\}?")
_TERM = re.compile(r"\{term:[^{}\s]*\}")
_MEANT = Names(("lang", "language", "term"))
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
        for found in _opening(_HTML.finditer(text)):
            yield (
                codes.RAW_HTML,
                found.start(),
                len(found[0]),
                "HTML is not used in texts",
                "what is shown is made from Markdown alone, so nothing can be hidden in it",
                "write it in Markdown; put a lone < into backquotes: `<`",
            )
    if "{" in text:
        for found in _MARK.finditer(text):
            slip = _slip_in_mark(found[0].removeprefix("]"), is_behind_words=found[0].startswith("]"))
            if slip is not None:
                start = found.start() + found[0].index("{")
                yield codes.MALFORMED, start, found.end() - start, *slip
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


def _opening(tags: Iterable["re.Match[str]"]) -> Iterator["re.Match[str]"]:
    """Yield tags, but not the end of what began before: `<b>…</b>` is one slip."""
    begun = Counter[str]()
    for tag in tags:
        name = tag["name"].lower()
        if tag["end"] and begun[name]:
            begun[name] -= 1
            continue
        begun[name] += not tag["end"]
        yield tag


def _slip_in_mark(mark: str, *, is_behind_words: bool) -> tuple[str, str, str] | None:
    """Return what is wrong with what stands in braces, why that matters, and what to write; None for a mark."""
    parts = _IN_MARK.fullmatch(mark)
    word, sign, value = parts.groups() if parts else ("", "", "")
    meant = _MEANT.nearest(word)
    if _TERM.fullmatch(mark) or (sign == "=" and meant is None and not is_behind_words):
        return None
    if meant == "term":
        what, fix = "is not written as a term is", f"write {{term:{value or 'id'}}}"
    elif meant is None:
        what, fix = "is not known", "write [words]{lang=cy} for words in another language, and {term:id} for a term"
    elif not _is_language(value):
        what, fix = "names no language", "write the code of a language: {lang=cy}"
    elif not is_behind_words:
        what, fix = "stands behind no words in brackets", f"write [words]{{lang={value}}}, without a blank between"
    elif mark != f"{{lang={value}}}":
        what, fix = "is not written as a language is", f"write {{lang={value}}}"
    else:
        return None
    why = "learners would see it as it stands, braces and all"
    if what == "names no language":
        why = "the words before it are read out in that language"
    return f"'{mark[:40]}' {what}", why, fix


def _is_language(code: str) -> bool:
    try:
        Language.from_text(code)
    except ValueError:
        return False
    return True


def _is_safe_link(target: str) -> bool:
    plain = _BLANK.sub("", html.unescape(target))
    scheme = _SCHEME.match(plain)
    if scheme is not None:
        return scheme[1].lower() in _SAFE_SCHEMES
    return plain.startswith("#")
