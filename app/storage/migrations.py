"""Bring a database up to the tables this code expects, while others go on using it.

Each migration is done whole or not at all; on SQLite, all of them are. One that can not have a
lock at once gives up and tries again a little later, because everybody else waits behind whoever
waits for a table. What has no place in a transaction (an index made beside the traffic) is a
migration of its own.

Works from a read-only checkout and from any path: nothing but the database need be writable.
Several processes may do it at the same moment: one does the work and the others find it done.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationInfo
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.errors import DatabaseUnavailable, MigrationBlocked
from app.storage import roles
from app.storage.engines import PATIENCE, engines, is_quarrel, is_unavailable
from app.storage.schema import SCRIPTS, check, newest, refuse_newer, revision

__all__ = ["check", "config", "migrate"]

LOCK = 0x736B7964  # any number, as long as everybody who migrates uses the same
TRY_FOR = 60.0
LONGEST_PAUSE = 2.0
SQLITE_BUSY = 5


Tell = Callable[[int, int], None]
"""Told how many migrations are done, and of how many."""


def migrate(
    url: str, *, patience: float = PATIENCE, try_for: float = TRY_FOR, tell: Tell | None = None
) -> None:
    """Migrate the database at an address to the newest tables, and tell after each migration.

    SchemaNewer when the database is newer than this code; it is left as it is. MigrationBlocked
    when somebody else held a table for `try_for` seconds; DatabaseUnavailable when the database can
    not be used.
    """
    parts = engines(url, patience=patience)
    try:
        with _nobody_else(parts.writing):
            _insist(parts.writing, try_for=try_for, tell=tell)
    except SQLAlchemyError as trouble:
        if is_unavailable(trouble):
            raise DatabaseUnavailable("could not be migrated") from trouble
        raise
    finally:
        parts.dispose()


def _insist(engine: Engine, *, try_for: float, tell: Tell | None) -> None:
    limit, pause = time.monotonic() + try_for, 0.05
    while True:
        try:
            _upgrade(engine, tell)
        except DBAPIError as trouble:
            if not _is_blocked(trouble):
                raise
            if time.monotonic() > limit:
                raise MigrationBlocked("somebody else holds a table") from trouble
        else:
            return
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - it only spreads the attempts
        pause = min(pause * 2, LONGEST_PAUSE)


def _upgrade(engine: Engine, tell: Tell | None) -> None:
    if engine.dialect.name != "postgresql":
        with engine.begin() as connection:  # SQLite lets one write at a time: all of it at once
            _to_newest(connection, _first(connection), tell)
        return
    # A lock is waited for no longer than engines.QUARREL, which every connection of ours begins
    # with; a large table may take its time once we have it.
    with engine.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        first = _first(connection)
        connection.commit()
        _to_newest(connection, first, tell)
        with connection.begin():
            # To what a migration has added, the roles of the parts have no rights yet.
            roles.renew(connection)


def _first(connection: Connection) -> int:
    refuse_newer(connection)
    return int(revision(connection))


def _to_newest(connection: Connection, first: int, tell: Tell | None) -> None:
    last = int(newest())
    if first == last:
        return

    def applied(*, step: MigrationInfo, **_: object) -> None:
        if tell:
            tell(int(step.up_revision_id or 0) - first, last - first)

    settings = config(connection)
    settings.attributes["applied"] = applied
    command.upgrade(settings, "head")


@contextmanager
def _nobody_else(engine: Engine) -> Iterator[None]:
    """Let one at a time migrate a PostgreSQL database. SQLite sees to that by itself."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Asked again and again: whoever waits inside a statement is itself waited for by an index
        # that is made concurrently, and so by the one it waits for.
        while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LOCK})").scalar():
            time.sleep(0.1)
        yield
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")


def _is_blocked(trouble: DBAPIError) -> bool:
    code = getattr(trouble.orig, "sqlite_errorcode", None)
    return is_quarrel(trouble) or (code is not None and code & 0xFF == SQLITE_BUSY)


def config(connection: Connection) -> Config:
    """Return Alembic's settings, with no file of settings and with this connection."""
    # A percent sign in the path would be read as a placeholder.
    options = Config(config_args={"path_separator": "os"})
    options.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    options.attributes["connection"] = connection
    return options
