"""A gate in front of a real server, so that it can be away or silent without being stopped.

It listens on the loopback and lets octets through in both directions. Closed it is as a machine
that is switched off; silent it takes every call and lets nothing through.
"""

import socket
from contextlib import suppress
from threading import Event, Lock, Thread


class Gate:
    """Open from the beginning. The address is kept for as long as it lives."""

    def __init__(self, port: int) -> None:
        self.calls = 0
        self._behind = port
        self._flowing = Event()
        self._lock = Lock()
        self._ends: set[socket.socket] = set()
        self._door: socket.socket | None = None
        self.port = 0
        self.open()

    def open(self) -> None:
        """Let everything through."""
        self._flowing.set()
        if self._door is None:
            self._door = socket.create_server(("127.0.0.1", self.port))
            self.port = self._door.getsockname()[1]
            Thread(target=self._keep, args=(self._door,), daemon=True).start()

    def silence(self) -> None:
        """Take calls, and let nothing through."""
        self._flowing.clear()

    def cut(self) -> None:
        """Break every connection, and go on as before."""
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """Be gone."""
        if self._door is not None:
            with suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
            self._door = None
        self.cut()
        self._flowing.set()

    def _keep(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near = door.accept()[0]
                self.calls += 1
                try:
                    far = socket.create_connection(("127.0.0.1", self._behind))
                except OSError:
                    near.close()
                    continue
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._ends |= {near, far}
                for one, other in ((near, far), (far, near)):
                    Thread(target=self._let_through, args=(one, other), daemon=True).start()

    def _let_through(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while octets := one.recv(65_536):
                self._flowing.wait()
                other.sendall(octets)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            with self._lock:
                self._ends.discard(end)
