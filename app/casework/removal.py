"""What staff say of removing cases (gallring): one proposes, another agrees, anybody may hold.

Nothing is removed here: the nightly retention carries out what two have said (`records.removal`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from app.casework import bars, entries, rights
from app.casework.access import Staff
from app.casework.bars import is_barred
from app.casework.case import Case, found, require_unchanged, written
from app.casework.cases import written_words
from app.casework.entries import Said
from app.casework.plan import Plan
from app.casework.removable import Stand, due
from app.casework.rights import Act
from app.casework.running import Rules
from app.records import akt, audit
from app.records.removal import WITH_REPORT
from app.runner.journey import Asked, transcribe
from app.storage.conflict import insert_or_replace
from app.storage.tables import akt_facts, inbox_items, removals, submissions

Chosen = Iterable[tuple[str, int]]
"""References, each with the version of the case that was seen."""


def propose(
    connection: Connection, *, plan: Plan, staff: Staff, chosen: Chosen, now: datetime
) -> int:
    """Say that cases shall go; return of how many it was said.

    Those that may not go, or are not as they were seen, are left as they are. NotAllowed, as from
    everything here, without the right.
    """
    rights.require(staff, Act.PROPOSE_REMOVAL)

    def proposed(row: Row[Any]) -> bool:
        values = {
            "submission_id": row.submission_id,
            "version": row.version,
            "proposed_by": staff.name,
            "proposed_subject": staff.subject,
            "proposed_at": now,
        }
        insert_or_replace(connection, removals, {**NOTHING_SAID, **values})
        return True

    return each(
        connection, plan, staff, chosen, {Stand.FREE}, proposed, audit.Kind.REMOVAL_PROPOSED, now
    )


def approve(
    connection: Connection, *, plan: Plan, staff: Staff, chosen: Chosen, now: datetime
) -> int:
    """Agree that cases shall go, which takes somebody else than who proposed it. As `propose`."""
    rights.require(staff, Act.APPROVE_REMOVAL)

    def approved(row: Row[Any]) -> bool:
        same = staff.subject and staff.subject == row.proposed_subject
        if same or staff.name == row.proposed_by:
            return False
        mine = removals.c.submission_id == row.submission_id
        values = {"approved_by": staff.name, "approved_at": now}
        connection.execute(update(removals).where(mine).values(values))
        return True

    kind = audit.Kind.REMOVAL_APPROVED
    return each(connection, plan, staff, chosen, {Stand.PROPOSED}, approved, kind, now)


def withdraw(
    connection: Connection, *, plan: Plan, staff: Staff, chosen: Chosen, now: datetime
) -> int:
    """Take back what was said of cases, by whomever. As `propose`."""
    rights.require(staff, Act.PROPOSE_REMOVAL)

    def withdrawn(row: Row[Any]) -> bool:
        mine = removals.c.submission_id == row.submission_id
        connection.execute(delete(removals).where(mine))
        return True

    said, kind = {Stand.PROPOSED, Stand.AGREED}, audit.Kind.REMOVAL_WITHDRAWN
    return each(connection, plan, staff, chosen, said, withdrawn, kind, now)


def hold(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    reason: str,
    until: date | None,
    now: datetime,
) -> Case | None:
    """Let a case be kept until and with a day, or until that is lifted. As `cases.note`."""
    words = {"until": until.isoformat() if until else "", **written_words(reason)}
    said = Said(entries.Kind.HOLD, staff.name, now, words=words)
    case = noted(connection, rules, staff, reference, version, said, audit.Kind.CASE_HELD)
    if case:
        values = {
            "submission_id": case.submission_id,
            "version": case.version,
            "held_by": staff.name,
            "held_at": now,
            "held_until": until,
        }
        insert_or_replace(connection, removals, {**NOTHING_SAID, **values})
    return case


def say_facts(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    facts: akt.Facts,
    asked: Asked,
    now: datetime,
) -> Case | None:
    """Say what the law asks of an akt before it may go; what was said before is replaced.

    How it was `asked` and answered is an entry, sealed. As `cases.note`.
    """
    said = Said(entries.Kind.AKT_FACTS, staff.name, now, words=transcribe(asked))
    case = noted(connection, rules, staff, reference, version, said, audit.Kind.AKT_FACTS_SAID)
    if case:
        told = akt.told(facts)
        values = {"submission_id": case.submission_id, **asdict(told)}
        insert_or_replace(connection, akt_facts, values)
    return case


def lift_holds(
    connection: Connection,
    *,
    plan: Plan,
    rules: Rules,
    staff: Staff,
    chosen: Chosen,
    now: datetime,
) -> int:
    """Let cases no longer be kept. As `propose`, and an entry is written in each."""

    def lifted(row: Row[Any]) -> bool:
        said = Said(entries.Kind.HOLD_LIFTED, staff.name, now)
        kind = audit.Kind.CASE_HOLD_LIFTED
        if noted(connection, rules, staff, row.reference, row.version, said, kind) is None:
            return False
        mine = removals.c.submission_id == row.submission_id
        connection.execute(delete(removals).where(mine))
        return True

    return each(connection, plan, staff, chosen, {Stand.HELD}, lifted, None, now)


def noted(
    connection: Connection,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    said: Said,
    kind: audit.Kind,
) -> Case | None:
    rights.require(staff, Act.PROPOSE_REMOVAL)
    case = found(connection, rules, staff=staff, reference=reference, now=said.at)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    return written(connection, rules, case, case, said, kind)


NOTHING_SAID: Mapping[str, None] = {
    column.name: None for column in removals.columns if column.nullable
}


def each(
    connection: Connection,
    plan: Plan,
    staff: Staff,
    chosen: Chosen,
    stand: set[Stand],
    act: Callable[[Row[Any]], bool],
    kind: audit.Kind | None,
    now: datetime,
) -> int:
    """Do something about each of the chosen that stands so, and write that down.

    `kind` is None where what is done writes it down itself.
    """
    many = 0
    for reference, version in chosen:
        mine = (submissions.c.reference == reference, inbox_items.c.version == version)
        item = select(inbox_items.c.version).select_from(WITH_REPORT).where(*mine)
        # Held before it is looked at, so that what another has just said is seen.
        connection.execute(item.with_for_update(of=inbox_items))
        row = connection.execute(due(plan, staff, now).where(*mine)).one_or_none()
        if row is None or row.stand not in stand or is_barred(bars.read(row.barred), staff):
            continue
        done = act(row)
        many += done
        if done and kind:
            event = audit.Event(kind, row.submission_id, unit=staff.unit, actor=staff.name)
            audit.record(connection, event, at=now)
    return many
