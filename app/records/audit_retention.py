"""Lets the beginning of the audit trail go when it has had its time, so that the rest still holds.

It goes up to an anchor that is old enough, and whole: the last of its links stays, without its
event, since the next one is reckoned from it and the anchor vouches for it. The database lets go of
no event that is younger than five years, whoever asks. What went is counted in an event, for those
who count that nothing is lost.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, select

from app.records import audit
from app.records.audit import Kind
from app.storage.tables import (
    audit_anchors,
    audit_events,
    audit_links,
    review_marks,
    review_months,
    review_readings,
)

AT_ONCE = 20_000
"""Links that go at a time, where the anchors are as close as they are made."""
EVENT, LINK, ANCHOR = audit_events.c, audit_links.c, audit_anchors.c


def before(now: datetime, years: int) -> datetime:
    """Return the moment before which all has been kept for so many years, each a long one."""
    return now - timedelta(days=366 * years)


def erase(connection: Connection, *, before: datetime, now: datetime, most: int = AT_ONCE) -> int:
    """Let a piece of what is older go; return how many events. Call again until it is none."""
    last = up_to(connection, before, most)
    if last is None:
        return 0
    mine = select(LINK.event_id).where(LINK.position <= last).scalar_subquery()
    too_young = select(EVENT.id).where(EVENT.id.in_(mine), EVENT.at > before).limit(1)
    if connection.execute(too_young).scalar() is not None:
        return 0  # whoever wrote it had another clock: it waits, and what comes after it
    # Counted of what went, not of what was there: another may do the same in the same moment.
    asked = delete(audit_events).where(EVENT.id.in_(mine)).returning(EVENT.kind, EVENT.counts)
    gone = connection.execute(asked).all()
    connection.execute(delete(audit_links).where(LINK.position < last))
    for table in (review_marks, review_readings):  # what the review of it came to goes with it
        connection.execute(delete(table).where(table.c.at <= before))
    connection.execute(delete(review_months).where(review_months.c.position <= last))
    if gone:
        counts = {"events": len(gone), **carried(gone)}
        audit.record(connection, audit.Event(Kind.AUDIT_ERASED, counts=counts), at=now)
    return len(gone)


def up_to(connection: Connection, before: datetime, most: int) -> int | None:
    """Return the place of the anchor that a piece of the beginning goes up to, if there is one."""
    begins = connection.execute(select(func.min(LINK.position))).scalar()
    if begins is None:
        return None
    # Of a chain that was shortened before, the first link stands without its event.
    after = begins if begins > 1 else 0
    old = and_(ANCHOR.at <= before, ANCHOR.position > after)
    nearest = connection.execute(select(func.min(ANCHOR.position)).where(old)).scalar()
    if nearest is None:
        return None
    within = ANCHOR.position <= max(nearest, after + most)
    found: int = connection.execute(
        select(func.max(ANCHOR.position)).where(old, within)
    ).scalar_one()
    return found


def carried(gone: Iterable[Row[Any, Any]]) -> dict[str, int]:
    """Return how many reports were received, and erased, by events that went; also by earlier."""
    told: Counter[str] = Counter({"received": 0, "erased": 0})
    for row in gone:
        if row.kind == Kind.AUDIT_ERASED:
            before = json.loads(row.counts)
            told.update({name: before[name] for name in told})
        elif row.kind in COUNTED:
            told[COUNTED[row.kind]] += 1
    return dict(told)


def due(connection: Connection, *, before: datetime) -> int:
    """Return how many events would go now. Nothing is changed."""
    last = select(func.max(ANCHOR.position)).where(ANCHOR.at <= before).scalar_subquery()
    there = (
        select(func.count()).select_from(audit_links).join(audit_events, EVENT.id == LINK.event_id)
    )
    counted: int = connection.execute(there.where(LINK.position <= last)).scalar_one()
    return counted


COUNTED = {Kind.SUBMISSION_RECEIVED: "received", Kind.SUBMISSION_ERASED: "erased"}
