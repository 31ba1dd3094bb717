"""Work that a site does again and again beside answering, as long as it lives.

It never ends for what goes wrong: work that ended without a word would be missed by nobody. One
line says when trouble begins and one when it is over, however often it fails in between.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import FastAPI

from app import logs

Work = Callable[[], Awaitable[object]]
Sleep = Callable[[float], Awaitable[object]]


def meanwhile(
    name: str, work_of: Callable[[FastAPI], Work], *, every: float
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return a lifespan (ASGI) during which an application's work is done, so many seconds apart.

    `name` is the event that is logged when it begins to fail, and followed by `.over` when it no
    longer does. What goes on when the application ends is cut off.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(for_ever(name, work_of(app), every=every))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return lifespan


async def for_ever(
    name: str,
    work: Work,
    *,
    every: float,
    sleep: Sleep = asyncio.sleep,
    now: Callable[[], float] = time.monotonic,
) -> None:
    """Do the work, again and again, until cancelled."""
    failed, since = 0, 0.0
    while True:
        await sleep(every)
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - it is told, and the next time may go well
            if not failed:
                since = now()
                logs.failure(name, error)
            failed += 1
        else:
            if failed:
                logs.event(f"{name}.over", seconds=round(now() - since), count=failed)
            failed = 0
