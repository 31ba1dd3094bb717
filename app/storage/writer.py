"""Gathers units of work that wait, commits them together, and answers when that is durable.

A unit is a plain function of a connection. It may be run more than once, but is only ever committed
once. Nobody is answered before the commit that holds their work is durable:

- units are run one after another in one transaction. When one of them raises, all of it is undone
  and they are run again, each in a savepoint of its own: it undoes its own work and nothing else;
- when the database itself makes trouble before the commit, the units are run again one by one, so
  that only the one that can not be stored is refused. So is a unit that had to wait for a row
  somebody else holds: it is run again when its own batch holds nothing, so nobody waits in a ring.
  A unit that was in a ring by itself stands back a while, so that the other gets through;
- a connection that was lost while it lay idle is found out by its first statement, and that unit is
  run again on a new one;
- when the commit fails, every unit in it is refused with `DatabaseUnavailable`.
"""

import random
from asyncio import AbstractEventLoop
from asyncio import Future as LoopFuture
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import closing
from enum import Enum
from functools import partial
from threading import Thread
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.errors import DatabaseUnavailable
from app.storage.changes import Change, Changes
from app.storage.engines import in_one_go, is_passing, is_quarrel, is_unavailable, wait_patiently
from app.storage.kept import Kept
from app.storage.unit import Line, Unit, Work, tell

WAITING_MOST = 2_000
TOGETHER_MOST = 100
PAUSE = 0.05
"""Seconds: the first while that a unit stands back for whoever it was in a ring with."""


class Stage(Enum):
    """How far a transaction had come when it was lost."""

    BEGINNING = "beginning"
    WORKING = "working"
    COMMITTING = "committing"


class TransactionLost(Exception):
    """The database made trouble; nothing of the transaction is known to be stored."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.value)
        self.stage = stage


class Undone(Exception):
    """A unit raised, and everything in its transaction was undone with it."""


class Writers:
    """Threads that write. SQLite has one; PostgreSQL a few, sharing one line of waiting units."""

    def __init__(self, engine: Engine, *, threads: int, patience: float) -> None:
        self.line = Line(most=WAITING_MOST, together=TOGETHER_MOST)
        self._threads = [
            Thread(
                target=Writer(engine, self.line, patience=patience).serve,
                name=f"writer-{number}",
                daemon=True,
            )
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, work: Work) -> Future[Any]:
        """Let work wait its turn; `DatabaseUnavailable` when closed or when too many wait."""
        outcome: Future[Any] = Future()
        self.line.put(Unit(work, outcome))
        return outcome

    def put_from(self, loop: AbstractEventLoop, work: Work) -> LoopFuture[Any]:
        """As `put`, for one who waits on an event loop."""
        outcome: LoopFuture[Any] = loop.create_future()
        self.line.put_from(loop, Unit(work, outcome))
        return outcome

    def close(self) -> None:
        """Take no more, finish what waits, and end the threads."""
        self.line.close()
        for thread in self._threads:
            thread.join()


class Writer:
    """One thread that writes, and the connection it keeps."""

    def __init__(
        self,
        engine: Engine,
        line: Line,
        *,
        patience: float,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._line = line
        self._patience = patience
        self._chance = chance
        self._kept = Kept(engine)

    def serve(self) -> None:
        """Write what waits in the line, until it is closed and empty."""
        with closing(self._kept):
            while gathered := self._line.take():
                batch = [unit for unit in gathered if unit.is_wanted()]
                while batch:
                    batch = self._write(batch)

    def _write(self, batch: list[Unit]) -> list[Unit]:
        """Write a batch, or its beginning, and answer it; return the units that are still to do."""
        if len(batch) == 1:
            self._one_by_one(batch)
            return []
        try:
            done = self._all_or_apart(batch)
        except TransactionLost as lost:
            if lost.stage is Stage.WORKING:
                self._one_by_one(batch)
            else:
                refuse(batch, lost)
            return []
        # The one that somebody stood in the way of waits for its row while we hold no others.
        self._one_by_one(batch[done : done + 1])
        return batch[done + 1 :]

    def _all_or_apart(self, batch: list[Unit]) -> int:
        """Write all of a batch at once, or, if anything goes wrong in it, in savepoints."""
        try:
            return self._together(batch)
        except Undone:
            pass
        except TransactionLost as lost:
            if lost.stage is not Stage.WORKING:
                raise
        return self._together(batch, apart=True)

    def _one_by_one(self, batch: list[Unit]) -> None:
        for place, unit in enumerate(batch):
            try:
                self._alone(unit)
            except TransactionLost as lost:
                gone = lost.stage is Stage.BEGINNING
                refuse(batch[place:] if gone else [unit], lost)
                if gone:
                    return

    def _alone(self, unit: Unit) -> None:
        try:
            self._together([unit], alone=True)
        except Undone:
            tell([unit])
        except TransactionLost as lost:
            if lost.stage is not Stage.WORKING or not is_passing(lost.__cause__):
                raise
            self._again(unit)

    def _again(self, unit: Unit) -> None:
        """Do again what was undone, and stand back for those whose rows we wait for.

        To begin again at once would be to take a row before the one who waited for it has woken,
        and so to close the same ring. A while longer each time, and never as long as another that
        stands back, until patience is at an end.
        """
        until, pause = monotonic() + self._patience, PAUSE
        while monotonic() < until:
            sleep(pause * (0.5 + self._chance()))
            if self._together([unit], apart=True):
                return
            pause *= 2
        self._together([unit], alone=True, apart=True)

    def _together(self, batch: list[Unit], *, alone: bool = False, apart: bool = False) -> int:
        """Run, commit and answer; return how many. A batch ends before the first quarrel in it.

        Units that are not run `apart`, in savepoints, are all undone by the first that raises.
        """
        stage, done = Stage.BEGINNING, len(batch)
        try:
            with self._kept.transaction() as connection:
                stage = Stage.WORKING
                if alone:
                    wait_patiently(connection, patience=self._patience)
                    run(batch[0], connection, apart=apart)
                elif apart:
                    done = run_apart(batch, connection)
                else:
                    run_as_one(batch, connection)
                stage = Stage.COMMITTING
                commit(connection)
        except SQLAlchemyError as trouble:
            raise TransactionLost(stage) from trouble
        tell(batch[:done])
        return done


def run_as_one(batch: list[Unit], connection: Connection) -> None:
    """Run all of a batch; Undone when any of them raises."""
    changes: list[Change] = []
    for unit in batch:
        if isinstance(unit.work, Changes):
            changes += unit.work.changes
        else:
            run(unit, connection, apart=False)
    if changes:
        # Whatever the driver raises here, each is run apart after it and told its own.
        write = partial(Changes(*changes).write, sending=in_one_go(connection))
        run(Unit(write, batch[0].outcome), connection, apart=False)


def run_apart(batch: list[Unit], connection: Connection) -> int:
    """Run each of a batch in a savepoint, up to the first quarrel; return how many were run."""
    for done, unit in enumerate(batch):
        try:
            run(unit, connection, apart=True)
        except DBAPIError as trouble:
            if not is_quarrel(trouble):
                raise
            return done
    return len(batch)


def run(unit: Unit, connection: Connection, *, apart: bool) -> None:
    """Run a unit. Raise the database's own trouble, and Undone for what was not run `apart`."""
    unit.result = unit.error = None
    try:
        if apart:
            with connection.begin_nested():
                unit.result = unit.work(connection)
        else:
            unit.result = unit.work(connection)
    except BaseException as raised:
        if is_unavailable(raised):
            raise
        unit.error = raised
        if not apart:
            raise Undone from raised


def commit(connection: Connection) -> None:
    """Commit; when that fails, let the connection go, since SQLite would leave it half-way."""
    try:
        connection.commit()
    except SQLAlchemyError as trouble:
        connection.invalidate(trouble)
        raise


def refuse(batch: Iterable[Unit], lost: TransactionLost) -> None:
    """Tell those who wait that nothing of theirs is stored."""
    refused = list(batch)
    for unit in refused:
        unit.error = DatabaseUnavailable(f"lost while {lost.stage.value}")
        unit.error.__cause__ = lost.__cause__
    tell(refused)
