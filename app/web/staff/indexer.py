"""Reads what has come in for likeness, a little at a time, as long as the staff site lives.

Only the staff's side holds the keys that it takes.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from app import logs
from app.casework import indexing
from app.errors import DatabaseUnavailable
from app.web.staff.desk import Desk

EVERY = 2.0
TIDY_EVERY = 3600.0
"""Seconds."""


@asynccontextmanager
async def reading(app: FastAPI) -> AsyncIterator[None]:
    """Read as long as the application lives (ASGI lifespan)."""
    task = asyncio.create_task(read_for_ever(app.state.parts))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def read_for_ever(
    desk: Desk, *, sleep: Callable[[float], Coroutine[None, None, None]] = asyncio.sleep
) -> None:
    """Read what waits again and again. A database that is away is tried again the next time."""
    waited = TIDY_EVERY
    while True:
        try:
            if waited >= TIDY_EVERY:
                await tidy(desk)
                waited = 0.0
            while await read_some(desk):
                pass
        except DatabaseUnavailable as away:
            logs.failure("staff.not_indexed", away)
        await sleep(EVERY)
        waited += EVERY


async def tidy(desk: Desk) -> None:
    """Remove what is no longer to be kept."""
    now = desk.clock.now()
    await desk.database.write(lambda connection: indexing.tidy(connection, desk.index, now=now))


async def read_some(desk: Desk) -> int:
    """Read some of what waits; return how many were taken, 0 when nothing waits."""
    index, now = desk.index, desk.clock.now()
    if not await desk.database.read(lambda connection: indexing.left(connection, index)):
        return 0
    rows = await desk.database.write(lambda connection: indexing.claim(connection, index, now=now))
    # Opening takes a while, and others are served meanwhile.
    found = await asyncio.to_thread(indexing.read, index, rows)
    await desk.database.write(lambda connection: indexing.store(connection, index, found))
    if unread := sum(each.unread for each in found):
        logs.event("staff.unread", level=logging.ERROR, count=unread)
    return len(rows)
