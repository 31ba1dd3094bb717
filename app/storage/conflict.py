"""Inserting where the row may already be there, which each engine spells in its own way."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert = postgresql.Insert | sqlite.Insert


def insert_all_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all but those of which any unique value is taken."""
    connection.execute(_all_unless_taken(connection.dialect.name, table), rows)


def insert_if_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless any unique value of it is taken; tell whether it was not."""
    statement = _all_unless_taken(connection.dialect.name, table)
    made = connection.execute(statement, values, execution_options={"preserve_rowcount": True})
    return made.rowcount == 1


def insert_or_replace(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or give the row that has its primary key these values, every column of it."""
    connection.execute(_or_replace(connection.dialect.name, table), values)


def insert_or_add(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], column: str
) -> None:
    """Insert rows, or add what they have in a column to what the rows with their keys have there.

    In the order given: who gives them in the order of their keys never waits in a ring.
    """
    connection.execute(_or_add(connection.dialect.name, table, column), rows)


def _insert(dialect: str, table: Table) -> "Insert":
    # Each engine's own dialect is loaded only where that engine is used.
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - see above

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - the same

    return sqlite.insert(table)


@lru_cache
def _all_unless_taken(dialect: str, table: Table) -> "Insert":
    # `inline`: no row is asked for back, so many go in one round.
    return _insert(dialect, table).on_conflict_do_nothing().inline()


@lru_cache
def _or_replace(dialect: str, table: Table) -> "Insert":
    statement = _insert(dialect, table)
    rest = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


@lru_cache
def _or_add(dialect: str, table: Table, column: str) -> "Insert":
    statement = _insert(dialect, table)
    more = {column: table.c[column] + statement.excluded[column]}
    keys = list(table.primary_key)
    return statement.on_conflict_do_update(index_elements=keys, set_=more).inline()
