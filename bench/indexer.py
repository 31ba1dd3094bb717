"""How fast reports are read for likeness: `python -m bench.indexer`, on SQLite and PostgreSQL.

Each is a whole orosanmälan of 4 kB, sealed to the unit as at the door, of a made-up child. They are
read as `skyddsnat index` reads them, with the same progress: that it is done is written down, each
is opened, tokens are made, and they are stored. One process is to read 200 a second.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from app import reception
from app.casework import indexing, queue
from app.casework.queue import Arrival
from app.casework.running import rules_of
from app.clock import SystemClock
from app.commands import index, progress
from app.intake import submit
from app.runner import content
from app.runner.casework import Match
from app.settings import Settings
from app.storage.database import Database
from app.web.staff.desk import private_keys
from bench.load import people, servers
from bench.load.figures import Figure, report
from bench.same_child import child
from tests import children

LIMIT = 200.0
REPORTS = 5_000
AT_ONCE = 250


def names(number: int) -> dict[str, tuple[str, ...]]:
    """Return what is typed of a child."""
    known = child(number)
    age = children.TODAY.year - known.halves[0] // 2 if known.halves else 8
    return {"namn": (" ".join(known.firsts + known.lasts),), "alder": (str(age),)}


def fill(database: Database, settings: Settings, reports: int) -> None:
    """Hand in that many reports, and put them into the unit's queue."""
    found = content.load(settings.forms, settings.municipality)
    form = found.forms[found.default][people.FORM]
    rules = rules_of(found, reception.recipients(found.municipality.units, settings.public_keys))
    to = reception.receptions(found.municipality, settings.public_keys)[form.id]
    typed, now = people.typed(form), datetime.now(UTC)
    [page] = (each.id for each in form.in_order if each.owns("namn"))
    with progress.shown(f"indexer: {reports} reports") as tell:
        for first in range(0, reports, AT_ONCE):
            ready = [
                submit.stored(
                    form,
                    {**typed, page: {**typed[page], **names(number)}},
                    language=found.default,
                    reception=to,
                    now=now,
                )
                for number in range(first, min(first + AT_ONCE, reports))
            ]
            rows = [each.changes.changes[0].values[0] for each in ready]
            come = [Arrival(row["id"], row["unit"], form.id, now, now) for row in rows]
            for each in ready:
                database.write_now(each.changes)
            database.write_now(lambda c, come=come: queue.arrive(c, come, rules))
            tell(first, reports)


def measure(name: str, url: str, *, reports: int) -> Iterator[Figure]:
    """Yield how many are read a second on one engine, and what each costs the process."""
    with tempfile.TemporaryDirectory() as folder:
        settings = servers.prepared(Path(folder) / "data", url)
        found = content.load(settings.forms, settings.municipality)
        units = found.municipality.units
        keys = private_keys(settings.private_keys_directory, units)
        to = reception.recipients(units, settings.public_keys)
        off = indexing.index_of(found, to, keys)
        made = replace(off, match=Match(on=True, basis="bench"))
        with Database.open(settings.database_url) as database:
            fill(database, settings, reports)
            began, busy = perf_counter(), process_time()
            with progress.shown(f"{name}: reading") as tell:
                done, unread = index.read_all(database, made, SystemClock(), tell)
            took, busy = perf_counter() - began, process_time() - busy
        assert (done, unread) == (reports, 0), (done, unread)
        yield Figure(f"{name}: reports read for likeness", done / took, "/s", LIMIT, at_least=True)
        yield Figure(f"{name}: processor of the process, each", busy / done * 1000, "ms")


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--reports", type=int, default=REPORTS, help="100000 is a whole catching up")
    told = asked.parse_args()
    found = list(measure("SQLite", "", reports=told.reports))
    with servers.durable_postgres() as url:
        found += measure("PostgreSQL", url, reports=told.reports)
    return report(found)


if __name__ == "__main__":
    sys.exit(run())
