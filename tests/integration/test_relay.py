"""The relay brings every report to its place once, whatever its way is like."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.delivery import relay
from app.delivery.connector import build
from app.errors import DatabaseUnavailable, PermanentFailure, RelayStuck, TemporaryFailure
from app.records import outbox
from app.records.outbox import State
from app.storage import tables
from app.storage.database import Database

QUICK = relay.Pace(limit=timedelta(seconds=0.2), rest=timedelta(seconds=0.02))


class Receiver:
    """Takes what it is given, or does what it was told to do."""

    def __init__(self, behave=None):
        self.behave = behave or (lambda envelope: None)
        self.taken = []

    def deliver(self, envelope):
        self.behave(envelope)
        self.taken.append(envelope.reference)


def failing(error):
    def behave(envelope):
        raise error

    return behave


def hang(envelope):
    time.sleep(30)


@pytest.fixture
def carry(database, clock):
    """Take one turn with these connectors."""

    def turn(store=database, pace=QUICK, **connectors):
        return relay.deliver_once(store, connectors, clock, pace=pace, chance=lambda: 0.0)

    return turn


def states(database):
    found = select(tables.submissions.c.reference, tables.deliveries.c.state).join(
        tables.deliveries, tables.deliveries.c.submission_id == tables.submissions.c.id
    )
    return {row[0]: row[1] for row in database.read_now(lambda c: c.execute(found).all())}


def delivery(database):
    return database.read_now(lambda c: c.execute(select(tables.deliveries)).one())


def test_a_report_is_delivered_and_confirmed(database, hand_in, carry):
    receipt, inbox = hand_in(), Receiver()
    assert carry(inbox=inbox) == 1
    assert inbox.taken == [receipt.reference]
    assert states(database) == {receipt.reference: State.CONFIRMED}
    assert carry(inbox=inbox) == 0


def test_a_receiver_that_is_away_is_tried_again_after_growing_pauses(
    database, hand_in, carry, clock
):
    hand_in()
    away, pauses = Receiver(failing(TemporaryFailure("delivery.away"))), []
    for _ in range(4):
        assert carry(inbox=away) == 1
        pauses.append((delivery(database).next_try_at - clock.now()).total_seconds())
        clock.time = delivery(database).next_try_at
    assert pauses == [5, 10, 20, 40]
    back = Receiver()
    carry(inbox=back)
    assert len(back.taken) == 1


def test_a_receiver_that_is_away_for_days_is_left_to_a_person(database, hand_in, carry, clock):
    hand_in()
    clock.move(days=2, hours=23)
    carry(inbox=Receiver(failing(TemporaryFailure("delivery.away"))))
    assert delivery(database).state == State.RETRY
    clock.move(days=1)
    carry(inbox=Receiver(failing(TemporaryFailure("delivery.away"))))
    assert (delivery(database).state, delivery(database).reason) == (State.PARKED, "delivery.away")


def test_what_is_refused_for_good_is_parked_with_its_reason(database, hand_in, carry):
    hand_in()
    carry(inbox=Receiver(failing(PermanentFailure("delivery.refused"))))
    assert (delivery(database).state, delivery(database).reason) == (
        State.PARKED,
        "delivery.refused",
    )


def test_a_connector_with_a_fault_is_tried_eight_times(database, hand_in, carry, clock):
    hand_in()
    tries = 0
    while delivery(database).state != State.PARKED:
        tries += carry(inbox=Receiver(failing(ZeroDivisionError("something personal"))))
        clock.move(hours=1)
    assert tries == 8
    assert delivery(database).reason == "delivery.fault"


def test_a_database_that_is_away_is_no_fault_of_the_report(database, hand_in, carry, clock):
    hand_in()
    for _ in range(20):
        carry(inbox=Receiver(failing(DatabaseUnavailable())))
        clock.move(hours=1)
    assert delivery(database).state == State.RETRY
    assert delivery(database).reason == "delivery.unavailable"


def test_one_poisonous_report_holds_up_no_other(database, hand_in, carry):
    references = [hand_in().reference for _ in range(6)]

    def behave(envelope):
        if envelope.reference == references[0]:
            raise RecursionError

    assert carry(inbox=Receiver(behave)) == 6
    assert states(database) == {
        reference: State.RETRY if reference == references[0] else State.CONFIRMED
        for reference in references
    }


def test_a_delivery_that_never_answers_is_left_behind_and_the_rest_go_on(database, hand_in, carry):
    references = [hand_in().reference for _ in range(4)]

    def behave(envelope):
        if envelope.reference == references[0]:
            hang(envelope)

    before = time.monotonic()
    assert carry(inbox=Receiver(behave)) == 4
    assert time.monotonic() - before < 3
    assert sorted(states(database).values()) == [State.CONFIRMED] * 3 + [State.RETRY]
    reasons = database.read_now(lambda c: c.execute(select(tables.deliveries.c.reason)).scalars())
    assert "delivery.timed_out" in set(reasons)


def test_a_destination_that_hangs_holds_up_no_other_destination(database, hand_in, receiver, clock):
    for _ in range(3):
        hand_in(to=replace(receiver, destinations=("slow", "inbox")))
    inbox, stop = Receiver(), threading.Event()
    connectors = {"slow": Receiver(hang), "inbox": inbox}
    running = threading.Thread(
        target=relay.run, args=(database, connectors, clock, stop), kwargs={"pace": QUICK}
    )
    running.start()
    wait_until(lambda: len(inbox.taken) == 3)
    stop.set()
    running.join()
    assert len(inbox.taken) == 3


def wait_until(true, seconds=15):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def test_a_relay_full_of_deliveries_that_hang_asks_to_be_started_anew(database, hand_in, clock):
    for _ in range(5):
        hand_in()
    pace = replace(QUICK, hanging_most=3, limit=timedelta(seconds=0.05))
    with pytest.raises(RelayStuck):
        relay.run(database, {"inbox": Receiver(hang)}, clock, threading.Event(), pace=pace)
    assert sorted(states(database).values()).count(State.RETRY) == 5, "nothing is left hanging"


class Killed(BaseException):
    """The process is gone, as by SIGKILL: nobody writes down anything."""


def killed_by(reference):
    """A lane whose connector brings the relay down when it meets one report."""

    def _within_limit(envelope):
        if envelope.reference == reference:
            raise Killed

    return _within_limit


def test_a_report_that_brings_the_relay_down_is_parked_and_all_others_arrive(
    database, hand_in, clock, monkeypatch
):
    references = [hand_in().reference for _ in range(6)]
    killer = references[2]
    crashes = 0
    monkeypatch.setattr(
        relay.Lane, "_within_limit", lambda self, envelope: killed_by(killer)(envelope)
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


def test_reports_come_into_the_inbox_by_the_real_connector(database, hand_in, clock, carry):
    receipt = hand_in()
    clock.move(seconds=3)
    connectors = build(["inbox"], database=database, clock=clock)
    carry(**connectors)
    item = database.read_now(lambda c: c.execute(select(tables.inbox_items)).one())
    assert (item.unit, item.received_at, item.arrived_at) == (
        "barn-och-unga",
        receipt.received_at,
        clock.now(),
    )
    counted = select(func.count()).select_from(tables.inbox_items)
    assert database.read_now(lambda c: c.execute(counted).scalar()) == 1
