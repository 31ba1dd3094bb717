"""Where Alembic meets our tables. The service hands in a connection, a developer DATABASE_URL.

DATABASE_URL=sqlite:///data.db alembic revision --autogenerate -m "what changes"
"""

import os

from alembic import context
from sqlalchemy import Connection

from app.storage.columns import Moment
from app.storage.engines import engines
from app.storage.indexes import metadata


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Write our own type as the column it is, so that a migration never needs our code."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Moment) else False


def run(connection: Connection) -> None:
    """Run what was asked for on this connection, each migration whole or not at all."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        transaction_per_migration=True,
        render_item=render_item,
        on_version_apply=context.config.attributes.get("applied"),
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with engines(os.environ["DATABASE_URL"]).writing.connect() as own:
        run(own)
