"""What is counted for statistics, month by month: numbers, and nothing of any one case.

A report counts once, in the month in which it came to the unit's inbox, when the service reads it
(`indexing`): what it counts for and that it has been counted are one transaction. What becomes
known later (what cases came to, and how their times were kept) is counted from the cases' rows
when the month is over, once, by their unit then. A month that has been counted out never changes:
a case that is opened again counts in the month in which it is decided anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from app.casework import kept
from app.casework.kept import Asked
from app.runner import tallying
from app.runner.definition import Form
from app.runner.hours import Calendar
from app.storage.conflict import insert_if_new, insert_or_add
from app.storage.tables import UNCOUNTED, inbox_items, submissions, tallies

REPORTS, CHANNEL, ANSWERS, OUTCOME, CLOCK = "reports", "channel", "fields", "outcome", "clocks"
"""What is counted: `fields.slag` and `clocks.skydd` are of one question, and of one clock."""
ENDED = "ended"
"""In place of a form: that a month has been counted out."""
A_DAY = timedelta(days=1)
WEB = "web"
"""How a report came that nobody wrote down."""

Key = tuple[str, str, str, str, str]
"""Month, unit, form, dimension, value."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A report, and what it counts for."""

    submission_id: UUID
    keys: tuple[Key, ...]


def counted(
    row: Mapping[str, Any],
    form: Form | None,
    transcript: Mapping[str, Any] | None,
    calendar: Calendar,
) -> Counted:
    """Return what a report counts for.

    `transcript` is None when it was not, or could not be, opened; `form` for one that is no more.
    """
    here = (month_of(calendar.day(row["arrived_at"])), row["here"], row["form_id"])
    answers = tallying.counted(form, transcript) if form else []
    keys: list[Key] = [
        (*here, REPORTS, ""),
        (*here, CHANNEL, row["channel"] or WEB),
        *((*here, f"{ANSWERS}.{field}", value) for field, value in answers),
    ]
    return Counted(row["id"], tuple(keys))


def add(connection: Connection, reports: Iterable[Counted], *, now: datetime) -> None:
    """Count reports that have not been counted, and remember that they are: each once."""
    sums: Counter[Key] = Counter()
    for each in sorted(reports, key=lambda each: each.submission_id):
        mine = inbox_items.c.submission_id == each.submission_id
        marked = update(inbox_items).where(mine, UNCOUNTED).values(counted_at=now)
        if connection.execute(marked).rowcount:
            sums.update(each.keys)
    write(connection, sums)


def write(connection: Connection, sums: Mapping[Key, int]) -> None:
    rows = [as_row(key, sums[key]) for key in sorted(sums)]
    if rows:
        insert_or_add(connection, tallies, rows, "count")


def as_row(key: Key, count: int) -> dict[str, str | int]:
    return {**dict(zip(tallies.primary_key.columns.keys(), key, strict=True)), "count": count}


def count_out(connection: Connection, unit: str, *, calendar: Calendar, now: datetime) -> bool:
    """Count out the first month of a unit's that is over and is not counted out; tell if one was.

    It is over for a day first: what came at midnight is there by then. None is while a report that
    came in it has not been counted.
    """
    first = not_counted_out(connection, unit, calendar)
    if first is None or calendar.day(now) - (after := next_month(first)) < A_DAY:
        return False
    waits = select(inbox_items.c.submission_id).where(
        inbox_items.c.unit == unit, UNCOUNTED, inbox_items.c.arrived_at < calendar.at(after, 0)
    )
    if connection.execute(waits.limit(1)).first() is not None:
        return False
    here = (month_of(first), unit)
    # Of two who do it at once, one finds that it is taken.
    if insert_if_new(connection, tallies, as_row((*here, ENDED, ENDED, ""), 1)):
        asked = Asked(first, after - A_DAY, unit)
        later = {**outcomes(connection, asked, calendar), **times(connection, asked, calendar, now)}
        write(connection, {(*here, *rest): count for rest, count in later.items()})
    return True


def not_counted_out(connection: Connection, unit: str, calendar: Calendar) -> date | None:
    """Return the first day of the first month that is not; None where nothing has come in."""
    done = select(func.max(tallies.c.month)).where(
        tallies.c.unit == unit, tallies.c.form_id == ENDED
    )
    last = connection.execute(done).scalar()
    if last is not None:
        return next_month(date.fromisoformat(f"{last}-01"))
    came = select(func.min(inbox_items.c.arrived_at)).where(inbox_items.c.unit == unit)
    first = connection.execute(came).scalar()
    return None if first is None else calendar.day(first).replace(day=1)


def outcomes(
    connection: Connection, asked: Asked, calendar: Calendar
) -> dict[tuple[str, str, str], int]:
    """Return what cases that were decided in a period came to, as they stand now."""
    many = func.count()
    decided = (
        select(submissions.c.form_id, inbox_items.c.outcome, many)
        .join(submissions, submissions.c.id == inbox_items.c.submission_id)
        .where(inbox_items.c.unit == asked.unit, inbox_items.c.outcome.is_not(None))
        .where(inbox_items.c.decided_at >= calendar.at(asked.first, 0))
        .where(inbox_items.c.decided_at < calendar.at(asked.last + A_DAY, 0))
        .group_by(submissions.c.form_id, inbox_items.c.outcome)
    )
    rows = connection.execute(decided)
    return {(form_id, OUTCOME, outcome): count for form_id, outcome, count in rows}


def times(
    connection: Connection, asked: Asked, calendar: Calendar, now: datetime
) -> dict[tuple[str, str, str], int]:
    """Return how the clocks whose last day was in a period were kept."""
    return {
        (one.form_id, f"{CLOCK}.{one.clock}", how): count
        for one in kept.sums(connection, asked, calendar=calendar, now=now)
        for how, count in one.counts.items()
        if count
    }


def month_of(day: date) -> str:
    """Return the month of a day, as 2026-11."""
    return f"{day:%Y-%m}"


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1)
