"""How a report came that staff wrote down, and who did. Only adds; empty for all others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("submissions", sa.Column("channel", sa.String(length=64), nullable=True))
    op.add_column("submissions", sa.Column("entered_by", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("submissions", "entered_by")
    op.drop_column("submissions", "channel")
