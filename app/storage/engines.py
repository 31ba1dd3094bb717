"""How SQLite and PostgreSQL are set up, so that nobody above needs to know which of them it is.

A committed write is on disk (SQLite: WAL with synchronous=FULL). Deleted rows are overwritten. An
engine for reading can not write. Values never stand in an error message (`hide_parameters`).
"""

import os
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import dataclass
from sqlite3 import Error as SQLiteError
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.errors import DatabaseUnavailable

PATIENCE = 5.0
"""Seconds to wait for a lock, or for a connection, before the database counts as unavailable."""

QUARREL = "200ms"
"""How long a PostgreSQL unit may wait for another's row while it holds rows of its own batch."""

BESIDE = 4
"""Connections beside those that reading threads keep: for those who read on their own thread."""

FILE = "file"
"""Where a connection keeps which file it opened."""

READERS, FINDERS, SQLITE_WRITERS, POSTGRESQL_WRITERS = 2, 1, 1, 2


@dataclass(frozen=True, slots=True)
class Engines:
    """One engine that writes and one that can only read."""

    writing: Engine
    reading: Engine
    writers: int

    def dispose(self) -> None:
        self.writing.dispose()
        self.reading.dispose()


def engines(url: str, *, patience: float = PATIENCE) -> Engines:
    """Return the engines for an address. Nothing is connected before it is needed."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database in {None, "", ":memory:"}:
            raise ValueError("an SQLite database must be a file: several processes share it")
        return Engines(
            writing=_sqlite(address, patience=patience, begin="BEGIN IMMEDIATE"),
            reading=_sqlite(address, patience=patience, begin="BEGIN", query_only=True),
            writers=SQLITE_WRITERS,
        )
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
        return Engines(
            writing=_postgresql(address, patience=patience, size=POSTGRESQL_WRITERS),
            reading=_postgresql(address, patience=patience, size=READERS + FINDERS, read_only=True),
            writers=POSTGRESQL_WRITERS,
        )
    raise ValueError("the database is SQLite or PostgreSQL")


def is_quarrel(error: DBAPIError) -> bool:
    """Tell whether the work lost a row to somebody else, and may well succeed a moment later."""
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "55P03"}


def is_passing(error: BaseException | None) -> bool:
    """Tell whether work that was undone is to be done again at once.

    Several waited for each other, or the connection was gone.
    """
    if not isinstance(error, DBAPIError):
        return False
    ring = getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}
    return ring or error.connection_invalidated


def is_unavailable(error: BaseException) -> bool:
    """Tell whether an error is the database's trouble rather than a fault in the statement."""
    if isinstance(error, NoConnectionFree):
        return True
    ours = (IntegrityError, DataError, ProgrammingError)
    return isinstance(error, DBAPIError) and not isinstance(error, ours)


def unavailable(trouble: SQLAlchemyError) -> Exception:
    """Return what is raised for an error of the database: its own fault is told apart from ours."""
    return DatabaseUnavailable("lost while reading") if is_unavailable(trouble) else trouble


def has_moved(connection: Connection) -> bool:
    """Tell whether an SQLite file is no longer the one this connection opened.

    What is committed to a file that was moved away, or replaced, nobody would ever find.
    """
    if FILE not in connection.info:
        return False
    found: object = connection.info[FILE]
    return found != file_at(connection.engine.url.database)


def file_at(path: str | None) -> tuple[int, int] | None:
    """Return what tells the file at a path from any other; None when there is none."""
    try:
        found = os.stat(path or "")  # noqa: PTH116 - asked before every statement: a third of the time
    except OSError:
        return None
    return found.st_dev, found.st_ino


def empty_log(engine: Engine) -> None:
    """Move what SQLite's log holds into its file, and cut the log to nothing.

    Somebody who reads meanwhile keeps it from being cut; then the next one does it.
    """
    if engine.dialect.name == "sqlite":
        with suppress(DBAPIError, SQLiteError), closing(engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite(address: URL, *, patience: float, begin: str, query_only: bool = False) -> Engine:
    engine = create_engine(
        address,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": patience},
        pool_size=READERS + FINDERS,
        max_overflow=BESIDE,
        pool_timeout=patience,
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, record: Any) -> None:  # noqa: ANN401 - the driver's connection
        # The driver must not begin transactions on its own: it would begin them too late.
        raw.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "temp_store=MEMORY",
            "journal_size_limit=8388608",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            raw.execute(f"PRAGMA {pragma}")
        record.info[FILE] = file_at(address.database)

    @event.listens_for(engine, "checkout")
    def look(_raw: Any, record: Any, _proxy: Any) -> None:  # noqa: ANN401 - the driver's connection
        if record.info[FILE] != file_at(address.database):
            raise DisconnectionError("the file has been moved")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(address: URL, *, patience: float, size: int, read_only: bool = False) -> Engine:
    settings = {
        "timezone": "UTC",
        "lock_timeout": f"{patience:.3f}s" if read_only else QUARREL,
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "60s",
        "default_transaction_read_only": "on" if read_only else "off",
    }
    return create_engine(
        address,
        hide_parameters=True,
        connect_args={
            "connect_timeout": max(2, round(patience)),
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            "tcp_user_timeout": 10_000,
        },
        pool_size=size,
        max_overflow=BESIDE if read_only else 0,
        pool_timeout=patience,
        pool_pre_ping=True,
        # To read needs no transaction here: each statement sees what is committed when it begins.
        isolation_level="AUTOCOMMIT" if read_only else "READ COMMITTED",
    )


def in_one_go(connection: Connection) -> AbstractContextManager[object]:
    """Send what is executed within without waiting for each answer, where the engine is a server.

    What goes wrong is raised at the latest when it is left, as an error of the driver's own.
    """
    if connection.dialect.name != "postgresql":
        return nullcontext()
    raw: Any = connection.connection.driver_connection
    pipeline: AbstractContextManager[object] = raw.pipeline()
    return pipeline


def wait_patiently(connection: Connection, *, patience: float) -> None:
    """Let a unit that stands alone in its transaction wait longer for rows that others hold."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience:.3f}s'")
