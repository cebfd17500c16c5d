"""Statements of the hot path: built with Core, compiled once for each database, then handed straight to its driver.

Core takes five times as long to execute a statement as SQLite does, most of it for finding the compiled form again and
for wrapping the result. What is prepared goes without: the same SQL, the same types, in the same transaction.

R1  what goes in and comes out is what Core would have taken and given, as plain tuples
R2  an error of the driver is raised as Core would have raised it; who listens for statements hears of it
R3  statements are executed in the order in which they are asked and run; the answer to `ask`, and an error of `run_all`,
    may come later: on PostgreSQL they wait until an answer is wanted and go together (`lines`)

For statements that every decision executes; everything else asks the connection. Not for columns whose default Python
makes, nor for what differs with its values (for `in_` there is `Among`).

Very many rows at once go to PostgreSQL with COPY, which takes a tenth of the client's time for each that an INSERT takes;
some go as one array for each column, in one statement that need not wait for the one before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Insert, Select, Update, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from lms.base.store.lines import Done, Sent, Sql

if TYPE_CHECKING:
    from lms.base.store.work import UnitOfWork

Values = Mapping[str, Any]
Process = Callable[[Any], Any]


@dataclass(slots=True)
class _Compiled:
    sql: Sql
    fixed: Values
    """Values that stand in the statement itself."""
    binds: tuple[tuple[str, Process | None], ...]
    types: tuple[TypeEngine[Any], ...]
    dialect: Dialect
    makers: tuple[tuple[int, Process], ...] | None = None
    """What becomes of the columns of a row: known when the driver has said once what it gives."""

    def parameters(self, values: Values) -> list[Any]:
        """Return `values` as the driver wants them, in order."""
        given = {**self.fixed, **values} if self.fixed else values
        return [given[name] if make is None else make(given[name]) for name, make in self.binds]

    def all_parameters(self, rows: Sequence[Values]) -> list[Sequence[Any]]:
        """Return what the driver wants for each of `rows`; there may be a thousand, so what needs nothing done is picked."""
        if self.fixed or len(self.binds) == 1 or any(make is not None for _name, make in self.binds):
            return [self.parameters(row) for row in rows]
        return list(map(itemgetter(*(name for name, _make in self.binds)), rows))

    def rows(self, given: Iterable[Sequence[Any]], kinds: Callable[[], Iterable[Any]]) -> list[tuple[Any, ...]]:
        """Return rows as Python values; `kinds()` are the driver's types of the columns."""
        if self.makers is None:
            made = [
                kind.dialect_impl(self.dialect).result_processor(self.dialect, told)
                for kind, told in zip(self.types, kinds(), strict=True)
            ]
            self.makers = tuple((place, make) for place, make in enumerate(made) if make is not None)
        found = []
        for each in given:
            row = list(each)
            for place, make in self.makers:
                row[place] = make(row[place])
            found.append(tuple(row))
        return found


class Asked:
    """A question on its way; whoever wants the answer waits for it."""

    def __init__(self, compiled: _Compiled, sent: Done | Sent) -> None:
        self._compiled = compiled
        self._sent = sent

    def all(self) -> list[tuple[Any, ...]]:
        """Return every row."""
        return self._compiled.rows(self._sent.rows, self._sent.kinds)

    def first(self) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        found = self.all()
        return found[0] if found else None


class Prepared:
    """A statement; `names` are the columns that an INSERT or UPDATE is given beside its `bindparam`s."""

    def __init__(self, statement: "Select[Any] | Insert | Update", *names: str) -> None:
        self._statement = statement.inline() if isinstance(statement, Insert) else statement
        self._names = names
        self._compiled: dict[str, _Compiled] = {}

    def ask(self, uow: "UnitOfWork", **values: Any) -> Asked:
        """Ask, and go on before the answer is there: what is asked next goes with it."""
        compiled = self._for(uow)
        return Asked(compiled, _send(uow, compiled, values))

    def first(self, uow: "UnitOfWork", **values: Any) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        return self.ask(uow, **values).first()

    def all(self, uow: "UnitOfWork", **values: Any) -> list[tuple[Any, ...]]:
        """Return every row."""
        return self.ask(uow, **values).all()

    def run(self, uow: "UnitOfWork", values: Values) -> int:
        """Change something; return how many rows were changed."""
        uow.queue_up()
        return _send(uow, self._for(uow), values).count()

    def run_all(self, uow: "UnitOfWork", rows: Sequence[Values]) -> None:
        """Do the same for each of `rows`, and go on before it is done (R3)."""
        uow.queue_up()
        compiled = self._for(uow)
        if len(rows) == 1:
            _send(uow, compiled, rows[0])
        elif rows:
            given = compiled.all_parameters(rows)
            uow.tell(compiled.sql.one, given, many=True)
            uow.line.send_all(compiled.sql, given)

    def _for(self, uow: "UnitOfWork") -> _Compiled:
        compiled = self._compiled.get(uow.dialect.name)
        if compiled is None:
            compiled = self._compiled[uow.dialect.name] = self._compile(uow.dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        is_on_server = dialect.name == "postgresql"
        if is_on_server:
            dialect = type(dialect)(paramstyle="numeric_dollar")  # type: ignore[call-arg] # as libpq wants it: $1
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(self._names) or None)
        if compiled.post_compile_params:
            raise ValueError(f"this statement differs with its values: {compiled}")
        names = compiled.positiontup
        fixed = {name: compiled.binds[name].value for name in names if not compiled.binds[name].required}
        kinds = {name: compiled.binds[name].type.dialect_impl(dialect) for name in names}
        is_filled = isinstance(self._statement, Insert) and not fixed
        columns = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        return _Compiled(
            sql=Sql(str(compiled), *(_of_many(compiled, kinds) if is_on_server and is_filled else ())),
            fixed=fixed,
            binds=tuple((name, kinds[name].bind_processor(dialect)) for name in names),  # one may be there twice
            types=tuple(column.type for column in columns),
            dialect=dialect,
        )


class Among:
    """A SELECT of the rows in which a column is one of some keys."""

    SIZES = (1, 10, 100, 500)
    """How many keys one question names: the least that is enough, with the last key again and again in what is left."""

    def __init__(self, statement: "Select[Any]", column: ColumnElement[Any]) -> None:
        self._sized = {size: Prepared(statement.where(column.in_(_keys(column, size)))) for size in self.SIZES}

    def ask(self, uow: "UnitOfWork", keys: Sequence[Any]) -> Callable[[], list[tuple[Any, ...]]]:
        """Ask for the rows of any of `keys`, and go on; what is returned gives them. Many keys are several questions."""
        asked = []
        for start in range(0, len(keys), self.SIZES[-1]):
            some = list(keys[start : start + self.SIZES[-1]])
            size = next(size for size in self.SIZES if size >= len(some))
            some += some[-1:] * (size - len(some))
            asked.append(self._sized[size].ask(uow, **{f"key{number}": key for number, key in enumerate(some)}))
        return lambda: [row for each in asked for row in each.all()]

    def all(self, uow: "UnitOfWork", keys: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return every row of any of `keys`."""
        return self.ask(uow, keys)()


def _keys(column: ColumnElement[Any], size: int) -> list[ColumnElement[Any]]:
    return [bindparam(f"key{number}", type_=column.type) for number in range(size)]


def _of_many(compiled: Any, kinds: Mapping[str, TypeEngine[Any]]) -> tuple[str, str]:
    """Return how PostgreSQL takes rows of an INSERT: as one array for each column, and by COPY."""
    table = compiled.preparer.format_table(compiled.statement.table)
    columns = ", ".join(map(compiled.preparer.quote, kinds))
    arrays = ", ".join(
        f"{compiled.render_bind_cast(compiled.binds[name].type, kind, f'${number}')}[]"
        for number, (name, kind) in enumerate(kinds.items(), 1)
    )
    insert = f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})"  # noqa: S608 - of our own tables alone
    return insert, f"COPY {table} ({columns}) FROM STDIN"


def _send(uow: "UnitOfWork", compiled: _Compiled, values: Values) -> Done | Sent:
    given = compiled.parameters(values)
    uow.tell(compiled.sql.one, given, many=False)
    return uow.line.send(compiled.sql, given)
