"""Where the characters of YAML values stand in a file, so that a name in a condition is found letter by letter."""

from collections.abc import Mapping, Sequence

from lms.engine.source.span import Span
from lms.engine.source.text import Source
from lms.engine.source.yaml_nodes import Scalar


class Words:
    """Where the characters of a YAML value stand, also when it is folded over several lines."""

    def __init__(self, sources: Mapping[str, Source], scalar: Scalar) -> None:
        self.lines, self.scalar = lines_of(sources, scalar.span.path), scalar
        self._map: dict[int, tuple[int, int]] | None = None

    def span(self, start: int, end: int) -> tuple[Span, bool]:
        """Return the place of a part of the value's text, and whether it is exact."""
        plain = self.scalar.within(start, end - start)
        if self._text(plain) == self.scalar.text[start:end]:
            return plain, True
        if self._map is None:
            self._map = self._align()
        if start not in self._map:
            return self.scalar.span, False
        line, column = self._map[start]
        found = Span(self.scalar.span.path, line, column, max(1, end - start))
        return found, self._text(found) == self.scalar.text[start:end]

    def _text(self, span: Span) -> str:
        lines = self.lines
        line = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
        return line[span.column - 1 : span.column - 1 + span.length]

    def _align(self) -> dict[int, tuple[int, int]]:
        """Return line and column of each character; empty where escapes hide them."""
        found: dict[int, tuple[int, int]] = {}
        line, column = self.scalar.span.line, self.scalar.span.column - 1
        lines = self.lines
        if line <= len(lines) and lines[line - 1][column : column + 1] in {">", "|", '"', "'"}:
            is_block = lines[line - 1][column] in ">|"
            line, column = (line + 1, 0) if is_block else (line, column + 1)
        for offset, char in enumerate(self.scalar.text):
            if char.isspace():
                continue
            while line <= len(lines):
                rest = lines[line - 1][column:]
                blank = len(rest) - len(rest.lstrip())
                if blank < len(rest):
                    column += blank
                    break
                line, column = line + 1, 0
            if line > len(lines) or lines[line - 1][column] != char:
                return {}
            found[offset] = (line, column + 1)
            column += 1
        return found


def lines_of(sources: Mapping[str, Source], path: str) -> Sequence[str]:
    """Return the lines of a file; none where it is not known."""
    return sources[path].lines if path in sources else ()
