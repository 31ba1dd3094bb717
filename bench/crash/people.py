"""Those who report while everything is killed; the staff beside them are in `clerks`.

They do what a person does: when nothing answers, or the page says that it can not be done now, they
try again, and they do not give up before the receipt is on the screen. Every tenth goes the whole
way from the first page; the others had come to the last one when it began. What each receipt said
is written in a file at once, with the number that the report itself held.

A process of its own: `python -m bench.crash.people FILE`, where FILE says who and where (`Plan`);
it reads on stdin how many may have begun.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from app.runner.definition import ENOUGH
from bench.crash.browser import SEE, Browser, Wrong, looked_at, sending
from bench.crash.clerks import Clerk
from bench.load.client import post
from bench.load.people import ANSWERS, FORM, HIDDEN, INPUT, LONG, MOST_PAGES

WHOLE_WAY_EACH = 10
REFERENCE = re.compile(r'class="reference">([^<]+)<')


@dataclass(frozen=True, slots=True)
class Plan:
    """Who reports, at which addresses, and where what they saw is written down."""

    citizens: list[str]
    staff: str
    clerks: list[str]
    """The cookie of each who works with what comes in."""
    clients: int
    cookies: list[str]
    """One for each who reports; empty for those who go the whole way."""
    seed: int
    seen: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A receipt that was on somebody's screen, `at` a moment in seconds since 1970.

    `waited`: seconds since they pressed send.
    """

    number: int
    reference: str
    cookie: str
    waited: float
    tries: int
    at: float


def text_of(number: int) -> str:
    """What the report with this number says."""
    return f"Rapport nummer {number:06d}. {LONG}".strip()


async def report(browser: Browser, number: int, cookie: str) -> Shown:
    """Write and send one report; return when the receipt has been shown."""
    address, answers = f"/{FORM}/granska", {**ANSWERS, "beskriv": text_of(number)}
    if not cookie:
        begun = await browser.ask(lambda host: post(host, f"/{FORM}/borja", {}))
        cookie, address = begun.cookie, begun.location
    pressed, browser.tries = 0.0, 0
    for _ in range(MOST_PAGES):
        page = await looked_at(browser, address, cookie)
        if found := REFERENCE.search(page):
            waited = time.monotonic() - pressed
            return Shown(
                number, found[1].replace(" ", ""), cookie, waited, browser.tries, time.time()
            )
        if address.endswith(f"/{ENOUGH}"):
            address = f"/{FORM}/granska"
            continue
        hidden, asked = dict(HIDDEN.findall(page)), set(INPUT.findall(page))
        last = "_seen" in hidden
        data = {n: v for n, v in answers.items() if n in asked}
        target = f"/{FORM}/skicka" if last else address
        if last:
            pressed, browser.tries = pressed or time.monotonic(), 0
        sent = await browser.ask(sending(target, {**hidden, **data}, cookie))
        if sent.status != SEE:
            raise Wrong(f"{target} gave {sent.status}")
        address = sent.location
    raise Wrong("the receipt was never reached")


async def opened(browser: Browser, cookie: str, reference: str) -> str:
    """Return the page of an item as staff see it."""
    return await looked_at(browser, f"/inkorg/arenden/{reference}", cookie)


class Crowd:
    """Everybody at once. `allowed` is how many may have begun."""

    def __init__(self, plan: Plan, file: TextIO) -> None:
        self.plan, self.file = plan, file
        self.allowed = self.begun = 0
        self.changed = asyncio.Condition()
        self.troubles: Counter[str] = Counter()

    async def run(self) -> None:
        plan = self.plan
        listening = asyncio.create_task(self.listen())
        clerks = [
            Clerk(number, self.browser([plan.staff], f"clerk {number}"), cookie, self.say)
            for number, cookie in enumerate(plan.clerks)
        ]
        staff = [asyncio.create_task(self.guarded(each.work)) for each in clerks]
        await asyncio.gather(
            *(self.guarded(self.report_on, number) for number in range(self.plan.clients))
        )
        for each in staff:
            each.cancel()
        listening.cancel()
        items = sum(each.items for each in clerks)
        self.say("end", {"items": items, "troubles": self.troubles})

    def browser(self, origins: list[str], whose: str) -> Browser:
        chance = random.Random(f"{self.plan.seed} {whose}")  # noqa: S311 - chance, not a secret
        return Browser(origins, chance, self.troubles)

    async def guarded(self, work: Callable[..., Awaitable[None]], *given: object) -> None:
        """Let somebody meet what they should not, and the others go on."""
        while True:
            try:
                return await work(*given)
            except Wrong as wrong:
                self.say("wrong", str(wrong))
                await asyncio.sleep(0.5)

    async def report_on(self, client: int) -> None:
        browser = self.browser(self.plan.citizens, str(client))
        while True:
            async with self.changed:
                await self.changed.wait_for(self.may_go_on)
                number, self.begun = self.begun, self.begun + 1
            if number >= len(self.plan.cookies):
                return
            shown = await report(browser, number, self.plan.cookies[number])
            self.say("shown", asdict(shown))

    def may_go_on(self) -> bool:
        return self.begun < self.allowed or self.begun >= len(self.plan.cookies)

    async def listen(self) -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            async with self.changed:
                self.allowed = int(line)
                self.changed.notify_all()

    def say(self, what: str, value: object) -> None:
        self.file.write(json.dumps({"what": what, "value": value}) + "\n")
        self.file.flush()


def main(file: str) -> None:
    plan = Plan(**json.loads(Path(file).read_text("utf-8")))
    with Path(plan.seen).open("w", encoding="utf-8") as seen:
        asyncio.run(run(plan, seen))


async def run(plan: Plan, seen: TextIO) -> None:
    await Crowd(plan, seen).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
