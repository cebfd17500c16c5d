"""Tools for authors: `lms fmt`, `lms new`, `lms graph`, `lms explain`, `lms script`."""

from collections.abc import Sequence
from pathlib import Path

import click

from lms.base.paper.press import Unprinted
from lms.engine.scenario.drawing.chart import chart_of, rows
from lms.engine.scenario.drawing.chart_svg import svg
from lms.engine.scenario.proof.explain import Explained, explain_state
from lms.engine.scenario.proof.explain import explain as explain_name
from lms.engine.scenario.proof.explore import MOST_STATES
from lms.features.authoring import script_pdf, service, tool_service
from lms.features.authoring.markup import page
from lms.features.authoring.output import write
from lms.features.authoring.script import script as script_of
from lms.kernel.clock import Clock
from lms.kernel.errors import Unavailable


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
        write(output, text)
        click.echo(f"{output}: written", err=True)


def _table(lines: Sequence[Sequence[str]]) -> str:
    """Return lines of cells as text in columns."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    shown.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join([*shown, ""])


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.argument("name", default="")
@click.option(
    "--when", metavar="CONDITION", default="", help="Ask about a state instead, such as 'promised and pain is some'."
)
@click.option(
    "--in", "scenes", metavar="SCENE", multiple=True, help="With --when: only in this scene; may be given again."
)
@click.option(
    "--states", type=click.IntRange(1), default=MOST_STATES, show_default=True, help="How many are explored at most."
)
@click.pass_context
def explain(  # noqa: PLR0917 - one for each option
    context: click.Context, path: Path, name: str, when: str, scenes: tuple[str, ...], states: int
) -> None:
    """Say how a learner comes to NAME in the scenario at PATH: a scene, choice, option, question, order, route or later.

    Of a variable, track, competency or the clock it says what changes and what reads it, of a must how it is missed or
    broken. The way that is shown is the shortest there is. Without a NAME, the shortest way to every ending is shown.

    Exit status: 0 there is a way, 1 there is none, 2 wrong use, 3 none was found and not everything was looked at.
    """
    if bool(name) and bool(when):
        raise click.UsageError("Name something or give a condition, not both.")
    compiled, _ = service.load_compiled(path, today=Clock().now().date())
    asked = [explain_state(compiled, when, scenes, most=states)] if when else None
    found = asked or explain_name(compiled, name, most=states)
    click.echo("\n\n".join("\n".join(_explained(one)) for one in found))
    lost = [one for one in found if one.way is None]
    context.exit(0 if not lost else 1 if all(one.is_complete for one in lost) else 3)


def _explained(one: Explained) -> list[str]:
    lines = [one.what, *(f"  {fact}" for fact in one.facts)]
    if one.way is None:
        bound = "" if one.is_complete else f"; bounded: explored {one.states:,} states, not complete"
        return [*lines, f"  no way leads there{bound}"]
    if not one.way and not one.facts:
        lines.append("  at once, at the start")
    for number, step in enumerate(one.way, 1):
        lines.append(f"  {number:>3}. {step.span.path}:{step.span.line}:{step.span.column} {step.text}")
    return lines


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "style", type=click.Choice(["html", "pdf"]), help="Else seen from the name of the file.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="The file to write (else: ID-script.html)."
)
def script(path: Path, style: str | None, output: Path | None) -> None:
    """Write the scenario at PATH as a script for whoever reviews it: HTML to read and print, or PDF.

    All that a learner can meet, scene by scene: choices with their ratings, effects in words, conditions, debriefs,
    references, and room for remarks.
    """
    now = Clock().now()
    program = service.load_scenario(path, today=now.date())
    style = style or ("pdf" if output and output.suffix == ".pdf" else "html")
    target = output or Path(f"{program.id}-script.{style}")
    nodes = script_of(program)
    if style == "pdf":
        try:
            write(target, script_pdf.render(program, nodes, now.replace(microsecond=0)))
        except Unprinted as error:
            raise Unavailable(
                "The PDF cannot be made.", why=str(error), fix="Write it as HTML, and print that from a browser."
            ) from error
    else:
        picture = svg(chart_of(program))
        write(target, page(nodes, title=program.title, language=program.language, picture=picture))
    click.echo(f"{target}: written", err=True)
