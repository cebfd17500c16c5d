"""What a click command finds in `ctx.obj`: the settings, and units of work in the store that they name.

A command declares `@click.pass_obj` and `def add(place: Workplace, …)`. Both parts are opened when first used, so a
command that needs no database never pays for one. `cli.py` makes it; nothing here knows how.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from lms.base.store.work import Store, UnitOfWork
from lms.kernel.settings import Settings


class Workplace(Protocol):
    """The settings and the store of this process."""

    @property
    def settings(self) -> Settings:
        """Return the settings; raises Invalid with every bad one."""

    @property
    def store(self) -> Store:
        """Return the store, whatever the shape of its database; the data folder exists from then on."""

    def work(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work; raises Unavailable when the database has not the shape that the code needs."""
