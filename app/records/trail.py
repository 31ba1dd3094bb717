"""Who has read: the audit trail by case or by person, for whoever reviews it (SoPuL 10 §).

It tells of readings, and is itself secret; it holds nothing of what anybody wrote.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from app.storage.tables import audit_events, submissions


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


def events(
    connection: Connection,
    *,
    reference: str | None = None,
    person: str | None = None,
    within: Within = Within(),
) -> list[Line]:
    """Return the events about a case, by a person, or both, in the order they were written."""
    asked = (
        select(audit_events, submissions.c.reference)
        .outerjoin(submissions, submissions.c.id == audit_events.c.submission_id)
        .order_by(audit_events.c.at, audit_events.c.id)
    )
    if reference:
        asked = asked.where(submissions.c.reference == reference)
    if person:
        asked = asked.where(audit_events.c.actor == person)
    if within.since:
        asked = asked.where(audit_events.c.at >= within.since)
    if within.until:
        asked = asked.where(audit_events.c.at < within.until)
    return [
        Line(row.at, row.actor or "", row.kind, row.reference or "", row.unit or "")
        for row in connection.execute(asked)
    ]
