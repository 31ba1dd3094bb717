"""Deliveries that need a person: what could not be delivered, as the staff of its unit see it.

To whoever is barred from the case (jäv) it does not exist here either. As in `opening`, functions
that take a connection tell by their answer that the unit has no such delivery. What staff do about
one is in `seeing_to`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    select,
)

from app.casework import bars, opening
from app.casework.access import Staff
from app.records import audit, destinations, outbox
from app.records.audit import Kind
from app.runner.hand_over import hand_over
from app.storage.asked import Asked, row_of
from app.storage.tables import NEEDS_PERSON, deliveries, inbox_items, submissions

MOST = 50

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


@dataclass(frozen=True, slots=True)
class Waiting:
    """Some of what needs a person; the first of them is number `first` of `total`."""

    rows: tuple[Stuck, ...] = ()
    first: int = 1
    total: int = 0


def waiting(connection: Connection, *, staff: Staff, first: int = 1, most: int = MOST) -> Waiting:
    """Return what needs a person of their unit, what has waited longest first, from a number on.

    At most so many. What they are barred from is neither there nor counted. Past the end there is
    nothing, and the total is not known (0).
    """
    barred = WITH_BARS.all(connection, unit=staff.unit)
    hidden = [row.submission_id for row in barred if not exists_to(staff, row)]
    asked = {"unit": staff.unit, "before": first - 1, "most": most}
    if hidden:
        but = LISTED.where(deliveries.c.submission_id.not_in(hidden))
        rows = list(connection.execute(but, asked).all())
    else:
        rows = ALL.all(connection, **asked)
    closed = destinations.closed(connection) if rows else frozenset()
    return Waiting(
        tuple(as_stuck(row, closed) for row in rows), first, rows[0].total if rows else 0
    )


def one(connection: Connection, *, staff: Staff, reference: str, destination: str) -> Stuck | None:
    """Return one of them; None when the unit has none by that name that still needs a person."""
    row = find(connection, staff, reference=reference, destination=destination)
    return as_stuck(row, destinations.closed(connection)) if row else None


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


def stuck_at(unit: str | BindParameter[str]) -> Select[Any]:
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


AT_UNIT = stuck_at(bindparam("unit"))
BARRED = AT_UNIT.where(inbox_items.c.barred.is_not(None))
WITH_BARS = Asked(BARRED, row_of(BARRED))
LISTED = (
    AT_UNIT.add_columns(func.count().over().label("total"))
    .order_by(deliveries.c.attention_at, deliveries.c.submission_id, deliveries.c.destination)
    .limit(bindparam("most"))
    .offset(bindparam("before"))
)
ALL = Asked(LISTED, row_of(LISTED))
"""The questions that `waiting` asks; what is hidden is so seldom that it is asked around anew."""


def as_stuck(row: Row[Any], closed: Collection[str]) -> Stuck:
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
        closed=row.destination in closed,
        in_inbox=row.in_inbox,
        had_by=frozenset((row.destinations or "inbox").split()),
    )
