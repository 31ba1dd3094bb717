"""A client of our own: many kept-alive connections, one thread, no library between it and the wire.

It runs in a process of its own, so that what it costs is never counted as the server's. Each
connection follows a script: a generator that gives a request as octets and is sent the answer. How
fast the client can be at all is measured by the same run (its ceiling), since a server can not be
seen to be faster than that.
"""

import multiprocessing
import re
import select
import socket
import time
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]*)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]*)", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
HEAD = (
    "host: {host}\r\naccept: text/html\r\n"
    "accept-encoding: gzip, br\r\nsec-fetch-site: same-origin\r\n"
)
GZIP = 31
CHUNK = 1 << 18
STUCK_AFTER = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered: status, headers as they came, and the body as it came."""

    status: int
    head: bytes
    body: bytes

    @property
    def location(self) -> str:
        found = LOCATION.search(self.head)
        return found[1].decode("ascii") if found else ""

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser is given to keep, by name."""
        pairs = (found.decode("ascii").partition("=") for found in COOKIE.findall(self.head))
        return {name: value for name, _, value in pairs}

    @property
    def cookie(self) -> str:
        """The same, as the browser sends it back."""
        return sent_back(self.cookies)

    @property
    def page(self) -> str:
        """The page, unpacked."""
        packed = b"content-encoding: gzip" in self.head.lower()
        return (zlib.decompress(self.body, GZIP) if packed else self.body).decode()


Script = Generator[bytes, Answer, Any]
Scripts = Callable[..., Iterable[Script]]


@dataclass(slots=True)
class Tally:
    """What a run came to: seconds it took, each answer's time in seconds, statuses, failures."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    ended: list[Any] = field(default_factory=list)
    """What each script that came to its end returned."""
    receipts: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.taken) / self.seconds if self.seconds else 0.0

    def within(self, share: float) -> float:
        """The time, in milliseconds, within which this share of the answers came."""
        ordered = sorted(self.taken)
        place = min(int(len(ordered) * share), len(ordered) - 1)
        return ordered[place] * 1000 if ordered else float("inf")


def sent_back(cookies: Mapping[str, str]) -> str:
    """Return cookies as a browser sends them."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def get(host: str, path: str, cookie: str = "") -> bytes:
    """Return a GET as a browser would send it."""
    sent = f"cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\n{HEAD.format(host=host)}{sent}\r\n".encode()


def post(host: str, path: str, data: Mapping[str, Any], cookie: str = "") -> bytes:
    """Return a POST of a form as a browser would send it."""
    body = urlencode(data, doseq=True).encode()
    sent = f"cookie: {cookie}\r\n" if cookie else ""
    head = (
        f"POST {path} HTTP/1.1\r\n{HEAD.format(host=host)}{sent}"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """One connection, and the script that it follows."""

    def __init__(self, address: tuple[str, int], script: Script) -> None:
        self.script = script
        self.address = address
        self.read = bytearray()
        self.need = -1
        self.sent_at = 0.0
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def heard(self) -> Answer | None:
        """Read what has come; return the answer when it is whole. ConnectionError when it broke."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise ConnectionResetError("closed by the server")
        self.read += part
        if self.need < 0:
            end = self.read.find(b"\r\n\r\n")
            if end < 0:
                return None
            found = LENGTH.search(self.read, 0, end + 2)
            self.need = end + 4 + (int(found[1]) if found else 0)
        if len(self.read) < self.need:
            return None
        end = self.read.find(b"\r\n\r\n")
        answer = Answer(
            int(self.read[9:12]), bytes(self.read[: end + 2]), bytes(self.read[end + 4 : self.need])
        )
        del self.read[: self.need]
        self.need = -1
        return answer


def drive(
    addresses: Sequence[str], make: Scripts, arguments: Mapping[str, Any], seconds: float
) -> Tally:
    """Follow every script that `make(**arguments)` gives, at once, until they end or time is up.

    The connections are shared out over the addresses in turn.
    """
    tally, poll, open_ones = Tally(), select.epoll(), {}
    places = [(split.hostname or "", split.port or 80) for split in map(urlsplit, addresses)]
    for number, script in enumerate(make(**arguments)):
        one = Connection(places[number % len(places)], script)
        open_ones[one.socket.fileno()] = one
        poll.register(one.socket.fileno(), select.EPOLLIN)
    began = time.perf_counter()
    until = began + seconds
    for one in list(open_ones.values()):
        _go_on(one, None, tally, open_ones, poll)
    heard_at = time.perf_counter()
    while open_ones and (now := time.perf_counter()) < until:
        if now - heard_at > STUCK_AFTER:
            tally.failures["no answer"] += len(open_ones)
            break
        for number, _ in poll.poll(0.05):
            one = open_ones[number]
            try:
                answer = one.heard()
            except OSError as broken:
                tally.failures[type(broken).__name__] += 1
                _close(one, open_ones, poll)
                continue
            if answer is not None:
                heard_at = time.perf_counter()
                tally.taken.append(heard_at - one.sent_at)
                tally.statuses[answer.status] += 1
                tally.receipts += answer.location.endswith("/kvitto")
                _go_on(one, answer, tally, open_ones, poll)
    tally.seconds = min(time.perf_counter(), until) - began
    for one in list(open_ones.values()):
        _close(one, open_ones, poll)
    return tally


def _go_on(
    one: Connection,
    answer: Answer | None,
    tally: Tally,
    open_ones: dict[int, Connection],
    poll: select.epoll,
) -> None:
    try:
        request = next(one.script) if answer is None else one.script.send(answer)
    except StopIteration as end:
        tally.ended.append(end.value)
        _close(one, open_ones, poll)
    except (AssertionError, ValueError, KeyError) as wrong:
        tally.failures[f"{type(wrong).__name__}: {wrong}"[:120]] += 1
        _close(one, open_ones, poll)
    else:
        if answer is not None and CLOSES.search(answer.head):
            _open_anew(one, open_ones, poll)
        try:
            one.send(request)
        except OSError as broken:
            tally.failures[type(broken).__name__] += 1
            _close(one, open_ones, poll)


def _open_anew(one: Connection, open_ones: dict[int, Connection], poll: select.epoll) -> None:
    _close(one, open_ones, poll)
    one.open()
    open_ones[one.socket.fileno()] = one
    poll.register(one.socket.fileno(), select.EPOLLIN)


def _close(one: Connection, open_ones: dict[int, Connection], poll: select.epoll) -> None:
    number = one.socket.fileno()
    poll.unregister(number)
    del open_ones[number]
    one.socket.close()


def fetch(address: str, request: bytes) -> Answer:
    """Send one request and return its answer."""
    place = urlsplit(address)
    one = Connection((place.hostname or "", place.port or 80), _nothing())
    try:
        one.send(request)
        while (answer := one.heard()) is None:
            pass
        return answer
    finally:
        one.socket.close()


def _nothing() -> Script:
    yield b""


class Client:
    """The client's own process, kept for the whole run."""

    def __init__(self) -> None:
        self._process = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))

    def run(
        self, addresses: Sequence[str], make: Scripts, seconds: float, **arguments: object
    ) -> Tally:
        """Run `drive` there and return what it came to."""
        return self._process.submit(drive, addresses, make, arguments, seconds).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.shutdown()
