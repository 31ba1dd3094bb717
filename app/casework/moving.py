"""Cases that began under another version of their process than its file has now.

A case goes on as long as the file has its state and its running clocks. Where it has not, nobody
could take a step or close it: such cases are told of, and moved by an operator who says where to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, and_, func, select, update

from app.casework import running
from app.casework.running import Rules
from app.records import audit
from app.runner import clocks
from app.runner.process import Process
from app.storage.tables import OPEN, case_clocks, inbox_items, submissions

Processes = Mapping[str, Process]


@dataclass(frozen=True, slots=True)
class Group:
    """Open cases of one form, version and state; `fits` when the file still has the state."""

    form_id: str
    version: int
    state: str
    count: int
    fits: bool


@dataclass(frozen=True, slots=True)
class Orphans:
    """Running clocks of open cases that the file no longer has: nothing would ever stop them."""

    form_id: str
    clock: str
    count: int


def elsewhere(connection: Connection, processes: Processes) -> list[Group]:
    """Return the open cases of another version than the file's, and those in no state of its."""
    asked = (
        select(
            submissions.c.form_id,
            inbox_items.c.process_version,
            inbox_items.c.state,
            func.count(),
        )
        .join(submissions, submissions.c.id == inbox_items.c.submission_id)
        .where(OPEN, inbox_items.c.process_version > 0)
        .group_by(submissions.c.form_id, inbox_items.c.process_version, inbox_items.c.state)
        .order_by(submissions.c.form_id, inbox_items.c.process_version, inbox_items.c.state)
    )
    found = []
    for form_id, version, state, count in connection.execute(asked):
        process = processes.get(form_id)
        fits = process is not None and process.state(state) is not None
        if process is None or process.version != version or not fits:
            found.append(Group(form_id, version, state, count, fits))
    return found


def orphans(connection: Connection, processes: Processes) -> list[Orphans]:
    """Return the clocks that run and are in no file."""
    asked = (
        select(submissions.c.form_id, case_clocks.c.clock, func.count())
        .join(submissions, submissions.c.id == case_clocks.c.submission_id)
        .join(inbox_items, inbox_items.c.submission_id == case_clocks.c.submission_id)
        .where(OPEN, case_clocks.c.stopped_at.is_(None))
        .group_by(submissions.c.form_id, case_clocks.c.clock)
        .order_by(submissions.c.form_id, case_clocks.c.clock)
    )
    return [
        Orphans(form_id, clock, count)
        for form_id, clock, count in connection.execute(asked)
        if form_id not in processes or processes[form_id].clock(clock) is None
    ]


def move(
    connection: Connection, rules: Rules, form_id: str, states: Mapping[str, str], *, now: datetime
) -> int:
    """Move every open case of a form to the version of its file; return how many they were.

    `states` says which state an old one is now; one that is not named stays. A clock that the file
    no longer has is stopped, and how late it was is said. Raises KeyError with a state that the
    file does not have, or that ends. Nothing is moved then.
    """
    process = rules.processes[form_id]
    asked = (
        select(
            inbox_items.c.submission_id,
            inbox_items.c.unit,
            inbox_items.c.state,
            inbox_items.c.owner,
            inbox_items.c.received_at,
        )
        .join(submissions, submissions.c.id == inbox_items.c.submission_id)
        .where(OPEN, inbox_items.c.process_version > 0, submissions.c.form_id == form_id)
        .with_for_update(of=inbox_items)
    )
    rows = connection.execute(asked).all()
    goals = {row.state: states.get(row.state, row.state) for row in rows}
    for goal in goals.values():
        found = process.state(goal)
        if found is None or found.ends:
            raise KeyError(goal)
    for row in rows:
        stop_orphans(connection, rules, process, row.submission_id, now=now)
        since = running.waits_since(row.received_at, taken=row.owner is not None)
        values = {
            "process_version": process.version,
            "state": goals[row.state],
            **running.next_of(connection, rules, row.submission_id, since),
        }
        mine = inbox_items.c.submission_id == row.submission_id
        connection.execute(update(inbox_items).where(and_(mine, OPEN)).values(**values))
        moved = audit.Event(audit.Kind.CASE_MOVED, row.submission_id, unit=row.unit)
        audit.record(connection, moved, at=now)
    return len(rows)


def stop_orphans(
    connection: Connection, rules: Rules, process: Process, submission_id: UUID, *, now: datetime
) -> None:
    for each in running.of_case(connection, submission_id):
        if each.runs and process.clock(each.clock) is None:
            late = clocks.days_late(each.last_day(rules), now, rules.calendar)
            running.change(connection, submission_id, each, stopped_at=now, late_days=late)
