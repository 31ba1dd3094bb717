"""Rows looked up by key: what nearly every page begins with, so it goes the shortest way there is.

One thread looks them up with the driver itself, on a connection that it keeps, without a
transaction: each statement sees what is committed when it begins. What is asked for while an event
loop comes round once is looked up together, and told together.
"""

from asyncio import AbstractEventLoop, Future
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Column, Dialect, Engine, any_, bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from app.errors import DatabaseUnavailable
from app.storage.engines import unavailable
from app.storage.kept import Kept

WAITING_MOST = 1_000

Row = Any
"""A row as it was found: its columns by their names."""
Waiting = dict[Any, list[Future[Row | None]]]
Execute = Callable[[str, Any], Any]
"""Run a statement of the driver's; the cursor that it gives has the rows."""


class Spoken(NamedTuple):
    """A way to find rows, in the words of one driver."""

    statement: str
    values: Callable[[Sequence[Any]], Iterable[Any]]
    """What a statement is run with, for these keys: once for each that it yields."""
    processors: tuple[Callable[[Any], Any] | None, ...]
    """What makes of each column's value what it stands for."""


class Lookup:
    """A way to find rows: by the unique column `key`, these columns."""

    def __init__(self, key: Column[Any], *columns: Column[Any]) -> None:
        self._key = key
        self._columns = (key, *columns)
        self._made = namedtuple("Found", ("key", *(column.name for column in columns)))  # type: ignore[misc] # noqa: PYI024 - its columns are known here only
        self._spoken: dict[str, Spoken] = {}

    def rows(self, dialect: Dialect, execute: Execute, keys: Sequence[Any]) -> dict[Any, Row]:
        """Return the rows that there are, by key."""
        spoken = self._spoken.get(dialect.name) or self._in(dialect)
        found: dict[Any, Row] = {}
        for values in spoken.values(keys):
            for row in execute(spoken.statement, values).fetchall():
                pairs = zip(row, spoken.processors, strict=True)
                key, *rest = [make(value) if make else value for value, make in pairs]
                found[key] = self._made(key, *rest)
        return found

    def _in(self, dialect: Dialect) -> Spoken:
        asked = select(*self._columns)
        if dialect.name == "postgresql":
            # One value, however many keys there are: each statement is a wait for the server.
            asked = asked.where(self._key == any_(bindparam("keys", type_=ARRAY(self._key.type))))
            values = together
        else:
            asked = asked.where(self._key == bindparam("key"))
            values = one_by_one
        kinds = (column.type.dialect_impl(dialect) for column in self._columns)
        processors = tuple(kind.result_processor(dialect, None) for kind in kinds)
        spoken = Spoken(str(asked.compile(dialect=dialect)), values, processors)
        self._spoken[dialect.name] = spoken
        return spoken


def together(keys: Sequence[Any]) -> Iterable[Any]:
    return ({"keys": list(keys)},)


def one_by_one(keys: Sequence[Any]) -> Iterable[Any]:
    return ((key,) for key in keys)


class Finder:
    """The thread that looks rows up, and those who wait for it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept = Kept(engine)
        self._asked: SimpleQueue[tuple[AbstractEventLoop, Lookup, Waiting] | None] = SimpleQueue()
        self._gathering: dict[tuple[AbstractEventLoop, Lookup], Waiting] = {}
        self._closing = Lock()
        self._closed = False
        self._thread = Thread(target=self._serve, name="finder", daemon=True)
        self._thread.start()

    def find(self, loop: AbstractEventLoop, lookup: Lookup, key: Any) -> Future[Row | None]:  # noqa: ANN401 - a column's value
        """Ask, on an event loop, for the row with this key; None when there is none."""
        outcome: Future[Row | None] = loop.create_future()
        waiting = self._gathering.get((loop, lookup))
        if waiting is None:
            waiting = self._gathering[loop, lookup] = {}
            loop.call_soon(self._send, loop, lookup)
        waiting.setdefault(key, []).append(outcome)
        return outcome

    def close(self) -> None:
        """Take no more, answer what waits, and end the thread."""
        with self._closing:
            self._closed = True
            self._asked.put(None)
        self._thread.join()

    def _send(self, loop: AbstractEventLoop, lookup: Lookup) -> None:
        waiting = self._gathering.pop((loop, lookup))
        with self._closing:
            if not self._closed and self._asked.qsize() < WAITING_MOST:
                self._asked.put((loop, lookup, waiting))
                return
        refuse(waiting, DatabaseUnavailable("closed" if self._closed else "too many are waiting"))

    def _serve(self) -> None:
        while (asked := self._asked.get()) is not None:
            loop, lookup, waiting = asked
            try:
                found = self._rows(lookup, tuple(waiting))
            except Exception as error:  # noqa: BLE001 - whoever waits for it is told
                told: tuple[Any, ...] = (refuse, waiting, error)
            else:
                told = (hand_out, waiting, found)
            # A loop that has been closed has nobody left to tell.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(*told)
        self._kept.close()

    def _rows(self, lookup: Lookup, keys: Sequence[Any]) -> Mapping[Any, Row]:
        dialect = self._engine.dialect
        try:
            return lookup.rows(dialect, self._kept.driver().execute, keys)
        except Exception:  # noqa: BLE001 - whatever a driver raises
            # It may have been lost while it lay idle: once more, on another, and then it is told.
            self._kept.let_go()
        try:
            with self._engine.connect() as connection:
                return lookup.rows(dialect, connection.exec_driver_sql, keys)
        except SQLAlchemyError as trouble:
            raise unavailable(trouble) from trouble


def hand_out(waiting: Waiting, rows: Mapping[Any, Row]) -> None:
    """Give each what was found for its key."""
    for key, outcomes in waiting.items():
        for outcome in outcomes:
            if not outcome.done():
                outcome.set_result(rows.get(key))


def refuse(waiting: Waiting, error: BaseException) -> None:
    for outcomes in waiting.values():
        for outcome in outcomes:
            if not outcome.done():
                outcome.set_exception(error)
