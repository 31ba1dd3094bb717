"""Ours beside others, in turns, in one run: a plain Django, and ours as it was at some commit.

What is compared is the processor time of the server, since the clock says more about who else uses
the machine. Everybody comes to the page in question by walking there, so nothing is known of what
is inside. Every receipt that was shown is looked for among what was stored, and the other way.
"""

import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.load import people, servers
from bench.load.client import Client
from bench.load.figures import Figure
from bench.load.servers import Server

LEVELS = {1: 24, 16: 4, 32: 3}
"""At how many at once, and how many journeys each of them makes in a round."""
SQLITE, POSTGRESQL, DJANGO = "SQLite", "PostgreSQL", "Django, two workers"
WANTED = {(SQLITE, 1): 2.5, (SQLITE, 16): 4.0, (POSTGRESQL, 1): 2.2, (POSTGRESQL, 16): 3.5}
COST = {1: 0.7, 16: 0.48, 32: 0.45}
"""Milliseconds of processor for a request, at most, on SQLite."""
LONGEST = 120.0
PEER_BEGINS = "/anmalan/borja"


@dataclass(slots=True)
class Side:
    """One of those that take turns: where it answers, what it costs, and what it has stored."""

    name: str
    server: Server
    stored: Callable[[], list[str]]
    begin: str = people.BEGIN
    database: Callable[[], float] = float
    """Processor seconds that a database server of its own has used."""
    found: dict[int, list[tuple[float, float, float]]] = field(default_factory=dict)
    """By level, each round's processor seconds of a journey, of the database, and journeys/s."""
    shown: list[str] = field(default_factory=list)
    requests: int = 0
    """Of one journey."""

    def run(self, client: Client, at_once: int, most: int, *, note: bool) -> None:
        """Let as many write `most` reports each, and note what it cost unless it only warms up."""
        busy, database = self.server.busy(), self.database()
        tally = client.run(
            [self.server.address],
            people.journeys,
            LONGEST,
            host=self.server.host,
            at_once=at_once,
            most=most,
            begin=self.begin,
            answers=people.NEIGHBOUR,
        )
        busy, database = self.server.busy() - busy, self.database() - database
        if tally.failures or len(tally.ended) < at_once:
            raise SystemExit(f"{self.name}: {dict(tally.failures)}, {len(tally.ended)} ended")
        self.shown += [reference for references in tally.ended for reference in references]
        count = at_once * most
        self.requests, other = divmod(len(tally.taken), count)
        if other:
            raise SystemExit(f"{self.name}: {len(tally.taken)} requests of {count} journeys")
        if note:
            told = (busy / count, database / count, count / tally.seconds)
            self.found.setdefault(at_once, []).append(told)

    def check(self) -> None:
        """Exit when what was shown and what is stored are not the same."""
        stored = ["".join(filter(str.isalnum, each)) for each in self.stored()]
        if sorted(stored) != sorted(self.shown):
            missing, strange = set(self.shown) - set(stored), set(stored) - set(self.shown)
            raise SystemExit(f"{self.name}: {len(missing)} lost, {len(strange)} never shown")
        print(f"{self.name}: {len(stored)} receipts shown, the same {len(stored)} reports stored")

    def figures(self, level: int) -> Iterator[Figure]:
        """Yield what a journey cost with so many at once: the middle one of the rounds."""
        server, database, rate = (
            statistics.median(figures) for figures in zip(*self.found[level], strict=True)
        )
        what = f"a journey of {self.requests} requests at {level}, {self.name}"
        yield Figure(what, server * 1000, "ms")
        if database:
            yield Figure(f"and in the database server, {self.name}", database * 1000, "ms")
        yield Figure(f"the same by the clock, {self.name}", rate, "/s")
        if self.name == SQLITE:
            each = server * 1000 / self.requests
            yield Figure(f"a request of it at {level}, {SQLITE}", each, "ms", COST[level])

    def times_of(self, other: "Side", level: int) -> float:
        """How many journeys it makes for each of the other's, with as much of a processor."""
        pairs = zip(self.found[level], other.found[level], strict=True)
        return statistics.median(sum(theirs[:2]) / sum(ours[:2]) for ours, theirs in pairs)

    def requests_of(self, other: "Side", level: int) -> float:
        """The same, if each had as many pages as the other: request by request."""
        return self.times_of(other, level) * self.requests / other.requests


def journeys(
    client: Client, *, rounds: int, older: str = "", postgres: bool = True
) -> Iterator[Figure]:
    """Yield what a neighbour's journey costs on each side, and how many times it is Django's."""
    with ExitStack() as running:
        sides = {each.name: each for each in _sides(running, older=older, postgres=postgres)}
        for side in sides.values():
            print(f"{side.name}: {side.server.kind()}", flush=True)
        for turn in range(rounds + 1):
            for level, most in LEVELS.items():
                for side in sides.values():
                    side.run(client, level, most if turn else 1, note=turn > 0)
            print(f"round {turn} of {rounds}", flush=True)
        for side in sides.values():
            side.check()
    for level in LEVELS:
        for side in sides.values():
            yield from side.figures(level)
    for level in LEVELS:
        for name in sides.keys() - {DJANGO}:
            limit, what = WANTED.get((name, level)), f"at {level}, {name} to {DJANGO}"
            times, requests = (
                each(sides[DJANGO], level)
                for each in (sides[name].times_of, sides[name].requests_of)
            )
            yield Figure(f"journeys per processor second {what}", times, "×", limit, at_least=True)
            yield Figure(f"requests per processor second {what}", requests, "×")


def _sides(running: ExitStack, *, older: str, postgres: bool) -> Iterator[Side]:
    folder = Path(running.enter_context(tempfile.TemporaryDirectory()))

    def new(name: str) -> Path:
        made = folder / name / "data"
        made.mkdir(parents=True, mode=0o700)
        return made

    data = new("sqlite")
    servers.prepared(data)
    server = running.enter_context(servers.citizen(data))
    yield Side(SQLITE, server, lambda: in_sqlite(data, "submissions"))
    if postgres:
        url = running.enter_context(servers.durable_postgres())
        database, data_beside = servers.postgres_process(url), new("postgresql")
        servers.prepared(data_beside, url)
        server = running.enter_context(servers.citizen(data_beside, url))
        spent = lambda: servers.busy(database)  # noqa: E731 - it is a value
        yield Side(POSTGRESQL, server, lambda: in_postgres(url), database=spent)
    if older:
        tree = running.enter_context(servers.checkout(older))
        then = new("older")
        server = running.enter_context(servers.as_it_was(tree, then))
        yield Side(f"ours at {older}", server, lambda: in_sqlite(then, "submissions"))
    for workers, said in ((2, DJANGO), (1, "Django, one worker")):
        beside = new(f"django{workers}")
        server = running.enter_context(servers.peer(beside, workers=workers))
        stored = lambda where=beside: in_sqlite(where, "peer_report")  # noqa: E731 - as above
        yield Side(said, server, stored, begin=PEER_BEGINS)


def in_sqlite(data: Path, table: str) -> list[str]:
    """Return the references of the reports that are stored in the one SQLite file there is."""
    file = next(data.glob("*.sqlite"))
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute(f"SELECT reference FROM {table}")]  # noqa: S608 - ours


def in_postgres(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT reference FROM submissions")]
