"""Which reports staff have made out of a case, by id. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make a table."""
    op.create_table(
        "report_links",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("whom", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], ["submissions.id"], name=op.f(f"fk_report_links_{name}")
            )
            for name in ("case_id", "report_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "report", "whom", name=op.f("pk_report_links")),
        sa.UniqueConstraint("report_id", name=op.f("uq_report_links_report_id")),
    )


def downgrade() -> None:
    """Take away what was added."""
    op.drop_table("report_links")
