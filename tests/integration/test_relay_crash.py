"""A relay may be killed, stopped, doubled or without a database, and every report still arrives."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.delivery import relay
from app.delivery.connector import Answer
from app.errors import DatabaseUnavailable
from app.records import outbox
from app.records.outbox import State
from app.storage.database import Database
from tests.integration.receivers import QUICK, Receiver, delivery, states, wait_until


class Killed(BaseException):
    """The process is gone, as by SIGKILL: nobody writes down anything."""


def killed_by(reference):
    """A lane whose connector brings the relay down when it meets one report."""

    def _within_limit(envelopes):
        if reference in [envelope.reference for envelope in envelopes]:
            raise Killed
        return {envelope.submission_id: Answer.CONFIRMED for envelope in envelopes}

    return _within_limit


def test_a_report_that_brings_the_relay_down_is_parked_and_all_others_arrive(
    database, hand_in, clock, monkeypatch
):
    references = [hand_in().reference for _ in range(6)]
    killer = references[2]
    crashes = 0
    monkeypatch.setattr(
        relay.Lane, "_within_limit", lambda self, envelopes: killed_by(killer)(envelopes)
    )
    while set(states(database).values()) - {State.CONFIRMED, State.PARKED}:
        lane = relay.Lane(database, "inbox", Receiver(), clock, threading.Event(), QUICK)
        try:
            while lane.turn():
                pass
        except Killed:
            crashes += 1
        clock.move(minutes=4)
        assert crashes < 30
    parked = [name for name, state in states(database).items() if state == State.PARKED]
    assert parked == [killer]
    assert crashes == outbox.UNANSWERED_MOST


def test_two_relays_deliver_everything_and_nothing_twice(database_url, database, hand_in, clock):
    for _ in range(40):
        hand_in()
    inbox = Receiver()
    stores = [Database.open(database_url) for _ in range(2)]
    stop = threading.Event()
    with ThreadPoolExecutor(2) as relays:
        running = [
            relays.submit(
                relay.run,
                store,
                {"inbox": inbox},
                clock,
                stop,
                pace=relay.Pace(rest=timedelta(seconds=0.01), most=3),
            )
            for store in stores
        ]
        wait_until(lambda: set(states(database).values()) == {State.CONFIRMED})
        stop.set()
        for each in running:
            each.result()
    for store in stores:
        store.close()
    assert len(inbox.taken) == len(set(inbox.taken)) == 40


def test_a_relay_that_is_stopped_gives_back_what_it_has_not_tried(database, hand_in, clock):
    for _ in range(5):
        hand_in()
    stop = threading.Event()
    inbox = Receiver(lambda envelope: stop.set())
    relay.Lane(database, "inbox", inbox, clock, stop, QUICK).turn()
    assert len(inbox.taken) == 1
    assert sorted(states(database).values()) == [State.CONFIRMED, *[State.RETRY] * 4]
    other = Receiver()
    relay.deliver_once(database, {"inbox": other}, clock)
    assert len(other.taken) == 4, "at once, without waiting for a lease"


def test_what_there_is_no_time_for_within_the_lease_is_given_back(database, hand_in, clock):
    for _ in range(3):
        hand_in()

    def slow(envelope):
        clock.move(minutes=2, seconds=45)

    inbox = Receiver(slow)
    relay.deliver_once(database, {"inbox": inbox}, clock)
    assert sorted(states(database).values()) == [State.CONFIRMED, State.RETRY, State.RETRY]


def test_an_outcome_that_can_not_be_written_is_written_when_the_database_is_back(
    database, hand_in, clock, monkeypatch
):
    hand_in()
    inbox = Receiver()
    lane = relay.Lane(database, "inbox", inbox, clock, threading.Event(), QUICK)
    real, calls = database.write_now, []

    def away_after_the_claim(unit):
        calls.append(unit)
        if len(calls) == 2:
            raise DatabaseUnavailable
        return real(unit)

    monkeypatch.setattr(database, "write_now", away_after_the_claim)
    with pytest.raises(DatabaseUnavailable):
        lane.turn()
    assert delivery(database).state == State.SENDING
    assert lane.turn() == 0
    assert delivery(database).state == State.CONFIRMED
    assert len(inbox.taken) == 1


def test_a_relay_outlives_a_database_that_is_away(tmp_path, clock, caplog):
    stop, inbox = threading.Event(), Receiver()
    with Database.open(f"sqlite:///{tmp_path}/none/x.sqlite", patience=0.1) as nowhere:
        running = threading.Thread(
            target=relay.run,
            args=(nowhere, {"inbox": inbox}, clock, stop),
            kwargs={"pace": QUICK},
        )
        running.start()
        time.sleep(0.3)
        assert running.is_alive()
        stop.set()
        running.join(5)
    assert not running.is_alive()
    assert sum("database" in record.message for record in caplog.records) == 1, "said once"
