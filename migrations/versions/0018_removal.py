"""What two persons have said shall be removed, and what is left of what has been. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER tombstones_no_{change} BEFORE {change} ON tombstones "
        "BEGIN SELECT RAISE(ABORT, 'tombstones is append-only'); END"
        for change in ("update", "delete")
    ),
    "postgresql": (
        (
            "CREATE FUNCTION tombstones_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'tombstones is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER tombstones_no_change BEFORE UPDATE OR DELETE ON tombstones "
            "FOR EACH ROW EXECUTE FUNCTION tombstones_refuse()"
        ),
    ),
}


def upgrade() -> None:
    """Make two tables, of which the second can only be added to."""
    op.create_table(
        "removals",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=64)),
        sa.Column("proposed_subject", sa.String(length=64)),
        sa.Column("proposed_at", sa.BigInteger()),
        sa.Column("approved_by", sa.String(length=64)),
        sa.Column("approved_at", sa.BigInteger()),
        sa.Column("held_by", sa.String(length=64)),
        sa.Column("held_at", sa.BigInteger()),
        sa.Column("held_until", sa.Date()),
        sa.CheckConstraint(
            "approved_by IS NULL OR (proposed_by IS NOT NULL AND approved_by <> proposed_by)",
            name="two",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_removals_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_removals")),
    )
    op.create_table(
        "tombstones",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("received_in", sa.String(length=7), nullable=False),
        sa.Column("removed_in", sa.String(length=7), nullable=False),
        sa.Column("outcome", sa.String(length=64)),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_tombstones")),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take away what was added."""
    op.drop_table("tombstones")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION tombstones_refuse()")
    op.drop_table("removals")
