"""Whether a database has the tables this code expects, asked by each process before it serves.

Migrations only add, and what an older version uses is taken away one version later at the
earliest. So older code works with tables one version newer, as it must while an upgrade goes on;
newer code never works with older tables.
"""

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.errors import SchemaNewer, SchemaOutdated

SCRIPTS = Path(__file__).parents[2] / "migrations"
NONE = "0000"


def newest() -> str:
    """Return the revision this code expects: four digits, the highest that `versions/` has.

    Read off the names of the files, since a process that serves need not load what migrates.
    """
    names = (path.name for path in (SCRIPTS / "versions").glob("*.py"))
    return max(found[1] for name in names if (found := re.match(r"(\d{4})_", name)))


def revision(connection: Connection) -> str:
    """Return the revision of a database: four digits, NONE where nothing has been migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return NONE
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found or NONE


def refuse_newer(connection: Connection) -> None:
    """Raise SchemaNewer when the database is newer than this code."""
    found, known = revision(connection), newest()
    if found > known:
        raise SchemaNewer(found, known)


def check(connection: Connection) -> None:
    """Raise SchemaOutdated when the database is older than this code expects."""
    if revision(connection) < newest():
        raise SchemaOutdated("run the migration first")
