"""Inserting where the row may already be there, which each engine spells in its own way."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert

INSERT: Mapping[str, Callable[[Table], Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert_all_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all but those of which any unique value is taken."""
    connection.execute(_all_unless_taken(connection.dialect.name, table), rows)


def insert_or_replace(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or give the row that has its primary key these values, every column of it."""
    connection.execute(_or_replace(connection.dialect.name, table), values)


@lru_cache
def _all_unless_taken(dialect: str, table: Table) -> Insert:
    # `inline`: no row is asked for back, so many go in one round.
    return INSERT[dialect](table).on_conflict_do_nothing().inline()


@lru_cache
def _or_replace(dialect: str, table: Table) -> Insert:
    statement = INSERT[dialect](table)
    rest = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)
