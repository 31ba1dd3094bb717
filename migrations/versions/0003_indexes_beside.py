"""Find what is still open, and what is new in a queue, without reading all there ever was.

The tables may be large and in use. PostgreSQL makes the indexes beside the traffic, outside any
transaction; so they are a step of their own, which can be taken again from the beginning: what an
interrupted attempt left behind can not be used and is dropped first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NOT_ENDED = sa.text("confirmed_at IS NULL AND released_at IS NULL")
NEEDS_PERSON = sa.text(f"{NOT_ENDED} AND attention_at IS NOT NULL")
NAMES = ("ix_deliveries_attention", "ix_deliveries_open", "ix_inbox_items_status")


def indexes(*, concurrently: bool) -> None:
    """Make the indexes; `concurrently` means nothing to SQLite."""
    op.create_index(
        "ix_deliveries_attention",
        "deliveries",
        ["attention_at"],
        sqlite_where=NEEDS_PERSON,
        postgresql_where=NEEDS_PERSON,
        postgresql_concurrently=concurrently,
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["queued_at"],
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
        postgresql_concurrently=concurrently,
    )
    op.create_index(
        "ix_inbox_items_status",
        "inbox_items",
        ["unit", "status", "received_at", "submission_id"],
        postgresql_concurrently=concurrently,
    )


def upgrade() -> None:
    """Make the indexes."""
    if op.get_bind().dialect.name != "postgresql":
        indexes(concurrently=False)
        return
    with op.get_context().autocommit_block():
        # It waits for everybody who was at work when it began, but nobody waits for it.
        op.execute("SET lock_timeout = '10min'")
        for name in NAMES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        indexes(concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Drop the indexes."""
    op.drop_index("ix_inbox_items_status", "inbox_items")
    op.drop_index("ix_deliveries_open", "deliveries")
    op.drop_index("ix_deliveries_attention", "deliveries")
