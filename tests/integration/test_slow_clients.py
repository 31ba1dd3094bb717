"""Whoever sends slowly on purpose loses the place; everybody else is answered all the while."""

import contextlib
import http.client
import socket
import time

import pytest

from app.commands import supervisor
from app.web.http.guarded import GONE_WITHIN
from tests.integration.small_site import (
    LARGE,
    LOOPS,
    PATIENCE,
    WAIT,
    answer,
    connect,
    heard,
    said,
    serving,
    stopped,
)

ATTACKERS = 400
SLOW = [
    pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", id="headers"),
    pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx", id="bodies"),
    pytest.param(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx", id="chunks"
    ),
    pytest.param(b"GET /stort HTTP/1.1\r\nHost: x\r\n\r\n", id="readers"),
    pytest.param(b"GET /stort HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", id="last readers"),
    pytest.param(b"", id="silence"),
]


def status(octets):
    return int(octets.split(b" ", 2)[1])


@pytest.mark.alone
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("beginning", SLOW)
def test_slow_connections_by_the_hundred_do_not_close_the_site(beginning, loop):
    with serving(loop=loop) as (port, _), contextlib.ExitStack() as held:
        times = []
        for number in range(ATTACKERS):
            # An attacker who is turned away while still sending has lost: that is the point.
            with contextlib.suppress(ConnectionError):
                held.enter_context(connect(port, beginning, room=4096))
            if number % 10 == 9:
                status, seconds = answer(port)
                assert status == 200
                times.append(seconds)
        assert max(times) < PATIENCE


@pytest.mark.alone
@pytest.mark.parametrize("loop", LOOPS)
def test_a_rush_of_slow_connections_at_once_does_not_close_the_site(loop):
    with serving(loop=loop) as (port, _), contextlib.ExitStack() as held:
        for _ in range(ATTACKERS):
            attacker = held.enter_context(socket.socket())
            attacker.setblocking(False)
            attacker.connect_ex(("127.0.0.1", port))
        statuses = {answer(port)[0] for _ in range(20)}
        assert statuses == {200}


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("beginning", SLOW[:3])
def test_who_is_late_is_told_so_and_no_connection_is_reset(beginning, loop):
    with serving(headers_within=0.3, body_within=0.3, loop=loop) as (port, process):
        with connect(port, beginning) as attacker:
            said = heard(attacker)
            assert status(said) == 408
            assert b"\r\nconnection: close\r\n" in said
            assert "112" in said.partition(b"\r\n\r\n")[2].decode()
            # Still sending: what we said must not be lost to it.
            attacker.sendall(b"x" * 100)
        assert answer(port, body=b"x" * 100_000)[0] == 200
        written = stopped(process)
    assert '"request.refused", "code": "late", "count": 1, "status": 408' in written
    assert "Exception" not in written
    assert '"error"' not in written


@pytest.mark.parametrize("loop", LOOPS)
def test_who_says_nothing_is_left_without_a_word(loop):
    with serving(headers_within=0.3, loop=loop) as (port, process):
        with connect(port) as silent, connect(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as done:
            assert heard(silent) == b""
            assert status(heard(done)) == 200
        assert "refused" not in stopped(process)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
def test_who_does_not_take_the_answer_is_not_waited_for(loop, ending):
    asked = b"GET /stort HTTP/1.1\r\nHost: x\r\n" + ending + b"\r\n"
    with serving(headers_within=0.3, body_within=0.3, loop=loop) as (port, _):
        with connect(port, asked, room=4096) as visitor:
            time.sleep(GONE_WITHIN + 1)
            assert len(heard(visitor)) < LARGE
        assert answer(port)[0] == 200


@pytest.mark.parametrize("loop", LOOPS)
def test_sending_an_octet_now_and_then_buys_no_time(loop):
    with serving(headers_within=0.5, loop=loop) as (port, _), connect(port, b"G") as attacker:
        started = time.monotonic()
        attacker.settimeout(0.05)
        answered = b""
        while time.monotonic() - started < PATIENCE and not answered:
            attacker.sendall(b"E")
            with contextlib.suppress(TimeoutError):
                answered = attacker.recv(20)
        assert status(answered) == 408
        assert time.monotonic() - started < 2


def test_a_body_in_time_is_answered_however_late_its_headers_would_have_been():
    begun = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx"
    with serving(headers_within=0.4, body_within=30) as (port, _), connect(port, begun) as patient:
        time.sleep(0.8)
        patient.sendall(b"y")
        patient.settimeout(PATIENCE)
        assert patient.recv(12) == b"HTTP/1.1 200"


def test_a_connection_that_was_quiet_has_its_whole_time_when_it_asks_again():
    with serving(headers_within=2) as (port, _), connect(port) as visitor:
        time.sleep(1.2)
        visitor.sendall(b"GET / HTTP/1.1\r\n")
        time.sleep(1.2)
        visitor.sendall(b"Host: x\r\n\r\n")
        assert visitor.recv(12) == b"HTTP/1.1 200"


def test_a_flood_of_nonsense_is_a_few_lines_in_the_log_and_nothing_of_it_is_in_them():
    with serving() as (port, process):
        for _ in range(200):
            assert status(said(port, b"HEMLIGT HEMLIGT\r\n\r\n")) == 400
        written = stopped(process)
    lines = [line for line in written.splitlines() if "request.refused" in line]
    assert 1 <= len(lines) < 10
    assert all('"code": "malformed"' in line for line in lines)
    assert "HEMLIGT" not in written


def test_the_server_does_not_say_what_it_is_and_stops_when_told():
    with serving(headers_within=5, body_within=5) as (port, process):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", "/")
            assert connection.getresponse().getheader("server") is None
            process.terminate()
            process.wait(timeout=WAIT)


def test_a_port_that_is_taken_is_refused():
    with supervisor.listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        supervisor.listen(*first.getsockname())
