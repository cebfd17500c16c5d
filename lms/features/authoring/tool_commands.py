"""Tools for authors: `lms fmt`, `lms new`."""

from pathlib import Path

import click

from lms.features.authoring import tool_service


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
