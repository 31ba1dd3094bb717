"""The only way to the database: hand it a unit of work, and it is answered when it is durable.

A unit is a plain function of a connection, which it never commits. `write` answers after the commit
and not before; `read` can not change anything. When the database is locked, full, read-only or gone
both raise `DatabaseUnavailable`, and they work again by themselves when it is back.
"""

import asyncio
from collections.abc import Callable
from typing import Self, TypeVar

from sqlalchemy import Connection

from app.errors import DatabaseUnavailable
from app.storage.engines import PATIENCE, Engines, empty_log, engines
from app.storage.finder import Finder, Lookup, Row
from app.storage.reader import Readers
from app.storage.trouble import Trouble
from app.storage.writer import Writers

T = TypeVar("T")


class Database:
    """One database, its writers and its readers. Safe to use from any thread."""

    def __init__(self, parts: Engines, *, patience: float, telling: bool = False) -> None:
        self._engines = parts
        self._writing = Trouble("write" if telling else "")
        self._reading = Trouble("read" if telling else "")
        self._writers = Writers(parts.writing, threads=parts.writers, patience=patience)
        self._readers = Readers(parts.reading)
        self._finder = Finder(parts.reading)
        self._closed = False

    @classmethod
    def open(cls, url: str, *, patience: float = PATIENCE, telling: bool = False) -> Self:
        """Return the database at an address. It need not be reachable yet.

        `patience` is how many seconds a lock or a connection is waited for. With `telling`, a line
        is logged when trouble begins and when it is over. An address that is neither PostgreSQL nor
        a file of SQLite raises ValueError.
        """
        return cls(engines(url, patience=patience), patience=patience, telling=telling)

    def is_refusing(self, within: float) -> bool:
        """Tell whether nothing has been stored since something was refused, so many seconds ago."""
        return self._writing.since(within)

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """Run a unit and return what it returned, once it is durable; raise what it raised.

        The unit may be run more than once before it is committed, never committed twice. `Changes`
        that wait are written as one.
        """
        with self._writing:
            outcome: T = await self._writers.put_from(asyncio.get_running_loop(), unit)
        return outcome

    def write_now(self, unit: Callable[[Connection], T]) -> T:
        """As `write`, for those who have no event loop: the relay and the command line."""
        with self._writing:
            outcome: T = self._writers.put(unit).result()
        return outcome

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run a unit that only reads, and return what it returned; raise what it raised."""
        with self._reading:
            outcome: T = await self._readers.put_from(asyncio.get_running_loop(), unit)
        return outcome

    async def find(self, lookup: Lookup, key: object) -> Row | None:
        """Return the row that has this key; None when there is none.

        It has what is committed when it is looked for.
        """
        with self._reading:
            return await self._finder.find(asyncio.get_running_loop(), lookup, key)

    async def forget(self) -> None:
        """Leave nothing of what was erased in the file beside SQLite's own, that holds changes.

        PostgreSQL keeps such a file too, for those who restore; it is removed in its own time.
        """
        await asyncio.to_thread(empty_log, self._engines.writing)

    def read_now(self, unit: Callable[[Connection], T]) -> T:
        """As `read`, for those who have no event loop."""
        if self._closed:
            raise DatabaseUnavailable("closed")
        with self._reading:
            outcome: T = self._readers.read(unit)
        return outcome

    def close(self) -> None:
        """Finish what waits and let go of every connection. Later work is refused."""
        self._closed = True
        self._writing.told = self._reading.told = ""
        self._writers.close()
        self._finder.close()
        self._readers.close()
        self._engines.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
