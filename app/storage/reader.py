"""Gathers units that only read, and runs those that wait in one transaction.

Nothing is changed by a reading, so units share no fate but the database's: what one of them raises
is its own. When the database makes trouble, those that have not been answered are read anew, each
by itself.
"""

from asyncio import AbstractEventLoop
from asyncio import Future as LoopFuture
from collections.abc import Callable
from contextlib import closing
from functools import partial
from threading import Thread
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.storage.engines import READERS, unavailable
from app.storage.kept import Kept
from app.storage.unit import Line, Unit, Work, tell

WAITING_MOST = 1_000
TOGETHER_MOST = 20
"""A long reading holds up those that it shares a transaction with, so they are few."""


class Readers:
    """Threads that read, sharing one line of waiting units."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.line = Line(most=WAITING_MOST, together=TOGETHER_MOST)
        self._threads = [
            Thread(target=self._serve, name=f"reader-{number}", daemon=True)
            for number in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    def put_from(self, loop: AbstractEventLoop, work: Work) -> LoopFuture[Any]:
        """Let work wait its turn; `DatabaseUnavailable` when closed or when too many wait."""
        outcome: LoopFuture[Any] = loop.create_future()
        self.line.put_from(loop, Unit(work, outcome))
        return outcome

    def close(self) -> None:
        """Take no more, finish what waits, and end the threads."""
        self.line.close()
        for thread in self._threads:
            thread.join()

    def read(self, work: Work) -> Any:  # noqa: ANN401 - whatever the unit returns
        """Run a unit by itself, on this thread, and return what it returned."""
        try:
            with self._engine.connect() as connection, connection.begin():
                return work(connection)
        except SQLAlchemyError as trouble:
            raise unavailable(trouble) from trouble

    def _serve(self) -> None:
        with closing(Kept(self._engine)) as kept:
            while gathered := self.line.take():
                batch = [unit for unit in gathered if unit.is_wanted()]
                for unit in self._together(batch, kept):
                    note(unit, partial(self.read, unit.work))
                tell(batch)

    def _together(self, batch: list[Unit], kept: Kept) -> list[Unit]:
        """Run units in one transaction; return those that are to be read by themselves."""
        done = 0
        try:
            with kept.transaction() as connection:
                for unit in batch:
                    note(unit, partial(unit.work, connection))
                    if isinstance(unit.error, SQLAlchemyError):
                        break
                    done += 1
        except SQLAlchemyError:
            return batch[done:]
        return batch[done:]


def note(unit: Unit, work: Callable[[], Any]) -> None:
    """Keep with a unit what its work returns or raises."""
    unit.result = unit.error = None
    try:
        unit.result = work()
    except BaseException as raised:  # noqa: BLE001 - whoever waits for it is told
        unit.error = raised
