"""What staff do with a report: open it, and acknowledge that they have it.

That somebody reads a report is written in the audit trail, and that is durable, before the report
is unsealed. A reference that is not the unit's own is answered as if it did not exist, and the
attempt is written down as well; so the functions that take a connection return None rather than
raise, or the trail of the attempt would be undone together with it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update

from app.casework import rights
from app.casework.access import Staff
from app.casework.queue import QueueItem, Status, as_item, items_of
from app.casework.rights import Act
from app.clock import Clock
from app.crypto import unseal
from app.errors import NoSuchItem, NotARecipient, SealBroken
from app.records import audit
from app.runner.hand_over import bound
from app.storage.database import Database
from app.storage.tables import inbox_items, submissions

ALWAYS_STATED = ("submission", "municipality", "unit")


@dataclass(frozen=True, slots=True)
class SealedItem:
    """An item that may now be unsealed: that it is opened has been written down."""

    item: QueueItem
    owner: str | None
    row: Mapping[str, Any] = field(repr=False)
    """The row that it is stored in, sealed as it is."""


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item as staff read it: its line in the queue, and the transcript."""

    item: QueueItem
    owner: str | None
    transcript: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """That a unit has taken a report in hand; `first` if it was said just now."""

    at: datetime
    by: str
    first: bool


async def read_item(
    database: Database, *, staff: Staff, reference: str, keys: Mapping[str, bytes], clock: Clock
) -> ReadItem:
    """Write down that the item is opened, then open it. `keys` are seeds by key id.

    NoSuchItem if the unit has no such item; NotARecipient if none of the keys can open it;
    NotAllowed, as everywhere here, if none of their roles lets them.
    """
    now = clock.now()
    found = await database.write(
        lambda connection: open_item(connection, staff=staff, reference=reference, now=now)
    )
    if found is None:
        raise NoSuchItem("not an item of this unit")
    return unsealed(found, keys)


async def acknowledge_item(
    database: Database, *, staff: Staff, reference: str, clock: Clock
) -> Acknowledgement:
    """Acknowledge an item; the first one to do so stands. NoSuchItem if the unit has none."""
    now = clock.now()
    done = await database.write(
        lambda connection: acknowledge(connection, staff=staff, reference=reference, now=now)
    )
    if done is None:
        raise NoSuchItem("not an item of this unit")
    return done


def open_item(
    connection: Connection, *, staff: Staff, reference: str, now: datetime
) -> SealedItem | None:
    """Write down that the item is opened, return it sealed; None if it is not the unit's."""
    rights.require(staff, Act.OPEN)
    asked = items_of(staff.unit)
    row = connection.execute(asked.where(submissions.c.reference == reference)).one_or_none()
    if row is None:
        refuse(connection, staff=staff, reference=reference, now=now)
        return None
    remember(connection, audit.Kind.ITEM_OPENED, row.submission_id, staff=staff, now=now)
    mine = select(submissions).where(submissions.c.id == row.submission_id)
    whole = dict(connection.execute(mine).mappings().one())
    return SealedItem(as_item(row), row.owner, whole)


def unsealed(found: SealedItem, keys: Mapping[str, bytes]) -> ReadItem:
    """Open a sealed item. SealBroken if it is not the envelope sealed for this very report."""
    return ReadItem(found.item, found.owner, transcript(found.row, keys))


def transcript(facts: Mapping[str, Any], keys: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what a stored report says. `facts` are those of its row; errors as for `unsealed`."""
    seed = keys.get(facts["key_id"])
    if seed is None:
        raise NotARecipient("the staff process does not hold the key")
    stated = bound(facts)
    opened = unseal.unseal(
        facts["sealed"], seed, expected={name: stated[name] for name in ALWAYS_STATED}
    )
    # What was sealed before these stood in the header is still opened.
    if any(opened.header.get(name, value) != value for name, value in stated.items()):
        raise SealBroken("the row says another thing than what was sealed")
    found: dict[str, Any] = json.loads(opened.content)
    return found


def acknowledge(
    connection: Connection, *, staff: Staff, reference: str, now: datetime
) -> Acknowledgement | None:
    """Note that the unit has taken the item in hand; None if it is not the unit's."""
    rights.require(staff, Act.WORK)
    asked = items_of(staff.unit).where(submissions.c.reference == reference)
    row = connection.execute(asked).one_or_none()
    if row is None:
        refuse(connection, staff=staff, reference=reference, now=now)
        return None
    mine = inbox_items.c.submission_id == row.submission_id
    values = {"status": Status.ACKNOWLEDGED, "taken_at": now, "owner": staff.name}
    still_new = update(inbox_items).where(mine, inbox_items.c.status == Status.NEW)
    if connection.execute(still_new.values(**values)).rowcount == 1:
        remember(connection, audit.Kind.ITEM_ACKNOWLEDGED, row.submission_id, staff=staff, now=now)
        return Acknowledgement(now, staff.name, first=True)
    before = connection.execute(select(inbox_items).where(mine)).one()
    return Acknowledgement(before.taken_at, before.owner, first=False)


def refuse(connection: Connection, *, staff: Staff, reference: str, now: datetime) -> None:
    """Write down that staff asked for what is not their unit's."""
    found = select(submissions.c.id).where(submissions.c.reference == reference)
    theirs = connection.execute(found).scalar_one_or_none()
    remember(connection, audit.Kind.READ_REFUSED, theirs, staff=staff, now=now)


def remember(
    connection: Connection,
    kind: audit.Kind,
    submission_id: UUID | None,
    *,
    staff: Staff,
    now: datetime,
) -> None:
    event = audit.Event(kind, submission_id, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
