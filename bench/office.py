"""Fifty of the staff and sixteen who report, at once: `python -m bench.office [--minutes 15]`.

Everything as `skyddsnat serve` starts it, on each engine. Staff read, take, assess, note and decide
(`bench/crash/clerks.py`), with a pause before each page as somebody who reads has, only shorter;
those who report write page after page in the same way. Afterwards everything that staff were told
is kept is looked for, and every clock is reckoned again. No answer may be an error, and of the
staff's pages 99 of 100 come within 250 ms.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from app.commands import progress
from app.commands.progress import Tell
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import submissions
from bench.crash import cases, people
from bench.crash.browser import Browser, Wrong
from bench.crash.clerks import Clerk, Mark
from bench.load import servers
from bench.load.client import Answer
from bench.load.figures import Figure, report
from bench.queue import signed_in
from tests import service

STAFF, REPORTERS = 50, 16
LIMIT = 250.0
MINUTES = 15.0
WRONG = 500
READS = 2.0
"""Seconds that staff look at a page before they ask for the next, in the middle."""
WRITES = 1.0
"""The same for those who report."""
FIRST = 40
"""Reports that are there when staff begin."""


@dataclass
class Reader(Browser):
    """A browser whose owner looks at each page for a while. `taken`: seconds of each answer."""

    pause: float = 0.0
    taken: list[float] = field(default_factory=list)

    async def ask(self, request: Callable[[str], bytes]) -> Answer:
        await asyncio.sleep(self.pause * (0.5 + self.chance.random()))
        began = time.perf_counter()
        answer = await super().ask(request)
        self.taken.append(time.perf_counter() - began)
        if answer.status >= WRONG:
            raise Wrong(f"{answer.status} was answered")
        return answer


@dataclass
class Office:
    """Everybody at work, and what came of it."""

    citizen: str
    staff: str
    cookies: list[str]
    seconds: float
    tell: Tell
    troubles: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    tried: list[Mark] = field(default_factory=list)
    kept: list[Mark] = field(default_factory=list)
    receipts: int = 0

    def reader(self, origin: str, whose: str, pause: float) -> Reader:
        chance = random.Random(whose)  # noqa: S311 - chance, not a secret
        return Reader([origin], chance, self.troubles, pause=pause)

    def say(self, what: str, mark: dict[str, str]) -> None:
        (self.tried if what == "tried" else self.kept).append(Mark(**mark))

    async def work(self) -> tuple[list[float], list[float]]:
        """Let everybody work until time is up; return what staff and reporters waited, in s."""
        inside = [self.reader(self.staff, f"staff {n}", READS) for n in range(len(self.cookies))]
        outside = [self.reader(self.citizen, f"reporter {n}", 0.0) for n in range(REPORTERS)]
        await asyncio.gather(*(self.first(each) for each in outside))
        for each in outside:
            each.pause, each.taken = WRITES, []
        clerks = [
            Clerk(number, browser, cookie, self.say)
            for number, (browser, cookie) in enumerate(zip(inside, self.cookies, strict=True))
        ]
        running = [asyncio.create_task(self.guarded(each.work)) for each in clerks]
        running += [asyncio.create_task(self.guarded(partial(self.on, each))) for each in outside]
        await self.until()
        left = set(running)
        while left:
            # Again, since `wait_for` may take the word that came with an answer for its own.
            for each in left:
                each.cancel()
            _, left = await asyncio.wait(left, timeout=1.0)
        return [t for each in inside for t in each.taken], [t for e in outside for t in e.taken]

    async def first(self, browser: Reader) -> None:
        for _ in range(FIRST // REPORTERS + 1):
            await self.one(browser)

    async def on(self, browser: Reader) -> None:
        while True:
            await self.one(browser)

    async def one(self, browser: Reader) -> None:
        await people.report(browser, self.receipts, "")
        self.receipts += 1

    async def guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Wrong as wrong:
            self.wrong.append(str(wrong))

    async def until(self) -> None:
        began = time.monotonic()
        while (gone := time.monotonic() - began) < self.seconds:
            self.tell(int(gone), int(self.seconds))
            await asyncio.sleep(min(1.0, self.seconds - gone))


def measure(name: str, url: str, minutes: float) -> Iterator[Figure]:
    """Yield the figures of one engine."""
    given = {"DATABASE_URL": url} if url else {}
    with (
        tempfile.TemporaryDirectory() as folder,
        service.running(Path(folder) / "data", **given) as started,
    ):
        settings = Settings.read(started.environment())
        with Database.open(settings.database_url) as database:
            cookies = [signed_in(database, settings, name=f"Påhittad {n}") for n in range(STAFF)]
            with progress.shown(name) as tell:
                office = Office(started.citizen, started.staff, cookies, minutes * 60, tell)
                inside, outside = asyncio.run(office.work())
            faults = list(cases.wrong(database, settings, office.tried, office.kept))
            asked = select(func.count()).select_from(submissions)
            stored = database.read_now(lambda c: c.execute(asked).scalar_one())
    for fault in (*office.wrong, *faults):
        print(f"FAULT {fault}")
    if stored < office.receipts:
        print(f"FAULT {office.receipts - stored} receipts without a report")
    print(f"{name}: {len(office.kept)} entries kept of {len(office.tried)} tried, {stored} reports")
    troubles = office.troubles.total() + len(office.wrong)
    yield Figure(f"{name}: answers to staff", len(inside) / (minutes * 60), "/s")
    yield Figure(f"{name}: answers to those who report", len(outside) / (minutes * 60), "/s")
    yield Figure(f"{name}: errors, of {len(inside) + len(outside)} answers", troubles, "", 0)
    yield Figure(f"{name}: entries lost, cases and clocks wrong", len(faults), "", 0)
    yield Figure(f"{name}: a page to staff, p99", within(inside, 0.99), "ms", LIMIT)
    yield Figure(f"{name}: the same, median", within(inside, 0.5), "ms")
    yield Figure(f"{name}: a page to those who report, p99", within(outside, 0.99), "ms")


def within(taken: list[float], share: float) -> float:
    ordered = sorted(taken)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=MINUTES)
    told = asked.parse_args()
    found = list(measure("SQLite", "", told.minutes))
    with servers.durable_postgres() as url:
        found += measure("PostgreSQL", url, told.minutes)
    return report(found)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(run())
