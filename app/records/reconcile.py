"""Counts that nothing is lost: what was received is confirmed, open or released, at each place.

Where a report shall go is written beside the report as well as in its deliveries, and that it came
in stands in the audit trail. So what has vanished from one of them is missed in another. So it is
with cases: each counts what has been done with it, and knows which clock is next.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, exists, func, literal_column, or_, select

from app.records import audit, pulse
from app.storage.tables import (
    audit_events,
    case_clocks,
    case_entries,
    deliveries,
    inbox_items,
    submissions,
)

BEFORE_THERE_WAS_MORE = "inbox"


@dataclass(frozen=True, slots=True)
class Sum:
    """One destination's reports. `astray` are confirmed there, but the inbox has no such item."""

    destination: str
    received: int
    confirmed: int
    open: int
    released: int
    astray: int = 0

    @property
    def adds_up(self) -> bool:
        return self.received == self.confirmed + self.open + self.released and not self.astray


@dataclass(frozen=True, slots=True)
class Sums:
    """All destinations, and what has vanished from all of them.

    `vanished`: reports received, by the trail, that are neither here nor erased in good order;
    less than none when reports are here that nobody received. `amiss`: cases of which not every
    entry is here, or that say another thing of their clocks than the clocks do.
    """

    destinations: tuple[Sum, ...]
    vanished: int
    amiss: int = 0

    @property
    def adds_up(self) -> bool:
        lost = self.vanished or self.amiss
        return not lost and all(each.adds_up for each in self.destinations)


def reconcile(
    connection: Connection,
    *,
    inboxes: Collection[str] = ("inbox",),
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Sums:
    """Count everything as it was at one moment. `inboxes` are the destinations in our own house.

    `tell` is told how many questions have been answered, and of how many. The connection must
    be fresh: what it has already read may be of another moment.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    questions = len(inboxes) + 4
    received = expected(connection)
    tell(1, questions)
    found = {row.destination: row for row in connection.execute(STATES)}
    tell(2, questions)
    lost = {}
    for number, name in enumerate(inboxes, 3):
        lost[name] = astray(connection, name)
        tell(number, questions)
    sums = tuple(
        Sum(
            destination=name,
            received=received[name],
            confirmed=found[name].confirmed if name in found else 0,
            open=found[name].open if name in found else 0,
            released=found[name].released if name in found else 0,
            astray=lost.get(name, 0),
        )
        for name in sorted(received.keys() | found.keys())
    )
    gone = vanished(connection)
    tell(questions - 1, questions)
    return Sums(sums, gone, amiss(connection))


def remember(connection: Connection, sums: Sums, *, now: datetime) -> None:
    """Write down how it added up, for staff and for those who watch."""
    wrong = [each.destination for each in sums.destinations if not each.adds_up]
    counts = {"vanished": sums.vanished, "wrong": len(wrong), "amiss": sums.amiss}
    pulse.beat(connection, pulse.RECONCILE, now=now, ok=sums.adds_up, counts=counts)


def lines(sums: Sums) -> list[dict[str, object]]:
    """Return each sum as a row, for printing."""
    return [{**asdict(each), "adds_up": each.adds_up} for each in sums.destinations]


def expected(connection: Connection) -> Counter[str]:
    """Return how many reports shall be at each destination, by what stands beside the reports."""
    said = func.coalesce(submissions.c.destinations, BEFORE_THERE_WAS_MORE)
    asked = select(said.label("names"), func.count().label("number")).group_by(said)
    counted: Counter[str] = Counter()
    for row in connection.execute(asked):
        counted.update(dict.fromkeys(row.names.split(), row.number))
    return counted


def astray(connection: Connection, destination: str) -> int:
    """Return how many reports are confirmed to be in our inbox and are not."""
    there = exists().where(inbox_items.c.submission_id == deliveries.c.submission_id)
    asked = select(func.count()).where(
        deliveries.c.destination == destination, deliveries.c.confirmed_at.is_not(None), ~there
    )
    counted: int = connection.execute(asked).scalar_one()
    return counted


def vanished(connection: Connection) -> int:
    """Return how many reports the audit trail knows of that are not here, less those erased."""

    def events(kind: audit.Kind) -> int:
        asked = select(func.count()).where(audit_events.c.kind == kind)
        counted: int = connection.execute(asked).scalar_one()
        return counted

    here: int = connection.execute(select(func.count()).select_from(submissions)).scalar_one()
    gone = events(audit.Kind.SUBMISSION_ERASED)
    return events(audit.Kind.SUBMISSION_RECEIVED) - gone - here + forgotten(connection)


def forgotten(connection: Connection) -> int:
    """Return how many of the received, less the erased, the trail itself has let go of in time."""
    asked = select(audit_events.c.counts).where(audit_events.c.kind == audit.Kind.AUDIT_ERASED)
    told = [json.loads(counts) for counts in connection.execute(asked).scalars()]
    return sum(each["received"] - each["erased"] for each in told)


def amiss(connection: Connection) -> int:
    """Return how many cases do not agree with their entries or with their clocks."""
    counted: int = connection.execute(AMISS).scalar_one()
    return counted


CONFIRMED = deliveries.c.confirmed_at.is_not(None)
RELEASED = and_(deliveries.c.confirmed_at.is_(None), deliveries.c.released_at.is_not(None))
STATES = select(
    deliveries.c.destination,
    func.sum(case((CONFIRMED, 1), else_=0)).label("confirmed"),
    func.sum(case((RELEASED, 1), else_=0)).label("released"),
    func.sum(case((CONFIRMED, 0), (RELEASED, 0), else_=1)).label("open"),
).group_by(deliveries.c.destination)

ENTRIES = (
    select(
        case_entries.c.submission_id,
        func.count().label("many"),
        func.max(case_entries.c.number).label("last"),
    )
    .group_by(case_entries.c.submission_id)
    .subquery()
)
RUNS = exists(literal_column("1")).where(
    case_clocks.c.submission_id == inbox_items.c.submission_id, case_clocks.c.stopped_at.is_(None)
)
AMISS = (
    select(func.count())
    .select_from(inbox_items)
    .outerjoin(ENTRIES, ENTRIES.c.submission_id == inbox_items.c.submission_id)
    .where(
        or_(
            inbox_items.c.version != func.coalesce(ENTRIES.c.many, 0),
            inbox_items.c.version != func.coalesce(ENTRIES.c.last, 0),
            and_(inbox_items.c.next_clock.is_(None), RUNS),
            and_(inbox_items.c.next_clock.is_not(None), ~RUNS),
        )
    )
)
"""Each act counts up the version of its case, and writes one entry that has it for a number."""
