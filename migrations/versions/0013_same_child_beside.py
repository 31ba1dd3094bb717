"""Find the reports that have not been read for likeness, without reading them all.

Made beside the traffic, and so a step of its own; see 0003.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAME = "ix_inbox_items_indexed"
COLUMNS = ["unit", "indexed_as"]


def upgrade() -> None:
    """Make the index; an attempt that was interrupted left one that can not be used."""
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(NAME, "inbox_items", COLUMNS)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.create_index(NAME, "inbox_items", COLUMNS, postgresql_concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Drop the index."""
    op.drop_index(NAME, "inbox_items")
