"""Who is let in to one case, and until when. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make a table."""
    op.create_table(
        "case_admissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name=op.f("fk_case_admissions_submission_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_admissions")),
    )
    op.create_index("ix_case_admissions_submission_id", "case_admissions", ["submission_id"])
    op.create_index("ix_case_admissions_unit", "case_admissions", ["unit", "until"])


def downgrade() -> None:
    """Take away what was added."""
    op.drop_table("case_admissions")
