"""The way to one destination: claims, lets its connector try, and writes down how it went."""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from uuid import UUID

from sqlalchemy import Connection

from app import logs
from app.clock import Clock
from app.delivery.connector import Answer, Connector, Envelope, Outcome
from app.errors import (
    DatabaseUnavailable,
    DestinationClosed,
    PermanentFailure,
    TemporaryFailure,
)
from app.records import destinations, outbox
from app.records.outbox import Delivery, Note, State
from app.storage.database import Database

TIMED_OUT, FAULT = "delivery.reasons.timed_out", "delivery.reasons.fault"
ALONE = {TIMED_OUT, FAULT}
"""What failed so may be what makes all that it goes together with fail."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patient a relay is.

    `limit` is for the most that a connector takes at a time. What has been SENT and is not
    confirmed within `confirm_within` is sent again. A receiver that is away is tried with one at
    least as often as `knock_every`. When it comes and goes, what waits for it is hurried no oftener
    than `hurry_every`.
    """

    lease: timedelta = timedelta(minutes=3)
    limit: timedelta = timedelta(seconds=30)
    rest: timedelta = timedelta(seconds=1)
    confirm_within: timedelta = timedelta(hours=1)
    write_every: timedelta = timedelta(seconds=0.5)
    most: int = 200
    hurry_every: timedelta = timedelta(seconds=30)
    knock_every: timedelta = timedelta(seconds=20)
    faults_most: int = 8
    hanging_most: int = 10


PACE = Pace()


@dataclass(slots=True)
class Lane:
    """The way to one destination."""

    database: Database
    name: str
    connector: Connector
    clock: Clock
    stop: Event
    pace: Pace = PACE
    chance: Callable[[], float] = random.random
    hanging: list[Thread] = field(default_factory=list)
    unwritten: list[Note] = field(default_factory=list)
    closed: bool = False
    away: bool = True
    """Whether the receiver is away, as far as is known: a new relay knows nothing of it."""
    back: bool = False
    hurried: float = -math.inf
    knocked: float = field(default_factory=time.monotonic)
    written: float = 0.0

    @property
    def stuck(self) -> bool:
        return len(self.hanging) >= self.pace.hanging_most

    def run(self) -> None:
        """Take turns until stopped, resting when there is nothing to do or the database is away."""
        away = False
        while not self.stop.is_set():
            tried = 0
            try:
                tried = self.turn()
                away = False
            except DatabaseUnavailable as unavailable:
                if not away:
                    logs.failure("relay.database_away", unavailable, connector=self.name)
                away = True
            if self.stuck:
                logs.event("relay.stuck", connector=self.name, count=len(self.hanging))
                self.stop.set()
            if not tried:
                self.stop.wait(self.pace.rest.total_seconds())

    def turn(self) -> int:
        """Claim what is due, try it, and write down how it went; return how many were tried."""
        self._write_down()
        self.hanging = [thread for thread in self.hanging if thread.is_alive()]
        claimed = self.database.write_now(self._claim)
        if not claimed:
            self._knock()
        # Who may be what ends us is tried when all else is written down, and one of them is enough
        # for a turn. Who hung or spoilt a batch before is tried alone, until one hangs again.
        suspects = [each for each in claimed if each.unanswered]
        doubtful = [each for each in claimed if not each.unanswered and each.reason in ALONE]
        trusted = [each for each in claimed if not each.unanswered and each.reason not in ALONE]
        self._give_back(suspects[1:])
        tried, most = 0, max(1, self.connector.most)
        for start in range(0, len(trusted), most):
            tried += self._try(trusted[start : start + most])
        for place, one in enumerate(doubtful):
            tried += self._try([one])
            if self.unwritten and self.unwritten[-1].reason == TIMED_OUT:
                self._give_back(doubtful[place + 1 :])
                break
        self._write_down()
        tried += self._try(suspects[:1])
        self._write_down()
        return tried

    def _claim(self, connection: Connection) -> tuple[Delivery, ...]:
        now, pace = self.clock.now(), self.pace
        return outbox.claim(connection, self.name, now=now, lease=pace.lease, most=pace.most)

    def _try(self, deliveries: Sequence[Delivery]) -> int:
        """Try these together; 0 if there is no time left for it, and they were given back."""
        if not deliveries:
            return 0
        late = self.clock.now() + self.pace.limit > deliveries[0].leased_until
        if late or self.stop.is_set() or self.stuck or self.closed:
            self._give_back(deliveries)
            return 0
        outcomes = self._within_limit([envelope_of(each) for each in deliveries])
        notes = [
            self._note(each, outcomes.get(each.submission_id, TimeoutError()))
            for each in deliveries
        ]
        self._notice(notes)
        self.unwritten += notes
        if time.monotonic() - self.written > self.pace.write_every.total_seconds():
            self._write_down()
        return len(deliveries)

    def _notice(self, notes: Sequence[Note]) -> None:
        """Notice that the receiver is away, for all that it was given, or that it is back."""
        if any(each.state in {State.CONFIRMED, State.SENT} for each in notes):
            self.back, self.away = self.back or self.away, False
        elif all(each.reason == destinations.AWAY for each in notes):
            self.back, self.away = False, True

    def _within_limit(self, envelopes: Sequence[Envelope]) -> dict[UUID, Outcome]:
        """Return what was said about the envelopes; nothing about those nobody answered for."""
        said: dict[UUID, Outcome] = {}
        done: list[dict[UUID, Outcome]] = []

        def say(envelope: Envelope, outcome: Outcome) -> None:
            said.setdefault(envelope.submission_id, outcome)

        def speak() -> None:
            rest: Exception = LookupError("the connector said nothing about it")
            try:
                self.connector.deliver(envelopes, say)
            except Exception as failure:  # noqa: BLE001 - a connector may fail in any way
                rest = failure
            done.append(
                {each.submission_id: said.get(each.submission_id, rest) for each in envelopes}
            )

        thread = Thread(target=speak, name=f"delivery-{self.name}", daemon=True)
        thread.start()
        thread.join(self.pace.limit.total_seconds())
        if done:
            return done[0]
        self.hanging.append(thread)
        return dict(said)

    def _note(self, delivery: Delivery, outcome: Outcome) -> Note:
        if outcome is Answer.CONFIRMED:
            return Note(delivery, State.CONFIRMED)
        if outcome is Answer.SENT:
            at = self.clock.now() + self.pace.confirm_within
            return Note(delivery, State.SENT, at)
        assert isinstance(outcome, Exception)  # noqa: S101 - there are two answers, and failures
        state, reason, pause = self._judge(delivery, outcome)
        logs.event(
            f"delivery.{state}",
            connector=self.name,
            delivery=str(delivery.submission_id),
            attempt=delivery.attempts,
            code=reason,
        )
        if state is not State.RETRY:
            return Note(delivery, state, None, reason)
        return Note(delivery, state, self.clock.now() + pause, reason)

    def _judge(self, delivery: Delivery, failure: Exception) -> tuple[State, str, timedelta]:
        """Return what becomes of a delivery that failed, why (a text key), and the pause."""
        pause = outbox.pause(delivery.attempts, self.chance)
        if isinstance(failure, DestinationClosed):
            self.closed = True
        if isinstance(failure, PermanentFailure):
            return State.FAILED, failure.reason, pause
        if isinstance(failure, TemporaryFailure):
            asked = failure.after is not None and failure.reason == destinations.AWAY
            reason = destinations.ASKED_TO_WAIT if asked else failure.reason  # not to be hurried
            return State.RETRY, reason, max(pause, failure.after or pause)
        if isinstance(failure, DatabaseUnavailable):
            return State.RETRY, "delivery.reasons.unavailable", pause
        reason = TIMED_OUT if isinstance(failure, TimeoutError) else FAULT
        hopeless = delivery.attempts >= self.pace.faults_most
        return State.PARKED if hopeless else State.RETRY, reason, pause

    def _give_back(self, deliveries: Sequence[Delivery]) -> None:
        now = self.clock.now()
        self.unwritten += [
            Note(each, State.RETRY, now, each.reason, tried=False) for each in deliveries
        ]

    def _write_down(self) -> None:
        """Write down every outcome. What can not be written now is kept until it can."""
        notes, now = list(self.unwritten), self.clock.now()
        # First, so that what failed beside what was taken keeps its pause.
        if self.back and time.monotonic() - self.hurried > self.pace.hurry_every.total_seconds():
            self._hurry()
        if notes:
            self.database.write_now(partial(outbox.note, notes=notes, now=now))
            del self.unwritten[: len(notes)]
        if self.closed:
            closing = partial(destinations.close, destination=self.name, now=now)
            self.database.write_now(closing)
            logs.event("destination.closed", connector=self.name)
            self.closed = False
        self.written = time.monotonic()

    def _knock(self) -> None:
        """Make one due that waits for a receiver that is away, now and then, to hear if it is back.

        Otherwise all that was tried at the same time would wait for half an hour at the least.
        """
        since = time.monotonic() - self.knocked
        if self.away and since > self.pace.knock_every.total_seconds():
            now, self.knocked = self.clock.now(), time.monotonic()
            self.database.write_now(
                partial(destinations.hurry, destination=self.name, now=now, most=1)
            )

    def _hurry(self) -> None:
        """Let some of what waits for a receiver that is back be tried soon, until none is left."""
        hurry = partial(destinations.hurry, destination=self.name, now=self.clock.now())
        if count := self.database.write_now(hurry):
            logs.event("destination.back", connector=self.name, count=count)
        if count < destinations.HURRIED_MOST:
            self.back, self.hurried = False, time.monotonic()


def envelope_of(delivery: Delivery) -> Envelope:
    """Return what a connector is given of a delivery."""
    return Envelope(
        submission_id=delivery.submission_id,
        reference=delivery.reference,
        municipality_code=delivery.municipality_code,
        unit=delivery.unit,
        form_id=delivery.form_id,
        received_at=delivery.received_at,
        urgent=delivery.urgent,
        again=delivery.again,
        content=delivery.content,
    )
