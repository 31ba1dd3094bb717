"""A transport that says in one go what belongs together, and leaves without slamming the door."""

import asyncio
from typing import Any


class Gathered:
    """Sends head and content of an answer together: each sending is a call to the system.

    And where they are sent apart, the second may wait for the other side to confirm the first. What
    is written is sent when the answer is whole, and at the latest when the loop comes round.
    """

    unread = False
    """Whether the other side may still be sending what nobody will read."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []
        self._leaving = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._written:
            self._loop.call_soon(self.flush)
        self._written.append(data)

    def flush(self) -> None:
        """Send what is written."""
        if self._written:
            data, self._written = b"".join(self._written), []
            if not self._transport.is_closing():
                self._transport.write(data)

    def close(self) -> None:
        """Send what is written and say no more.

        To close while something is unread would be a reset, and that takes with it what we said.
        Then the other side is left to close, or to be cut off by whoever waits for it.
        """
        self.flush()
        if not self.unread:
            self._transport.close()
        elif not self.is_closing():
            self._transport.write_eof()
        self._leaving = True

    def is_closing(self) -> bool:
        return self._leaving or self._transport.is_closing()

    def is_closed(self) -> bool:
        """Tell that nothing is left to send, and nobody to wait for."""
        return self._transport.is_closing() and not self._transport.get_write_buffer_size()
