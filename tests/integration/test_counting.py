"""How much there is to do is told up to a limit, and what came in early is the same day's."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.casework import counting
from app.casework.counting import MOST_COUNTED, Amount
from app.runner.hours import DAY
from app.storage import tables
from tests.integration.casework import CALENDAR, PROCESS, RULES
from tests.integration.reports import RECEIVER

UNIT = RECEIVER.unit
NOON = 12 * 60


@pytest.fixture
def put(database, clock):
    """Put so many cases in the queue, in one go: due so many days from now, of a clock."""

    def rows(count, days, *, received, named="svar"):
        today = CALENDAR.day(clock.now())
        for _ in range(count):
            id_ = uuid4()
            report = {
                "id": id_,
                "reference": id_.hex[:9],
                "municipality_code": "9999",
                "unit": UNIT,
                "form_id": "prov",
                "form_version": 1,
                "content_hash": "0" * 64,
                "language": "sv",
                "received_at": received,
                "urgent": False,
                "protected": False,
                "key_id": "k",
                "sealed": b"our own envelope",
            }
            item = {
                "submission_id": id_,
                "unit": UNIT,
                "status": "new",
                "received_at": received,
                "arrived_at": received,
                "next_clock": named,
                "next_due": CALENDAR.at(today, (days + 1) * DAY),
            }
            yield report, item

    def put(count, days, **more):
        made = list(rows(count, days, **{"received": clock.now(), **more}))

        def store(connection):
            connection.execute(insert(tables.submissions), [report for report, _ in made])
            connection.execute(insert(tables.inbox_items), [item for _, item in made])

        database.write_now(store)

    return put


@pytest.fixture
def amount(database, clock):
    def told(rules=RULES):
        now = clock.now()
        both = database.read_now(lambda c: counting.amount(c, rules, unit=UNIT, now=now))
        alone = database.read_now(
            lambda c: Amount(
                counting.count(c, unit=UNIT),
                counting.count_today(c, rules, unit=UNIT, now=now),
            )
        )
        assert both == alone
        return both

    return told


def test_late_today_and_to_come_are_told_apart(put, amount):
    assert amount() == Amount(0, 0)
    put(2, -3)
    put(3, 0)
    put(4, 1)
    assert amount() == Amount(9, 5)


def test_no_more_is_counted_than_is_told(put, amount):
    put(MOST_COUNTED - 1, 0)
    put(1, 5)
    assert amount() == Amount(MOST_COUNTED, MOST_COUNTED - 1)
    put(4, 5)
    assert amount() == Amount(MOST_COUNTED + 1, MOST_COUNTED - 1)
    put(5, -1)
    assert amount() == Amount(MOST_COUNTED + 1, MOST_COUNTED + 1)


def test_what_came_in_early_is_the_same_days_and_is_counted_once(put, amount, clock):
    other = PROCESS.clocks[0].model_copy(update={"id": "annan"})
    early = [
        each.model_copy(update={"starts": "received", "today_before": str(minutes)})
        for each, minutes in ((PROCESS.clocks[0], NOON), (other, 1), (PROCESS.clocks[0], NOON + 60))
    ]
    # Two forms may have a clock by the same name.
    processes = {
        str(number): PROCESS.model_copy(update={"clocks": (clock_,)})
        for number, clock_ in enumerate(early)
    }
    rules = replace(RULES, processes=processes)
    today = CALENDAR.day(clock.now())
    morning, noon, later = (CALENDAR.at(today, NOON + minutes) for minutes in (-60, 30, 90))
    name = early[0].id
    put(1, 1, received=morning, named=name)
    put(1, 1, received=noon, named=name)
    put(1, 1, received=later, named=name)
    put(1, 1, received=morning, named="annan")
    put(1, 1, received=morning, named="okand")
    put(1, 2, received=morning, named=name)
    put(1, 0, received=morning, named=name)
    assert amount() == Amount(7, 1)
    assert amount(rules) == Amount(7, 3)
    clock.move(days=1)
    assert amount(rules) == Amount(7, 7), "what came in the day before is no later"
