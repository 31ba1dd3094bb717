"""What reports can be compared by, and what staff have said of two of them.

Only adds. A report that comes in under the version before is read when this one runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables, and a column that says how a report has been read."""
    op.add_column("inbox_items", sa.Column("indexed_as", sa.String(length=64)))
    op.create_table(
        "person_tokens",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_person_tokens_submission_id")
        ),
        sa.PrimaryKeyConstraint(
            "submission_id", "person", "kind", "token", name=op.f("pk_person_tokens")
        ),
    )
    op.create_index(
        "ix_person_tokens_alike", "person_tokens", ["unit", "kind", "token", "submission_id"]
    )
    op.create_table(
        "case_links",
        sa.Column("first", sa.Uuid(), nullable=False),
        sa.Column("second", sa.Uuid(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("strength", sa.Integer()),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], ["submissions.id"], name=op.f(f"fk_case_links_{name}"))
            for name in ("first", "second")
        ),
        sa.PrimaryKeyConstraint("first", "second", name=op.f("pk_case_links")),
    )
    op.create_index("ix_case_links_second", "case_links", ["second"])


def downgrade() -> None:
    """Take away what was added."""
    op.drop_table("case_links")
    op.drop_table("person_tokens")
    op.drop_column("inbox_items", "indexed_as")
