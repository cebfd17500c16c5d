"""The database's shape over time: which one it has, and which one the code needs. `upgrade` leads from one to the other.

    new ── upgrade ──▶ current ◀── upgrade ── older          newer: refused, with words; nothing is touched

Knows the migrations by their files' names alone (`0001_first.py`), so that a web process need not load Alembic.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from lms.base.store.metadata import metadata
from lms.base.store.work import unavailable_from
from lms.kernel.errors import Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"


class Shape(Enum):
    """Where a database stands, compared with the code."""

    NEW = "new"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def shape(engine: Engine, *, migrations: Path = MIGRATIONS) -> Shape:
    """Tell where the database stands. Raises Unavailable when it cannot be reached."""
    with reachable(), engine.connect() as connection:
        return shape_of(connection, migrations)


def require_current(engine: Engine, *, migrations: Path = MIGRATIONS) -> None:
    """Raise Unavailable unless the database has the shape that the code needs."""
    found = shape(engine, migrations=migrations)
    if found is Shape.NEWER:
        raise newer()
    if found is Shape.OLDER:
        raise Unavailable(
            "The database has the shape of an older version of Ymarfer.",
            fix="Stop the server, then run: lms migrate (it makes a backup first)",
        )
    if found is Shape.NEW:
        raise Unavailable("There is no database here yet.", fix="Run: lms migrate (or lms run, which does it too)")


def revisions(migrations: Path = MIGRATIONS) -> tuple[str, ...]:
    """Return the revisions that this code knows, oldest first."""
    return tuple(sorted(path.name[:4] for path in (migrations / "versions").glob("[0-9]*.py")))


def shape_of(connection: Connection, migrations: Path = MIGRATIONS) -> Shape:
    """Tell where the database behind `connection` stands.

    Raises Unavailable when it holds tables of ours but not their revision.
    """
    tables = set(inspect(connection).get_table_names())
    known = revisions(migrations)
    revision = None
    if VERSION_TABLE in tables:
        revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    if revision is None:
        if ours := tables & set(metadata.tables):
            raise Unavailable(
                f"The database holds tables of Ymarfer ({', '.join(sorted(ours)[:3])} …) but not their version.",
                fix="Name an empty database, or restore a backup.",
            )
        return Shape.NEW
    if revision not in known:
        return Shape.NEWER
    return Shape.CURRENT if revision == known[-1] else Shape.OLDER


def newer() -> Unavailable:
    """Return what is said about a database from the future."""
    return Unavailable(
        "The database belongs to a newer version of Ymarfer, so this one leaves it alone.",
        why="Its tables may hold what this version does not know.",
        fix="Start the newer version again, or restore a backup from before its upgrade into an empty place.",
    )


@contextmanager
def reachable() -> Iterator[None]:
    """Turn a driver's word about a locked, full, missing or broken database into Unavailable."""
    try:
        yield
    except DBAPIError as error:
        unavailable = unavailable_from(error)
        if unavailable is None:
            raise
        raise unavailable from error
