"""The chain over the audit trail: what makes a change, a gap or another order of events seen.

Each event gets a link: SHA-256 over the link before and the event, every column of it. Links are
set some seconds after the events, by whoever asks here; who writes an event waits for nobody. The
order is the order of the links. An event that is committed late is linked late, whatever its
number, and numbers that were never used leave no gap. Two who link at once cannot both succeed:
place and event are unique, so one of them has all of its links refused and the other's stand.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    String,
    func,
    insert,
    select,
    type_coerce,
)

from app.storage.columns import EPOCH, MICROSECOND
from app.storage.tables import audit_events, audit_links

MARK = b"skyddsnat/audit-link/1\n"
START = bytes(32)
"""What stands for the link before the first."""
LATE, VERY_LATE = 2_000, 1_000_000
"""So many numbers back events that were committed late are looked for: each time, and before an
anchor. No transaction is open for as long as a million others take."""
AT_ONCE = 1_000
LOWEST = -(2**63)
"""The lowest number that an event can have, also one that somebody has put in."""

# Moments and ids are read as they are stored: a million are, when the chain is verified.
STORED_AS = {"at": BigInteger, "submission_id": String}
COLUMNS = {
    column.name: type_coerce(column, STORED_AS[column.name]).label(column.name)
    if column.name in STORED_AS
    else column
    for column in audit_events.c
}


@dataclass(frozen=True, slots=True)
class Tail:
    """The last link: its place, counted from 1, and its hash. Of an empty chain, 0 and START."""

    position: int
    hash: bytes


def tail(connection: Connection) -> Tail:
    """Return the last link."""
    row = connection.execute(LAST).one_or_none()
    return Tail(row.position, row.hash) if row else Tail(0, START)


def next_links(connection: Connection, *, most: int, late: int = LATE) -> list[Mapping[str, Any]]:
    """Return links for events that have none, at most so many, in the order of their numbers.

    Nothing is stored. They are looked for from so many numbers before the highest that is linked.
    """
    last = tail(connection)
    highest: int = connection.execute(HIGHEST).scalar_one()
    return linked(last, connection.execute(unlinked(highest - late).limit(most)))


def linked(last: Tail, events: Iterable[Row[Any]]) -> list[Mapping[str, Any]]:
    """Return a link for each event, the first of them after `last`."""
    links: list[Mapping[str, Any]] = []
    before = last.hash
    for position, event in enumerate(events, last.position + 1):
        before = link(before, event._asdict())
        links.append({"position": position, "event_id": event.id, "hash": before})
    return links


def append(connection: Connection, links: Sequence[Mapping[str, Any]]) -> None:
    """Store links. IntegrityError, and none is stored, when somebody else was first."""
    connection.execute(insert(audit_links).inline(), links)


def link(before: bytes, event: Mapping[str, Any]) -> bytes:
    """Return the link of an event after another link: 32 octets."""
    return hashlib.sha256(MARK + before + canonical(event)).digest()


def canonical(event: Mapping[str, Any]) -> bytes:
    """Return an event as JSON that can be written in one way only, the same on both engines.

    A column without a value is left out: a column that is added later changes no link that stands.
    """
    said = {name: value for name, value in event.items() if value is not None}
    return SORTED.encode(said).encode("ascii")


def plain(value: object) -> str | int:
    """Return an id or a moment as JSON has it. TypeError for what no event holds."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return (value - EPOCH) // MICROSECOND
    raise TypeError(type(value).__name__)


def unlinked(first: int = LOWEST) -> Select[Any]:
    """Return what asks for events without a link, from a number on, in the order of numbers."""
    event, of_link = audit_events.c.id, audit_links.c.event_id
    # Said of both, so that of the links too only the last are looked at.
    has_none = ~select(1).where(of_link == event, of_link >= first).exists()
    return select(*COLUMNS.values()).where(has_none, event >= first).order_by(event)


LAST = select(audit_links).order_by(audit_links.c.position.desc()).limit(1)
HIGHEST = select(func.coalesce(func.max(audit_links.c.event_id), 0))
SORTED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=plain)
