"""What was observed, as a chart shows it: tracks over the times at which they were measured, and the scores of them."""

from lms.engine.scenario.play.evaluate import points
from lms.engine.scenario.play.machine import Machine
from lms.engine.scenario.play.scene import ShownChart, ShownScale, ShownTrack
from lms.engine.scenario.play.state import Row, State
from lms.engine.scenario.program.expression import Points, parts
from lms.engine.scenario.program.observing import Chart, Scale, Track
from lms.engine.scenario.program.program import Number

_DAY = 24 * 60


def chart_of(machine: Machine, state: State, chart: Chart) -> ShownChart:
    """Return what was written down so far of the tracks of a chart, and of the scores that are made of them."""
    rows = state.get("observed", [])
    tracks = [track for track in machine.program.tracks if track.id in chart.tracks or not chart.tracks]
    rows = [row for row in rows if any(track.id in row["values"] for track in tracks)]
    names = {track.id for track in tracks}
    shown = (_track(machine, track, rows) for track in tracks)
    scales = (_scale(machine, scale, rows) for scale in machine.program.scales if names >= set(scale.tracks))
    return ShownChart(
        chart.title,
        tuple(_time(row, number) for number, row in enumerate(rows, 1)),
        tuple(track for track in shown if any(track.cells)),
        tuple(scale for scale in scales if any(scale.cells)),
    )


def written(track: Track, value: int | str) -> str:
    """Return a value as people write it: `37.9`, or its word."""
    if isinstance(value, str):
        return next((word.label for word in track.words if word.value == value), value)
    if not track.decimals:
        return str(value)
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(track.decimals + 1, "0")
    return f"{sign}{digits[: -track.decimals]}.{digits[-track.decimals :]}"


def _track(machine: Machine, track: Track, rows: list[Row]) -> ShownTrack:
    values = [row["values"].get(track.id) for row in rows]
    declared = next((one for one in machine.program.variables if one.id == track.id), None)
    is_number = isinstance(declared, Number)
    return ShownTrack(
        track.id,
        track.label,
        track.unit,
        tuple("" if value is None else written(track, value) for value in values),
        tuple(value if isinstance(value, int) else None for value in values) if is_number else (),
        track.usual_low,
        track.usual_high,
        "" if track.usual_low is None else f"{written(track, track.usual_low)}–{written(track, track.usual_high or 0)}",
    )


def _scale(machine: Machine, scale: Scale, rows: list[Row]) -> ShownScale:
    of = [part for part in parts(machine.derived[scale.id]) if isinstance(part, Points)]
    cells = []
    for row in rows:
        values = row["values"]
        whole = all(part.name in values for part in of)
        cells.append(str(sum(points(part.bands, values[part.name]) for part in of)) if whole else "")
    return ShownScale(scale.id, scale.label, tuple(cells))


def _time(row: Row, number: int) -> str:
    """Return when a row was written down: the time of the story, or without a clock its number."""
    return str(number) if row["at"] is None else f"{row['at'] % _DAY // 60:02}:{row['at'] % 60:02}"
