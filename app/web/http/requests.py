"""Counts requests and how long they took, so that no single visitor can be seen in the figures.

Requests are told apart by route and by kind of answer, never by form, reference or address. Each
series shows what it was when it last reached a multiple of TOGETHER, count, sum and buckets alike:
it moves ten requests at a time, and who looks before and after one report sees nothing. Faults are
counted from the first, since a fault is not to be missed.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from time import perf_counter

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOGETHER = 10
LIMITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds."""
NAMES = (*map(str, LIMITS), "+Inf")
FAULT, AWAY = 500, 503
UNCOUNTED = "/halsa/"
"""Those who look every second would drown everybody else."""


class Series:
    """The requests of one route with one kind of answer."""

    __slots__ = ("buckets", "count", "shown", "total")

    def __init__(self) -> None:
        self.count, self.total = 0, 0.0
        self.buckets = [0] * len(NAMES)
        self.shown: tuple[tuple[int, ...], float] = (tuple(self.buckets), 0.0)

    def add(self, seconds: float) -> None:
        self.count += 1
        self.total += seconds
        self.buckets[bisect_left(LIMITS, seconds)] += 1
        if not self.count % TOGETHER:
            self.shown = (tuple(self.buckets), self.total)


class Requests(Collector):
    """Every request of one process. Written by its event loop, read by whoever asks for figures."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, int], Series] = {}
        self.faults = self.away = 0

    def add(self, route: str, status: int, seconds: float) -> None:
        """Count a request. `route` is its template, `seconds` how long it took."""
        if status >= FAULT:
            self.faults += status != AWAY
            self.away += status == AWAY
        key = (route, status // 100)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = Series()
        series.add(seconds)

    def collect(self) -> Iterator[Metric]:
        """Give the figures, as they may be seen."""
        taken = HistogramMetricFamily(
            "skyddsnat_request_seconds",
            "How long requests took, ten at a time.",
            labels=("route", "status"),
        )
        for (route, kind), series in sorted(self._series.items()):
            buckets, total = series.shown
            cumulative = zip(NAMES, map(float, accumulate(buckets)), strict=True)
            taken.add_metric((route, f"{kind}xx"), list(cumulative), total)
        yield taken
        yield CounterMetricFamily(
            "skyddsnat_faults", "Requests that ended in a fault of ours.", value=self.faults
        )
        yield CounterMetricFamily(
            "skyddsnat_database_errors",
            "Requests turned away since the database could not be reached.",
            value=self.away,
        )


class Measured:
    """Counts what passes. The innermost of all, since the route is known only there."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        requests: Requests,
        now: Callable[[], float] = perf_counter,
    ) -> None:
        self.app = app
        self.requests = requests
        self.now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNCOUNTED):
            await self.app(scope, receive, send)
            return
        status, begun = FAULT, self.now()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            self.requests.add(template(scope), status, self.now() - begun)


def template(scope: Scope) -> str:
    """Return the address as the code has it; never as it was asked for, which may say who asks."""
    return getattr(scope.get("route"), "path_format", "other")
