"""More destinations than the inbox: content for each, work for people, releases, pulses, tokens.

Only adds: what was written by the version before stays right, and it can go on writing meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED = {
    "submissions": [("destinations", sa.String(length=400))],
    "deliveries": [
        ("content", sa.LargeBinary()),
        ("lease", sa.String(length=64)),
        ("attention_at", sa.BigInteger()),
        ("owner", sa.String(length=64)),
        ("released_at", sa.BigInteger()),
        ("released_by", sa.String(length=64)),
        ("released_reason", sa.String(length=200)),
    ],
}


def upgrade() -> None:
    """Add columns that may be empty, and two tables."""
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "pulses",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.String(length=400), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pulses")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_api_tokens")),
    )


def downgrade() -> None:
    """Take away what was added."""
    op.drop_table("api_tokens")
    op.drop_table("pulses")
    for table, columns in ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
