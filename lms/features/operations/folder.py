"""The data folder, and the lock that keeps a second server from the same SQLite file."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from lms.kernel.errors import Conflict, Unavailable
from lms.kernel.settings import Settings

BACKUPS = "backups"


def make_folder(settings: Settings) -> None:
    """Make the data folder and an empty SQLite file in it, for their owner alone, where there are none.

    Raises Unavailable when that cannot be done. What exists keeps the permissions that somebody gave it.
    """
    database = sqlite_file(settings)
    with _explained(settings.data):
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if database is not None and not database.exists():
            os.close(os.open(database, os.O_WRONLY | os.O_CREAT, 0o600))


def prove_writable(settings: Settings) -> None:
    """Raise Unavailable unless the data folder can be written."""
    probe = settings.data / f".probe-{os.getpid()}"
    with _explained(settings.data):
        probe.write_bytes(b"\n" * 4096)
        probe.unlink()


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The data folder {folder} cannot be written.",
            why=f"The system says: {error.strerror}.",
            fix="Give the account that runs Ymarfer permission and room there, or set LMS_DATA to another folder.",
        ) from error


def sqlite_file(settings: Settings) -> Path | None:
    """Return the database's file, or None when it is not SQLite."""
    url = make_url(settings.database)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the right to serve this SQLite file; PostgreSQL serves as many servers as one likes.

    Raises Conflict, naming the process, when another one holds it. The right ends with the process, however it ends.
    """
    database = sqlite_file(settings)
    if database is None:
        yield
        return
    path = database.with_name(f"{database.name}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise Conflict(
                f"Another server (process {holder}) is already using {database}.",
                why="Two servers on one SQLite file would get in each other's way.",
                fix="Stop it first, or give this one its own LMS_DATA. PostgreSQL serves many servers.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
