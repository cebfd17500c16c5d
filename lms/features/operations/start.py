"""The command `lms run`, apart from the others because it alone loads the web server."""

import sys

import click

from lms.features.operations import service
from lms.features.operations.folder import make_folder, only_server, prove_writable
from lms.features.operations.house import Whole
from lms.features.operations.server import require_port, serve
from lms.kernel import logs


@click.command()
@click.option("--demo", is_flag=True, help="Make demo people and print how they sign in; only on loopback.")
@click.pass_obj
def run(place: Whole, *, demo: bool) -> None:
    """Start everything: data folder, database, content, web server, worker. Ctrl-C or SIGTERM stops it."""
    settings = place.settings
    logs.configure(settings.log)
    make_folder(settings)
    prove_writable(settings)
    with only_server(settings):
        require_port(settings)
        house, store = place.house, place.store
        migrated = service.migrate_alone(store, settings).sentence
        for step in house.first:
            step(store, settings)
        welcome = house.invite(store, settings) if demo else house.greet(store, settings)
        store.engine.dispose()  # the web processes are forked from this one and open their own

        def started() -> None:
            lines = (migrated, f"Ymarfer is at {settings.address}", *welcome, "Ctrl-C stops it.")
            click.echo("\n".join(filter(None, lines)))
            sys.stdout.flush()

        serve(settings, house.application, started=started)
