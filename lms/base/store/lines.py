"""How the prepared statements of one unit of work reach the database: one by one, or several on one journey.

`Direct` hands each to the driver at once: SQLite is a function call away. On the way to a server and back, a statement
costs several times what the server needs for it. So for PostgreSQL it waits in the `Pipeline` until somebody wants an
answer, or until Core is about to use the connection; then all that waits goes, in order, with BEGIN before the first and
COMMIT after the last. This is the pipeline of PostgreSQL's own protocol, spoken with libpq: psycopg's needs three times
as much processor time for each statement.

L1  statements are executed in the order in which they were sent, each seeing what the one before it has changed
L2  of a journey on which one fails, the rest is not executed; the error is of the one that failed
L3  between journeys the connection is as psycopg knows it, so Core, COPY and psycopg itself may use it
"""

import contextlib
import itertools
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

MANY = 100
"""From so many rows on, COPY costs less than its own journeys do."""


class Sql(NamedTuple):
    """A statement as text, and how PostgreSQL takes several rows of it, or very many, if it is an INSERT."""

    one: str
    several: str | None = None
    copy: str | None = None


Row = Sequence[Any]


class Done:
    """A statement that the driver has executed."""

    def __init__(self, cursor: Any) -> None:
        self.rows: list[Row] = cursor.fetchall()
        self._cursor = cursor

    def count(self) -> int:
        """Return how many rows were changed."""
        return int(self._cursor.rowcount)

    def kinds(self) -> Iterable[Any]:
        """Return the driver's types of the columns."""
        return [told[1] for told in self._cursor.description]


class Direct:
    """Each statement goes to the driver at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._errors = connection.dialect.loaded_dbapi.Error

    def send(self, sql: Sql, given: Row) -> Done:
        """Execute a statement."""
        if not self._connection.in_transaction():
            self._connection.begin()
        try:
            return Done(self._driver.execute(sql.one, given))
        except self._errors as error:
            raise _as_core(error, sql.one, self._connection) from error

    def send_all(self, sql: Sql, rows: Sequence[Row]) -> None:
        """Execute a statement for each of `rows`."""
        if not self._connection.in_transaction():
            self._connection.begin()
        try:
            with contextlib.closing(self._driver.cursor()) as cursor:
                cursor.executemany(sql.one, rows)
        except self._errors as error:
            raise _as_core(error, sql.one, self._connection) from error

    def flush(self) -> None:
        """Nothing waits here."""

    commit = rollback = flush


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────────────────────────

_NAMES = "prepared by name"
_number = itertools.count()


class Sent:
    """A statement on its way, or back with libpq's `result`."""

    result: Any = None

    def __init__(
        self, line: "Pipeline", sql: str, given: Sequence[bytes | None] = (), formats: Sequence[int] = ()
    ) -> None:
        self._line = line
        self.sql = sql
        self.given = given
        self.formats = formats

    @property
    def rows(self) -> list[Row]:
        """What it gave, which is waited for."""
        return self._line.rows(self._line.back(self))

    def count(self) -> int:
        """Return how many rows were changed, which is waited for."""
        return int(self._line.back(self).command_tuples or 0)

    def kinds(self) -> Iterable[Any]:
        """Return the driver's types of the columns."""
        return [self.result.ftype(place) for place in range(self.result.nfields)]


class Pipeline:
    """Statements wait until an answer is wanted, then go together."""

    def __init__(self, connection: Connection) -> None:
        pooled = connection.connection
        self._connection = connection
        self._driver: Any = pooled.dbapi_connection
        self._psycopg: Any = connection.dialect.loaded_dbapi  # who uses SQLite need not wait for its import
        self._names: dict[str, bytes] = pooled.info.setdefault(_NAMES, {})
        self._waiting: list[Sent] = []

    def send(self, sql: Sql, given: Row) -> Sent:
        """Send a statement with the next journey."""
        return self._add(sql.one, given)

    def send_all(self, sql: Sql, rows: Sequence[Row]) -> None:
        """Send a statement for each of `rows`: very many at once, some with the next journey."""
        if sql.copy is not None and len(rows) >= MANY:
            self._copy(sql.copy, rows)
        elif sql.several is not None:
            self._add(sql.several, [_array(column) for column in zip(*rows, strict=True)])
        else:
            for row in rows:
                self._add(sql.one, row)

    def flush(self) -> None:
        """Make the journey, if anything waits for it."""
        if self._waiting:
            self._travel()

    def commit(self) -> None:
        """Make the last journey of a transaction, if anything waits for it."""
        if self._waiting:
            self._waiting.append(Sent(self, "COMMIT"))
            self._travel()

    def rollback(self) -> None:
        """Take everything back. psycopg would have the server forget every statement besides."""
        self._waiting.clear()
        states = self._psycopg.pq.TransactionStatus
        if self._driver.pgconn.transaction_status in {states.INTRANS, states.INERROR}:
            self._exchange([Sent(self, "ROLLBACK")])

    def back(self, sent: Sent) -> Any:
        """Return the result of a statement, which is waited for."""
        if sent.result is None:
            self.flush()
        return sent.result

    def rows(self, result: Any) -> list[Row]:
        """Return the rows of a result as psycopg would."""
        reader = self._psycopg.adapt.Transformer(self._driver)
        reader.set_pgresult(result)
        found: list[Row] = reader.load_rows(0, result.ntuples, tuple)
        return found

    def _add(self, sql: str, given: Row) -> Sent:
        try:
            sent = Sent(self, sql, *_written(given))
        except ValueError as error:
            raise _as_core(self._psycopg.DataError(str(error)), sql, self._connection) from error
        self._waiting.append(sent)
        return sent

    def _travel(self) -> None:
        sent, self._waiting = self._waiting, []
        if not self._connection.in_transaction():
            self._connection.begin()
        if self._driver.pgconn.transaction_status == self._psycopg.pq.TransactionStatus.IDLE:
            sent.insert(0, Sent(self, "BEGIN"))
        try:
            self._exchange(sent)
        except self._psycopg.Error as error:
            failed = next((each for each in sent if each.result is None), sent[-1])
            raise _as_core(error, failed.sql, self._connection) from error

    def _exchange(self, sent: Sequence[Sent]) -> None:
        server = self._driver.pgconn
        expected: list[Sent] = []
        made: list[Sent] = []
        server.enter_pipeline_mode()
        try:
            for each in sent:
                if each.sql not in self._names:
                    self._names[each.sql] = f"lms_{next(_number)}".encode()
                    server.send_prepare(self._names[each.sql], each.sql.encode())
                    made.append(Sent(self, each.sql))
                    expected.append(made[-1])
                server.send_query_prepared(self._names[each.sql], each.given, param_formats=each.formats)
                expected.append(each)
            server.pipeline_sync()
            self._driver.wait(_meet(server, expected, self._psycopg))
        finally:
            for each in made:
                if each.result is None:
                    del self._names[each.sql]
            if server.status == self._psycopg.pq.ConnStatus.OK:
                server.exit_pipeline_mode()

    def _copy(self, sql: str, rows: Sequence[Row]) -> None:
        self.flush()
        if not self._connection.in_transaction():
            self._connection.begin()
        try:
            with self._driver.cursor() as cursor, cursor.copy(sql) as copy:
                for row in rows:
                    copy.write_row(row)
        except self._psycopg.Error as error:
            raise _as_core(error, sql, self._connection) from error


def _meet(server: Any, expected: Iterable[Sent], psycopg: Any) -> Generator[Any, Any, None]:
    """Send what is to be sent and give each statement its result, up to the end of the journey.

    A generator as psycopg's connections wait for: it says what it waits for, and is told what is ready.
    """
    wait, kinds = psycopg.waiting.Wait, psycopg.pq.ExecStatus
    while server.flush():  # the server may be waiting to be heard before it listens again
        if (yield wait.RW) & psycopg.waiting.Ready.R:
            server.consume_input()
    failed, open_ = None, iter(expected)
    while server.status == psycopg.pq.ConnStatus.OK:
        while server.is_busy():
            yield wait.R
            server.consume_input()
        result = server.get_result()  # None stands between results
        if result is None or (failed is not None and result.status != kinds.PIPELINE_SYNC):
            continue
        if result.status == kinds.PIPELINE_SYNC:
            break
        if result.status == kinds.FATAL_ERROR:
            failed = psycopg.errors.error_from_result(result)
        else:
            next(open_).result = result
    else:
        failed = failed or psycopg.OperationalError("the connection was lost")
    if failed is not None:
        raise failed


def forget_when_psycopg_does(engine: Engine) -> None:
    """Forget the names of statements when psycopg rolls back, because then it has the server forget them."""

    @event.listens_for(engine, "rollback")
    def forget(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        if driver.pgconn.transaction_status != connection.dialect.loaded_dbapi.pq.TransactionStatus.IDLE:
            connection.info.pop(_NAMES, None)


# ── values as PostgreSQL reads them ───────────────────────────────────────────────────────────────────────────────


def _text(value: str) -> bytes:
    if "\0" in value:  # libpq would stop there
        raise ValueError("PostgreSQL text fields cannot contain NUL")
    return value.encode()


def _quoted(value: str) -> str:
    escaped = value.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


class _Writers(dict[type, Callable[[Any], Any]]):
    """How values are written, by their type; what is of a kind (an enumeration's text) as what it is of."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        self[kind] = next(self[each] for each in kind.__mro__[1:] if each in self)
        return self[kind]


_ALONE = _Writers(
    {
        str: _text,
        bytes: bytes,
        int: lambda value: b"%d" % value,
        bool: lambda value: b"t" if value else b"f",
        float: lambda value: repr(value).encode(),
        type(None): lambda _value: None,
    }
)
_IN_ARRAYS = _Writers(
    {
        str: _quoted,
        bytes: lambda value: rf'"\\x{value.hex()}"',
        int: lambda value: "%d" % value,  # noqa: UP031 - an enumeration's number, not its name
        bool: lambda value: "t" if value else "f",
        float: repr,
        type(None): lambda _value: "NULL",
    }
)


def _written(values: Row) -> tuple[list[bytes | None], list[int]]:
    """Return values as libpq takes them, and of each whether it is text (0) or plain bytes (1). Raises ValueError."""
    return [_ALONE[type(value)](value) for value in values], [int(type(value) is bytes) for value in values]


def _array(values: Iterable[Any]) -> str:
    return f"{{{','.join([_IN_ARRAYS[type(value)](value) for value in values])}}}"


def _as_core(error: Exception, sql: str, connection: Connection) -> Exception:
    dialect = connection.dialect
    made: Exception = DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )
    return made
