"""When the machine itself is in trouble: a disk that takes no more, a database that falls, a clock.

The service is the real one, in processes of its own. A disk that takes nothing, or no more, is made
with the kernel's limit on how large a file a process may write: the write itself is refused.
"""

import contextlib
import resource
import subprocess
import sys
import threading
import time
from datetime import timedelta

import httpx2
import psutil
import pytest
from sqlalchemy import func, select

from app.delivery import connector, relay
from app.errors import AlreadySubmitted, DraftMissing
from app.intake import drafts
from app.intake.submit import Reception, submit
from app.records import outbox, retention
from app.records.outbox import State
from app.runner.routing import INBOX
from app.storage.database import Database
from app.storage.tables import deliveries, inbox_items, submissions
from tests import service
from tests.integration.receivers import states
from tests.integration.reports import IDLE, TYPED
from tests.postgres import Server
from tests.service import free_ports, wait_until
from tests.web import journeys
from tests.web.reporters import ANONYMOUS
from tests.web.visitor import Visitor

WRITTEN = "Det här skrev jag när det inte gick att spara, och det ska finnas kvar."
SERVING_AGAIN_WITHIN = 10.0


@contextlib.contextmanager
def writes_at_most(process, octets):
    """Let a running process write no file past this size, as a disk would that is full."""
    before = process.rlimit(resource.RLIMIT_FSIZE)
    process.rlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        process.rlimit(resource.RLIMIT_FSIZE, before)


def says_whom_to_call(screen):
    assert screen.status == 503
    links = {link.attributes.get("href", "") for link in screen.page.all("a")}
    assert "tel:112" in links
    assert len([link for link in links if link.startswith("tel:")]) >= 2


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with service.running(tmp_path_factory.mktemp("trouble") / "data") as started:
        yield started


@pytest.mark.parametrize("room", ["none", "no more"])
def test_a_disk_that_takes_nothing_loses_no_word_and_is_used_again_when_it_does(running, room):
    size = (running.data / "skyddsnat.sqlite-wal").stat().st_size
    octets = 0 if room == "none" else size
    citizen = running.child("serve citizen")
    with Visitor(None, running.citizen) as visitor:
        journeys.reach(visitor, ANONYMOUS, "beskriv")
        with writes_at_most(citizen, octets):
            long = WRITTEN + " ord" * 4000
            away = visitor.press({"beskriv": long})
            if room == "no more":  # a little may still fit in what is there
                for _ in range(60):
                    if away.status == 503:
                        break
                    visitor.go("/orosanmalan/beskriv")
                    away = visitor.press({"beskriv": long})
            says_whom_to_call(away)
            assert away.value("beskriv").startswith(WRITTEN)
            assert httpx2.get(running.citizen).status_code == 200
        assert visitor.press({"beskriv": WRITTEN}).status == 200
        journeys.walk(visitor, ANONYMOUS)
        with writes_at_most(citizen, 0):
            unsent = visitor.press()
            says_whom_to_call(unsent)
            assert "inget är skickat" in unsent.text
        assert visitor.press().here == "kvitto"
    assert citizen.is_running()


def test_who_opens_a_report_is_written_down_or_it_is_not_opened(running):
    with Visitor(None, running.citizen) as visitor:
        reference = journeys.report(visitor, ANONYMOUS)
    with Visitor(None, running.staff) as clerk:
        clerk.go(running.new_link("barn-och-unga").removeprefix(running.staff))
        clerk.press({"namn": "Ina Handläggare"})
        wait_until(lambda: reference in clerk.go("/inkorg").html)
        with writes_at_most(running.child("serve staff"), 0):
            closed = clerk.go(f"/inkorg/arenden/{reference}")
            assert closed.status == 503
            assert reference not in closed.text
        assert clerk.go(f"/inkorg/arenden/{reference}").status == 200


@pytest.fixture
def own_server():
    server = Server.create()
    server.start()
    yield server
    server.remove()


@contextlib.contextmanager
def citizen_on(url, folder):
    """A citizen process of its own, prepared, on this database."""
    citizen, staff = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    own = service.environment(data=folder, citizen=citizen, staff=staff, DATABASE_URL=url)
    assert service.command("prepare", environment=own).returncode == 0
    with (folder.parent / "citizen.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "citizen"], env=own, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: is_up(citizen))
        yield citizen, process
    finally:
        process.terminate()
        process.wait(timeout=15)


def is_up(address):
    try:
        return httpx2.get(f"{address}/halsa/levande", timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.postgres
def test_postgresql_is_started_anew_while_people_send_and_nothing_shown_is_lost(
    own_server, tmp_path
):
    shown, refused, stop = [], [], threading.Event()
    with citizen_on(own_server.url, tmp_path / "data") as (address, process):

        def citizen():
            with Visitor(None, address) as visitor:
                while not stop.is_set():
                    try:
                        shown.append(journeys.report(visitor, ANONYMOUS))
                    except (AssertionError, StopIteration, IndexError):
                        # What came back was no page to go on from: it must be the one that says so.
                        refused.append(visitor.screen)
                        time.sleep(0.2)

        people = [threading.Thread(target=citizen) for _ in range(3)]
        with Visitor(None, address) as writer:
            journeys.reach(writer, ANONYMOUS, "beskriv")
            for each in people:
                each.start()
            wait_until(lambda: len(shown) >= 2)
            own_server.stop()
            away = writer.press({"beskriv": WRITTEN})
            says_whom_to_call(away)
            assert away.value("beskriv") == WRITTEN
            own_server.start()
            began = time.monotonic()
            while writer.press({"beskriv": WRITTEN}).status != 200:
                assert time.monotonic() - began < SERVING_AGAIN_WITHIN
                time.sleep(0.1)
            before = len(shown)
            wait_until(lambda: len(shown) > before)
            stop.set()
            for each in people:
                each.join()
        assert process.poll() is None
        assert psutil.Process(process.pid).is_running()
    assert {screen.status for screen in refused} == {503}
    with Database.open(own_server.url) as database:
        asked = select(submissions.c.reference)
        stored = database.read_now(lambda c: c.execute(asked).scalars().all())
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(stored)


# The clock


@pytest.fixture
def carry(database, clock):
    made = connector.build(INBOX, database=database, clock=clock)
    return lambda: relay.deliver_once(database, made, clock)


def arrived(database):
    asked = select(func.count()).select_from(inbox_items)
    return database.read_now(lambda c: c.execute(asked).scalar_one())


@pytest.mark.parametrize("jump", [{"hours": -1}, {"hours": 1}, {"days": -400}, {"days": 400}])
def test_a_clock_that_jumps_holds_up_no_report_for_good_and_doubles_none(
    database, clock, hand_in, carry, jump
):
    hand_in()
    claimed = database.write_now(
        lambda c: outbox.claim(c, "inbox", now=clock.now(), lease=timedelta(minutes=3), most=5)
    )
    hand_in()
    clock.move(**jump)
    hand_in()
    carry()
    assert arrived(database) >= 1, "what is handed in now goes now"
    # When the clock is put right, or the time has come again, everything is there, once.
    clock.move(**{unit: max(0, -number) for unit, number in jump.items()}, minutes=5)
    carry()
    carry()
    assert arrived(database) == 3
    late = [outbox.Result(each, State.CONFIRMED) for each in claimed]
    database.write_now(lambda c: outbox.note(c, late, now=clock.now()))
    assert set(states(database).values()) == {State.CONFIRMED}
    confirmed = select(func.count()).where(deliveries.c.confirmed_at.is_not(None))
    assert database.read_now(lambda c: c.execute(confirmed).scalar_one()) == 3


@pytest.mark.parametrize("jump", [{"hours": -1}, {"days": -400}])
def test_a_clock_that_goes_back_takes_nobodys_draft_or_receipt(
    database, clock, key, form, receiver, start, jump
):
    start(key, TYPED)
    clock.move(**jump)
    database.write_now(
        lambda c: drafts.change(c, key, lambda same: same, now=clock.now(), idle=IDLE)
    )
    to = Reception(receiver)
    receipt = database.write_now(lambda c: submit(c, key, form=form, reception=to, clock=clock))
    erase(database, clock)
    with pytest.raises(AlreadySubmitted) as before:
        database.read_now(lambda c: drafts.load(c, key, now=clock.now()))
    assert before.value.receipt == receipt


def test_a_clock_that_goes_forward_a_year_erases_no_report_that_has_not_arrived(
    database, clock, key, start, hand_in, carry
):
    hand_in()
    start(key, TYPED)
    clock.move(days=400)
    erased = erase(database, clock)
    assert (erased.submissions, erased.drafts) == (0, 1)
    with pytest.raises(DraftMissing):
        database.read_now(lambda c: drafts.load(c, key, now=clock.now()))
    carry()
    assert arrived(database) == 1
    assert erase(database, clock).submissions == 0, "nor one that nobody has taken in hand"


def erase(database, clock):
    return database.write_now(
        lambda c: retention.retain(
            c,
            now=clock.now(),
            municipality_code="exempelkommun",
            submission_days={"prov": 30},
        )
    )
