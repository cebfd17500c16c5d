"""From an older shape of the database to the one that the code needs (the only importer of Alembic).

S1  an upgrade is one transaction, on SQLite too: killed halfway it leaves the old shape and can be run again
S2  two processes that upgrade at once: one does it, the other waits and finds it done
S3  a database newer than the code is never written
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from lms.base.store.schema import MIGRATIONS, VERSION_TABLE, Shape, newer, reachable, shape, shape_of
from lms.kernel.errors import Unavailable

_LOCK = 0x4C4D53
"""The advisory lock that upgrades of one PostgreSQL database take in turn."""


def upgrade(engine: Engine, *, migrations: Path = MIGRATIONS) -> Shape:
    """Give the database the shape that the code needs; return the one it had.

    Raises Unavailable, with nothing changed, when it is newer than the code or cannot be written.
    """
    if shape(engine, migrations=migrations) is Shape.CURRENT:
        return (
            Shape.CURRENT
        )  # nothing is changed, so nothing need be compared: with a million statements that takes long
    with alone(engine) as connection:
        found = shape_of(connection, migrations)
        if found is Shape.NEWER:
            raise newer()
        if found is not Shape.CURRENT:
            upgrade_to(connection, "head", migrations=migrations)
        return found


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction of an upgrade, with every other upgrade kept out; commit it unless it fails.

    Foreign keys are compared at its end, not row by row.
    """
    with reachable(), engine.connect() as connection:
        connection.detach()  # its settings are not for others
        if connection.dialect.name == "sqlite":
            # Changing a table means copying it, which foreign keys forbid; the pragma works only before BEGIN.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection
        _refuse_loose_ends(connection)
        connection.commit()


def upgrade_to(connection: Connection, revision: str, *, migrations: Path = MIGRATIONS) -> None:
    """Take the steps up to `revision`, in the transaction of `connection`."""
    scripts = ScriptDirectory(str(migrations))

    def steps(present: Any, _context: Any) -> Any:
        return scripts._upgrade_revs(revision, present)  # noqa: SLF001 - as alembic.command.upgrade does

    environment = EnvironmentContext(Config(), scripts, fn=steps, destination_rev=revision)
    with environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE, render_as_batch=True)
        with environment.begin_transaction():
            environment.run_migrations()


def _refuse_loose_ends(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if loose:
            raise Unavailable(f"The upgrade would leave {len(loose)} rows that point at nothing; nothing was changed.")
