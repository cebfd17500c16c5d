"""`lms endpoint`, `lms relay`, `lms export`: delivery for who has the machine."""

import json
import signal
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import TextIO

import click

from lms.base.store.workplace import Workplace
from lms.engine.xapi import profile as xapi_profile
from lms.kernel import logs
from lms.kernel.errors import Invalid, Unavailable
from lms.records.lrs import service as lrs
from lms.records.tracking import endpoints
from lms.records.tracking.relay import open_relay
from lms.records.tracking.transport import HttpCourier, Target, probe
from lms.records.tracking.vault import Vault
from lms.records.tracking.wanted import VERB_IRIS


@click.group()
def endpoint() -> None:
    """Manage the LRSs that receive statements."""


@endpoint.command()
@click.argument("name")
@click.argument("url")
@click.option("--user", required=True, help="User name (key) at that LRS.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.option("--version", default="1.0.3", show_default=True, type=click.Choice(endpoints.VERSIONS))
@click.option("--verb", "verbs", multiple=True, type=click.Choice(sorted(VERB_IRIS)), help="Send only these verbs.")
@click.option("--about", multiple=True, metavar="ID", help="Send only what belongs to these courses and scenarios.")
@click.option("--others", is_flag=True, help="Send what other programs store here too; it may name people.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Send what was recorded from that day on as well.")
@click.option("--replace", is_flag=True, help="Change all of this for the endpoint of this name.")
@click.pass_obj
def add(
    place: Workplace,
    name: str,
    url: str,
    user: str,
    *,
    password_stdin: bool,
    version: str,
    verbs: tuple[str, ...],
    about: tuple[str, ...],
    others: bool,
    since: datetime | None,
    replace: bool,
) -> None:
    """Send everything that is recorded from now on to the LRS at URL (such as https://lrs.example.org/xapi)."""
    is_piped = password_stdin or not sys.stdin.isatty()
    password = sys.stdin.readline().rstrip("\r\n") if is_piped else click.prompt("Password", hide_input=True)
    if not password:
        raise Invalid("There is no password.", fix="Type it, or send it to standard input as its first line.")
    with place.work() as uow:
        is_new = endpoints.add_endpoint(
            uow,
            Vault(place.settings.data),
            name=name,
            url=url,
            username=user,
            password=password,
            version=version,
            verbs=verbs,
            about=about,
            others=others,
            private=place.settings.endpoint_private,
            replace=replace,
        )
    click.echo(f"{'added' if is_new else 'changed'}  {name}   try it: lms endpoint test {name}")
    if since is not None:
        _replay(place, name, since)


@endpoint.command(name="list")
@click.pass_obj
def list_(place: Workplace) -> None:
    """Show how each endpoint fares."""
    _show(place)


@endpoint.command()
@click.argument("name")
@click.pass_obj
def pause(place: Workplace, name: str) -> None:
    """Stop delivering to NAME; recording for it goes on."""
    with place.work() as uow:
        endpoints.pause(uow, name)
    click.echo(f"paused  {name}")


@endpoint.command()
@click.argument("name")
@click.pass_obj
def resume(place: Workplace, name: str) -> None:
    """Deliver to NAME again."""
    with place.work() as uow:
        endpoints.resume(uow, name)
    click.echo(f"resumed  {name}")


@endpoint.command()
@click.argument("name")
@click.confirmation_option(prompt="What waits for it is not sent any more. Remove it?")
@click.pass_obj
def remove(place: Workplace, name: str) -> None:
    """Forget NAME: its address, its password, and what waits for it. What it was sent stays there."""
    with place.work() as uow:
        count = endpoints.remove(uow, name)
    click.echo(f"removed  {name}   {count} statements waited for it")


@endpoint.command()
@click.argument("name")
@click.pass_obj
def test(place: Workplace, name: str) -> None:
    """Sign in at NAME and ask for one statement; nothing is sent."""
    with place.work() as uow:
        access = endpoints.get_access(uow, name)
    password = Vault(place.settings.data).unseal(access.secret)
    with closing(HttpCourier(private=place.settings.endpoint_private)) as courier:
        problem = probe(courier, Target(access.url, access.version, access.username, password))
    if problem:
        raise Unavailable(f"{name} at {access.url}: {problem}")
    click.echo(f"well  {name} answers as an LRS does")


@endpoint.command()
@click.argument("name")
@click.pass_obj
def retry(place: Workplace, name: str) -> None:
    """Send every parked statement of NAME again."""
    with place.work() as uow:
        count = endpoints.retry(uow, name)
    click.echo(f"{count} parked statements of {name} are sent again")


@endpoint.command()
@click.argument("name")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC).")
@click.pass_obj
def replay(place: Workplace, name: str, since: datetime) -> None:
    """Send NAME again what was recorded since a day, as far as its filter lets it through.

    For a store that was emptied, or that came later. One that has a statement already keeps it as it is.
    """
    _replay(place, name, since)


def _replay(place: Workplace, name: str, since: datetime) -> None:
    count, after = 0, 0
    while True:
        with place.work() as uow:
            part = endpoints.replay(uow, name, since.replace(tzinfo=UTC), after=after)
        count += part.count
        if part.last is None:
            break
        after = part.last
    click.echo(f"{count} statements recorded since {since:%Y-%m-%d} are sent to {name}")


@click.command()
@click.option("--once", is_flag=True, help="Deliver what is due, then stop.")
@click.option("--status", is_flag=True, help="Deliver nothing; show how each endpoint fares.")
@click.pass_obj
def relay(place: Workplace, *, once: bool, status: bool) -> None:
    """Deliver statements; runs until stopped. Any number of these may run at once."""
    if status:
        _show(place)
        return
    logs.configure(place.settings.log)
    with place.work():
        pass  # says clearly when the database is not ready
    with closing(open_relay(place.store, place.settings)) as worker:
        if once:
            worker.drain()
            _show(place)
            return
        stop = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stop.set())
        worker.run(stop)


@click.group()
def export() -> None:
    """Write what may leave."""


@export.command()
@click.option(
    "--out", type=click.File("w", encoding="utf-8", lazy=True, atomic=True), default="-", help="File to write."
)
@click.pass_obj
def statements(place: Workplace, out: TextIO) -> None:
    """Write every statement as JSON lines, oldest first, those of other programs too. Practice runs stay here."""
    with place.work() as uow:
        out.writelines(
            json.dumps(entry.statement(), ensure_ascii=False, separators=(",", ":")) + "\n"
            for entry in lrs.list_public(uow)
        )


@export.command()
def profile() -> None:
    """Write our xAPI profile as JSON-LD."""
    click.echo(json.dumps(xapi_profile.document(), indent=2, ensure_ascii=False))


def _show(place: Workplace) -> None:
    with place.work() as uow:
        found = endpoints.list_endpoints(uow)
    for each in found:
        state = "paused" if each.paused else "waiting" if each.words and each.due_at else "well"
        oldest = f"  oldest {each.oldest_at:%Y-%m-%dT%H:%MZ}" if each.oldest_at else ""
        withheld = f"  withheld {each.withheld}" if each.withheld else ""
        counts = f"delivered {each.delivered}  pending {each.pending}  parked {each.parked}{withheld}{oldest}"
        click.echo(f"{each.name}  {state}  {counts}  {each.url}")
        if each.verbs or each.about:
            click.echo(f"  only {', '.join((*each.verbs, *each.about))}")
        if each.others:
            click.echo("  with what other programs send")
        if each.words:
            click.echo(f"  {each.words}")
    if not found:
        click.echo("no endpoints; add one: lms endpoint add NAME URL --user KEY")
