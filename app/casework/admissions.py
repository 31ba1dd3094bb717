"""To whom a case is opened that does not exist to them otherwise, as the database has it.

Whoever has been let in to one is given it on its own page and nowhere else: not in the queue, not
in a search, not beside another.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from app.casework import rights
from app.casework.access import Staff
from app.casework.admission import Admission, Kind, Whom
from app.casework.rights import Act
from app.storage.asked import Asked, row_of
from app.storage.tables import case_admissions, inbox_items, submissions

MADE = case_admissions.c
ALL = (
    select(case_admissions, submissions.c.reference, inbox_items.c.unit.label("case_unit"))
    .join(submissions, submissions.c.id == MADE.submission_id)
    .join(inbox_items, inbox_items.c.submission_id == MADE.submission_id)
    .where(MADE.ended_at.is_(None), MADE.until > bindparam("now"))
)
OF_SOMEBODY = ALL.where(
    MADE.unit == bindparam("unit"),
    MADE.kind != Kind.NEVER,
    or_(MADE.name.is_(None), MADE.name == bindparam("name"), MADE.subject == bindparam("subject")),
).order_by(MADE.until, MADE.id)
THEIRS = Asked(OF_SOMEBODY, row_of(OF_SOMEBODY))
OF_CASE = ALL.where(submissions.c.reference == bindparam("reference")).order_by(MADE.at, MADE.id)
ITS = Asked(OF_CASE, row_of(OF_CASE))


def of_somebody(connection: Connection, staff: Staff, *, now: datetime) -> tuple[Admission, ...]:
    """Return what somebody has been let in to, with the unit in view, what ends first first."""
    rows = THEIRS.all(connection, unit=staff.unit, name=staff.name, subject=staff.subject, now=now)
    return tuple(as_admission(row) for row in rows)


def of_case(connection: Connection, reference: str, *, now: datetime) -> tuple[Admission, ...]:
    """Return who has been let in to a case, and who never may be, the first first."""
    return tuple(map(as_admission, ITS.all(connection, reference=reference, now=now)))


def let_in(connection: Connection, staff: Staff, reference: str, *, now: datetime) -> Staff:
    """Return somebody as they are at a case: let in to it, where they have been; else as they are.

    With an admission the unit in view is the case's, and `rights.may` knows what it lets them.
    """
    for each in of_somebody(connection, staff, now=now):
        if each.reference == reference:
            there = replace(staff, unit=each.case_unit, admission=each)
            return there if rights.may(there, Act.OPEN) else staff
    return staff


def at_home(staff: Staff) -> Staff:
    """Return somebody as they are at the unit where they work."""
    if staff.admission is None:
        return staff
    return replace(staff, unit=staff.admission.unit, admission=None)


def make(
    connection: Connection,
    submission_id: UUID,
    kind: Kind,
    whom: Whom,
    *,
    by: str,
    now: datetime,
    until: datetime,
) -> None:
    """Let somebody in until a moment, or say that they never may be."""
    values = {
        "id": uuid4(),
        "submission_id": submission_id,
        "kind": kind,
        "unit": whom.unit,
        "name": whom.name,
        "subject": whom.subject or None,
        "by": by,
        "at": now,
        "until": until,
    }
    connection.execute(insert(case_admissions).values(**values))


def end(connection: Connection, which: Sequence[UUID], *, by: str, now: datetime) -> None:
    """Let nobody in by these any more."""
    mine = (MADE.id.in_(which), MADE.ended_at.is_(None))
    connection.execute(update(case_admissions).where(*mine).values(ended_at=now, ended_by=by))


def as_admission(row: Row[Any]) -> Admission:
    return Admission(
        id=row.id,
        kind=Kind(row.kind),
        reference=row.reference,
        case_unit=row.case_unit,
        unit=row.unit,
        name=row.name,
        by=row.by,
        at=row.at,
        until=row.until,
    )
