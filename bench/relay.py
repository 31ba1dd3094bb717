"""How fast a relay carries: to the inbox, to RabbitMQ, to a webhook; and what a claim costs.

Run as `python -m bench.relay [--count 20000] [--backlog 1000000] [--only amqp] [--on SQLite]`.
Everything is real: the database with its safety on, a quorum queue with confirms, a receiver in a
process of its own that answers when what it got is on disk. The queue is the operator's, as it is
by default. Each figure is the median of three runs, interleaved; beside it stands what a delivery
costs the relay's process in processor time. Ends with 1 when a figure is below its limit.
"""

import argparse
import contextlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

from sqlalchemy import insert, select, text

from app.clock import SystemClock
from app.commands import progress
from app.delivery import connector, relay
from app.records import outbox
from app.runner.routing import INBOX, Destination
from app.storage import migrations, tables
from app.storage.database import Database
from tests import postgres, rabbitmq

RUNS = 3
LIMITS = {"inbox": 2000, "amqp": 2000, "webhook": 800}
ENGINES = ("SQLite", "PostgreSQL")
CLAIM_RATIO = 2.0
"""How much more a claim may cost with a whole backlog than with almost none."""
CHUNK = 5000
TOGETHER = 100
PATIENCE = 300
PORT = "PORT "
LEFT = select(tables.deliveries.c.destination).where(tables.NOT_ENDED).limit(1)
CONTENT = urlsafe_b64encode(random.Random(1).randbytes(4200))  # noqa: S311 - nothing secret
"""About what a report of 4 kB is as a JWE: nothing that a database could make smaller."""


def fill(database: Database, destination: str, count: int, *, first: int = 0) -> None:
    """Queue `count` reports for a destination."""
    now = datetime.now(UTC)
    content = None if destination == "inbox" else CONTENT
    for start in range(first, first + count, CHUNK):
        numbers = range(start, min(start + CHUNK, first + count))
        submissions = [
            {
                "id": UUID(int=number),
                "reference": f"{number:08X}",
                "municipality_code": "0000",
                "unit": "barn-och-unga",
                "form_id": "orosanmalan",
                "form_version": 1,
                "content_hash": "0" * 64,
                "language": "sv",
                "received_at": now,
                "urgent": False,
                "protected": False,
                "key_id": "0" * 32,
                "sealed": b"s" * 5600,
                "destinations": destination,
            }
            for number in numbers
        ]
        deliveries = [
            {
                "submission_id": UUID(int=number),
                "destination": destination,
                "state": outbox.State.QUEUED,
                "attempts": 0,
                "unanswered": 0,
                "queued_at": now,
                "next_try_at": now,
                "content": content,
            }
            for number in numbers
        ]

        def write(connection, submissions=submissions, deliveries=deliveries):
            connection.execute(insert(tables.submissions), submissions)
            connection.execute(insert(tables.deliveries), deliveries)

        database.write_now(write)


def empty(database: Database) -> None:
    def erase(connection):
        for table in (tables.inbox_items, tables.deliveries, tables.submissions):
            connection.execute(table.delete())

    database.write_now(erase)


def is_done(database: Database) -> bool:
    """Tell whether nothing is left to carry. Counted it would cost as much as it is to carry it."""
    return database.read_now(lambda connection: connection.execute(LEFT).first()) is None


@dataclass
class Place:
    """A destination that is there while it is measured."""

    name: str
    destination: Destination
    secrets: Path


def carried(database: Database, place: Place, count: int) -> tuple[float, float]:
    """Return how many a second a relay carries to a place, and milliseconds of processor each."""
    fill(database, place.name, count)
    clock, stop = SystemClock(), Event()
    places = {place.name: place.destination}
    to = connector.build(places, database=database, clock=clock, secrets=place.secrets)
    running = Thread(target=relay.run, args=(database, to, clock, stop))
    began, busy = time.perf_counter(), time.process_time()
    running.start()
    while not is_done(database):
        time.sleep(0.02)
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit(f"{place.name}: not all of {count} arrived")
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    stop.set()
    running.join()
    empty(database)
    return count / seconds, busy / count * 1000


def claims(database: Database, backlog: int) -> tuple[float, float]:
    """Return the milliseconds of a claim of 100 with almost nothing waiting, and with a backlog."""
    fill(database, "inbox", 3000)
    few = claim_cost(database)
    fill(database, "inbox", backlog, first=10_000)
    if database.read_now(lambda c: c.dialect.name) == "postgresql":
        database.write_now(lambda c: c.execute(text("ANALYZE")))
    many = claim_cost(database)
    empty(database)
    return few, many


def claim_cost(database: Database) -> float:
    now, times = datetime.now(UTC), []
    for _ in range(20):
        began = time.perf_counter()
        claimed = database.write_now(
            lambda c: outbox.claim(c, "inbox", now=now, lease=timedelta(minutes=9), most=TOGETHER)
        )
        times.append((time.perf_counter() - began) * 1000)
        assert len(claimed) == TOGETHER
    return statistics.median(times)


@contextlib.contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Give a migrated database of each kind, with its safety on, in this folder."""
    postgres.FOR_SPEED = ("shared_buffers=128MB",)
    server = postgres.Server.create()
    try:
        server.start()
        urls = {"SQLite": f"sqlite:///{folder}/relay.sqlite", "PostgreSQL": server.url}
        for url in urls.values():
            migrations.migrate(url)
        yield urls
    finally:
        server.remove()


@contextlib.contextmanager
def places(folder: Path) -> Iterator[dict[str, Place]]:
    """Give each destination, with a real receiver at the other end."""
    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "webhook.signing-1").write_text("whsec_" + "c2VjcmV0" * 5)
    (secrets / "amqp.password").write_text("guest")
    with contextlib.ExitStack() as opened:
        broker = opened.enter_context(rabbitmq.running())
        receiver = subprocess.Popen(
            [sys.executable, "-m", "bench.receiver", str(folder / "received")],
            stdout=subprocess.PIPE,
            text=True,
        )
        opened.callback(receiver.kill)
        assert receiver.stdout
        port = receiver.stdout.readline().removeprefix(PORT).strip()
        rabbitmq.make_queue(broker.port, "q")
        time.sleep(rabbitmq.SETTLED_SECONDS)
        queue = {"url": broker.url, "queue": "q"}
        post = {"url": f"http://127.0.0.1:{port}/", "allow_private": True}
        yield {
            "inbox": Place("inbox", INBOX["inbox"], secrets),
            "amqp": Place("amqp", Destination(connector="amqp", options=queue), secrets),
            "webhook": Place("webhook", Destination(connector="webhook", options=post), secrets),
        }


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=20_000)
    asked.add_argument("--backlog", type=int, default=1_000_000)
    asked.add_argument("--only", nargs="*", choices=LIMITS, default=list(LIMITS))
    asked.add_argument("--on", nargs="*", choices=ENGINES, default=list(ENGINES))
    options = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="skyddsnat-bench-"))
    below = False
    try:
        with databases(folder) as urls, places(folder) as there:
            opened = {engine: Database.open(urls[engine]) for engine in options.on}
            found: dict[tuple[str, str], list[tuple[float, float]]] = {}
            runs = [(engine, name) for engine in opened for name in options.only] * RUNS
            with progress.shown("relay: every way, three times") as tell:
                for number, (engine, name) in enumerate(runs):
                    tell(number, len(runs))
                    each = carried(opened[engine], there[name], options.count)
                    found.setdefault((engine, name), []).append(each)
            for (engine, name), figures in found.items():
                rate, busy = (statistics.median(each) for each in zip(*figures, strict=True))
                limit = LIMITS[name]
                below = below or rate < limit
                print(
                    f"{engine:<11} {name:<8} {rate:8.0f}/s  at least {limit}  {rate / limit:.2f}"
                    f"  {busy:.2f} ms of processor each"
                )
            for engine, database in opened.items() if options.backlog else ():
                with progress.shown(f"{engine}: {options.backlog} waiting"):
                    few, many = claims(database, options.backlog)
                below = below or many > few * CLAIM_RATIO
                print(
                    f"{engine:<11} a claim of 100: {few:.1f} ms, with {options.backlog} waiting "
                    f"{many:.1f} ms  {many / few:.2f} (at most {CLAIM_RATIO})"
                )
            for database in opened.values():
                database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return int(below)


if __name__ == "__main__":
    sys.exit(main())
