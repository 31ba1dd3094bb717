"""Counts what staff wrote: each thing once, in a case that is where its entries lead.

What a clerk was told is kept is in the case, once; what is in a case, a clerk has written. What has
been done with each case, played again from the start by its process, ends where the case is; and
every clock went from when the report was received until what stopped it, the days counted by hand.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.casework import entries, running
from app.casework.entries import Entry, Kind
from app.casework.running import CaseClock
from app.runner import content
from app.runner.clocks import OPENED, RECEIVED
from app.runner.process import NEW, TAKEN, Process
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import inbox_items, submissions
from app.web.staff.desk import private_keys
from bench.crash.clerks import MARK, Mark

CASES = select(inbox_items, submissions.c.reference, submissions.c.form_id).join_from(
    inbox_items, submissions
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is: its state, and who has it."""

    state: str
    owner: str | None


def wrong(
    database: Database, settings: Settings, tried: Sequence[Mark], kept: Sequence[Mark]
) -> Iterator[str]:
    """Yield each fault of what staff wrote and of the cases they wrote it in."""
    found = content.load(settings.forms, settings.municipality)
    processes = found.processes[found.default]
    keys = private_keys(settings.private_keys_directory, found.municipality.units)
    there: Counter[Mark] = Counter()
    for row in database.read_now(lambda connection: connection.execute(CASES).all()):
        stored = database.read_now(partial(entries.of_case, submission_id=row.submission_id))
        if not stored:
            continue
        told = [entries.opened(each, row.unit, keys) for each in stored]
        there.update(marks(row.reference, told))
        yield from unread(row.reference, told)
        place = Place(row.state, row.owner)
        process = processes[row.form_id]
        for fault in impossible(process, told, place, closed=bool(row.closed_at)):
            yield f"impossible case: {row.reference}: {fault}"
        going = database.read_now(partial(running.of_case, submission_id=row.submission_id))
        zone = found.municipality.calendar.zone
        for fault in of_clocks(process, told, going, received=row.received_at, zone=zone):
            yield f"clock wrong: {row.reference}: {fault}"
    lost = set(kept) - there.keys()
    if lost:
        yield f"entry lost: {len(lost)} that a clerk was told is kept ({some(lost)})"
    if twice := {mark for mark, number in there.items() if number > 1}:
        yield f"entry twice: {len(twice)} ({some(twice)})"
    if extra := there.keys() - set(tried):
        yield f"nobody's entry: {len(extra)} ({some(extra)})"


def marks(reference: str, told: Sequence[Entry]) -> Iterator[Mark]:
    """Yield the marks that stand in what was written in a case."""
    for entry in told:
        page = "anteckning" if entry.kind is Kind.NOTE else f"steg/{entry.step}"
        # A step keeps what was typed, and beside it how that was read.
        for text in set(MARK.findall(json.dumps(entry.words, ensure_ascii=False))):
            yield Mark(reference, page, text)


def unread(reference: str, told: Sequence[Entry]) -> Iterator[str]:
    for entry in told:
        if entry.fault:
            yield f"does not open: entry {entry.number} of {reference}: {entry.fault}"


def impossible(
    process: Process, told: Sequence[Entry], ended: Place, *, closed: bool
) -> Iterator[str]:
    """Yield how a case can not have come to where it is by what has been done with it."""
    at = Place(NEW, None)
    for number, entry in enumerate(told, 1):
        if entry.number != number:
            yield f"entry {entry.number} comes as number {number}"
        if entry.kind is Kind.TAKE:
            at = Place(TAKEN if at.state == NEW else at.state, entry.author)
        elif entry.kind is Kind.STEP:
            step = process.step(entry.step)
            if step is None or at.state not in step.from_:
                yield f"{entry.step} was taken from {at.state}"
                continue
            takes = step.takes and at.owner is None
            state = step.to or (TAKEN if takes and at.state == NEW else at.state)
            at = Place(state, entry.author if takes else at.owner)
        if Place(entry.state, entry.owner) != at:
            yield f"entry {number} says {entry.state}, {entry.owner}, and it was {at}"
    if at != ended:
        yield f"it is {ended}, and its entries lead to {at}"
    state = process.state(ended.state)
    if closed != bool(state and state.ends):
        yield f"it is {ended.state} and {'closed' if closed else 'not closed'}"


def of_clocks(
    process: Process,
    told: Sequence[Entry],
    going: Sequence[CaseClock],
    *,
    received: datetime,
    zone: ZoneInfo,
) -> Iterator[str]:
    """Yield what is wrong with the clocks of a case that was never opened again."""
    missing = {clock.id for clock in process.started_by(RECEIVED)} - {each.clock for each in going}
    if missing:
        yield f"{', '.join(missing)} never began"
    for each in going:
        clock = process.clock(each.clock)
        assert clock, f"no clock {each.clock}"
        if clock.starts == RECEIVED and each.started_at != received:
            yield f"{clock.id} began {each.started_at}, and it was received {received}"
        last = each.started_at.astimezone(zone).date() + timedelta(days=int(clock.days))
        if clock.counts == "all_days" and each.due_on != last:
            yield f"{clock.id} ends {each.due_on}, and it should be {last}"
        stops = [entry.at for entry in told if entry.step in clock.stopped_by]
        stopped = next((at for at in stops if at >= each.started_at), None)
        if OPENED not in clock.stopped_by and each.stopped_at != stopped:
            yield f"{clock.id} was stopped {each.stopped_at}, and it should be {stopped}"


def some(found: set[Mark]) -> str:
    return ", ".join(sorted(f"{mark.reference}: {mark.text}" for mark in found)[:3])
