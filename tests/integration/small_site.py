"""A real server process with a site of a few lines behind our own doors, and ways to talk to it.

`python small_site.py HEADERS_WITHIN BODY_WITHIN LOOP` prints its port and serves until it is told
to stop; LOOP is uvloop or asyncio. It answers with what it was asked and how long the body was.
"""

import asyncio
import contextlib
import http.client
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 3.0  # seconds that a visitor may have to wait while others are slow
WAIT = 15.0  # seconds for what is not about time: the machine may be busy
LOOPS = ("uvloop", "asyncio")
LENGTH_9 = [(b"content-length", b"9")]
LARGE = 3_000_000  # octets: more than the system takes from us at once


def few_descriptors(most):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    return limit


@contextlib.contextmanager
def serving(headers_within=5, body_within=15, loop="uvloop", descriptors=256):
    """The server, running; gives its port and its process."""
    command = [sys.executable, "-m", "tests.integration.small_site"]
    with subprocess.Popen(
        [*command, str(headers_within), str(body_within), loop],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=few_descriptors(descriptors),  # noqa: PLW1509 - no threads here
    ) as process:
        try:
            yield int(process.stdout.readline()), process
        finally:
            process.kill()


def answer(port, body=None, path="/", within=PATIENCE):
    """Ask once; return the status and how long it took."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
    with contextlib.closing(connection):
        connection.request("POST" if body else "GET", path, body)
        status = connection.getresponse().status
    return status, time.monotonic() - started


def connect(port, beginning=b"", room=None):
    """Connect, and send a beginning. `room` is how much is taken before it is asked for."""
    visitor = socket.socket()
    visitor.settimeout(WAIT)
    if room:
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    visitor.connect(("127.0.0.1", port))
    visitor.sendall(beginning)
    return visitor


def heard(visitor, within=WAIT):
    """All that comes until the other side says that there is no more. A reset is an error."""
    visitor.settimeout(within)
    parts = []
    while part := visitor.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def said(port, octets):
    """Send the octets and nothing more; return all that is answered before the end."""
    with connect(port, octets) as visitor:
        visitor.shutdown(socket.SHUT_WR)
        return heard(visitor)


def stopped(process):
    """Stop the server; return what it wrote."""
    process.terminate()
    return process.communicate(timeout=WAIT)[1]


async def site(scope, receive, send):
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    path = scope["path"]
    if path == "/tidigt":  # answered before the body is read
        await say(send, 413, b"early")
        return
    if path == "/fel/sent":
        await send({"type": "http.response.start", "status": 200, "headers": LENGTH_9})
    if path.startswith("/fel"):
        raise LookupError("HEMLIGT")
    size = await size_of_body(receive)
    if path == "/langsamt":
        await asyncio.sleep(0.5)
    names = sorted(name.decode() for name, _ in scope["headers"])
    words = [scope["method"], path, scope["http_version"], str(size), *names]
    if path == "/egenskaper":
        loop = type(asyncio.get_running_loop()).__module__
        words = [loop.partition(".")[0], str(no_delay(scope["client"]))]
    await say(send, 200, b"x" * LARGE if path == "/stort" else " ".join(words).encode())


async def live(receive, send):
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def size_of_body(receive):
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        size, more = size + len(message["body"]), message.get("more_body", False)
    return size


async def say(send, status, body):
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def no_delay(client):
    """Whether the connection to this client sends small pieces at once."""
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(int(each.name))) as found:
            if found.getpeername() == client:
                return bool(found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    raise LookupError(client)


if __name__ == "__main__":
    if sys.argv[3] == "asyncio":
        sys.modules["uvloop"] = None  # as where it is not installed
    from app import logs
    from app.commands import supervisor
    from app.web.http import guarded, server
    from app.web.http.server import ClientDisconnect

    logs.configure("prov")
    guarded.HEADERS_WITHIN, guarded.BODY_WITHIN = float(sys.argv[1]), float(sys.argv[2])
    listener = supervisor.listen("127.0.0.1", 0)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    server.serve(site, listener)
