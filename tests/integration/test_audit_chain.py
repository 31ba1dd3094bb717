"""Every event of the audit trail gets one link, in order, whoever writes and links meanwhile."""

import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.crypto import witness
from app.delivery.ledger import Ledger, to_folder
from app.errors import DatabaseUnavailable
from app.records import anchors, audit, chain, pulse
from app.records.verifying import verify
from app.settings import CHECKOUT
from app.storage.database import Database
from app.storage.engines import engines
from app.storage.tables import audit_anchors, audit_events, audit_links

PRIVATE = witness.new_private()
KEYS = {witness.key_id(witness.public_of(PRIVATE)): witness.public_of(PRIVATE)}
CASE = UUID("0f2c8d1e-6b1a-4a57-9d3c-0a4f8f5f3c11")


@pytest.fixture
def happen(database, clock):
    def happen(count=1, **columns):
        event = {"kind": "item_opened", "at": clock.now(), **columns}
        database.write_now(lambda c: c.execute(insert(audit_events).inline(), [event] * count))

    return happen


@pytest.fixture
def ledger(database, clock):
    return Ledger(database, clock, PRIVATE)


def links(database):
    asked = select(audit_links).order_by(audit_links.c.position)
    return database.read_now(lambda c: c.execute(asked).all())


def events(database):
    asked = select(audit_events.c.id).order_by(audit_events.c.id)
    return database.read_now(lambda c: c.execute(asked).scalars().all())


def test_every_event_gets_one_link_in_order(database, happen, ledger):
    happen(3)
    assert ledger.turn() == 3
    happen(2)
    assert ledger.turn() == 2
    assert ledger.turn() == 0
    found = links(database)
    assert [row.position for row in found] == [1, 2, 3, 4, 5]
    assert [row.event_id for row in found] == events(database)
    assert len({row.hash for row in found}) == 5, "of events that are alike too"


def test_a_link_is_the_same_on_every_engine_and_in_every_version(database, ledger):
    """Written out, so that no later change of the program changes what stands."""
    at = datetime(2026, 11, 24, 8, 30, 0, 5, tzinfo=UTC)
    event = {
        "id": 7,
        "kind": "item_opened",
        "at": at,
        "submission_id": CASE,
        "unit": "sspf",
        "actor": "Åsa Öst",
    }
    database.write_now(lambda c: c.execute(insert(audit_events).inline(), [event]))
    assert chain.canonical(event) == (
        rb'{"actor":"\u00c5sa \u00d6st","at":1795509000000005,"id":7,"kind":"item_opened",'
        rb'"submission_id":"0f2c8d1e6b1a4a579d3c0a4f8f5f3c11","unit":"sspf"}'
    )
    ledger.turn()
    (link,) = links(database)
    written = "94444c83d8df80f410caf2b53fe53e29832affd097714789b96f7a6a831d98ee"
    assert link.hash.hex() == written


def test_the_events_that_stand_get_their_links_at_the_first_turn(database, happen, ledger):
    happen(2 * chain.AT_ONCE + 7)
    assert ledger.turn() == 2 * chain.AT_ONCE + 7
    assert [row.event_id for row in links(database)] == events(database)


def test_an_event_that_is_committed_late_is_linked_late(database, happen, clock):
    happen()
    (first,) = events(database)
    ledger = Ledger(database, clock)
    happen(id=first + 5)
    ledger.turn()
    happen(id=first + 2)
    assert ledger.turn() == 1
    assert [row.event_id for row in links(database)] == [first, first + 5, first + 2]


def test_one_that_was_very_late_is_found_before_the_next_anchor(database, happen, ledger, clock):
    happen(id=chain.LATE * 3)
    ledger.turn()
    happen(id=1)
    assert ledger.turn() == 0
    clock.move(hours=1)
    assert ledger.turn() == 1
    last = database.read_now(anchors.latest)
    assert last.position == 2


@pytest.mark.postgres
def test_a_transaction_that_is_still_open_holds_up_nobody(postgres_url, clock):
    parts = engines(postgres_url)
    event = {"kind": "item_opened", "at": clock.now()}
    with Database.open(postgres_url) as database, parts.writing.connect() as slow:
        slow.execute(insert(audit_events).inline(), [event])
        database.write_now(lambda c: c.execute(insert(audit_events).inline(), [event]))
        ledger = Ledger(database, clock)
        assert ledger.turn() == 1
        slow.commit()
        assert ledger.turn() == 1
        first, second = links(database)
        assert first.event_id > second.event_id
    parts.dispose()


def test_of_two_who_link_at_once_one_is_refused_and_nothing_is_linked_twice(
    database, happen, clock
):
    happen(3)
    ours = database.read_now(lambda c: chain.next_links(c, most=9))
    happen(1)
    theirs = database.read_now(lambda c: chain.next_links(c, most=9))
    database.write_now(lambda c: chain.append(c, theirs))
    with pytest.raises(IntegrityError):
        database.write_now(lambda c: chain.append(c, ours))
    assert [row.position for row in links(database)] == [1, 2, 3, 4]


def test_many_who_write_and_link_at_once_leave_one_unbroken_chain(database_url, database, clock):
    def link(_):
        with Database.open(database_url, patience=5.0) as own:
            ledger = Ledger(own, clock, PRIVATE)
            for _ in range(15):
                try:
                    ledger.turn()
                except IntegrityError:
                    continue

    def write(_):
        event = audit.Event(audit.Kind.ITEM_OPENED, unit="sspf")
        for _ in range(40):
            database.write_now(lambda c: audit.record(c, event, at=clock.now()))

    with ThreadPoolExecutor(6) as everybody:
        list(everybody.map(lambda job: job(None), [link, link, link, write, write, write]))
    Ledger(database, clock, PRIVATE).turn()
    found = links(database)
    assert [row.position for row in found] == list(range(1, 121))
    assert sorted(row.event_id for row in found) == events(database)
    rows = {
        row.id: row._mapping
        for row in database.read_now(lambda c: c.execute(select(audit_events)).all())
    }
    before = chain.START
    for row in found:
        before = chain.link(before, rows[row.event_id])
        assert row.hash == before


KILLED = """
import sys, threading
from app.clock import SystemClock
from app.delivery.ledger import Ledger
from app.records import chain
from app.storage.database import Database

def append(connection, links, store=chain.append):
    store(connection, links)
    print("linked", flush=True)

chain.AT_ONCE, chain.append = 20, append
with Database.open(sys.argv[1]) as database:
    Ledger(database, SystemClock()).turn()
"""


def test_who_links_may_be_killed_anywhere(database, database_url, happen, ledger, clock):
    happen(3_000)
    places = []
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, database_url],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            stdout=subprocess.PIPE,
        ) as process:
            for _ in range(5):
                process.stdout.readline()
            time.sleep(random.random() / 200)
            process.kill()
        places.append(database.read_now(chain.tail).position)
    assert places == sorted(places), "each goes on from where the one before was killed"
    assert 0 < places[0] < 3_000, "it was killed at work"
    ledger.turn()
    verdict = database.read_now(lambda c: verify(c, keys=KEYS, now=clock.now()))
    assert (verdict.last, verdict.faults) == (3_000, ())


def test_links_and_anchors_can_be_added_to_and_nothing_else(database, happen, ledger):
    happen()
    ledger.turn()
    changes = [
        delete(audit_links),
        update(audit_links).values(event_id=9),
        delete(audit_anchors),
        update(audit_anchors).values(position=9),
    ]
    for change in changes:
        with pytest.raises((DBAPIError, DatabaseUnavailable)):
            database.write_now(lambda c, change=change: c.execute(change))
    for table in (audit_links, audit_anchors):
        counted = select(func.count()).select_from(table)
        assert database.read_now(lambda c, asked=counted: c.execute(asked).scalar_one()) == 1


def test_every_hour_the_chain_is_signed_if_it_has_grown(database, happen, ledger, clock):
    happen(2)
    ledger.turn()
    clock.move(minutes=59)
    happen(1)
    ledger.turn()
    assert [each.position for each in database.read_now(anchors.everyone)] == [2]
    clock.move(minutes=1)
    ledger.turn()
    clock.move(hours=1)
    ledger.turn()
    found = database.read_now(anchors.everyone)
    assert [each.position for each in found] == [2, 3]
    assert [each.hash for each in found] == [row.hash for row in links(database)[1:]]
    assert all(each.is_genuine(KEYS) for each in found)
    heard = database.read_now(lambda c: pulse.pulse(c, pulse.ANCHOR))
    assert heard.at == clock.now(), "that nothing was new is no trouble"


def test_a_clock_that_is_set_back_puts_nothing_off(database, happen, ledger, clock):
    for hours in (0, -30):
        clock.move(hours=hours)
        happen()
        ledger.turn()
    assert [each.position for each in database.read_now(anchors.everyone)] == [1, 2]


def test_that_an_anchor_cannot_be_sent_is_seen_and_the_chain_goes_on(
    database, happen, ledger, tmp_path, clock
):
    ledger.send = to_folder(tmp_path / "gone")
    happen()
    with pytest.raises(FileNotFoundError):
        ledger.turn()
    assert database.read_now(lambda c: pulse.pulse(c, pulse.ANCHOR)) is None, "an alert is told"
    happen()
    assert ledger.turn() == 1
    assert database.read_now(anchors.latest).position == 1


def test_a_long_chain_is_signed_on_the_way(database, happen, ledger, monkeypatch, clock):
    monkeypatch.setattr(anchors, "LINKS", 2 * chain.AT_ONCE)
    happen(5 * chain.AT_ONCE)
    ledger.turn()
    clock.move(hours=1)
    ledger.turn()
    found = [each.position // chain.AT_ONCE for each in database.read_now(anchors.everyone)]
    assert found == [2, 4, 5]


def test_without_the_key_events_are_linked_and_nothing_is_signed(database, happen, clock):
    happen(2)
    assert Ledger(database, clock).turn() == 2
    assert database.read_now(anchors.everyone) == []
    assert database.read_now(lambda c: pulse.pulse(c, pulse.ANCHOR)) is None
    assert database.read_now(lambda c: pulse.pulse(c, pulse.AUDIT)).at == clock.now()


def test_an_anchor_is_sent_outside_as_a_line_that_can_be_read_back(
    database, happen, ledger, tmp_path, clock
):
    ledger.send = to_folder(tmp_path)
    for _ in range(2):
        happen()
        ledger.turn()
        clock.move(hours=1)
    lines = (tmp_path / "anchors.jsonl").read_text("ascii").splitlines()
    assert [anchors.read(line) for line in lines] == database.read_now(anchors.everyone)
    said = json.loads(lines[0])
    said["count"] += 1
    assert not anchors.read(json.dumps(said)).is_genuine(KEYS)
    for none in ("", "{}", "[]", '{"schema": "x"}', "x" * 50):
        with pytest.raises(ValueError):
            anchors.read(none)
