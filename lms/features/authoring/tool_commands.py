"""Tools for authors: `lms fmt`, `lms new`, `lms graph`."""

from collections.abc import Sequence
from pathlib import Path

import click

from lms.engine.scenario.chart import chart_of, rows
from lms.engine.scenario.chart_svg import svg
from lms.features.authoring import service, tool_service
from lms.kernel.clock import Clock


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when a file is not laid out.")
@click.pass_context
def fmt(context: click.Context, paths: tuple[Path, ...], *, check: bool) -> None:
    """Lay out scenarios: their blanks, blank lines and indentation, and nothing else (here, if no PATHS are named).

    No word, remark or order changes, and what is read from the file stays the same; twice is the same as once.
    """
    found = tool_service.lay_out(paths or (Path(),), write=not check)
    for name in found.changed:
        click.echo(f"{name}: {'not laid out' if check else 'laid out'}")
    click.echo(f"{found.looked_at} looked at, {len(found.changed)} {'to change' if check else 'changed'}", err=True)
    context.exit(1 if check and found.changed else 0)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="A title for learners", help="The scenario's title.")
def new(folder: Path, title: str) -> None:
    """Write a scenario to begin with into FOLDER, such as scenarios/first-night; its name is the scenario's id.

    It is small and whole and has no problem; change it line by line, and let `lms check` say what it thinks.
    """
    for file in tool_service.begin(folder, title):
        click.echo(f"{file}: written")
    click.echo(f"Next: lms check {folder}, then lms play {folder}", err=True)


_HEADINGS = ("scene", "what it is", "way out", "leads to", "rating", "condition")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "style", type=click.Choice(["svg", "table"]), default="svg", help="A picture or a table.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="The file to write (else: shown)."
)
def graph(path: Path, style: str, output: Path | None) -> None:
    """Draw the scenario at PATH: its scenes in layers, every way between them, its endings and turning points.

    Each way out of a scene is a sign that says how it is rated; one under a condition stands in brackets. What comes
    later is dashed, what is called is double. The table says the same in words.
    """
    chart = chart_of(service.load_scenario(path, today=Clock().now().date()))
    text = svg(chart) if style == "svg" else _table([_HEADINGS, *rows(chart)])
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output}: written", err=True)


def _table(lines: Sequence[Sequence[str]]) -> str:
    """Return lines of cells as text in columns."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    shown.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join([*shown, ""])
