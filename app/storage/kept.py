"""A thread's own connection, kept between its transactions.

To take a connection from the pool, to ask whether it is alive and to give it back costs more than
most of what is done with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from app.storage.engines import has_moved


class Kept:
    """One connection, for one thread. It is given back when anything goes wrong on it.

    One that was lost while it lay idle is not noticed before its first statement; that raises, and
    the next time there is a new one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection with a transaction begun: committed unless anything is raised."""
        connection = self._ready()
        try:
            with connection.begin():
                yield connection
        except BaseException:
            self.close()
            raise

    def driver(self) -> Any:  # noqa: ANN401 - the driver's connection
        """Return what the driver has for the connection, on which no transaction is begun."""
        return self._ready().connection.driver_connection

    def let_go(self) -> None:
        """Give the connection back, as one that is not to be trusted."""
        if self._connection is not None:
            self._connection.invalidate()
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ready(self) -> Connection:
        if self._connection is not None and has_moved(self._connection):
            self.let_go()
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection
