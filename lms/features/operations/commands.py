"""Commands for who operates an installation: work, migrate, settings, backup, restore, map."""

from pathlib import Path

import click

from lms.features.operations import atlas, service
from lms.features.operations.folder import prove_writable
from lms.features.operations.house import Whole
from lms.features.operations.worker import leave_with_supervisor
from lms.features.operations.worker import work as do_work
from lms.kernel import logs
from lms.kernel.errors import Conflict
from lms.kernel.settings import TABLE


@click.command()
@click.pass_obj
def work(place: Whole) -> None:
    """Do what is done beside the web server: deliver statements, watch the content, make PDFs, fold SQLite's log."""
    logs.configure(place.settings.log)
    leave_with_supervisor()
    service.require_ready(place.store)
    do_work(place.store, place.settings, place.house.jobs)


@click.command()
@click.pass_obj
def migrate(place: Whole) -> None:
    """Bring the database into the shape that this version needs; an older one is backed up first."""
    store = place.store
    prove_writable(place.settings)
    migrated = service.migrate(store, place.settings)
    click.echo(migrated.sentence or "The database is up to date.")


@click.command()
@click.pass_obj
def settings(place: Whole) -> None:
    """Print every setting with its value and where that comes from; secrets stay hidden."""
    loaded = place.settings
    rows = []
    for row in TABLE:
        value = getattr(loaded, row.name)
        shown = "(hidden)" if row.secret and value else "yes" if value is True else "no" if value is False else value
        rows.append((row.variable, str(shown), loaded.origins[row.name]))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for variable, shown, origin in rows:
        click.echo(
            f"{variable:{widths[0]}}  {shown:{widths[1]}}  {'default' if origin == 'default' else 'environment'}"
        )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE where there is one.")
@click.pass_obj
def backup(place: Whole, file: Path, *, overwrite: bool) -> None:
    """Write everything (database, keys, files) into FILE, as of one moment, while the server runs."""
    if file.exists() and not overwrite:
        raise Conflict(f"There is a file {file} already.", fix="Choose another name, or add --overwrite.")
    manifest = service.back_up(place.store, place.settings, file)
    rows = sum(part.count for part in manifest.tables.values())
    files = len(manifest.files)
    click.echo(f"{file}: {rows} rows of {len(manifest.tables)} tables and {files} {'file' if files == 1 else 'files'}.")
    click.echo("It holds passwords' hashes, keys and private text: keep it as safe as the installation itself.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace what is here; a backup of it is made first.")
@click.pass_obj
def restore(place: Whole, file: Path, *, overwrite: bool) -> None:
    """Bring back what `lms backup` wrote into FILE, on the same kind of database or the other one."""
    manifest = service.restore(place.store, place.settings, file, overwrite=overwrite)
    rows = sum(part.count for part in manifest.tables.values())
    click.echo(f"Restored {rows} rows and {len(manifest.files)} files as of {manifest.made_at}; every hash agrees.")


@click.command(name="map")
@click.pass_context
def show_map(context: click.Context) -> None:
    """Print modules, pages, commands, tables, reactions and statements, from the live application."""
    place: Whole = context.obj
    house = place.house
    app = house.make_app(place.settings, place.store)
    click.echo(atlas.render(house.modules, app, context.find_root().command), nl=False)
