"""Whether a process has the keys it needs: the files are there, and they are the right ones.

What is right is asked of the database, seldom, since it takes a look at every report's row.
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.errors import DatabaseUnavailable
from app.storage.database import Database

SELDOM = 600.0
"""Seconds between two looks in the database."""

Doubts = Callable[[Connection], Sequence[str]]


@dataclass(slots=True)
class KeyWatch:
    """The key files of one process, and what reads in the database which of its keys are wrong."""

    files: tuple[Path, ...] = ()
    doubts: Doubts | None = None
    _wrong: Sequence[str] = ()
    _due: float = field(default=-inf)

    @property
    def word(self) -> str:
        """How it is, for whoever asks for the process's health."""
        if not all(os.access(file, os.R_OK) for file in self.files):
            return "saknas"
        return "stämmer inte" if self._wrong else "finns"

    async def look(self, read: Callable[[Doubts], Awaitable[Sequence[str]]]) -> None:
        """Look in the database, if it was long ago. Raises what reading does."""
        if self.doubts and monotonic() >= self._due:
            self._wrong = await read(self.doubts)
            self._due = monotonic() + SELDOM

    def look_now(self, database: Database) -> Sequence[str]:
        """As `look`, for those without an event loop; return what is wrong, as far as is known."""
        if self.doubts and monotonic() >= self._due:
            try:
                self._wrong = database.read_now(self.doubts)
            except (DatabaseUnavailable, SQLAlchemyError):
                return self._wrong
            self._due = monotonic() + SELDOM
        return self._wrong
