"""What is counted for statistics, and which reports have been. Only adds.

The index is made beside the traffic (see 0003), which ends the transaction: what stands before it
may be there already, when an attempt was interrupted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NAME = "ix_inbox_items_uncounted"
UNCOUNTED = sa.text("counted_at IS NULL")
BESIDE = {"sqlite_where": UNCOUNTED, "postgresql_where": UNCOUNTED}


def upgrade() -> None:
    """Make a table, add a column that may be empty, and find where it is."""
    op.create_table(
        "tallies",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month", "unit", "form_id", "dimension", "value", name=op.f("pk_tallies")
        ),
        if_not_exists=True,
    )
    counted = sa.Column("counted_at", sa.BigInteger(), nullable=True)
    if op.get_bind().dialect.name != "postgresql":
        op.add_column("inbox_items", counted)
        op.create_index(NAME, "inbox_items", ["unit", "arrived_at"], **BESIDE)
        return
    op.add_column("inbox_items", counted, if_not_exists=True)
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.create_index(
            NAME, "inbox_items", ["unit", "arrived_at"], postgresql_concurrently=True, **BESIDE
        )
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Take away what was added."""
    op.drop_index(NAME, "inbox_items")
    op.drop_column("inbox_items", "counted_at")
    op.drop_table("tallies")
