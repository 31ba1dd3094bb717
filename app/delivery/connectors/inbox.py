"""Puts the report in our own inbox, where the unit's staff open it."""

from collections.abc import Sequence

from app.casework import queue
from app.casework.queue import Arrival
from app.delivery import options
from app.delivery.connector import Answer, Envelope, Say, Setup, connector

AT_A_TIME = 200


@connector("inbox", carries=False)
class Inbox:
    """The inbox lies in our own database; the report's id makes a repetition harmless."""

    most = AT_A_TIME

    def __init__(self, setup: Setup) -> None:
        options.read(options.Options, setup.destination, setup.options)
        self._database = setup.database
        self._clock = setup.clock
        self._rules = setup.rules

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        """Let all of them arrive together, or each alone when one of them can not."""
        try:
            self._arrive(envelopes)
        except Exception:
            if len(envelopes) == 1:
                raise
            for envelope in envelopes:
                self._alone(envelope, say)
        else:
            for envelope in envelopes:
                say(envelope, Answer.CONFIRMED)

    def close(self) -> None:
        """Nothing is held."""

    def _alone(self, envelope: Envelope, say: Say) -> None:
        try:
            self._arrive([envelope])
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is about this one
            say(envelope, failure)
        else:
            say(envelope, Answer.CONFIRMED)

    def _arrive(self, envelopes: Sequence[Envelope]) -> None:
        now = self._clock.now()
        arrivals = [
            Arrival(each.submission_id, each.unit, each.form_id, each.received_at, now, each.urgent)
            for each in envelopes
        ]
        self._database.write_now(lambda connection: queue.arrive(connection, arrivals, self._rules))
