"""Four who report reach all four places at once, while a site and a relay are killed.

PostgreSQL, two citizen processes, two relays and the staff's site, all started as an operator
starts them; a webhook receiver that writes to disk, a RabbitMQ quorum queue and a folder. What is
killed by the hundred is in `bench/crash`; this is the same house, once.
"""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import httpx2
import pytest
from sqlalchemy import func, select

from app.runner import content
from app.settings import Settings
from app.storage.database import Database
from app.storage.tables import NOT_ENDED, submissions
from bench.crash import house as houses
from bench.crash.judge import ARRIVED, opens
from tests import postgres, rabbitmq
from tests.service import command, wait_until
from tests.web import journeys
from tests.web.reporters import ANONYMOUS, NAMED, NURSE, REKTOR_GROUP
from tests.web.visitor import Visitor

# Ten processes are started; on a busy machine that takes a while.
pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240), pytest.mark.long(20)]

REPORTERS = (REKTOR_GROUP, ANONYMOUS, NAMED, NURSE)
AWAY = 503


class Stubborn(Visitor):
    """Somebody who tries again, at the other process if need be, as a proxy would let them."""

    def __init__(self, origins, first):
        super().__init__(None, origins[first])
        self.origins = [*origins[first:], *origins[:first]]

    def go(self, path):
        return self.again(lambda: super(Stubborn, self).go(path))

    def send(self, path, data, **headers):
        return self.again(lambda: super(Stubborn, self).send(path, data, **headers))

    def again(self, ask):
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(httpx2.TransportError):
                if (screen := ask()).status != AWAY:
                    return screen
            self.origins = [*self.origins[1:], self.origins[0]]
            self.client.base_url = self.origins[0]
            time.sleep(0.05)
        raise AssertionError("nobody answered")


@pytest.fixture
def house(postgres_server, tmp_path):
    """The house; what a killed relay held is free again after seconds, not minutes."""
    broker = rabbitmq.shared()
    with (
        postgres.new_database(postgres_server) as url,
        houses.house(
            tmp_path, houses.POSTGRESQL, relay="quick-lease", broker=broker, database_url=url
        ) as made,
    ):
        yield made
    rabbitmq.drop_queue(broker.port, houses.QUEUE)


@pytest.fixture
def read(house):
    """Ask the database for something, past everybody else."""
    with Database.open(house.database_url) as database:
        yield lambda asked: database.read_now(lambda connection: connection.execute(asked).all())


def report(house, number, halfway):
    """File the report of one of them; return what the receipt said, and who saw it."""
    with Stubborn(house.citizens, number % 2) as visitor:
        journeys.reach(visitor, REPORTERS[number], "beskriv" if number else "granska")
        halfway.set()
        journeys.walk(visitor, REPORTERS[number])
        return journeys.send(visitor), visitor


def lines_of(opened):
    """The questions of a report that has been opened by its receiver, with the answers."""
    return [
        (asked["question"], tuple(asked["lines"]))
        for page in opened["transcript"]["pages"]
        for asked in page["questions"]
    ]


def test_four_reports_reach_four_places_while_a_site_and_a_relay_are_killed(house, read):
    halfway = Event()
    with ThreadPoolExecutor(len(REPORTERS)) as threads:
        writing = [threads.submit(report, house, n, halfway) for n in range(len(REPORTERS))]
        assert halfway.wait(60)
        again(house.victims["citizen"][0])
        wait(writing, return_when="FIRST_COMPLETED")
        again(house.victims["relay"][0])
        sent = [each.result() for each in writing]

    stored = {row[0]: row[1] for row in read(select(submissions.c.reference, submissions.c.id))}
    assert sorted(stored) == sorted(reference for reference, _ in sent)
    on_its_way = select(func.count()).where(NOT_ENDED)
    wait_until(lambda: read(on_its_way)[0][0] == 0, within=60)
    assert command("reconcile", environment=house.environment).returncode == 0

    settings = Settings.read(house.environment)
    forms = content.load(settings.forms, settings.municipality).forms["sv"]
    wanted = {}
    for (reference, visitor), reporter in zip(sent, REPORTERS, strict=True):
        form = forms[reporter.form_id]
        asked = journeys.asked_fields(visitor, form)
        wanted[reference] = journeys.expected(reporter, form, asked)

    for name, look in ARRIVED.items():
        there = look(house)
        assert there.faults == ()
        assert there.found.keys() == set(stored.values()), name
        for reference, about in stored.items():
            opened = opens(there.found[about], house.private[name])
            assert opened["submission"] == str(about)
            assert lines_of(opened) == wanted[reference], name

    for (reference, _), reporter in zip(sent, REPORTERS, strict=True):
        with house.clerk(houses.UNITS[reporter.form_id]) as clerk:
            pairs = clerk.go(f"/inkorg/arenden/{reference}").pairs()
            assert {pair for pair in wanted[reference] if pair[1]} <= set(pairs)


def again(victim):
    """Kill it and start it again, as whoever watches over it does."""
    victim.kill()
    victim.start()
