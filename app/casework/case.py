"""A case: how it is found and held, and how what was done with it is written, all or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, update

from app.casework import bars, entries, opening, running
from app.casework.access import Staff
from app.casework.bars import Bar
from app.casework.entries import Said
from app.casework.queue import Status, state_of
from app.casework.refusals import Changed, StepImpossible
from app.casework.running import Rules
from app.records import audit
from app.runner.process import NEW, TAKEN
from app.storage.tables import inbox_items


@dataclass(frozen=True, slots=True)
class Case:
    """How far a case has come."""

    submission_id: UUID
    reference: str
    unit: str
    form_id: str
    received_at: datetime
    version: int
    state: str
    owner: str | None
    taken_at: datetime | None
    opened_at: datetime | None
    decided_at: datetime | None
    outcome: str | None
    closed_at: datetime | None
    barred: tuple[Bar, ...]


def found(
    connection: Connection, rules: Rules, *, staff: Staff, reference: str, now: datetime
) -> Case | None:
    """Return a case of the unit that nobody else changes meanwhile; None when it has none."""
    row = opening.locked(connection, rules, unit=staff.unit, reference=reference)
    if row is None or not bars.exists_for(staff, reference, bars.read(row.barred)):
        opening.refuse(connection, staff=staff, reference=reference, now=now)
        return None
    return as_case(row)


def written(
    connection: Connection,
    rules: Rules,
    before: Case,
    after: Case,
    said: Said,
    kind: audit.Kind,
) -> Case:
    """Write what was done: the case as it is after it, the entry, and the audit event."""
    after = replace(after, version=before.version + 1)
    mine = (
        inbox_items.c.submission_id == before.submission_id,
        inbox_items.c.version == before.version,
    )
    since = running.waits_since(after.received_at, taken=after.owner is not None)
    values = {
        "version": after.version,
        "state": after.state,
        "status": Status.NEW if after.owner is None else Status.ACKNOWLEDGED,
        "owner": after.owner,
        "taken_at": after.taken_at,
        "opened_at": after.opened_at,
        "decided_at": after.decided_at,
        "outcome": after.outcome,
        "closed_at": after.closed_at,
        "barred": bars.written(after.barred),
        **running.next_of(connection, rules, before.submission_id, since),
    }
    if connection.execute(update(inbox_items).where(*mine).values(**values)).rowcount != 1:
        raise changed(connection, before)
    entries.write(
        connection,
        said,
        submission_id=before.submission_id,
        unit=before.unit,
        number=after.version,
        state=after.state,
        owner=after.owner,
        recipients=rules.recipients.get(before.unit, {}),
    )
    event = audit.Event(kind, before.submission_id, unit=before.unit, actor=said.author)
    audit.record(connection, event, at=said.at)
    return after


def owned(case: Case, by: str, now: datetime) -> Case:
    """Return a case as it is when somebody has it."""
    taken_at = case.taken_at if case.owner == by else now
    state = TAKEN if case.state == NEW else case.state
    return replace(case, owner=by, taken_at=taken_at, state=state)


def require_open(case: Case) -> None:
    if case.closed_at is not None:
        raise StepImpossible("it is closed")


def require_unchanged(connection: Connection, case: Case, version: int) -> None:
    """Raise Changed unless a case is as it was seen: letters made since take nothing from it."""
    since = case.version - version
    if since and entries.letters_since(connection, case.submission_id, version) != since:
        raise changed(connection, case)


def changed(connection: Connection, case: Case) -> Changed:
    """Return the error that says what somebody else has done meanwhile."""
    entry = entries.last(connection, case.submission_id)
    if entry is None:
        return Changed(case.version)
    return Changed(entry.number, by=entry.author, what=entry.kind, step=entry.step, at=entry.at)


def as_case(row: Row[Any]) -> Case:
    return Case(
        submission_id=row.submission_id,
        reference=row.reference,
        unit=row.unit,
        form_id=row.form_id,
        received_at=row.received_at,
        version=row.version,
        state=state_of(row),
        owner=row.owner,
        taken_at=row.taken_at,
        opened_at=row.opened_at,
        decided_at=row.decided_at,
        outcome=row.outcome,
        closed_at=row.closed_at,
        barred=bars.read(row.barred),
    )
