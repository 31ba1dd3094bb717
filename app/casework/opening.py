"""Open a report, and with it all that staff have written in its case.

That somebody reads a report is written in the audit trail, and that is durable, before the report
is unsealed. A reference that is not the unit's own is answered as if it did not exist, and the
attempt is written down as well; so the functions that take a connection return None rather than
raise, or the trail of the attempt would be undone together with it.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from app.casework import bars, beginning, entries, rights, running
from app.casework.access import Staff
from app.casework.entries import Entry, Facts
from app.casework.queue import QueueItem, as_item, items_of
from app.casework.rights import Act
from app.casework.running import CaseClock, Rules
from app.clock import Clock
from app.crypto import unseal
from app.errors import NoSuchItem, NotARecipient, SealBroken
from app.records import audit, sent
from app.records.sent import Sent
from app.runner.hand_over import bound
from app.storage.asked import Asked, row_of
from app.storage.database import Database
from app.storage.tables import inbox_items, submissions

ALWAYS_STATED = ("submission", "municipality", "unit")
FEW = 30
"""Entries that are unsealed in less time than it takes to ask somebody else to do it."""


class Stored(NamedTuple):
    """An item as it lies: its row in the queue, and the row that its report is stored in."""

    row: Any
    report: Mapping[str, Any]


ITEM = items_of(bindparam("unit"))
as_row = row_of(ITEM)
WIDTH = len(ITEM.selected_columns)
REPORT = tuple(column.key for column in submissions.c)


def as_stored(*values: Any) -> Stored:  # noqa: ANN401 - whatever the columns hold
    return Stored(as_row(*values[:WIDTH]), dict(zip(REPORT, values[WIDTH:], strict=True)))


STORED = Asked(
    ITEM.add_columns(*submissions.c).where(submissions.c.reference == bindparam("reference")),
    as_stored,
)


class Way(NamedTuple):
    """What an item is opened for: the right that it takes, and what is written in the trail."""

    act: Act
    kind: audit.Kind


READ = Way(Act.OPEN_OWN, audit.Kind.ITEM_OPENED)
PRINT = Way(Act.EXPORT, audit.Kind.CASE_PRINTED)
PDF = Way(Act.EXPORT, audit.Kind.CASE_AS_PDF)
JSON = Way(Act.EXPORT, audit.Kind.CASE_AS_JSON)
PARTY = Way(Act.EXPORT, audit.Kind.CASE_TO_PARTY)


@dataclass(frozen=True, slots=True)
class SealedItem:
    """An item that may now be unsealed: that it is opened has been written down."""

    item: QueueItem
    clocks: tuple[CaseClock, ...]
    row: Mapping[str, Any] = field(repr=False)
    """The row that the report is stored in, sealed as it is."""
    sent: tuple[Sent, ...]
    entries: tuple[Facts, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item as staff read it: its line in the queue, the transcript, what has been done."""

    item: QueueItem
    clocks: tuple[CaseClock, ...]
    row: Mapping[str, Any] = field(repr=False)
    sent: tuple[Sent, ...]
    transcript: Mapping[str, Any] = field(repr=False)
    entries: tuple[Entry, ...]


async def read_item(
    database: Database,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    keys: Mapping[str, bytes],
    clock: Clock,
    way: Way = READ,
) -> ReadItem:
    """Write down that the item is opened, and what for; then open it. `keys`: seeds by key id.

    What much has been written in is unsealed beside the event loop. NoSuchItem if the unit has no
    such item; NotARecipient if none of the keys can open it; NotAllowed, as everywhere here, if
    none of their roles lets them.
    """
    now = clock.now()
    found = await database.write(
        lambda connection: open_item(
            connection, rules=rules, staff=staff, reference=reference, now=now, way=way
        )
    )
    if found is None:
        raise NoSuchItem("not an item of this unit")
    if len(found.entries) > FEW:
        return await asyncio.to_thread(unsealed, found, keys)
    return unsealed(found, keys)


def open_item(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    now: datetime,
    way: Way = READ,
) -> SealedItem | None:
    """Write down that the item is opened, return it sealed; None if it is not the unit's.

    The first time, what waited for a person to open it is done, unless it is by somebody who has
    been let in. Who may open only what they have
    entered themselves sees of what has been done since nothing but their own; and with them nobody
    has begun to work with it.
    """
    rights.require(staff, way.act)
    found = STORED.one(connection, unit=staff.unit, reference=reference)
    if found is None or not bars.exists_for(staff, reference, bars.read(found.row.barred)):
        refuse(connection, staff=staff, reference=reference, now=now)
        return None
    row = found.row
    of_own = not rights.may(staff, Act.OPEN)
    if of_own and not is_own(row, staff):
        rights.require(staff, Act.OPEN)
    if row.opened_at is None and not of_own and staff.admission is None:
        row = locked(connection, rules, unit=staff.unit, reference=reference) or row
        if row.opened_at is None:
            running.opened(connection, rules, row, now=now)
        found = STORED.one(connection, unit=staff.unit, reference=reference) or found
    remember(connection, way.kind, row.submission_id, staff=staff, now=now)
    return sealed_item(connection, found, by=staff.name if of_own else "")


def lying(connection: Connection, *, staff: Staff, reference: str) -> SealedItem | None:
    """Return an item sealed as it lies, for what nobody is shown; None if it is not theirs."""
    found = STORED.one(connection, unit=staff.unit, reference=reference)
    if found is None or not bars.exists_for(staff, reference, bars.read(found.row.barred)):
        return None
    return sealed_item(connection, found)


def sealed_item(connection: Connection, found: Stored, *, by: str = "") -> SealedItem:
    """Return an item with what has been done with it; only `by` somebody, if that is said."""
    submission_id = found.row.submission_id
    done = entries.of_case(connection, submission_id)
    return SealedItem(
        as_item(found.row),
        running.of_case(connection, submission_id),
        found.report,
        sent.of(connection, submission_id),
        tuple(each for each in done if not by or each["author"] == by),
    )


def is_own(row: Row[Any], staff: Staff) -> bool:
    """Tell whether somebody has entered a report themselves, and has it still in their hands.

    It is handed over when anybody has taken it.
    """
    return bool(row.entered_by == staff.name and row.owner is None and row.closed_at is None)


def locked(connection: Connection, rules: Rules, *, unit: str, reference: str) -> Row[Any] | None:
    """Return a case of the unit, that nobody else changes until the transaction is over.

    One that came in under a program without processes is begun. None when the unit has none.
    """
    asked = items_of(unit).where(submissions.c.reference == reference)
    alone = asked.with_for_update(of=inbox_items)
    row = connection.execute(alone).one_or_none()
    if row is not None and row.process_version is None:
        beginning.begin(connection, rules, row)
        row = connection.execute(asked).one()
    return row


def unsealed(found: SealedItem, keys: Mapping[str, bytes]) -> ReadItem:
    """Open a sealed item. SealBroken if it is not the envelope sealed for this very report.

    An entry that can not be opened says so itself, and hides nothing else.
    """
    words = transcript(found.row, keys)
    unit = found.row["unit"]
    done = tuple(entries.opened(row, unit, keys) for row in found.entries)
    return ReadItem(found.item, found.clocks, found.row, found.sent, words, done)


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


def refuse(connection: Connection, *, staff: Staff, reference: str, now: datetime) -> None:
    """Write down that staff asked for what is not their unit's, or what they are barred from."""
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
