"""The four kinds of request, ours beside ours as it was at some commit.

A question as it is met, the same with 3 kB typed in it, answering it, and handing in; microseconds
of the server's processor for each, in turns. Everybody has walked to where they are.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.load import people, servers
from bench.load.client import Client, fetch, get, post
from bench.load.figures import Figure
from bench.load.people import Arrival
from bench.load.servers import Server

AT_ONCE = 16
MET, BACK, SAVED, SENT = "GET as met", "GET with 3 kB typed", "POST", "handing in"
WANTED = {MET: 0.6, BACK: 0.65, SAVED: 0.7, SENT: 0.75}
NOW = "now"
LONGEST = 120.0
Costs = dict[str, list[float]]


def measure(client: Client, *, rounds: int, each: int, older: str) -> Iterator[Figure]:
    """Yield the figures; each round makes `each` requests of a kind, and hands in a tenth as many.

    Without `older` there is nothing to be beside, and no limit.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        servers.prepared(folder / "data")
        sides = {NOW: Steps(client, running.enter_context(servers.citizen(folder / "data")))}
        if older:
            tree = running.enter_context(servers.checkout(older))
            then = folder / "older" / "data"
            then.parent.mkdir(mode=0o700)
            server = running.enter_context(servers.as_it_was(tree, then))
            sides[older] = Steps(client, server)
        for who, steps in sides.items():
            print(f"{who}: {steps.server.kind()}", flush=True)
        for turn in range(rounds + 1):
            for kind in WANTED:
                for steps in sides.values():
                    steps.run(kind, each if turn else each // 10, note=turn > 0)
            print(f"round {turn} of {rounds}", flush=True)
    for kind, limit in WANTED.items():
        for who, steps in sides.items():
            yield Figure(f"{kind}, {who}", statistics.median(steps.found[kind]), "µs")
        if older:
            pairs = zip(sides[NOW].found[kind], sides[older].found[kind], strict=True)
            share = statistics.median(now / then for now, then in pairs)
            yield Figure(f"{kind}, to {older}", share, "×", limit)


class Steps:
    """One service, and those who have come to where the four kinds of request are made."""

    def __init__(self, client: Client, server: Server) -> None:
        self.client, self.server = client, server
        self.met, self.saved = self.arrive(AT_ONCE), self.arrive(AT_ONCE)
        self.back = self.arrive(AT_ONCE)
        for one in self.back:
            fetch(server.address, self.answering(one))
        self.found: Costs = {kind: [] for kind in WANTED}

    def arrive(self, count: int, *, until: str = people.QUESTION) -> list[Arrival]:
        """Let so many people come to a page, and stop there."""
        tally = self.client.run(
            [self.server.address],
            people.arriving,
            LONGEST,
            host=self.server.host,
            at_once=count,
            begin=people.BEGIN,
            answers=people.NEIGHBOUR,
            until=until,
        )
        if len(tally.ended) < count:
            raise SystemExit(f"{len(tally.ended)} of {count} came to {until}: {tally.failures}")
        return tally.ended

    def answering(self, one: Arrival) -> bytes:
        """Return the request by which somebody answers the page that they have come to."""
        filled = one.filled_in(people.NEIGHBOUR)
        return post(self.server.host, one.action, filled, one.cookie)

    def run(self, kind: str, count: int, *, note: bool) -> None:
        """Make so many requests of a kind, and note what one costs unless it only warms up."""
        there: dict[str, object] = {"status": people.OK, "most": max(count // AT_ONCE, 1)}
        if kind == SENT:
            arrived = self.arrive(max(count // 10, AT_ONCE), until="granska")
            requests = [self.answering(one) for one in arrived]
            make, there = people.once_each, {"status": people.SEE, "at_once": AT_ONCE}
        elif kind == SAVED:
            make, requests = people.over_and_over, [self.answering(one) for one in self.saved]
            there["status"] = people.SEE
        else:
            looking = self.met if kind == MET else self.back
            make = people.over_and_over
            requests = [get(self.server.host, one.address, one.cookie) for one in looking]
        before = self.server.busy()
        tally = self.client.run([self.server.address], make, LONGEST, requests=requests, **there)
        spent = self.server.busy() - before
        if tally.failures or not tally.taken:
            raise SystemExit(f"not what was measured: {dict(tally.failures)}")
        if note:
            self.found[kind].append(spent / len(tally.taken) * 1e6)
