"""Handing over to a receiver that comes to fetch: what waits, a lease, the content, "we have it".

A receiver leases some deliveries for a while, fetches what is sealed to it, and confirms each when
it is safe with it. A lease that runs out lets somebody else take over, so what a receiver dies with
in its hands comes back. What is not of the token's destination and unit does not exist for it, and
that somebody asked is written down; so these functions return a refusal rather than raise it, or
the trail of the attempt would be undone together with it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    literal,
    select,
    tuple_,
    update,
)

from app.records import audit, outbox
from app.records.attention import needs_a_person
from app.records.audit import Event, Kind
from app.records.outbox import UNANSWERED_MOST, Delivery, Result, State
from app.records.tokens import Token
from app.storage.columns import Moment
from app.storage.tables import NOT_ENDED, deliveries, submissions

HELD = (State.SENDING, State.SENT)


class Refusal(Enum):
    """Why something can not be done with a delivery."""

    UNKNOWN = "unknown"
    NOT_LEASED = "not_leased"
    NOT_FETCHED = "not_fetched"


class GivenBack(Enum):
    """Why a receiver gives something back, and the reason that staff are told."""

    NOW = None
    UNAVAILABLE = "unavailable"
    FULL = "full"
    FAULT = "fault"
    REFUSED = "refused"
    UNROUTABLE = "unroutable"

    @property
    def for_good(self) -> bool:
        """Whether it will never be taken as it is, so that a person must look."""
        return self in {GivenBack.REFUSED, GivenBack.UNROUTABLE}

    @property
    def reason(self) -> str | None:
        return self.value and f"delivery.reasons.{self.value}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that has not ended, and the few facts about it that are no secret."""

    submission_id: UUID
    reference: str
    form_id: str
    unit: str
    received_at: datetime
    urgent: bool
    state: State
    attempts: int
    leased_until: datetime | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of what waits; `after` is where the next part begins, None at the end."""

    items: tuple[Waiting, ...]
    after: UUID | None


def waiting(
    connection: Connection, token: Token, *, now: datetime, most: int, after: UUID | None = None
) -> Stretch:
    """Return what has not ended, oldest first, from after the delivery with that id.

    An id that is not the token's begins from the beginning.
    """
    scope = {"place": token.destination, "unit": token.unit}
    place = (deliveries.c.queued_at, deliveries.c.submission_id)
    asked = FACTS.where(*THEIRS, NOT_ENDED).order_by(*place).limit(most + 1)
    if after:
        of_it = select(deliveries.c.queued_at).select_from(BOTH).where(*THEIRS, THIS)
        queued = connection.execute(of_it, {**scope, "submission": after}).scalar()
        if queued:
            # A tuple does not lend its columns' types to what it is compared with.
            there = [literal(v, c.type) for v, c in zip((queued, after), place, strict=True)]
            asked = asked.where(tuple_(*place) > tuple_(*there))
    rows = connection.execute(asked, scope).all()
    items = tuple(fact(row, now) for row in rows[:most])
    return Stretch(items, items[-1].submission_id if len(rows) > most else None)


def lease(
    connection: Connection,
    token: Token,
    lease_id: UUID,
    *,
    now: datetime,
    until: datetime,
    most: int,
) -> tuple[Waiting, ...]:
    """Take what has waited longest, so that nobody else does before `until`; return what is held.

    The same lease again, while anything is left of it, takes nothing new. About what has been
    leased `UNANSWERED_MOST` times and never settled a person is asked, but it can still be leased.
    """
    name = f"{lease_id.hex}{token.mark}"
    at = {"place": token.destination, "now": now, "name": name}
    if held := connection.execute(UNDER, at).all():
        return tuple(fact(row, now) for row in held)
    scope = {"place": token.destination, "unit": token.unit, "now": now, "most": most}
    due = connection.execute(DUE, scope).all()
    found = [outbox.as_delivery(row, leased_until=until) for row in due]
    if found:
        taken = {"until": until, "name": name}
        connection.execute(TAKE, [{**outbox.fence(each), **taken} for each in found])
    for row, each in zip(due, found, strict=True):
        if each.unanswered >= UNANSWERED_MOST and row.attention_at is None:
            connection.execute(ASK, {**outbox.place(each), "now": now})
            needs_a_person(connection, each.submission_id, unit=each.unit, now=now)
    return tuple(fact(row, now, taken=each) for row, each in zip(due, found, strict=True))


def content(
    connection: Connection, token: Token, submission_id: UUID, *, now: datetime
) -> bytes | Refusal:
    """Return what is sealed to the receiver, and write down that it was fetched and by whom."""
    row = find(connection, token, submission_id, now=now)
    if row is None:
        return Refusal.UNKNOWN
    if not is_held(row, token, now) or row.content is None:
        return Refusal.NOT_LEASED
    connection.execute(FETCHED, {"submission": submission_id, "place": token.destination})
    write_down(connection, Kind.CONTENT_FETCHED, token, submission_id, now=now)
    sealed: bytes = row.content
    return sealed


def confirm(
    connection: Connection, token: Token, submission_id: UUID, *, now: datetime
) -> Refusal | None:
    """Note that the receiver has it and keeps it. Said twice, it is no error.

    What the receiver fetches itself must have been fetched; what is sent to it must have been sent
    once at least. How late the confirmation is does not matter.
    """
    row = find(connection, token, submission_id, now=now)
    if row is None:
        return Refusal.UNKNOWN
    if row.confirmed_at is not None:
        return None
    fetched = row.state == State.SENT if row.lease else row.attempts > 0
    if not fetched and row.released_at is None:
        return Refusal.NOT_FETCHED
    outbox.confirm(connection, submission_id, token.destination, now=now)
    # Also of what a person has released meanwhile: it did come to the receiver after all.
    write_down(connection, Kind.DELIVERY_CONFIRMED, token, submission_id, now=now)
    return None


def give_back(
    connection: Connection,
    token: Token,
    submission_id: UUID,
    *,
    why: GivenBack,
    now: datetime,
    chance: Callable[[], float] = random.random,
) -> Refusal | None:
    """Let go of a delivery. Said twice, it is no error.

    Why decides whether it can be leased at once, after a pause, or not before a person has looked.
    """
    row = find(connection, token, submission_id, now=now)
    if row is None:
        return Refusal.UNKNOWN
    if not is_held(row, token, now):
        ours = row.lease and row.lease.endswith(token.mark) and row.state not in HELD
        return None if ours else Refusal.NOT_LEASED
    delivery = outbox.as_delivery(row, leased_until=row.next_try_at)
    delivery = replace(delivery, attempts=row.attempts)  # what it was leased as, not the next
    connection.execute(UNFETCHED, outbox.place(delivery))
    pause = outbox.pause(row.attempts, chance)
    state = State.FAILED if why.for_good else State.RETRY
    at = now if why is GivenBack.NOW else now + pause
    outbox.note(connection, [Result(delivery, state, at, why.reason)], now=now)
    write_down(connection, Kind.DELIVERY_GIVEN_BACK, token, submission_id, now=now)
    return None


def find(
    connection: Connection, token: Token, submission_id: UUID, *, now: datetime
) -> Row[Any] | None:
    """Return the token's delivery, locked; None if it is not the token's, whoever else's it is."""
    scope = {"place": token.destination, "unit": token.unit, "submission": submission_id}
    row = connection.execute(ONE, scope).one_or_none()
    if row is None and connection.execute(KNOWN, {"submission": submission_id}).first():
        write_down(connection, Kind.READ_REFUSED, token, submission_id, now=now)
    return row


def is_held(row: Row[Any], token: Token, now: datetime) -> bool:
    """Tell whether a delivery is leased by this token now."""
    held = row.state in HELD and row.next_try_at is not None and row.next_try_at > now
    return held and bool(row.lease) and row.lease.endswith(token.mark)


def write_down(
    connection: Connection, kind: Kind, token: Token, submission_id: UUID, *, now: datetime
) -> None:
    event = Event(kind, submission_id, unit=token.unit, actor=token.label)
    audit.record(connection, event, at=now)


def fact(row: Row[Any], now: datetime, *, taken: Delivery | None = None) -> Waiting:
    """Return what a row says, or says now that it has been taken."""
    leased = row.lease and row.state in HELD and row.next_try_at and row.next_try_at > now
    return Waiting(
        submission_id=row.submission_id,
        reference=row.reference,
        form_id=row.form_id,
        unit=row.unit,
        received_at=row.received_at,
        urgent=row.urgent,
        state=State.SENDING if taken else State(row.state),
        attempts=taken.attempts if taken else row.attempts,
        leased_until=taken.leased_until if taken else row.next_try_at if leased else None,
    )


PLACE: BindParameter[str] = bindparam("place")
NOW = bindparam("now", type_=Moment)
THIS = deliveries.c.submission_id == bindparam("submission")
THEIRS = (deliveries.c.destination == PLACE, submissions.c.unit == bindparam("unit"))
BOTH = deliveries.join(submissions, submissions.c.id == deliveries.c.submission_id)
FACTS = select(
    deliveries,
    submissions.c.reference,
    submissions.c.municipality_code,
    submissions.c.unit,
    submissions.c.form_id,
    submissions.c.received_at,
    submissions.c.urgent,
).select_from(BOTH)
ONE = FACTS.where(*THEIRS, THIS).with_for_update(of=deliveries)
KNOWN = select(deliveries.c.destination).where(THIS)
UNDER = FACTS.where(
    deliveries.c.destination == PLACE,
    deliveries.c.next_try_at > NOW,
    deliveries.c.lease == bindparam("name"),
    deliveries.c.state.in_(HELD),
).order_by(deliveries.c.queued_at, deliveries.c.submission_id)
DUE = (
    FACTS.where(*THEIRS, deliveries.c.next_try_at <= NOW)
    .order_by(deliveries.c.next_try_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True, of=deliveries)
)
ROW = and_(THIS, deliveries.c.destination == PLACE)
TAKE = (
    update(deliveries)
    .where(ROW)
    .values(
        state=State.SENDING,
        lease=bindparam("name"),
        attempts=bindparam("tries"),
        unanswered=bindparam("doubt"),
        next_try_at=bindparam("until"),
    )
)
FETCHED = update(deliveries).where(ROW).values(state=State.SENT)
UNFETCHED = update(deliveries).where(ROW).values(state=State.SENDING)
ASK = (
    update(deliveries).where(ROW).values(attention_at=NOW, reason="delivery.reasons.never_answered")
)
