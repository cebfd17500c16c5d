"""SVG drawings are text, and can hold more than a picture: scripts, other documents, addresses that are fetched.

Whatever is found here is refused. Serving keeps drawings from running anything as well; here an author hears of it.
"""

import re

from lms.engine.source import codes
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import SourceFile

_ACTIVE = re.compile(
    r"<\s*(?:[\w.-]+:)?(?P<element>script|foreignObject|iframe|object|embed|handler|animate\w*|set)\b"
    r"|<!(?P<entity>ENTITY|ATTLIST|DOCTYPE[^>\[]{0,500}\[)"
    r"|\s(?P<event>on[a-z]{3,30})\s*="
    r"|(?:href|src)\s*=\s*[\"']?\s*(?P<address>(?!#|data:image/(?:png|jpeg|gif|webp);)[^\"'\s>]{1,80})"
    r"|(?:url\(|@import)\s*[\"']?\s*(?P<import>(?!#)[^\"'\s)]{1,80})",
    re.IGNORECASE,
)


def check_drawings(files: tuple[SourceFile, ...], problems: Problems) -> None:
    """Report each SVG file that holds more than a picture, at the first such place."""
    for file in files:
        if not file.name.lower().endswith(".svg"):
            continue
        text = file.data.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text or "\N{REPLACEMENT CHARACTER}" in text:
            problems.add(codes.NOT_TEXT, Span(file.path, 1, 1), "the drawing is not text in UTF-8", fix=_FIX)
            continue
        found = _ACTIVE.search(text)
        if found is None or found.lastgroup is None:
            continue
        start = found.start(found.lastgroup)
        problems.know(file.path, tuple(text.split("\n")))
        line = text.count("\n", 0, start)
        column = start - text.rfind("\n", 0, start)
        problems.add(
            codes.ACTIVE_DRAWING,
            Span(file.path, line + 1, column, len(found[found.lastgroup])),
            f"the drawing holds more than a picture: {found[found.lastgroup].strip()}",
            why="a script or an address in it could do something, or tell a stranger who is learning what",
            fix=_FIX,
        )


_FIX = "save it anew as 'plain SVG' (most drawing programs can), or as PNG"
