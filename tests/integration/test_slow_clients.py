"""Whoever sends slowly on purpose loses the place; everybody else is answered all the while."""

import contextlib
import http.client
import resource
import socket
import subprocess
import sys
import time

import pytest

from app.commands import supervisor
from app.settings import CHECKOUT

DESCRIPTORS = 256
ATTACKERS = 400
PATIENCE = 3.0

SMALL_SITE = """
import sys
from app.commands import supervisor
from app.web.http import server

async def site(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise server.ClientDisconnect
        size, more = size + len(message["body"]), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})

server.HEADERS_WITHIN, server.BODY_WITHIN = float(sys.argv[1]), float(sys.argv[2])
listener = supervisor.listen("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
server.serve(site, listener)
"""


def few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


@contextlib.contextmanager
def serving(headers_within, body_within):
    """A real server process with 256 descriptors; gives its port and its process."""
    command = [sys.executable, "-c", SMALL_SITE, str(headers_within), str(body_within)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        preexec_fn=few_descriptors,  # noqa: PLW1509 - no threads here
    ) as process:
        try:
            yield int(process.stdout.readline()), process
        finally:
            process.kill()


def answer(port, body=None):
    """Ask once; return the status and how long it took."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("POST" if body else "GET", "/", body)
        status = connection.getresponse().status
    return status, time.monotonic() - started


def slow(port, beginning):
    """Connect, send a beginning and never the rest."""
    attacker = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    attacker.sendall(beginning)
    return attacker


def is_closed(attacker, within):
    attacker.settimeout(within)
    try:
        return attacker.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


@pytest.mark.alone
@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", id="headers"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx", id="bodies"),
        pytest.param(b"", id="silence"),
    ],
)
def test_slow_connections_by_the_hundred_do_not_close_the_site(beginning):
    with serving(headers_within=5, body_within=15) as (port, _), contextlib.ExitStack() as held:
        times = []
        for number in range(ATTACKERS):
            # An attacker who is turned away while still sending has lost: that is the point.
            with contextlib.suppress(ConnectionError):
                held.enter_context(slow(port, beginning))
            if number % 10 == 9:
                status, seconds = answer(port)
                assert status == 200
                times.append(seconds)
        assert max(times) < PATIENCE


@pytest.mark.alone
def test_a_rush_of_slow_connections_at_once_does_not_close_the_site():
    with serving(headers_within=5, body_within=15) as (port, _), contextlib.ExitStack() as held:
        for _ in range(ATTACKERS):
            attacker = held.enter_context(socket.socket())
            attacker.setblocking(False)
            attacker.connect_ex(("127.0.0.1", port))
        statuses = {answer(port)[0] for _ in range(20)}
        assert statuses == {200}


def test_headers_that_do_not_arrive_in_time_end_the_connection():
    with serving(headers_within=0.3, body_within=30) as (port, _):
        with slow(port, b"GET / HT") as attacker:
            assert is_closed(attacker, within=PATIENCE)
        assert answer(port)[0] == 200


def test_sending_a_byte_now_and_then_buys_no_time():
    with serving(headers_within=0.5, body_within=30) as (port, _), slow(port, b"G") as attacker:
        started = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - started < PATIENCE:
                attacker.sendall(b"E")
                time.sleep(0.05)
        assert time.monotonic() - started < 2


def test_a_body_that_does_not_arrive_in_time_ends_the_connection_and_is_no_error_of_ours():
    with serving(headers_within=30, body_within=0.3) as (port, process):
        with slow(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx") as attacker:
            assert is_closed(attacker, within=PATIENCE)
        assert answer(port, body=b"x" * 100_000)[0] == 200
        process.terminate()
        assert "Exception" not in process.stderr.read()


def test_a_body_in_time_is_answered_however_late_its_headers_would_have_been():
    begun = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx"
    with serving(headers_within=0.4, body_within=30) as (port, _), slow(port, begun) as patient:
        time.sleep(0.8)
        patient.sendall(b"y")
        patient.settimeout(PATIENCE)
        assert patient.recv(12) == b"HTTP/1.1 200"


def test_the_server_does_not_say_what_it_is_and_stops_when_told():
    with serving(headers_within=5, body_within=5) as (port, process):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", "/")
            assert connection.getresponse().getheader("server") is None
            process.terminate()
            process.wait(timeout=PATIENCE)


def test_a_port_that_is_taken_is_refused():
    with supervisor.listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        supervisor.listen(*first.getsockname())
