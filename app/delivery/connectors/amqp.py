"""Puts envelopes on a queue of RabbitMQ's (AMQP 0-9-1), for the municipality's own integration.

Confirmed means that a majority of the queue's disks hold the message: it is persistent, the queue
a quorum queue, and the broker confirms each. What no queue would take comes back to us (mandatory)
and is tried again: that the operator has not made the queue yet shall lose nothing, nor make every
report a task for somebody. A broker can not be asked what it holds, so a message whose confirmation
never came may lie there twice; both have the same message id.

A connection that has failed in any way is dropped, and the next batch makes a new one. The
library's reconnecting kind is not used: what is published on it hangs while the broker is away.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from copy import copy
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika import exceptions as said
from aio_pika.abc import AbstractChannel, AbstractConnection
from pydantic import Field, model_validator

from app.delivery import options
from app.delivery.connector import Answer, Envelope, Say, Setup, connector
from app.delivery.event import event
from app.delivery.loop import Loop, within
from app.errors import BadOptions, PermanentFailure, TemporaryFailure

Publish = Callable[..., Awaitable[object]]

CLOSING_SECONDS = 1.5
NEW_QUEUE_SECONDS = 1.0
"""How long a queue that may be new is left alone. A broker that is killed within half a second from
making a quorum queue loses it, with what it has confirmed (mended in ra, pull request 443)."""
HEARTBEAT_SECONDS = 10
"""A connection that was left behind ends itself when this has passed three times in silence."""
REPLIES = {
    "ACCESS_REFUSED": "not_permitted",
    "NOT_FOUND": "not_found",
    # So the library tells of a virtual host that is not there, or not ours.
    "Expected one of ['Connection.OpenOk'], got <Connection.Close": "not_permitted",
}
"""What a refusal begins with (AMQP 0-9-1, 1.2, as RabbitMQ writes it), and what it means."""

for library in ("aio_pika", "aiormq"):
    # At finer levels they write down each message with its content.
    logging.getLogger(library).setLevel(logging.WARNING)


PROPERTIES = aio_pika.Message(
    b"",
    content_type="application/cloudevents+json",
    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
).properties
"""What all messages have. Made once: it costs more than all the rest of a message."""


class AmqpOptions(options.Options):
    """What stands under [destinations.<name>.options]. The password is a secret: `password`."""

    url: str
    queue: str = Field(min_length=1, max_length=200)
    """With an exchange: the routing key. `{unit}` in it stands for the unit."""
    exchange: str = ""
    make_queue: bool = Field(default=False, alias="declare")
    """Whether we make the queue. Otherwise the operator does, with the rules of the house."""
    dead_letter_exchange: str = ""
    ca: str | None = None
    allow_plain: bool = False
    connect_seconds: float = Field(default=5, gt=0, le=10)
    whole_seconds: float = Field(default=20, gt=0, le=25)

    @model_validator(mode="after")
    def _the_address_can_be_connected_to(self) -> Self:
        try:
            parts = urlsplit(self.url)
            _ = parts.port
        except ValueError:
            raise ValueError("url är ingen adress") from None
        if parts.scheme not in {"amqp", "amqps"} or not parts.hostname or not parts.username:
            raise ValueError("url ska se ut som amqps://namn@värd/vhost")
        if parts.password is not None:
            raise ValueError("url får inte ha något lösenord: det ska ligga bland hemligheterna")
        if parts.query or parts.fragment:
            raise ValueError("url får inte ha något efter ? eller #")
        if parts.scheme == "amqp" and not (self.allow_plain or _is_loopback(parts.hostname)):
            raise ValueError("url ska börja med amqps://, annars kan lösenordet läsas på vägen")
        return self

    @model_validator(mode="after")
    def _what_we_make_is_one_queue(self) -> Self:
        if self.make_queue and (self.exchange or "{" in self.queue):
            raise ValueError("declare går bara med en enda kö, utan exchange och {unit}")
        if self.make_queue and self.whole_seconds < 3 * NEW_QUEUE_SECONDS:
            raise ValueError("whole_seconds ska vara minst 3 när declare är true")
        if self.dead_letter_exchange and not self.make_queue:
            raise ValueError("dead_letter_exchange går bara tillsammans med declare")
        return self


@connector("amqp", options=AmqpOptions)
class Amqp:
    """Publishes a batch at once on one channel, and answers for each message as it is confirmed."""

    most = 200

    def __init__(self, setup: Setup) -> None:
        self._options = options.read(AmqpOptions, setup.destination, setup.options)
        self._address = _address(self._options.url, setup.need_secret("password"))
        try:
            self._trust = ssl.create_default_context(cafile=self._options.ca)
        except (OSError, ValueError) as unreadable:
            why = "ca är ingen läsbar fil med certifikat"
            raise BadOptions(setup.destination, why) from unreadable
        self._loop = Loop(f"amqp-{setup.destination}")
        self._connection: AbstractConnection | None = None
        self._line: AbstractChannel | None = None
        self._one_connects = asyncio.Lock()

    def deliver(self, envelopes: Sequence[Envelope], say: Say) -> None:
        """Say of each envelope whether the broker holds it; raise what became of the rest."""
        try:
            self._loop.run(self._carry(envelopes, say), seconds=self._options.whole_seconds)
        except Exception as failure:
            with suppress(OSError):
                self._loop.run(self._let_go(), seconds=CLOSING_SECONDS + 0.5)
            raise meaning(failure) from failure

    def close(self) -> None:
        """Close the connection and end the thread, within a few seconds."""
        self._loop.close(self._let_go)

    async def _carry(self, envelopes: Sequence[Envelope], say: Say) -> None:
        unsaid = await self._publish(envelopes, say)
        for envelope in unsaid:
            # One that the broker will not have closes the channel for all. Alone it stops no other.
            if len(envelopes) == 1 or await self._publish([envelope], say):
                say(envelope, PermanentFailure("delivery.reasons.refused"))

    async def _publish(self, envelopes: Sequence[Envelope], say: Say) -> list[Envelope]:
        """Publish them; return those of which nothing is known since the broker refused one."""
        channel = await (await self._channel()).get_underlay_channel()
        each = (self._publish_one(channel.basic_publish, envelope, say) for envelope in envelopes)
        ends = await asyncio.gather(*each, return_exceptions=True)
        failures = [end for end in ends if end]
        if any(isinstance(failure, said.ChannelPreconditionFailed) for failure in failures):
            return [envelope for envelope, end in zip(envelopes, ends, strict=True) if end]
        for failure in failures:
            raise failure
        return []

    async def _publish_one(self, publish: Publish, envelope: Envelope, say: Say) -> None:
        try:
            body = event(envelope)
        except ValueError:
            say(envelope, PermanentFailure("delivery.reasons.fault"))
            return
        queue = self._options.queue.replace("{unit}", envelope.unit)
        try:
            await publish(
                body,
                exchange=self._options.exchange,
                routing_key=queue,
                properties=properties(envelope),
                mandatory=True,
                wait=False,  # or each would be held until the one before it has left the house
            )
        except said.PublishError:
            say(envelope, TemporaryFailure("delivery.reasons.unroutable"))
        except said.DeliveryError:  # the queue is as long as it may be, or has lost its leader
            say(envelope, TemporaryFailure("delivery.reasons.full"))
        else:
            say(envelope, Answer.CONFIRMED)

    async def _channel(self) -> AbstractChannel:
        """Return where to publish, on a connection that lives as far as is known."""
        async with self._one_connects:
            if self._line is not None and not self._line.is_closed:  # nor, then, its connection
                return self._line
            await self._let_go()
            self._line = await self._connect()
            return self._line

    async def _connect(self) -> AbstractChannel:
        self._connection = connection = await within(
            self._options.connect_seconds,
            aio_pika.connect(**self._address, ssl_context=self._trust, heartbeat=HEARTBEAT_SECONDS),
        )
        channel: AbstractChannel = await connection.channel(
            publisher_confirms=True, on_return_raises=True
        )
        if self._options.make_queue:
            await self._make_queue(channel)
        return channel

    async def _make_queue(self, channel: AbstractChannel) -> None:
        arguments: dict[str, Any] = {"x-queue-type": "quorum"}
        if self._options.dead_letter_exchange:
            arguments["x-dead-letter-exchange"] = self._options.dead_letter_exchange
        try:
            await channel.declare_queue(self._options.queue, durable=True, arguments=arguments)
        except said.ChannelPreconditionFailed as other:  # there is one, of another kind
            raise TemporaryFailure("delivery.reasons.refused") from other
        await asyncio.sleep(NEW_QUEUE_SECONDS)

    async def _let_go(self) -> None:
        connection, self._connection, self._line = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                await within(CLOSING_SECONDS, connection.close())


def properties(envelope: Envelope) -> Any:  # noqa: ANN401 - the library's, which has no name here
    """Return what makes a message known by the report's id, and outlive a restart."""
    made = copy(PROPERTIES)
    made.message_id = str(envelope.submission_id)
    return made


def meaning(failure: Exception) -> Exception:
    """Return what a failure of the library's is to us. One that we do not know is a fault."""
    replies = [each for each in REPLIES for text in failure.args if str(text).startswith(each)]
    if isinstance(failure, TimeoutError):
        reason = "timed_out"
    elif isinstance(failure.__cause__, ssl.SSLError):
        reason = "untrusted"
    elif replies:
        reason = REPLIES[replies[0]]
    elif isinstance(failure, said.AMQPError | said.ChannelInvalidStateError | OSError):
        reason = "unavailable"
    else:
        return failure
    return TemporaryFailure(f"delivery.reasons.{reason}")


def _address(url: str, password: str) -> dict[str, Any]:
    """Return the address in the parts that the library wants, the password among them."""
    parts = urlsplit(url)
    tls = parts.scheme == "amqps"
    return {
        "host": parts.hostname,
        "port": parts.port or (5671 if tls else 5672),
        "login": unquote(parts.username or ""),
        "password": password,
        "virtualhost": unquote(parts.path[1:]) or "/",
        "ssl": tls,
    }


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
