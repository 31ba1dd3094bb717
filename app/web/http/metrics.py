"""Figures for Prometheus, on a port inside the house: what waits, what is wrong, how fast we are.

Nothing here is about anybody. A report that goes through as it should is never seen: what waits is
told in whole tens, and for how long in steps of ten minutes. What is wrong is told exactly, and so
is a clock of the law's that has passed. No
figures of the process itself (processor time, open files) are given: those do show a single visit.
"""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from math import inf
from threading import Lock, Thread
from time import monotonic
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware

from app import VERSION
from app.clock import Clock
from app.errors import DatabaseUnavailable
from app.records import pulse
from app.records.standing import Standing, by_destination, tens
from app.records.unsigned import overdue
from app.settings import Inside, SettingRefused, is_inside
from app.storage.database import Database
from app.storage.tables import NOT_BEGUN, OPEN, inbox_items, pulses
from app.web.http.health import STEP, Health
from app.web.http.key_watch import KeyWatch
from app.web.http.requests import Measured, Requests

EXACT = frozenset({"failed", "parked"})
CLOSING = "destination/"
KEPT = 5.0
"""Seconds that what was read is good for; longer when it took long to read."""
SOON = timedelta(days=1)
SHARE = 50
"""The database is asked for at most a fiftieth of the time."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Whose clocks are due: unit, clock, whether it has passed, of how many; and who has none.

    A clock with no name is of cases that no clock stands for, and nobody has.
    """

    due: tuple[tuple[str, str, bool, int], ...]
    not_begun: int


@dataclass(slots=True, eq=False)
class Books(Collector):
    """What the database says of the whole house; for one process to tell, the staff's."""

    database: Database
    clock: Clock
    units: tuple[str, ...] = ()
    """Those whose log is reviewed."""
    _told: list[Metric] = field(default_factory=list)
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def collect(self) -> Iterator[Metric]:
        """Give the figures. However many ask, the database is asked seldom."""
        with self._lock:
            if monotonic() >= self._until:
                begun = monotonic()
                self._told = list(self._read())
                took = monotonic() - begun
                self._until = monotonic() + max(KEPT, SHARE * took)
            yield from self._told

    def _read(self) -> Iterator[Metric]:
        now = self.clock.now()
        try:
            standings = self.database.read_now(by_destination)
            beats = self.database.read_now(beats_of)
            waiting = self.database.read_now(partial(cases_of, now=now))
            unsigned = self.database.read_now(partial(overdue, units=self.units, now=now))
        except (DatabaseUnavailable, SQLAlchemyError):
            yield gauge("skyddsnat_database_up", "Whether the database can be read.", 0)
            return
        yield gauge("skyddsnat_database_up", "Whether the database can be read.", 1)
        yield from about_standings(standings, now)
        yield from about_cases(waiting)
        yield about_review(unsigned)
        yield from about_beats(beats, now)


class Build(Collector):
    """Which version this process is of."""

    def collect(self) -> Iterator[Metric]:
        told = GaugeMetricFamily("skyddsnat_build_info", "The version.", labels=("version",))
        told.add_metric((VERSION,), 1)
        yield told


class Keys(Collector):
    """Whether the keys are there that this process needs when it starts, and are the right ones."""

    def __init__(self, keys: KeyWatch, database: Database) -> None:
        self._keys = keys
        self._database = database

    def collect(self) -> Iterator[Metric]:
        self._keys.look_now(self._database)
        fine = self._keys.word == "finns"
        yield gauge("skyddsnat_keys_present", "Whether every key is there, and right.", fine)


def beats_of(connection: Connection) -> dict[str, tuple[datetime, bool]]:
    return {row.name: (row.at, row.ok) for row in connection.execute(select(pulses))}


def cases_of(connection: Connection, *, now: datetime) -> Cases:
    asked = {"now": now, "soon": now + SOON}
    counted: int = connection.execute(WITHOUT_CLOCKS).scalar_one()
    found = connection.execute(DUE, asked)
    due = tuple((unit, clock or "", bool(over), many) for unit, clock, over, many in found)
    return Cases(due, counted)


def about_cases(cases: Cases) -> Iterator[Metric]:
    passed = GaugeMetricFamily(
        "skyddsnat_clocks_passed",
        "Cases whose clock has passed, while nobody has done what it waits for.",
        labels=("unit", "clock"),
    )
    soon = GaugeMetricFamily(
        "skyddsnat_clocks_next",
        "Cases whose clock passes within a day, in whole tens.",
        labels=("unit", "clock"),
    )
    untaken = GaugeMetricFamily(
        "skyddsnat_cases_untaken",
        "Cases that no clock stands for, and nobody has taken since the day that they came.",
        labels=("unit",),
    )
    for unit, clock, over, many in sorted(cases.due):
        if over and not clock:
            untaken.add_metric((unit,), many)
        elif not clock:
            continue
        elif over:
            passed.add_metric((unit, clock), many)
        elif shown := tens(many):
            soon.add_metric((unit, clock), shown)
    yield from (passed, soon, untaken)
    yield gauge("skyddsnat_cases_without_clocks", "Cases that none started for.", cases.not_begun)


def about_review(unsigned: tuple[str, ...]) -> Metric:
    told = GaugeMetricFamily(
        "skyddsnat_review_overdue",
        "Whether a month of the log is not signed, 30 days after it was over.",
        labels=("unit",),
    )
    for unit in unsigned:
        told.add_metric((unit,), 1)
    return told


def about_standings(standings: Mapping[str, Standing], now: datetime) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "skyddsnat_deliveries",
        "Deliveries that have not ended: in whole tens, exact where they have failed.",
        labels=("destination", "state"),
    )
    oldest = GaugeMetricFamily(
        "skyddsnat_oldest_delivery_seconds",
        "How long the oldest has waited, in steps of ten minutes.",
        labels=("destination",),
    )
    work = GaugeMetricFamily(
        "skyddsnat_work_items", "Deliveries that a person is asked about.", labels=("destination",)
    )
    for name, standing in sorted(standings.items()):
        for state, many in sorted(standing.states.items()):
            if shown := many if state in EXACT else tens(many):
                waiting.add_metric((name, state), shown)
        if waited := (now - standing.oldest) // STEP * STEP.total_seconds():
            oldest.add_metric((name,), max(0.0, waited))
        if standing.asked_about:
            work.add_metric((name,), standing.asked_about)
    yield from (waiting, oldest, work)


def about_beats(beats: Mapping[str, tuple[datetime, bool]], now: datetime) -> Iterator[Metric]:
    def age(name: str) -> float:
        return max(0.0, (now - beats[name][0]) / timedelta(seconds=1)) if name in beats else inf

    yield gauge("skyddsnat_relay_age_seconds", "Since a relay was heard.", age(pulse.RELAY))
    yield gauge("skyddsnat_reconcile_age_seconds", "Since it was counted.", age(pulse.RECONCILE))
    yield gauge("skyddsnat_audit_age_seconds", "Since all was linked.", age(pulse.AUDIT))
    yield gauge("skyddsnat_audit_anchor_age_seconds", "Since it was signed.", age(pulse.ANCHOR))
    if pulse.RECONCILE in beats:
        fine = beats[pulse.RECONCILE][1]
        yield gauge("skyddsnat_reconcile_ok", "Whether it added up.", fine)
    closed = GaugeMetricFamily(
        "skyddsnat_destination_closed", "Whether nothing is sent to it.", labels=("destination",)
    )
    for name in sorted(name for name in beats if name.startswith(CLOSING)):
        closed.add_metric((name.removeprefix(CLOSING),), not beats[name][1])
    yield closed


def gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def publish(site: Starlette, at: Inside, *, books: bool) -> tuple[WSGIServer, Thread]:
    """Count a site's requests from now on, and give its figures at an address inside the house.

    With `books`, those of the whole house too. SettingRefused when the address turns out to be
    outside, OSError when the port is taken.
    """
    health: Health = site.state.health
    requests = Requests()
    site.user_middleware.append(Middleware(Measured, requests=requests))
    registry = CollectorRegistry()
    registry.register(Build())
    registry.register(requests)
    if health.keys.files:
        registry.register(Keys(health.keys, health.database))
    if books:
        units = tuple(site.state.parts.municipality.units)
        registry.register(Books(health.database, health.clock, units))
    return start_http_server(at.port, inside(at.host), registry)


def inside(host: str) -> str:
    """Return the address of a name, which must be the own machine's or a private network's."""
    found = {str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    if not all(map(is_inside, found)):
        raise SettingRefused(f"SKYDDSNAT_METRICS: {host} är ingen adress i det egna nätet.")
    return min(found)


PASSED = (inbox_items.c.next_due <= bindparam("now")).label("passed")
DUE = (
    select(inbox_items.c.unit, inbox_items.c.next_clock, PASSED, func.count())
    .where(OPEN, inbox_items.c.next_due <= bindparam("soon"))
    .group_by(inbox_items.c.unit, inbox_items.c.next_clock, PASSED)
)
WITHOUT_CLOCKS = select(func.count()).select_from(inbox_items).where(NOT_BEGUN)
