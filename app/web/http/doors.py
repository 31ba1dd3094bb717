"""The doors: who is waited for, and who makes room when all places are taken.

An address is never counted or remembered, so nobody can be shut out because of who they are.
"""

import asyncio
import logging
from typing import Protocol

from uvicorn.server import ServerState

from app import logs
from app.web.http.head import Refused

LOOK_EVERY = 0.25
"""Seconds between our looks for those who have been waited for too long."""
TELL_EVERY = 1.0
"""Seconds between two lines of the same kind: a flood of refusals shall not fill the log."""


class Waited(Protocol):
    """A connection that has yet to do something."""

    loop: asyncio.AbstractEventLoop

    def turn_away(self, *, at_once: bool = False) -> None:
        """End it; with `at_once` without waiting for the other side to hear why."""


class Doors(ServerState):
    """How many connections there is room for, and which of them have yet to say what they want."""

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places
        self.waiting: dict[Waited, float] = {}
        """Until when we wait for each, in the order in which we began to."""
        self._looking = False
        self._refused: dict[Refused, int] = {}

    def wait_for(self, connection: Waited, *, patience: float) -> None:
        """Wait for a connection, that many seconds."""
        self.waiting[connection] = connection.loop.time() + patience
        if not self._looking:
            self._looking = True
            connection.loop.call_later(LOOK_EVERY, self._look, connection.loop)

    def make_room(self) -> None:
        """Close the connection that has been waited for longest, if all places are taken."""
        if len(self.connections) > self.places:
            longest = next(iter(self.waiting), None)
            if longest is not None:
                longest.turn_away(at_once=True)

    def tell(self, loop: asyncio.AbstractEventLoop, why: Refused) -> None:
        """Write into the log that somebody was refused, and why; of many a second, how many."""
        if why in self._refused:
            self._refused[why] += 1
        else:
            self._refused[why] = 0
            _write(why, count=1)
            loop.call_later(TELL_EVERY, self._tell_the_rest, why)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        # One look at them all now and then costs less than a clock for each request.
        for connection, until in list(self.waiting.items()):
            if until <= loop.time():
                connection.turn_away()
        self._looking = bool(self.waiting)
        if self._looking:
            loop.call_later(LOOK_EVERY, self._look, loop)

    def _tell_the_rest(self, why: Refused) -> None:
        count = self._refused.pop(why)
        if count:
            _write(why, count)


def _write(why: Refused, count: int) -> None:
    level = logging.WARNING
    logs.event("request.refused", level=level, status=why.status, code=why.code, count=count)
