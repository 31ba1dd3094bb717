"""The guard around the unit tests holds."""

import asyncio
import socket

import pytest


def test_a_connection_is_refused():
    with pytest.raises(AssertionError, match="reached for the network"):
        socket.create_connection(("127.0.0.1", 9))


def test_an_event_loop_can_still_be_had():
    assert asyncio.run(asyncio.sleep(0, "awake")) == "awake"
