"""Closing a destination that wants nothing more, opening it again, and one that is back by itself.

Nothing is lost.
"""

from datetime import datetime

from sqlalchemy import Connection, select, update

from app.records import audit, pulse
from app.storage.tables import NOT_ENDED, deliveries, pulses

AWAY = "delivery.reasons.unavailable"
"""Why something waits that fares like all else to its destination."""
ASKED_TO_WAIT = "delivery.reasons.asked_to_wait"
HURRIED_MOST = 1000


def close(connection: Connection, destination: str, *, now: datetime) -> None:
    """Send nothing more to a destination until a person opens it again. Nothing is lost."""
    pulse.beat(connection, closing(destination), now=now, ok=False)
    audit.record(connection, audit.Event(audit.Kind.DESTINATION_CLOSED), at=now)


def reopen(connection: Connection, destination: str, *, now: datetime) -> int:
    """Send to a destination again, at once, what waits or was refused; return how much that is."""
    if is_closed(connection, destination):
        pulse.beat(connection, closing(destination), now=now)
        audit.record(connection, audit.Event(audit.Kind.DESTINATION_OPENED), at=now)
    # Not what a relay is busy with, nor what the receiver already has and has yet to confirm.
    waits = deliveries.c.state.not_in(["sending", "sent"])
    again = (
        update(deliveries)
        .where(deliveries.c.destination == destination, NOT_ENDED, waits)
        .values(state="retry", next_try_at=now, unanswered=0)
    )
    return connection.execute(again).rowcount


def hurry(
    connection: Connection, destination: str, *, now: datetime, most: int = HURRIED_MOST
) -> int:
    """Make due what waits only because the destination was away; return how much that is.

    At most so much, what would have been due first; less means that there is no more.
    """
    waiting = (
        select(deliveries.c.submission_id)
        .where(
            deliveries.c.destination == destination,
            deliveries.c.next_try_at > now,
            deliveries.c.state == "retry",
            deliveries.c.reason == AWAY,
        )
        .order_by(deliveries.c.next_try_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    # Two statements: within another, PostgreSQL may run the first more than once.
    found = connection.execute(waiting).scalars().all()
    soon = (
        update(deliveries)
        .where(deliveries.c.destination == destination, deliveries.c.submission_id.in_(found))
        .values(next_try_at=now)
    )
    return connection.execute(soon).rowcount if found else 0


def is_closed(connection: Connection, destination: str) -> bool:
    """Tell whether nothing is sent to a destination for the time being."""
    found = pulse.pulse(connection, closing(destination))
    return found is not None and not found.ok


def closed(connection: Connection) -> frozenset[str]:
    """Return every destination that nothing is sent to for the time being."""
    shut = select(pulses.c.name).where(pulses.c.name.startswith(closing("")), ~pulses.c.ok)
    return frozenset(name.removeprefix(closing("")) for name in connection.execute(shut).scalars())


def closing(destination: str) -> str:
    return f"destination/{destination}"
