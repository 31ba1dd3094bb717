"""Nödläge: who has jäv may do what nobody else can and can not wait (17 § förvaltningslagen).

As in `cases`, each is one transaction, and None when there is no such case that it is for. What is
done meanwhile is done as with any case; what is left to others stands in `rights` and `steps`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from app.casework import admissions, bars, entries, opening, rights
from app.casework.access import Staff, grants_of
from app.casework.admission import Kind, Whom
from app.casework.case import Case, as_case, found, written
from app.casework.cases import written_words
from app.casework.entries import Said
from app.casework.rights import Act
from app.casework.running import Rules
from app.records import audit
from app.storage.tables import case_admissions, staff_sessions

MADE = case_admissions.c


@dataclass(frozen=True, slots=True)
class Begun:
    """That a case is open to somebody; `already` when it was before."""

    reference: str
    already: bool = False


def begin(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    reason: str,
    lasts: timedelta,
    now: datetime,
) -> Begun | None:
    """Let oneself in to a case that one is barred from. It ends by itself.

    Nothing is written when the case is open to them as it is. None, which is written down, when the
    unit has no such open case, when they never may be let in, and as long as one would have lasted
    that a leader ended. NotAllowed; ValueError as for `cases.note`.
    """
    rights.require(staff, Act.WORK)
    words = written_words(reason)
    row = opening.locked(connection, rules, unit=staff.unit, reference=reference)
    barred = row is not None and bars.is_barred(bars.read(row.barred), staff)
    if row is not None and not barred:
        return Begun(reference, already=True)
    mine = admissions.of_somebody(connection, staff, now=now)
    if row is not None and any(each.reference == reference for each in mine):
        return Begun(reference, already=True)
    if row is None or row.closed_at is not None or shut(connection, row.submission_id, staff, now):
        opening.refuse(connection, staff=staff, reference=reference, now=now)
        return None
    until = now + lasts
    admissions.make(
        connection,
        row.submission_id,
        Kind.EMERGENCY,
        Whom(staff.unit, staff.name, staff.subject),
        by=staff.name,
        now=now,
        until=until,
    )
    case = as_case(row)
    said = Said(
        entries.Kind.EMERGENCY, staff.name, now, words={**words, "open_until": stamp(until)}
    )
    written(connection, rules, case, case, said, audit.Kind.CASE_EMERGENCY)
    return Begun(reference)


def shut(connection: Connection, submission_id: UUID, staff: Staff, now: datetime) -> bool:
    """Tell whether somebody can not let themselves in: never, or not again so soon."""
    about = select(case_admissions).where(
        MADE.submission_id == submission_id, MADE.unit == staff.unit, MADE.until > now
    )
    return any(
        (row.kind == Kind.NEVER and row.ended_at is None)
        or (row.kind == Kind.EMERGENCY and row.ended_by not in {None, row.name})
        for row in connection.execute(about)
        if row.name == staff.name or (row.subject and row.subject == staff.subject)
    )


def end(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    which: UUID,
    now: datetime,
) -> Case | None:
    """Let somebody in no more: oneself, or another by who leads. None also where it has ended.

    NotAllowed for anybody else.
    """
    if not (staff.admission and staff.admission.id == which):
        rights.require(staff, Act.ASSIGN)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    known = {each.id: each for each in admissions.of_case(connection, reference, now=now)}
    one = known.get(which)
    if case is None or one is None or one.kind is not Kind.EMERGENCY:
        return None
    admissions.end(connection, [which], by=staff.name, now=now)
    words = {"name": one.name} if one.name else None
    said = Said(entries.Kind.EMERGENCY_ENDED, staff.name, now, words=words)
    return written(connection, rules, case, case, said, audit.Kind.CASE_EMERGENCY_ENDED)


def at_work(connection: Connection, staff: Staff, *, now: datetime) -> tuple[str, ...]:
    """Return who else is signed in and may work with the unit's cases, by name."""
    session = staff_sessions.c
    living = select(staff_sessions).where(
        session.grants.is_not(None), session.idle_until > now, session.ends_at > now
    )
    names = {
        row.name
        for row in connection.execute(living)
        if grants_of(row).get(staff.unit, frozenset()) & rights.MAY[Act.WORK]
    }
    return tuple(sorted(names - {staff.name}))


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
