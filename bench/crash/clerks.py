"""Staff who work with what comes in while everything is killed.

Three clerks with the same cases before them: they take them, assess, write notes and decide, often
in each other's way. What they are about to write is told first, by a mark that stands in its words
and nowhere else, and told again once the service has said that it is kept: by going on to the case.
When nobody answers they try again; when the service says that somebody was quicker, who may have
been themselves, they look whether their words are there, and leave it if not.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from bench.crash.browser import OK, SEE, Browser, Wrong, looked_at, sending
from bench.load.client import get
from bench.load.people import HIDDEN

QUEUE = "/inkorg?flik=alla"
ITEM = re.compile(r"/inkorg/arenden/([A-Z0-9-]+)")
TAKE = re.compile(r'action="([^"]+/ta)"')
LOOKS_AT = 3
PAUSE = 0.1
CHANGED = 409
NOTE = "anteckning"
MARK = re.compile(r"Skrivet av \d+ som nummer \d{6}\.")
Say = Callable[[str, object], None]

ASSESSED = {
    "grund": ("anmalan",),
    "bedomning": "Inget talar för att barnet är i fara i dag.",
    "skydd": "nej",
    "vardnadshavare": "nej",
}
DECIDED = {
    "beslut": "inleds",
    "skal": "Det finns skäl att utreda barnets behov av stöd eller skydd.",
    "barnet": "ja",
    "besked": "omfattas_inte",
    "delegation": "yes",
}
WRITTEN: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "steg/beslut": ("uppgifter", DECIDED),
    "steg/skyddsbedomning": ("uppgifter", ASSESSED),
    NOTE: ("text", {}),
}
"""What a clerk writes: the page under the case, where the mark stands, and the other answers."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a clerk writes in a case, known by a text that is nowhere else."""

    reference: str
    page: str
    text: str


class Clerk:
    """One of the staff, with a cookie that is signed in. `say` tells what was tried and kept."""

    def __init__(self, number: int, browser: Browser, cookie: str, say: Say) -> None:
        self.number, self.browser, self.cookie, self.say = number, browser, cookie, say
        self.chance = browser.chance
        self.written = self.items = 0

    async def work(self) -> None:
        """Look through the queue for ever, and do what can be done with what is there."""
        while True:
            page = await looked_at(self.browser, QUEUE, self.cookie)
            found = sorted(set(ITEM.findall(page)))
            for reference in self.chance.sample(found, min(LOOKS_AT, len(found))):
                await self.work_with(reference)
            await asyncio.sleep(PAUSE)

    async def work_with(self, reference: str) -> None:
        """Read a case, take it if nobody has it, and do one thing more with it."""
        case = f"/inkorg/arenden/{reference}"
        page = await self.read(case)
        if take := TAKE.search(page):
            # Whoever was first has it; the page afterwards says who.
            await self.send(take[1], dict(HIDDEN.findall(page)))
            page = await self.read(case)
        possible = [name for name in WRITTEN if f'href="{case}/{name}"' in page]
        if possible:
            await self.write(case, reference, self.chance.choice(possible))

    async def write(self, case: str, reference: str, name: str) -> None:
        where, answers = WRITTEN[name]
        form = await self.browser.ask(self.getting(f"{case}/{name}"))
        if form.status == CHANGED:
            return
        if form.status != OK:
            raise Wrong(f"{name} gave {form.status}")
        self.written += 1
        mark = Mark(reference, name, f"Skrivet av {self.number} som nummer {self.written:06d}.")
        self.say("tried", asdict(mark))
        hidden = dict(HIDDEN.findall(form.page))
        status = await self.send(f"{case}/{name}", {**hidden, **answers, where: mark.text})
        if status == SEE or mark.text in await self.read(case):
            self.say("kept", asdict(mark))

    async def read(self, case: str) -> str:
        page = await looked_at(self.browser, case, self.cookie)
        if "Rapport nummer" not in page:
            raise Wrong("staff opened a report that says nothing")
        self.items += 1
        return page

    async def send(self, address: str, data: Mapping[str, object]) -> int:
        """Send a form until it is answered. Wrong when it is neither done nor in the way."""
        sent = await self.browser.ask(sending(address, dict(data), self.cookie))
        if sent.status not in (SEE, CHANGED):
            raise Wrong(f"{address} gave {sent.status}")
        return sent.status

    def getting(self, address: str) -> Callable[[str], bytes]:
        return lambda host: get(host, address, self.cookie)
