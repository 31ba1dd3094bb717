"""The municipality's own sign-in: whose session is whose there, when it last said which roles.

And why somebody was let in past it. Only adds, as the one before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def added() -> list[tuple[str, sa.Column[object]]]:
    """Return the new columns, each with its table."""
    never = {"nullable": False, "server_default": sa.false()}
    return [
        ("staff_sessions", sa.Column("read_at", sa.BigInteger())),
        ("staff_sessions", sa.Column("provider_session", sa.String(length=64))),
        ("staff_sessions", sa.Column("emergency", sa.Boolean(), **never)),
        ("sign_in_links", sa.Column("reason", sa.String(length=200))),
        ("sign_in_links", sa.Column("made_by", sa.String(length=64))),
    ]


def upgrade() -> None:
    """Add the columns. The index is made at once: there are only as many rows as people at work."""
    for table, column in added():
        op.add_column(table, column)
    name = op.f("ix_staff_sessions_provider_session")
    op.create_index(name, "staff_sessions", ["provider_session"])


def downgrade() -> None:
    """Take away what was added."""
    op.drop_index(op.f("ix_staff_sessions_provider_session"), "staff_sessions")
    for table, column in reversed(added()):
        op.drop_column(table, column.name)
