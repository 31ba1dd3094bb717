"""Find what nobody has taken and no clock stands for, where an older program left it out of sight.

The relay puts such cases in their place as it looks, and then the index is empty. Made beside the
traffic, and so a step of its own; see 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAME = "ix_inbox_items_unplaced"
UNPLACED = sa.text(
    "closed_at IS NULL AND acknowledged_at IS NULL AND next_due = 253402300799000000"
)


def make(*, concurrently: bool) -> None:
    """Make the index; `concurrently` means nothing to SQLite."""
    op.create_index(
        NAME,
        "inbox_items",
        ["received_at"],
        sqlite_where=UNPLACED,
        postgresql_where=UNPLACED,
        postgresql_concurrently=concurrently,
    )


def upgrade() -> None:
    """Make the index."""
    if op.get_bind().dialect.name != "postgresql":
        make(concurrently=False)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        make(concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Drop it."""
    op.drop_index(NAME, "inbox_items")
