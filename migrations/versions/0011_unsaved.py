"""What staff had written when their session ran out. A table of its own; only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "unsaved",
        sa.Column("id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_unsaved_expires_at"), "unsaved", ["expires_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index(op.f("ix_unsaved_expires_at"), "unsaved")
    op.drop_table("unsaved")
