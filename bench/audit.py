"""The audit trail: a million events linked and verified, and what linking costs who hands in.

    python -m bench.audit [--events N] [--rounds N] [--each N] [--only chain|submit]

Verifying is `skyddsnat audit verify` without the command line around it, on both engines. Handing
in is done over HTTP, in rounds with and without a process that links beside it, in turn.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from time import perf_counter, process_time
from uuid import UUID

from sqlalchemy import Connection, insert

from app import main as audiences
from app.clock import SystemClock
from app.commands import progress
from app.crypto import witness
from app.delivery.ledger import Ledger
from app.records import verifying
from app.storage.database import Database
from app.storage.migrations import migrate
from app.storage.tables import audit_events
from bench.load import people, servers
from bench.load.client import Client
from bench.load.figures import Figure, Rounds, report
from bench.load.submits import run
from tests import postgres

EVENTS, AT_ONCE = 1_000_000, 20_000
VERIFIED_WITHIN, SHARE = 60.0, 0.97
PRIVATE = witness.new_private()
KEYS = {witness.key_id(witness.public_of(PRIVATE)): witness.public_of(PRIVATE)}


def fill(database: Database, events: int) -> None:
    """Put so many events into the trail, as readings of reports are."""
    now = datetime.now(UTC) - timedelta(days=1)
    with progress.shown("events") as tell:
        for first in range(0, events, AT_ONCE):
            rows = [
                {
                    "kind": "item_opened",
                    "at": now + timedelta(milliseconds=number),
                    "submission_id": UUID(int=number + 1),
                    "unit": "barn-och-unga",
                    "actor": "Ina Handläggare",
                }
                for number in range(first, min(first + AT_ONCE, events))
            ]
            database.write_now(partial(put, rows=rows))
            tell(first, events)


def put(connection: Connection, rows: list[dict[str, object]]) -> None:
    connection.execute(insert(audit_events).inline(), rows)


def chain(name: str, url: str, events: int) -> Iterator[Figure]:
    """Yield how fast events are linked, and how long it takes to verify them all."""
    migrate(url)
    with Database.open(url) as database:
        fill(database, events)
        began = perf_counter()
        with progress.shown(f"{name}: linking"):
            Ledger(database, SystemClock(), PRIVATE).turn()
        yield Figure(f"linked, {name}", events / (perf_counter() - began), "/s")
        began, busy = perf_counter(), process_time()
        with progress.shown(f"{name}: verifying") as tell:
            now = datetime.now(UTC)
            verdict = database.read_now(partial(verifying.verify, keys=KEYS, now=now, tell=tell))
        took, busy = perf_counter() - began, process_time() - busy
        assert not verdict.faults
        assert verdict.last == events
        yield Figure(f"{events:,} events verified, {name}", took, "s", VERIFIED_WITHIN)
        yield Figure(f"the same, processor time of our own process, {name}", busy, "s")


def submit(client: Client, name: str, url: str, *, rounds: int, each: int) -> Iterator[Figure]:
    """Yield what is handed in with linking beside it, to what is without."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        data = Path(folder) / "data"
        settings = servers.prepared(data, url)
        site = audiences.citizen(settings)
        running.callback(site.state.parts.database.close)
        ours = running.enter_context(servers.citizen(data, url))
        found = {"alone": Rounds(), "linking": Rounds()}
        for turn in range(rounds + 1):
            print(f"{name}: round {turn} of {rounds}", flush=True)
            for who in sorted(found, reverse=bool(turn % 2)):
                requests = people.handing_in(ours.host, people.plant(site, each))
                with linking(settings.database_url) if who == "linking" else ExitStack():
                    run(client, [ours], requests, found[who], turn)
        alone, beside = found["alone"], found["linking"]
        yield Figure(f"handed in, {name}", alone.rate, "/s")
        yield Figure(f"with linking beside, {name}", beside.rate, "/s")
        share = beside.share_of(alone)
        yield Figure(f"with to without, {name}", share, "×", SHARE, at_least=True)


@contextmanager
def linking(url: str) -> Iterator[None]:
    """Link what is written at an address, in a process of its own that has begun and caught up."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.audit", "--link", url],
        cwd=servers.ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    try:
        assert process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.wait()


def main() -> int:
    """Measure, or link when told to; return 1 when something is over its limit."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=EVENTS)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--each", type=int, default=4_000)
    asked.add_argument("--only", choices=("chain", "submit"))
    asked.add_argument("--link", metavar="URL", help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.link:
        with Database.open(told.link) as database:
            ledger = Ledger(database, SystemClock(), PRIVATE)
            ledger.turn()
            print("caught up", flush=True)
            ledger.run(Event())
    figures: list[Figure] = []
    if told.only != "submit":
        with tempfile.TemporaryDirectory() as folder:
            figures += chain("SQLite", f"sqlite:///{folder}/trail.sqlite", told.events)
        with servers.durable_postgres() as url, postgres.new_database(url) as own:
            figures += chain("PostgreSQL", own, told.events)
    if told.only != "chain":
        rounds = {"rounds": told.rounds, "each": told.each}
        with Client() as client:
            figures += submit(client, "SQLite", "", **rounds)
            with servers.durable_postgres() as url:
                figures += submit(client, "PostgreSQL", url, **rounds)
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
