"""One of several processes that take connections from one socket: who has fewest comes first.

Left to themselves whichever is awake takes all that wait: of sixteen people, one process was seen
to answer all sixteen, and the one beside it nobody.
"""

import asyncio
import socket

import uvicorn

EACH = 0.001
LONGEST = 0.01
"""Seconds that a process lets others come first: for each connection it has, and at most."""


class SharedServer(uvicorn.Server):
    """A server that shares its one socket with other processes."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections from the socket."""
        await super().startup(sockets=[])
        (self._listener,) = sockets or []
        self._listener.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._listener, self._let_others)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and let those that there are be answered."""
        self._loop.remove_reader(self._listener)
        await super().shutdown(sockets)

    def _let_others(self) -> None:
        self._loop.remove_reader(self._listener)
        patience = min(EACH * len(self.server_state.connections), LONGEST)
        self._loop.call_later(patience, self._take)

    def _take(self) -> None:
        if self.should_exit:
            return
        try:
            taken, _ = self._listener.accept()
        except OSError:
            pass  # another was before us
        else:
            task = self._loop.create_task(self._meet(taken))
            self.server_state.tasks.add(task)
            task.add_done_callback(self.server_state.tasks.discard)
        self._loop.add_reader(self._listener, self._let_others)

    async def _meet(self, taken: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, taken)
        except OSError:
            taken.close()  # whoever it was has gone

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        return made
