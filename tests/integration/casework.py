"""A unit at work with the reports of the tests' own form: who they are, and what they can do.

Run as a program it is four of them at the database it is given, until somebody kills it.
"""

import os
import random
import sys
import tomllib
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.casework import cases, opening, steps
from app.casework.access import LEADING, Staff
from app.casework.group.people import gathered
from app.casework.indexing import Index
from app.casework.running import Rules
from app.clock import Clock, SystemClock
from app.delivery import relay
from app.delivery.connector import build
from app.errors import NoSuchItem, SkyddsnatError
from app.runner.casework import Match
from app.runner.definition import Form
from app.runner.hours import Calendar
from app.runner.process import Process
from app.runner.role import Role
from app.runner.routing import INBOX
from app.storage import tables
from app.storage.database import Database
from tests.integration.reports import FORM, KEYS, PUBLIC, RECEIVER

PROCESS = Process.model_validate(
    tomllib.loads((Path(__file__).parent / "prov_process.toml").read_text("utf-8"))
)
CALENDAR = Calendar(ZoneInfo("Europe/Stockholm"))
RULES = Rules(CALENDAR, {"prov": PROCESS}, {RECEIVER.unit: {RECEIVER.key_id: PUBLIC}})

CHILD = {
    "id": "barnet",
    "step": "barnet",
    "title": "Barnet",
    "fields": [
        {"id": "namn", "kind": "text", "child": "name", "label": "Namn"},
        {"id": "alder", "kind": "age", "child": "age", "label": "Ålder"},
        {"id": "nummer", "kind": "person_number", "child": "number", "label": "Nummer"},
    ],
}
TELLS = Form.model_validate({**FORM, "pages": [*FORM["pages"], CHILD]})
ON = Match(on=True, basis="beslut 4 §")
INDEX = Index(ON, {"prov": TELLS}, CALENDAR, {RECEIVER.unit: RECEIVER.key_id}, KEYS)

LEADER = Staff("1", "Ida Ek", RECEIVER.unit, "csrf", LEADING, qualified=True)
WORKER = replace(LEADER, session_id="2", name="Bo Al", roles=frozenset({Role.HANDLAGGARE}))
UNQUALIFIED = replace(WORKER, session_id="3", name="Ea Ax", qualified=False)
NEWCOMER = replace(WORKER, session_id="6", name="My Ny", second_reader=True)
REGISTRAR = replace(WORKER, session_id="4", name="Ulf Ö", roles=frozenset({Role.REGISTRATOR}))
STRANGER = replace(LEADER, session_id="5", name="Ola Ask", unit="sspf")

ASSESSED = {"skydd": ("nej",), "skal": ("Barnet är tryggt hos mormor.",)}
DECIDED = {"beslut": ("inleds",)}


@dataclass(frozen=True)
class Unit:
    """The staff of a unit, at a database, at what a clock shows."""

    database: Database
    clock: Clock
    rules: Rules = RULES

    def arrive(self):
        """Let the relay carry what waits."""
        made = build(INBOX, database=self.database, clock=self.clock, rules=self.rules)
        return relay.deliver_once(self.database, made, self.clock)

    def do(self, act, reference, staff=LEADER, **rest):
        """Do something with a case; NoSuchItem when the unit has none."""
        work = partial(
            act,
            rules=self.rules,
            staff=staff,
            reference=reference,
            now=self.clock.now(),
            **rest,
        )
        done = self.database.write_now(work)
        if done is None:
            raise NoSuchItem
        return done

    def take(self, reference, staff=LEADER):
        return self.do(cases.take, reference, staff)

    def step(self, reference, step_id, typed=None, *, version=None, staff=LEADER, group=None):
        """Take a step, of the version the case has when nothing else is said."""
        if version is None:
            version = self.row(reference).version
        with_it = {"step_id": step_id, "typed": typed or {}, "version": version, "group": group}
        return self.do(steps.run_step, reference, staff, **with_it)

    def group(self, reference, process):
        """Return who a case is about, as of now."""
        read = self.read(reference)
        on = self.rules.calendar.day(read.item.received_at)
        calendar = self.rules.calendar
        return gathered(process, read.transcript, read.entries, received_on=on, calendar=calendar)

    def read(self, reference, staff=LEADER, keys=KEYS):
        return opening.unsealed(self.do(opening.open_item, reference, staff), keys)

    def row(self, reference):
        """Return the item of a case as it is stored."""
        asked = select(tables.inbox_items).join(
            tables.submissions, tables.submissions.c.id == tables.inbox_items.c.submission_id
        )
        mine = asked.where(tables.submissions.c.reference == reference)
        return self.database.read_now(lambda c: c.execute(mine).one())

    def clocks(self, reference):
        """Return the clocks of a case as they are stored, by name and round."""
        mine = tables.case_clocks.c.submission_id == self.row(reference).submission_id
        rows = self.database.read_now(lambda c: c.execute(select(tables.case_clocks).where(mine)))
        return {(row.clock, row.round): row for row in rows}

    def entries(self, reference):
        mine = tables.case_entries.c.submission_id == self.row(reference).submission_id
        asked = select(tables.case_entries).where(mine).order_by(tables.case_entries.c.number)
        rows = self.database.read_now(lambda c: c.execute(asked).mappings().all())
        return [dict(row) for row in rows]

    def events(self):
        """Return the kinds of everything in the trail, in order, and who did it."""
        asked = select(tables.audit_events.c.kind, tables.audit_events.c.actor)
        ordered = asked.order_by(tables.audit_events.c.id)
        return [tuple(row) for row in self.database.read_now(lambda c: c.execute(ordered).all())]


def everybody(url):
    """Let four of the staff work with every case there is, and say what they have been told."""
    with Database.open(url) as database:
        unit = Unit(database, SystemClock())
        found = select(tables.submissions.c.reference)
        references = database.read_now(lambda c: c.execute(found).scalars().all())
        workers = [Thread(target=somebody, args=(unit, references, number)) for number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


def somebody(unit, references, number):
    """Work until killed; a line for each thing that is done: the case, and its version after it."""
    chance = random.Random(number)
    while True:
        reference = chance.choice(references)
        version = unit.row(reference).version
        step_id, typed = chance.choice(
            [("bedom", ASSESSED), ("besluta", DECIDED), ("besked", {}), ("avsluta", {})]
        )
        acts = (
            partial(unit.take, reference),
            partial(unit.do, cases.note, reference, version=version, text="Mormor ringde."),
            partial(unit.do, cases.reopen, reference, version=version, reason="Ny uppgift."),
            partial(unit.step, reference, step_id, typed, version=version),
        )
        try:
            done = chance.choice(acts)()
        except SkyddsnatError:
            continue
        case = getattr(done, "case", done)
        os.write(1, f"{reference} {case.version}\n".encode())


if __name__ == "__main__":
    everybody(sys.argv[1])
