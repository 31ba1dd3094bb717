"""What staff do with a case: take it, give it back, assign it, note in it, open it again.

Each act is one transaction: the case, its clocks, the entry and the audit event, or nothing of it.
All but taking names the version of the case that it was made from, so that nobody decides over what
they have not seen. As in `opening`, functions that take a connection return None when the unit has
no such case, since the trail of the attempt must stay; everything else that stops them is raised.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.casework import entries, rights, running
from app.casework.access import Staff
from app.casework.case import Case, found, owned, require_open, require_unchanged, written
from app.casework.entries import Said
from app.casework.refusals import StepImpossible
from app.casework.rights import Act
from app.casework.running import Rules
from app.errors import NoSuchItem, NotAllowed
from app.records import audit
from app.runner.clocks import RECEIVED
from app.runner.process import NEW, TAKEN
from app.storage.database import Database

LONGEST_NAME = 64
LONGEST_NOTE = 20_000
"""Characters."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """That somebody has a case; `first` if they took it just now."""

    case: Case
    first: bool


async def carry_out(database: Database, act: Callable[[Connection], T | None]) -> T:
    """Do an act and return what it returned, once it is durable. NoSuchItem when it is None."""
    done = await database.write(act)
    if done is None:
        raise NoSuchItem("not a case of this unit")
    return done


def take(
    connection: Connection, *, rules: Rules, staff: Staff, reference: str, now: datetime
) -> Taken | None:
    """Have a case. Whoever took it first has it, and is who the answer tells of.

    StepImpossible when it is closed; NotAllowed, as from everything here, without the right. Who
    has been let in to one case does what they do in it, and never has it.
    """
    rights.require(staff, Act.WORK)
    if staff.admission:
        raise NotAllowed(Act.WORK)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_open(case)
    if case.owner is not None:
        return Taken(case, first=False)
    after = owned(case, staff.name, now)
    said = Said(entries.Kind.TAKE, staff.name, now)
    return Taken(written(connection, rules, case, after, said, audit.Kind.CASE_TAKEN), first=True)


def give_back(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    now: datetime,
) -> Case | None:
    """Let a case be for anybody to take again. No clock stops (SoL 20 kap. knows no pause).

    Changed when it is not the version that was seen; StepImpossible when nobody has it or it is
    closed; NotAllowed when another has it and one may not assign.
    """
    rights.require(staff, Act.WORK)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    require_open(case)
    if case.owner is None:
        raise StepImpossible("nobody has it")
    if case.owner != staff.name:
        rights.require(staff, Act.ASSIGN)
    state = NEW if case.state == TAKEN else case.state
    after = replace(case, owner=None, taken_at=None, state=state)
    said = Said(entries.Kind.GIVE_BACK, staff.name, now)
    return written(connection, rules, case, after, said, audit.Kind.CASE_GIVEN_BACK)


def assign(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    to: str,
    now: datetime,
) -> Case | None:
    """Let somebody else have a case. Errors as for `give_back`, also when they are barred from it.

    ValueError when `to` is no name of at most `LONGEST_NAME` characters.
    """
    rights.require(staff, Act.ASSIGN)
    if not 0 < len(to) <= LONGEST_NAME:
        raise ValueError("a name is needed, and a short one")
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    require_open(case)
    if any(bar.name == to for bar in case.barred):
        raise StepImpossible("barred from it")
    said = Said(entries.Kind.ASSIGN, staff.name, now)
    after = owned(case, to, now)
    return written(connection, rules, case, after, said, audit.Kind.CASE_ASSIGNED)


def note(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    text: str,
    now: datetime,
) -> Case | None:
    """Write something down in a case, also in one that is closed. Changed as for `give_back`.

    ValueError when nothing is written, or more than `LONGEST_NOTE` characters.
    """
    rights.require(staff, Act.WORK)
    words = written_words(text)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    said = Said(entries.Kind.NOTE, staff.name, now, words=words)
    return written(connection, rules, case, case, said, audit.Kind.CASE_NOTED)


def reopen(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    reason: str,
    now: datetime,
) -> Case | None:
    """Open a closed case again, in whose hands it was, and start its clocks anew.

    What was late stays late: new clocks stand beside the old. It counts as read when a person next
    opens it. Errors as for `note`, and
    StepImpossible when it is not closed.
    """
    rights.require(staff, Act.REOPEN)
    words = written_words(reason)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    if case.closed_at is None:
        raise StepImpossible("it is not closed")
    if process := rules.processes.get(case.form_id):
        started = process.started_by(RECEIVED)
        running.start(connection, rules, case.submission_id, started, at=now)
    after = replace(
        owned(case, case.owner or staff.name, now),
        state=TAKEN,
        opened_at=None,
        closed_at=None,
        decided_at=None,
        outcome=None,
    )
    said = Said(entries.Kind.REOPEN, staff.name, now, words=words)
    return written(connection, rules, case, after, said, audit.Kind.CASE_REOPENED)


def written_words(text: str) -> Mapping[str, Any]:
    """Return what was written in an entry's own form. ValueError for nothing, or too much."""
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise ValueError("words are needed, and not too many")
    return {"text": text}
