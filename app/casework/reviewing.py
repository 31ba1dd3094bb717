"""A month's review of the log: which readings to look at, drawn once and kept (SoPuL 10 §).

It can be drawn when the month has been over for an hour and all of it is in the chain, and then in
one way only. Whoever does so chooses nothing.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, insert, select

from app.casework import bars, rights, sampling
from app.casework.access import WHOLE, Staff
from app.casework.refusals import MonthGone, MonthNotOver
from app.casework.rights import Act
from app.casework.running import Rules
from app.casework.sampling import METHOD, READINGS, Background, Known, Opened, Reading, Why
from app.records import audit, chain
from app.records.audit import Kind
from app.runner.hours import Calendar, Hours, Timetable
from app.runner.process import Process
from app.storage.conflict import insert_all_new
from app.storage.tables import (
    audit_events,
    audit_links,
    case_entries,
    inbox_items,
    review_months,
    review_readings,
    submissions,
)

EVENT, LINK = audit_events.c, audit_links.c
SETTLED = timedelta(hours=1)
"""So long after a month is over nothing more is written in it, and all of it is linked."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the municipality has decided of the review: how much is drawn, and when staff work."""

    share: int
    least: int
    hours: Hours


@dataclass(frozen=True, slots=True)
class Sample:
    """What is drawn of a month: the place of its last link in the chain, and out of what."""

    position: int
    seed: bytes
    read: list[Reading]
    drawn: frozenset[int]


def draw(
    connection: Connection,
    *,
    month: str,
    staff: Staff,
    decided: Decided,
    rules: Rules,
    now: datetime,
) -> None:
    """Draw a month at the unit in view, unless that has been done. NotAllowed; MonthNotOver."""
    rights.require(staff, Act.REVIEW_LOG)
    mine = (review_months.c.unit == staff.unit, review_months.c.month == month)
    if connection.execute(select(review_months.c.month).where(*mine)).scalar() is not None:
        return
    if now < bounds(month, rules.calendar)[1] + SETTLED:
        raise MonthNotOver(month)
    sample = sample_of(
        connection,
        unit=staff.unit,
        month=month,
        share=decided.share,
        least=decided.least,
        calendar=rules.calendar,
    )
    known = known_of(connection, staff.unit, month, decided, rules)
    found = sampling.chosen(sample.read, sample.drawn, known)
    values = {
        "unit": staff.unit,
        "month": month,
        "position": sample.position,
        "readings": len(sample.read),
        "share": decided.share,
        "least": decided.least,
        "at": now,
        "drawn_by": staff.name,
        "method": METHOD,
    }
    connection.execute(insert(review_months).inline(), values)
    if found:
        insert_all_new(connection, review_readings, [row_of(staff, month, *one) for one in found])
    counts = {"month": number(month), "readings": len(sample.read), "chosen": len(found)}
    event = audit.Event(Kind.LOG_DRAWN, unit=staff.unit, actor=staff.name, counts=counts)
    audit.record(connection, event, at=now)


def row_of(staff: Staff, month: str, reading: Reading, why: tuple[Why, ...]) -> dict[str, Any]:
    return {
        "event_id": reading.event_id,
        "unit": staff.unit,
        "month": month,
        "at": reading.times[0],
        "actor": reading.actor,
        "submission_id": reading.submission_id,
        "times": len(reading.times),
        "why": " ".join(why),
    }


def sample_of(
    connection: Connection,
    *,
    unit: str,
    month: str,
    share: int,
    least: int,
    calendar: Calendar,
    method: int = METHOD,
) -> Sample:
    """Return what is drawn of a month: the same whoever asks, and whenever.

    MonthNotOver when something of it is not in the chain.
    """
    begins, ends = bounds(month, calendar)
    within = (EVENT.at >= begins, EVENT.at < ends)
    linked = select(1).where(LINK.event_id == EVENT.id).exists()
    if connection.execute(select(EVENT.id).where(*within, ~linked).limit(1)).scalar() is not None:
        raise MonthNotOver("not all of it is in the chain")
    last = select(LINK.position, LINK.hash).join(audit_events, EVENT.id == LINK.event_id)
    newest = last.where(EVENT.at < ends).order_by(LINK.position.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    end = chain.Tail(row.position, row.hash) if row else chain.Tail(0, chain.START)
    rows = connection.execute(opened(unit, begins, ends, method)).all()
    events = (Opened(r.id, Kind(r.kind), r.at, r.actor, r.submission_id) for r in rows)
    read = sampling.readings(events, calendar)
    seed = sampling.seed_of(unit, month, end.hash)
    ids = [each.event_id for each in read]
    return Sample(end.position, seed, read, sampling.draw(seed, ids, share=share, least=least))


def anew(
    connection: Connection, *, unit: str, month: str, calendar: Calendar
) -> tuple[Sample, frozenset[int]] | None:
    """Return a month drawn anew, as it was decided then, and the ids that are stored as drawn.

    None when the unit has not drawn it; MonthNotOver; MonthGone.
    """
    mine = (review_months.c.unit == unit, review_months.c.month == month)
    row = connection.execute(select(review_months).where(*mine)).one_or_none()
    if row is None:
        return None
    require_whole(connection, bounds(month, calendar)[0])
    again = sample_of(
        connection,
        unit=unit,
        month=month,
        share=row.share,
        least=row.least,
        calendar=calendar,
        method=row.method,
    )
    theirs = (review_readings.c.unit == unit, review_readings.c.month == month)
    rows = connection.execute(select(review_readings).where(*theirs))
    return again, frozenset(each.event_id for each in rows if Why.DRAWN in each.why.split())


def require_whole(connection: Connection, begins: datetime) -> None:
    """Raise MonthGone when the beginning of a month has had its time (`audit_retention`)."""
    first = connection.execute(select(func.min(LINK.position))).scalar()
    earlier = select(EVENT.id).where(EVENT.at < begins).order_by(EVENT.id).limit(1)
    if first is not None and first > 1 and connection.execute(earlier).scalar() is None:
        raise MonthGone("its beginning has been erased")


def opened(unit: str, begins: datetime, ends: datetime, method: int = METHOD) -> Select[Any]:
    """Return what asks for everything that was read at a unit, in the order it was written."""
    asked = select(EVENT.id, EVENT.kind, EVENT.at, EVENT.actor, EVENT.submission_id)
    mine = (EVENT.unit == unit, EVENT.actor.is_not(None), EVENT.kind.in_(sorted(READINGS[method])))
    return asked.where(*mine, EVENT.at >= begins, EVENT.at < ends).order_by(EVENT.id)


def known_of(
    connection: Connection, unit: str, month: str, decided: Decided, rules: Rules
) -> Known:
    """Return what a month's readings are held to, as it is when it is drawn."""
    begins, ends = bounds(month, rules.calendar)
    let_in = select(EVENT.actor, EVENT.at).where(
        EVENT.kind == Kind.EMERGENCY_SIGNED_IN,
        EVENT.unit == unit,
        EVENT.at >= begins - WHOLE,
        EVENT.at < ends,
    )
    with_jav = select(EVENT.actor, EVENT.submission_id, EVENT.at).where(
        EVENT.kind == Kind.CASE_EMERGENCY,
        EVENT.unit == unit,
        EVENT.at >= begins - sampling.DAY,
        EVENT.at < ends,
    )
    return Known(
        timetable=Timetable(decided.hours, rules.calendar),
        cases=backgrounds(connection, unit, begins, ends, rules),
        emergencies=[(row.actor, row.at) for row in connection.execute(let_in)],
        emergency_lasts=WHOLE,
        with_jav=[(r.actor, r.submission_id, r.at) for r in connection.execute(with_jav)],
    )


def backgrounds(
    connection: Connection, unit: str, begins: datetime, ends: datetime, rules: Rules
) -> dict[UUID, Background]:
    """Return what is known of the unit's cases that were read, by the id of the report."""
    read = opened(unit, begins, ends).with_only_columns(EVENT.submission_id).order_by(None)
    facts = (
        select(submissions.c.id, submissions.c.form_id, submissions.c.protected)
        .add_columns(inbox_items.c.barred)
        .join(inbox_items, inbox_items.c.submission_id == submissions.c.id)
        .where(inbox_items.c.unit == unit, submissions.c.id.in_(read))
    )
    done = defaultdict(list)
    entries = (
        select(
            *(case_entries.c[name] for name in ("submission_id", "at", "state", "author", "owner"))
        )
        .where(case_entries.c.submission_id.in_(read), case_entries.c.at < ends)
        .order_by(case_entries.c.submission_id, case_entries.c.number)
    )
    for row in connection.execute(entries):
        done[row.submission_id].append(row)
    return {
        row.id: Background(
            protected=row.protected,
            barred=frozenset(bar.name for bar in bars.read(row.barred)),
            workers=frozenset(
                name for entry in done[row.id] for name in (entry.author, entry.owner) if name
            ),
            ended=tuple(
                (entry.at, ends_in(rules.processes.get(row.form_id), entry.state))
                for entry in done[row.id]
            ),
        )
        for row in connection.execute(facts)
    }


def ends_in(process: Process | None, state: str | None) -> bool:
    known = process.state(state) if process and state else None
    return known is not None and known.ends


def bounds(month: str, calendar: Calendar) -> tuple[datetime, datetime]:
    """Return when a month, as 2026-11, begins and is over. ValueError when it is none."""
    first = date.fromisoformat(f"{month}-01")
    return calendar.at(first, 0), calendar.at(next_first(first), 0)


def next_first(first: date) -> date:
    """Return the first day of the month after that of a day."""
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1)


def number(month: str) -> int:
    """Return a month as a number: 202611."""
    return int(month.replace("-", ""))
