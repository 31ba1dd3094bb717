"""The bench of `amqp`: a real RabbitMQ, a queue for a unit, and a consumer that knows repeats."""

import json
from dataclasses import replace
from uuid import UUID, uuid4

from tests import rabbitmq
from tests.connectors import Held, Place
from tests.gate import Gate

LACKS: dict[str, str] = {}

UNIT = "barn-och-unga"


def bench(place: Place) -> "Amqp":
    return Amqp(place)


class Amqp:
    needs = ("password",)

    def __init__(self, place: Place) -> None:
        place.secret("password", "guest")
        self._broker = rabbitmq.shared()
        self._gate = Gate(self._broker.port)
        name = f"prov-{uuid4()}"
        self.queue = f"{name}.{UNIT}"
        rabbitmq.make_queue(self._broker.port, self.queue)
        self._taken: dict[str, rabbitmq.Found] = {}
        self.options = {
            "url": f"amqp://guest@127.0.0.1:{self._gate.port}/",
            "queue": name + ".{unit}",
            "connect_seconds": 1,
            "whole_seconds": 1,
        }

    def expect(self, envelope) -> None:
        """Nothing."""

    def held(self):
        for found in rabbitmq.take_all(self._broker.port, self.queue):
            self._taken.setdefault(found.message_id, found)
        return [
            Held(UUID(message_id), json.loads(found.body)["data"].encode())
            for message_id, found in self._taken.items()
        ]

    def shown(self):
        self.held()
        return "\n".join(
            f"{self.queue} {found.properties} {json.loads(found.body) | {'data': ''}}"
            for found in self._taken.values()
        )

    def leave(self) -> None:
        self._gate.close()

    def come_back(self) -> None:
        self._gate.open()

    def silence(self) -> None:
        self._gate.silence()

    def spoil(self, envelope):
        return replace(envelope, unit="utan-egen-ko")

    def close(self) -> None:
        self._gate.close()
        rabbitmq.drop_queue(self._broker.port, self.queue)
