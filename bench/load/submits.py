"""Handing in: a finished draft becomes a sealed report, durably, and the answer is a 303.

Against the same endpoint of the same application with the database step taken out, and on
PostgreSQL also two citizen processes against one.
"""

import json
import statistics
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from sqlalchemy import select
from starlette.applications import Starlette

from app import main
from app.crypto import seal
from app.runner.journey import Journey
from app.storage.tables import drafts
from bench.load import people, servers
from bench.load.client import Client
from bench.load.figures import Figure, Rounds
from bench.load.servers import Server

AT_ONCE = 64
SHARE, P99, TWO = 65.0, 100.0, 1.5
LONGEST = 60.0


def measure(client: Client, *, rounds: int, each: int, postgres: bool = True) -> Iterator[Figure]:
    """Yield the figures of handing in `each` drafts a round, on each engine."""
    yield from on_engine(client, "SQLite", "", rounds=rounds, each=each)
    if postgres:
        with servers.durable_postgres() as url:
            yield from on_engine(client, "PostgreSQL", url, rounds=rounds, each=each)


def on_engine(client: Client, name: str, url: str, *, rounds: int, each: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        data = Path(folder) / "data"
        site = main.citizen(servers.prepared(data, url))
        running.callback(site.state.parts.database.close)
        draft = Path(folder) / "draft.json"
        only = people.plant(site, 1)
        keep(draft, site)
        around = servers.environment(data)
        words = ("bench.load.without", "DESCRIPTOR", str(draft))
        without = running.enter_context(servers.serving(*words, environment=around))
        ours = [running.enter_context(servers.citizen(data, url)) for _ in range(2 if url else 1)]
        found = {who: Rounds() for who in ("without", "one", "two")}
        for turn in range(rounds + 1):
            print(f"{name}: round {turn} of {rounds}", flush=True)
            many = each if turn else each // 10
            requests = people.handing_in(without.host, only) * many
            run(client, [without], requests, found["without"], turn)
            for count, who in ((1, "one"), (2, "two"))[: len(ours)]:
                planted = people.plant(site, many)
                requests = people.handing_in(ours[0].host, planted)
                run(client, ours[:count], requests, found[who], turn)
        yield from figures(name, found)
        if not url:
            yield Figure("sealing one report", sealing(site), "µs")


def run(
    client: Client, asked: list[Server], requests: list[bytes], found: Rounds, turn: int
) -> None:
    """Send every request once; note it, unless it is the turn that only warms up."""
    before = sum(server.busy() for server in asked)
    tally = client.run(
        [server.address for server in asked],
        people.once_each,
        LONGEST,
        requests=requests,
        at_once=AT_ONCE,
        status=people.SEE,
    )
    if len(tally.taken) != len(requests):
        raise SystemExit(f"{len(tally.taken)} of {len(requests)} were answered: {tally.failures}")
    if turn:
        found.add(tally, sum(server.busy() for server in asked) - before)


def figures(name: str, found: dict[str, Rounds]) -> Iterator[Figure]:
    one, without, two = found["one"], found["without"], found["two"]
    yield Figure(f"submit, {name}", one.rate, "/s")
    yield Figure(f"submit without the database step, beside {name}", without.rate, "/s")
    share = one.share_of(without) * 100
    yield Figure(f"submit to the same without, {name}", share, "%", SHARE, at_least=True)
    by_time = without.cost / one.cost * 100
    yield Figure(f"the same, by processor time of the citizen process, {name}", by_time, "%")
    yield Figure(f"submit p99 at {AT_ONCE}, {name}", one.p99, "ms", P99)
    if two.tallies:
        times = two.share_of(one)
        yield Figure(f"two citizen processes to one, {name}", times, "×", TWO, at_least=True)


def keep(file: Path, site: Starlette) -> None:
    """Write down the one draft there is, for the application that has no database."""
    row = site.state.parts.database.read_now(lambda c: c.execute(select(drafts)).one())
    box, key = (b64encode(value).decode() for value in (row.box, row.id))
    file.write_text(json.dumps({"id": key, "form_id": row.form_id, "box": box}), "ascii")


def sealing(site: Starlette) -> float:
    """Return what it costs to seal such a report, in microseconds of one processor."""
    parts = site.state.parts
    form = parts.content.forms[parts.content.default][people.FORM]
    receiver = parts.receptions[form.id].usual
    transcript = Journey(form, people.typed(form), parts.today()).transcript(language="sv")
    content = json.dumps(transcript, separators=(",", ":")).encode()
    facts: dict[str, str | int] = {"submission": str(uuid4())}
    recipients = {receiver.key_id: receiver.public_key}
    return timed(lambda: seal.seal(content, facts=facts, recipients=recipients))


def timed(work: Callable[[], object], *, times: int = 200) -> float:
    taken = []
    for _ in range(times):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return statistics.median(taken) * 1e6
