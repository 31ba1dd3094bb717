"""How times were kept: what a unit's leader, the board and an inspector from JO ask for.

A clock is counted once, in the period that holds the last day that the law gave it. It is said by
the plain last day; beside that, how many of the late were done by the next working day (lag
1930:173, 2 §), whatever the municipality has decided. More time is counted apart, and a case that
has been opened again has new clocks beside the old. One that was counted anew, from another day,
is late when it was late by then, and else only the new one is counted. Nothing of what anybody
wrote is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from app.runner import clocks
from app.runner.hours import Calendar
from app.storage.tables import case_clocks, inbox_items, submissions


class Kept(StrEnum):
    """How a time was kept."""

    IN_TIME = "in_time"
    EXTENDED = "extended"
    """After the law's last day, and within the longer time that was given before it was over."""
    LATE = "late"
    WAITING = "waiting"
    """Not done, and not late yet."""


@dataclass(frozen=True, slots=True)
class Time:
    """One clock of one case. `done_on` is empty while it runs; `days` is how late it is."""

    reference: str
    started_on: date
    due_on: date
    extended_to: date | None
    done_on: date | None
    kept: Kept
    days: int
    holiday: bool
    """Late, but done by the next working day after a last day that was none."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How one clock of one form was kept: by reference those that were late."""

    form_id: str
    clock: str
    counts: dict[Kept, int]
    late: tuple[Time, ...]

    @property
    def holidays(self) -> int:
        """How many of the late were done by the next working day."""
        return sum(time.holiday for time in self.late)


@dataclass(frozen=True, slots=True)
class Asked:
    """From one day until and with another, at one unit; at all of them when it is empty."""

    first: date
    last: date
    unit: str = ""


def sums(connection: Connection, asked: Asked, *, calendar: Calendar, now: datetime) -> list[Sum]:
    """Return how every clock was kept whose last day was among those asked for.

    Those of cases that have been removed are not there to be counted.
    """
    rows = (row for row in rows_of(connection, asked) if not moved_in_time(row, calendar))
    grouped = groupby(rows, key=lambda row: (row.form_id, row.clock))
    return [
        summed(form_id, clock, (time_of(row, calendar, now) for row in group))
        for (form_id, clock), group in grouped
    ]


def rows_of(connection: Connection, asked: Asked) -> Iterator[Row[Any]]:
    wanted = (
        select(submissions.c.reference, submissions.c.form_id, case_clocks)
        .join(submissions, submissions.c.id == case_clocks.c.submission_id)
        .join(inbox_items, inbox_items.c.submission_id == case_clocks.c.submission_id)
        .where(case_clocks.c.due_on.between(asked.first, asked.last))
        .order_by(submissions.c.form_id, case_clocks.c.clock, case_clocks.c.due_on)
        .order_by(submissions.c.reference, case_clocks.c.round)
    )
    if asked.unit:
        wanted = wanted.where(inbox_items.c.unit == asked.unit)
    yield from connection.execute(wanted)


def moved_in_time(row: Row[Any], calendar: Calendar) -> bool:
    """Tell whether a clock was counted anew, from another day, before it was late."""
    if row.stopped_at is None or row.late_days is not None:
        return False
    return clocks.days_late(row.extended_to or row.due_on, row.stopped_at, calendar) == 0


def time_of(row: Row[Any], calendar: Calendar, now: datetime) -> Time:
    """Return how a clock was kept, or stands now."""
    done_on = None if row.late_days is None else calendar.day(row.stopped_at)
    last = row.extended_to or row.due_on
    days = clocks.days_late(last, row.stopped_at or now, calendar)
    if days:
        kept = Kept.LATE
    elif done_on is None:
        kept = Kept.WAITING
    else:
        kept = Kept.IN_TIME if done_on <= row.due_on else Kept.EXTENDED
    return Time(
        reference=row.reference,
        started_on=calendar.day(row.started_at),
        due_on=row.due_on,
        extended_to=row.extended_to,
        done_on=done_on,
        kept=kept,
        days=days,
        holiday=bool(days) and done_on is not None and done_on <= row.lawful_latest,
    )


def summed(form_id: str, clock: str, times: Iterable[Time]) -> Sum:
    counts = dict.fromkeys(Kept, 0)
    late = []
    for time in times:
        counts[time.kept] += 1
        if time.kept is Kept.LATE:
            late.append(time)
    return Sum(form_id, clock, counts, tuple(late))
