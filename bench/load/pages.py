"""A question page, looked at and answered, against a FastAPI handler of the same octets."""

import json
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from app import main
from bench.load import people, servers
from bench.load.client import Answer, Client, fetch
from bench.load.figures import Figure, Rounds
from bench.load.servers import Server

AT_ONCE = 16
GET, P99 = "GET", 50.0
SHARE = 50.0
"""Per cent, for a page as it is met."""


def measure(client: Client, *, rounds: int, seconds: float) -> Iterator[Figure]:
    """Yield the figures of a question page. Rounds of ours and of the handler take turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        data = Path(folder) / "data"
        site = main.citizen(servers.prepared(data))
        met = people.plant(site, AT_ONCE, until=people.QUESTION)
        back = people.plant(site, AT_ONCE)
        answering = people.plant(site, AT_ONCE, until=people.QUESTION)
        site.state.parts.database.close()
        ours = running.enter_context(servers.citizen(data))
        said = Path(folder) / "said.json"
        keep(said, ours, met[:1], answering[:1])
        words = ("bench.load.bare", "DESCRIPTOR")
        around = servers.environment(data)
        bare = running.enter_context(servers.serving(*words, str(said), environment=around))
        ceiling = running.enter_context(servers.serving(*words, "ceiling", environment=around))
        asks = {
            GET: (people.looking(ours.host, met), people.OK),
            "GET, 3 kB typed": (people.looking(ours.host, back), people.OK),
            # Others than those who look: what is answered is no longer as it is met.
            "POST": (people.answering(ours.host, answering), people.SEE),
        }
        for who, server in (("ours", ours), ("the handler", bare)):
            print(f"{who}: {server.kind()}", flush=True)
        found = {(name, who): Rounds() for name in asks for who in ("ours", "bare")}
        for turn in range(rounds + 1):
            for name, (requests, status) in asks.items():
                for who, server in (("ours", ours), ("bare", bare)):
                    before = server.busy()
                    tally = client.run(
                        [server.address],
                        people.over_and_over,
                        seconds if turn else 0.5,
                        requests=requests,
                        status=status,
                    )
                    if turn:
                        found[name, who].add(tally, server.busy() - before)
            print(f"round {turn} of {rounds}", flush=True)
        top = client.run(
            [ceiling.address],
            people.over_and_over,
            seconds,
            requests=asks["GET"][0],
            status=people.SEE,
        )
    yield Figure("the client itself, at most", top.rate, "/s")
    for name in asks:
        mine, theirs = found[name, "ours"], found[name, "bare"]
        yield Figure(f"{name} question page", mine.rate, "/s")
        yield Figure(f"{name}, the FastAPI handler", theirs.rate, "/s")
        yield Figure(f"{name} to that", mine.share_of(theirs) * 100, "%")
        limit = SHARE if name == GET else None
        share = theirs.cost / mine.cost * 100
        yield Figure(f"{name} to that, by processor time", share, "%", limit, at_least=True)
        yield Figure(f"{name} p99 at {AT_ONCE}", mine.p99, "ms", P99)


def keep(
    file: Path, ours: Server, planted: list[people.Planted], answering: list[people.Planted]
) -> None:
    """Write down what the service answers, for the handler to answer the same."""
    answers = {
        "get": fetch(ours.address, people.looking(ours.host, planted)[0]),
        "post": fetch(ours.address, people.answering(ours.host, answering)[0]),
    }
    said = {name: as_said(answer) for name, answer in answers.items()}
    file.write_text(json.dumps(said), "ascii")


def as_said(answer: Answer) -> dict[str, object]:
    lines = answer.head.decode("latin-1").split("\r\n")[1:]
    headers = [line.split(": ", 1) for line in lines if line]
    return {"headers": headers, "body": b64encode(answer.body).decode()}
