"""Gathers units of work that wait, runs each in a savepoint of its own, and commits them together.

A unit is a plain function of a connection. It may be run more than once, but is only ever committed
once. Nobody is answered before the commit that holds their work is durable:

- a unit that raises undoes its own savepoint and nothing else;
- when the database itself makes trouble before the commit, the units are run again one by one, so
  that only the one that can not be stored is refused. So is a unit that had to wait for a row
  somebody else holds: it is run again when its own batch holds nothing, so nobody waits in a ring;
- when the commit fails, every unit in it is refused with `DatabaseUnavailable`.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from threading import Condition, Thread
from typing import Any

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.errors import DatabaseUnavailable
from app.storage.engines import is_quarrel, is_ring, is_unavailable, wait_patiently

WAITING_MOST = 2_000
TOGETHER_MOST = 100


Work = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """Work to be done, and the one who waits for its outcome."""

    work: Work
    outcome: Future[Any] = field(default_factory=Future)


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


class Writers:
    """Threads that write. SQLite has one; PostgreSQL a few, sharing one line of waiting units."""

    def __init__(self, engine: Engine, *, threads: int, patience: float) -> None:
        self._engine = engine
        self._patience = patience
        self._waiting: deque[Unit] = deque()
        self._changed = Condition()
        self._closed = False
        self._threads = [
            Thread(target=self._serve, name=f"writer-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, work: Work) -> Future[Any]:
        """Let work wait its turn; `DatabaseUnavailable` when closed or when too many wait."""
        unit = Unit(work)
        with self._changed:
            if self._closed:
                raise DatabaseUnavailable("closed")
            if len(self._waiting) >= WAITING_MOST:
                raise DatabaseUnavailable("too many are waiting")
            self._waiting.append(unit)
            self._changed.notify()
        return unit.outcome

    def close(self) -> None:
        """Take no more, finish what waits, and end the threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while gathered := self._gather():
            batch = [unit for unit in gathered if unit.outcome.set_running_or_notify_cancel()]
            while batch:
                batch = self._write(batch)

    def _gather(self) -> list[Unit]:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER_MOST))]

    def _write(self, batch: list[Unit]) -> list[Unit]:
        """Write a batch, or its beginning, and answer it; return the units that are still to do."""
        if len(batch) == 1:
            self._one_by_one(batch)
            return []
        try:
            done = self._together(batch)
        except TransactionLost as lost:
            if lost.stage is Stage.WORKING:
                self._one_by_one(batch)
            else:
                refuse(batch, lost)
            return []
        # The one that somebody stood in the way of waits for its row while we hold no others.
        self._one_by_one(batch[done : done + 1])
        return batch[done + 1 :]

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
        except TransactionLost as lost:
            if not is_ring(lost.__cause__):
                raise
            self._together([unit], alone=True)

    def _together(self, batch: list[Unit], *, alone: bool = False) -> int:
        """Run, commit and answer; return how many. A batch ends before the first quarrel in it."""
        stage, answers = Stage.BEGINNING, []
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                stage = Stage.WORKING
                if alone:
                    wait_patiently(connection, patience=self._patience)
                for unit in batch:
                    try:
                        answers.append(run(unit, connection))
                    except DBAPIError as trouble:
                        if alone or not is_quarrel(trouble):
                            raise
                        break
                stage = Stage.COMMITTING
                commit(connection, transaction)
        except SQLAlchemyError as trouble:
            raise TransactionLost(stage) from trouble
        for answer in answers:
            answer()
        return len(answers)


def run(unit: Unit, connection: Connection) -> Callable[[], None]:
    """Run a unit in its savepoint; return how to answer it. Raise the database's own trouble."""
    try:
        with connection.begin_nested():
            return partial(unit.outcome.set_result, unit.work(connection))
    except BaseException as raised:
        if is_unavailable(raised):
            raise
        return partial(unit.outcome.set_exception, raised)


def commit(connection: Connection, transaction: Transaction) -> None:
    """Commit; when that fails, let the connection go, since SQLite would leave it half-way."""
    try:
        transaction.commit()
    except SQLAlchemyError as trouble:
        connection.invalidate(trouble)
        raise


def refuse(batch: Iterable[Unit], lost: TransactionLost) -> None:
    """Tell those who wait that nothing of theirs is stored."""
    for unit in batch:
        refusal = DatabaseUnavailable(f"lost while {lost.stage.value}")
        refusal.__cause__ = lost.__cause__
        unit.outcome.set_exception(refusal)
