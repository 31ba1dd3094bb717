"""The months of a unit's log: which have been drawn, reviewed and signed (SoPuL 10 §)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from app.casework import rights
from app.casework.access import Staff
from app.casework.refusals import NotAllMarked
from app.casework.reviewing import number
from app.casework.rights import Act
from app.errors import NoSuchItem
from app.records import audit
from app.records.audit import Kind
from app.runner.hours import Calendar
from app.storage.tables import audit_events, review_marks, review_months, review_readings

MOST = 12
"""So many months are shown at a time."""
READ, MARK, MONTH = review_readings.c, review_marks.c, review_months.c


@dataclass(frozen=True, slots=True)
class Month:
    """A month that is over, at a unit; `drawn_at` is None until it has been drawn."""

    name: str
    readings: int = 0
    chosen: int = 0
    marked: int = 0
    drawn_at: datetime | None = None
    signed_at: datetime | None = None
    signed_by: str = ""


def months(
    connection: Connection, *, staff: Staff, calendar: Calendar, now: datetime
) -> list[Month]:
    """Return all months that are over and of which the log has anything, the last first."""
    rights.require(staff, Act.SIGN_REVIEW)
    first = connection.execute(first_event()).scalar()
    if first is None:
        return []
    begins, day = calendar.day(first).replace(day=1), calendar.day(now).replace(day=1)
    drawn = {each.name: each for each in drawn_months(connection, staff.unit)}
    found: list[Month] = []
    while (day := before(day)) >= begins:
        name = f"{day:%Y-%m}"
        found.append(drawn.get(name, Month(name)))
    return found


def first_event() -> Select[Any]:
    return select(audit_events.c.at).order_by(audit_events.c.id).limit(1)


def before(first: date) -> date:
    """Return the first day of the month before."""
    earlier = first.replace(year=first.year - 1) if first.month == 1 else first
    return earlier.replace(month=(first.month - 2) % 12 + 1)


def drawn_months(connection: Connection, unit: str) -> list[Month]:
    """Return the months of a unit that have been drawn."""
    chosen = (
        select(READ.month, func.count().label("many")).where(READ.unit == unit).group_by(READ.month)
    )
    has_mark = select(1).where(MARK.event_id == READ.event_id).exists()
    many = {row.month: row.many for row in connection.execute(chosen)}
    marked = {row.month: row.many for row in connection.execute(chosen.where(has_mark))}
    return [
        Month(
            row.month,
            row.readings,
            many.get(row.month, 0),
            marked.get(row.month, 0),
            row.at,
            row.signed_at,
            row.signed_by or "",
        )
        for row in connection.execute(select(review_months).where(MONTH.unit == unit))
    ]


def sign(connection: Connection, *, staff: Staff, month: str, now: datetime) -> None:
    """Say that a month is done; nothing when it has been said. NotAllMarked; NoSuchItem."""
    rights.require(staff, Act.SIGN_REVIEW)
    found = {each.name: each for each in drawn_months(connection, staff.unit)}.get(month)
    if found is None:
        raise NoSuchItem("not a month that has been drawn")
    if found.marked < found.chosen:
        raise NotAllMarked(month)
    signed = (
        update(review_months)
        .where(MONTH.unit == staff.unit, MONTH.month == month, MONTH.signed_at.is_(None))
        .values(signed_at=now, signed_by=staff.name)
    )
    if connection.execute(signed).rowcount == 1:
        counts = {"month": number(month), "reviewed": found.chosen}
        event = audit.Event(Kind.LOG_SIGNED, unit=staff.unit, actor=staff.name, counts=counts)
        audit.record(connection, event, at=now)
