"""Which units have a month of the log that nobody has signed, long after it was over.

To review who has read what is a duty of every month (10 § SoPuL); that it is not done is told like
everything else that is not done in time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from app.storage.tables import audit_events, review_months

PATIENCE = timedelta(days=30)
"""How long after a month is over it may be unsigned."""


def overdue(connection: Connection, units: Iterable[str], *, now: datetime) -> tuple[str, ...]:
    """Return the units that have not signed the last month that was over `PATIENCE` ago.

    None, when the log begins later than that. Months are of UTC here: hours make no difference.
    """
    end = (now - PATIENCE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    begins = select(audit_events.c.at).order_by(audit_events.c.id).limit(1)
    first = connection.execute(begins).scalar()
    if first is None or first >= end:
        return ()
    month = f"{end - timedelta(days=1):%Y-%m}"
    mine = (review_months.c.month == month, review_months.c.signed_at.is_not(None))
    signed = set(connection.execute(select(review_months.c.unit).where(*mine)).scalars())
    return tuple(unit for unit in units if unit not in signed)
