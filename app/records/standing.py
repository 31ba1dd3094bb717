"""How it is with each destination: what waits for it, and about how much a person is asked.

Nothing here is about anybody. A report that goes through as it should is never seen: whoever tells
how much waits tells it in whole tens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.storage.tables import NOT_ENDED, deliveries

TENS = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is with one destination: deliveries by state, and of them those asked about."""

    states: Mapping[str, int]
    oldest: datetime
    asked_about: int


def by_destination(connection: Connection) -> dict[str, Standing]:
    """Return how it is with each destination that something has not ended for, by its id."""
    found: dict[str, Standing] = {}
    for row in connection.execute(STATES):
        before = found.get(row.destination, Standing({}, row.oldest, 0))
        found[row.destination] = Standing(
            {**before.states, row.state: row.many},
            min(before.oldest, row.oldest),
            before.asked_about + row.asked_about,
        )
    return found


def tens(count: int) -> int:
    """Return a count in whole tens, rounded down."""
    return count // TENS * TENS


STATES = (
    select(
        deliveries.c.destination,
        deliveries.c.state,
        func.count().label("many"),
        func.min(deliveries.c.queued_at).label("oldest"),
        func.count(deliveries.c.attention_at).label("asked_about"),
    )
    .where(NOT_ENDED)
    .group_by(deliveries.c.destination, deliveries.c.state)
)
