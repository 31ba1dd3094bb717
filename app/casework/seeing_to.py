"""What staff do about a delivery that needs a person: take it on, try again, go another way.

Each act is one transaction with its audit event, and false when the unit has no such delivery, or
whoever asks is barred from its case. Nothing ends by itself: only when the receiver has it, or when
somebody with a name hands it over another way.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from app.casework import rights, stuck
from app.casework.access import Staff
from app.casework.rights import Act
from app.records import audit, destinations, outbox
from app.records.audit import Kind
from app.storage.tables import deliveries, submissions

LONGEST_REASON = 200
BY_ANOTHER_WAY = "delivery.released.rerouted"


def take_over(
    connection: Connection, *, staff: Staff, reference: str, destination: str, now: datetime
) -> bool:
    """Let somebody see to it, in place of whoever did; false if there is nothing to see to."""
    row = theirs(connection, staff, reference=reference, destination=destination)
    if row is None:
        return False
    change(connection, row, owner=staff.name)
    remember(connection, Kind.DELIVERY_TAKEN_OVER, row, staff=staff, now=now)
    return True


def try_again(
    connection: Connection, *, staff: Staff, reference: str, destination: str, now: datetime
) -> bool:
    """Send it again at once, opening the destination if it was closed; false as above."""
    row = theirs(connection, staff, reference=reference, destination=destination)
    if row is None:
        return False
    if destinations.is_closed(connection, destination):
        destinations.reopen(connection, destination, now=now)
    change(connection, row, state=outbox.State.RETRY, next_try_at=now, unanswered=0)
    remember(connection, Kind.DELIVERY_TRIED_AGAIN, row, staff=staff, now=now)
    return True


def release(
    connection: Connection,
    *,
    staff: Staff,
    reference: str,
    destination: str,
    reason: str,
    now: datetime,
) -> bool:
    """End it, because somebody with a name hands the report over themselves; false as above.

    `reason` is that person's own words, at most `LONGEST_REASON` characters and not empty
    (ValueError), kept with the delivery and not in the trail.
    """
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError("a reason is needed, and a short one")
    row = theirs(connection, staff, reference=reference, destination=destination)
    if row is None:
        return False
    end(connection, row, by=staff.name, reason=reason, now=now)
    remember(connection, Kind.DELIVERY_RELEASED, row, staff=staff, now=now)
    return True


def reroute(
    connection: Connection,
    *,
    staff: Staff,
    reference: str,
    destination: str,
    to: str,
    content: bytes | None,
    now: datetime,
) -> bool:
    """End it and send the report to another destination instead; false too if that has had it.

    `content` is the report, sealed to the new one; None where nothing leaves us.
    """
    row = theirs(connection, staff, reference=reference, destination=destination)
    if row is None or to in (row.destinations or "inbox").split():
        return False
    end(connection, row, by=staff.name, reason=BY_ANOTHER_WAY, now=now)
    outbox.put(connection, row.submission_id, {to: content}, now=now)
    names = f"{row.destinations or 'inbox'} {to}"
    mine = submissions.c.id == row.submission_id
    connection.execute(update(submissions).where(mine).values(destinations=names))
    remember(connection, Kind.DELIVERY_REROUTED, row, staff=staff, now=now)
    return True


def theirs(
    connection: Connection, staff: Staff, *, reference: str, destination: str
) -> Row[Any] | None:
    """Return what `stuck.find` does, for who may see to it; NotAllowed for anybody else."""
    rights.require(staff, Act.SEE_TO_DELIVERY)
    return stuck.find(connection, staff, reference=reference, destination=destination)


def change(connection: Connection, row: Row[Any], **values: object) -> None:
    mine = (
        deliveries.c.submission_id == row.submission_id,
        deliveries.c.destination == row.destination,
    )
    connection.execute(update(deliveries).where(*mine).values(**values))


def end(connection: Connection, row: Row[Any], *, by: str, reason: str, now: datetime) -> None:
    change(
        connection,
        row,
        state=outbox.State.RELEASED,
        next_try_at=None,
        content=None,
        released_at=now,
        released_by=by,
        released_reason=reason,
    )


def remember(
    connection: Connection, kind: Kind, row: Row[Any], *, staff: Staff, now: datetime
) -> None:
    event = audit.Event(kind, row.submission_id, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
