"""A chain over the audit trail: a link for each event, signed anchors, and events may go in time.

Only adds, and makes one trigger milder: what has stood five years may be removed. Whoever writes
events meanwhile need not know of it. Events that stand get their links from the relay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT_SECONDS = 1827 * 24 * 60 * 60
YOUNG = {
    "sqlite": f"OLD.at >= (CAST(strftime('%s', 'now') AS INTEGER) - {KEPT_SECONDS}) * 1000000",
    "postgresql": f"OLD.at >= (extract(epoch FROM now()) - {KEPT_SECONDS}) * 1000000",
}
OF_AN_EVENT = "EXISTS (SELECT 1 FROM audit_events WHERE id = OLD.event_id)"


def upgrade() -> None:
    """Make two tables and their triggers, and change the trail's own."""
    dialect = op.get_bind().dialect.name
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_links",
        sa.Column("position", big, autoincrement=False, nullable=False),
        sa.Column("event_id", big, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_links_event_id")),
    )
    op.create_table(
        "audit_anchors",
        sa.Column("position", big, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_anchors")),
    )
    guard("audit_links", OF_AN_EVENT)
    guard("audit_anchors", None)
    if dialect == "sqlite":
        no_delete(YOUNG[dialect])
    else:
        function("audit_events", YOUNG[dialect])


def downgrade() -> None:
    """Take the tables away, and let no event go."""
    for table in ("audit_anchors", "audit_links"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        no_delete(None)
        return
    for table in ("audit_anchors", "audit_links"):
        op.execute(f"DROP FUNCTION {table}_refuse()")
    function("audit_events", None)


def guard(table: str, keep: str | None) -> None:
    """Give a table the triggers that keep it append-only."""
    if op.get_bind().dialect.name == "sqlite":
        for change, when in (("update", ""), ("delete", f"WHEN {keep} " if keep else "")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change} ON {table} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    function(table, keep)
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )


def no_delete(keep: str | None) -> None:
    """Make SQLite's trigger against removing an event anew."""
    op.execute("DROP TRIGGER audit_events_no_delete")
    when = f"WHEN {keep} " if keep else ""
    op.execute(
        f"CREATE TRIGGER audit_events_no_delete BEFORE delete ON audit_events {when}"
        "BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END"
    )


def function(table: str, keep: str | None) -> None:
    """Make the function of a PostgreSQL trigger, or make it anew."""
    lets_go = f"IF TG_OP = 'DELETE' AND NOT ({keep}) THEN RETURN OLD; END IF; " if keep else ""
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {lets_go}RAISE EXCEPTION '{table} is append-only'; END $$"
    )
