"""How long the event loop is held by one piece of synchronous work: `python -m bench.loop`.

While one holds the loop, everybody else waits. A heart beats beside a whole orosanmälan, page by
page, in the real application on a real SQLite file; the longest silence between two beats is what
one visitor can cost another. The limit is 5 ms. Time is the loop thread's own processor time, so
that what else the machine does is left out; the median of the rounds is compared.
"""

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2

from app import main
from app.commands.prepare import prepare
from app.settings import Settings

LIMIT = 5.0
ROUNDS = 5
ANSWERS = {
    "fara": "nej",
    "roll": "arbete",
    "skyldig": "ja",
    "namn": "Exempel",
    "alder": "8",
    "plats": "Skolan",
    "slag": "vet_inte",
    "beskriv": "Barnet kommer utan jacka och är ofta hungrigt. " * 20,
    "yrkesroll": "lärare",
    "arbetsplats": "Exempelskolan",
    "ditt_namn": "Exempel Exempelsson",
    "telefon": "070-174 06 05",
    "besked": "nej",
}
INPUT = re.compile(r'name="([^"]+)"')
HIDDEN = re.compile(r'name="(_token|_seen)" value="([^"]+)"')


async def journey(client: httpx2.AsyncClient) -> int:
    """Fill in and send one orosanmälan; return how many requests it took."""
    answer = await client.post("/orosanmalan/borja")
    requests = 1
    while not answer.headers["location"].endswith("kvitto"):
        page = await client.get(answer.headers["location"])
        requests += 1
        if page.is_redirect:
            answer = page
            continue
        asked = set(INPUT.findall(page.text))
        hidden = dict(HIDDEN.findall(page.text))
        answers = {name: value for name, value in ANSWERS.items() if name in asked}
        review = "_seen" in hidden
        address = "/orosanmalan/skicka" if review else page.url.path
        answer = await client.post(address, data={**hidden, **answers})
        requests += 1
    return requests


async def silence(work: Callable[[], Awaitable[int]]) -> tuple[float, int]:
    """Return the longest silence while the work is done, in milliseconds, and its result."""
    longest, last, done = 0.0, time.thread_time(), False

    async def beat() -> None:
        nonlocal longest, last
        while not done:
            now = time.thread_time()
            longest, last = max(longest, now - last), now
            await asyncio.sleep(0)

    heart = asyncio.create_task(beat())
    result = await work()
    done = True
    await heart
    return longest * 1000, result


async def measure(settings: Settings) -> list[float]:
    """Return the longest silence of each round, in milliseconds; the first round only warms up."""
    app = main.citizen(settings)
    silences = []
    for number in range(ROUNDS + 1):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(
            transport=transport, base_url=settings.citizen.origin
        ) as client:
            longest, requests = await silence(lambda: journey(client))
        if number:
            print(f"{requests} requests, longest silence {longest:.2f} ms")
            silences.append(longest)
    app.state.parts.database.close()
    return silences


def run() -> int:
    """Print the figure and its ratio to the limit; return 1 over the limit."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read({"SKYDDSNAT_DATA": str(Path(folder) / "data")})
        prepare(settings)
        median = statistics.median(asyncio.run(measure(settings)))
    print(f"median {median:.2f} ms, limit {LIMIT} ms, ratio {median / LIMIT:.2f}")
    return int(median > LIMIT)


if __name__ == "__main__":
    sys.exit(run())
