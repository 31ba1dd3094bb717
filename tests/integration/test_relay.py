"""The relay brings every report to its place once, whatever its way is like."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.delivery import relay
from app.delivery.connector import build
from app.errors import DatabaseUnavailable, PermanentFailure, RelayStuck, TemporaryFailure
from app.records.outbox import State
from app.runner.routing import INBOX
from app.storage import tables
from tests.integration.receivers import QUICK, Receiver, delivery, failing, hang, states, wait_until


@pytest.fixture
def carry(database, clock):
    """Take one turn with these connectors."""

    def turn(store=database, pace=QUICK, **connectors):
        return relay.deliver_once(store, connectors, clock, pace=pace, chance=lambda: 0.0)

    return turn


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
    away, pauses = Receiver(failing(TemporaryFailure("delivery.reasons.unavailable"))), []
    for _ in range(4):
        assert carry(inbox=away) == 1
        pauses.append((delivery(database).next_try_at - clock.now()).total_seconds())
        clock.time = delivery(database).next_try_at
    assert pauses == [5, 10, 20, 40]
    back = Receiver()
    carry(inbox=back)
    assert len(back.taken) == 1


def test_a_receiver_that_is_away_for_days_becomes_work_for_a_person_and_is_still_tried(
    database, hand_in, carry, clock
):
    hand_in()
    patience = {"inbox": timedelta(hours=72)}
    for _ in range(72):
        carry(inbox=Receiver(failing(TemporaryFailure("delivery.reasons.unavailable"))))
        assert relay.look(database, clock, patience) == 0
        clock.move(hours=1)
    assert relay.look(database, clock, patience) == 1
    assert relay.look(database, clock, patience) == 0, "asked once"
    row = delivery(database)
    assert (row.state, row.attention_at) == (State.RETRY, clock.now())
    back = Receiver()
    carry(inbox=back)
    assert len(back.taken) == 1


def test_what_waits_for_a_receiver_that_was_away_is_tried_at_once_when_it_is_back(
    database, hand_in, carry, clock
):
    away = Receiver(failing(TemporaryFailure("delivery.reasons.unavailable")), most=20)
    for _ in range(20):
        hand_in()
    for _ in range(6):  # until all of them wait for minutes
        carry(inbox=away)
        clock.move(minutes=3)
    clock.move(minutes=-3)
    hand_in()
    back = Receiver(most=20)
    while carry(inbox=back):
        pass
    assert len(back.taken) == 21


def test_a_receiver_that_is_back_hurries_nothing_but_what_it_was_away_for(
    database, hand_in, carry, clock
):
    odd, asked_to_wait, late = (hand_in().reference for _ in range(3))
    failures = {
        odd: TemporaryFailure("delivery.reasons.bad_answer"),
        asked_to_wait: TemporaryFailure("delivery.reasons.unavailable", timedelta(hours=3)),
        late: TemporaryFailure("delivery.reasons.timed_out"),
    }
    tried = []

    def behave(envelope):
        tried.append(envelope.reference)
        if envelope.reference in failures:
            raise failures[envelope.reference]

    receiver = Receiver(behave)
    carry(inbox=receiver)
    taken = hand_in().reference
    while carry(inbox=receiver):
        pass
    assert receiver.taken == [taken]
    assert sorted(tried) == sorted([odd, asked_to_wait, late, taken]), "each once"
    clock.move(minutes=1)
    assert carry(inbox=receiver) == 2


def test_what_the_receiver_is_away_for_while_it_takes_the_rest_keeps_its_pauses(
    database, hand_in, clock
):
    refused, tries = set(), []

    def behave(envelope):
        if envelope.reference in refused:
            tries.append(envelope.reference)
            raise TemporaryFailure("delivery.reasons.unavailable")

    pace = replace(QUICK, write_every=timedelta(0))
    lane = relay.Lane(database, "inbox", Receiver(behave), clock, threading.Event(), pace)
    for number in range(30):
        reference = hand_in().reference
        if number < 3:
            refused.add(reference)
        lane.turn()
    assert len(tries) <= 6, "or they would hurry each other for ever"


def test_a_receiver_that_is_away_is_tried_with_one_now_and_then_unless_it_asked_us_to_wait(
    database, hand_in, clock
):
    for _ in range(3):
        hand_in()
    tries = []

    def behave(envelope):
        tries.append(envelope.reference)
        after = timedelta(minutes=5) if len(tries) > 6 else None
        raise TemporaryFailure("delivery.reasons.unavailable", after)

    pace = replace(QUICK, knock_every=timedelta(0))
    lane = relay.Lane(database, "inbox", Receiver(behave, most=3), clock, threading.Event(), pace)
    assert [lane.turn() for _ in range(7)] == [3, 0, 1, 0, 1, 0, 1]
    assert len(set(tries[3:])) == 3, "not always the same"
    for _ in range(20):
        lane.turn()
    assert len(tries) == 9, "and then it has asked us to wait with all three"


def test_what_is_refused_for_good_is_work_for_a_person_with_its_reason(
    database, hand_in, carry, clock
):
    hand_in()
    carry(inbox=Receiver(failing(PermanentFailure("delivery.reasons.refused"))))
    assert (delivery(database).state, delivery(database).reason) == (
        State.FAILED,
        "delivery.reasons.refused",
    )
    assert delivery(database).attention_at == clock.now()


def test_a_connector_with_a_fault_is_tried_eight_times(database, hand_in, carry, clock):
    hand_in()
    tries = 0
    while delivery(database).state != State.PARKED:
        tries += carry(inbox=Receiver(failing(ZeroDivisionError("something personal"))))
        clock.move(hours=1)
    assert tries == 8
    assert delivery(database).reason == "delivery.reasons.fault"


def test_a_database_that_is_away_is_no_fault_of_the_report(database, hand_in, carry, clock):
    hand_in()
    for _ in range(20):
        carry(inbox=Receiver(failing(DatabaseUnavailable())))
        clock.move(hours=1)
    assert delivery(database).state == State.RETRY
    assert delivery(database).reason == "delivery.reasons.unavailable"


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
    assert "delivery.reasons.timed_out" in set(reasons)


def test_a_destination_that_hangs_holds_up_no_other_destination(database, hand_in, receiver, clock):
    for _ in range(3):
        hand_in(to=replace(receiver, destinations={"slow": None, "inbox": None}))
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


def test_a_relay_full_of_deliveries_that_hang_asks_to_be_started_anew(database, hand_in, clock):
    for _ in range(5):
        hand_in()
    pace = replace(QUICK, hanging_most=3, limit=timedelta(seconds=0.05))
    with pytest.raises(RelayStuck):
        relay.run(database, {"inbox": Receiver(hang)}, clock, threading.Event(), pace=pace)
    assert sorted(states(database).values()).count(State.RETRY) == 5, "nothing is left hanging"


def test_reports_come_into_the_inbox_by_the_real_connector(database, hand_in, clock, carry):
    receipt = hand_in()
    clock.move(seconds=3)
    carry(**build(INBOX, database=database, clock=clock))
    item = database.read_now(lambda c: c.execute(select(tables.inbox_items)).one())
    assert (item.unit, item.received_at, item.arrived_at) == (
        "barn-och-unga",
        receipt.received_at,
        clock.now(),
    )
    counted = select(func.count()).select_from(tables.inbox_items)
    assert database.read_now(lambda c: c.execute(counted).scalar()) == 1
