"""Inserting where the row may already be there, which each engine spells in its own way."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_if_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless any unique value is taken; tell whether it was inserted."""
    statement = _insert(connection, table).values(values).on_conflict_do_nothing()
    # Not every driver counts the rows of an insert; all of them return the row they inserted.
    inserted = statement.returning(*table.primary_key)
    return connection.execute(inserted).first() is not None


def insert_or_replace(
    connection: Connection, table: Table, values: Mapping[str, Any], *, key: Sequence[str]
) -> None:
    """Insert a row, or give the row that has this key these values."""
    rest = {name: value for name, value in values.items() if name not in key}
    statement = _insert(connection, table).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=rest))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
