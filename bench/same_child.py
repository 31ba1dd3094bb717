"""Finding reports of one child among five million tokens: `python -m bench.same_child`.

On SQLite and PostgreSQL. What a case's page asks (which other reports may be about the child) is to
come within 20 ms for 99 of 100, and a search by number or name, written down durable, within 50.
Every report is of a made-up child (names of `tests/children.py`); one in forty is of one name and
age, so that what is very common is there too, and is asked for beside. `--keep FOLDER` keeps
SQLite's file and uses it again.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex

from app.casework import likeness, links, searching
from app.casework.access import LEADING, Staff
from app.casework.indexing import Index
from app.casework.likeness import Child, Keys
from app.casework.searching import Reason, Sought, Way
from app.commands import progress
from app.runner.casework import Match
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import person_tokens
from bench import queue
from bench.load import servers
from bench.load.figures import Figure, report
from tests import children

TOKENS = 5_000_000
EACH = 5.8
"""Tokens of one report, on an average."""
LOOKS, WARM = 2000, 50
LOOK_LIMIT, SEARCH_LIMIT = 20.0, 50.0
COMMON = 40
"""One report in so many is of one name and age."""
SEED = bytes(32)
KEYS = Keys(SEED, queue.UNIT)
INDEX = Index(
    Match(on=True, basis="bench"),
    {},
    ZoneInfo("Europe/Stockholm"),
    {queue.UNIT: "k"},
    {"k": SEED},
)
STAFF = Staff("1", "Bo", queue.UNIT, "", LEADING, qualified=True)
INDEX_NAME = "ix_person_tokens_alike"
INSERT = "submission_id, person, kind, token, unit"
Asked = Callable[[Connection], object]


NUMBER, BORN, AGE = 15, 35, 95
"""Percent of reports that say a number, at least a day of birth, and at least an age."""
HALF = 6
"""The month that ends the first half of a year."""


def child(number: int) -> Child:
    """Return what a report says of a child: the same child in three reports after each other."""
    if number % COMMON == 0:
        return Child(("elsa",), ("andersson",), halves=(4036, 4038))
    who = number // 3
    dice = who * 0x9E3779B97F4A7C15 >> 16  # seeding a generator a million times takes its time
    firsts, lasts = children.FIRSTS, children.MANY_BEAR if dice % 4 == 0 else children.LASTS
    first = firsts[dice // 4 % len(firsts)].casefold()
    last = lasts[dice // 1024 % len(lasts)].casefold()
    born = date(2010, 1, 1) + timedelta(days=dice // 65536 % 6000)
    half = born.year * 2 + (born.month > HALF)
    said = number * 37 % 100
    if said < BORN:
        number_said = f"{born:%Y%m%d}{who % 10_000:04}" if said < NUMBER else ""
        return Child((first,), (last,), born.isoformat(), (half, half), number_said)
    return Child((first,), (last,), halves=(half - 1, half + 1) if said < AGE else None)


def rows(reports: int, *, text_ids: bool) -> Iterator[tuple]:
    """Yield every token's row, in the order of their key."""
    for number in sorted(range(reports), key=queue.report_id):
        id_ = queue.report_id(number)
        mine = id_.hex if text_ids else id_
        for kind, value in likeness.tokens(child(number), KEYS):
            yield mine, 0, str(kind), value, queue.UNIT


def fill(url: str, reports: int) -> None:
    """Put the reports and their tokens straight into the tables, and say how long it takes."""
    with progress.shown(f"same child: {reports} reports"):
        put(url, reports)


def put(url: str, reports: int) -> None:
    """Put them there; the index afterwards, which is quicker."""
    queue.put(url, reports, "k")
    [index] = (each for each in person_tokens.indexes if each.name == INDEX_NAME)
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(address.database))) as raw, raw:
            raw.execute("PRAGMA cache_size=-800000")
            raw.execute(f"DROP INDEX {INDEX_NAME}")
            made = rows(reports, text_ids=True)
            raw.executemany(f"INSERT INTO person_tokens ({INSERT}) VALUES (?, ?, ?, ?, ?)", made)  # noqa: S608 - ours
            raw.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
            raw.execute("ANALYZE")
        return
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute(f"DROP INDEX {INDEX_NAME}")
        # Each row's report is there; a million looks for it would tell nothing.
        raw.execute("SET session_replication_role = replica")
        raw.execute("SET maintenance_work_mem = '512MB'")
        with raw.cursor().copy(f"COPY person_tokens ({INSERT}) FROM STDIN") as copy:
            for row in rows(reports, text_ids=False):
                copy.write_row(row)
        raw.execute(str(CreateIndex(index).compile(dialect=postgresql.dialect())))
        raw.execute("VACUUM ANALYZE")


def looks(reports: int, now: datetime, chance: random.Random, *, every: int = 1) -> Iterator[Asked]:
    """Yield what a case's page asks, of any report, or of one of those that come so often."""
    while True:
        reference = queue.reference(chance.randrange(reports) // every * every)
        yield partial(links.alike, index=INDEX, staff=STAFF, reference=reference, now=now)


def searches(
    reports: int, now: datetime, chance: random.Random, way: Way, *, every: int = 1
) -> Iterator[Asked]:
    """Yield searches of children who are there, by their number or by name and year of birth."""
    while True:
        known = child(chance.randrange(reports) // every * every)
        if known.halves is None or (way is Way.NUMBER and not known.number):
            continue
        halves = likeness.half_by_birth(str(known.halves[1] // 2))
        by_name = Child(known.firsts, known.lasts, halves=halves)
        sought = Sought(way, child=Child(number=known.number) if way is Way.NUMBER else by_name)
        with_words = partial(searching.search, index=INDEX, staff=STAFF, sought=sought)
        yield partial(with_words, reason=Reason.NEW, now=now)


def measure(name: str, url: str, *, reports: int, times: int) -> Iterator[Figure]:
    """Yield the p99 of each on one engine."""
    known = (reports, datetime.now(UTC), random.Random(1))  # noqa: S311 - the same each time
    with Database.open(url) as database:
        read, write = database.read_now, database.write_now
        for what, ask, asked, limit in (
            ("same child of a case", read, looks(*known), LOOK_LIMIT),
            ("the same, the commonest name", read, looks(*known, every=COMMON), LOOK_LIMIT),
            ("search by number", write, searches(*known, Way.NUMBER), SEARCH_LIMIT),
            ("search by name", write, searches(*known, Way.NAME), SEARCH_LIMIT),
            (
                "search by the commonest name",
                write,
                searches(*known, Way.NAME, every=COMMON),
                SEARCH_LIMIT,
            ),
        ):
            yield figure(f"{name}: {what}", ask, asked, times, limit)


def figure(
    what: str, ask: Callable[[Asked], Any], asked: Iterator[Asked], times: int, limit: float
) -> Figure:
    """Return the p99 of a question, in milliseconds; say its median and its processor time."""
    for _ in range(WARM):
        ask(next(asked))
    taken, found, busy = [], 0, process_time()
    for _ in range(times):
        began = perf_counter()
        answer = ask(next(asked))
        taken.append((perf_counter() - began) * 1000)
        found += len(answer if isinstance(answer, tuple) else answer.hits)
    busy = (process_time() - busy) / times * 1000
    taken.sort()
    median = taken[times // 2]
    print(f"{what}: median {median:.1f} ms, {busy:.1f} ms busy here, {found / times:.1f} found")
    return Figure(f"{what}, p99", taken[int(times * 0.99)], "ms", limit)


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tokens", type=int, default=TOKENS)
    asked.add_argument("--times", type=int, default=LOOKS, help="of each question")
    asked.add_argument("--keep", type=Path, help="SQLite's data, filled if it is not there")
    asked.add_argument("--only", choices=["SQLite", "PostgreSQL"])
    told = asked.parse_args()
    how = {"reports": int(told.tokens / EACH), "times": told.times}
    found: list[Figure] = []
    if told.only != "PostgreSQL":
        with tempfile.TemporaryDirectory() as folder:
            data = told.keep or Path(folder) / "data"
            if not data.exists():
                fill(servers.prepared(data).database_url, how["reports"])
            url = Settings.read(servers.environment(data)).database_url
            found += measure("SQLite", url, **how)
    if told.only != "SQLite":
        with servers.durable_postgres() as url, tempfile.TemporaryDirectory() as folder:
            fill(servers.prepared(Path(folder) / "data", url).database_url, how["reports"])
            found += measure("PostgreSQL", url, **how)
    return report(found)


if __name__ == "__main__":
    sys.exit(run())
