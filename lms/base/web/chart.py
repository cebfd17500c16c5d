"""Plain line charts: where the points of a few numbers lie in a small drawing. Whoever draws it says the same in a table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 300, 84
SIDE, TOP, FOOT = 18, 20, 18
MOST_NAMED = 5
"""With more points than this, only the first and the last are named, so that no two names touch."""


@dataclass(frozen=True, slots=True)
class Point:
    """One number: its place, its number in the row, and whether it is named."""

    x: float
    y: float
    place: int
    named: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A drawing of `WIDTH` by `HEIGHT`: its points, the line through them, and the band of what is usual, if any."""

    points: tuple[Point, ...]
    path: str
    band: tuple[float, float] | None
    """Its upper edge and its height."""
    width: int = WIDTH
    height: int = HEIGHT


def line_chart(values: Sequence[int | None], low: int | None = None, high: int | None = None) -> Line | None:
    """Return the drawing of numbers in a row; None of fewer than two: one point is no line."""
    measured = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(measured) < 2:  # noqa: PLR2004 - two points make a line
        return None
    usual = [] if low is None or high is None else [low, high]
    least, greatest = min([*usual, *(value for _, value in measured)]), max([*usual, *(value for _, value in measured)])
    step = (WIDTH - 2 * SIDE) / (len(values) - 1)
    scale = (HEIGHT - TOP - FOOT) / max(1, greatest - least)

    def height_of(value: int) -> float:
        return round(TOP + (greatest - value) * scale, 1) if greatest > least else (HEIGHT + TOP - FOOT) / 2

    ends = {measured[0][0], measured[-1][0]}
    points = tuple(
        Point(round(SIDE + place * step, 1), height_of(value), place, len(measured) <= MOST_NAMED or place in ends)
        for place, value in measured
    )
    band = None
    if usual:
        top = height_of(usual[1])
        band = top, max(1.0, round(height_of(usual[0]) - top, 1))
    return Line(points, " ".join(f"{point.x},{point.y}" for point in points), band)
