"""Removal by two (gallring): what may be proposed, and what two have agreed on is carried out.

A case may be proposed when it is closed, every delivery of it has ended, and the days that the
municipality has decided on have passed since; where the akt is here, when 16 kap. SoL lets it go
(`akt`). Who works with it says so and another agrees; neither can remove anything. That is done at
night, if all of it still holds: what has been done with the case meanwhile, a hold, or other days,
and it stays. A tombstone is left.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    insert,
    literal,
    or_,
    select,
)

from app.records import akt, erasing
from app.records.akt import Rule
from app.records.erasing import delivered_before, there_is
from app.storage.tables import (
    akt_facts,
    case_entries,
    inbox_items,
    removals,
    submissions,
    tombstones,
)

Akts = Mapping[str, Collection[str]]
"""Forms of which the akt is here, each with the outcomes by which no utredning was opened."""
NO_NOTES = ("hold", "hold_lifted", "akt_facts")
"""Entries that say how long it is kept are no notes in the akt."""

WITH_REPORT = inbox_items.join(submissions, submissions.c.id == inbox_items.c.submission_id)
NOT_HELD = removals.c.held_at.is_(None)
"""True of what nobody has said shall be kept. A hold that has run out is no longer one."""

AGREED = and_(
    removals.c.approved_at.is_not(None),
    removals.c.version == inbox_items.c.version,
    NOT_HELD,
)


def may_go(
    municipality_code: str, days: Mapping[str, int], now: datetime, akts: Akts
) -> ColumnElement[bool]:
    """Return what is true of cases that have had their time, by form: by days, or by the law."""
    return or_(
        false(),
        *(
            and_(submissions.c.form_id == form_id, ended_before(now - timedelta(days=many)))
            for form_id, many in days.items()
        ),
        *(
            and_(submissions.c.form_id == form_id, untouched(now), lets_go(outcomes, now))
            for form_id, outcomes in akts.items()
        ),
    ) & (submissions.c.municipality_code == municipality_code)


def untouched(now: datetime) -> ColumnElement[bool]:
    """Return what is true of cases in which nothing has been noted for five years."""
    since, mine = akt.limit(now), case_entries.c.submission_id == inbox_items.c.submission_id
    noted = and_(case_entries.c.at >= since, case_entries.c.kind.not_in(NO_NOTES))
    return and_(ended_before(since), inbox_items.c.closed_at < since, ~there_is(mine, noted))


def lets_go(not_opened: Collection[str], now: datetime) -> ColumnElement[bool]:
    """Return what is true of cases that 16 kap. SoL lets go, as `akt.judged` says it."""
    # By another name, so that it is one's own where the same table stands beside the case.
    said = akt_facts.alias("said").c
    by_rule = or_(inbox_items.c.outcome.in_(sorted(not_opened)), said.thirty_in < this_year(now))
    mine = said.submission_id == inbox_items.c.submission_id
    return there_is(mine, said.kept.is_(None), by_rule)


def this_year(now: datetime) -> int:
    return now.astimezone(UTC).year


def rule(form_id: str, outcome: str | None, days: Mapping[str, int], akts: Akts) -> str:
    """Return by what a case goes, that may go: what its tombstone says."""
    if form_id in akts:
        return Rule.NOT_OPENED if outcome in akts[form_id] else Rule.OPENED
    return f"retention_days = {days[form_id]}"


def ended_before(limit: datetime) -> ColumnElement[bool]:
    return and_(
        inbox_items.c.process_version > 0,
        inbox_items.c.closed_at <= limit,
        delivered_before(limit),
    )


def agreed(
    municipality_code: str, days: Mapping[str, int], now: datetime, akts: Akts
) -> Select[Any]:
    """Return the statement that finds what two have agreed on, and that may still go."""
    joined = WITH_REPORT.join(removals, removals.c.submission_id == inbox_items.c.submission_id)
    found = select(literal(1)).select_from(joined)
    return found.where(AGREED, may_go(municipality_code, days, now, akts))


def due(
    connection: Connection,
    municipality_code: str,
    days: Mapping[str, int],
    *,
    now: datetime,
    akts: Akts,
) -> int:
    """Return how many cases `carry_out` would remove."""
    asked = agreed(municipality_code, days, now, akts).with_only_columns(func.count())
    return int(connection.execute(asked).scalar_one())


def carry_out(
    connection: Connection,
    municipality_code: str,
    days: Mapping[str, int],
    *,
    now: datetime,
    most: int,
    akts: Akts,
) -> int:
    """Remove what two have agreed on, and leave a tombstone for each; return how many they were.

    All of it is done in the caller's transaction, so that nothing is ever left half removed.
    """
    asked = agreed(municipality_code, days, now, akts).with_only_columns(
        submissions.c.id,
        submissions.c.reference,
        submissions.c.form_id,
        submissions.c.received_at,
        inbox_items.c.unit,
        inbox_items.c.outcome,
        removals.c.proposed_by,
        removals.c.approved_by,
    )
    rows = connection.execute(asked.order_by(removals.c.approved_at).limit(most)).all()
    if not rows:
        return 0
    left = [
        {
            "reference": row.reference,
            "unit": row.unit,
            "form_id": row.form_id,
            "received_in": month(row.received_at),
            "removed_in": month(now),
            "outcome": row.outcome,
            "proposed_by": row.proposed_by,
            "approved_by": row.approved_by,
            "rule": rule(row.form_id, row.outcome, days, akts),
        }
        for row in rows
    ]
    connection.execute(insert(tombstones), left)
    erasing.erase(connection, {row.id: row.unit for row in rows}, now=now)
    return len(rows)


def month(moment: datetime) -> str:
    """Return a month as 2026-11 (UTC): more is not kept of when something was."""
    return f"{moment:%Y-%m}"
