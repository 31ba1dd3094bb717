"""Who has read: the audit trail by case or by person, for whoever reviews it (SoPuL 10 §).

It tells of readings, and is itself secret; it holds nothing of what anybody wrote.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from app.storage.tables import audit_events, inbox_items, submissions


@dataclass(frozen=True, slots=True)
class Within:
    """From a moment until just before another; None is always."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One event. `reference` is empty when the report has been erased, or when it is about none."""

    at: datetime
    actor: str
    kind: str
    reference: str
    unit: str
    number: int = 0
    """By which the page of those before it is asked for."""


ASKED = (
    audit_events.c.id,
    audit_events.c.at,
    audit_events.c.actor,
    audit_events.c.kind,
    audit_events.c.unit,
    submissions.c.reference,
)


def events(
    connection: Connection,
    *,
    reference: str | None = None,
    person: str | None = None,
    within: Within = Within(),
) -> list[Line]:
    """Return the events about a case, by a person, or both, in the order they were written."""
    about = submissions.c.id == audit_events.c.submission_id
    asked = select(*ASKED).select_from(audit_events.outerjoin(submissions, about))
    if reference:
        asked = asked.where(submissions.c.reference == reference)
    found = narrowed(asked, person, within).order_by(audit_events.c.at, audit_events.c.id)
    return [line(row) for row in connection.execute(found)]


def at_unit(
    connection: Connection,
    unit: str,
    *,
    reference: str | None = None,
    person: str | None = None,
    within: Within = Within(),
    before: int | None = None,
    most: int,
) -> list[Line]:
    """Return the events about a case of a unit, or by a person there; the last first.

    Those before the event `before`, where that is said.

    What others have tried with its case is among them. The reference of a case that is another
    unit's is never told: somebody here tried to open it, and no more is said.
    """
    asked = asked_at(unit, reference=reference, person=person, within=within)
    if before is not None:
        event, last = audit_events.c, audit_events.alias()
        at = select(last.c.at).where(last.c.id == before).scalar_subquery()
        asked = asked.where(or_(event.at < at, and_(event.at == at, event.id < before)))
    return [line(row) for row in connection.execute(asked.limit(most))]


def asked_at(
    unit: str, *, reference: str | None = None, person: str | None = None, within: Within = Within()
) -> Select[Any]:
    """Return the statement that `at_unit` reads with."""
    event, item = audit_events.c, inbox_items.c
    theirs = and_(item.submission_id == event.submission_id, item.unit == unit)
    asked = select(*ASKED).select_from(
        audit_events.outerjoin(inbox_items, theirs).outerjoin(
            submissions, submissions.c.id == item.submission_id
        )
    )
    if reference:
        mine = select(submissions.c.id).join(inbox_items).where(item.unit == unit)
        asked = asked.where(
            event.submission_id
            == mine.where(submissions.c.reference == reference).scalar_subquery()
        )
    else:
        asked = asked.where(event.unit == unit)
    return narrowed(asked, person, within).order_by(event.at.desc(), event.id.desc())


def narrowed(asked: Select[Any], person: str | None, within: Within) -> Select[Any]:
    if person:
        asked = asked.where(audit_events.c.actor == person)
    if within.since:
        asked = asked.where(audit_events.c.at >= within.since)
    if within.until:
        asked = asked.where(audit_events.c.at < within.until)
    return asked


def line(row: Row[Any]) -> Line:
    return Line(row.at, row.actor or "", row.kind, row.reference or "", row.unit or "", row.id)
