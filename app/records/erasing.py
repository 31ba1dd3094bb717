"""How a report is erased, with all that is kept of it: whole, in the caller's transaction."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Exists,
    and_,
    delete,
    exists,
    func,
    literal_column,
    or_,
)

from app.records import audit
from app.storage.tables import deliveries, inbox_items, metadata, submissions


def erase(connection: Connection, units: Mapping[UUID, str], *, now: datetime) -> None:
    """Erase reports, by id with the unit of each. That it was done is in the audit trail.

    The keys that a report is sealed under lie in the same column as what they open, and go with it.
    """
    ids = list(units)
    for column in hanging():
        connection.execute(delete(column.table).where(column.in_(ids)))
    connection.execute(delete(submissions).where(submissions.c.id.in_(ids)))
    for submission_id, unit in units.items():
        gone = audit.Event(audit.Kind.SUBMISSION_ERASED, submission_id, unit=unit)
        audit.record(connection, gone, at=now)


def hanging() -> Iterator[Column[UUID]]:
    """Yield every column that says which report a row is of, in the order in which they may go.

    The item first: as long as it is there, nothing that is written of it can be removed.
    """
    tables = [table for table in metadata.tables.values() if table is not inbox_items]
    for table in (inbox_items, *tables):
        for column in table.columns:
            if any(key.column is submissions.c.id for key in column.foreign_keys):
                yield column


def delivered_before(limit: datetime) -> ColumnElement[bool]:
    """Return what is true of reports that came in, and were all delivered, before a moment."""
    mine = deliveries.c.submission_id == submissions.c.id
    ended_at = func.coalesce(deliveries.c.confirmed_at, deliveries.c.released_at)
    too_early = or_(ended_at.is_(None), ended_at > limit)
    return and_(submissions.c.received_at <= limit, there_is(mine), ~there_is(mine, too_early))


def there_is(*conditions: ColumnElement[bool]) -> Exists:
    """Return that there is a row of which all this is true."""
    # Not `SELECT *`, which PostgreSQL lets only those use who may read every column, the report
    # among them.
    return exists(literal_column("1")).where(*conditions)
