"""Remember who has been told of a clock, and find those that run without reading all that ever did.

Made beside the traffic, as 0003; what was done of it before it was interrupted is done again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RUNS = sa.text("stopped_at IS NULL")


def index(*, concurrently: bool) -> None:
    """Make the index; `concurrently` means nothing to SQLite."""
    op.create_index(
        "ix_case_clocks_runs",
        "case_clocks",
        ["due_at"],
        sqlite_where=RUNS,
        postgresql_where=RUNS,
        postgresql_concurrently=concurrently,
    )


def upgrade() -> None:
    """Add a column and an index."""
    if op.get_bind().dialect.name != "postgresql":
        added = sa.Column("told", sa.Integer(), nullable=False, server_default="0")
        op.add_column("case_clocks", added)
        index(concurrently=False)
        return
    op.execute("ALTER TABLE case_clocks ADD COLUMN IF NOT EXISTS told INTEGER DEFAULT 0 NOT NULL")
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_case_clocks_runs")
        index(concurrently=True)
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_case_clocks_runs", "case_clocks")
    op.drop_column("case_clocks", "told")
