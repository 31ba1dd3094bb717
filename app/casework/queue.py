"""A unit's queue: what must be done, and until when. It shows that a report waits, not what of.

No kind of concern, no name and no free text is in here, nor can be: the queue is read without a
key. Every question is about one unit; what belongs to another does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    literal_column,
    select,
    tuple_,
)

from app.casework import bars, running
from app.casework.bars import Bar
from app.casework.running import Rules
from app.runner.process import NEW, TAKEN
from app.storage.asked import Asked, row_of
from app.storage.columns import NEVER
from app.storage.conflict import insert_all_new
from app.storage.tables import (
    CLOSED_PLACE,
    OPEN,
    PLACE,
    case_clocks,
    inbox_items,
    submissions,
)

MOST = 50
WITH_REPORT = inbox_items.join(submissions, submissions.c.id == inbox_items.c.submission_id)
ITEMS = select(
    submissions.c.reference,
    submissions.c.form_id,
    inbox_items.c.received_at,
    inbox_items.c.arrived_at,
    submissions.c.urgent,
    submissions.c.protected,
    submissions.c.channel,
    submissions.c.entered_by,
    inbox_items.c.status,
    inbox_items.c.taken_at,
    inbox_items.c.owner,
    inbox_items.c.state,
    inbox_items.c.version,
    inbox_items.c.opened_at,
    inbox_items.c.decided_at,
    inbox_items.c.outcome,
    inbox_items.c.closed_at,
    inbox_items.c.next_clock,
    inbox_items.c.next_due,
    inbox_items.c.barred,
).select_from(WITH_REPORT)
OF_REFERENCE = (
    inbox_items.c.unit == bindparam("unit"),
    submissions.c.reference == bindparam("reference"),
)
BY_REFERENCE = ITEMS.where(*OF_REFERENCE)


def places(place: Sequence[ColumnElement[Any]]) -> tuple[tuple[str, ...], Asked[tuple[Any, ...]]]:
    """Return what a place is made of, by name, and the question where a case stands."""
    found = select(*place).select_from(WITH_REPORT).where(*OF_REFERENCE)
    return tuple(str(column.key) for column in place), Asked(found, lambda *values: values)


OPEN_AT, CLOSED_AT = places(PLACE), places(CLOSED_PLACE)


class Tab(StrEnum):
    """A part of a unit's cases."""

    TO_DO = "nu"
    """Those of which a clock runs, and all that nobody has."""
    MINE = "mina"
    ALL = "alla"
    """All that are open."""
    CLOSED = "avslutade"


class Status(StrEnum):
    """How far the staff have come with an item."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report that comes into a unit's queue."""

    submission_id: UUID
    unit: str
    form_id: str
    received_at: datetime
    arrived_at: datetime
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the queue: a case, and nothing of what it says.

    `state` and `next_clock` are ids of the process of its form; `next_due` is None when no clock
    runs, wherever the case stands. `version` is what a change of the case names, so that nobody
    writes over what they have not seen.
    """

    reference: str
    form_id: str
    received_at: datetime
    arrived_at: datetime
    urgent: bool
    protected: bool
    status: Status
    taken_at: datetime | None
    owner: str | None
    state: str
    version: int
    opened_at: datetime | None
    decided_at: datetime | None
    outcome: str | None
    closed_at: datetime | None
    next_clock: str | None
    next_due: datetime | None
    barred: tuple[Bar, ...]
    channel: str = ""
    """How it came where staff wrote it down; "" where it came in by itself."""
    entered_by: str = ""
    """Who wrote it down."""

    def is_new(self, since: datetime | None) -> bool:
        """Tell whether it has come since then, and nobody has opened it."""
        return since is not None and self.opened_at is None and self.arrived_at > since

    def age(self, now: datetime) -> timedelta:
        """Return how long ago the report was handed in."""
        return now - self.received_at


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A part of the queue; `after` is where the next part begins, None at the end."""

    items: tuple[QueueItem, ...]
    after: str | None


def arrive(connection: Connection, arrivals: Sequence[Arrival], rules: Rules) -> None:
    """Put reports in their units' queues, and start their clocks.

    One that is there already stays as it is, and so do its clocks.
    """
    items, started = [], []
    for each in arrivals:
        values, its_clocks = running.begun(
            rules,
            submission_id=each.submission_id,
            form_id=each.form_id,
            received_at=each.received_at,
        )
        items.append(
            {
                "submission_id": each.submission_id,
                "unit": each.unit,
                "status": Status.NEW,
                "received_at": each.received_at,
                "arrived_at": each.arrived_at,
                "turn": 0 if each.urgent else 1,
                **values,
            }
        )
        started += its_clocks
    insert_all_new(connection, inbox_items, items)
    if started:
        insert_all_new(connection, case_clocks, started)


def list_items(
    connection: Connection,
    *,
    unit: str,
    tab: Tab = Tab.ALL,
    owner: str | None = None,
    after: str | None = None,
    most: int = MOST,
) -> QueuePage:
    """Return a unit's cases, what is due first first, from after the case with that reference.

    Of those that are due the same day, the urgent come first. What nobody has, and no clock stands
    for, comes as if due the day that it was received; what somebody has without a clock, last.

    Those that are closed come in the order they were closed, the last first. `owner` is whose are
    Tab.MINE. A reference the unit does not have begins from the beginning. Pages stay right while
    new reports arrive, and a thousandth page costs as little as the first.
    """
    asked: dict[str, object] = {"unit": unit}
    if tab is Tab.MINE:
        asked["owner"] = owner
    if after:
        asked |= place_of(connection, unit, after, tab)
    rows = rows_of(frozenset(asked), tab, most + 1).all(connection, **asked)
    items = tuple(as_item(row) for row in rows[:most])
    return QueuePage(items, items[-1].reference if len(rows) > most else None)


def place_of(connection: Connection, unit: str, reference: str, tab: Tab) -> dict[str, object]:
    """Return where a case stands in a tab; nothing when it stands nowhere in it."""
    place, asked = CLOSED_AT if tab is Tab.CLOSED else OPEN_AT
    found = asked.one(connection, unit=unit, reference=reference)
    return dict(zip(place, found, strict=True)) if found and None not in found else {}


def one(connection: Connection, *, unit: str, reference: str) -> QueueItem | None:
    """Return one of a unit's cases, as the queue has it; None when the unit has none."""
    asked = {"unit": unit, "reference": reference}
    row: Any = connection.execute(BY_REFERENCE, asked).one_or_none()
    return as_item(row) if row else None


def items_of(unit: str | BindParameter[str]) -> Select[Any]:
    """Return the statement that finds a unit's items, each with the open facts of its report."""
    return ITEMS.add_columns(
        inbox_items.c.submission_id, inbox_items.c.unit, inbox_items.c.process_version
    ).where(inbox_items.c.unit == unit)


@lru_cache
def rows_of(asked: frozenset[str], tab: Tab, most: int) -> Asked[Row[Any]]:
    """Return the question that reads a tab. It is kept: it costs more to make than to ask."""
    statement = page_of(asked, tab, most)
    return Asked(statement, row_of(statement))


def page_of(asked: frozenset[str], tab: Tab, most: int) -> Select[Any]:
    """Return the statement that reads a tab, narrowed by what is asked for by name.

    How many stands in it as it is: PostgreSQL keeps no plan for a number that it does not know.
    """
    place, last_first = (CLOSED_PLACE, True) if tab is Tab.CLOSED else (PLACE, False)
    found = ITEMS.where(inbox_items.c.unit == bindparam("unit"))
    found = found.where(inbox_items.c.closed_at.is_not(None) if last_first else OPEN)
    if tab is Tab.TO_DO:
        found = found.where(inbox_items.c.next_due < NEVER)
    if "owner" in asked:
        found = found.where(inbox_items.c.owner == bindparam("owner"))
    if place[0].name in asked:
        # A tuple does not lend its columns' types to what it is compared with.
        there = tuple_(*(bindparam(column.name, type_=column.type) for column in place))
        found = found.where(tuple_(*place) < there if last_first else tuple_(*place) > there)
    order = [column.desc() for column in place] if last_first else place
    return found.order_by(*order).limit(literal_column(str(int(most))))


def as_item(row: Row[Any]) -> QueueItem:
    return QueueItem(
        reference=row.reference,
        form_id=row.form_id,
        received_at=row.received_at,
        arrived_at=row.arrived_at,
        urgent=row.urgent,
        protected=row.protected,
        status=Status(row.status),
        taken_at=row.taken_at,
        owner=row.owner,
        state=state_of(row),
        version=row.version,
        opened_at=row.opened_at,
        decided_at=row.decided_at,
        outcome=row.outcome,
        closed_at=row.closed_at,
        next_clock=row.next_clock,
        next_due=row.next_due if row.next_clock else None,
        barred=bars.read(row.barred),
        channel=row.channel or "",
        entered_by=row.entered_by or "",
    )


def state_of(row: Row[Any]) -> str:
    """Return the state of a case; also when a program without processes has changed its owner."""
    if row.state in {None, NEW, TAKEN}:
        return NEW if row.owner is None else TAKEN
    return str(row.state)
