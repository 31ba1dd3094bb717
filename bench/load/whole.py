"""Whole journeys: every page of an orosanmälan, from "Starta" to the receipt."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.load import people, servers
from bench.load.client import Client
from bench.load.figures import Figure

FEW, MANY = 16, 200


def measure(client: Client, *, seconds: float, long: float) -> Iterator[Figure]:
    """Yield journeys a second at FEW, their cost, and what goes wrong at MANY for `long` s."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        servers.prepared(data)
        with servers.citizen(data) as ours:
            print(f"{FEW} at once for {seconds:.0f} s, then {MANY} for {long:.0f} s", flush=True)
            client.run([ours.address], people.journeys, 2.0, host=ours.host, at_once=FEW)
            before = ours.busy()
            run = client.run([ours.address], people.journeys, seconds, host=ours.host, at_once=FEW)
            busy = ours.busy() - before
            whole = run.receipts
            yield Figure(f"whole journeys at {FEW}", whole / run.seconds, "/s")
            yield Figure("requests of a journey", len(run.taken) / max(whole, 1), "")
            yield Figure("processor time of a journey", busy / max(whole, 1) * 1000, "ms")
            yield Figure(f"any page p99 at {FEW}", run.within(0.99), "ms")
            crowd = client.run([ours.address], people.journeys, long, host=ours.host, at_once=MANY)
            print(f"{MANY} at once for {crowd.seconds:.0f} s: {dict(crowd.statuses)}")
            wrong = sum(crowd.failures.values())
            yield Figure(f"whole journeys at {MANY}", crowd.receipts / crowd.seconds, "/s")
            yield Figure(f"errors at {MANY} for {long:.0f} s", wrong, "", 0.0)
