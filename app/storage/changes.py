"""Units of work that are known beforehand: rows to insert and to change, nothing to look at first.

Those that wait at the same time are written as one: each statement is run once, for all of them.
What must not have changed since somebody looked stands in the statement itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Delete, Dialect, Insert, Update

Statement = Insert | Update | Delete


class Overtaken(Exception):
    """A row is no longer as it was when somebody looked at it, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A statement, made once, and the values that it is run with.

    When it is `certain` it must meet as many rows as it has values: each its own.
    """

    statement: Statement
    values: Sequence[Mapping[str, Any]]
    certain: bool = False


class Changes:
    """A unit of work. It raises Overtaken when a row it was certain of is not met."""

    __slots__ = ("changes",)

    def __init__(self, *changes: Change) -> None:
        self.changes = changes

    def __add__(self, others: "Changes") -> "Changes":
        return Changes(*self.changes, *others.changes)

    def __call__(self, connection: Connection) -> None:
        self.write(connection, nullcontext())

    def write(self, connection: Connection, sending: AbstractContextManager[object]) -> None:
        """Write everything, what is not certain while `sending`; errors may then be the driver's.

        Overtaken as when it is called.
        """
        together: dict[Statement, tuple[list[Mapping[str, Any]], bool]] = {}
        for change in self.changes:
            values, _ = together.setdefault(change.statement, ([], change.certain))
            values += change.values
        with sending:
            for statement, (values, certain) in together.items():
                if not certain:
                    run(connection, statement, values)
        for statement, (values, certain) in together.items():
            if certain and run(connection, statement, values) != len(values):
                raise Overtaken


class Spoken(NamedTuple):
    """A statement in the words of one driver: looking them up each time costs more than running it.

    `fixed` are the values that stand in the statement itself; `makers` what makes a driver's value
    of each, in the order that the words name them.
    """

    words: str
    fixed: Mapping[str, Any]
    makers: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    by_place: bool

    def values(self, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the driver wants them
        """Return one row's values as the driver takes them: by their places, or by their names."""
        row = {**self.fixed, **given}
        made = [make(row[name]) if make else row[name] for name, make in self.makers]
        if self.by_place:
            return tuple(made)
        return dict(zip((name for name, _ in self.makers), made, strict=True))


def run(connection: Connection, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run a statement with each of these rows of values; return how many rows it met."""
    spoken = spoken_in(connection.dialect, statement, tuple(rows[0]))
    values = [spoken.values(row) for row in rows]
    return connection.exec_driver_sql(spoken.words, values).rowcount


@lru_cache(maxsize=256)
def spoken_in(dialect: Dialect, statement: Statement, names: Iterable[str]) -> Spoken:
    """Return the words of a statement, made once, that is run with values of these names."""
    compiled: Any = statement.compile(
        dialect=dialect, column_keys=list(names), for_executemany=True
    )
    binds = compiled.binds
    makers = tuple(
        (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup or binds
    )
    fixed = {name: bind.effective_value for name, bind in binds.items() if name not in names}
    return Spoken(str(compiled), fixed, makers, by_place=compiled.positional)
