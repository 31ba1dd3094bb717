"""Whom a case can be assigned to: those who are known at the unit already, and nobody else kept.

They are who has been signed in there with a role that lets them work, for as long as a session's
row stands (it goes the night after), and who has an open case there. Nothing is stored for it.
"""

from sqlalchemy import Connection, bindparam, func, literal_column, select

from app.casework import rights
from app.casework.access import grants_of
from app.casework.rights import Act
from app.storage.tables import OPEN, inbox_items, staff_sessions

MOST = 100
"""Names: more than that nobody looks through, and any name can be written."""

OWNER = inbox_items.c.owner
THEIRS = (inbox_items.c.unit == bindparam("unit"), OPEN)
FIRST = select(func.min(OWNER).label("name")).where(*THEIRS).cte("owners", recursive=True)
OWNERS = FIRST.union_all(
    # From one name to the next in the index, without reading the cases between them.
    select(select(func.min(OWNER)).where(*THEIRS, FIRST.c.name < OWNER).scalar_subquery()).where(
        FIRST.c.name.is_not(None)
    )
)
HAVE_A_CASE = select(OWNERS.c.name).limit(literal_column(str(MOST)))


def of_unit(connection: Connection, *, unit: str) -> tuple[str, ...]:
    """Return the names of those who are known to work at a unit, in the order of their letters."""
    rows = connection.execute(select(staff_sessions).where(staff_sessions.c.grants.is_not(None)))
    signed_in = {
        row.name for row in rows if grants_of(row).get(unit, frozenset()) & rights.MAY[Act.WORK]
    }
    have = connection.execute(HAVE_A_CASE, {"unit": unit}).scalars()
    return tuple(sorted({*signed_in, *filter(None, have)})[:MOST])
