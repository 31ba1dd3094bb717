"""The only way to the database: hand it a unit of work, and it is answered when it is durable.

A unit is a plain function of a connection, which it never commits. `write` answers after the commit
and not before; `read` can not change anything. When the database is locked, full, read-only or gone
both raise `DatabaseUnavailable`, and they work again by themselves when it is back.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.errors import DatabaseUnavailable
from app.storage.engines import PATIENCE, READERS, Engines, engines, is_unavailable
from app.storage.writer import Writers

T = TypeVar("T")

READS_WAITING_MOST = 1_000


class Database:
    """One database, its writers and its readers. Safe to use from any thread."""

    def __init__(self, parts: Engines, *, patience: float) -> None:
        self._engines = parts
        self._writers = Writers(parts.writing, threads=parts.writers, patience=patience)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._room = BoundedSemaphore(READS_WAITING_MOST)
        self._closed = False

    @classmethod
    def open(cls, url: str, *, patience: float = PATIENCE) -> Self:
        """Return the database at an address. It need not be reachable yet.

        `patience` is how many seconds a lock or a connection is waited for. An address that is
        neither PostgreSQL nor a file of SQLite raises ValueError.
        """
        return cls(engines(url, patience=patience), patience=patience)

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """Run a unit and return what it returned, once it is durable; raise what it raised.

        The unit may be run more than once before it is committed, never committed twice.
        """
        outcome: T = await asyncio.wrap_future(self._writers.put(unit))
        return outcome

    def write_now(self, unit: Callable[[Connection], T]) -> T:
        """As `write`, for those who have no event loop: the relay and the command line."""
        outcome: T = self._writers.put(unit).result()
        return outcome

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run a unit that only reads, and return what it returned."""
        if not self._room.acquire(blocking=False):
            raise DatabaseUnavailable("too many are waiting")
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._readers, self.read_now, unit
            )
        except RuntimeError as closed:
            if self._closed:
                raise DatabaseUnavailable("closed") from closed
            raise
        finally:
            self._room.release()

    def read_now(self, unit: Callable[[Connection], T]) -> T:
        """As `read`, for those who have no event loop."""
        if self._closed:
            raise DatabaseUnavailable("closed")
        try:
            with self._engines.reading.connect() as connection, connection.begin():
                return unit(connection)
        except SQLAlchemyError as trouble:
            if is_unavailable(trouble):
                raise DatabaseUnavailable("lost while reading") from trouble
            raise

    def close(self) -> None:
        """Finish what waits and let go of every connection. Later work is refused."""
        self._closed = True
        self._writers.close()
        self._readers.shutdown()
        self._engines.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
