"""Cases: how far the work with a report has come, its clocks, and what staff have written of it.

Only adds. Who has taken a report in hand, and when, stands where it stood; in which state it is, is
said when the program that knows the processes meets it. The version before goes on beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEVER = "253402300799000000"
MAY_BE_EMPTY = {
    "process_version": sa.Integer(),
    "state": sa.String(length=64),
    "opened_at": sa.BigInteger(),
    "decided_at": sa.BigInteger(),
    "outcome": sa.String(length=64),
    "closed_at": sa.BigInteger(),
    "next_clock": sa.String(length=64),
}
NEVER_EMPTY = {"version": (sa.Integer(), "0"), "next_due": (sa.BigInteger(), NEVER)}
STILL_THERE = "SELECT 1 FROM inbox_items WHERE submission_id = OLD.submission_id"
REFUSAL = "RAISE(ABORT, 'case_entries is append-only')"
APPEND_ONLY = {
    "sqlite": [
        (
            "CREATE TRIGGER case_entries_no_update BEFORE update ON case_entries "
            f"BEGIN SELECT {REFUSAL}; END"
        ),
        (
            "CREATE TRIGGER case_entries_no_delete BEFORE delete ON case_entries "
            f"WHEN EXISTS ({STILL_THERE}) BEGIN SELECT {REFUSAL}; END"
        ),
    ],
    "postgresql": [
        (
            "CREATE FUNCTION case_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF TG_OP = 'DELETE' AND NOT EXISTS ({STILL_THERE}) THEN RETURN OLD; "
            "END IF; RAISE EXCEPTION 'case_entries is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER case_entries_no_change BEFORE UPDATE OR DELETE ON case_entries "
            "FOR EACH ROW EXECUTE FUNCTION case_entries_refuse()"
        ),
    ],
}


def upgrade() -> None:
    """Add columns, two tables, and the triggers that keep what is written as it is."""
    for name, kind in MAY_BE_EMPTY.items():
        op.add_column("inbox_items", sa.Column(name, kind, nullable=True))
    for name, (kind, at_first) in NEVER_EMPTY.items():
        added = sa.Column(name, kind, nullable=False, server_default=at_first)
        op.add_column("inbox_items", added)
    op.create_table(
        "case_clocks",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lawful_latest", sa.Date(), nullable=False),
        sa.Column("extended_to", sa.Date(), nullable=True),
        sa.Column("extended_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_case_clocks_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", "clock", "round", name=op.f("pk_case_clocks")),
    )
    op.create_table(
        "case_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("key_id", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_case_entries_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entries")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_case_entries_submission_id")),
    )
    connection = op.get_bind()
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take away what was added."""
    op.drop_table("case_entries")
    op.drop_table("case_clocks")
    for name in [*MAY_BE_EMPTY, *NEVER_EMPTY]:
        op.drop_column("inbox_items", name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION case_entries_refuse()")
