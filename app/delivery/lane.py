"""The way to one destination: claims, lets its connector try, and writes down how it went."""

import math
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from uuid import UUID

from sqlalchemy import Connection

from app import logs
from app.clock import Clock
from app.delivery.connector import Answer, Connector, Envelope, Outcome, envelope_of
from app.delivery.pace import PACE, Pace
from app.errors import (
    DatabaseUnavailable,
    DestinationClosed,
    PermanentFailure,
    TemporaryFailure,
)
from app.records import destinations, outbox
from app.records.outbox import Delivery, Result, State
from app.storage.database import Database

TIMED_OUT, FAULT = "delivery.reasons.timed_out", "delivery.reasons.fault"
ALONE = {TIMED_OUT, FAULT}
"""What failed so may be what makes all that it goes together with fail."""


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
    unwritten: list[Result] = field(default_factory=list)
    ahead: tuple[Delivery, ...] = ()
    """What was claimed while the receiver was busy with what was claimed before it."""
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
        while not self.stop.is_set():
            tried = 0
            with suppress(DatabaseUnavailable):  # which says so itself
                tried = self.turn(on=True)
            if self.stuck:
                logs.event("relay.stuck", connector=self.name, count=len(self.hanging))
                self.stop.set()
            if not tried:
                self.stop.wait(self.pace.rest.total_seconds())
        self._leave()

    def turn(self, *, on: bool = False) -> int:
        """Claim what is due, try it, and write down how it went; return how many were tried.

        With `on` the lane goes on: where more is due than was claimed, the next is claimed, and
        what came before it written down, while the receiver is busy with the last of this turn.
        """
        claimed = self._claimed()
        self.hanging = [thread for thread in self.hanging if thread.is_alive()]
        if not claimed:
            self._knock()
        # Who may be what ends us is tried when all else is written down, and one of them is enough
        # for a turn. Who hung or spoilt a batch before is tried alone, until one hangs again.
        suspects = [each for each in claimed if each.unanswered]
        doubtful = [each for each in claimed if not each.unanswered and each.reason in ALONE]
        trusted = [each for each in claimed if not each.unanswered and each.reason not in ALONE]
        self._give_back(suspects[1:])
        tried, most = 0, max(1, self.connector.most)
        more = on and len(claimed) == len(trusted) == self.pace.most
        for start in range(0, len(trusted), most):
            is_last = start + most >= len(trusted)
            tried += self._try(trusted[start : start + most], claim=more and is_last)
        if self.ahead:
            return tried
        for place, one in enumerate(doubtful):
            tried += self._try([one])
            if self.unwritten and self.unwritten[-1].reason == TIMED_OUT:
                self._give_back(doubtful[place + 1 :])
                break
        self._write_down()
        tried += self._try(suspects[:1])
        self._write_down()
        return tried

    def _claimed(self) -> Sequence[Delivery]:
        """Return what to try in this turn."""
        if self.ahead:
            claimed, self.ahead = self.ahead, ()
            return claimed
        self._write_down()
        return self.database.write_now(self._claim)

    def _claim(self, connection: Connection) -> tuple[Delivery, ...]:
        now, pace = self.clock.now(), self.pace
        return outbox.claim(connection, self.name, now=now, lease=pace.lease, most=pace.most)

    def _try(self, deliveries: Sequence[Delivery], *, claim: bool = False) -> int:
        """Try these together; 0 if there is no time left for it, and they were given back.

        With `claim` more is claimed meanwhile.
        """
        if not deliveries:
            return 0
        late = self.clock.now() + self.pace.limit > deliveries[0].leased_until
        if late or self.stop.is_set() or self.stuck or self.closed:
            self._give_back(deliveries)
            return 0
        meanwhile = self._look_ahead if claim else self._write_down_in_time
        outcomes = self._within_limit([envelope_of(each) for each in deliveries], meanwhile)
        notes = [
            self._note(each, outcomes.get(each.submission_id, TimeoutError()))
            for each in deliveries
        ]
        self._notice(notes)
        self.unwritten += notes
        return len(deliveries)

    def _notice(self, notes: Sequence[Result]) -> None:
        """Notice that the receiver is away, for all that it was given, or that it is back."""
        if any(each.state in {State.CONFIRMED, State.SENT} for each in notes):
            self.back, self.away = self.back or self.away, False
        elif all(each.reason == destinations.AWAY for each in notes):
            self.back, self.away = False, True

    def _within_limit(
        self, envelopes: Sequence[Envelope], meanwhile: Callable[[], None]
    ) -> dict[UUID, Outcome]:
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
        until = time.monotonic() + self.pace.limit.total_seconds()
        thread.start()
        meanwhile()
        thread.join(max(0.0, until - time.monotonic()))
        if done:
            return done[0]
        self.hanging.append(thread)
        return dict(said)

    def _note(self, delivery: Delivery, outcome: Outcome) -> Result:
        if outcome is Answer.CONFIRMED:
            return Result(delivery, State.CONFIRMED)
        if outcome is Answer.SENT:
            at = self.clock.now() + self.pace.confirm_within
            return Result(delivery, State.SENT, at)
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
            return Result(delivery, state, None, reason)
        return Result(delivery, state, self.clock.now() + pause, reason)

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
            Result(each, State.RETRY, now, each.reason, tried=False) for each in deliveries
        ]

    def _write_down(self) -> None:
        """Write down every outcome. What can not be written now is kept until it can."""
        self._write(claim=False)

    def _write_down_in_time(self) -> None:
        """Write down, if it is time to, while the receiver is busy."""
        if time.monotonic() - self.written > self.pace.write_every.total_seconds():
            with suppress(DatabaseUnavailable):  # said when it is tried again, after the batch
                self._write_down()

    def _look_ahead(self) -> None:
        """Write down, and claim what is to be tried next, while the receiver is busy."""
        with suppress(DatabaseUnavailable):
            self.ahead = self._write(claim=True)

    def _write(self, *, claim: bool) -> tuple[Delivery, ...]:
        """Write down every outcome, and claim what is due in the same transaction if told to."""
        notes, now = list(self.unwritten), self.clock.now()
        # First, so that what failed beside what was taken keeps its pause.
        if self.back and time.monotonic() - self.hurried > self.pace.hurry_every.total_seconds():
            self._hurry()

        def unit(connection: Connection) -> tuple[Delivery, ...]:
            outbox.note(connection, notes, now=now)
            return self._claim(connection) if claim and not self.closed else ()

        claimed = self.database.write_now(unit) if notes or claim else ()
        del self.unwritten[: len(notes)]
        if self.closed:
            closing = partial(destinations.close, destination=self.name, now=now)
            self.database.write_now(closing)
            logs.event("destination.closed", connector=self.name)
            self.closed = False
        self.written = time.monotonic()
        return claimed

    def _leave(self) -> None:
        """Give back what was claimed and not tried, so that nobody need wait for its lease."""
        self._give_back(self.ahead)
        self.ahead = ()
        with suppress(DatabaseUnavailable):
            self._write_down()

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
