"""Find the case whose clock is next, and those that no process has met, without reading them all.

Made beside the traffic, and so a step of its own; see 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
NOT_BEGUN = sa.text("process_version IS NULL")
NAMES = ("ix_inbox_items_due", "ix_inbox_items_not_begun")


def indexes(*, concurrently: bool) -> None:
    """Make the indexes; `concurrently` means nothing to SQLite."""
    op.create_index(
        "ix_inbox_items_due",
        "inbox_items",
        ["unit", "next_due", "submission_id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
        postgresql_concurrently=concurrently,
    )
    op.create_index(
        "ix_inbox_items_not_begun",
        "inbox_items",
        ["received_at"],
        sqlite_where=NOT_BEGUN,
        postgresql_where=NOT_BEGUN,
        postgresql_concurrently=concurrently,
    )


def upgrade() -> None:
    """Make the indexes."""
    if op.get_bind().dialect.name != "postgresql":
        indexes(concurrently=False)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        for name in NAMES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        indexes(concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Drop the indexes."""
    for name in NAMES:
        op.drop_index(name, "inbox_items")
