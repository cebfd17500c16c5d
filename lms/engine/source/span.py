"""A place in a file. Everything an author wrote keeps one, from reading to the last message about it."""

from typing import NamedTuple


class Span(NamedTuple):
    """`length` characters of one line of a file; lines and columns count from 1. Spans sort in reading order."""

    path: str
    line: int
    column: int
    length: int = 1

    def within(self, offset: int, length: int) -> "Span":
        """Return the part of this span that starts `offset` characters in; at least one character long."""
        return Span(self.path, self.line, self.column + offset, max(1, length))
