"""What was observed in a story, as a table for the terminal."""

from lms.engine.scenario.play.scene import ShownChart

MOST_COLUMNS = 6
"""So many measurements fit a line, the newest."""
_WIDTH = 8


def chart_lines(chart: ShownChart) -> list[str]:
    """Return a chart as lines: one for each track and score, one column for each time."""
    if not chart.times:
        return [f"┌ {chart.title}".rstrip(), "│ nothing measured yet"]
    rows = [(f"{track.label} ({track.unit})" if track.unit else track.label, track.cells) for track in chart.tracks]
    rows += [(scale.label, scale.cells) for scale in chart.scales]
    usual = [f"  usual {track.usual}" if track.usual else "" for track in chart.tracks] + [""] * len(chart.scales)
    names = max(len(name) for name, _ in rows)
    columns = slice(-MOST_COLUMNS, None)
    width = max(_WIDTH, *(2 + len(cell) for _, cells in rows for cell in cells[columns]))
    head = f"│ {'':{names}}" + "".join(time.rjust(width) for time in chart.times[columns])
    return [
        f"┌ {chart.title}".rstrip(),
        head,
        *(
            f"│ {name:{names}}" + "".join((cell or "–").rjust(width) for cell in cells[columns]) + beside
            for (name, cells), beside in zip(rows, usual, strict=True)
        ),
    ]
