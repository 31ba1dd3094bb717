"""Deliveries that need a person: what could not be delivered, and what staff do about it.

Each belongs to a unit, and to whoever of the unit says that they see to it. To whoever is barred
from the case (jäv) it does not exist here either. Nothing ends here by
itself: it ends when the receiver has it, or when somebody with a name hands it over another way.
What is done is written in the audit trail in the same transaction. As in `opening`, functions
that take a connection tell by their answer that the unit has no such delivery.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from app.casework import bars, opening, rights
from app.casework.access import Staff
from app.casework.rights import Act
from app.records import audit, destinations, outbox
from app.records.audit import Kind
from app.runner.hand_over import hand_over
from app.storage.tables import NEEDS_PERSON, deliveries, inbox_items, submissions

MOST = 200
LONGEST_REASON = 200
BY_ANOTHER_WAY = "delivery.released.rerouted"

Sealer = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Stuck:
    """A delivery that needs a person. `reason` is a text key; `owner` is None while nobody has it.

    `closed`: the receiver takes nothing at all. `in_inbox`: it can be opened and printed.
    `had_by`: every destination it has been meant for; it can be sent to any other.
    """

    reference: str
    form_id: str
    destination: str
    state: outbox.State
    reason: str | None
    attempts: int
    urgent: bool
    received_at: datetime
    attention_at: datetime
    owner: str | None
    closed: bool
    in_inbox: bool
    had_by: frozenset[str]


def waiting(connection: Connection, *, staff: Staff) -> tuple[Stuck, ...]:
    """Return what needs a person of their unit, what has waited longest first; at most `MOST`."""
    rows = connection.execute(first_at(staff.unit)).all()
    return tuple(as_stuck(connection, row) for row in rows if exists_to(staff, row))


def one(connection: Connection, *, staff: Staff, reference: str, destination: str) -> Stuck | None:
    """Return one of them; None when the unit has none by that name that still needs a person."""
    row = find(connection, staff, reference=reference, destination=destination)
    return as_stuck(connection, row) if row else None


def refused(
    connection: Connection, *, staff: Staff, reference: str, destination: str, now: datetime
) -> None:
    """Write down that staff asked for a delivery that is not their unit's, or needs nobody."""
    asked = (
        select(deliveries.c.submission_id)
        .join(submissions, deliveries.c.submission_id == submissions.c.id)
        .where(submissions.c.reference == reference, deliveries.c.destination == destination)
    )
    found = connection.execute(asked).scalar_one_or_none()
    event = audit.Event(Kind.READ_REFUSED, found, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)


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


def report(
    connection: Connection, *, staff: Staff, reference: str, destination: str
) -> Mapping[str, Any] | None:
    """Return the row of the report that is stuck, sealed as it is; None as above."""
    row = find(connection, staff, reference=reference, destination=destination)
    if row is None:
        return None
    mine = select(submissions).where(submissions.c.id == row.submission_id)
    return dict(connection.execute(mine).mappings().one())


def resealed(report: Mapping[str, Any], keys: Mapping[str, bytes], seal: Sealer) -> bytes:
    """Return a report sealed anew, to another destination. NotARecipient or SealBroken."""
    return seal(hand_over(report, opening.transcript(report, keys)))


def theirs(
    connection: Connection, staff: Staff, *, reference: str, destination: str
) -> Row[Any] | None:
    """Return what `find` does, for who may see to it; NotAllowed for anybody else."""
    rights.require(staff, Act.SEE_TO_DELIVERY)
    return find(connection, staff, reference=reference, destination=destination)


def find(
    connection: Connection, staff: Staff, *, reference: str, destination: str
) -> Row[Any] | None:
    asked = stuck_at(staff.unit).where(
        submissions.c.reference == reference, deliveries.c.destination == destination
    )
    row = connection.execute(asked).one_or_none()
    return row if row is not None and exists_to(staff, row) else None


def exists_to(staff: Staff, row: Row[Any]) -> bool:
    return not bars.is_barred(bars.read(row.barred), staff)


@lru_cache
def first_at(unit: str) -> Select[Any]:
    """Return the statement that `waiting` reads with; to make it costs more than to run it."""
    return stuck_at(unit).order_by(deliveries.c.attention_at).limit(MOST)


def stuck_at(unit: str) -> Select[Any]:
    mine = deliveries.c.submission_id == submissions.c.id
    there = inbox_items.c.submission_id.is_not(None).label("in_inbox")
    return (
        select(
            deliveries.c.submission_id,
            deliveries.c.destination,
            deliveries.c.state,
            deliveries.c.reason,
            deliveries.c.attempts,
            deliveries.c.attention_at,
            deliveries.c.owner,
            submissions.c.reference,
            submissions.c.form_id,
            submissions.c.received_at,
            submissions.c.urgent,
            submissions.c.destinations,
            inbox_items.c.barred,
            there,
        )
        .join(submissions, mine)
        .outerjoin(inbox_items, inbox_items.c.submission_id == submissions.c.id)
        .where(submissions.c.unit == unit, NEEDS_PERSON)
    )


def as_stuck(connection: Connection, row: Row[Any]) -> Stuck:
    return Stuck(
        reference=row.reference,
        form_id=row.form_id,
        destination=row.destination,
        state=outbox.State(row.state),
        reason=row.reason,
        attempts=row.attempts,
        urgent=row.urgent,
        received_at=row.received_at,
        attention_at=row.attention_at,
        owner=row.owner,
        closed=destinations.is_closed(connection, row.destination),
        in_inbox=row.in_inbox,
        had_by=frozenset((row.destinations or "inbox").split()),
    )


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
