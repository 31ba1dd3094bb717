"""A relay may be killed, stopped, doubled or without a database, and every report still arrives."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.delivery import relay
from app.delivery.connector import Answer
from app.errors import DatabaseUnavailable, DestinationClosed
from app.records import destinations, outbox
from app.records.outbox import State
from app.storage.database import Database
from tests.integration.receivers import QUICK, Receiver, delivery, states, wait_until


class Killed(BaseException):
    """The process is gone, as by SIGKILL: nobody writes down anything."""


def killed_by(reference):
    """A lane whose connector brings the relay down when it meets one report."""

    def _within_limit(lane, envelopes, meanwhile):
        meanwhile()
        if reference in [envelope.reference for envelope in envelopes]:
            raise Killed
        return {envelope.submission_id: Answer.CONFIRMED for envelope in envelopes}

    return _within_limit


@pytest.mark.parametrize("on", [False, True], ids=["turns", "going on"])
def test_a_report_that_brings_the_relay_down_is_parked_and_all_others_arrive(
    database, hand_in, clock, monkeypatch, on
):
    references = [hand_in().reference for _ in range(6)]
    killer = references[2]
    crashes = 0
    monkeypatch.setattr(relay.Lane, "_within_limit", killed_by(killer))
    pace = replace(QUICK, most=2)
    while set(states(database).values()) - {State.CONFIRMED, State.PARKED}:
        lane = relay.Lane(database, "inbox", Receiver(), clock, threading.Event(), pace)
        try:
            while lane.turn(on=on):
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


def test_while_a_receiver_is_busy_the_next_are_claimed_and_those_before_written_down(
    database, hand_in, clock
):
    references, seen = [hand_in().reference for _ in range(6)], []

    def behave(envelope):
        if envelope.reference in references[3::2]:  # the last of its turn
            before, after = references[:2], references[4:]
            wait_until(lambda: {states(database)[each] for each in before} == {State.CONFIRMED})
            seen.append({states(database)[each] for each in after})

    inbox, pace = Receiver(behave, most=2), replace(QUICK, most=2, limit=timedelta(seconds=5))
    lane = relay.Lane(database, "inbox", inbox, clock, threading.Event(), pace)
    assert [lane.turn(on=True) for _ in range(4)] == [2, 2, 2, 0]
    assert inbox.taken == references
    assert seen[0] == {State.SENDING}
    assert set(states(database).values()) == {State.CONFIRMED}


@pytest.mark.parametrize("closes", [False, True], ids=["stopped", "closed"])
def test_a_relay_that_ends_gives_back_what_it_has_claimed_ahead(database, hand_in, clock, closes):
    references, stop = [hand_in().reference for _ in range(6)], threading.Event()

    def behave(envelope):
        wait_until(lambda: list(states(database).values()).count(State.SENDING) == 4)
        if closes:
            raise DestinationClosed("delivery.reasons.closed")
        stop.set()

    inbox, pace = Receiver(behave, most=2), replace(QUICK, most=2, limit=timedelta(seconds=5))
    running = threading.Thread(
        target=relay.run, args=(database, {"inbox": inbox}, clock, stop), kwargs={"pace": pace}
    )
    running.start()
    if closes:
        wait_until(lambda: database.read_now(lambda c: destinations.is_closed(c, "inbox")))
        stop.set()
    running.join()
    found, first = states(database), State.FAILED if closes else State.CONFIRMED
    assert [found[each] for each in references] == [
        *[first] * 2,
        *[State.RETRY] * 2,
        *[State.QUEUED] * 2,
    ]


def test_what_was_claimed_ahead_of_a_database_that_went_away_is_carried_all_the_same(
    database, hand_in, clock, monkeypatch
):
    references = [hand_in().reference for _ in range(6)]
    inbox, real, calls = Receiver(most=2), database.write_now, []
    lane = relay.Lane(database, "inbox", inbox, clock, threading.Event(), replace(QUICK, most=2))

    def away_for_a_while(unit):
        calls.append(unit)
        if len(calls) in {3, 4}:  # the second look ahead, and what is tried after it
            raise DatabaseUnavailable
        return real(unit)

    monkeypatch.setattr(database, "write_now", away_for_a_while)
    assert [lane.turn(on=True) for _ in range(1)] == [2]
    with pytest.raises(DatabaseUnavailable):
        lane.turn(on=True)
    while lane.turn(on=True):
        pass
    assert inbox.taken == references, "each once"
    assert set(states(database).values()) == {State.CONFIRMED}


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


def said(caplog):
    return sum("database" in record.message for record in caplog.records)


def test_a_relay_outlives_a_database_that_is_away(tmp_path, clock, caplog):
    stop, inbox = threading.Event(), Receiver()
    with Database.open(
        f"sqlite:///{tmp_path}/none/x.sqlite", patience=0.1, telling=True
    ) as nowhere:
        running = threading.Thread(
            target=relay.run,
            args=(nowhere, {"inbox": inbox}, clock, stop),
            kwargs={"pace": QUICK},
        )
        running.start()
        said_by = time.monotonic() + 20
        while not said(caplog) and time.monotonic() < said_by:
            time.sleep(0.01)
        time.sleep(0.3)
        assert running.is_alive()
        stop.set()
        running.join(5)
    assert not running.is_alive()
    assert said(caplog) == 1, "said once"
