"""Use cases of operations: prepare a place, migrate with a backup first, back up, restore, say whether all is ready."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text

from lms.base.store.schema import VERSION_TABLE, Shape, require_current, revisions, shape, shape_of
from lms.base.store.upgrade import alone, upgrade, upgrade_to
from lms.base.store.work import Store, UnitOfWork
from lms.features.operations import archive
from lms.features.operations.folder import BACKUPS, only_server, prove_writable, sqlite_file
from lms.kernel.errors import Conflict, Invalid, Unavailable
from lms.kernel.settings import Settings

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of the database, and the backup that was made before it changed."""

    found: Shape
    backup: Path | None

    @property
    def sentence(self) -> str:
        """Say what happened to a database that was there before; nothing about a new one."""
        if self.backup is None:
            return ""
        return f"The database was brought up to date; as it was before: {self.backup}"


def migrate(store: Store, settings: Settings) -> Migrated:
    """Bring the database into the shape that the code needs; an older one is backed up first.

    Raises Unavailable when it is newer than the code or cannot be written, Conflict when a server is using it.
    """
    if shape(store.engine) is not Shape.OLDER:
        return migrate_alone(store, settings)
    with only_server(settings):
        return migrate_alone(store, settings)


def migrate_alone(store: Store, settings: Settings) -> Migrated:
    """Do the same as the one server of this database."""
    saved = automatic_backup(store, settings, "before-upgrade") if shape(store.engine) is Shape.OLDER else None
    return Migrated(upgrade(store.engine), saved)


def automatic_backup(store: Store, settings: Settings, why: str) -> Path:
    """Make a backup in the data folder's own place for them; return where it is."""
    folder = settings.data / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{why}-{store.clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}.zip"
    back_up(store, settings, path)
    return path


def back_up(store: Store, settings: Settings, path: Path) -> archive.Manifest:
    """Write everything into the file `path` (0600), as of one moment, while others read and write.

    Raises Unavailable when there is no database or the file cannot be written.
    """
    if shape(store.engine) is Shape.NEW:
        raise Unavailable("There is no database here yet, so there is nothing to back up.")
    with archive.Writer(path) as writer, store.engine.connect() as connection:
        with archive.snapshot(connection):
            revision = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
            for table in archive.present_tables(connection):
                writer.add("tables", table.name, archive.lines(connection, table))
        for file in _files(settings):
            writer.add("files", file.relative_to(settings.data).as_posix(), _chunks(file))
        return writer.finish(_text(store.clock.now()), str(revision))


def restore(store: Store, settings: Settings, path: Path, *, overwrite: bool = False) -> archive.Manifest:
    """Bring back what `back_up` wrote, into this database and data folder, whichever database it came from.

    Raises Conflict when the place is in use, or not empty and `overwrite` is not said; Invalid when the file is damaged
    or newer than the code. Either all of it is restored and compared with its hashes, or nothing changed.
    """
    reader = archive.Reader(path)
    try:
        if reader.manifest.revision not in revisions():
            raise Invalid(f"{path} was made by a newer version of Ymarfer.", fix="Restore it with that version.")
        reader.check()
        prove_writable(settings)
        with only_server(settings):
            present = _present(store, settings)
            if present and not overwrite:
                raise Conflict(
                    f"This place is not empty: it has {present}.",
                    fix="Name an empty LMS_DATA, or say --overwrite; a backup of what is here is then made first.",
                )
            if shape(store.engine) is not Shape.NEW:
                automatic_backup(store, settings, "before-restore")
            _replace(store.engine, settings, reader)
        return reader.manifest
    finally:
        reader.close()


def _present(store: Store, settings: Settings) -> str:
    if shape(store.engine) is not Shape.NEW:
        return "a database"
    files = [file for file in _files(settings) if file.stat().st_size]
    return f"the file {files[0]}" if files else ""


def _replace(engine: Engine, settings: Settings, reader: archive.Reader) -> None:
    """Put the backup's content in the place of what is there: rows and files, in one transaction."""
    engine.dispose()
    with alone(engine) as connection:
        if connection.dialect.name == "postgresql":
            others = connection.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            )
            if others:
                raise Conflict(f"{others} other connections use this database.", fix="Stop every server first.")
        for table in reversed(archive.present_tables(connection)):
            table.drop(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))
        upgrade_to(connection, reader.manifest.revision)
        tables = archive.present_tables(connection)
        with archive.foreign_keys_later(connection, tables):
            for table in tables:
                if table.name in reader.manifest.tables:
                    archive.load(connection, table, reader.chunks("tables", table.name))
                    archive.continue_numbering(connection, table)
        for table in tables:
            wanted = reader.manifest.tables.get(table.name)
            digest = archive.digest(archive.lines(connection, table))
            if wanted is not None and digest != wanted.sha256:
                raise Invalid(f"{table.name} did not come back as it was backed up; nothing was changed.")
        upgrade_to(connection, "head")
        for name in reader.manifest.files:
            _put(settings.data / name, reader.chunks("files", name))


def _put(path: Path, chunks: Iterator[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _files(settings: Settings) -> list[Path]:
    """Return what lies in the data folder, but databases, their locks, unfinished files and older backups."""
    database = sqlite_file(settings)
    left_out = f"{database.name}" if database else "lms.sqlite3"
    return [
        path
        for path in sorted(settings.data.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(settings.data).parts)
        and path.relative_to(settings.data).parts[0] != BACKUPS
        and not path.name.startswith(left_out)
    ]


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def require_ready(store: Store) -> None:
    """Raise Unavailable unless the database can be reached and has the shape that the code needs."""
    require_current(store.engine)


def require_ready_now(uow: UnitOfWork) -> None:
    """Raise Unavailable unless the database has the shape that the code needs."""
    if shape_of(uow.connection) is not Shape.CURRENT:
        raise Unavailable("The database does not have the shape that this version needs.", fix="Run: lms migrate")
