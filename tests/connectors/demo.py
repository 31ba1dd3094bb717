"""A connector that does as it is told: takes, refuses, fails, hangs and crashes, report by report.

It is registered only while a test wants it. Without a fault it keeps every promise; with one of
FAULTS it breaks a single one, which the contract tests must notice.
"""

import logging
import threading
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from app.delivery import options
from app.delivery.connector import CONNECTORS, Answer, Envelope, Outcome, Registered, Say, Setup
from app.errors import PermanentFailure, TemporaryFailure
from tests.connectors import Held, Place

LACKS: dict[str, str] = {}

FAULTS = {
    "forgets": "is_held",
    "mixes": "is_held",
    "alters": "is_held",
    "doubles": "again_does_nothing_twice",
    "says nothing": "each_is_answered_once",
    "says it twice": "each_is_answered_once",
    "says it late": "each_is_answered_once",
    "spoils all": "one_that_is_refused_spoils_no_other",
    "sends nothing": "one_without_content_is_refused",
    "crashes": "a_receiver_that_is_away_is_tried_again",
    "gives up": "a_receiver_that_is_away_is_tried_again",
    "invents": "a_receiver_that_is_away_is_tried_again",
    "breaks": "a_receiver_that_was_cut_off_is_found_again",
    "waits": "a_receiver_that_says_nothing_is_left",
    "shows": "nothing_sealed_can_be_seen",
    "logs": "nothing_sealed_can_be_seen",
    "blurts": "no_error_tells",
    "crowds": "two_batches_at_once_are_both_taken",
    "lingers": "closed_it_leaves_nothing_behind",
    "takes anything": "what_can_not_be_set_is_refused",
    "trusts": "a_secret_that_is_missing_is_missed",
    "chokes": "as_many_as_it_wants_are_taken",
}
"""Each promise that it can break, and the trial that shall notice."""


FAILURES = {
    "refuse": PermanentFailure("delivery.reasons.refused"),
    "fail": TemporaryFailure("delivery.reasons.full"),
}


@dataclass
class Receiver:
    """A receiver in our own memory.

    `commands` says what shall become of a report, by its id: "refuse", "fail", "hang" or "crash".
    """

    taken: dict[UUID, bytes] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    commands: dict[UUID, str] = field(default_factory=dict)
    away: bool = False
    silent: bool = False
    woken: threading.Event = field(default_factory=threading.Event)


class DemoOptions(options.Options):
    seconds: float = 0.1


class Demo:
    """Carries to a Receiver, one at a time."""

    most = 10

    def __init__(self, setup: Setup, receiver: Receiver, fault: str | None = None) -> None:
        self._fault, self._receiver = fault, receiver
        given = {} if fault == "takes anything" else setup.options
        self._options = options.read(DemoOptions, setup.destination, given)
        if fault != "trusts":
            setup.need_secret("key")
        self._cut_off = False
        self._busy, self._end = threading.Lock(), threading.Event()
        self._linger = threading.Thread(target=self._end.wait, daemon=True)
        self._linger.start()

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        match self._fault:
            case "spoils all" if self._receiver.commands:
                raise PermanentFailure("delivery.reasons.refused")
            case "crowds" if not self._busy.acquire(blocking=False):
                raise RuntimeError("already at work")
            case "chokes" if len(envelopes) == self.most:
                raise TemporaryFailure("delivery.reasons.full")
            case "mixes":
                contents = [each.content for each in (*envelopes[1:], envelopes[0])]
            case _:
                contents = [each.content for each in envelopes]
        for envelope, content in zip(envelopes, contents, strict=True):
            outcome = self._carry(envelope, content)
            if self._fault == "says nothing" and envelope is envelopes[-1]:
                continue
            say(envelope, outcome)
            if self._fault == "says it twice":
                say(envelope, outcome)
        if self._fault == "says it late":
            threading.Timer(0.05, say, [envelopes[0], Answer.CONFIRMED]).start()
        if self._fault == "crowds":
            self._end.wait(0.1)
            self._busy.release()

    def close(self) -> None:
        if self._fault != "lingers":
            self._end.set()
            self._linger.join()

    def _carry(self, envelope: Envelope, content: bytes | None) -> Outcome:
        receiver, fault = self._receiver, self._fault
        if receiver.away or (fault == "breaks" and self._cut_off):
            self._cut_off = True
            return self._away(envelope)
        if receiver.silent:
            receiver.woken.wait(10 if fault == "waits" else self._options.seconds)
            return TemporaryFailure("delivery.reasons.timed_out")
        if content is None:
            sends = fault == "sends nothing"
            return Answer.CONFIRMED if sends else PermanentFailure("delivery.reasons.fault")
        command = receiver.commands.get(envelope.submission_id, "take")
        if command == "crash":
            raise ZeroDivisionError
        if command == "hang":
            receiver.woken.wait()
        if command in FAILURES:
            return FAILURES[command]
        if fault == "forgets":
            return Answer.CONFIRMED
        key = uuid4() if fault == "doubles" and envelope.again else envelope.submission_id
        receiver.taken[key] = content.lower() if fault == "alters" else content
        shown = content.decode() if fault == "shows" else envelope.reference
        receiver.headers.append(f"{envelope.submission_id} {shown}")
        if fault == "logs":
            logging.getLogger("skyddsnat").debug("sent %s", content.decode())
        return Answer.CONFIRMED

    def _away(self, envelope: Envelope) -> Exception:
        match self._fault:
            case "crashes":
                return ConnectionResetError("gone")
            case "gives up":
                return PermanentFailure("delivery.reasons.unavailable")
            case "invents":
                return TemporaryFailure("delivery.reasons.tuesday")
            case "blurts":
                failure = TemporaryFailure("delivery.reasons.unavailable")
                failure.__cause__ = OSError(f"could not send {envelope.content!r}")
                return failure
        return TemporaryFailure("delivery.reasons.unavailable")


@contextmanager
def registered(fault: str | None = None):
    """Have the connector `demo` for a while, with a promise that it breaks if one is named."""
    receiver = Receiver()
    CONNECTORS["demo"] = Registered(
        lambda setup: Demo(setup, receiver, fault), options=DemoOptions, carries=True, passive=False
    )
    CONNECTORS["demo"].make.receiver = receiver
    try:
        yield receiver
    finally:
        del CONNECTORS["demo"]


def bench(place: Place) -> "Bench":
    return Bench(place, CONNECTORS["demo"].make.receiver)


class Bench:
    needs = ("key",)

    def __init__(self, place: Place, receiver: Receiver) -> None:
        place.secret("key", "en-nyckel-som-ingen-ska-se")
        self.options = {"seconds": 0.1}
        self._receiver = receiver

    def expect(self, envelope) -> None:
        """Nothing."""

    def held(self):
        return [Held(*each) for each in self._receiver.taken.items()]

    def shown(self):
        return "\n".join(self._receiver.headers)

    def leave(self) -> None:
        self._receiver.away = True

    def come_back(self) -> None:
        self._receiver.away = self._receiver.silent = False
        self._receiver.woken.set()

    def silence(self) -> None:
        self._receiver.woken.clear()
        self._receiver.silent = True

    def spoil(self, envelope):
        self._receiver.commands[envelope.submission_id] = "refuse"
        return envelope

    def close(self) -> None:
        self._receiver.woken.set()
