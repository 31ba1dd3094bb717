"""Where a report has been sent, and how far it has come, as those who work with it are told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, exists, select

from app.storage.asked import Asked
from app.storage.tables import NOT_ENDED, deliveries


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery: since when, and what became of it.

    `attention_at` is since when a person is asked to look; `released_by` somebody who handed it
    over in another way, and said so in `reason`.
    """

    destination: str
    queued_at: datetime
    confirmed_at: datetime | None
    attention_at: datetime | None
    released_at: datetime | None
    released_by: str | None
    reason: str | None


OF_REPORT = Asked(
    select(
        deliveries.c.destination,
        deliveries.c.queued_at,
        deliveries.c.confirmed_at,
        deliveries.c.attention_at,
        deliveries.c.released_at,
        deliveries.c.released_by,
        deliveries.c.released_reason,
    )
    .where(deliveries.c.submission_id == bindparam("submission_id"))
    .order_by(deliveries.c.queued_at, deliveries.c.destination),
    Sent,
)


def of(connection: Connection, submission_id: UUID) -> tuple[Sent, ...]:
    """Return every delivery of a report, the first first."""
    return tuple(OF_REPORT.all(connection, submission_id=submission_id))


def is_awaited(connection: Connection, submission_id: UUID) -> bool:
    """Tell whether a report still is on its way to some receiver of what it says.

    What is sealed to a receiver is kept until they confirm it, or somebody has handed it over.
    """
    carried = deliveries.c.content.is_not(None)
    waits = exists().where(deliveries.c.submission_id == submission_id, NOT_ENDED, carried)
    return bool(connection.execute(select(waits)).scalar())
