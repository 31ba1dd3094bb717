"""What has been decided on delegation: by whom and when, for the board (7 kap. 8 § kommunallagen).

No name of a child and nothing of what anybody wrote is read: what was decided is the outcome, which
is stored beside the case.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from app.casework.entries import Kind
from app.storage.tables import case_entries, inbox_items, submissions


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `outcome` is "" when a later has replaced it: only its words say it then."""

    at: datetime
    reference: str
    form_id: str
    step: str
    outcome: str
    by: str


def decided(
    connection: Connection,
    *,
    unit: str,
    since: datetime,
    until: datetime,
    steps: Collection[tuple[str, str]],
) -> list[Decision]:
    """Return what a unit has decided from a moment until before another, in order of time.

    `steps` are those that decide: of which form, and their ids. Cases that have been removed are
    not there.
    """
    wanted = (
        select(
            case_entries.c.at,
            case_entries.c.step,
            case_entries.c.author,
            submissions.c.reference,
            submissions.c.form_id,
            inbox_items.c.decided_at,
            inbox_items.c.outcome,
        )
        .join(submissions, submissions.c.id == case_entries.c.submission_id)
        .join(inbox_items, inbox_items.c.submission_id == case_entries.c.submission_id)
        .where(inbox_items.c.unit == unit, case_entries.c.kind == Kind.STEP)
        .where(case_entries.c.at >= since, case_entries.c.at < until)
        .where(case_entries.c.step.in_({step for _, step in steps}))
        .order_by(case_entries.c.at, submissions.c.reference)
    )
    return [
        Decision(
            row.at,
            row.reference,
            row.form_id,
            row.step,
            (row.outcome or "") if row.at == row.decided_at else "",
            row.author,
        )
        for row in connection.execute(wanted)
        if (row.form_id, row.step) in steps
    ]
