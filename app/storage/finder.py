"""Rows looked up by key. Those asked for at the same time are found in one statement."""

from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ARRAY, Column, Connection, Row, Select, any_, bindparam, select

from app.errors import DatabaseUnavailable

TOGETHER_MOST = 50

Found = Row[Any] | None
Waiting = dict[Any, list[Future[Found]]]
Ask = Callable[[AbstractEventLoop, Callable[[Connection], Any]], Future[Any]]


class Lookup:
    """A way to find rows: by the unique column `key`, these columns."""

    def __init__(self, key: Column[Any], *columns: Column[Any]) -> None:
        asked = select(key.label("key"), *columns)
        self._statements: dict[str, Select[Any]] = {
            # One value, however many keys there are: the statement stays the same.
            "postgresql": asked.where(key == any_(bindparam("keys", type_=ARRAY(key.type)))),
            "sqlite": asked.where(key.in_(bindparam("keys", expanding=True))),
        }

    def rows(self, connection: Connection, keys: Sequence[Any]) -> dict[Any, Row[Any]]:
        """Return the rows that there are, by key."""
        asked = self._statements[connection.dialect.name]
        return {row.key: row for row in connection.execute(asked, {"keys": list(keys)})}


class Finder:
    """Gathers the keys that are asked for while an event loop comes round once.

    `ask` lets a thread that reads run a unit, and gives what the loop is told of it.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: dict[tuple[AbstractEventLoop, Lookup], Waiting] = {}

    def find(self, loop: AbstractEventLoop, lookup: Lookup, key: Any) -> Future[Found]:  # noqa: ANN401 - a column's value
        """Ask for the row with this key; None when there is none."""
        outcome: Future[Found] = loop.create_future()
        waiting = self._waiting.get((loop, lookup))
        if waiting is None:
            waiting = self._waiting[loop, lookup] = {}
            loop.call_soon(self._send, loop, lookup)
        waiting.setdefault(key, []).append(outcome)
        return outcome

    def _send(self, loop: AbstractEventLoop, lookup: Lookup) -> None:
        waiting = self._waiting.pop((loop, lookup))
        for keys in batched(tuple(waiting), TOGETHER_MOST):
            part = {key: waiting[key] for key in keys}
            try:
                asked = self._ask(loop, partial(lookup.rows, keys=keys))
            except DatabaseUnavailable as away:
                refuse(part, away)
            else:
                asked.add_done_callback(partial(hand_out, part))


def hand_out(waiting: Waiting, asked: Future[Mapping[Any, Row[Any]]]) -> None:
    """Give each what was found for its key."""
    if error := asked.exception():
        refuse(waiting, error)
        return
    rows = asked.result()
    for key, outcomes in waiting.items():
        for outcome in outcomes:
            if not outcome.done():
                outcome.set_result(rows.get(key))


def refuse(waiting: Waiting, error: BaseException) -> None:
    for outcomes in waiting.values():
        for outcome in outcomes:
            if not outcome.done():
                outcome.set_exception(error)


def batched(keys: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    return (keys[start : start + most] for start in range(0, len(keys), most))
