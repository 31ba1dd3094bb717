"""The reports that staff have said are about one child, read together: a little of each.

Each that something is read of is written in the audit trail, durable, before any of them is
unsealed. To have been read so is not to have been opened: no clock hears of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from app.casework import bars, links, opening, rights
from app.casework.access import Staff
from app.casework.queue import QueueItem, as_item, items_of
from app.casework.rights import Act
from app.clock import Clock
from app.errors import NoSuchItem, NotARecipient, SealBroken, UnknownSuite
from app.records import audit
from app.storage.database import Database
from app.storage.tables import case_links, inbox_items, submissions

MOST = 100
"""Reports of one child."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A report of the child's, sealed; `row` is None of one that is not told which it is."""

    item: QueueItem
    row: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """A report of the child's. `hidden`: that there is one is all that is told of it.

    `transcript` is None where it is hidden, or no key here opens it.
    """

    item: QueueItem
    hidden: bool
    transcript: Mapping[str, Any] | None = field(repr=False)


async def read(
    database: Database, *, staff: Staff, reference: str, keys: Mapping[str, bytes], clock: Clock
) -> tuple[Moment, ...]:
    """Write down that the reports of a case's child are read, and open them, the oldest first.

    The case itself is one of them. NoSuchItem when it does not exist to them; NotAllowed.
    """
    now = clock.now()
    found = await database.write(
        lambda connection: gathered(connection, staff=staff, reference=reference, now=now)
    )
    if found is None:
        raise NoSuchItem("not a case of this unit")
    return tuple(Moment(each.item, each.row is None, opened(each.row, keys)) for each in found)


def gathered(
    connection: Connection, *, staff: Staff, reference: str, now: datetime
) -> tuple[Sealed, ...] | None:
    """Write down what is read, and return it sealed; None when there is no such case to them.

    Those that they are barred from are not there, and one with protected data a leader alone reads.
    """
    rights.require(staff, Act.OPEN)
    mine = links.case_id(connection, staff, reference)
    if mine is None:
        opening.refuse(connection, staff=staff, reference=reference, now=now)
        return None
    group = same_as(connection, mine)
    asked = items_of(staff.unit).where(inbox_items.c.submission_id.in_(group))
    order = (inbox_items.c.received_at, inbox_items.c.submission_id)
    rows = connection.execute(asked.order_by(*order)).all()
    seen = [row for row in rows if not bars.is_barred(bars.read(row.barred), staff)]
    told = {row.submission_id for row in seen if is_told(row, staff, mine)}
    for submission_id in told:
        kind = audit.Kind.TIMELINE_READ
        opening.remember(connection, kind, submission_id, staff=staff, now=now)
    whole = select(submissions).where(submissions.c.id.in_(told))
    sealed = {row["id"]: dict(row) for row in connection.execute(whole).mappings()}
    return tuple(Sealed(as_item(row), sealed.get(row.submission_id)) for row in seen)


def is_told(row: Row[Any], staff: Staff, mine: UUID) -> bool:
    """Tell whether it is told which report it is; the one they came from they have opened."""
    return row.submission_id == mine or not row.protected or rights.may(staff, Act.ASSIGN)


def same_as(connection: Connection, mine: UUID) -> set[UUID]:
    """Return the reports that are said to be of the same child as one, and it, at most `MOST`.

    Also by way of others; but none of which it is said that it is about another child than this.
    """
    said = links.said_of(connection, mine)
    others = {other for other, row in said.items() if not row.same}
    found, new = {mine}, {mine}
    while new and len(found) < MOST:
        either = or_(case_links.c.first.in_(new), case_links.c.second.in_(new))
        rows = connection.execute(select(case_links).where(case_links.c.same, either)).all()
        new = {each for row in rows for each in (row.first, row.second)} - found - others
        new = set(sorted(new)[: MOST - len(found)])
        found |= new
    return found


def opened(row: Mapping[str, Any] | None, keys: Mapping[str, bytes]) -> Mapping[str, Any] | None:
    if row is None:
        return None
    try:
        return opening.transcript(row, keys)
    except (NotARecipient, SealBroken, UnknownSuite):
        return None
