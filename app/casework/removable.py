"""Which cases have had their time, and how far their removal (gallring) has come.

Where the akt itself is kept here (`record = "here"`) 16 kap. SoL says when, and what stays is told
of with the reason. What was closed as an akt of ours, after a change of mind, has not had its time:
another must have it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from app.casework import bars, entries
from app.casework.access import Staff
from app.casework.bars import is_barred
from app.casework.plan import Plan
from app.records.akt import Kept
from app.records.removal import WITH_REPORT, lets_go, may_go, rule, untouched
from app.storage.tables import (
    akt_facts,
    case_entries,
    inbox_items,
    removals,
    submissions,
    tombstones,
)

MOST = 50
T = TypeVar("T")


class Stand(IntEnum):
    """How far the removal of a case has come. The nightly run takes what is agreed on."""

    FREE = 0
    PROPOSED = 1
    AGREED = 2
    HELD = 3


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
    rule: str
    """What lets it go."""


@dataclass(frozen=True, slots=True)
class Staying:
    """An akt of ours in which nothing has been noted for five years, and why it stays."""

    reference: str
    form_id: str
    closed_at: datetime
    outcome: str | None
    why: Kept


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """So many of a list as are shown; `after` is the reference that the next page is after."""

    rows: tuple[T, ...]
    after: str = ""


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


def listed(
    connection: Connection,
    plan: Plan,
    *,
    staff: Staff,
    stand: Stand,
    now: datetime,
    after: str = "",
) -> Page[Candidate]:
    """Return the unit's cases that have had their time and stand so, those closed first first.

    At most `MOST`, those after the case `after`, and none that somebody is barred from.
    """
    asked = due(plan, staff, now).where(stands(now) == stand)
    found = paged(connection, asked, staff, after)
    return Page(tuple(as_candidate(row, plan) for row in found.rows), found.after)


def staying(
    connection: Connection, plan: Plan, *, staff: Staff, now: datetime, after: str = ""
) -> Page[Staying]:
    """Return the unit's akts that nobody has noted in for five years and that stay, as `listed`."""
    goes = (
        and_(submissions.c.form_id == form_id, lets_go(outcomes, now))
        for form_id, outcomes in plan.akts.items()
    )
    facts = akt_facts.c.submission_id == inbox_items.c.submission_id
    asked = (
        select(submissions.c.reference, submissions.c.form_id)
        .add_columns(*(inbox_items.c[name] for name in SHOWN))
        .add_columns(akt_facts.c.submission_id.label("told"), akt_facts.c.kept)
        .select_from(WITH_REPORT.outerjoin(akt_facts, facts))
        .where(
            inbox_items.c.unit == staff.unit,
            submissions.c.form_id.in_(sorted(plan.akts)),
            untouched(now),
            ~or_(false(), *goes),
        )
    )
    found = paged(connection, asked, staff, after)
    return Page(tuple(as_staying(row) for row in found.rows), found.after)


SHOWN = ("submission_id", "closed_at", "outcome", "barred")


def paged(connection: Connection, asked: Select[Any], staff: Staff, after: str) -> Page[Row[Any]]:
    """Return a page of cases, those closed first first, of which nobody is barred from any."""
    place = (inbox_items.c.closed_at, inbox_items.c.submission_id)
    last = select(*place).select_from(WITH_REPORT).where(submissions.c.reference == after)
    row = connection.execute(last.where(inbox_items.c.unit == staff.unit)).one_or_none()
    if row is not None and row.closed_at is not None:
        later = and_(place[0] == row.closed_at, place[1] > row.submission_id)
        asked = asked.where(or_(place[0] > row.closed_at, later))
    rows = connection.execute(asked.order_by(*place).limit(MOST + 1)).all()
    seen = [row for row in rows[:MOST] if not is_barred(bars.read(row.barred), staff)]
    return Page(tuple(seen), rows[MOST - 1].reference if len(rows) > MOST else "")


def gone(connection: Connection, *, unit: str, after: str = "") -> Page[Tombstone]:
    """Return what is left of the unit's cases that were removed last; those after one of them."""
    columns = [tombstones.c[name] for name in Tombstone.__slots__]
    mine, stone = tombstones.c.unit == unit, tombstones.c
    asked = select(*columns).where(mine)
    last = select(stone.removed_in).where(mine, stone.reference == after)
    month = connection.execute(last).scalar_one_or_none()
    if month is not None:
        same = and_(stone.removed_in == month, stone.reference > after)
        asked = asked.where(or_(stone.removed_in < month, same))
    ordered = asked.order_by(stone.removed_in.desc(), stone.reference).limit(MOST + 1)
    found = [Tombstone(*row) for row in connection.execute(ordered)]
    return Page(tuple(found[:MOST]), found[MOST - 1].reference if len(found) > MOST else "")


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
            may_go(plan.municipality_code, plan.days, now, plan.akts),
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


def as_staying(row: Row[Any]) -> Staying:
    why = Kept.UNKNOWN if row.told is None else Kept(row.kept or Kept.YOUNG)
    return Staying(row.reference, row.form_id, row.closed_at, row.outcome, why)


def as_candidate(row: Row[Any], plan: Plan) -> Candidate:
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
        rule=rule(row.form_id, row.outcome, plan.days, plan.akts),
    )
