"""The bench of `pull`: nobody is called, since the receiver fetches.

How it does that is tried in tests/integration/test_leases.py and tests/web/test_api.py.
"""

from tests.connectors import Place

LACKS = {
    "silence": "nothing is sent, so nobody can be silent",
    "spoil": "nothing is sent, so nothing is refused",
}


def bench(place: Place) -> "Pull":
    return Pull()


class Pull:
    options: dict = {}  # noqa: RUF012 - never written to
    needs = ()

    def expect(self, envelope) -> None:
        """Nothing."""

    def held(self):
        return []

    def shown(self):
        return ""

    def leave(self) -> None:
        """Nobody is there."""

    def come_back(self) -> None:
        """As above."""

    def silence(self) -> None:
        """As above."""

    def spoil(self, envelope):
        return envelope

    def close(self) -> None:
        """Nothing is held."""
