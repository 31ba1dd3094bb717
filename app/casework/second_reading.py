"""Somebody else reads a case along with whoever has too little experience to decide it alone.

25 kap. 1 § SoL (2025:400) asks for a degree of whoever judges whether an inquiry is opened, and for
experience of whoever does so on their own. Who has not got that is in a group with `second_reader`
in the municipality's file. The protection assessment waits for nobody (20 kap. 1 §).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from app.casework import entries, rights
from app.casework.access import Staff
from app.casework.admission import Kind
from app.casework.case import Case, found, require_unchanged, written
from app.casework.entries import Entry, Said
from app.casework.refusals import NotSecondRead, StepImpossible
from app.casework.rights import Act
from app.casework.running import Rules
from app.errors import NotAllowed
from app.records import audit
from app.runner.process import Process, Step

VOIDS = frozenset({entries.Kind.STEP, entries.Kind.REOPEN})
"""What changes a case so that it must be read anew."""


def may(staff: Staff) -> bool:
    """Tell whether somebody may be the second reader: who could decide alone, and has no jäv."""
    if staff.admission and staff.admission.kind is Kind.EMERGENCY:
        return False
    return rights.may(staff, Act.WORK) and staff.qualified and not staff.second_reader


def is_decided(step: Step) -> bool:
    """Tell whether a step is a decision that 25 kap. 1 § SoL is about."""
    return step.decides and step.qualified


def is_due(process: Process | None, state: str) -> bool:
    """Tell whether such a decision can come next."""
    return process is not None and any(map(is_decided, process.steps_from(state)))


def readers(done: Iterable[Entry]) -> frozenset[str]:
    """Return who has read a case since a step was last taken in it, or it was opened again."""
    by = frozenset[str]()
    for entry in done:
        if entry.kind in VOIDS:
            by = frozenset()
        elif entry.kind is entries.Kind.SECOND_READ:
            by |= {entry.author}
    return by


def require(step: Step, staff: Staff, done: Iterable[Entry]) -> None:
    """Raise NotSecondRead when it takes that somebody else has read the case, and nobody has."""
    if staff.second_reader and is_decided(step) and not readers(done) - {staff.name}:
        raise NotSecondRead


def second_read(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    now: datetime,
) -> Case | None:
    """Say that one has read the case and stands behind that it is decided. No clock stops.

    None when the unit has no such case, Changed when it is not the version that was read,
    StepImpossible when nothing can be decided from where it is; NotAllowed unless one `may`.
    """
    if not may(staff):
        raise NotAllowed("second_read")
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    if not is_due(rules.processes.get(case.form_id), case.state):
        raise StepImpossible("there is nothing to decide")
    said = Said(entries.Kind.SECOND_READ, staff.name, now)
    return written(connection, rules, case, case, said, audit.Kind.CASE_SECOND_READ)
