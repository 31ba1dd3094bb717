"""The bench of `pull`: nothing is carried, so nothing can be broken; its API has its own tests."""

from tests.connectors import Place

LACKS: dict[str, str] = {}


def bench(place: Place) -> "Pull":
    return Pull()


class Pull:
    """What can be asked of a connector that only waits. The rest of Bench is never called."""

    needs = ()

    def __init__(self) -> None:
        self.options: dict = {}

    def close(self) -> None:
        """Nothing was started."""
