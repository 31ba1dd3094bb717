"""Reads what has come in, for likeness and statistics, as long as the staff site lives.

Only the staff's side holds the keys that it takes. Those of what was opened are forgotten here.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial

from app import logs
from app.casework import indexing, tallies, tidying
from app.crypto import unseal
from app.web.http.meanwhile import meanwhile
from app.web.staff.desk import Desk

EVERY = 2.0
"""Seconds."""
TIDY_EVERY = timedelta(hours=1)
FORGET_EVERY = timedelta(minutes=10)


class Reader:
    """Reads what waits each time it is called; once an hour it tidies as well.

    Before anything that may fail, it forgets the content keys that are kept, every ten minutes.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tidied: datetime | None = None
        self._forgot: datetime | None = None

    async def __call__(self) -> None:
        now = self._desk.clock.now()
        if self._forgot is None or now - self._forgot >= FORGET_EVERY:
            unseal.forget()
            self._forgot = now
        if self._tidied is None:
            await tell(self._desk)
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            await tidy(self._desk)
            await count_out(self._desk)
            self._tidied = now
        while await read_some(self._desk):
            pass


async def tell(desk: Desk) -> None:
    """Say how many reports will be read: all, where it is done in another way than before."""
    if left := await desk.database.read(lambda connection: indexing.left(connection, desk.index)):
        logs.event("staff.to_read", count=left)


async def tidy(desk: Desk) -> None:
    """Remove what is no longer to be kept."""
    now = desk.clock.now()
    await desk.database.write(lambda connection: tidying.tidy(connection, desk.index, now=now))


async def count_out(desk: Desk) -> None:
    """Count out every month that is over, where it is counted."""
    index, now = desk.index, desk.clock.now()
    for unit in index.own if index.counted else ():
        one = partial(tallies.count_out, unit=unit, calendar=index.calendar, now=now)
        while await desk.database.write(one):
            pass


async def read_some(desk: Desk) -> bool:
    """Read some of what waits; return whether anything did."""
    index, now = desk.index, desk.clock.now()
    if not await desk.database.read(lambda connection: indexing.waits(connection, index)):
        return False
    rows = await desk.database.write(lambda connection: indexing.claim(connection, index, now=now))
    # Opening takes a while, and others are served meanwhile.
    found = await asyncio.to_thread(indexing.read, index, rows)
    await desk.database.write(partial(indexing.store, index=index, found=found, now=now))
    if unread := sum(each.unread for each in found):
        logs.event("staff.unread", level=logging.ERROR, count=unread)
    return True


reading = meanwhile("staff.not_indexed", lambda app: Reader(app.state.parts), every=EVERY)
