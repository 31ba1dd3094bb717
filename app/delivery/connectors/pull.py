"""Waits for the municipality's own system to fetch the report, through the API (docs/hand-over.md).

Nothing is carried: the receiver leases, fetches and confirms (app.delivery.leases). So no
connection is ever opened from here to the municipality's own network.
"""

from collections.abc import Sequence

from app.delivery import options
from app.delivery.connector import Envelope, Say, Setup, connector
from app.errors import TemporaryFailure


@connector("pull", passive=True)
class Pull:
    """A destination that fetches. Who may fetch is decided by tokens, and not by settings."""

    most = 1

    def __init__(self, setup: Setup) -> None:
        options.read(options.Options, setup.destination, setup.options)

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        """Leave everything where it is: a relay that comes here has been told wrong."""
        for envelope in envelopes:
            say(envelope, TemporaryFailure("delivery.reasons.fault"))

    def close(self) -> None:
        """Nothing is held."""
