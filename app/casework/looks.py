"""When somebody last looked at a unit's queue, and how they want it; nothing of what they saw.

What is remembered is two moments and two choices, by person (as `Staff.subject`, which names
nobody) and unit. It is forgotten by itself, when they have not looked for `KEPT`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select

from app.casework.access import IDLE, Staff
from app.storage.asked import Asked, row_of
from app.storage.conflict import insert_or_replace
from app.storage.tables import queue_looks

PAUSE = IDLE
"""After so long without a look it is another visit."""
EVERY = timedelta(minutes=1)
KEPT = timedelta(days=90)
THEIRS = select(queue_looks).where(
    queue_looks.c.subject == bindparam("subject"), queue_looks.c.unit == bindparam("unit")
)
MINE = Asked(THEIRS, row_of(THEIRS))


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a queue.

    What has come after `since` is new to them; None when they have not been here before. `at` is
    when they last looked. `keys`: the page has shortcuts; `watch`: it says when more has come.
    """

    since: datetime | None = None
    at: datetime | None = None
    keys: bool = True
    watch: bool = True


def of(connection: Connection, staff: Staff, *, now: datetime) -> Look:
    """Return how somebody looks at their unit's queue now: the same visit, or another."""
    row = MINE.one(connection, subject=staff.subject, unit=staff.unit)
    if row is None:
        return Look()
    known = Look(row.since, row.at, row.keys, row.watch)
    return known if now - row.at < PAUSE else replace(known, since=row.at)


def is_due(look: Look, *, now: datetime) -> bool:
    """Tell whether `remember` has something to write: at most once a minute."""
    return look.at is None or now - look.at >= EVERY


def remember(connection: Connection, staff: Staff, look: Look, *, now: datetime) -> None:
    """Remember that somebody looks now, and how; and forget who has not for a long time."""
    values = {"since": look.since, "keys": look.keys, "watch": look.watch}
    mine = {"subject": staff.subject, "unit": staff.unit}
    insert_or_replace(connection, queue_looks, {**mine, **values, "at": now})
    connection.execute(delete(queue_looks).where(queue_looks.c.at < now - KEPT))
