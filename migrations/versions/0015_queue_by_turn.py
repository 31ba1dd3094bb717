"""Find the cases of a tab in its new order, and those that nobody has opened by when they came.

Made beside the traffic, and so a step of its own; see 0003. The indexes of the old order go last:
an older program that still runs finds the same cases, only slower.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
UNOPENED = sa.text("opened_at IS NULL AND closed_at IS NULL")
AFTER = ["next_due", "turn", "received_at", "submission_id"]
BEFORE = ["next_due", "received_at", "submission_id"]
MADE = {
    "ix_inbox_items_turn": (["unit", *AFTER], OPEN),
    "ix_inbox_items_my_turn": (["unit", "acknowledged_by", *AFTER], OPEN),
    "ix_inbox_items_unopened": (["unit", "arrived_at"], UNOPENED),
}
GONE = {
    "ix_inbox_items_due": (["unit", *BEFORE], OPEN),
    "ix_inbox_items_mine": (["unit", "acknowledged_by", *BEFORE], OPEN),
}


def make(indexes: dict, *, concurrently: bool) -> None:
    """Make indexes; `concurrently` means nothing to SQLite."""
    for name, (columns, of_which) in indexes.items():
        op.create_index(
            name,
            "inbox_items",
            columns,
            sqlite_where=of_which,
            postgresql_where=of_which,
            postgresql_concurrently=concurrently,
        )


def upgrade() -> None:
    """Make the indexes of the new order, and drop those of the old."""
    if op.get_bind().dialect.name != "postgresql":
        make(MADE, concurrently=False)
        for name in GONE:
            op.drop_index(name, "inbox_items")
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        for name in MADE:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        make(MADE, concurrently=True)
        for name in GONE:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Order by the old one again."""
    make(GONE, concurrently=False)
    for name in MADE:
        op.drop_index(name, "inbox_items")
