"""What happens when a receiver is away: how soon all is there again, and what three days mean.

Run as `python -m bench.outage [--waiting 10000]`. First a real RabbitMQ is killed while reports for
it wait, and is started again: all must be in its queue within a minute of its return. It is away
for seconds, and then for hours by the relay's clock, so that the pauses have grown to their
longest. Then, with a clock that is moved by hand, a receiver is away for three days: it must be
tried all the time, every report must become work for a person after 72 hours, and arrive when the
receiver is back. On both engines; each figure with its ratio to its limit. Ends with 1 when one is
over.
"""

import argparse
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import func, or_, select

from app.clock import SystemClock
from app.commands import progress
from app.delivery import connector, relay
from app.delivery.connector import Answer, Envelope, SideBySide
from app.errors import TemporaryFailure
from app.records.outbox import LONGEST_PAUSE
from app.runner.routing import Destination
from app.storage.database import Database
from app.storage.tables import NEEDS_PERSON, NOT_ENDED, deliveries
from bench.relay import databases, empty, fill
from tests import rabbitmq

BACK_WITHIN = 60.0
SEEN_AWAY = 3.0
"""Seconds for which the relay tries, at the least, before the broker comes back."""
LONG_TRIES = 10
"""So many tries that the pause is an hour."""
QUEUE, PLACE = "waiting", "away"
DAYS, STEP, REPORTS = 3, timedelta(minutes=1), 50
PATIENCE = timedelta(hours=72)
ASKED_WITHIN = timedelta(hours=73)
GIVEN_UP = 600.0


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, and the most it may be."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def over(self) -> bool:
        return self.value > self.limit

    def __str__(self) -> str:
        ratio = f"{self.value / self.limit:.2f}" if self.limit else "–"
        return f"{self.name:<58} {self.value:8.1f} {self.unit:<3} at most {self.limit:g}  {ratio}"


@dataclass
class MovedClock:
    """A clock that is moved by hand."""

    time: datetime = field(default_factory=lambda: SystemClock().now())

    def now(self) -> datetime:
        return self.time


def counted(database: Database, *conditions: object) -> int:
    asked = select(func.count()).select_from(deliveries).where(*conditions)  # type: ignore[arg-type]
    return database.read_now(lambda connection: connection.execute(asked).scalar_one())


@dataclass
class ForwardClock:
    """The real clock, put forward by hand."""

    forward: timedelta = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.forward


def broker_away(
    database: Database, broker: rabbitmq.Broker, folder: Path, waiting: int, *, tries: int
) -> Figure:
    """Let reports wait while the broker is away; return the seconds from its return to the last.

    The broker is away until every report has been tried so many times.
    """
    (folder / "amqp.password").write_text("guest")
    options = {"url": broker.url, "queue": QUEUE, "declare": True}
    places = {"amqp": Destination(connector="amqp", options=options)}
    clock, stop = ForwardClock(), Event()
    to = connector.build(places, database=database, clock=clock, secrets=folder)
    broker.kill()
    fill(database, "amqp", waiting)
    running = Thread(target=relay.run, args=(database, to, clock, stop))
    running.start()
    try:
        time.sleep(SEEN_AWAY)
        for tried in range(1, tries + 1):
            # Written down, too: or the pause would begin after the clock has been put forward.
            begun = or_(deliveries.c.attempts < tried, deliveries.c.state != "retry")
            while counted(database, begun):
                time.sleep(0.1)
            if tried < tries:
                clock.forward += LONGEST_PAUSE
        assert counted(database, NOT_ENDED) == waiting, "the broker was not away"
        broker.start()
        began = time.monotonic()
        while counted(database, NOT_ENDED) and time.monotonic() - began < GIVEN_UP:
            time.sleep(0.1)
        seconds = time.monotonic() - began
    finally:
        stop.set()
        running.join()
    there = {message.message_id for message in rabbitmq.take_all(broker.port, QUEUE)}
    assert len(there) == waiting, f"{len(there)} of {waiting} are in the queue"
    empty(database)
    away = clock.forward / timedelta(hours=1)
    name = f"away {away:.0f} h" if away else f"away {SEEN_AWAY:.0f} s"
    return Figure(f"broker {name}, {waiting} wait: all there after", seconds, BACK_WITHIN, "s")


class Receiver:
    """A receiver that is away until it is told to be there. Remembers when it was tried."""

    def __init__(self, clock: MovedClock) -> None:
        self.there, self.clock = False, clock
        self.tried: dict[object, list[datetime]] = {}
        self.got: set[object] = set()

    def take(self, envelope: Envelope) -> Answer:
        self.tried.setdefault(envelope.submission_id, []).append(self.clock.now())
        if not self.there:
            raise TemporaryFailure("delivery.reasons.unavailable")
        self.got.add(envelope.submission_id)
        return Answer.CONFIRMED


def three_days(database: Database) -> Iterator[Figure]:
    """Let a receiver be away for three days by the clock, and yield what came of it."""
    clock = MovedClock()
    receiver = Receiver(clock)
    to = {PLACE: SideBySide(receiver.take)}
    fill(database, PLACE, REPORTS)
    began, asked_after = clock.time, None

    def step() -> None:
        nonlocal asked_after
        clock.time += STEP
        while relay.deliver_once(database, to, clock):
            pass
        relay.look(database, clock, {PLACE: PATIENCE})
        if asked_after is None and counted(database, NEEDS_PERSON) == REPORTS:
            asked_after = clock.time - began

    while clock.time - began < timedelta(days=DAYS):
        step()
    too_early = asked_after is not None and asked_after < PATIENCE
    while asked_after is None and clock.time - began < ASKED_WITHIN * 2:
        step()
    tries = [len(times) for times in receiver.tried.values()]
    gaps = [
        (later - earlier).total_seconds() / 60
        for times in receiver.tried.values()
        for earlier, later in zip([began, *times], times, strict=False)
    ]
    still_tried = counted(database, deliveries.c.state == "retry")
    receiver.there, returned = True, clock.time
    while counted(database, NOT_ENDED) and clock.time - returned < timedelta(days=1):
        step()
    back = (clock.time - returned).total_seconds() / 60
    longest = (LONGEST_PAUSE + STEP).total_seconds() / 60
    # How often it is tried at the most: the pauses at their shortest, half of each.
    busiest = DAYS * 24 * 2 + 20
    yield Figure("three days away: longest time without a try", max(gaps), longest, "min")
    yield Figure("three days away: tries of one report", max(tries), busiest, "")
    yield Figure("three days away: not tried any longer", REPORTS - still_tried, 0, "")
    asked = asked_after or timedelta.max
    yield Figure("a person is asked after", asked / timedelta(hours=1), 72.1, "h")
    yield Figure("a person was asked before the 72 hours", too_early, 0, "")
    yield Figure("back after three days: all there after", back, longest, "min")
    yield Figure("never arrived", REPORTS - len(receiver.got), 0, "")
    empty(database)


def figures(
    database: Database, broker: rabbitmq.Broker, folder: Path, waiting: int
) -> Iterator[Figure]:
    with progress.shown(f"outage: {waiting} reports wait"):
        yield broker_away(database, broker, folder, waiting, tries=1)
    with progress.shown(f"outage: {waiting} reports wait for long"):
        yield broker_away(database, broker, folder, waiting, tries=LONG_TRIES)
    with progress.shown("outage: three days"):
        yield from three_days(database)


def main() -> int:
    logging.disable(logging.ERROR)  # that the broker is away is known
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--waiting", type=int, default=10_000)
    options = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="skyddsnat-outage-"))
    found: list[Figure] = []
    try:
        with databases(folder) as urls, rabbitmq.running() as broker:
            for engine, url in urls.items():
                with Database.open(url) as database:
                    for figure in figures(database, broker, folder, options.waiting):
                        print(f"{engine:<11} {figure}", flush=True)
                        found.append(figure)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return int(any(figure.over for figure in found))


if __name__ == "__main__":
    sys.exit(main())
