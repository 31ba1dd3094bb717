"""Remove what is kept of what reports say: of those too old, or all where nothing is compared.

It is done every hour. So that an hour's work is an hour's reports, however many there are, how far
it has come is remembered; what is in no index is not looked for.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, update

from app.casework.indexing import Index
from app.records import pulse
from app.storage.columns import EPOCH, MICROSECOND
from app.storage.tables import inbox_items, person_tokens

TIDIED = "tokens_tidied"
ITEM = inbox_items.c
AGAIN = timedelta(days=1)
"""So much is looked at twice: somebody may have been reading a report while it became too old."""
NEXT_UNIT = select(func.min(ITEM.unit)).where(ITEM.unit > bindparam("after"))
BETWEEN = select(ITEM.submission_id).where(
    ITEM.unit == bindparam("unit"),
    ITEM.received_at >= bindparam("since"),
    ITEM.received_at < bindparam("until"),
)
TOO_OLD = delete(person_tokens).where(person_tokens.c.submission_id.in_(BETWEEN))
# Not that it is something: for that no engine looks in an index.
READ_ONCE = (ITEM.unit == bindparam("of"), ITEM.indexed_as > "")
UNREAD = update(inbox_items).where(*READ_ONCE).values(indexed_as=None)


def tidy(connection: Connection, index: Index, *, now: datetime) -> int:
    """Remove what is kept of reports that have become too old; everything, where it is off.

    Return how many tokens went.
    """
    if not index.match.on:
        again(connection)
        return connection.execute(delete(person_tokens)).rowcount
    until = index.since(now)
    between = {"since": tidied(connection) - AGAIN, "until": until}
    gone = sum(
        connection.execute(TOO_OLD, {"unit": unit, **between}).rowcount
        for unit in units(connection)
    )
    # Also when it is earlier than the last time: more months are compared now.
    counts = {"until": (until - EPOCH) // MICROSECOND}
    pulse.beat(connection, TIDIED, now=now, counts=counts)
    return gone


def tidied(connection: Connection) -> datetime:
    """Return the moment before which all that came in was looked at the last time."""
    last = pulse.pulse(connection, TIDIED)
    return EPOCH + (last.counts["until"] if last else 0) * MICROSECOND


def again(connection: Connection) -> None:
    """Let every report be read again."""
    for unit in units(connection):
        connection.execute(UNREAD, {"of": unit})


def units(connection: Connection) -> Iterator[str]:
    """Yield every unit that has a case, known or not, without looking at its cases."""
    unit = ""
    while unit := connection.execute(NEXT_UNIT, {"after": unit}).scalar_one() or "":
        yield unit
