"""Erase what has had its time, and nothing else.

Drafts, receipts, links and sessions go when they have run out. A report goes only when every
delivery of it has been confirmed, or released by a person with a name, and when the municipality
has decided on a number of days that have passed since. Where nothing is decided, nothing goes. One
that staff work with by a process goes when two of them have said so besides (`removal`); any other
in our own inbox, when somebody has it. What is written of it goes with it (`erasing`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
)

from app.records import audit, erasing, removal
from app.records.erasing import delivered_before, there_is
from app.storage.tables import (
    drafts,
    inbox_items,
    sign_in_links,
    staff_sessions,
    submissions,
    unsaved,
)

AT_ONCE = 500
NONE_HERE: removal.Akts = {}


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased, of each kind."""

    drafts: int
    receipts: int
    links: int
    sessions: int
    unsaved: int
    submissions: int
    cases: int
    """Reports with a case, by the word of two."""


@dataclass(frozen=True, slots=True)
class Due:
    """Reports of one form that have had their time, and since when the oldest has lain here."""

    count: int
    oldest: datetime | None


def retain(
    connection: Connection,
    *,
    now: datetime,
    municipality_code: str,
    submission_days: Mapping[str, int],
    most: int = AT_ONCE,
    akts: removal.Akts = NONE_HERE,
) -> Erased:
    """Erase what has had its time and return how much it was.

    `submission_days` is form id to the days that reports are kept after the last delivery, `akts`
    the forms whose akt is here; a form that is in neither is kept. At most `most` reports go at a
    time, so that nobody waits for us: call again while `submissions` or `cases` is `most`.
    """
    erased = Erased(
        **{
            name: connection.execute(delete(table).where(had_its_time)).rowcount
            for name, (table, had_its_time) in passing(now).items()
        },
        submissions=sum(
            erase_submissions(connection, had_their_time, now=now, most=most)
            for had_their_time in old(now, municipality_code, submission_days).values()
        ),
        cases=removal.carry_out(
            connection, municipality_code, submission_days, now=now, most=most, akts=akts
        ),
    )
    event = audit.Event(audit.Kind.RETENTION_RUN, counts=asdict(erased))
    audit.record(connection, event, at=now)
    return erased


def due(
    connection: Connection,
    *,
    now: datetime,
    municipality_code: str,
    submission_days: Mapping[str, int],
    akts: removal.Akts = NONE_HERE,
) -> tuple[Erased, dict[str, Due]]:
    """Return what `retain` would erase, and the reports by form. Nothing is changed."""

    def counted(table: Table, had_its_time: ColumnElement[bool]) -> int:
        asked = select(func.count()).select_from(table).where(had_its_time)
        return int(connection.execute(asked).scalar_one())

    reports = {}
    for form_id, had_their_time in old(now, municipality_code, submission_days).items():
        asked = select(func.count(), func.min(submissions.c.received_at)).where(had_their_time)
        reports[form_id] = Due(*connection.execute(asked).one())
    others = {name: counted(*what) for name, what in passing(now).items()}
    whole = sum(each.count for each in reports.values())
    agreed = removal.due(connection, municipality_code, submission_days, now=now, akts=akts)
    return Erased(**others, submissions=whole, cases=agreed), reports


def passing(now: datetime) -> dict[str, tuple[Table, ColumnElement[bool]]]:
    """Return what goes when it has run out: by name, its table and what is true of it then."""
    run_out = drafts.c.expires_at <= now
    links, sessions = sign_in_links.c, staff_sessions.c
    spent = or_(links.expires_at <= now, links.used_at.is_not(None))
    return {
        "drafts": (drafts, and_(run_out, ~drafts.c.handed_in)),
        "receipts": (drafts, and_(run_out, drafts.c.handed_in)),
        "links": (sign_in_links, and_(spent, links.reason.is_(None))),
        "sessions": (staff_sessions, or_(sessions.idle_until <= now, sessions.ends_at <= now)),
        "unsaved": (unsaved, unsaved.c.expires_at <= now),
    }


def old(
    now: datetime, municipality_code: str, submission_days: Mapping[str, int]
) -> dict[str, ColumnElement[bool]]:
    """Return, by form, what is true of reports that were delivered, and taken in hand, long ago."""
    return {
        form_id: and_(
            submissions.c.municipality_code == municipality_code,
            submissions.c.form_id == form_id,
            ended_before(now - timedelta(days=days)),
        )
        for form_id, days in submission_days.items()
    }


def ended_before(limit: datetime) -> ColumnElement[bool]:
    in_hand = and_(
        inbox_items.c.process_version.is_not(None),
        inbox_items.c.process_version == 0,
        inbox_items.c.taken_at.is_not(None),
        inbox_items.c.taken_at <= limit,
    )
    in_our_inbox = inbox_items.c.submission_id == submissions.c.id
    return and_(delivered_before(limit), ~there_is(in_our_inbox, ~in_hand))


def erase_submissions(
    connection: Connection, had_their_time: ColumnElement[bool], *, now: datetime, most: int
) -> int:
    """Erase reports, the oldest first and at most so many; return how many they were."""
    rows = connection.execute(
        select(submissions.c.id, submissions.c.unit)
        .where(had_their_time)
        .order_by(submissions.c.received_at)
        .limit(most)
    ).all()
    erasing.erase(connection, {row.id: row.unit for row in rows}, now=now)
    return len(rows)
