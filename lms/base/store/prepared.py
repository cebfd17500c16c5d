"""Statements of the hot path: built with Core, compiled once for each database, then handed straight to its driver.

Core takes five times as long to execute a statement as SQLite does, most of it for finding the compiled form again and
for wrapping the result. What is prepared goes without: the same SQL, the same types, in the same transaction.

R1  what goes in and comes out is what Core would have taken and given, as plain tuples
R2  an error of the driver is raised as Core would have raised it; who listens for statements hears of it

For statements that every decision executes; everything else asks the connection. Not for columns whose default Python
makes, nor for what differs with its values (for `in_` there is `Among`).

Many rows at once go to PostgreSQL with COPY, which takes a tenth of the client's time for each that an INSERT takes.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Insert, Select, Update, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from lms.base.store.work import UnitOfWork

Values = Mapping[str, Any]
Process = Callable[[Any], Any]


@dataclass(slots=True)
class _Compiled:
    sql: str
    fixed: Values
    """Values that stand in the statement itself."""
    binds: tuple[tuple[str, Process | None], ...]
    is_positional: bool
    types: tuple[TypeEngine[Any], ...]
    dialect: Dialect
    errors: type[Exception]
    copy: str | None = None
    """How PostgreSQL takes many rows of this INSERT."""
    results: tuple[tuple[int, Process], ...] | None = None
    """What becomes of the columns of a row: known when the driver has said once what it gives."""

    def parameters(self, values: Values) -> Any:
        """Return `values` as the driver wants them: in order, or by name."""
        given = {**self.fixed, **values} if self.fixed else values
        if self.is_positional:
            return [given[name] if make is None else make(given[name]) for name, make in self.binds]
        return {name: given[name] if make is None else make(given[name]) for name, make in self.binds}

    def in_order(self, values: Values) -> list[Any]:
        """Return `values` in the order of the columns."""
        return [values[name] if make is None else make(values[name]) for name, make in self.binds]

    def rows(self, cursor: Any, given: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Return the rows that `cursor` has given, as Python values."""
        if self.results is None:
            makers = [
                kind.dialect_impl(self.dialect).result_processor(self.dialect, told[1])
                for kind, told in zip(self.types, cursor.description, strict=True)
            ]
            self.results = tuple((place, make) for place, make in enumerate(makers) if make is not None)
        found = []
        for each in given:
            row = list(each)
            for place, make in self.results:
                row[place] = make(row[place])
            found.append(tuple(row))
        return found


class Prepared:
    """A statement; `names` are the columns that an INSERT or UPDATE is given beside its `bindparam`s."""

    def __init__(self, statement: "Select[Any] | Insert | Update", *names: str) -> None:
        self._statement = statement.inline() if isinstance(statement, Insert) else statement
        self._names = names
        self._compiled: dict[str, _Compiled] = {}

    def first(self, uow: "UnitOfWork", **values: Any) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        compiled = self._for(uow)
        cursor = self._execute(uow, compiled, values)
        given = cursor.fetchone()
        return None if given is None else compiled.rows(cursor, [given])[0]

    def all(self, uow: "UnitOfWork", **values: Any) -> list[tuple[Any, ...]]:
        """Return every row."""
        compiled = self._for(uow)
        cursor = self._execute(uow, compiled, values)
        return compiled.rows(cursor, cursor.fetchall())

    def run(self, uow: "UnitOfWork", values: Values) -> int:
        """Change something; return how many rows were changed."""
        uow.queue_up()
        rows: int = self._execute(uow, self._for(uow), values).rowcount
        return rows

    def run_all(self, uow: "UnitOfWork", rows: Sequence[Values]) -> None:
        """Do the same for each of `rows`."""
        if len(rows) == 1:
            self.run(uow, rows[0])
            return
        uow.queue_up()
        compiled = self._for(uow)
        is_copied = compiled.copy is not None
        given = [compiled.in_order(row) if is_copied else compiled.parameters(row) for row in rows]
        _tell(uow, compiled, given, many=True)
        try:
            with contextlib.closing(uow.driver.cursor()) as cursor:
                if is_copied:
                    _copy(cursor, compiled.copy, given)
                else:
                    cursor.executemany(compiled.sql, given)
        except compiled.errors as error:
            raise _as_core(error, compiled) from error

    def _execute(self, uow: "UnitOfWork", compiled: _Compiled, values: Values) -> Any:
        given = compiled.parameters(values)
        _tell(uow, compiled, given, many=False)
        try:
            return uow.driver.execute(compiled.sql, given)
        except compiled.errors as error:
            raise _as_core(error, compiled) from error

    def _for(self, uow: "UnitOfWork") -> _Compiled:
        dialect = uow.connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(self._names) or None)
        if compiled.post_compile_params:
            raise ValueError(f"this statement differs with its values: {compiled}")
        names = compiled.positiontup if compiled.positional else compiled.params
        columns = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        return _Compiled(
            sql=str(compiled),
            fixed=fixed,
            copy=_copying(self._statement, dialect, names) if not fixed else None,
            binds=tuple(
                (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
            ),
            is_positional=compiled.positional,
            types=tuple(column.type for column in columns),
            dialect=dialect,
            errors=dialect.loaded_dbapi.Error,
        )


class Among:
    """A SELECT of the rows in which a column is one of some keys."""

    SIZES = (1, 10, 100, 500)
    """How many keys one question names: the least that is enough, with the last key again and again in what is left."""

    def __init__(self, statement: "Select[Any]", column: ColumnElement[Any]) -> None:
        self._sized = {size: Prepared(statement.where(column.in_(_keys(column, size)))) for size in self.SIZES}

    def all(self, uow: "UnitOfWork", keys: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return every row of any of `keys`; many of them are asked about in several questions."""
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(keys), self.SIZES[-1]):
            some = list(keys[start : start + self.SIZES[-1]])
            size = next(size for size in self.SIZES if size >= len(some))
            some += some[-1:] * (size - len(some))
            found += self._sized[size].all(uow, **{f"key{number}": key for number, key in enumerate(some)})
        return found


def _keys(column: ColumnElement[Any], size: int) -> list[ColumnElement[Any]]:
    return [bindparam(f"key{number}", type_=column.type) for number in range(size)]


def _copying(statement: Any, dialect: Dialect, names: Iterable[str]) -> str | None:
    if dialect.name != "postgresql" or not isinstance(statement, Insert):
        return None
    quote = dialect.identifier_preparer
    columns = ", ".join(quote.quote(name) for name in names)
    return f"COPY {quote.format_table(statement.table)} ({columns}) FROM STDIN"


def _copy(cursor: Any, sql: str | None, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _tell(uow: "UnitOfWork", compiled: _Compiled, given: Any, *, many: bool) -> None:
    for listener in uow.connection.dispatch.before_cursor_execute:
        listener(uow.connection, None, compiled.sql, given, None, many)


def _as_core(error: Exception, compiled: _Compiled) -> Exception:
    made: Exception = DBAPIError.instance(
        compiled.sql, None, error, compiled.errors, hide_parameters=True, dialect=compiled.dialect
    )
    return made
