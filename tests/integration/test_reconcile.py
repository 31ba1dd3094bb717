"""Everything received is confirmed, open or released; and what is not so is noticed."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, text, update

from app.delivery import relay
from app.delivery.connector import build
from app.records import outbox, pulse, retention
from app.records.outbox import Result, State
from app.records.reconcile import Sum, Sums, reconcile, remember
from app.runner.routing import INBOX
from app.storage import tables
from tests.integration.casework import ASSESSED, Unit


@pytest.fixture
def count(database):
    return lambda: database.read_now(reconcile)


@pytest.fixture
def some_of_each(database, hand_in, receiver, clock):
    """Three reports to two places: the inbox has all; of the other, one each of three states."""
    both = replace(receiver, destinations={"inbox": None, "system": lambda content: b"sealed"})
    for _ in range(3):
        hand_in(to=both)
    relay.deliver_once(database, build(INBOX, database=database, clock=clock), clock)

    def three(connection):
        now = clock.now()
        claimed = outbox.claim(connection, "system", now=now, lease=timedelta(minutes=3), most=3)
        outbox.note(connection, [Result(claimed[0], State.CONFIRMED)], now=now)
        released = {"state": State.RELEASED, "released_at": now, "next_try_at": None}
        mine = tables.deliveries.c.submission_id == claimed[1].submission_id
        system = tables.deliveries.c.destination == "system"
        connection.execute(update(tables.deliveries).where(mine, system).values(**released))
        return [each.submission_id for each in claimed]

    return database.write_now(three)


def test_it_adds_up(count, some_of_each):
    sums = count()
    assert sums.adds_up
    assert sums == Sums(
        (Sum("inbox", 3, 3, 0, 0), Sum("system", received=3, confirmed=1, open=1, released=1)),
        vanished=0,
    )


def test_it_is_told_how_many_questions_have_been_answered(database):
    told = []
    counting = partial(reconcile, inboxes=["inbox", "other"], tell=lambda *far: told.append(far))
    database.read_now(counting)
    assert told == [(done, 6) for done in range(1, 6)], "the last is told by the answer"


def test_it_adds_up_when_there_is_nothing(count):
    assert count() == Sums((), vanished=0)


def test_a_report_from_before_there_was_more_than_the_inbox_is_counted(database, hand_in, count):
    hand_in()
    database.write_now(lambda c: c.execute(update(tables.submissions).values(destinations=None)))
    assert count().destinations == (Sum("inbox", received=1, confirmed=0, open=1, released=0),)


@pytest.mark.parametrize("table", ["deliveries", "inbox_items"])
def test_what_has_vanished_is_missed(database, some_of_each, count, table):
    gone = tables.metadata.tables[table]
    mine = gone.c.submission_id == some_of_each[2]
    database.write_now(lambda c: c.execute(delete(gone).where(mine)))
    assert not count().adds_up


def test_a_whole_report_that_has_vanished_is_missed_by_the_trail(database, some_of_each, count):
    def lose(connection):
        for table in (tables.inbox_items, tables.deliveries):
            mine = table.c.submission_id == some_of_each[0]
            connection.execute(delete(table).where(mine))
        mine = tables.submissions.c.id == some_of_each[0]
        connection.execute(delete(tables.submissions).where(mine))

    database.write_now(lose)
    sums = count()
    assert (sums.adds_up, sums.vanished) == (False, 1)
    assert all(each.adds_up for each in sums.destinations), "nobody else would have noticed"


def test_what_is_erased_in_good_order_has_not_vanished(
    database, hand_in, some_of_each, count, clock
):
    def finish(connection):
        connection.execute(text("UPDATE inbox_items SET acknowledged_at = received_at"))
        connection.execute(
            text("UPDATE deliveries SET confirmed_at = queued_at WHERE confirmed_at IS NULL")
        )

    database.write_now(finish)
    clock.move(days=40)
    erased = database.write_now(
        lambda c: retention.retain(
            c,
            now=clock.now(),
            municipality_code="exempelkommun",
            submission_days={"prov": 30},
        )
    )
    assert erased.submissions == 3
    hand_in()
    assert count() == Sums((Sum("inbox", received=1, confirmed=0, open=1, released=0),), vanished=0)


LOST = {
    "an entry": "DELETE FROM case_entries WHERE number = 1",
    "a clock": "DELETE FROM case_clocks",
    "a clock's stop": "UPDATE case_clocks SET stopped_at = started_at",
    "the version": "UPDATE inbox_items SET version = 7",
    "which is next": "UPDATE inbox_items SET next_clock = NULL",
}


@pytest.mark.parametrize("statement", LOST.values(), ids=LOST)
def test_a_case_that_does_not_agree_with_itself_is_noticed(
    database, hand_in, count, clock, statement
):
    unit, reference = Unit(database, clock), hand_in().reference
    unit.arrive()
    unit.take(reference)
    unit.step(reference, "bedom", ASSESSED)
    assert count().adds_up

    def lose(connection):
        for trigger in ("case_entries_no_delete", "case_entries_no_change ON case_entries"):
            if ("ON" in trigger) == (connection.dialect.name == "postgresql"):
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text(statement))

    database.write_now(lose)
    assert (count().adds_up, count().amiss) == (False, 1)


def test_how_it_added_up_is_remembered_for_staff(database, some_of_each, count, clock):
    database.write_now(lambda c: remember(c, count_in(c), now=clock.now()))
    before = database.read_now(lambda c: pulse.pulse(c, pulse.RECONCILE))
    assert (before.ok, before.at) == (True, clock.now())
    lost = Sums((Sum("system", 3, 1, 1, 0),), vanished=2)
    clock.move(days=1)
    database.write_now(lambda c: remember(c, lost, now=clock.now()))
    after = database.read_now(lambda c: pulse.pulse(c, pulse.RECONCILE))
    assert (after.ok, after.at) == (False, clock.now())
    assert after.counts == {"vanished": 2, "wrong": 1, "amiss": 0}


def count_in(_connection):
    return Sums((), vanished=0)
