"""Units of work: waiting in line, and told their outcome.

Whoever waits on an event loop is told on that loop. To wake a loop from another thread costs as
much as a small unit of work, so those who wait on the same loop are told together. For the same
reason a burst of units wakes one thread, which takes as much of the line as it may.
"""

from asyncio import AbstractEventLoop
from asyncio import Future as LoopFuture
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from threading import Condition
from typing import Any

from sqlalchemy import Connection

from app.errors import DatabaseUnavailable

Work = Callable[[Connection], Any]
Outcome = Future[Any] | LoopFuture[Any]


class Unit:
    """Work to be done, and the future of whoever waits for it: a thread, or a task on a loop."""

    __slots__ = ("error", "outcome", "result", "work")

    def __init__(self, work: Work, outcome: Outcome) -> None:
        self.work = work
        self.outcome = outcome
        self.result: Any = None
        self.error: BaseException | None = None

    def is_wanted(self) -> bool:
        """Tell whether somebody still waits for it; a thread can not change its mind after this."""
        if isinstance(self.outcome, Future):
            return self.outcome.set_running_or_notify_cancel()
        return not self.outcome.cancelled()

    def tell(self) -> None:
        """Hand over the outcome; on the loop's own thread, where there is a loop."""
        if self.outcome.cancelled():
            return
        if self.error is None:
            self.outcome.set_result(self.result)
        else:
            self.outcome.set_exception(self.error)


def tell(units: Iterable[Unit]) -> None:
    """Hand over the outcome of each, from any thread."""
    by_loop: dict[AbstractEventLoop, list[Unit]] = {}
    for unit in units:
        if isinstance(unit.outcome, Future):
            unit.tell()
        else:
            by_loop.setdefault(unit.outcome.get_loop(), []).append(unit)
    for loop, waiting in by_loop.items():
        # A loop that has been closed has nobody left to tell.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_each, waiting)


def _tell_each(units: Iterable[Unit]) -> None:
    for unit in units:
        unit.tell()


class Line:
    """Units that wait, for several threads to take from. Refuses more than `most`."""

    def __init__(self, *, most: int, together: int) -> None:
        self.changed = Condition()
        self._waiting: deque[Unit] = deque()
        self._most = most
        self._together = together
        self._idle = 0
        self._woken = 0
        self._closed = False
        self._calling = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put_from(self, loop: AbstractEventLoop, unit: Unit) -> None:
        """As `put`, but wake a thread only when the loop has done what it can do now.

        So they take turns, and need not fight for the interpreter; and more is done together.
        """
        self.put(unit, wake=False)
        if not self._calling:
            self._calling = True
            loop.call_soon(self._call)

    def _call(self) -> None:
        self._calling = False
        with self.changed:
            if self._waiting:
                self._wake()

    def put(self, unit: Unit, *, wake: bool = True) -> None:
        """Let a unit wait its turn; `DatabaseUnavailable` when closed or when too many wait."""
        with self.changed:
            if self._closed:
                raise DatabaseUnavailable("closed")
            if len(self._waiting) >= self._most:
                raise DatabaseUnavailable("too many are waiting")
            self._waiting.append(unit)
            if wake:
                self._wake()

    def take(self) -> list[Unit]:
        """Wait for units, and take as many as may be done together; none when closed and empty."""
        with self.changed:
            while not self._waiting and not self._closed:
                self._idle += 1
                self.changed.wait()
                self._idle -= 1
                self._woken = max(self._woken - 1, 0)
            taken = [
                self._waiting.popleft() for _ in range(min(len(self._waiting), self._together))
            ]
            if self._waiting:
                self._wake()
            return taken

    def close(self) -> None:
        """Take no more; whoever waits for units is woken, and what waits is still to be done."""
        with self.changed:
            self._closed = True
            self.changed.notify_all()

    def _wake(self) -> None:
        if not self._woken and self._idle:
            self._woken = 1
            self.changed.notify()
