"""A backup as a file: a zip with every row as JSON lines, every file of the data folder, and a manifest of hashes.

    manifest.json            format, when, revision, and of each part its count and SHA-256
    tables/<table>.jsonl     one JSON array per row, in the order of its primary key; the first line names the columns
    files/<path>             keys and whatever else lies in the data folder, databases and older backups excepted

Values are kept as the database holds them, not as our types read them, so that what is written back is the same to
the byte. Text orders by its bytes on both databases: the same content has the same hash on either.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, Self

import orjson
from sqlalchemy import Connection, MetaData, String, Table, collate, insert, inspect, select, text
from sqlalchemy.exc import CompileError, IntegrityError

from lms.base.store.schema import VERSION_TABLE
from lms.kernel.errors import Invalid, Unavailable

FORMAT = 1
BATCH = 500

_ANOTHER = "Nothing was restored. Take another backup."


@dataclass(frozen=True, slots=True)
class Part:
    """A table (count: rows) or a file (count: bytes) of a backup, with the SHA-256 of its entry in the zip."""

    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself."""

    made_at: str
    revision: str
    tables: dict[str, Part]
    files: dict[str, Part]
    format: int = FORMAT


# --- rows -------------------------------------------------------------------------------------------------------------


def present_tables(connection: Connection) -> list[Table]:
    """Return every table of the database as it is, the parents of foreign keys first."""
    names = [name for name in inspect(connection).get_table_names() if name != VERSION_TABLE]
    reflected = MetaData()
    reflected.reflect(connection, only=names)
    return reflected.sorted_tables


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield the lines of a table's entry."""
    yield orjson.dumps([column.name for column in table.columns]) + b"\n"
    keys = list(table.primary_key.columns) or list(table.columns)
    if connection.dialect.name == "postgresql":
        order = [collate(key, "C") if isinstance(key.type, String) else key for key in keys]
    else:
        order = list(keys)
    rows = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*order))
    for row in rows:
        yield orjson.dumps([_out(value) for value in row]) + b"\n"


def load(connection: Connection, table: Table, entry: Iterator[bytes]) -> None:
    """Write the rows of a table's entry into the (empty) table."""
    columns = orjson.loads(next(entry))
    try:
        while batch := list(islice(entry, BATCH)):
            rows = [
                {name: _in(value) for name, value in zip(columns, orjson.loads(line), strict=True)} for line in batch
            ]
            connection.execute(insert(table), rows)
    except (IntegrityError, CompileError, ValueError) as error:
        raise Invalid(f"The rows of {table.name} in the backup contradict each other.", fix=_ANOTHER) from error


def _out(value: Any) -> Any:
    return {"hex": value.hex()} if isinstance(value, bytes | memoryview) else value


def _in(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def digest(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of all chunks together."""
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Make every read inside see one moment, without holding up those who write."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    yield
    connection.rollback()


@contextmanager
def foreign_keys_later(connection: Connection, tables: list[Table]) -> Iterator[None]:
    """Compare foreign keys at the end, so that rows may point at rows that are not there yet."""
    if connection.dialect.name != "postgresql":  # `upgrade.alone` has seen to it
        yield
        return
    keys = [(table.name, key.name) for table in tables for key in table.foreign_key_constraints]
    for table, key in keys:
        connection.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" DEFERRABLE INITIALLY DEFERRED'))
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, key in keys:
        connection.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" NOT DEFERRABLE'))


def continue_numbering(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's own row numbers go on after the largest one that was written."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        )
        last = connection.scalar(select(column).order_by(column.desc()).limit(1))
        if sequence and last is not None:
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


# --- the file ---------------------------------------------------------------------------------------------------------


class Writer:
    """A backup being written: parts first, the manifest last; nothing is at `path` until all of it is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._parts: dict[str, dict[str, Part]] = {"tables": {}, "files": {}}

    def __enter__(self) -> Self:
        try:
            descriptor = os.open(self._draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        return self

    def add(self, kind: str, name: str, chunks: Iterator[bytes]) -> None:
        """Write one part: of kind 'tables' (a chunk is a line, the first is not a row) or 'files'."""
        found, size, count = hashlib.sha256(), 0, 0
        entry = f"tables/{name}.jsonl" if kind == "tables" else f"files/{name}"
        with self._zip.open(entry, "w", force_zip64=True) as target:
            for chunk in chunks:
                target.write(chunk)
                found.update(chunk)
                size += len(chunk)
                count += 1
        self._parts[kind][name] = Part(count - 1 if kind == "tables" else size, found.hexdigest())

    def finish(self, made_at: str, revision: str) -> Manifest:
        """Write the manifest; put the backup in its place, safely on the disk."""
        manifest = Manifest(made_at, revision, self._parts["tables"], self._parts["files"])
        self._zip.writestr("manifest.json", json.dumps(asdict(manifest), indent=1))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._draft.replace(self._path)
        return manifest

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        with suppress(OSError):
            self._zip.close()
        with suppress(OSError):
            self._file.close()
        self._draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> Unavailable:
        return Unavailable(
            f"The backup {self._path} cannot be written.",
            why=f"The system says: {error.strerror}.",
            fix="Name a file in a folder that exists and has room.",
        )


class Reader:
    """A backup being read. Raises Invalid when it is no backup, was cut short or was changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
            said = json.loads(self._zip.read("manifest.json"))
            if said["format"] != FORMAT:
                raise Invalid(
                    f"{path} has format {said['format']}; this version of Ymarfer reads format {FORMAT}.",
                    fix="Restore it with the version that made it.",
                )
            tables = {name: Part(**part) for name, part in said["tables"].items()}
            files = {name: Part(**part) for name, part in said["files"].items()}
            self.manifest = Manifest(said["made_at"], said["revision"], tables, files)
        except FileNotFoundError as error:
            raise Invalid(f"There is no file {path}.") from error
        except OSError as error:
            raise Unavailable(f"{path} cannot be read.", why=f"The system says: {error.strerror}.") from error
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise Invalid(f"{path} is not a backup of Ymarfer, or it was cut short.", fix=_ANOTHER) from error
        if strange := [name for name in self.manifest.files if not _is_inside(name)]:
            raise Invalid(f"{path} wants to write outside the data folder: {strange[0]!r}.", fix=_ANOTHER)

    def check(self) -> None:
        """Compare every part with its hash."""
        for kind, parts in (("tables", self.manifest.tables), ("files", self.manifest.files)):
            for name, part in parts.items():
                if digest(self.chunks(kind, name)) != part.sha256:
                    raise Invalid(
                        f"{self._path} was changed or damaged: {name} is not what was backed up.", fix=_ANOTHER
                    )

    def chunks(self, kind: str, name: str) -> Iterator[bytes]:
        """Yield a part: a table's lines, or a file's bytes."""
        try:
            with self._zip.open(f"tables/{name}.jsonl" if kind == "tables" else f"files/{name}") as entry:
                yield from entry
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise Invalid(f"{self._path} was changed or damaged: {name} cannot be read.", fix=_ANOTHER) from error

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\x00" not in name
