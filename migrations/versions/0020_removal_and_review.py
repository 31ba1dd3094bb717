"""Find what somebody has done by an index; say by what method a month of the log was drawn.

The index is made beside the traffic, and so a step of its own; see 0003. It holds no event without
an actor, and so none that handing a report in writes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME, TABLE, COLUMNS = "ix_audit_events_actor", "audit_events", ["actor", "at"]
BY_SOMEBODY = sa.text("actor IS NOT NULL")


def make(*, concurrently: bool) -> None:
    """Make the index; `concurrently` means nothing to SQLite."""
    op.create_index(
        NAME,
        TABLE,
        COLUMNS,
        sqlite_where=BY_SOMEBODY,
        postgresql_where=BY_SOMEBODY,
        postgresql_concurrently=concurrently,
    )


def upgrade() -> None:
    """Add a column, and make the index."""
    method = sa.Column("method", sa.Integer(), nullable=False, server_default="1")
    op.add_column("review_months", method)
    if op.get_bind().dialect.name != "postgresql":
        make(concurrently=False)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        make(concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Take away what was added."""
    op.drop_index(NAME, TABLE)
    op.drop_column("review_months", "method")
