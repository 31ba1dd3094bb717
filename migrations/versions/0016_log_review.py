"""What a month's review of the log is of, and what reviewers say. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT_SECONDS = 1827 * 24 * 60 * 60
YOUNG = {
    "sqlite": f"OLD.at >= (CAST(strftime('%s', 'now') AS INTEGER) - {KEPT_SECONDS}) * 1000000",
    "postgresql": f"OLD.at >= (extract(epoch FROM now()) - {KEPT_SECONDS}) * 1000000",
}


def upgrade() -> None:
    """Make three tables, two of which can be added to and nothing else."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "review_months",
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("position", big, nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.BigInteger()),
        sa.Column("signed_by", sa.String(length=64)),
        sa.PrimaryKeyConstraint("unit", "month", name=op.f("pk_review_months")),
    )
    op.create_table(
        "review_readings",
        sa.Column("event_id", big, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("submission_id", sa.Uuid()),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_review_readings")),
    )
    op.create_index("ix_review_readings_month", "review_readings", ["unit", "month", "event_id"])
    op.create_table(
        "review_marks",
        sa.Column("event_id", big, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.String(length=64)),
        sa.Column("sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("event_id", "number", name=op.f("pk_review_marks")),
    )
    for table in ("review_readings", "review_marks"):
        guard(table)


def guard(table: str) -> None:
    """Give a table the triggers that keep what is younger than five years as it is."""
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        for change, when in (("update", ""), ("delete", f"WHEN {YOUNG[dialect]} ")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change} ON {table} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' AND NOT ({YOUNG[dialect]}) THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )


def downgrade() -> None:
    """Take away what was added."""
    for table in ("review_marks", "review_readings", "review_months"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ("review_marks", "review_readings"):
            op.execute(f"DROP FUNCTION {table}_refuse()")
