"""Fills a fresh exercise with made-up reports in every state, so that whoever tries it sees work.

They go the way that real ones go: handed in and sealed, delivered, opened, worked with step by
step; only the clock is another. What they say stands in `forms/examples/reports.toml`.
"""

import argparse
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from app import reception
from app.casework import cases, opening, steps
from app.casework.access import LEADING, Staff
from app.casework.running import Rules, rules_of
from app.clock import SystemClock
from app.commands.operate import Refused
from app.delivery import connector, relay
from app.intake import drafts
from app.intake.submit import submit
from app.runner import content
from app.runner.content import Content
from app.runner.field import Field
from app.runner.role import Role
from app.runner.routing import INBOX
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import submissions

FILE = "examples/reports.toml"
OPEN, TAKE = "last", "tagen"
"""What is done with a case and is no step of its process."""
OPENS, CLOSES = 8, 17
"""Hours between which made-up staff work, every day."""
NAMES = ("Ida Påhittad", "Bo Påhittad")
IDLE = timedelta(minutes=60)


class At:
    """A clock that shows what it is set to."""

    def __init__(self, time: datetime) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time


@dataclass(slots=True)
class Told:
    """One made-up report: when it came in, and what is left to do with it."""

    form_id: str
    answers: Mapping[str, Any]
    work: list[str]
    at: datetime
    """When what comes next is done."""
    reference: str = ""
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Office:
    """What made-up reports are handed in to, and worked with by."""

    settings: Settings
    content: Content
    database: Database
    rules: Rules
    told: Mapping[str, Any]


def example(settings: Settings, _: argparse.Namespace) -> None:
    """Fill an empty exercise and say so; where something has come in already, say that."""
    count = fill(settings)
    print(
        f"{count} påhittade anmälningar är inlagda."
        if count
        else "Här finns redan anmälningar: inga påhittade läggs till."
    )


def fill(settings: Settings) -> int:
    """Hand in every example and do what is said to be done; return how many they were.

    None where something has come in already. Refused outside an exercise, and where reports are
    carried to others than the inbox: nobody may take an example for a child.
    """
    found = content.load(settings.forms, settings.municipality)
    town = found.municipality
    if not town.exercise:
        raise Refused("Exempel finns bara i en övning: exercise = true i kommunens fil.")
    if town.destinations.keys() - INBOX.keys():
        raise Refused("Exempel lämnar inte tjänsten: ta först bort destinations ur kommunens fil.")
    told = tomllib.loads((settings.forms / FILE).read_text("utf-8"))
    publics = reception.recipients(town.units, settings.public_keys)
    with Database.open(settings.database_url) as database:
        if database.read_now(lambda c: c.execute(select(func.count(submissions.c.id))).scalar()):
            return 0
        office = Office(settings, found, database, rules_of(found, publics), told)
        now = SystemClock().now()
        return len(played(office, now, until=now))


def played(office: Office, now: datetime, *, until: datetime) -> list[Told]:
    """Do everything in the order that it happened, as seen now, until a moment."""
    forms = office.content.forms[office.content.default]
    every = [
        Told(one["form"], one["answers"], list(one["work"]), now - timedelta(days=one["days"]))
        for one in office.told["reports"]
        if one["form"] in forms
    ]
    waiting = list(every)
    while waiting:
        one = min(waiting, key=lambda each: each.at)
        if one.at > until:
            break
        do_next(office, one)
        if not one.work:
            waiting.remove(one)
        else:
            later = one.at + timedelta(hours=office.told["work"][one.work[0]]["hours"])
            one.at = in_office_hours(office, later)
    return every


def do_next(office: Office, one: Told) -> None:
    """Hand the report in; when that is done, do the next thing with it."""
    if not one.reference:
        one.reference = hand_in(office, one)
        return
    name = one.work.pop(0)
    what = office.told["work"][name]
    staff = clerk(office, one.form_id, other=what.get("other", False))
    acts = {OPEN: opening.open_item, TAKE: cases.take}
    act = acts.get(name) or partial(step, what=what, form_id=one.form_id)
    office.database.write_now(
        partial(act, rules=office.rules, staff=staff, reference=one.reference, now=one.at)
    )
    one.done.append(name)


def hand_in(office: Office, one: Told) -> str:
    """Hand in a report as a citizen does, let it be delivered, and return its reference."""
    form = office.content.forms[office.content.default][one.form_id]
    clock, key = At(one.at), drafts.key(os.urandom(32), form.id)
    answers = {**office.told["usual"][form.id], **one.answers}
    typed = {page.id: dict(inputs(page.fields, answers, one.at)) for page in form.pages}
    draft = drafts.Draft(form.id, form.version, office.content.default, typed)
    goes_to = reception.receptions(office.content.municipality, office.settings.public_keys)

    def send(connection: Connection) -> str:
        drafts.start(connection, key, draft, now=one.at, idle=IDLE)
        sent = submit(connection, key, form=form, reception=goes_to[form.id], clock=clock)
        drafts.remove(connection, key)
        return sent.reference

    reference = office.database.write_now(send)
    ways = connector.build(INBOX, database=office.database, clock=clock, rules=office.rules)
    relay.deliver_once(office.database, ways, clock)
    return reference


def step(
    connection: Connection,
    *,
    what: Mapping[str, Any],
    form_id: str,
    rules: Rules,
    staff: Staff,
    reference: str,
    now: datetime,
) -> object:
    """Take a step of the process, with the answers of the example."""
    process = rules.processes[form_id]
    taken = process.step(what["step"])
    sealed = opening.open_item(connection, rules=rules, staff=staff, reference=reference, now=now)
    if taken is None or sealed is None:
        raise Refused(f"Exemplet har ett steg som processen inte har: {what['step']}.")
    return steps.run_step(
        connection,
        rules=rules,
        staff=staff,
        reference=reference,
        version=sealed.item.version,
        step_id=taken.id,
        typed=dict(inputs(taken.fields, what.get("answers", {}), now)),
        now=now,
    )


def inputs(
    fields: tuple[Field, ...], answers: Mapping[str, Any], at: datetime
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what a browser posts: by field, and by the names of the lines that options open.

    A date is written as so many days after the moment: "+0" is the same day.
    """
    for one in fields:
        for name, answer in answers.items():
            if not one.owns(name) and name != one.id:
                continue
            if one.kind == "date":
                yield f"{one.id}-day", (str(at.date() + timedelta(days=int(answer))),)
            else:
                yield name, tuple(answer) if isinstance(answer, list) else (answer,)


def clerk(office: Office, form_id: str, *, other: bool) -> Staff:
    unit = office.content.municipality.forms[form_id].unit
    return Staff("", NAMES[other], unit, "", LEADING | {Role.SSPF}, qualified=True)


def in_office_hours(office: Office, at: datetime) -> datetime:
    """Return a moment, or when the office opens next."""
    wall = at.astimezone(office.rules.calendar.zone)
    if wall.hour >= CLOSES:
        wall += timedelta(days=1)
    if not OPENS <= wall.hour < CLOSES:
        wall = wall.replace(hour=OPENS)
    return wall.astimezone(at.tzinfo)
