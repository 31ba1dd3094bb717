"""Units of work that are known beforehand: rows to insert and to change, nothing to look at first.

Those that wait at the same time are written as one: each statement is run once, for all of them.
What must not have changed since somebody looked stands in the statement itself.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Update

Statement = Insert | Update | Delete


class Overtaken(Exception):
    """A row is no longer as it was when somebody looked at it, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A statement, made once, and the values that it is run with.

    When it is `certain` it must meet as many rows as it has values: each its own.
    """

    statement: Statement
    values: Sequence[Mapping[str, Any]]
    certain: bool = False


class Changes:
    """A unit of work. It raises Overtaken when a row it was certain of is not met."""

    __slots__ = ("changes",)

    def __init__(self, *changes: Change) -> None:
        self.changes = changes

    def __add__(self, others: "Changes") -> "Changes":
        return Changes(*self.changes, *others.changes)

    def __call__(self, connection: Connection) -> None:
        self.write(connection, nullcontext())

    def write(self, connection: Connection, sending: AbstractContextManager[object]) -> None:
        """Write everything, what is not certain while `sending`; errors may then be the driver's.

        Overtaken as when it is called.
        """
        together: dict[Statement, tuple[list[Mapping[str, Any]], bool]] = {}
        for change in self.changes:
            values, _ = together.setdefault(change.statement, ([], change.certain))
            values += change.values
        with sending:
            for statement, (values, certain) in together.items():
                if not certain:
                    connection.execute(statement, values)
        for statement, (values, certain) in together.items():
            if certain and connection.execute(statement, values).rowcount != len(values):
                raise Overtaken
