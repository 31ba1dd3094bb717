"""Find the cases of any tab of the queue, in its order, without reading all there ever was.

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
CLOSED = sa.text("closed_at IS NOT NULL")
PLACE = ["next_due", "received_at", "submission_id"]
INDEXES = {
    "ix_inbox_items_due": (["unit", *PLACE], OPEN),
    "ix_inbox_items_mine": (["unit", "acknowledged_by", *PLACE], OPEN),
    "ix_inbox_items_closed": (["unit", "closed_at", "submission_id"], CLOSED),
    "ix_inbox_items_not_begun": (["received_at"], NOT_BEGUN),
}


def indexes(*, concurrently: bool) -> None:
    """Make the indexes; `concurrently` means nothing to SQLite."""
    for name, (columns, of_which) in INDEXES.items():
        op.create_index(
            name,
            "inbox_items",
            columns,
            sqlite_where=of_which,
            postgresql_where=of_which,
            postgresql_concurrently=concurrently,
        )


def upgrade() -> None:
    """Make the indexes."""
    if op.get_bind().dialect.name != "postgresql":
        indexes(concurrently=False)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        indexes(concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Drop the indexes."""
    for name in INDEXES:
        op.drop_index(name, "inbox_items")
