"""WebVTT: captions as text with times. A small reader that takes any bytes, in one pass over the lines.

    WEBVTT                          the first line, with a remark behind it if you like
                                    a blank line between any two parts
    NOTE as you like                a remark; STYLE and REGION are read over as well
    1                               a name for the cue, which may be left out
    00:01.500 --> 00:04.000         from when to when, [hours:]minutes:seconds.thousandths
    <v Mair>Is she asleep?          what is said, in one line or several

Only what makes captions late, lost or empty is a problem here; what stands in the words is for the browser.
https://www.w3.org/TR/webvtt1/
"""

import re
from collections.abc import Iterator, Sequence

from lms.engine.source import codes
from lms.engine.source.problem import Problems
from lms.engine.source.text import Source, SourceFile, decode

MOST_TOLD = 10
"""How many problems of one file are told: a file of the wrong form has one on every cue."""

ARROW = "-->"
_SIGNATURE = re.compile(r"WEBVTT(?:[ \t].*)?")
_TIME = r"(?:([0-9]{2,6}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_APART = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
_FORM = "write 00:01.500 --> 00:04.000, with a point before the thousandths and a blank on both sides of the arrow"


def read_captions(file: SourceFile, problems: Problems) -> int | None:
    """Return after how many thousandths of a second the last cue ends; None where there is none, which is reported."""
    source = decode(file.path, file.data, problems)
    if source is None:
        return None
    if not source.lines or _SIGNATURE.fullmatch(source.lines[0]) is None:
        problems.add(
            codes.BAD_CAPTIONS,
            source.span(1),
            "captions begin with a line 'WEBVTT'",
            why="browsers show no captions of a file that begins otherwise",
            fix="save the captions as WebVTT (.vtt); most programs that write .srt can",
        )
        return None
    return _Reader(source, problems).read()


class _Reader:
    """Reads what stands below the first line."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.told = 0
        self.starts = 0
        self.ends: int | None = None

    def read(self) -> int | None:
        cues = 0
        for first, lines in self._parts():
            timing = next((at for at, line in enumerate(lines) if ARROW in line), None)
            if timing is None:
                if first > 1 and _APART.fullmatch(lines[0]) is None:
                    self._report(first, "this belongs to no cue", "write its times into a line above it")
                continue
            if first == 1:
                self._report(timing + 1, "a blank line is missing above this cue", "put one below 'WEBVTT'")
                continue
            cues += 1
            self._cue(first, lines, timing)
        if not cues:
            self._report(1, "there is no cue", "write what is said and heard; if nothing is: [No speech]")
        return self.ends

    def _parts(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the lines between blank lines, with the number of the first."""
        lines, start = self.source.lines, 0
        for at in range(len(lines) + 1):
            if at < len(lines) and lines[at].strip(" \t"):
                continue
            if at > start:
                yield start + 1, lines[start:at]
            start = at + 1

    def _cue(self, first: int, lines: Sequence[str], timing: int) -> None:
        number = first + timing
        found = _TIMING.fullmatch(lines[timing])
        again = next((at for at in range(timing + 1, len(lines)) if ARROW in lines[at]), None)
        if timing > 1:
            self._report(number, "a cue has one line above its times", "put a blank line between this cue and the last")
        elif found is None:
            self._report(number, "these are not the times of a cue", _FORM)
        elif again is not None:
            self._report(first + again, "a blank line is missing above this cue", "put one there")
        elif not any(line.strip() for line in lines[timing + 1 :]):
            self._report(number, "this cue says nothing", "write what is said below its times, or remove it")
        else:
            self._times(number, _thousandths(found.groups()[:4]), _thousandths(found.groups()[4:]))

    def _times(self, number: int, starts: int, ends: int) -> None:
        if ends <= starts:
            self._report(number, "this cue ends before it begins", "correct its times")
        elif starts < self.starts:
            self._report(
                number, "this cue begins before the one above it", "put the cues in order, or correct the time"
            )
        self.starts = max(self.starts, starts)
        self.ends = max(self.ends or 0, ends)

    def _report(self, number: int, what: str, fix: str) -> None:
        self.told += 1
        if self.told <= MOST_TOLD:
            why = "captions that cannot be read are missing, or come at the wrong moment"
            self.problems.add(codes.BAD_CAPTIONS, self.source.span(number), what, why=why, fix=fix)


def _thousandths(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
