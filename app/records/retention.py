"""Erase what has had its time, and nothing else.

Drafts, receipts, links and sessions go when they have run out. A report goes only when every
delivery of it has been confirmed, or released by a person with a name; when nobody still has to
take it in hand in our own inbox; and when the municipality has decided on a number of days that
have passed since. Where nothing is decided, nothing goes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    and_,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from app.records import audit
from app.storage.tables import (
    deliveries,
    drafts,
    inbox_items,
    sign_in_links,
    staff_sessions,
    submissions,
)

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased, of each kind."""

    drafts: int
    receipts: int
    links: int
    sessions: int
    submissions: int


def retain(
    connection: Connection,
    *,
    now: datetime,
    municipality_code: str,
    submission_days: Mapping[str, int],
    most: int = AT_ONCE,
) -> Erased:
    """Erase what has had its time and return how much it was.

    `submission_days` is form id to the days that reports are kept after the last delivery; a form
    that is not named is kept. At most `most` reports go at a time, so that nobody waits for us:
    call again while `submissions` comes back as `most`.
    """
    run_out = drafts.c.expires_at <= now
    erased = Erased(
        drafts=connection.execute(delete(drafts).where(run_out, ~drafts.c.handed_in)).rowcount,
        receipts=connection.execute(delete(drafts).where(run_out, drafts.c.handed_in)).rowcount,
        links=connection.execute(
            delete(sign_in_links).where(
                or_(sign_in_links.c.expires_at <= now, sign_in_links.c.used_at.is_not(None))
            )
        ).rowcount,
        sessions=connection.execute(
            delete(staff_sessions).where(
                or_(staff_sessions.c.idle_until <= now, staff_sessions.c.ends_at <= now)
            )
        ).rowcount,
        submissions=sum(
            erase_submissions(
                connection,
                now=now,
                limit=now - timedelta(days=days),
                form_id=form_id,
                municipality_code=municipality_code,
                most=most,
            )
            for form_id, days in submission_days.items()
        ),
    )
    event = audit.Event(audit.Kind.RETENTION_RUN, counts=asdict(erased))
    audit.record(connection, event, at=now)
    return erased


def erase_submissions(
    connection: Connection,
    *,
    now: datetime,
    limit: datetime,
    form_id: str,
    municipality_code: str,
    most: int,
) -> int:
    """Erase reports of a form that were delivered, and taken in hand, before the limit."""
    mine = deliveries.c.submission_id == submissions.c.id
    ended_at = func.coalesce(deliveries.c.confirmed_at, deliveries.c.released_at)
    too_early = or_(ended_at.is_(None), ended_at > limit)
    in_hand = and_(
        inbox_items.c.acknowledged_at.is_not(None), inbox_items.c.acknowledged_at <= limit
    )
    rows = connection.execute(
        select(submissions.c.id, submissions.c.unit)
        .where(
            submissions.c.municipality_code == municipality_code,
            submissions.c.form_id == form_id,
            submissions.c.received_at <= limit,
            there_is(mine),
            ~there_is(mine, too_early),
            ~there_is(inbox_items.c.submission_id == submissions.c.id, ~in_hand),
        )
        .order_by(submissions.c.received_at)
        .limit(most)
    ).all()
    ids = [row.id for row in rows]
    connection.execute(delete(inbox_items).where(inbox_items.c.submission_id.in_(ids)))
    connection.execute(delete(deliveries).where(deliveries.c.submission_id.in_(ids)))
    connection.execute(delete(submissions).where(submissions.c.id.in_(ids)))
    for row in rows:
        gone = audit.Event(audit.Kind.SUBMISSION_ERASED, row.id, unit=row.unit)
        audit.record(connection, gone, at=now)
    return len(rows)


def there_is(*conditions: ColumnElement[bool]) -> Exists:
    # Not `SELECT *`, which PostgreSQL lets only those use who may read every column, the report
    # among them.
    return exists(literal_column("1")).where(*conditions)
