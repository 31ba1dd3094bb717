"""Fills a fresh exercise with made-up reports in every state, so that whoever tries it sees work.

They go the way that real ones go: handed in and sealed, delivered, opened, worked with step by
step; only the clock is another, and the audit trail says first that they are made up. What they say
stands in `forms/examples/reports.toml`.
"""

import argparse
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from app import reception
from app.casework import cases, opening, steps
from app.casework.access import LEADING, Staff
from app.casework.group import acting, people
from app.casework.group.people import Group
from app.casework.opening import SealedItem
from app.casework.running import rules_of
from app.clock import SystemClock
from app.commands import example_figures, progress
from app.commands.made_up import NAMES, At, Office, Told, hand_in, inputs
from app.commands.operate import Refused
from app.commands.progress import Tell
from app.delivery.ledger import Ledger
from app.records import audit
from app.runner import content
from app.runner.process import Process
from app.runner.role import Role
from app.runner.routing import INBOX
from app.runner.taken_in import Channel
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import audit_events, submissions
from app.web.staff.desk import private_keys

FILE = "examples/reports.toml"
OPEN, TAKE = "last", "tagen"
"""What is done with a case without having read it, and is no step of its process."""
ACTS: Mapping[str, Callable[..., object]] = {
    "give_back": cases.give_back,
    "assign": cases.assign,
    "note": cases.note,
    "reopen": cases.reopen,
}
"""What is done with a case that has been read, and is no step; with what it takes as `answers`."""
OPENS, CLOSES = 8, 17
"""Hours between which made-up staff work, every day."""
NOT_EMPTY = (
    "Exempel läggs bara in där inget har hänt, och här har det redan gjort det. Starta utan "
    "--exempel, eller välj en ny katalog med SKYDDSNAT_DATA."
)


def example(settings: Settings, _: argparse.Namespace) -> None:
    """Fill an empty exercise and say so."""
    count = fill(settings, now=SystemClock().now())
    print(f"{count} påhittade anmälningar är inlagda.", flush=True)


def fill(settings: Settings, *, now: datetime) -> int:
    """Hand in every example and do what is said to be done; return how many they were.

    Refused outside an exercise, where anything has happened already, and where reports are carried
    to others than the inbox: nobody may take an example for a child.
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
        keys = private_keys(settings.private_keys_directory, town.units)
        office = Office(settings, found, database, rules_of(found, publics), told, keys)
        database.write_now(partial(begin, now=now))
        with progress.shown("Lägger in exempel") as tell:
            count = len(played(office, now, until=now, tell=tell))
        numbers = tomllib.loads((settings.forms / example_figures.FILE).read_text("utf-8"))
        database.write_now(
            partial(
                example_figures.fill, content=found, told=numbers, chance=office.chance, now=now
            )
        )
        # Here, since what is weeks old must not be seen to wait for its link.
        Ledger(database, At(now)).link()
        return count


def begin(connection: Connection, *, now: datetime) -> None:
    """Write in the audit trail that what follows is made up. Refused unless it comes first.

    What says that it is older than what has been signed already would be taken for put in later.
    """
    for table in (submissions, audit_events):
        if connection.execute(select(table.c.id).limit(1)).one_or_none() is not None:
            raise Refused(NOT_EMPTY)
    audit.record(connection, audit.Event(audit.Kind.EXAMPLES_BEGUN), at=now)


def played(
    office: Office, now: datetime, *, until: datetime, tell: Tell = lambda *_: None
) -> list[Told]:
    """Do everything in the order that it happened, as seen now, until a moment."""
    forms = office.content.forms[office.content.default]
    every = [
        Told(
            one["form"],
            spoken(office, one),
            one["answers"],
            list(one["work"]),
            now - timedelta(days=one["days"]),
            one.get("by", NAMES[0]),
            Channel(one["channel"]) if "channel" in one else None,
        )
        for one in office.told["reports"]
        if one["form"] in forms
    ]
    waiting = list(every)
    whole, done = sum(1 + len(one.work) for one in every), 0
    while waiting:
        one = min(waiting, key=lambda each: each.at)
        if one.at > until:
            break
        do_next(office, one)
        tell(done := done + 1, whole)
        if not one.work:
            waiting.remove(one)
        else:
            later = one.at + timedelta(hours=office.told["work"][one.work[0]]["hours"])
            one.at = in_office_hours(office, later)
    return every


def spoken(office: Office, one: Mapping[str, Any]) -> str:
    """Return the language that a report is written in, where the municipality has it."""
    asked: str = one.get("language", office.content.default)
    return asked if asked in office.content.forms else office.content.default


def do_next(office: Office, one: Told) -> None:
    """Hand the report in; when that is done, do the next thing with it."""
    if not one.reference:
        one.reference = hand_in(office, one)
        return
    name = one.work.pop(0)
    what = office.told["work"][name]
    another = next(person for person in NAMES if person != one.by)
    staff = clerk(office, one.form_id, another if what.get("other") else one.by)
    by: dict[str, Any] = {"staff": staff, "reference": one.reference, "now": one.at}
    unread: Mapping[str, Callable[..., object]] = {OPEN: opening.open_item, TAKE: cases.take}
    if name in unread:
        office.database.write_now(partial(unread[name], rules=office.rules, **by))
    for answers in [] if name in unread else what.get("each", [{}]):
        said = {**what, "answers": {**what.get("answers", {}), **answers}}
        process = office.rules.processes[one.form_id]
        office.database.write_now(
            partial(read_first, what=said, office=office, process=process, **by)
        )
    one.done.append(name)


def read_first(
    connection: Connection,
    *,
    what: Mapping[str, Any],
    office: Office,
    process: Process,
    staff: Staff,
    reference: str,
    now: datetime,
) -> object:
    """Open a case and do something with it: an act, or a step with the answers of the example.

    A step that the process does not have here is passed by: where the record is kept here, nothing
    is handed over.
    """
    by: dict[str, Any] = {"staff": staff, "reference": reference, "now": now}
    sealed = opening.open_item(connection, rules=office.rules, **by)
    if sealed is None:
        raise Refused(f"Exemplet {reference} finns inte på enheten {staff.unit}.")
    seen = {"rules": office.rules, **by, "version": sealed.item.version}
    if "act" in what:
        return ACTS[what["act"]](connection, **seen, **what["answers"])
    step = process.step(what["step"])
    if step is None:
        return None
    group = group_of(office, process, sealed) if acting.looks_at_people(process, step) else None
    asked = acting.ready(process, step, group).fields
    typed = dict(inputs(asked, what["answers"], now))
    return steps.run_step(connection, **seen, step_id=step.id, typed=typed, group=group)


def group_of(office: Office, process: Process, sealed: SealedItem) -> Group:
    """Return who a case is about, as it has been worked with so far."""
    read, calendar = opening.unsealed(sealed, office.keys), office.rules.calendar
    on = calendar.day(read.item.received_at)
    return people.gathered(
        process, read.transcript, read.entries, received_on=on, calendar=calendar
    )


def clerk(office: Office, form_id: str, name: str) -> Staff:
    unit = office.content.municipality.forms[form_id].unit
    return Staff("", name, unit, "", LEADING | {Role.SSPF}, qualified=True)


def in_office_hours(office: Office, at: datetime) -> datetime:
    """Return a moment, or when the office opens next."""
    wall = at.astimezone(office.rules.calendar.zone)
    if wall.hour >= CLOSES:
        wall += timedelta(days=1)
    if not OPENS <= wall.hour < CLOSES:
        wall = wall.replace(hour=OPENS)
    return wall.astimezone(at.tzinfo)
