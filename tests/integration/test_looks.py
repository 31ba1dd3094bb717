"""What has come since somebody last looked is new to them, and is found in an index."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.casework import beginning, colleagues, counting, looks, queue
from app.casework.queue import Tab
from tests.integration.casework import LEADER, WORKER, Unit
from tests.integration.plans import explained
from tests.integration.reports import TYPED

ME = replace(LEADER, subject="a" * 64)
OTHER = replace(WORKER, subject="b" * 64)
URGENT = {**TYPED, "fara": {"fara": ("ja",)}}


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def arrive(unit, hand_in):
    def send(typed=TYPED):
        reference = hand_in(typed).reference
        unit.arrive()
        return reference

    return send


@pytest.fixture
def look(database, clock):
    """Look at the queue as a page does; return what is new to them, and how many they are."""

    def seen(staff=ME):
        now = clock.now()
        found = database.read_now(lambda c: looks.of(c, staff, now=now))
        page = database.read_now(lambda c: queue.list_items(c, unit=staff.unit))
        new = [item.reference for item in page.items if item.is_new(found.since)]
        count = database.read_now(
            lambda c: counting.count_new(c, unit=staff.unit, since=found.since)
        )
        assert len(new) == count
        if looks.is_due(found, now=now):
            database.write_now(lambda c: looks.remember(c, staff, found, now=now))
        return new

    return seen


def test_to_who_was_never_here_nothing_is_new_and_afterwards_what_has_come_is(look, arrive, clock):
    arrive()
    assert look() == []
    clock.move(hours=1)
    come = arrive()
    clock.move(minutes=5)
    assert look() == [come]
    clock.move(minutes=29)
    assert look() == [come], "it is the same visit"
    clock.move(minutes=1)
    second = arrive()
    clock.move(hours=14)
    assert look() == [second], "it is another visit"
    assert look(OTHER) == [], "each person has a last look of their own"


def test_what_somebody_has_opened_is_new_to_nobody(look, arrive, unit, clock):
    look()
    clock.move(hours=1)
    first, second = arrive(), arrive()
    clock.move(minutes=1)
    assert set(look()) == {first, second}
    unit.read(first, WORKER)
    assert look() == [second]


def test_a_choice_stays_and_who_has_not_looked_for_long_is_forgotten(database, clock, look):
    now = clock.now()
    quiet = looks.Look(keys=False, watch=False)
    database.write_now(lambda c: looks.remember(c, ME, quiet, now=now))
    clock.move(days=1)
    look()
    kept = database.read_now(lambda c: looks.of(c, ME, now=clock.now()))
    assert (kept.keys, kept.watch) == (False, False)
    clock.move(days=91)
    look(OTHER)
    assert database.read_now(lambda c: looks.of(c, ME, now=clock.now())) == looks.Look()


def test_of_what_is_due_the_same_day_the_urgent_stands_first(database, arrive, clock):
    first = arrive()
    clock.move(minutes=1)
    urgent = arrive(URGENT)
    clock.move(days=1)
    urgent_later = arrive(URGENT)
    found = database.read_now(lambda c: queue.list_items(c, unit=ME.unit, most=1))
    seen = [found.items[0].reference]
    while found.after:
        after = found.after
        found = database.read_now(
            lambda c, a=after: queue.list_items(c, unit=ME.unit, after=a, most=1)
        )
        seen += [item.reference for item in found.items]
    assert seen == [urgent, first, urgent_later]


def asked():
    """Every question of the queue's that must be answered within an index, and which."""
    place = frozenset({"unit", "next_due", "turn", "received_at", "submission_id"})
    yield queue.page_of(place, Tab.TO_DO, 51), "ix_inbox_items_turn"
    yield queue.page_of(place, Tab.ALL, 51), "ix_inbox_items_turn"
    yield queue.page_of(place | {"owner"}, Tab.MINE, 51), "ix_inbox_items_my_turn"
    yield counting.DUE.statement, "ix_inbox_items_"
    yield counting.EARLY.statement, "ix_inbox_items_"
    yield counting.COME.statement, "ix_inbox_items_unopened"
    yield beginning.LYING.limit(200), "ix_inbox_items_unplaced"
    yield colleagues.HAVE_A_CASE, "ix_inbox_items_my_turn"


def test_no_page_of_the_queue_and_no_count_reads_more_than_its_part_of_an_index(database, clock):
    now = clock.now()
    values = {
        **dict.fromkeys(("next_due", "received_at", "since", "until", "before"), now),
        "unit": ME.unit,
        "owner": ME.name,
        "clock": "forhand",
        "turn": 1,
        "submission_id": UUID(int=1),
    }
    for statement, index in asked():
        plan = database.read_now(lambda c, one=statement: explained(c, one, values))
        assert index in plan, plan
        assert "Sort" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan
