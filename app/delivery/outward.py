"""The one door out for HTTP: whom we connect to, and for how long at most.

It stands where the connection is made. Names are looked up here and it is the very addresses that
were judged that are connected to, so a name that changes its answer between two look-ups gains
nothing; nor does a redirect or a library that is cleverer than we thought. A host that is not named
is refused before it is looked up. Addresses of the machine itself and of inner networks are refused
unless they are asked for, and link-local ones (where clouds keep their secrets) always.
"""

import math
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from ssl import SSLContext
from threading import local
from typing import Any

import httpcore2

from app.errors import TemporaryFailure

Resolve = Callable[..., list[tuple[Any, ...]]]

FORBIDDEN_TARGET = "delivery.reasons.forbidden_target"


class Side(Enum):
    """Where an address lies."""

    PUBLIC = auto()
    INNER = auto()
    NOWHERE = auto()


INNER = (
    IPv4Network("10.0.0.0/8"),  # RFC 1918, also the next two
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("100.64.0.0/10"),  # RFC 6598, between a provider and its customers
    IPv4Network("127.0.0.0/8"),
    IPv6Network("fc00::/7"),  # RFC 4193
    IPv6Network("::1/128"),
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
# IANA's registries of special-purpose addresses (RFC 6890), as they stood in 2026: the ones that
# come with Python are as old as Python is. Some few in 192.0.0.0/24 and 2001::/23 can be reached,
# and are no municipality's receiver.
SPECIAL = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),  # link-local, where clouds keep their secrets
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.0.2.0/24"),  # documentation, also three below
    IPv4Network("192.88.99.0/24"),  # 6to4, deprecated (RFC 7526)
    IPv4Network("198.18.0.0/15"),  # benchmarks (RFC 2544)
    IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"),
    IPv4Network("224.0.0.0/4"),
    IPv4Network("240.0.0.0/4"),
    IPv6Network("2001::/23"),  # Teredo among them: it carries an IPv4 address inside
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4: the same
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)


def side(address: str) -> Side:
    """Say where an address lies. What is neither public nor inner is NOWHERE: do not go there."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        return side(str(ip.ipv4_mapped))
    if any(ip in network for network in INNER):
        return Side.INNER
    if isinstance(ip, IPv6Address) and ip not in GLOBAL_UNICAST:
        return Side.NOWHERE
    return Side.NOWHERE if any(ip in network for network in SPECIAL) else Side.PUBLIC


class Outward(httpcore2.NetworkBackend):
    """What makes the connections of a pool, and refuses those that shall not be made.

    `hosts` are the names that may be connected to, `sides` where their addresses may lie: every
    address of a name, not just one. A refusal is a TemporaryFailure, for the name may be put right.
    """

    def __init__(
        self,
        *,
        hosts: Iterable[str],
        sides: Iterable[Side],
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        self._hosts, self._sides = frozenset(hosts), frozenset(sides)
        self._resolve = resolve
        self._within = Within()
        self._wire = httpcore2.SyncBackend()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let what this thread connects, sends and reads in the meantime take so long in all."""
        self._within.end = time.monotonic() + seconds
        try:
            yield
        finally:
            del self._within.end

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of the host that answers, if all of them are allowed."""
        trouble: Exception = httpcore2.ConnectError("the name has no address")
        for address in self._addresses(host, port):
            try:
                stream = self._wire.connect_tcp(
                    address, port, self._within.left(timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failure:
                trouble = failure
            else:
                return Stream(stream, self._within)
        raise trouble

    def _addresses(self, host: str, port: int) -> list[str]:
        if host not in self._hosts:
            raise TemporaryFailure(FORBIDDEN_TARGET)
        try:
            found = self._resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as unknown:
            raise httpcore2.ConnectError("the name is not known") from unknown
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if any(side(address) not in self._sides for address in addresses):
            raise TemporaryFailure(FORBIDDEN_TARGET)
        return addresses


class Within(local):
    """How long this thread may go on. Without an end only each step has its limit."""

    end: float

    def left(self, step: float | None) -> float | None:
        """Return how many seconds the next step may take; ReadTimeout when there are none."""
        if not hasattr(self, "end"):
            return step
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time is up")
        return left if step is None else min(step, left)


class Stream(httpcore2.NetworkStream):
    """A connection on which no step outlasts the whole, however slowly the other end drips."""

    def __init__(self, wire: httpcore2.NetworkStream, within: Within) -> None:
        self._wire, self._within = wire, within

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._wire.read(max_bytes, self._within.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # A piece at a time, for each piece gets a new limit.
        for start in range(0, len(buffer), PIECE):
            self._wire.write(buffer[start : start + PIECE], self._within.left(timeout))

    def close(self) -> None:
        self._wire.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._within.left(timeout)
        return Stream(self._wire.start_tls(ssl_context, server_hostname, left), self._within)

    def get_extra_info(self, info: str) -> object:
        return self._wire.get_extra_info(info)


PIECE = 16_384
"""What is sent at a time, in octets: as much as one record of TLS holds."""


class Patience:
    """Notices a receiver that answers nobody, so that not each report of a batch waits in vain.

    One who has waited all through and seen nobody else be answered meanwhile ends it for a while.
    A single report that makes the receiver hang does not: the others are answered beside it.
    """

    def __init__(
        self, *, rest: float = 5.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rest, self._now = rest, monotonic
        self._answered = self._until = -math.inf

    @property
    def is_out(self) -> bool:
        return self._now() < self._until

    def begin(self) -> float:
        """Return what `unanswered` shall be told of the call that now begins."""
        return self._now()

    def answered(self) -> None:
        """There was an answer, whatever it said."""
        self._answered = self._now()

    def unanswered(self, begun: float) -> None:
        """There was none in time."""
        if self._answered < begun:
            self._until = self._now() + self._rest
