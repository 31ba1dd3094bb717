"""What is to be carried out, and how far that has come: one row per report and destination.

A delivery is written with the report it carries. A relay claims it for a while (a lease); if the
relay dies the lease runs out and somebody else claims it. So a report is delivered at least once,
never lost, and every receiver gets the report's id to know a repetition by.

    queued ──claim──> sending ──> confirmed
                        │ ▲
              retry <───┘ └── claimed again        (parked: a person must look)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Update, and_, insert, select, update

from app.storage.tables import deliveries, submissions

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
UNANSWERED_MOST = 5


class State(StrEnum):
    """How far a delivery has come."""

    QUEUED = "queued"
    SENDING = "sending"
    RETRY = "retry"
    CONFIRMED = "confirmed"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that is ours until `leased_until`, with the sealed report it carries."""

    submission_id: UUID
    destination: str
    attempts: int
    unanswered: int
    queued_at: datetime
    leased_until: datetime
    reference: str
    municipality_code: str
    unit: str
    form_id: str
    received_at: datetime
    urgent: bool
    sealed: bytes


def put(
    connection: Connection, submission_id: UUID, destinations: Iterable[str], *, now: datetime
) -> None:
    """Queue a report for each destination."""
    rows = [
        {
            "submission_id": submission_id,
            "destination": destination,
            "state": State.QUEUED,
            "attempts": 0,
            "unanswered": 0,
            "queued_at": now,
            "next_try_at": now,
        }
        for destination in destinations
    ]
    connection.execute(insert(deliveries), rows)


def claim(
    connection: Connection, destination: str, *, now: datetime, lease: timedelta, most: int
) -> tuple[Delivery, ...]:
    """Take deliveries that are due, so that nobody else does before `lease` has run out.

    A delivery whose relay never came back is counted; after `UNANSWERED_MOST` of them it is parked
    rather than claimed, since what it carries may be what brings the relays down. The least suspect
    come first.
    """
    claimed = []
    for row in connection.execute(due(destination, now=now, most=most)):
        unanswered = row.unanswered + (row.state == State.SENDING)
        at = where(row.submission_id, destination)
        if unanswered >= UNANSWERED_MOST:
            connection.execute(at.values(**ended(State.PARKED, reason="delivery.never_answered")))
            continue
        taken = {"state": State.SENDING, "attempts": row.attempts + 1, "unanswered": unanswered}
        connection.execute(at.values(**taken, next_try_at=now + lease))
        claimed.append(as_delivery(row, unanswered=unanswered, leased_until=now + lease))
    return tuple(sorted(claimed, key=lambda delivery: delivery.unanswered))


def due(destination: str, *, now: datetime, most: int) -> Select[Any]:
    return (
        select(deliveries, submissions)
        .join(submissions, submissions.c.id == deliveries.c.submission_id)
        .where(deliveries.c.destination == destination, deliveries.c.next_try_at <= now)
        .order_by(deliveries.c.next_try_at)
        .limit(most)
        .with_for_update(skip_locked=True, of=deliveries)
    )


def as_delivery(row: Row[Any], *, unanswered: int, leased_until: datetime) -> Delivery:
    return Delivery(
        submission_id=row.submission_id,
        destination=row.destination,
        attempts=row.attempts + 1,
        unanswered=unanswered,
        queued_at=row.queued_at,
        leased_until=leased_until,
        reference=row.reference,
        municipality_code=row.municipality_code,
        unit=row.unit,
        form_id=row.form_id,
        received_at=row.received_at,
        urgent=row.urgent,
        sealed=row.sealed,
    )


def confirm(connection: Connection, delivery: Delivery, *, now: datetime) -> None:
    """Note that the receiver holds the report, however late that is and whoever has claimed it."""
    at = where(delivery.submission_id, delivery.destination)
    not_yet = at.where(deliveries.c.state != State.CONFIRMED)
    connection.execute(not_yet.values(**ended(State.CONFIRMED), confirmed_at=now))


def retry(connection: Connection, delivery: Delivery, *, at: datetime, reason: str) -> None:
    """Try again at a later time. Does nothing if somebody else has claimed it meanwhile."""
    later = {"state": State.RETRY, "next_try_at": at, "reason": reason, "unanswered": 0}
    connection.execute(still_ours(delivery).values(**later))


def release(connection: Connection, delivery: Delivery, *, now: datetime) -> None:
    """Give back what was claimed and never tried."""
    untried = {"state": State.RETRY, "next_try_at": now, "attempts": delivery.attempts - 1}
    connection.execute(still_ours(delivery).values(**untried))


def park(connection: Connection, delivery: Delivery, *, reason: str) -> None:
    """Stop trying and leave it to a person; `reason` is a text key. Nothing is lost."""
    connection.execute(still_ours(delivery).values(**ended(State.PARKED, reason=reason)))


def pause(attempts: int, chance: Callable[[], float]) -> timedelta:
    """Return how long to wait after this many attempts: doubling from 10 s to 1 h, and unevenly.

    `chance` gives a number from 0 up to 1; between half and the whole of the pause is waited, so
    that deliveries that failed together do not come back together.
    """
    whole = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 20))
    uneven: timedelta = whole * (0.5 + 0.5 * chance())
    return uneven


def where(submission_id: UUID, destination: str) -> Update:
    return update(deliveries).where(
        deliveries.c.submission_id == submission_id, deliveries.c.destination == destination
    )


def still_ours(delivery: Delivery) -> Update:
    # The number of attempts is a fence: whoever claims the row after us has raised it.
    return where(delivery.submission_id, delivery.destination).where(
        and_(deliveries.c.state == State.SENDING, deliveries.c.attempts == delivery.attempts)
    )


def ended(state: State, *, reason: str | None = None) -> dict[str, Any]:
    return {"state": state, "next_try_at": None, "reason": reason}
