"""Threads that read: each takes one waiting unit at a time, on a connection that it keeps."""

from asyncio import AbstractEventLoop
from asyncio import Future as LoopFuture
from contextlib import closing
from threading import Thread
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.storage.engines import READERS, unavailable
from app.storage.kept import Kept
from app.storage.unit import Line, Unit, Work, tell

WAITING_MOST = 1_000


class Readers:
    """Threads that read, sharing one line of waiting units."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.line = Line(most=WAITING_MOST, together=1)
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
        """Run a unit on this thread, in a transaction, and return what it returned."""
        try:
            with self._engine.connect() as connection, connection.begin():
                return work(connection)
        except SQLAlchemyError as trouble:
            raise unavailable(trouble) from trouble

    def _serve(self) -> None:
        with closing(Kept(self._engine)) as kept:
            while taken := self.line.take():
                for unit in filter(Unit.is_wanted, taken):
                    try:
                        unit.result = self._read_on(kept, unit.work)
                    except BaseException as raised:  # noqa: BLE001 - whoever waits for it is told
                        unit.error = raised
                    tell([unit])

    def _read_on(self, kept: Kept, work: Work) -> Any:  # noqa: ANN401 - whatever the unit returns
        try:
            with kept.transaction() as connection:
                return work(connection)
        except SQLAlchemyError:
            # It may have been lost while it lay idle: once more, on another, and then it is told.
            return self.read(work)
