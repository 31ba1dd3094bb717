"""Unit tests need nothing but the code: whoever opens a socket here is told so."""

import socket

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuse every connection; a pair of sockets inside the process (asyncio) still works."""

    def refuse(self, address, *rest):
        self.close()
        raise AssertionError("a unit test reached for the network")

    for way in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, way, refuse, raising=False)
