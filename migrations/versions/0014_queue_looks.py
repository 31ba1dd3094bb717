"""Urgent first among those due the same day, and since when a case is new to somebody.

Only adds. An older program that runs meanwhile leaves `turn` as for what is not urgent: such a
report stands among the others of its day, marked as urgent as ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column, say it of what is open, and make a table."""
    op.add_column(
        "inbox_items", sa.Column("turn", sa.Integer(), server_default="1", nullable=False)
    )
    op.execute(
        "UPDATE inbox_items SET turn = 0 WHERE closed_at IS NULL"
        " AND submission_id IN (SELECT id FROM submissions WHERE urgent)"
    )
    op.create_table(
        "queue_looks",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("watch", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "unit", name=op.f("pk_queue_looks")),
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("queue_looks")
    op.drop_column("inbox_items", "turn")
