"""A step of a process: what was typed on its page, and what that does to the case and its clocks.

What a step may do stands in `forms/processes`; nothing here knows any of them by name. As in
`cases`, it is one transaction, and None when the unit has no such case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.casework import ended, entries, rights, running, second_reading
from app.casework.access import Staff
from app.casework.admission import Admission, Kind
from app.casework.case import Case, found, owned, require_unchanged, written
from app.casework.entries import Entry, Said
from app.casework.group import acting
from app.casework.group.people import Group
from app.casework.handing import Handing, send
from app.casework.refusals import (
    ClocksRunning,
    NotAgreed,
    NotReceived,
    StepImpossible,
    StepUnanswered,
)
from app.casework.rights import Act
from app.casework.running import Rules
from app.errors import NotAllowed, SkyddsnatError
from app.records import audit, sent
from app.runner import step_days
from app.runner.field import all_hold
from app.runner.journey import Asked, transcribe
from app.runner.process import TAKEN, Process, Step
from app.runner.typed import Typed


def run_step(  # noqa: PLR0913 - a step, and what it sends where it sends something
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    step_id: str,
    typed: Typed,
    now: datetime,
    handing: Handing | None = None,
    group: Group | None = None,
) -> Case | None:
    """Take a step of the process of the case's form, with what was typed on its page.

    Changed when the case is not the version that was seen. StepImpossible when the step can not be
    taken from where the case is, or another must come first. StepUnanswered when something must be
    put right on the page. NotAgreed when what was answered takes another's agreement, NotSecondRead
    when who decides does not do so alone. NotExtended when it would give a clock no later day, or
    too late. ClocksRunning when it would close a case that still waits for something, NotReceived
    when it waits for whoever it was handed over to. `handing` is the case, sealed, where the step
    sends it. `group` is who it is about, as of this version, where the step asks for somebody;
    GroupUnread without, NoConsent when what the step needs is not there, NotForEach when the case
    would end with somebody left, NotLeft when somebody would leave it so.
    """
    rights.require(staff, Act.WORK)
    case = found(connection, rules, staff=staff, reference=reference, now=now)
    if case is None:
        return None
    require_unchanged(connection, case, version)
    process, step = step_of(rules, case, step_id)
    done = entries.done(connection, case.submission_id)
    if wrong := hinder(process, step, staff, takers(done)):
        raise wrong
    today = rules.calendar.day(now)
    step = acting.ready(process, step, group)
    asked = step.read(typed, today=today)
    if asked.problems or is_amiss(process, step, asked, group):
        raise StepUnanswered(step.id)
    if group:
        acting.require_consent(process, step, asked, group, on=today)
        acting.require_nobody_lost(process, step, asked, group, on=today)
    chosen = {name: answer.choices for name, answer in asked.answers.items()}
    require_agreed(process, step, chosen, staff, done)
    second_reading.require(step, staff, done)
    turn_clocks(connection, rules, case, process, step, asked, now=now)
    after = moved(case, step, staff, chosen, now)
    reached = process.state(after.state)
    if reached and reached.ends:
        acting.require_answered(process, group, on=today)
        require_stopped(connection, case.submission_id)
        require_received(connection, step, case.submission_id)
        after = replace(after, closed_at=now)
    if step.hands_over:
        send(connection, case, handing, staff=staff, now=now)
    words = as_words(process, asked)
    said = Said(entries.Kind.STEP, staff.name, now, step.id, words)
    after = written(connection, rules, case, after, said, audit.Kind.CASE_STEP)
    ended.count(connection, rules, after, group, (step, words), done)
    return after


def moved(
    case: Case, step: Step, staff: Staff, chosen: Mapping[str, frozenset[str]], now: datetime
) -> Case:
    """Return where a case is after a step, whose it is then and what it has come to."""
    after = replace(case, state=step.to or case.state)
    if step.takes and case.owner is None and staff.admission is None:
        after = replace(owned(after, staff.name, now), state=step.to or TAKEN)
    if step.decides:
        after = replace(after, decided_at=now, outcome=step.outcome_of(chosen) or None)
    return after


def step_of(rules: Rules, case: Case, step_id: str) -> tuple[Process, Step]:
    """Return a step that can be taken from where a case is, and its process."""
    process = rules.processes.get(case.form_id)
    step = process.step(step_id) if process else None
    if process is None or step is None or case.state not in step.from_:
        raise StepImpossible(step_id)
    return process, step


def is_amiss(process: Process, step: Step, asked: Asked, group: Group | None) -> bool:
    """Tell whether what was answered is nothing that the step can be taken with."""
    days = step_days.wrong(process, step, asked)
    return bool(days or (group and acting.wrong(process, step, asked, group)))


def hinder(
    process: Process, step: Step, staff: Staff, by: Mapping[str, frozenset[str]]
) -> SkyddsnatError | None:
    """Return what keeps somebody from taking a step; None when nothing does.

    NotAllowed without the right, StepImpossible when another step must come first, or it takes
    somebody else. `by` is who has taken each step.
    """
    if staff.roles.isdisjoint(step.roles) or (step.qualified and not staff.qualified):
        return NotAllowed(step.id)
    if staff.admission and is_left_to_others(process, step, staff.admission):
        return NotAllowed(step.id)
    extends = any(clock.extended_by == step.id for clock in process.clocks)
    if extends and not rights.may(staff, Act.EXTEND):
        return NotAllowed(Act.EXTEND)
    if any(before not in by for before in step.after):
        return StepImpossible("another step comes first")
    if step.confirms and not by.get(step.confirms, frozenset()) - {staff.name}:
        return StepImpossible("it takes somebody else")
    return None


def is_left_to_others(process: Process, step: Step, let_in: Admission) -> bool:
    """Tell whether a step is for those whom the case exists to, let in or not.

    Whoever has jäv neither decides nor ends a case: they do what can not wait (17 § FL).
    """
    reached = process.state(step.to) if step.to else None
    settles = step.decides or (reached is not None and reached.ends)
    return step.hands_over or (settles and let_in.kind is Kind.EMERGENCY)


def require_agreed(
    process: Process,
    step: Step,
    chosen: Mapping[str, frozenset[str]],
    staff: Staff,
    done: Iterable[Entry],
) -> None:
    """Require that somebody else has agreed to a step, where what is chosen in it takes that."""
    needed = step.agreed_by
    if needed is None or not all_hold(needed.if_, chosen):
        return
    if not agreeing(process, needed.step, done) - {staff.name}:
        raise NotAgreed(needed.step)


def agreeing(process: Process, step_id: str, done: Iterable[Entry]) -> frozenset[str]:
    """Return who has agreed by a step, to the case as it has been assessed.

    What they agreed to is void when the case is opened again, or comes anew, by another step, to
    where it was when they did: it is assessed anew then.
    """
    step = process.step(step_id)
    by = frozenset[str]()
    for entry in done:
        taken = process.step(entry.step) if entry.kind is entries.Kind.STEP else None
        if step and taken is step:
            by |= {entry.author}
        elif entry.kind is entries.Kind.REOPEN or (step and taken and taken.to in step.from_):
            by = frozenset()
    return by


def takers(done: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """Return who has taken each step since the case was last opened again."""
    by: dict[str, frozenset[str]] = {}
    for entry in done:
        if entry.kind is entries.Kind.REOPEN:
            by = {}
        elif entry.kind is entries.Kind.STEP:
            by[entry.step] = by.get(entry.step, frozenset()) | {entry.author}
    return by


def turn_clocks(
    connection: Connection,
    rules: Rules,
    case: Case,
    process: Process,
    step: Step,
    asked: Asked,
    *,
    now: datetime,
) -> None:
    """Stop, extend and start what a step stops, extends and starts."""
    chosen = {name: answer.choices for name, answer in asked.answers.items()}
    days, mine = step_days.known(process, step, asked), case.submission_id
    running.stop(connection, rules, mine, process.stopped_by(step.id), now=now)
    for clock in process.clocks:
        if clock.extended_by == step.id:
            to = days[clock.extended_to]
            running.extend(connection, rules, mine, clock, to=to, now=now)
    running.start(connection, rules, mine, process.started_by(step.id, chosen), at=now, days=days)


def require_stopped(connection: Connection, submission_id: UUID) -> None:
    running_still = [each.clock for each in running.of_case(connection, submission_id) if each.runs]
    if running_still:
        raise ClocksRunning(tuple(running_still))


def require_received(connection: Connection, step: Step, submission_id: UUID) -> None:
    if step.record == "external" and sent.is_awaited(connection, submission_id):
        raise NotReceived("the receiver has not confirmed it")


def as_words(process: Process, asked: Asked) -> Mapping[str, Any]:
    """Return a step as it is kept: every question as it was put, with its answer."""
    return {
        "process": process.id,
        "version": process.version,
        "content_hash": process.content_hash(),
        **transcribe(asked),
    }
