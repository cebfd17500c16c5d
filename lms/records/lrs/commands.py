"""`lms client`: which programs may use the LRS, for who has the machine."""

import click

from lms.base.store.workplace import Workplace
from lms.records.lrs import clients
from lms.records.lrs.ask import FIRST, PREFIXES, SECOND


@click.group()
def client() -> None:
    """Manage the programs that may use the LRS."""


@client.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(clients.SCOPES), help="What it may do."
)
@click.option("--origin", "origins", multiple=True, help="Web pages that may ask, such as https://tool.example.org.")
@click.option(
    "--per-minute",
    default=clients.PER_MINUTE,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    help="Requests a minute that it may make.",
)
@click.pass_obj
def add(place: Workplace, name: str, *, scopes: tuple[str, ...], origins: tuple[str, ...], per_minute: int) -> None:
    """Let the program NAME use the LRS, and print its credentials once."""
    with place.work() as uow:
        made, secret = clients.add_client(uow, name, scopes, origins, per_minute)
    _print_credentials(place, made.key, secret)


@client.command()
@click.argument("name")
@click.pass_obj
def rotate(place: Workplace, name: str) -> None:
    """Give NAME a new secret and print it once; the old one is worthless from now on."""
    with place.work() as uow:
        changed, secret = clients.rotate(uow, name)
    _print_credentials(place, changed.key, secret)


@client.command()
@click.argument("name")
@click.confirmation_option(prompt="It is refused at once, and for good. Revoke it?")
@click.pass_obj
def revoke(place: Workplace, name: str) -> None:
    """Refuse NAME from now on; what it sent is kept."""
    with place.work() as uow:
        clients.revoke(uow, name)
    click.echo(f"revoked  {name}")


@client.command(name="list")
@click.pass_obj
def list_(place: Workplace) -> None:
    """Show who may use the LRS, what each may do, and when it was last here."""
    with place.work() as uow:
        found = clients.list_clients(uow)
    for each in found:
        state = "revoked" if each.revoked_at else f"used {each.used_at:%Y-%m-%dT%H:%MZ}" if each.used_at else "unused"
        origins = f"  from {' '.join(each.origins)}" if each.origins else ""
        scopes = " ".join(scope for scope in clients.SCOPES if scope in each.scopes)
        click.echo(f"{each.name}  {state}  {scopes}  {each.per_minute} a minute{origins}")
    if not found:
        click.echo("no clients; add one: lms client add NAME --scope statements/read")


def _print_credentials(place: Workplace, key: str, secret: str) -> None:
    address = place.settings.address
    click.echo(f"address  {address}{PREFIXES[FIRST]}/ for xAPI {FIRST}, {address}{PREFIXES[SECOND]}/ for {SECOND}")
    click.echo(f"user     {key}")
    click.echo(f"password {secret}   (shown once)")
