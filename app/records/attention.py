"""Asking a person to look at what does not arrive. To ask is not to give up: it is still tried."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, update

from app.records import audit
from app.storage.columns import Moment
from app.storage.tables import NOT_ENDED, deliveries, submissions

AT_ONCE = 500


def needs_a_person(
    connection: Connection, submission_id: UUID, *, unit: str, now: datetime
) -> None:
    """Write down that a delivery has become work for the people of a unit."""
    event = audit.Event(audit.Kind.DELIVERY_NEEDS_PERSON, submission_id, unit=unit)
    audit.record(connection, event, at=now)


def ask_about_late(
    connection: Connection, destination: str, *, now: datetime, limit: timedelta
) -> int:
    """Ask people to look at what has waited for longer than `limit`; return how many were new.

    At most `AT_ONCE` at a time.
    """
    late = connection.execute(LATE, {"place": destination, "before": now - limit}).all()
    for row in late:
        at = {"submission": row.submission_id, "place": destination, "now": now}
        connection.execute(ASK, at)
        needs_a_person(connection, row.submission_id, unit=row.unit, now=now)
    return len(late)


LATE = (
    select(deliveries.c.submission_id, submissions.c.unit)
    .join(submissions, submissions.c.id == deliveries.c.submission_id)
    .where(
        NOT_ENDED,
        deliveries.c.queued_at <= bindparam("before", type_=Moment),
        deliveries.c.attention_at.is_(None),
        deliveries.c.destination == bindparam("place"),
    )
    .order_by(deliveries.c.queued_at)
    .limit(AT_ONCE)
)
ASK = (
    update(deliveries)
    .where(
        deliveries.c.submission_id == bindparam("submission"),
        deliveries.c.destination == bindparam("place"),
    )
    .values(
        attention_at=func.coalesce(deliveries.c.attention_at, bindparam("now", type_=Moment)),
        reason=func.coalesce(deliveries.c.reason, "delivery.reasons.waited_too_long"),
    )
)
