"""A case page with thirty entries, sixteen looking at once: `python -m bench.case`.

From the real staff processes, on each engine: for every page the reading is written down and
durable before anything is opened, the report and every entry are opened, and the page is made. 99
of 100 are to come within 100 ms. Measured twice. *For the first time*: each of the sixteen goes
through twelve cases of their own, so many that a process has forgotten the keys of one before it is
opened anew, and every envelope is opened with the unit's key. *Again*: each looks at one case over
and over, as whoever works with it does after each thing that they do; what keys are kept is in use.
"""

import argparse
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from app import reception
from app.casework import cases, opening, steps
from app.casework.access import LEADING, Staff
from app.casework.running import Rules, rules_of
from app.clock import SystemClock
from app.delivery import connector, relay
from app.intake import drafts
from app.intake.submit import submit
from app.runner import content
from app.runner.routing import INBOX
from app.settings import Settings
from app.storage.database import Database
from app.web.http import session
from app.web.staff.case import AT
from bench.crash.clerks import ASSESSED
from bench.load import people, servers
from bench.load.client import Client, get
from bench.load.figures import Figure, report
from bench.queue import UNIT, signed_in

LIMIT = 100.0
AT_ONCE = 16
ENTRIES = 30
CASES = 12
"""Of each who looks. A few hundred keys more than a process keeps, however they are shared out."""
WORDS = "Ring skolan igen i morgon, om vårdnadshavarna samtycker. " * 6
"""What each note says."""
UNREAD = {"grund": ("anmalan",), "uppgifter": ("Anmälan beskriver oro över tid.",)}
WARMING = 4.0
CLERK = Staff("", "Bo", UNIT, "", LEADING, qualified=True)


def fill(database: Database, settings: Settings) -> list[str]:
    """Hand in reports for everybody, work with each; return their references."""
    found = content.load(settings.forms, settings.municipality)
    form = found.forms[found.default][people.FORM]
    publics = reception.recipients(found.municipality.units, settings.public_keys)
    rules = rules_of(found, publics)
    goes_to = reception.receptions(found.municipality, settings.public_keys)[form.id]
    clock = SystemClock()
    draft = drafts.Draft(form.id, form.version, found.default, people.typed(form))
    idle = timedelta(hours=1)

    def hand_in(connection: Connection) -> str:
        key = drafts.key(secrets.token_bytes(session.SECRET_BYTES), form.id)
        drafts.start(connection, key, draft, now=clock.now(), idle=idle)
        return submit(connection, key, form=form, reception=goes_to, clock=clock).reference

    references = [database.write_now(hand_in) for _ in range(AT_ONCE * CASES)]
    ways = connector.build(INBOX, database=database, clock=clock, rules=rules)
    relay.deliver_once(database, ways, clock)
    for reference in references:
        database.write_now(partial(worked_with, rules=rules, reference=reference))
    return references


def worked_with(connection: Connection, *, rules: Rules, reference: str) -> None:
    """Take a case, assess it, and write notes until it has thirty entries."""
    now = SystemClock().now()
    by = {"rules": rules, "staff": CLERK, "reference": reference, "now": now}
    opening.open_item(connection, **by)
    cases.take(connection, **by)
    typed = {name: (said,) for name, said in ASSESSED.items() if isinstance(said, str)} | UNREAD
    steps.run_step(connection, **by, version=1, step_id="skyddsbedomning", typed=typed)
    for version in range(2, ENTRIES):
        cases.note(connection, **by, version=version, text=WORDS)


def measure(name: str, url: str, *, seconds: float, processes: int) -> Iterator[Figure]:
    """Yield the p99 of a case page on one engine, for the first time and again."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        data = Path(folder) / "data"
        settings = servers.prepared(data, url)
        with Database.open(settings.database_url) as database:
            references = fill(database, settings)
            cookie = signed_in(database, settings)
        around = servers.environment(data, url)
        around["SKYDDSNAT_PRIVATE_KEYS"] = str(settings.private_keys_directory)
        around["SKYDDSNAT_STAFF_PROCESSES"] = str(processes)
        words = ("app", "serve", "staff", "--descriptor", "DESCRIPTOR")
        serving = servers.serving(*words, environment=around, processes=processes)
        staff = running.enter_context(serving)
        client = running.enter_context(Client())
        requests = [get(staff.host, f"{AT}/{each}", cookie) for each in references]
        shares = [requests[start::AT_ONCE] for start in range(AT_ONCE)]
        looking = {"first": shares, "again": [share[:1] for share in shares]}
        for looks, asked in looking.items():
            for within in (WARMING, seconds):
                before = staff.busy()
                tally = client.run(
                    [staff.address], people.in_turn, within, shares=asked, status=people.OK
                )
                busy = staff.busy() - before
            if tally.failures:
                raise SystemExit(f"{name}: {dict(tally.failures)}")
            told = f"{name}, {looks}"
            yield Figure(f"{told}: case pages", tally.rate, "/s")
            each = busy / len(tally.taken) * 1e3
            yield Figure(f"{told}: processor of the staff processes, each", each, "ms")
            yield Figure(f"{told}: median at {AT_ONCE}", tally.within(0.5), "ms")
            yield Figure(f"{told}: p99 at {AT_ONCE}", tally.within(0.99), "ms", LIMIT)


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--processes", type=int, default=2, help="SKYDDSNAT_STAFF_PROCESSES")
    told = asked.parse_args()
    how = {"seconds": told.seconds, "processes": told.processes}
    found = list(measure("SQLite", "", **how))
    with servers.durable_postgres() as url:
        found += measure("PostgreSQL", url, **how)
    return report(found)


if __name__ == "__main__":
    sys.exit(run())
