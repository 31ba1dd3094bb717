"""Tells people, by a mail without content, of a case whose time is over or soon is; each once.

Whom, and how many hours after the last day, is the municipality's decision. What could not be told
is tried again; that a clock has passed is on the pages and in the figures all the same.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Any
from uuid import uuid5

from sqlalchemy import Connection, Row, or_, select, update

from app import logs
from app.casework.running import Rules
from app.clock import Clock
from app.delivery.connector import Answer, Connector, Envelope, Outcome
from app.errors import DatabaseUnavailable, DeliveryFailure
from app.records import audit
from app.runner.casework import Escalation
from app.storage.database import Database
from app.storage.tables import case_clocks, submissions

MOST = 50
EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Escalator:
    """Who tells, by which connectors, and whom after how many hours."""

    database: Database
    connectors: Mapping[str, Connector]
    rules: Rules
    steps: Sequence[Escalation]
    clock: Clock

    def run(self, stop: Event) -> None:
        """Tell whom it is time to tell, until stopped."""
        repeat(self.tell, stop)

    def tell(self) -> int:
        """Tell of every clock that it is time to tell of; return of how many that was done."""
        now = self.clock.now()
        return sum(self._tell(step, number, now) for number, step in enumerate(self.steps, start=1))

    def _tell(self, step: Escalation, number: int, now: datetime) -> int:
        limit = now - timedelta(hours=step.hours)
        look = partial(due, rules=self.rules, number=number, limit=limit)
        of = {envelope_of(row, number): row for row in self.database.read_now(look)}
        told: list[Row[Any]] = []

        def say(envelope: Envelope, outcome: Outcome) -> None:
            if outcome is Answer.CONFIRMED:
                told.append(of[envelope])

        if not of:
            return 0
        try:
            self.connectors[step.to].deliver(list(of), say)
        except DeliveryFailure as failure:
            logs.failure("escalation.failed", failure)
        if left := len(of) - len(told):
            logs.event("escalation.not_told", level=logging.ERROR, connector=step.to, count=left)
        self.database.write_now(partial(remember, rows=told, number=number, now=now))
        return len(told)


def repeat(tell: Callable[[], int], stop: Event) -> None:
    """Tell again and again until stopped. Trouble is logged, and tried again."""
    while not stop.is_set():
        try:
            tell()
        except DatabaseUnavailable:
            pass  # which says so itself
        except Exception as fault:  # noqa: BLE001 - who no longer tells must be heard of
            logs.failure("escalation.failed", fault)
        stop.wait(EVERY.total_seconds())


def due(connection: Connection, *, rules: Rules, number: int, limit: datetime) -> list[Row[Any]]:
    """Return clocks that run, whose last day was over at the limit, and that are not told of."""
    asked = (
        select(
            case_clocks.c.clock,
            case_clocks.c.round,
            submissions.c.id,
            submissions.c.reference,
            submissions.c.municipality_code,
            submissions.c.unit,
            submissions.c.form_id,
            submissions.c.received_at,
            submissions.c.urgent,
        )
        .join(submissions, submissions.c.id == case_clocks.c.submission_id)
        .where(
            case_clocks.c.stopped_at.is_(None),
            case_clocks.c.due_at <= limit,
            case_clocks.c.told < number,
            or_(
                case_clocks.c.extended_to.is_(None),
                case_clocks.c.extended_to < rules.calendar.day(limit),
            ),
        )
        .order_by(case_clocks.c.due_at)
        .limit(MOST)
    )
    return list(connection.execute(asked))


def envelope_of(row: Row[Any], number: int) -> Envelope:
    """Return what a connector is given: by its id, nothing to tell is taken for another."""
    return Envelope(
        submission_id=uuid5(row.id, f"{row.clock} {row.round} {number}"),
        reference=row.reference,
        municipality_code=row.municipality_code,
        unit=row.unit,
        form_id=row.form_id,
        received_at=row.received_at,
        urgent=row.urgent,
    )


def remember(
    connection: Connection, *, rows: Sequence[Row[Any]], number: int, now: datetime
) -> None:
    """Write down that somebody has been told."""
    for row in rows:
        mine = (
            case_clocks.c.submission_id == row.id,
            case_clocks.c.clock == row.clock,
            case_clocks.c.round == row.round,
        )
        connection.execute(update(case_clocks).where(*mine).values(told=number))
        event = audit.Event(audit.Kind.CASE_ESCALATED, row.id, unit=row.unit)
        audit.record(connection, event, at=now)
