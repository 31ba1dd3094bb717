"""Serve one audience, and keep serving when somebody tries to hold every door.

A bare uvicorn waits for ever for headers and bodies that never come, until the process has no
descriptors left. Here a request has a few seconds to arrive, and when all places are taken, the
connection that has been waited for longest makes room for the next. An address is never counted
or remembered, so nobody can be shut out because of who they are.
"""

import asyncio
import gc
import resource
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import h11
import uvicorn
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

HEADERS_WITHIN = 5.0
BODY_WITHIN = 15.0
STOP_WITHIN = 4
LOOK_EVERY = 0.25
"""Seconds between our looks for those who have been waited for too long."""
LONGEST_HEADERS = 16 * 1024

GARBAGE = 20_000
"""New objects before rubbish is looked for; Python's own limit is passed by every request."""
MOST_CONNECTIONS = 4096
OWN_DESCRIPTORS = 48  # database, log, listening socket, event loop


def serve(application: Application, listener: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT; then finish those begun, within STOP_WITHIN s."""
    places, queue = _places()
    config = uvicorn.Config(
        quietly(application),
        http=Guarded,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=queue,
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        timeout_keep_alive=int(HEADERS_WITHIN),
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = uvicorn.Server(config)
    server.server_state = Doors(places)
    # What was made at start-up stays: let nobody look through it for rubbish again and again.
    gc.collect()
    gc.freeze()
    # Nearly nothing of a request is in a ring: it is gone without being looked for.
    gc.set_threshold(GARBAGE)
    server.run(sockets=[listener])


def quietly(application: Application) -> Application:
    """Let a visitor leave in the middle of a request: that is no error of ours."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        try:
            await application(scope, receive, send)
        except ClientDisconnect:
            return

    return answer


class Doors(ServerState):
    """How many connections there is room for, and which of them have yet to say what they want."""

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places
        self.waiting: dict[
            Guarded, float
        ] = {}  # until when, in the order in which we began to wait
        self._looking = False

    def wait_for(self, connection: "Guarded", *, patience: float) -> None:
        """Wait for a connection, that many seconds."""
        self.waiting[connection] = connection.loop.time() + patience
        if not self._looking:
            self._looking = True
            connection.loop.call_later(LOOK_EVERY, self._look, connection.loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        # One look at them all now and then costs less than a clock for each request.
        for connection, until in list(self.waiting.items()):
            if until <= loop.time():
                connection.turn_away()
        self._looking = bool(self.waiting)
        if self._looking:
            loop.call_later(LOOK_EVERY, self._look, loop)

    def make_room(self) -> None:
        """Close the connection that has been waited for longest, if all places are taken."""
        if len(self.connections) > self.places:
            longest = next(iter(self.waiting), None)
            if longest is not None:
                longest.turn_away()


class Guarded(H11Protocol):
    """A connection that must say what it wants in time."""

    server_state: Doors
    _gathered: "Gathered"
    _awaited: type[h11.IDLE] | type[h11.SEND_BODY] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._gathered = Gathered(transport, self.loop)
        super().connection_made(self._gathered)  # type: ignore[arg-type] # it does as one
        self._watch()
        self.server_state.make_room()

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def on_response_complete(self) -> None:
        self._gathered.flush()
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for(None)
        super().connection_lost(exc)

    def turn_away(self) -> None:
        self._wait_for(None)
        self.connections.discard(self)
        self.transport.abort()

    def _watch(self) -> None:
        state = self.conn.their_state
        if self.transport.is_closing():
            self._wait_for(None)
        elif state is h11.IDLE or state is h11.SEND_BODY:
            self._wait_for(state)
        else:
            self._wait_for(None)

    def _wait_for(self, state: type[h11.IDLE] | type[h11.SEND_BODY] | None) -> None:
        if state is self._awaited:
            return
        self._awaited = state
        self.server_state.waiting.pop(self, None)
        if state is not None:
            patience = HEADERS_WITHIN if state is h11.IDLE else BODY_WITHIN
            self.server_state.wait_for(self, patience=patience)


class Gathered:
    """A transport that sends headers and content in one go: each sending is a call to the system.

    What is written is sent when the answer is whole, and at the latest when the loop comes round.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []

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
            self._transport.write(data)

    def close(self) -> None:
        self.flush()
        self._transport.close()


def _places() -> tuple[int, int]:
    # The event loop accepts a whole queue of connections before it looks at any of them, so both
    # together must fit within the descriptors that the process may have.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * 3 // 2 + OWN_DESCRIPTORS
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    room = max(min(soft, wanted) - OWN_DESCRIPTORS, 12)
    return room * 2 // 3, room // 3
