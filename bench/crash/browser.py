"""A browser that does not give up: when nothing answers, or not now, it asks again."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.load.client import LENGTH, Answer, get, post

PATIENCE = 240.0
"""Seconds after which somebody gives up. Nobody should have to."""
ANSWER_WITHIN = 30.0
OK, SEE, AWAY = 200, 303, 503
HEAD_END = b"\r\n\r\n"


class Wrong(Exception):
    """What no visitor should ever meet."""


@dataclass
class Browser:
    """One connection at a time, to any of the addresses; asks again until it is answered."""

    origins: list[str]
    chance: random.Random
    troubles: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    _line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: Callable[[str], bytes]) -> Answer:
        """Return the first answer that is not "not now". Wrong when it takes too long."""
        until, pause = time.monotonic() + PATIENCE, 0.05
        while time.monotonic() < until:
            self.tries += 1
            try:
                answer = await asyncio.wait_for(self._once(request), ANSWER_WITHIN)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as broken:
                self.troubles[type(broken).__name__] += 1
                self.close()
            else:
                if answer.status != AWAY:
                    return answer
                self.troubles[str(AWAY)] += 1
            await asyncio.sleep(pause * (0.5 + self.chance.random()))
            pause = min(pause * 2, 1.0)
        raise Wrong("nobody answered")

    def close(self) -> None:
        if self._line:
            self._line[1].close()
        self._line = None

    async def _once(self, request: Callable[[str], bytes]) -> Answer:
        if self._line is None:
            place = urlsplit(self.chance.choice(self.origins))
            self._line = await asyncio.open_connection(place.hostname, place.port)
        reader, writer = self._line
        writer.write(request("127.0.0.1"))
        await writer.drain()
        head = await reader.readuntil(HEAD_END)
        length = LENGTH.search(head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        answer = Answer(int(head[9:12]), head[:-2], body)
        if b"connection: close" in head.lower():
            self.close()
        return answer


def sending(target: str, data: dict[str, object], cookie: str) -> Callable[[str], bytes]:
    return lambda host: post(host, target, data, cookie)


async def looked_at(browser: Browser, address: str, cookie: str) -> str:
    """Return the page at an address, led there if need be."""
    for _ in range(5):
        shown = await browser.ask(lambda host, at=address: get(host, at, cookie))  # type: ignore[misc]
        if shown.status == OK:
            return shown.page
        if shown.status != SEE:
            raise Wrong(f"{address} gave {shown.status}")
        address = shown.location
    raise Wrong(f"{address} leads nowhere")
