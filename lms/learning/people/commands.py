"""`lms person`: the first admin, one-time links and roles, for who has the machine."""

import sys

import click

from lms.base.store.schema import Shape, shape
from lms.base.store.upgrade import upgrade
from lms.base.store.workplace import Workplace
from lms.learning.people import access, erasure, service
from lms.learning.people.model import ROLES


@click.group()
def person() -> None:
    """Manage accounts."""


@person.command()
@click.argument("mail")
@click.option("--name", required=True, help="Name as it stands on certificates.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), default=("learner",), show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.pass_obj
def add(place: Workplace, mail: str, name: str, roles: tuple[str, ...], *, password_stdin: bool) -> None:
    """Add an account; without a password, print a one-time link for choosing one.

    The first account may come before the first start: then the database is made.
    """
    if shape(place.store.engine) is Shape.NEW:
        upgrade(place.store.engine)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with place.work() as uow:
        added = service.add_person(
            uow, mail=mail, name=name, roles=roles, password=password, memory=place.settings.password_memory
        )
        made = None if password_stdin else access.make_link(uow, added.id)
    click.echo(f"added  {added.mail}  {', '.join(sorted(added.roles))}")
    if made is not None:
        click.echo(f"{place.settings.address}{made.path}")
        click.echo("The link works once, for an hour; `lms person link` makes a new one.")


@person.command()
@click.argument("mail")
@click.pass_obj
def link(place: Workplace, mail: str) -> None:
    """Print a link for choosing a new password: once, for an hour."""
    with place.work() as uow:
        made = access.make_link(uow, service.get_by_mail(uow, mail).id)
    click.echo(f"{place.settings.address}{made.path}")


@person.command(name="list")
@click.argument("words", nargs=-1)
@click.pass_obj
def list_(place: Workplace, words: tuple[str, ...]) -> None:
    """List accounts whose name or address has all of WORDS."""
    page = 1
    with place.work() as uow:
        while found := service.list_people(uow, words=" ".join(words), page=page):
            for each in found:
                click.echo(f"{each.mail}\t{each.name}\t{', '.join(sorted(each.roles))}")
            page += 1


@person.command()
@click.argument("mail")
@click.argument("roles", nargs=-1, required=True, type=click.Choice(ROLES))
@click.pass_obj
def role(place: Workplace, mail: str, roles: tuple[str, ...]) -> None:
    """Give an account exactly these ROLES."""
    with place.work() as uow:
        service.set_roles(uow, service.get_by_mail(uow, mail).id, roles)
    click.echo(f"{mail}  {', '.join(sorted(roles))}")


@person.command()
@click.argument("mail")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask; for scripts.")
@click.pass_obj
def erase(place: Workplace, mail: str, *, is_sure: bool) -> None:
    """Erase a person for good, after saying what that will do.

    Results, certificates and statements stay and are counted as before, but nobody can tell whose they are.
    """
    with place.work() as uow:
        found = service.get_by_mail(uow, mail)
        tally = erasure.preview(uow, found.id)
    click.echo(f"This erases {found.name} <{found.mail}>, for good:")
    for what, number in tally.items():
        click.echo(f"  {number:>6}  {what}")
    click.echo("Results, certificates and statements stay, and nobody can tell whose they are.")
    click.echo("Backups made before today still hold all of it until you delete them.")
    if not is_sure:
        click.confirm("Erase?", abort=True)
    with place.work() as uow:
        erasure.erase(uow, found.id, by=None)
    click.echo("erased")
