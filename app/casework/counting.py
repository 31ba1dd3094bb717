"""How much there is to do at a unit, and how much of it today."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal_column, select

from app.casework.running import Rules
from app.runner.clocks import RECEIVED
from app.runner.hours import DAY
from app.storage.asked import Asked
from app.storage.columns import NEVER
from app.storage.tables import OPEN, UNOPENED, inbox_items

MOST_COUNTED = 999
"""More than these are not counted: it would cost more than it tells."""
INSTANT = timedelta(microseconds=1)
ITEM = inbox_items.c


class Amount(NamedTuple):
    """How many cases are to be done, and how many of them today; each as `count`."""

    to_do: int
    today: int


def how_many(*which: ColumnElement[bool]) -> Asked[int]:
    """Return the question how many of a unit's cases there are of a kind, at most one too many."""
    found = select(ITEM.submission_id).where(ITEM.unit == bindparam("unit"), *which)
    enough = found.limit(literal_column(str(MOST_COUNTED + 1)))
    return Asked(select(func.count()).select_from(enough.subquery()), int)


DUE = how_many(OPEN, ITEM.next_due < bindparam("until"))
EARLY = how_many(
    OPEN,
    ITEM.next_due >= bindparam("since"),
    ITEM.next_due < bindparam("until"),
    ITEM.next_clock == bindparam("clock"),
    ITEM.received_at < bindparam("before"),
)
COME = how_many(UNOPENED, ITEM.arrived_at > bindparam("since"))


def amount(connection: Connection, rules: Rules, *, unit: str, now: datetime) -> Amount:
    """Return both `count` and `count_today`, and look no further than is told."""
    today = count_today(connection, rules, unit=unit, now=now)
    if today > MOST_COUNTED:
        return Amount(today, today)
    return Amount(count(connection, unit=unit), today)


def count(connection: Connection, *, unit: str) -> int:
    """Return how many of a unit's cases have a clock that runs, or are in nobody's hands.

    It is one more than MOST_COUNTED when they are more than that.
    """
    return DUE.one(connection, unit=unit, until=NEVER) or 0


def count_today(connection: Connection, rules: Rules, *, unit: str, now: datetime) -> int:
    """Return how many of a unit's cases are late, or to be done today; at most as many as `count`.

    To take what nobody has, and no clock stands for, is to be done the day that it comes.

    Those too that came in so early in the day that they are shown as the same day's.
    """
    calendar = rules.calendar
    today = calendar.day(now)
    over, next_over = (calendar.at(today, days * DAY) + INSTANT for days in (1, 2))
    found = DUE.one(connection, unit=unit, until=over) or 0
    for clock, minutes in shown_early(rules).items():
        if found > MOST_COUNTED:
            break
        before = calendar.at(today, minutes)
        asked = {"clock": clock, "since": over, "until": next_over, "before": before}
        found += EARLY.one(connection, unit=unit, **asked) or 0
    return min(found, MOST_COUNTED + 1)


def shown_early(rules: Rules) -> dict[str, int]:
    """Return before when, in minutes after midnight, what came in is the same day's; by clock."""
    early: dict[str, int] = {}
    for process in rules.processes.values():
        for clock in process.clocks:
            if clock.today_before and clock.starts == RECEIVED:
                early[clock.id] = max(int(clock.today_before), early.get(clock.id, 0))
    return early


def count_new(connection: Connection, *, unit: str, since: datetime | None) -> int:
    """Return how many have come to a unit since then that nobody has opened; 0 since None.

    It is one more than MOST_COUNTED when they are more than that.
    """
    if since is None:
        return 0
    return COME.one(connection, unit=unit, since=since) or 0
