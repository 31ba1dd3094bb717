"""Remember what the law asks of an akt that is kept here before it may be removed. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make a table."""
    op.create_table(
        "akt_facts",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("thirty_in", sa.Integer()),
        sa.Column("kept", sa.String(length=16)),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_akt_facts_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_akt_facts")),
    )


def downgrade() -> None:
    """Take away what was added."""
    op.drop_table("akt_facts")
