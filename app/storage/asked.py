"""Questions that a page asks each time: put into a driver's words once, and asked by the driver.

To find the words of a statement anew, and to make of its rows what the library makes of any, costs
more than to run it.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Dialect, Select

T = TypeVar("T")
Make = Callable[[Any], Any] | None


class Spoken(NamedTuple):
    """A question in the words of one driver.

    `given` makes the driver's values of ours, in the order that the words name them; `columns` ours
    of the driver's, by their places; `fixed` are values that stand in the question itself.
    """

    words: str
    by_place: bool
    fixed: Mapping[str, Any]
    given: tuple[tuple[str, Make], ...]
    columns: tuple[tuple[int, Callable[[Any], Any]], ...]

    def values(self, asked: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the driver wants them
        """Return what the question is asked with: by place, or by name."""
        values = {**self.fixed, **asked}
        made = [make(values[name]) if make else values[name] for name, make in self.given]
        if self.by_place:
            return tuple(made)
        return dict(zip((name for name, _ in self.given), made, strict=True))


class Asked(Generic[T]):
    """A question; `make` is what becomes of a row, given its columns in their order."""

    def __init__(self, statement: Select[Any], make: Callable[..., T]) -> None:
        self.statement = statement
        self._make = make
        self._spoken: dict[str, Spoken] = {}

    def all(self, connection: Connection, **asked: object) -> list[T]:
        """Return what there is, in the statement's order. `asked` are the values it leaves open."""
        spoken = self._spoken.get(connection.dialect.name) or self._in(connection.dialect)
        found, make = [], self._make
        for row in answers(connection, spoken.words, spoken.values(asked)):
            values = list(row)
            for place, read in spoken.columns:
                values[place] = read(values[place])
            found.append(make(*values))
        return found

    def one(self, connection: Connection, **asked: object) -> T | None:
        """Return what there is one of at most; None when there is none."""
        found = self.all(connection, **asked)
        if len(found) > 1:
            raise LookupError("there are several")
        return found[0] if found else None

    def _in(self, dialect: Dialect) -> Spoken:
        compiled: Any = self.statement.compile(dialect=dialect)
        binds = compiled.binds
        given = tuple(
            (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or binds
        )
        fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        readers = (
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in self.statement.selected_columns
        )
        columns = tuple((place, read) for place, read in enumerate(readers) if read)
        spoken = Spoken(str(compiled), bool(compiled.positional), fixed, given, columns)
        self._spoken[dialect.name] = spoken
        return spoken


def row_of(statement: Select[Any]) -> Callable[..., Any]:
    """Return what makes a row, whose columns are known by their names, of their values."""
    names = [str(column.key) for column in statement.selected_columns]
    return namedtuple("Row", names)  # noqa: PYI024 - known here only


def answers(connection: Connection, words: str, values: Any) -> Iterable[Any]:  # noqa: ANN401 - the driver's
    """Return the rows that a driver finds.

    What goes wrong goes wrong once more by way of the library, which knows what becomes of the
    connection, and raises its own error.
    """
    dialect: Any = connection.dialect
    driver: Any = connection.connection.driver_connection
    # What is sealed is half as long in PostgreSQL's binary answers as in its words.
    how = {"binary": True} if dialect.name == "postgresql" else {}
    try:
        rows: list[Any] = driver.execute(words, values, **how).fetchall()
    except dialect.loaded_dbapi.Error:
        return connection.exec_driver_sql(
            words, tuple(values) if isinstance(values, list) else values
        )
    return rows
