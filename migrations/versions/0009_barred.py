"""Who may not have to do with a case (jäv). Empty where nobody is barred; only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that may be empty."""
    op.add_column("inbox_items", sa.Column("barred", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("inbox_items", "barred")
