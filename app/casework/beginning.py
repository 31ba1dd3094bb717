"""Cases that an older program has put in a queue: begun as they would be today, and put in place.

There the relay finds them, a few seconds after it has been started as a newer one. With nothing to
find, each look reads an index with nothing in it.
"""

from typing import Any

from sqlalchemy import Connection, Row, Select, case, select, update

from app.casework.running import Rules, begun, nearest
from app.runner.process import NEW, TAKEN
from app.storage.conflict import insert_all_new
from app.storage.tables import NOT_BEGUN, UNPLACED, case_clocks, inbox_items, submissions

AT_ONCE = 200
LYING = (
    select(inbox_items.c.submission_id, submissions.c.received_at)
    .join(submissions, submissions.c.id == inbox_items.c.submission_id)
    .where(UNPLACED)
)


def begin_all(connection: Connection, rules: Rules, *, most: int = AT_ONCE) -> int:
    """Begin cases that came in under a program without processes; return how many they were."""
    waiting: Select[Any] = (
        select(
            inbox_items.c.submission_id,
            inbox_items.c.taken_at,
            submissions.c.form_id,
            submissions.c.received_at,
        )
        .join(submissions, submissions.c.id == inbox_items.c.submission_id)
        .where(NOT_BEGUN)
        .limit(most)
    )
    rows = connection.execute(waiting).all()
    for row in rows:
        begin(connection, rules, row)
    return len(rows)


def begin(connection: Connection, rules: Rules, row: Row[Any]) -> None:
    """Begin the case of an item that no process has met, unless somebody else has just done so."""
    values, started = begun(
        rules,
        submission_id=row.submission_id,
        form_id=row.form_id,
        received_at=row.received_at,
        taken=row.taken_at is not None,
    )
    if started:
        insert_all_new(connection, case_clocks, started)
    values["state"] = case((inbox_items.c.taken_at.is_(None), NEW), else_=TAKEN)
    mine = inbox_items.c.submission_id == row.submission_id
    connection.execute(update(inbox_items).where(mine, NOT_BEGUN).values(**values))


def place_all(connection: Connection, rules: Rules, *, most: int = AT_ONCE) -> int:
    """Put cases that nobody has, and no clock stands for, where they are seen; return how many.

    Only a program that let such cases lie has left any, and they have no clocks at all.
    """
    rows = connection.execute(LYING.limit(most)).all()
    for row in rows:
        mine = inbox_items.c.submission_id == row.submission_id
        here = nearest((), rules, row.received_at)
        connection.execute(update(inbox_items).where(mine, UNPLACED).values(**here))
    return len(rows)
