"""The staff's queue with a million items: `python -m bench.queue`, on SQLite and PostgreSQL.

Any page of any tab, first or last, is to come within 50 ms for 99 of 100, over HTTP, from the real
staff process, with four people looking at once. Most of the million are closed; among the oldest
one in a thousand is still open, which is the worst that a list of what is open can be made from.
One in seven is urgent, and so stands before others of its day. All have been read for statistics,
as what has come one by one has been; with `--unread` the staff process reads the million, none of
which can be opened, for as long as it is looked at.
"""

import argparse
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from app import references
from app.casework import access
from app.casework.queue import Tab, list_items
from app.commands import keys, progress
from app.settings import Settings
from app.storage.columns import EPOCH, MICROSECOND, NEVER
from app.storage.database import Database
from app.web.http import session
from app.web.staff.desk import COOKIE
from bench.load import people, servers
from bench.load.client import Client, get
from bench.load.figures import Figure, report
from bench.load.servers import Server

LIMIT = 50.0
AT_ONCE = 4
ITEMS = 1_000_000
UNIT = "barn-och-unga"
MINUTE = 60_000_000
DEPTHS = (0.0, 0.25, 0.5, 0.75, 0.999)
RARE, OFTEN, URGENT = 1000, 5, 7
SUBMISSIONS = (
    "id, reference, municipality_code, unit, form_id, form_version, content_hash, language, "
    "received_at, urgent, protected, key_id, sealed"
)
ITEM = (
    "submission_id, unit, status, received_at, arrived_at, acknowledged_at, acknowledged_by, "
    "process_version, state, turn, next_clock, next_due, closed_at, counted_at"
)
NEVER_DUE = (NEVER - EPOCH) // MICROSECOND
DAY = 24 * 60 * MINUTE
WITHIN = 14 * DAY


def reference(number: int) -> str:
    """Return the reference of an item, different for each and in no order."""
    scattered = number * 7_368_787 % 20**8
    signs = ""
    for _ in range(references.LENGTH):
        scattered, place = divmod(scattered, len(references.ALPHABET))
        signs += references.ALPHABET[place]
    return references.grouped(signs)


def report_id(number: int) -> UUID:
    """Return the id of a report, different for each and in no order."""
    return UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128, version=4)


def rows(
    items: int, *, first: int, key_id: str, text_ids: bool, unread: bool
) -> Iterator[tuple[tuple, tuple]]:
    """Yield the row of each report and of its item, oldest first."""
    for number in range(items):
        made = report_id(number)
        id_ = made.hex if text_ids else made
        at = first + number * MINUTE // 10
        waits = number % (OFTEN if number > items // 2 else RARE) == 0
        # Most of what is old is closed; of what is open, every other is somebody's.
        mine = number % (2 * OFTEN) == 0 or not waits
        taken = (at + MINUTE, "Bo") if mine else (None, None)
        status = "acknowledged" if mine else "new"
        due = (at + WITHIN) // DAY * DAY + DAY
        done = ("forhand", due, None) if waits else (None, NEVER_DUE, at + WITHIN)
        urgent = number % URGENT == 0
        state = "avslutad" if not waits else "tagen" if mine else "ny"
        said = ("0000", UNIT, people.FORM, 1, "0" * 64, "sv", at, urgent, False, key_id, b"x" * 32)
        turn, counted = 0 if urgent else 1, None if unread else at
        item = (id_, UNIT, status, at, at, *taken, 1, state, turn, *done, counted)
        yield (id_, reference(number), *said), item


def fill(url: str, items: int, key_id: str, *, unread: bool = False) -> None:
    """Put so many reports into the queue, and say how long it takes."""
    with progress.shown(f"queue: {items} reports"):
        put(url, items, key_id, unread=unread)


def put(url: str, items: int, key_id: str, *, unread: bool = False) -> None:
    """Put that many reports into the queue, straight into the tables."""
    begun = datetime.now(UTC) - timedelta(minutes=items // 10 + 10)
    first = int(begun.timestamp()) * 1_000_000
    how = {"first": first, "key_id": key_id, "unread": unread}
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(address.database))) as raw, raw:
            raw.execute("PRAGMA cache_size=-400000")
            for table, columns, which in (
                ("submissions", SUBMISSIONS, 0),
                ("inbox_items", ITEM, 1),
            ):
                marks = ", ".join("?" for _ in columns.split(","))
                made = (pair[which] for pair in rows(items, text_ids=True, **how))
                raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", made)  # noqa: S608 - ours
            raw.execute("ANALYZE")
        return
    with psycopg.connect(url, autocommit=True) as raw:
        for table, columns, which in (("submissions", SUBMISSIONS, 0), ("inbox_items", ITEM, 1)):
            with raw.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for pair in rows(items, text_ids=False, **how):
                    copy.write_row(pair[which])
        raw.execute("VACUUM ANALYZE")


def signed_in(database: Database, settings: Settings, name: str = "Bo") -> str:
    """Return the cookie of somebody who is signed in to the unit."""
    now = datetime.now(UTC)
    link = database.write_now(lambda c: access.new_link(c, unit=UNIT, now=now))
    who = database.write_now(lambda c: access.sign_in(c, link, name=name, now=now))
    return f"{session.cookie_name(COOKIE, secure=settings.staff.secure_cookies)}={who.cookie}"


def pages(items: int) -> Iterator[tuple[str, str]]:
    """Yield what each page is called, and its address."""
    for depth in DEPTHS:
        after = reference(int(items * depth))
        for name in Tab:
            asked = "" if name is Tab.TO_DO else f"flik={name}"
            query = "&".join(part for part in (asked, f"efter={after}" if depth else "") if part)
            yield f"{name}, after {depth:.1%}", f"/inkorg{'?' + query if query else ''}"


def measure(name: str, url: str, *, items: int, seconds: float, unread: bool) -> Iterator[Figure]:
    """Yield the p99 of every page on one engine."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        data = Path(folder) / "data"
        settings = servers.prepared(data, url)
        key_id = keys.ids([UNIT], private=settings.private_keys_directory)[UNIT]
        fill(settings.database_url, items, key_id, unread=unread)
        with Database.open(settings.database_url) as database:
            cookie = signed_in(database, settings)
            yield Figure(
                f"{name}: the list itself, slowest page, median", listing(database, items), "ms"
            )
        around = servers.environment(data, url)
        around["SKYDDSNAT_PRIVATE_KEYS"] = str(settings.private_keys_directory)
        words = ("app", "serve", "staff", "--descriptor", "DESCRIPTOR")
        staff = running.enter_context(servers.serving(*words, environment=around))
        client = running.enter_context(Client())
        for page, address in pages(items):
            yield figure(
                f"{name}: {page}", client, staff, get(staff.host, address, cookie), seconds
            )


def listing(database: Database, items: int) -> float:
    """Return what the slowest page costs to read, in milliseconds: the median of twenty times."""
    slowest = 0.0
    for depth in DEPTHS:
        after = reference(int(items * depth)) if depth else None
        for tab in Tab:
            taken = []
            for _ in range(20):
                began = perf_counter()
                database.read_now(
                    lambda c, after=after, tab=tab: list_items(
                        c, unit=UNIT, tab=tab, owner="Bo", after=after
                    )
                )
                taken.append(perf_counter() - began)
            slowest = max(slowest, statistics.median(taken))
    return slowest * 1000


def figure(what: str, client: Client, staff: Server, request: bytes, seconds: float) -> Figure:
    requests = [request] * AT_ONCE
    for within in (0.3, seconds):
        before = staff.busy()
        tally = client.run(
            [staff.address],
            people.over_and_over,
            within,
            requests=requests,
            status=people.OK,
        )
        busy = staff.busy() - before
    if tally.failures:
        raise SystemExit(f"{what}: {dict(tally.failures)}")
    print(
        f"{what}: median {tally.within(0.5):.0f} ms, {busy / len(tally.taken) * 1000:.1f} ms busy"
    )
    return Figure(f"{what}, p99", tally.within(0.99), "ms", LIMIT)


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=ITEMS)
    asked.add_argument("--seconds", type=float, default=3.0, help="for each page")
    asked.add_argument("--unread", action="store_true", help="none has been read for statistics")
    told = asked.parse_args()
    how = {"items": told.items, "seconds": told.seconds, "unread": told.unread}
    found = list(measure("SQLite", "", **how))
    with servers.durable_postgres() as url:
        found += measure("PostgreSQL", url, **how)
    return report(found)


if __name__ == "__main__":
    sys.exit(run())
