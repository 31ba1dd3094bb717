"""Removes drafts and receipts whose time is out, every few minutes while the site runs.

Nobody can open them any longer, but they lie there: the night is too long to wait, both for those
who wrote them and for a disk that somebody tries to fill.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from app import logs
from app.errors import DatabaseUnavailable
from app.intake import drafts
from app.web.citizen.parts import Parts

EVERY = 300.0
"""Seconds."""


@asynccontextmanager
async def sweeping(app: FastAPI) -> AsyncIterator[None]:
    """Sweep as long as the application lives (ASGI lifespan)."""
    task = asyncio.create_task(sweep_for_ever(app.state.parts))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def sweep_for_ever(
    parts: Parts, *, sleep: Callable[[float], Coroutine[None, None, None]] = asyncio.sleep
) -> None:
    """Sweep again and again. A database that is away is tried again the next time."""
    while True:
        await sleep(EVERY)
        try:
            await sweep(parts)
        except DatabaseUnavailable as away:
            logs.failure("web.not_swept", away)


async def sweep(parts: Parts) -> int:
    """Remove what has run out, and leave no trace of it; return how many there were."""
    now = parts.clock.now()
    gone = await parts.database.write(lambda connection: drafts.sweep(connection, now=now))
    if gone:
        await parts.database.forget()
    return gone
