"""What was last heard of each part of the service: that it lives, and whether all is well.

One row for each, written over. Nobody asks a relay whether it lives; one looks when it last said.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from app.storage.asked import Asked, row_of
from app.storage.conflict import insert_or_replace
from app.storage.tables import pulses

RELAY, RECONCILE, AUDIT, ANCHOR = "relay", "reconcile", "audit", "audit_anchor"
NAMED = select(pulses).where(pulses.c.name == bindparam("name"))
LAST = Asked(NAMED, row_of(NAMED))


@dataclass(frozen=True, slots=True)
class Pulse:
    """When something was last heard of, whether it was well, and what it counted."""

    at: datetime
    ok: bool
    counts: Mapping[str, Any]


def beat(
    connection: Connection,
    name: str,
    *,
    now: datetime,
    ok: bool = True,
    counts: Mapping[str, Any] | None = None,
) -> None:
    """Say that something lives, or that all is not well with it."""
    said = None if counts is None else json.dumps(counts, separators=(",", ":"))
    values = {"name": name, "at": now, "ok": ok, "counts": said}
    insert_or_replace(connection, pulses, values)


def pulse(connection: Connection, name: str) -> Pulse | None:
    """Return what was last heard of something; None if nothing ever was."""
    row = LAST.one(connection, name=name)
    return Pulse(row.at, row.ok, json.loads(row.counts or "{}")) if row else None
