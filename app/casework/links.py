"""Which other reports may be about the same child, and what staff have said of that.

They are the unit's own or, where the municipality has said so, those of all units of its board.
Nothing is opened for it: only tokens are compared. Whoever then opens one of the others opens it as
any report, and that is written down. Of another unit's it is told that it is there and who has it,
and it is opened by whom that unit's roles let; one with protected data does not exist elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, or_, select

from app.casework import bars, opening, rights
from app.casework.access import Staff
from app.casework.comparing import UNITS, compared
from app.casework.indexing import Index
from app.casework.likeness import Strength
from app.casework.queue import WITH_REPORT
from app.casework.rights import Act
from app.records import audit
from app.storage.conflict import insert_or_replace
from app.storage.tables import case_links, inbox_items, submissions

EITHER = select(case_links).where(
    or_(case_links.c.first == bindparam("mine"), case_links.c.second == bindparam("mine"))
)
CASE = (
    select(submissions.c.id, inbox_items.c.barred)
    .select_from(WITH_REPORT)
    .where(inbox_items.c.unit == bindparam("unit"))
    .where(submissions.c.reference == bindparam("reference"))
)
EXISTING = (
    select(
        submissions.c.id,
        submissions.c.reference,
        submissions.c.form_id,
        submissions.c.protected,
        inbox_items.c.unit,
        inbox_items.c.owner,
        inbox_items.c.received_at,
        inbox_items.c.barred,
    )
    .select_from(WITH_REPORT)
    .where(submissions.c.id.in_(bindparam("ids", expanding=True)))
    .where(inbox_items.c.unit.in_(UNITS))
)


@dataclass(frozen=True, slots=True)
class Alike:
    """Another report that may be about the same child, of whichever `unit`; `owner` has it, if any.

    `strength` is None where only staff say so. `same` is what `said_by` said at `said_at`, None
    when nobody has said anything.
    """

    reference: str
    unit: str
    owner: str | None
    form_id: str
    received_at: datetime
    protected: bool
    strength: Strength | None
    same: bool | None = None
    said_by: str = ""
    said_at: datetime | None = None


def alike(
    connection: Connection, index: Index, *, staff: Staff, reference: str, now: datetime
) -> tuple[Alike, ...]:
    """Return the reports that may be about a child of this one, the strongest first.

    Those that staff have said are about another come last. None where it is off, or no such
    report exists to them.
    """
    rights.require(staff, Act.OPEN)
    mine = case_id(connection, staff, reference) if index.match.on else None
    if mine is None:
        return ()
    strengths = compared(connection, index, staff.unit, mine, now)
    said = said_of(connection, mine)
    rows = existing(connection, index, staff, {*strengths, *said})
    found = (as_alike(row, strengths.get(row.id), said.get(row.id)) for row in rows)
    return tuple(
        sorted(found, key=lambda one: (one.same is False, -(one.strength or 0), one.received_at))
    )


def say(
    connection: Connection,
    index: Index,
    *,
    staff: Staff,
    reference: str,
    other: str,
    same: bool,
    now: datetime,
) -> bool | None:
    """Keep that two reports are, or are not, about the same child; what is said last stands.

    None when one of them does not exist to them, and the attempt is written down; None too where it
    is off. NotAllowed without the right to work with cases.
    """
    rights.require(staff, Act.WORK)
    if not index.match.on or reference == other:
        return None
    mine = case_id(connection, staff, reference)
    strengths = compared(connection, index, staff.unit, mine, now) if mine else {}
    said = said_of(connection, mine) if mine else {}
    shown = existing(connection, index, staff, {*strengths, *said})
    # Another unit's exists to them only as one that is shown beside theirs.
    theirs = case_id(connection, staff, other) or next(
        (row.id for row in shown if row.reference == other), None
    )
    if mine is None or theirs is None:
        missed = other if mine else reference
        opening.refuse(connection, staff=staff, reference=missed, now=now)
        return None
    first, second = sorted((mine, theirs))
    values = {
        "first": first,
        "second": second,
        "same": same,
        "strength": strengths.get(theirs),
        "said_by": staff.name,
        "said_at": now,
    }
    insert_or_replace(connection, case_links, values)
    kind = audit.Kind.SAME_CHILD_SAID if same else audit.Kind.OTHER_CHILD_SAID
    at = {row.id: row.unit for row in shown}
    for each in (mine, theirs):
        # At the unit that has it, whose log it is.
        event = audit.Event(kind, each, unit=at.get(each, staff.unit), actor=staff.name)
        audit.record(connection, event, at=now)
    return same


def said_of(connection: Connection, mine: UUID) -> dict[UUID, Row[Any]]:
    """Return what staff have said of a report and others, by the other."""
    rows = connection.execute(EITHER, {"mine": mine}).all()
    return {row.second if row.first == mine else row.first: row for row in rows}


def case_id(connection: Connection, staff: Staff, reference: str) -> UUID | None:
    """Return the id of a case that exists to somebody: of their unit, and not barred to them."""
    asked = {"unit": staff.unit, "reference": reference}
    row: Any = connection.execute(CASE, asked).one_or_none()
    if row is None or bars.is_barred(bars.read(row.barred), staff):
        return None
    found: UUID = row.id
    return found


def existing(
    connection: Connection, index: Index, staff: Staff, submission_ids: Iterable[UUID]
) -> list[Row[Any]]:
    """Return those of these reports that exist to somebody, within the reach of their unit.

    Not those that they are barred from, nor another unit's with protected data.
    """
    given = {"ids": list(submission_ids), "units": list(index.reach(staff.unit))}
    rows: Iterable[Row[Any]] = connection.execute(EXISTING, given)
    return [
        row
        for row in rows
        if not bars.is_barred(bars.read(row.barred), staff)
        and (row.unit == staff.unit or not row.protected)
    ]


def as_alike(row: Row[Any], strength: Strength | None, said: Row[Any] | None) -> Alike:
    return Alike(
        row.reference,
        row.unit,
        row.owner,
        row.form_id,
        row.received_at,
        row.protected,
        strength,
        *((said.same, said.said_by, said.said_at) if said else ()),
    )
