"""Which cases have had their time, and how far their removal (gallring) has come.

Where the akt itself is kept here (`record = "here"`) none has: 16 kap. SoL says how long it stays.
Nor has one that was closed as an akt of ours, after a change of mind: another must have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)

from app.casework import bars, entries
from app.casework.access import Staff
from app.casework.bars import is_barred
from app.records.removal import WITH_REPORT, may_go
from app.runner.content import Content
from app.storage.tables import case_entries, inbox_items, removals, submissions, tombstones

MOST = 50


class Stand(IntEnum):
    """How far the removal of a case has come. The nightly run takes what is agreed on."""

    FREE = 0
    PROPOSED = 1
    AGREED = 2
    HELD = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a municipality has decided: by form the days, and the steps that hand the akt over."""

    municipality_code: str
    days: Mapping[str, int]
    handed_over: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that has had its time, and nothing of what it says."""

    reference: str
    form_id: str
    received_at: datetime
    closed_at: datetime
    outcome: str | None
    version: int
    stand: Stand
    proposed_by: str
    approved_by: str
    held_until: date | None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a case that was removed; months are as 2026-11."""

    reference: str
    form_id: str
    received_in: str
    removed_in: str
    outcome: str | None
    proposed_by: str
    approved_by: str


def plan_of(content: Content) -> Plan:
    """Return what is decided; where the akt is here no form has days."""
    municipality = content.municipality
    here = municipality.casework.record == "here"
    days = {} if here else municipality.retention_days
    return Plan(
        municipality.code,
        {form_id: many for form_id, many in days.items() if many},
        {
            form_id: tuple(step.id for step in process.steps if step.record == "external")
            for form_id, process in content.processes[content.default].items()
        },
    )


def listed(
    connection: Connection, plan: Plan, *, staff: Staff, stand: Stand, now: datetime
) -> tuple[Candidate, ...]:
    """Return the unit's cases that have had their time and stand so, the oldest first.

    At most `MOST`, and none that somebody is barred from.
    """
    rows = connection.execute(
        due(plan, staff, now)
        .where(stands(now) == stand)
        .order_by(inbox_items.c.closed_at, inbox_items.c.submission_id)
        .limit(MOST)
    ).all()
    return tuple(as_candidate(row) for row in rows if not is_barred(bars.read(row.barred), staff))


def gone(connection: Connection, *, unit: str) -> tuple[Tombstone, ...]:
    """Return what is left of the unit's cases that were removed last."""
    columns = [tombstones.c[name] for name in Tombstone.__slots__]
    asked = select(*columns).where(tombstones.c.unit == unit)
    last = asked.order_by(tombstones.c.removed_in.desc(), tombstones.c.reference).limit(MOST)
    return tuple(Tombstone(*row) for row in connection.execute(last))


def due(plan: Plan, staff: Staff, now: datetime) -> Select[Any]:
    """Return the statement that finds a unit's cases that have had their time."""
    said = WITH_REPORT.outerjoin(removals, removals.c.submission_id == inbox_items.c.submission_id)
    return (
        select(
            submissions.c.reference,
            submissions.c.form_id,
            submissions.c.received_at,
            *(inbox_items.c[name] for name in ("submission_id", "closed_at", "outcome")),
            *(inbox_items.c[name] for name in ("version", "barred")),
            *(removals.c[name] for name in ("proposed_by", "proposed_subject", "approved_by")),
            removals.c.held_until,
            stands(now).label("stand"),
        )
        .select_from(said)
        .where(
            inbox_items.c.unit == staff.unit,
            may_go(plan.municipality_code, plan.days, now),
            handed_over(plan),
        )
    )


def stands(now: datetime) -> ColumnElement[int]:
    said = removals.c.version == inbox_items.c.version
    endless = removals.c.held_until.is_(None)
    return case(
        (
            removals.c.held_at.is_not(None) & or_(endless, removals.c.held_until >= now.date()),
            int(Stand.HELD),
        ),
        (and_(said, removals.c.approved_at.is_not(None)), int(Stand.AGREED)),
        (and_(said, removals.c.proposed_at.is_not(None)), int(Stand.PROPOSED)),
        else_=int(Stand.FREE),
    )


def handed_over(plan: Plan) -> ColumnElement[bool]:
    """Return what is true of cases whose akt is elsewhere, as their process' own steps say.

    Such a step has been taken since the case was last opened again.
    """
    mine = case_entries.c.submission_id == inbox_items.c.submission_id
    later = case_entries.alias()
    reopened = (
        select(func.coalesce(func.max(later.c.number), 0))
        .where(
            later.c.submission_id == inbox_items.c.submission_id,
            later.c.kind == entries.Kind.REOPEN,
        )
        .scalar_subquery()
    )
    return and_(
        true(),
        *(
            or_(
                submissions.c.form_id != form_id,
                exists(literal_column("1")).where(
                    mine, case_entries.c.step.in_(steps), case_entries.c.number > reopened
                ),
            )
            for form_id, steps in plan.handed_over.items()
            if steps
        ),
    )


def as_candidate(row: Row[Any]) -> Candidate:
    return Candidate(
        reference=row.reference,
        form_id=row.form_id,
        received_at=row.received_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        version=row.version,
        stand=Stand(row.stand),
        proposed_by=row.proposed_by or "",
        approved_by=row.approved_by or "",
        held_until=row.held_until,
    )
