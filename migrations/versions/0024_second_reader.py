"""Whether somebody who is signed in needs a second reader to decide. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; who is signed in has it read anew within fifteen minutes."""
    never = sa.Column("second_reader", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("staff_sessions", never)


def downgrade() -> None:
    """Take away what was added."""
    op.drop_column("staff_sessions", "second_reader")
