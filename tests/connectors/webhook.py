"""The bench of `webhook`: a receiver over TLS that checks signatures and knows repeats."""

from uuid import UUID

from tests.connectors import Held, Place, certificates
from tests.connectors.http_receiver import SECRET, Receiver, Reply

LACKS: dict[str, str] = {}


def bench(place: Place) -> "Webhook":
    return Webhook(place)


class Webhook:
    needs = ("signing-1",)

    def __init__(self, place: Place) -> None:
        place.secret("signing-1", SECRET)
        self._refused: set[str] = set()
        self._receiver = Receiver(certificates.server("localhost"), self._answer)
        self.options = {
            "url": f"https://localhost:{self._receiver.port}/mottag",
            "ca": certificates.file(place.folder),
            "allow_private": True,
            "connect_seconds": 2,
            "whole_seconds": 2,
        }

    def _answer(self, request) -> Reply | None:
        return Reply(422) if request.headers["webhook-id"] in self._refused else None

    def expect(self, envelope) -> None:
        """Nothing."""

    def held(self):
        return [
            Held(UUID(message_id), data.encode())
            for message_id, data in self._receiver.taken.items()
        ]

    def shown(self):
        return "\n".join(
            f"{request.path}\n{request.headers}" for request in self._receiver.requests
        )

    def leave(self) -> None:
        self._receiver.stop()

    def come_back(self) -> None:
        self._receiver.wake()
        if self._receiver._server is None:
            self._receiver.start()

    def silence(self) -> None:
        self._receiver.silent.set()

    def spoil(self, envelope):
        self._refused.add(str(envelope.submission_id))
        return envelope

    def close(self) -> None:
        self._receiver.wake()
        self._receiver.stop()
