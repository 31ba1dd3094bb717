"""Roles: what a link gives, and what whoever is signed in has at each of their units.

Only adds: a link or a session that the version before makes meanwhile has no roles of its own. Such
a link gives the usual ones; whoever has such a session signs in once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def added() -> list[tuple[str, sa.Column[object]]]:
    """Return the new columns, each with its table."""
    unqualified = {"nullable": False, "server_default": sa.false()}
    return [
        ("sign_in_links", sa.Column("roles", sa.String(length=200))),
        ("sign_in_links", sa.Column("qualified", sa.Boolean(), **unqualified)),
        ("staff_sessions", sa.Column("grants", sa.Text())),
        ("staff_sessions", sa.Column("qualified", sa.Boolean(), **unqualified)),
        ("staff_sessions", sa.Column("subject", sa.String(length=64))),
    ]


def upgrade() -> None:
    """Add the columns. The index is made at once: there are only as many rows as people at work."""
    for table, column in added():
        op.add_column(table, column)
    op.create_index(op.f("ix_staff_sessions_subject"), "staff_sessions", ["subject"])


def downgrade() -> None:
    """Take away what was added."""
    op.drop_index(op.f("ix_staff_sessions_subject"), "staff_sessions")
    for table, column in reversed(added()):
        op.drop_column(table, column.name)
