"""An event loop in a thread of its own, for connectors whose library is asynchronous.

Whatever is done on it has a time limit that holds: what does not end in time is told to, and left
behind if it does not even then. Cancelling alone would not do, since a library may wait for a
silent peer while it cleans up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, TypeVar

T = TypeVar("T")

ENDING_SECONDS = 2.0


class Loop:
    """Started when it is first used, so that a connector which is only looked at has no thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    def run(self, work: Coroutine[Any, Any, T], *, seconds: float) -> T:
        """Do the work on the loop and return what it does; TimeoutError when the time is up.

        ConnectionAbortedError when the loop is closed, or is while it goes on.
        """
        with self._lock:
            if self._closed:
                work.close()
                raise ConnectionAbortedError
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=self._loop.run_forever, name=self._name, daemon=True)
                self._thread.start()
            done = asyncio.run_coroutine_threadsafe(within(seconds, work), self._loop)
        try:
            return done.result()
        except CancelledError:
            raise ConnectionAbortedError from None

    def close(self, farewell: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
        """End what is still going on, and the thread, within a few seconds.

        The farewell is done first, if there is anybody to say it to.
        """
        if farewell and self._loop is not None:
            with suppress(Exception):
                self.run(farewell(), seconds=ENDING_SECONDS)
        with self._lock:
            self._closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Return what the work returns; TimeoutError when the time is up, even if it can not be ended.

    ConnectionAbortedError if the library ended it, as some do when their connection is lost.
    (`asyncio.wait_for` waits, without limit, for what it cancels.)
    """
    task = asyncio.ensure_future(work)
    task.add_done_callback(_heard)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()  # does nothing to what is done
    if not done:
        raise TimeoutError
    if task.cancelled():
        raise ConnectionAbortedError
    return task.result()


def _heard(task: asyncio.Future[Any]) -> None:
    """Take note of how it ended, or asyncio would complain of a task that nobody listened to."""
    if not task.cancelled():
        task.exception()


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=ENDING_SECONDS)
