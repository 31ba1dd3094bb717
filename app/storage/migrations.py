"""Bring a database up to the tables this code expects: all the way, or not at all.

Works from a read-only checkout and from any path: nothing but the database need be writable.
Several processes may do it at the same moment: one does the work and the others find it done.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.errors import DatabaseUnavailable, SchemaOutdated
from app.storage.engines import PATIENCE, engines, is_unavailable

SCRIPTS = Path(__file__).parents[2] / "migrations"
LOCK = 0x736B7964  # any number, as long as everybody who migrates uses the same


def migrate(url: str, *, patience: float = PATIENCE) -> None:
    """Migrate the database at an address to the newest tables, or raise DatabaseUnavailable."""
    parts = engines(url, patience=patience)
    try:
        with parts.writing.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            command.upgrade(config(connection), "head")
    except SQLAlchemyError as trouble:
        if is_unavailable(trouble):
            raise DatabaseUnavailable("could not be migrated") from trouble
        raise
    finally:
        parts.dispose()


def check(connection: Connection) -> None:
    """Raise SchemaOutdated unless the database has exactly the tables this code expects."""
    expected = ScriptDirectory.from_config(config(connection)).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() != expected:
        raise SchemaOutdated("run the migration first")


def config(connection: Connection) -> Config:
    """Return Alembic's settings, with no file of settings and with this connection."""
    # A percent sign in the path would be read as a placeholder.
    options = Config(config_args={"path_separator": "os"})
    options.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    options.attributes["connection"] = connection
    return options
