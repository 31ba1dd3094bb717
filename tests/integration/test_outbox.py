"""What lies in the outbox is carried by one relay at a time, tried again, and never lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from app.records import outbox
from app.records.outbox import Result, State
from app.storage import tables
from app.storage.database import Database

LEASE = timedelta(minutes=3)
READ = text(
    "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'deliveries'"
)


@pytest.fixture
def claim(database, clock):
    """Claim what is due."""

    def take(destination="inbox", most=20, store=database):
        return store.write_now(
            lambda c: outbox.claim(c, destination, now=clock.now(), lease=LEASE, most=most)
        )

    return take


@pytest.fixture
def do(database):
    """Write down what became of a delivery."""
    return lambda done, *args, **rest: database.write_now(lambda c: done(c, *args, **rest))


def row(database):
    return database.read_now(lambda c: c.execute(select(tables.deliveries)).one())


def test_what_is_claimed_has_the_open_facts_and_what_is_sealed_to_its_receiver(
    hand_in, claim, receiver
):
    there = {"inbox": None, "webhook": lambda content: b"sealed " + content[:12]}
    receipt = hand_in(to=replace(receiver, destinations=there))
    [delivery] = claim()
    [other] = claim("webhook")
    assert (delivery.content, other.content) == (None, b'sealed {"schema":"s')
    assert delivery.submission_id == other.submission_id
    assert (delivery.reference, delivery.attempts) == (receipt.reference, 1)
    assert (delivery.unit, delivery.form_id) == ("barn-och-unga", "prov")


def test_what_is_claimed_is_nobody_elses_until_the_lease_has_run_out(hand_in, claim, clock):
    hand_in()
    assert len(claim()) == 1
    clock.move(minutes=2, seconds=59)
    assert claim() == ()
    clock.move(seconds=1)
    assert [delivery.attempts for delivery in claim()] == [2]


def test_each_destination_claims_its_own(hand_in, claim):
    hand_in()
    assert claim("webhook") == ()
    assert len(claim("inbox")) == 1


def test_the_oldest_are_claimed_first_and_no_more_than_asked(hand_in, claim, clock):
    references = []
    for _ in range(5):
        references.append(hand_in().reference)
        clock.move(seconds=1)
    assert [delivery.reference for delivery in claim(most=3)] == references[:3]
    assert [delivery.reference for delivery in claim(most=3)] == references[3:]


def test_a_sudden_backlog_is_not_read_for_each_batch_before_it_has_been_counted(
    database, hand_in, claim, clock
):
    if database.read_now(lambda connection: connection.dialect.name) == "sqlite":
        return  # chooses by what the indexes are, not by what it has counted
    hand_in()

    def many(connection):
        for table, each in ((tables.submissions, "id"), (tables.deliveries, "submission_id")):
            one = connection.execute(select(table)).mappings().one()
            more = [{**one, each: UUID(int=number)} for number in range(2000)]
            if table is tables.submissions:
                more = [{**row, "reference": str(row[each].int)} for row in more]
            connection.execute(insert(table), more)

    database.write_now(many)
    mine = [Result(each, State.CONFIRMED) for each in claim(most=3)]

    def note(connection):
        before = connection.execute(READ).scalar_one()
        outbox.note(connection, mine, now=clock.now())
        return connection.execute(READ).scalar_one() - before

    assert 3 <= database.write_now(note) <= 9


def test_relays_that_claim_at_once_never_claim_the_same(database_url, database, hand_in, claim):
    for _ in range(60):
        hand_in()
    stores = [Database.open(database_url) for _ in range(4)]

    def all_of(store):
        mine = []
        while claimed := claim(most=3, store=store):
            mine += [delivery.submission_id for delivery in claimed]
        return mine

    with ThreadPoolExecutor(4) as relays:
        claimed = [each for mine in relays.map(all_of, stores) for each in mine]
    for store in stores:
        store.close()
    assert len(claimed) == len(set(claimed)) == 60


def test_what_is_confirmed_is_never_claimed_again(database, hand_in, claim, do, clock):
    hand_in()
    [delivery] = claim()
    do(outbox.note, [Result(delivery, State.CONFIRMED)], now=clock.now())
    clock.move(days=9)
    assert claim() == ()
    assert (row(database).state, row(database).confirmed_at) == (
        State.CONFIRMED,
        clock.now() - timedelta(days=9),
    )


def test_what_failed_is_claimed_again_when_its_pause_is_over(database, hand_in, claim, do, clock):
    hand_in()
    [delivery] = claim()
    do(
        outbox.note,
        [Result(delivery, State.RETRY, clock.now() + timedelta(seconds=10), "delivery.away")],
        now=clock.now(),
    )
    assert (row(database).state, row(database).reason) == (State.RETRY, "delivery.away")
    clock.move(seconds=9)
    assert claim() == ()
    clock.move(seconds=1)
    assert [delivery.attempts for delivery in claim()] == [2]


def test_what_is_parked_waits_for_a_person(database, hand_in, claim, do, clock):
    hand_in()
    [delivery] = claim()
    do(outbox.note, [Result(delivery, State.PARKED, None, "delivery.refused")], now=clock.now())
    clock.move(days=9)
    assert claim() == ()
    assert (row(database).state, row(database).reason) == (State.PARKED, "delivery.refused")


def test_what_is_given_back_untried_is_due_at_once_and_has_not_been_tried(
    hand_in, claim, do, clock
):
    hand_in()
    [delivery] = claim()
    do(
        outbox.note,
        [Result(delivery, State.RETRY, clock.now(), tried=False)],
        now=clock.now(),
    )
    assert [each.attempts for each in claim()] == [1]


@pytest.mark.parametrize("late", ["retry", "sent", "failed", "parked", "untried"])
def test_a_relay_that_is_late_does_not_undo_what_another_has_begun(
    database, hand_in, claim, do, clock, late
):
    hand_in()
    [delivery] = claim()
    clock.move(minutes=4)
    [again] = claim()
    state = State.RETRY if late == "untried" else State(late)
    said = Result(delivery, state, clock.now(), "delivery.away", tried=late != "untried")
    do(outbox.note, [said], now=clock.now())
    assert (row(database).state, row(database).attempts) == (State.SENDING, again.attempts)
    assert row(database).attention_at is None


def test_a_late_confirmation_counts_and_stays(database, hand_in, claim, do, clock):
    hand_in()
    [delivery] = claim()
    clock.move(minutes=4)
    [again] = claim()
    do(outbox.note, [Result(delivery, State.CONFIRMED)], now=clock.now())
    do(outbox.note, [Result(again, State.RETRY, clock.now(), "delivery.away")], now=clock.now())
    clock.move(minutes=1)
    do(outbox.note, [Result(again, State.CONFIRMED)], now=clock.now())
    assert row(database).state == State.CONFIRMED
    assert row(database).confirmed_at == clock.now() - timedelta(minutes=1)


def test_a_delivery_whose_relays_never_come_back_is_parked_at_last(database, hand_in, claim, clock):
    hand_in()
    for attempt in range(1, outbox.UNANSWERED_MOST + 1):
        assert [delivery.attempts for delivery in claim()] == [attempt]
        clock.move(minutes=4)
    assert claim() == ()
    assert (row(database).state, row(database).reason) == (
        State.PARKED,
        "delivery.reasons.never_answered",
    )


def test_an_answer_clears_a_delivery_of_suspicion(hand_in, claim, do, clock):
    hand_in()
    claim()
    clock.move(minutes=4)
    [delivery] = claim()
    assert delivery.unanswered == 1
    do(outbox.note, [Result(delivery, State.RETRY, clock.now(), "delivery.away")], now=clock.now())
    assert [each.unanswered for each in claim()] == [0]


@given(st.integers(1, 500), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_from_ten_seconds_to_an_hour_and_are_never_quite_alike(attempts, chance):
    pause = outbox.pause(attempts, lambda: chance)
    whole = min(timedelta(hours=1), timedelta(seconds=10) * 2 ** min(attempts - 1, 20))
    assert whole / 2 <= pause <= whole
    assert timedelta(seconds=5) <= pause <= timedelta(hours=1)
