"""One unit of work is one transaction: its connection, its instant, its ids, its events, and what the installation is.

W1  everything in a unit commits together or not at all
W2  events are handled at once, in the same transaction, and never swallowed
W3  what `after_commit` was given runs only after the commit, and never for a rolled-back unit
W4  on SQLite, reads before the first write hold no lock; the first write takes it (BEGIN IMMEDIATE), so
    a reader never has to give way in mid-transaction. Guard read-then-write with a conditional UPDATE or `lock`.
W5  `aside` is the one exception to W1: what came before it is committed, and nothing is held while it lasts
W6  what was gathered is kept as the last act of the transaction, so a lock that everybody needs is held briefly and last
W7  of the threads that share a store, one has a unit open at a time, in order of arrival (see `turns`)
"""

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, bindparam, case, create_engine, event, false, func, select
from sqlalchemy.exc import DatabaseError, DBAPIError, DisconnectionError, OperationalError

from lms.base.store.keys import read_key
from lms.base.store.lines import Direct, Pipeline, forget_when_psycopg_does
from lms.base.store.prepared import Prepared
from lms.base.store.queue import Queue
from lms.base.store.turns import Turns
from lms.kernel.clock import Clock
from lms.kernel.errors import Unavailable
from lms.kernel.ids import Ids
from lms.kernel.words import N_

BUSY_SECONDS = 15
"""How long a writer waits for another before it gives up, in seconds."""

LOG_PAGES = 32000
"""Pages (of 4 kB) that SQLite's log may hold before whoever commits folds it back into the file and waits for the disk.

The worker does it before (see `folding`). With SQLite's own 1000, somebody waited after every eightieth decision: 10 per
cent fewer decisions, a longer tail.
"""

RESTED_SECONDS = 5
"""How long a connection to PostgreSQL rests, in seconds, before it is asked whether it still works."""

Handler = Callable[["UnitOfWork", Any], None]
Keep = Callable[["UnitOfWork", list[Any]], None]

_KEY = bindparam("key", type_=BigInteger)
_LOCK = Prepared(select(func.pg_advisory_xact_lock(_KEY)))
_IS_FREE = Prepared(
    select(case((func.pg_try_advisory_lock_shared(_KEY), func.pg_advisory_unlock_shared(_KEY)), else_=false()))
)


class UnitOfWork:
    """What a service is given: the connection and the few things a transaction needs."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        ids: Ids,
        *,
        address: str,
        organisation: str,
        keys: Path | None,
        handlers: dict[type, tuple[Handler, ...]],
        turns: Turns,
        queue: Queue | None,
    ) -> None:
        self._turns = turns
        self._queue = queue
        self._keys = keys
        self._connection = connection
        self.dialect = connection.dialect
        self.line = Direct(connection) if self.dialect.name == "sqlite" else Pipeline(connection)
        """How prepared statements go: for `prepared` alone."""
        self.address = address
        self.organisation = organisation
        self.clock = clock
        self.ids = ids
        self.now: datetime = clock.now()
        self._handlers = handlers
        self._after_commit: list[Callable[[], None]] = []
        self._gathered: dict[Keep, list[Any]] = {}

    @property
    def connection(self) -> Connection:
        """The connection, for Core: what was sent before goes first."""
        self.line.flush()
        return self._connection

    def tell(self, sql: str, given: Any, *, many: bool) -> None:
        """Let whoever listens for statements hear of one that goes round Core."""
        for listener in self._connection.dispatch.before_cursor_execute:
            listener(self._connection, None, sql, given, None, many)

    def publish(self, happened: object) -> None:
        """Hand an event to everyone who subscribed to its type: now, in order, in this transaction."""
        for handler in self._handlers.get(type(happened), ()):
            handler(self, happened)

    def key(self, name: str) -> bytes:
        """Return one of the installation's own secret keys, made the first time. Raises Unavailable."""
        if self._keys is None:
            raise Unavailable("This store was opened without its keys.", fix="Open it with the data folder's keys.")
        return read_key(self._keys, name)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once the transaction has committed; never if it did not."""
        self._after_commit.append(call)

    def gather(self, keep: Keep, items: Iterable[Any]) -> None:
        """Hand `items` to `keep(uow, all of them)` once, when everything else of this transaction is done (W6)."""
        self._gathered.setdefault(keep, []).extend(items)

    def keep_gathered(self) -> None:
        """Keep what was gathered (called before each commit)."""
        while self._gathered:
            keep, items = next(iter(self._gathered.items()))
            del self._gathered[keep]
            keep(self, items)

    def lock(self, name: str) -> None:
        """Take the right to write until the commit, so that what is read next stays true.

        On PostgreSQL others are kept out by `name`, from the next question on; on SQLite there is one writer anyway.
        """
        if self.dialect.name == "sqlite":
            driver = self._connection.connection.dbapi_connection
            if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
                self.queue_up()
                self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            _LOCK.ask(self, key=zlib.crc32(name.encode()))

    def is_free(self, name: str) -> bool:
        """Tell whether nobody else has the right to write that `lock` takes; on SQLite, whoever writes has it."""
        if self.dialect.name != "sqlite":
            return bool((_IS_FREE.first(self, key=zlib.crc32(name.encode())) or (False,))[0])
        driver: Any = self._connection.connection.dbapi_connection
        if driver.in_transaction:
            return True  # the one who writes is this one
        driver.execute("PRAGMA busy_timeout=0")
        try:
            driver.execute("BEGIN IMMEDIATE")
            driver.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        finally:
            driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        return True

    def queue_up(self) -> None:
        """Wait for other processes that write to this SQLite file; called before the first write of a decision."""
        if self._queue is not None:
            self._queue.enter()

    def commit(self) -> None:
        """Keep what was gathered, commit, and let the next one write (called by Store)."""
        self.keep_gathered()
        self.line.commit()
        self._connection.commit()
        self.leave_queue()

    def leave_queue(self) -> None:
        """Let the next one write."""
        if self._queue is not None:
            self._queue.leave()

    def undo(self) -> None:
        """Take back everything since the unit opened, or since `aside`: what is refused halfway leaves nothing (W1)."""
        self.line.rollback()
        self._connection.rollback()
        self.leave_queue()
        self._after_commit.clear()
        self._gathered.clear()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Commit, then do something slow that needs no database; what follows is a transaction of its own.

        For what must be kept even if the rest fails, and for work that others should not wait for.
        """
        self.commit()
        self._turns.let_others()
        try:
            yield
        finally:
            self._turns.resume()

    def run_after_commit(self) -> None:
        """Run what waited for the commit (called by Store)."""
        for call in self._after_commit:
            call()


class Store:
    """An engine, and the units of work it opens."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        ids: Ids,
        subscriptions: Sequence[tuple[type, Handler]] = (),
        *,
        address: str = "http://localhost",
        organisation: str = "Ymarfer",
        keys: Path | None = None,
    ) -> None:
        self.engine = engine
        self.address = address
        self.organisation = organisation
        self.keys = keys
        self.clock = clock
        self.ids = ids
        handlers: dict[type, tuple[Handler, ...]] = {}
        for kind, handler in subscriptions:
            handlers[kind] = (*handlers.get(kind, ()), handler)
        self._handlers = handlers
        self.turns = Turns()
        database = engine.url.database if engine.dialect.name == "sqlite" else None
        self._queue = Queue(Path(database)) if database and database != ":memory:" else None

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        """Open a unit of work; commit when the block ends, roll back on any exception.

        Raises Unavailable when the database is locked, full, read-only or away.
        """
        try:
            with self.turns, self.engine.connect() as connection:
                uow = UnitOfWork(
                    connection,
                    self.clock,
                    self.ids,
                    address=self.address,
                    organisation=self.organisation,
                    keys=self.keys,
                    handlers=self._handlers,
                    turns=self.turns,
                    queue=self._queue,
                )
                try:
                    yield uow
                    uow.commit()
                finally:
                    if connection.in_transaction():
                        uow.line.rollback()
                        connection.rollback()
                    uow.leave_queue()
            uow.run_after_commit()
        except DBAPIError as error:
            unavailable = unavailable_from(error)
            if unavailable is None:
                raise
            raise unavailable from error


_FULL = (N_("The disk is full, so nothing was saved."), N_("Free some space, then try again."))
_BUSY = (N_("The database is busy, so nothing was saved."), N_("Try again in a moment."))
_DAMAGED = (
    N_("The database file is damaged, or it is none."),
    N_("Nothing was changed. Put it aside, then restore the last backup: lms restore."),
)
_REASONS = (
    ("not a database", *_DAMAGED),
    ("malformed", *_DAMAGED),
    ("database or disk is full", *_FULL),
    ("no space left", *_FULL),
    (
        "disk i/o error",
        N_("The disk could not be written, so nothing was saved."),
        N_("Check the disk, then try again."),
    ),
    ("database is locked", *_BUSY),
    ("readonly database", N_("The database cannot be written."), N_("Give the data folder back its write permission.")),
    (
        "unable to open database",
        N_("The database file cannot be opened."),
        N_("Check the data folder and its permissions."),
    ),
    ("connection", N_("The database cannot be reached."), N_("Check that the database server runs, then try again.")),
)


_STATES = {"53100": _FULL, "55P03": _BUSY, "40P01": _BUSY, "40001": _BUSY}
"""The same for PostgreSQL, by its SQLSTATE: its words may be in any language."""


def unavailable_from(error: DBAPIError) -> Unavailable | None:
    """Translate a driver's error into what a person can act on; None if it is a mistake of ours."""
    if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
        return None
    message = str(error.orig)
    said = _STATES.get(getattr(error.orig, "sqlstate", None) or "")
    for words, *meant in _REASONS:
        if said is None and words in message.lower():
            said = (meant[0], meant[1])
    return None if said is None else Unavailable(said[0], why=message.splitlines()[0], fix=said[1])


def open_engine(url: str, *, synchronous: str = "normal", threads: int = 1) -> Engine:
    """Open an engine for `url` (SQLite or PostgreSQL); SQLite gets WAL, foreign keys and a busy wait."""
    if not url.startswith("sqlite"):
        engine = create_engine(
            url,
            pool_size=threads + 1,
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={"options": f"-c lock_timeout={BUSY_SECONDS}s", "client_encoding": "utf8"},
        )
        forget_when_psycopg_does(engine)
        return _look_at_rested(engine)
    engine = create_engine(
        url,
        pool_size=threads + 1,
        hide_parameters=True,  # names and answers stay out of logs
        pool_use_lifo=True,  # the connection with the warm cache is used again
        connect_args={"isolation_level": "IMMEDIATE", "timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "cache_size=-16000",
            "temp_store=MEMORY",
            f"wal_autocheckpoint={LOG_PAGES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _look_at_rested(engine: Engine) -> Engine:
    """Let connections that are known to be closed, or have rested for long, be looked at before they are used again.

    A look at each would be one more question to the server for every request.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: object) -> None:
        has_rested = time.monotonic() - record.info.get("rests_since", time.monotonic())
        if connection.closed or (has_rested > RESTED_SECONDS and not _answers(engine, connection)):
            raise DisconnectionError

    return engine


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False
