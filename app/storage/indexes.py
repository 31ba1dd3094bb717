"""Indexes of some rows only: of those where a condition holds, as each engine spells it.

For a condition SQLAlchemy loads the dialects of both engines (23 ms and 2 MB of every part), so
this is read only where tables are made or compared, and not by what serves.
"""

from sqlalchemy import Index

from app.storage.tables import (
    BY_SOMEBODY,
    CLOSED_PLACE,
    NEEDS_PERSON,
    NOT_BEGUN,
    NOT_ENDED,
    OPEN,
    PLACE,
    RUNS,
    UNCOUNTED,
    UNOPENED,
    UNPLACED,
    audit_events,
    case_clocks,
    deliveries,
    inbox_items,
    metadata,
)

__all__ = ["metadata"]

for name, columns, of_which in (
    ("deliveries_attention", (deliveries.c.attention_at,), NEEDS_PERSON),
    ("deliveries_open", (deliveries.c.queued_at,), NOT_ENDED),
    ("inbox_items_turn", (inbox_items.c.unit, *PLACE), OPEN),
    ("inbox_items_my_turn", (inbox_items.c.unit, inbox_items.c.owner, *PLACE), OPEN),
    ("inbox_items_unopened", (inbox_items.c.unit, inbox_items.c.arrived_at), UNOPENED),
    ("inbox_items_uncounted", (inbox_items.c.unit, inbox_items.c.arrived_at), UNCOUNTED),
    ("inbox_items_closed", (inbox_items.c.unit, *CLOSED_PLACE), ~OPEN),
    ("inbox_items_not_begun", (inbox_items.c.received_at,), NOT_BEGUN),
    ("inbox_items_unplaced", (inbox_items.c.received_at,), UNPLACED),
    ("case_clocks_runs", (case_clocks.c.due_at,), RUNS),
    ("audit_events_actor", (audit_events.c.actor, audit_events.c.at), BY_SOMEBODY),
):
    Index(f"ix_{name}", *columns, sqlite_where=of_which, postgresql_where=of_which)
