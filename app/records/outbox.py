"""What must leave, and how far it has come: one delivery for each report and destination.

Deliveries are put in the transaction that stores the report. A relay claims what is due and holds
it on a lease; a lease that runs out lets somebody else claim it. So a report is delivered at least
once, never lost, and every receiver gets the report's id to know a repetition by.

    queued ──claim──> sending ──> confirmed <── sent: the receiver has it, and will say so itself
                        │ ▲ │
              retry <───┘ │ └──> failed (refused), parked (never answered): a person must look
                └─────────┘                └──> queued again, or released by somebody with a name
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)

from app.records.attention import needs_a_person
from app.records.batch import BATCH, BATCH_NOT_ENDED
from app.records.destinations import is_closed
from app.storage.changes import Change, Changes
from app.storage.columns import Moment
from app.storage.tables import deliveries, submissions

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
UNANSWERED_MOST = 5


class State(StrEnum):
    """How far a delivery has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    PARKED = "parked"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that is ours until `leased_until`.

    `again`: it may be with the receiver already. `content` is the report, sealed to the receiver.
    """

    submission_id: UUID
    destination: str
    attempts: int
    unanswered: int
    again: bool
    reason: str | None
    leased_until: datetime
    reference: str
    municipality_code: str
    unit: str
    form_id: str
    received_at: datetime
    urgent: bool
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a delivery that was claimed. `at` is when somebody shall look again."""

    delivery: Delivery
    state: State
    at: datetime | None = None
    reason: str | None = None
    tried: bool = True


def put(
    connection: Connection,
    submission_id: UUID,
    destinations: Mapping[str, bytes | None],
    *,
    now: datetime,
) -> None:
    """Queue a report for each destination, with what is sealed to it, if anything is."""
    queued(submission_id, destinations, now=now)(connection)


def queued(submission_id: UUID, to: Mapping[str, bytes | None], *, now: datetime) -> Changes:
    """Return what queues a report for each destination."""
    rows = [
        {
            "submission_id": submission_id,
            "destination": destination,
            "state": State.QUEUED,
            "attempts": 0,
            "unanswered": 0,
            "queued_at": now,
            "next_try_at": now,
            "content": content,
        }
        for destination, content in to.items()
    ]
    return Changes(Change(QUEUE, rows))


def claim(
    connection: Connection, destination: str, *, now: datetime, lease: timedelta, most: int
) -> tuple[Delivery, ...]:
    """Take deliveries that are due, so that nobody else does before `lease` has run out.

    A delivery whose relay never came back is counted; after `UNANSWERED_MOST` of them it is parked
    rather than claimed, since what it carries may be what brings the relays down. Of a destination
    that is closed nothing is claimed.
    """
    if is_closed(connection, destination):
        return ()
    due = connection.execute(DUE, {"place": destination, "now": now, "most": most}).all()
    found = [as_delivery(row, leased_until=now + lease) for row in due]
    claimed = tuple(each for each in found if each.unanswered < UNANSWERED_MOST)
    if found:
        mine = [each.submission_id for each in found]
        connection.execute(
            TAKE[connection.dialect.name], {"place": destination, "mine": mine, "look": now + lease}
        )
    for lost in (each for each in found if each.unanswered >= UNANSWERED_MOST):
        stop(connection, lost, State.PARKED, "delivery.reasons.never_answered", now=now)
    return claimed


def note(connection: Connection, notes: Iterable[Result], *, now: datetime) -> None:
    """Write down what became of what was claimed.

    A confirmation counts however late it is and whoever has claimed the delivery since; all else
    only while the delivery is still ours.
    """
    confirmed: dict[str, list[UUID]] = {}
    later: list[dict[str, Any]] = []
    for each in notes:
        if each.state is State.CONFIRMED:
            confirmed.setdefault(each.delivery.destination, []).append(each.delivery.submission_id)
        elif each.state in {State.FAILED, State.PARKED}:
            stop(connection, each.delivery, each.state, each.reason or "", now=now)
        else:
            later.append(
                {
                    **fence(each.delivery),
                    "to": each.state,
                    "look": each.at,
                    "why": each.reason,
                    "left": each.delivery.attempts - (not each.tried),
                    "doubt": 0 if each.tried else each.delivery.unanswered,
                }
            )
    for destination, mine in confirmed.items():
        connection.execute(
            CONFIRM[connection.dialect.name], {"place": destination, "mine": mine, "now": now}
        )
    if later:
        connection.execute(LATER, later)


def confirm(
    connection: Connection, submission_id: UUID, destination: str, *, now: datetime
) -> bool:
    """Note that the receiver itself says that it holds the report; tell whether that was new."""
    at = {"mine": [submission_id], "place": destination, "now": now}
    return connection.execute(CONFIRM[connection.dialect.name], at).rowcount == 1


def counts(connection: Connection) -> dict[tuple[str, State], int]:
    """Return how many deliveries there are, by destination and state."""
    kinds = (deliveries.c.destination, deliveries.c.state)
    asked = select(*kinds, func.count().label("number")).group_by(*kinds)
    return {(row[0], State(row[1])): row[2] for row in connection.execute(asked)}


def stop(
    connection: Connection, delivery: Delivery, state: State, reason: str, *, now: datetime
) -> None:
    """Stop trying, if it is still ours, and ask a person to look. `reason` is a text key."""
    values = {**fence(delivery), "to": state, "why": reason, "now": now}
    if connection.execute(STOP, values).rowcount == 1:
        needs_a_person(connection, delivery.submission_id, unit=delivery.unit, now=now)


def pause(attempts: int, chance: Callable[[], float]) -> timedelta:
    """Return how long to wait after this many attempts: doubling from 10 s to 1 h, and unevenly.

    `chance` gives a number from 0 up to 1; between half and the whole of the pause is waited, so
    that deliveries that failed together do not come back together.
    """
    whole = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 20))
    uneven: timedelta = whole * (0.5 + 0.5 * chance())
    return uneven


def as_delivery(row: Row[Any], *, leased_until: datetime) -> Delivery:
    return Delivery(
        submission_id=row.submission_id,
        destination=row.destination,
        attempts=row.attempts + 1,
        unanswered=row.unanswered + (row.state == State.SENDING),
        again=row.attempts > 0,
        reason=row.reason,
        leased_until=leased_until,
        reference=row.reference,
        municipality_code=row.municipality_code,
        unit=row.unit,
        form_id=row.form_id,
        received_at=row.received_at,
        urgent=row.urgent,
        content=row.content,
    )


def place(delivery: Delivery) -> dict[str, Any]:
    return {"submission": delivery.submission_id, "place": delivery.destination}


def fence(delivery: Delivery) -> dict[str, Any]:
    return {**place(delivery), "tries": delivery.attempts, "doubt": delivery.unanswered}


QUEUE = insert(deliveries)
# Statements are made once. The number of attempts is a fence: whoever claims a row after us has
# raised it.
ROW = and_(
    deliveries.c.submission_id == bindparam("submission"),
    deliveries.c.destination == bindparam("place"),
)
OURS = and_(ROW, deliveries.c.state == State.SENDING, deliveries.c.attempts == bindparam("tries"))
NOW = bindparam("now", type_=Moment)
ASKED_AT = func.coalesce(deliveries.c.attention_at, NOW)
CARRIED = ("submission_id", "destination", "state", "attempts", "unanswered", "reason", "content")
FACTS = ("reference", "municipality_code", "unit", "form_id", "received_at", "urgent")
DUE = (
    select(*(deliveries.c[each] for each in CARRIED), *(submissions.c[each] for each in FACTS))
    .join(submissions, submissions.c.id == deliveries.c.submission_id)
    .where(deliveries.c.destination == bindparam("place"), deliveries.c.next_try_at <= NOW)
    .order_by(deliveries.c.next_try_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True, of=deliveries)
)
TAKE = {
    engine: update(deliveries)
    .where(batch)
    .values(
        state=State.SENDING,
        attempts=deliveries.c.attempts + 1,
        unanswered=deliveries.c.unanswered
        + case((deliveries.c.state == State.SENDING, 1), else_=0),
        next_try_at=bindparam("look"),
    )
    for engine, batch in BATCH.items()
}
CONFIRM = {
    engine: update(deliveries)
    .where(batch)
    .values(state=State.CONFIRMED, next_try_at=None, reason=None, content=None, confirmed_at=NOW)
    for engine, batch in BATCH_NOT_ENDED.items()
}
LATER = (
    update(deliveries)
    .where(OURS)
    .values(
        state=bindparam("to"),
        next_try_at=bindparam("look"),
        reason=bindparam("why"),
        attempts=bindparam("left"),
        unanswered=bindparam("doubt"),
    )
)
STOP = (
    update(deliveries)
    .where(OURS)
    .values(
        state=bindparam("to"),
        next_try_at=None,
        reason=bindparam("why"),
        unanswered=bindparam("doubt"),
        attention_at=ASKED_AT,
    )
)
