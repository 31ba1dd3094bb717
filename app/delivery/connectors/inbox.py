"""Puts the report in our own inbox, where the unit's staff open it."""

from app.delivery.connector import Envelope, Setup, connector
from app.inbox import queue


@connector("inbox")
class Inbox:
    """The inbox lies in our own database; the report's id makes a repetition harmless."""

    def __init__(self, setup: Setup) -> None:
        self._database = setup.database
        self._clock = setup.clock

    def deliver(self, envelope: Envelope) -> None:
        arrived_at = self._clock.now()
        self._database.write_now(
            lambda connection: queue.arrive(
                connection,
                envelope.submission_id,
                unit=envelope.unit,
                received_at=envelope.received_at,
                arrived_at=arrived_at,
            )
        )
