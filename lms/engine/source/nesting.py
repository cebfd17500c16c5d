"""How deep lists and quotations lie in one another, seen from the marks at the beginning of lines.

Nobody follows a list in a list in a list for long, and what shows it goes as deep as it does. Linear in the text.
"""

import re

MOST_DEEP = 12
"""How deep lists and quotations may lie in one another; on a phone there is no room for words by then."""

_MARK = re.compile(r"( *)(?:>|(?:[-*+:]|[0-9]{1,9}[.)])(?= ))")
_RULE = re.compile(r" *([-*_])(?: *\1){2,} *")
_SIGNS = "->*+:.)"


def too_deep(text: str) -> int | None:
    """Return where the first mark stands that lies too deep, as an offset into the text; None where none does."""
    if len(text) <= MOST_DEEP or sum(map(text.count, _SIGNS)) <= MOST_DEEP:
        return None
    around: list[int] = []
    """The columns of the marks that the line stands beneath."""
    start = 0
    for line in text.split("\n"):
        plain = line.replace("\t", "    ")
        if plain.strip() and not _RULE.fullmatch(plain):
            indent = len(plain) - len(plain.lstrip(" "))
            while around and around[-1] >= indent:
                around.pop()
            at = 0
            while found := _MARK.match(plain, at):
                around.append(found.end(1))
                at = found.end()
                if len(around) > MOST_DEEP:
                    return start + min(found.end(1), max(0, len(line) - 1))
        start += len(line) + 1
    return None
