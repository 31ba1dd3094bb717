"""How much there is to do at a unit, and how much of it today."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, literal_column, or_, select

from app.casework.running import Rules
from app.runner.hours import DAY
from app.runner.process import RECEIVED
from app.storage.columns import NEVER
from app.storage.tables import OPEN, UNOPENED, inbox_items

MOST_COUNTED = 999
"""More than these are not counted: it would cost more than it tells."""
INSTANT = timedelta(microseconds=1)
COUNTED = (
    select(inbox_items.c.submission_id)
    .where(inbox_items.c.unit == bindparam("unit"), OPEN)
    .where(inbox_items.c.next_due < bindparam("until"))
    .limit(literal_column(str(MOST_COUNTED + 1)))
)

COME = select(func.count()).select_from(
    select(inbox_items.c.submission_id)
    .where(inbox_items.c.unit == bindparam("unit"), UNOPENED)
    .where(inbox_items.c.arrived_at > bindparam("since"))
    .limit(literal_column(str(MOST_COUNTED + 1)))
    .subquery()
)


def count(connection: Connection, *, unit: str) -> int:
    """Return how many of a unit's cases have a clock that runs, or are in nobody's hands.

    It is one more than MOST_COUNTED when they are more than that.
    """
    return counted(connection, COUNTED, unit=unit, until=NEVER)


def count_today(connection: Connection, rules: Rules, *, unit: str, now: datetime) -> int:
    """Return how many of a unit's cases are late, or to be done today; at most as many as `count`.

    To take what nobody has, and no clock stands for, is to be done the day that it comes.

    Those too that came in so early in the day that they are shown as the same day's.
    """
    calendar = rules.calendar
    today = calendar.day(now)
    tonight, tomorrow = calendar.at(today, DAY), calendar.at(today, 2 * DAY)
    early = [
        and_(
            inbox_items.c.next_clock == clock.id,
            inbox_items.c.received_at < calendar.at(today, int(clock.today_before)),
        )
        for process in rules.processes.values()
        for clock in process.clocks
        if clock.today_before and clock.starts == RECEIVED
    ]
    asked = COUNTED.where(or_(inbox_items.c.next_due <= tonight, *early))
    return counted(connection, asked, unit=unit, until=tomorrow + INSTANT)


def count_new(connection: Connection, *, unit: str, since: datetime | None) -> int:
    """Return how many have come to a unit since then that nobody has opened; 0 since None.

    It is one more than MOST_COUNTED when they are more than that.
    """
    if since is None:
        return 0
    found: int = connection.execute(COME, {"unit": unit, "since": since}).scalar_one()
    return found


def counted(connection: Connection, asked: Select[Any], *, unit: str, until: datetime) -> int:
    whole = select(func.count()).select_from(asked.subquery())
    count: int = connection.execute(whole, {"unit": unit, "until": until}).scalar_one()
    return count
