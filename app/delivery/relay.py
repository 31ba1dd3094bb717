"""Carries what lies in the outbox to where it shall, again and again until it is there.

Each destination has a lane of its own, so that one that is slow or away holds up no other. Within
a lane no message holds up the rest: what fails waits its pause, what never answers is left behind
after a time limit, and what has brought a relay down before is tried last and alone. The relay
holds no private key; it never knows what it carries.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection

from app import logs
from app.clock import Clock
from app.delivery.connector import Connector, Envelope
from app.errors import DatabaseUnavailable, PermanentFailure, RelayStuck, TemporaryFailure
from app.records import outbox
from app.records.outbox import Delivery
from app.storage.database import Database

Outcome = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how patient a relay is."""

    lease: timedelta = timedelta(minutes=3)
    limit: timedelta = timedelta(seconds=30)
    rest: timedelta = timedelta(seconds=1)
    most: int = 20
    faults_most: int = 8
    hanging_most: int = 10


PACE = Pace()


def run(
    database: Database,
    connectors: Mapping[str, Connector],
    clock: Clock,
    stop: Event,
    *,
    pace: Pace = PACE,
) -> None:
    """Carry until `stop` is set. RelayStuck when a lane is full of deliveries that never answer.

    Whoever started the relay shall then start it anew: threads that hang can not be ended.
    """
    lanes = [
        Lane(database, name, connector, clock, stop, pace) for name, connector in connectors.items()
    ]
    threads = [Thread(target=lane.run, name=f"lane-{lane.name}", daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if stuck := [lane.name for lane in lanes if lane.stuck]:
        raise RelayStuck(", ".join(stuck))


def deliver_once(
    database: Database,
    connectors: Mapping[str, Connector],
    clock: Clock,
    *,
    pace: Pace = PACE,
    chance: Callable[[], float] = random.random,
) -> int:
    """Try what is due now, one turn for each destination; return how many were tried."""
    return sum(
        Lane(database, name, connector, clock, Event(), pace, chance).turn()
        for name, connector in connectors.items()
    )


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
    unwritten: list[Outcome] = field(default_factory=list)

    @property
    def stuck(self) -> bool:
        return len(self.hanging) >= self.pace.hanging_most

    def run(self) -> None:
        """Take turns until stopped, resting when there is nothing to do or the database is away."""
        away = False
        while not self.stop.is_set():
            try:
                tried = self.turn()
                away = False
            except DatabaseUnavailable as unavailable:
                if not away:
                    logs.failure("relay.database_away", unavailable, connector=self.name)
                tried, away = 0, True
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
        # Sorted by suspicion. Those who have been left unanswered may be what ends us: all else is
        # written down first, and one of them is enough for a turn.
        trusted = [delivery for delivery in claimed if not delivery.unanswered]
        suspects = claimed[len(trusted) :]
        for delivery in suspects[1:]:
            self._release(delivery)
        tried = sum(self._try(delivery) for delivery in trusted)
        self._write_down()
        tried += sum(self._try(delivery) for delivery in suspects[:1])
        self._write_down()
        return tried

    def _claim(self, connection: Connection) -> tuple[Delivery, ...]:
        now, pace = self.clock.now(), self.pace
        return outbox.claim(connection, self.name, now=now, lease=pace.lease, most=pace.most)

    def _try(self, delivery: Delivery) -> bool:
        """Try one delivery; false if there is no time left for it, and it was given back."""
        late = self.clock.now() + self.pace.limit > delivery.leased_until
        if late or self.stop.is_set() or self.stuck:
            self._release(delivery)
            return False
        failure = self._within_limit(envelope_of(delivery))
        self.unwritten.append(self._outcome(delivery, failure))
        return True

    def _within_limit(self, envelope: Envelope) -> Exception | None:
        """Return why the envelope was not delivered, or None; TimeoutError if nobody answered."""
        said: list[Exception | None] = []

        def speak() -> None:
            try:
                self.connector.deliver(envelope)
                said.append(None)
            except Exception as failure:  # noqa: BLE001 - a connector may fail in any way
                said.append(failure)

        thread = Thread(target=speak, name=f"delivery-{self.name}", daemon=True)
        thread.start()
        thread.join(self.pace.limit.total_seconds())
        if said:
            return said[0]
        self.hanging.append(thread)
        return TimeoutError()

    def _outcome(self, delivery: Delivery, failure: Exception | None) -> Outcome:
        now = self.clock.now()
        if failure is None:
            return lambda connection: outbox.confirm(connection, delivery, now=now)
        reason, given_up = self._judge(delivery, failure)
        about: dict[str, Any] = {"connector": self.name, "delivery": str(delivery.submission_id)}
        logs.event(
            "delivery.parked" if given_up else "delivery.failed",
            **about,
            attempt=delivery.attempts,
            code=reason,
        )
        if given_up:
            return lambda connection: outbox.park(connection, delivery, reason=reason)
        at = now + outbox.pause(delivery.attempts, self.chance)
        return lambda connection: outbox.retry(connection, delivery, at=at, reason=reason)

    def _judge(self, delivery: Delivery, failure: Exception) -> tuple[str, bool]:
        """Return the reason, as a text key, and whether a person must look at it."""
        too_old = self.clock.now() - delivery.queued_at >= outbox.GIVE_UP_AFTER
        if isinstance(failure, PermanentFailure):
            return failure.reason, True
        if isinstance(failure, TemporaryFailure):
            return failure.reason, too_old
        if isinstance(failure, DatabaseUnavailable):
            return "delivery.unavailable", False
        reason = "delivery.timed_out" if isinstance(failure, TimeoutError) else "delivery.fault"
        return reason, too_old or delivery.attempts >= self.pace.faults_most

    def _release(self, delivery: Delivery) -> None:
        now = self.clock.now()
        self.unwritten.append(lambda connection: outbox.release(connection, delivery, now=now))

    def _write_down(self) -> None:
        """Write down every outcome. What can not be written now is kept until it can."""
        if outcomes := list(self.unwritten):
            self.database.write_now(lambda connection: [each(connection) for each in outcomes])
            self.unwritten.clear()


def envelope_of(delivery: Delivery) -> Envelope:
    return Envelope(
        submission_id=delivery.submission_id,
        reference=delivery.reference,
        municipality_code=delivery.municipality_code,
        unit=delivery.unit,
        form_id=delivery.form_id,
        received_at=delivery.received_at,
        urgent=delivery.urgent,
        sealed=delivery.sealed,
    )
