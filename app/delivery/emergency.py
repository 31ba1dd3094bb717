"""Tells, by a mail without content, that somebody was let in past what keeps them out otherwise.

Those who review the log are told of emergency links and of cases opened in an emergency, those who
lead of the latter; each once. That they were is an event of the audit trail, so nothing is
forgotten when the relay is started anew; what could not be told is tried again.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import partial
from threading import Event
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, func, select

from app import logs
from app.clock import Clock
from app.delivery.connector import Answer, Connector, Envelope, Outcome
from app.delivery.escalation import repeat
from app.errors import DeliveryFailure
from app.records import audit, chain
from app.records.audit import Kind
from app.storage.database import Database
from app.storage.tables import audit_events

NAMES = UUID("8f0b0d6c-6f2e-4d61-9c2d-3c8a1f6f2b11")
"""What the ids of what is told are made with."""
EVENT = audit_events.c


class Whom(IntEnum):
    """Who is told; a number, as events count."""

    REVIEWERS = 0
    LEADERS = 1


OF = {
    Whom.REVIEWERS: (Kind.EMERGENCY_LINK_MADE, Kind.CASE_EMERGENCY),
    Whom.LEADERS: (Kind.CASE_EMERGENCY,),
}
"""What each is told of."""


@dataclass(slots=True)
class Alarm:
    """Who tells whom, and by which connector. `after`: up to which event all has been told."""

    database: Database
    connector: Connector
    clock: Clock
    whom: Whom = Whom.REVIEWERS
    after: int = 0

    def run(self, stop: Event) -> None:
        """Tell of what has not been told of, until stopped."""
        repeat(self.tell, stop)

    def tell(self) -> int:
        """Tell of every emergency that they have not been told of; return how many."""
        highest, rows = self.database.read_now(partial(untold, whom=self.whom, after=self.after))
        of = {envelope_of(row): row for row in rows}
        told: list[Row[Any]] = []

        def say(envelope: Envelope, outcome: Outcome) -> None:
            if outcome is Answer.CONFIRMED:
                told.append(of[envelope])

        if of:
            try:
                self.connector.deliver(list(of), say)
            except DeliveryFailure as failure:
                logs.failure("escalation.failed", failure)
            remembered = partial(remember, rows=told, whom=self.whom, now=self.clock.now())
            self.database.write_now(remembered)
        if left := len(of) - len(told):
            logs.event("emergency.not_told", level=logging.ERROR, count=left)
        else:
            # Numbers are given out before they are committed: some behind may yet come.
            self.after = max(self.after, highest - chain.LATE)
        return len(told)


def untold(connection: Connection, *, whom: Whom, after: int) -> tuple[int, list[Row[Any]]]:
    """Return the highest event there is, and the emergencies after one that are not told of."""
    highest: int = connection.execute(select(func.coalesce(func.max(EVENT.id), 0))).scalar_one()
    kinds = (*OF[whom], Kind.EMERGENCY_TOLD)
    asked = select(audit_events).where(EVENT.id > after, EVENT.kind.in_(kinds)).order_by(EVENT.id)
    rows = connection.execute(asked).all()
    said = [json.loads(row.counts) for row in rows if row.kind == Kind.EMERGENCY_TOLD]
    # Before leaders were told of anything it was not said who was.
    told = {each["event"] for each in said if each.get("whom", Whom.REVIEWERS) == whom}
    made = (row for row in rows if row.kind != Kind.EMERGENCY_TOLD)
    return highest, [row for row in made if row.id not in told]


def remember(
    connection: Connection, *, rows: Sequence[Row[Any]], whom: Whom, now: datetime
) -> None:
    """Write down that they have been told."""
    for row in rows:
        counts = {"event": row.id, "whom": int(whom)}
        event = audit.Event(Kind.EMERGENCY_TOLD, unit=row.unit, counts=counts)
        audit.record(connection, event, at=now)


def envelope_of(row: Row[Any]) -> Envelope:
    """Return what a connector is given: nothing that tells which report it is about, if any."""
    return Envelope(
        submission_id=uuid5(NAMES, str(row.id)),
        reference="",
        municipality_code="",
        unit=row.unit or "",
        form_id="",
        received_at=row.at,
        urgent=True,
    )
