"""A thread's own connection, kept between its transactions.

To take a connection from the pool, to ask whether it is alive and to give it back costs more than
most of what is done with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from app.storage.engines import has_moved


class Kept:
    """One connection, for one thread. It is let go when anything goes wrong on it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection with a transaction begun, which is committed unless anything is raised.

        A connection that was lost while it lay idle is not noticed before its first statement; that
        raises, and the next transaction has a new one.
        """
        connection, self._connection = self._connection, None
        if connection and has_moved(connection):
            connection.invalidate()
            connection.close()
            connection = None
        connection = connection or self._engine.connect()
        try:
            with connection.begin():
                yield connection
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
