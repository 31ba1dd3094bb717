"""Who has read a case, and what somebody has read, for whoever reviews the log (SoPuL 10 §).

The log is itself secret, so that it is read is written in it, and durable, before it is shown.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from app.casework import rights
from app.casework.access import Staff
from app.casework.rights import Act
from app.records import audit, trail
from app.records.trail import Line, Within
from app.storage.tables import inbox_items, submissions

MOST = 200
"""So many events are shown at a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the log: a case, a person, or what a person has done with a case."""

    reference: str | None
    person: str | None
    within: Within
    before: int | None = None
    """The event that those asked for are before; None where it is the last that are."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the log has, the last first; `more` when there is something before it."""

    lines: list[Line]
    more: bool = False


def who_has_read(connection: Connection, asked: Asked, *, staff: Staff, now: datetime) -> Found:
    """Return what the log has, the last first and at most `MOST`; that it is asked is written.

    Of a case that is another unit's there is nothing. NotAllowed for who does not review the log;
    ValueError when neither a case nor a person is named.
    """
    rights.require(staff, Act.REVIEW_LOG)
    if not (asked.reference or asked.person):
        raise ValueError("the whole log is not asked for")
    case = select(submissions.c.id).join(inbox_items).where(inbox_items.c.unit == staff.unit)
    mine = case.where(submissions.c.reference == (asked.reference or ""))
    about = connection.execute(mine).scalar_one_or_none()
    event = audit.Event(audit.Kind.LOG_READ, about, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
    lines = trail.at_unit(
        connection,
        staff.unit,
        reference=asked.reference,
        person=asked.person,
        within=asked.within,
        before=asked.before,
        most=MOST + 1,
    )
    return Found(lines[:MOST], more=len(lines) > MOST)
