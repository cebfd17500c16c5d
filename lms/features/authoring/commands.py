"""`lms check`: every problem of courses and scenarios. `lms schemas`: what editors complete YAML files from."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from lms.engine.scenario.proof.explore import MOST_STATES
from lms.features.authoring import service, watching
from lms.features.authoring.cache import FOLDER, Cache
from lms.features.authoring.checking import Options
from lms.features.authoring.model import Report
from lms.features.authoring.reporting import report_lines
from lms.features.authoring.sarif import to_sarif
from lms.kernel.clock import Clock
from lms.kernel.errors import LmsError

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--fix", is_flag=True, help="Write missing ids into the files first; nothing else is changed.")
@click.option(
    "--format", "style", type=click.Choice(["text", "json", "sarif"]), default="text", help="For people or programs."
)
@click.option(
    "--report", is_flag=True, help="Say of each scenario how long its ways are, and which scores come of them."
)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day for which references must be up to date.")
@click.option(
    "--states",
    type=click.IntRange(1),
    default=MOST_STATES,
    show_default=True,
    help="How many states of a scenario are explored at most to prove things.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until stopped with Ctrl-C.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    show_default=True,
    help="Where answers are kept for content that does not change.",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep any answer.")
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    *,
    today: datetime | None,
    style: str,
    states: int,
    cache: Path,
    fix: bool,
    strict: bool,
    report: bool,
    watch: bool,
    no_cache: bool,
) -> None:
    """Check courses and scenarios: a content folder, a folder in it, or a file (here, if none is named).

    A scenario without errors is then proven by going every way through it; what is found that way is shown with the
    shortest way there. A scenario that is too large for that gets a bounded answer, and says so. Its plans are walked.

    Exit status: 0 nothing wrong, 1 errors (with --strict also warnings), 2 wrong use, 3 a bounded answer.
    """
    asked = paths or (Path(),)
    kept = Cache(None if no_cache else cache.expanduser())

    def once() -> Report:
        day = (today or Clock().now()).date()
        return service.check(asked, Options(day, states, report, kept), fix=fix)

    service.collect_seldom()
    if watch:
        _watch(asked, once)
        return
    found = once()
    _write(found, style, is_full=report)
    context.exit(found.status(strict=strict))


def _write(found: Report, style: str, *, is_full: bool) -> None:
    if style == "json":
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    elif style == "sarif":
        click.echo(json.dumps(to_sarif(found), ensure_ascii=False, indent=2))
    else:
        _show(found, is_full=is_full)


def _watch(paths: tuple[Path, ...], once: Callable[[], Report]) -> None:
    """Show what a check finds after each change; nothing is said where nothing new is found."""
    shown: list[Report | str] = []

    def check_again() -> None:
        try:
            found: Report | str = once()
        except LmsError as error:  # the folder may be gone for a moment, while somebody renames it
            found = error.what
        if [found] != shown:
            shown[:] = [found]
            click.clear()
            if isinstance(found, Report):
                _show(found, is_full=False)
            else:
                click.echo(found, err=True)
            click.echo("Waiting for changes; Ctrl-C stops.", err=True)

    watching.watch(lambda: watching.stamp(service.folders(paths)), check_again, lambda: time.sleep(watching.PAUSE))


def _show(report: Report, *, is_full: bool) -> None:
    for name in report.fixed:
        click.echo(f"{name}: missing ids written")
    for problem in report.problems:
        first, *rest = str(problem).splitlines()
        place, word, what = first.partition(f" {problem.severity} ")
        click.echo(f"{place}{click.style(word, fg=_COLOURS[problem.severity], bold=True)}{what}")
        click.echo("\n".join([*rest, ""]))
    if is_full:
        for path, facts in report.scenarios.items():
            click.echo("\n".join([*report_lines(path, facts), ""]))
    for line in report.bounded:
        click.echo(line, err=True)
    click.echo(
        f"{report.checked} checked: {_count(report.errors, 'error')}, {_count(report.warnings, 'warning')}", err=True
    )


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("schemas"))
def schemas(folder: Path) -> None:
    """Write the JSON Schemas of courses, lessons, banks and scenarios, from which editors complete and check."""
    for name in service.write_schemas(folder):
        click.echo(f"{folder / name}: written")
