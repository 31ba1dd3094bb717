"""The deliveries of a batch, found by their ids: in one statement, and quickly on either engine.

`mine` is a list of the reports' ids, `place` the destination.
"""

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, func

from app.storage.tables import NOT_ENDED, deliveries

BATCH = {
    # One value, however many they are: each by itself would be written out in the statement. And
    # the destination joined to nothing, or PostgreSQL, while it has not counted what a sudden
    # backlog is, would read all that waits for the destination, and look for them there.
    "postgresql": and_(
        deliveries.c.submission_id == any_(bindparam("mine", type_=ARRAY(Uuid))),
        deliveries.c.destination.concat("") == bindparam("place"),
    ),
    "sqlite": and_(
        deliveries.c.submission_id.in_(bindparam("mine", expanding=True)),
        deliveries.c.destination == bindparam("place"),
    ),
}
"""By engine."""

BATCH_NOT_ENDED = {
    # Said in another way than the index of all that has not ended says it, for the same reason.
    "postgresql": and_(
        BATCH["postgresql"],
        func.coalesce(deliveries.c.confirmed_at, deliveries.c.released_at).is_(None),
    ),
    "sqlite": and_(BATCH["sqlite"], NOT_ENDED),
}
