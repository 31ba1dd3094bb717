"""Says once when the database begins to make trouble, and once when that is over.

Fifty visitors a second who cannot be answered are one trouble and not fifty lines. It is over when
something has gone well again and nothing has failed for a while: otherwise a disk that fills and
empties would be two lines for each.
"""

import time
from collections.abc import Callable
from threading import Lock
from types import TracebackType

from app import logs
from app.errors import DatabaseUnavailable

CALM = 5.0
"""Seconds without a failure before a trouble is over."""


class Trouble:
    """Around everything that is asked of the database. `told` names what is asked: read or write.

    Nothing is said when it is empty: a command that fails says so itself.
    """

    __slots__ = ("_begun", "_count", "_last", "_lock", "_now", "told")

    def __init__(self, told: str, now: Callable[[], float] = time.monotonic) -> None:
        self.told = told
        self._now = now
        self._lock = Lock()
        self._begun: float | None = None
        self._last = 0.0
        self._count = 0

    def since(self, seconds: float) -> bool:
        """Tell whether there is trouble, and something failed within so many seconds."""
        return self._begun is not None and self._now() - self._last <= seconds

    def __enter__(self) -> None:
        """Nothing is known yet."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if isinstance(error, DatabaseUnavailable):
            self._failed(error)
        elif self._begun is not None and error is None:
            self._went_well()

    def _failed(self, error: DatabaseUnavailable) -> None:
        with self._lock:
            first = self._begun is None
            self._last = self._now()
            self._count += 1
            if first:
                self._begun = self._last
        if first and self.told:
            logs.failure("database.away", error, where=self.told)

    def _went_well(self) -> None:
        with self._lock:
            if self._begun is None or self._now() - self._last < CALM:
                return
            lasted, count = round(self._last - self._begun), self._count
            self._begun, self._count = None, 0
        if self.told:
            logs.event("database.back", where=self.told, seconds=lasted, count=count)
