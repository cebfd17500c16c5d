"""From bytes to text with lines. Line ends and a byte-order mark are read over here and written back by `edits`.

Lines end at LF, CRLF or CR and nowhere else: the other characters that Unicode calls line ends are refused, so that
every reader of a file (ours, YAML's, an editor's) counts lines alike.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from lms.engine.source import codes
from lms.engine.source.problem import Problem, Problems
from lms.engine.source.span import Span
from lms.kernel.ids import content_hash

MAX_BYTES = 2_000_000
"""A file for people is smaller than this; what is larger was put here by mistake."""

_FORBIDDEN = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n|\r")
_BINARY_SHARE = 10


@dataclass(frozen=True)
class Source:
    """A file as text. `raw` is exactly what stands in it (after a byte-order mark); `text` has LF line ends only."""

    path: str
    raw: str
    has_bom: bool = False

    @cached_property
    def text(self) -> str:
        """The text with every line end as LF."""
        return _LINE_END.sub("\n", self.raw) if "\r" in self.raw else self.raw

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends; a final line end adds no empty line."""
        lines = self.text.split("\n")
        return tuple(lines[:-1] if lines[-1] == "" else lines)

    @cached_property
    def newline(self) -> str:
        """The line end of this file's first line."""
        found = re.search("\r\n|\r|\n", self.raw)
        return found.group() if found else "\n"

    def span(self, line: int, column: int = 1, length: int | None = None) -> Span:
        """Return a place in this file; without a length it reaches to the end of the line."""
        if length is None:
            length = len(self.lines[line - 1]) - column + 1 if 0 < line <= len(self.lines) else 1
        return Span(self.path, line, column, max(1, length))


@dataclass(frozen=True)
class SourceFile:
    """A file of a folder, not yet read: `path` is what messages say, `name` its place in the folder (media/x.png)."""

    path: str
    name: str
    data: bytes
    refusal: Problem | None = None
    """Why it was not read, where it is there and could not be; `data` is empty then."""

    @cached_property
    def hash(self) -> str:
        """The hash under which its bytes are kept."""
        return content_hash(self.data)


def decode(path: str, data: bytes, problems: Problems) -> Source | None:
    """Return the text of a file, or None with the problem that stopped it."""
    start = Span(path, 1, 1)
    if len(data) > MAX_BYTES:
        report_too_large(path, len(data), problems)
        return None
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        problems.add(
            codes.EMPTY_FILE, start, "the file is empty", fix="write something into it, or remove it from the folder"
        )
        return None
    try:
        raw = data.decode("utf-8")
    except UnicodeDecodeError as error:
        what = "the file is not text in UTF-8"
        if b"\0" not in data[:1000]:
            before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
            start = Span(path, before.count(b"\n") + 1, column)
        problems.add(
            codes.NOT_TEXT,
            start,
            what,
            why="pictures and documents of a word processor cannot be read as a source",
            fix="save it as plain text with the encoding UTF-8",
        )
        return None
    source = Source(path, raw.removeprefix("\ufeff"), has_bom=raw.startswith("\ufeff"))
    problems.know(path, source.lines)
    return source if _has_only_text(source, problems) else None


def report_too_large(path: str, size: int, problems: Problems, *, most: int = MAX_BYTES) -> None:
    """Add the problem of a file that is larger than `most` bytes; also for who sees the size before reading."""
    problems.add(
        codes.TOO_LARGE,
        Span(path, 1, 1),
        f"the file has {size:,} bytes; at most {most:,} are read",
        fix="split it, or keep pictures and videos in the folder 'media'"
        if most == MAX_BYTES
        else "save it smaller: 720p is enough for a phone, and two minutes of it are about 10 MB",
    )


def _has_only_text(source: Source, problems: Problems) -> bool:
    found = _FORBIDDEN.findall(source.text)
    if not found:
        return True
    if len(found) * _BINARY_SHARE > len(source.text):
        problems.add(
            codes.NOT_TEXT,
            Span(source.path, 1, 1),
            "the file is not text: much of it cannot be printed",
            fix="save it as plain text with the encoding UTF-8",
        )
        return False
    for number, line in enumerate(source.lines, 1):
        for match in _FORBIDDEN.finditer(line):
            problems.add(
                codes.CONTROL_CHARACTER,
                source.span(number, match.start() + 1, 1),
                f"the character U+{ord(match.group()):04X} cannot stand in a source",
                why="it is invisible, and programs disagree about what it means",
                fix="delete it, or write an ordinary space or line end in its place",
            )
            break
    return False
