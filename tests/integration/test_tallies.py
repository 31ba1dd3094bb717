"""What comes in is counted once, whoever is killed and however many count; numbers and no more."""

from collections import Counter
from dataclasses import replace
from functools import partial
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.casework import cases, indexing, tallies, tidying
from app.runner.casework import Match
from app.runner.definition import Form
from app.storage import tables
from tests.integration.casework import ASSESSED, CALENDAR, DECIDED, INDEX, TELLS
from tests.integration.reports import RECEIVER

STATISTICS = [{"field": "fara"}, {"field": "alder", "bands": [0, 4, 7]}]
FORM = Form.model_validate({**TELLS.model_dump(by_alias=True), "statistics": STATISTICS})
COUNTING = replace(INDEX, match=Match(), counted={"prov": FORM})
BOTH = replace(COUNTING, match=INDEX.match)
UNIT = RECEIVER.unit
THREE = {
    ("reports", ""): 3,
    ("channel", "web"): 3,
    ("fields.fara", "nej"): 3,
    ("fields.alder", "4"): 2,
    ("fields.alder", ""): 1,
}


@pytest.fixture
def counts(database):
    """What has been counted, in every month: by dimension and value."""

    def look(month=None):
        asked = select(tables.tallies).where(tables.tallies.c.form_id == "prov")
        if month:
            asked = asked.where(tables.tallies.c.month == month)
        sums = Counter()
        for row in database.read_now(lambda c: c.execute(asked).all()):
            assert (row.unit, row.month[:4]) == (UNIT, "2026")
            sums[row.dimension, row.value] += row.count
        return dict(sums)

    return look


@pytest.fixture
def count_out(database, clock):
    def go():
        work = partial(tallies.count_out, unit=UNIT, calendar=CALENDAR, now=clock.now())
        return database.write_now(work)

    return go


@pytest.fixture
def three(report):
    return [report("Elsa Ek", "6"), report("Bo Al", "4"), report("Ea Ax", "")]


def test_each_report_counts_for_what_its_form_s_file_says(three, read, counts):
    assert read(COUNTING) == 3
    assert counts() == THREE


def test_counting_makes_no_tokens_and_writes_down_that_each_is_read(three, read, unit, database):
    read(COUNTING)
    assert [kind for kind, _ in unit.events()].count("read_by_service") == len(three)
    tokens = database.read_now(lambda c: c.execute(select(tables.person_tokens)).all())
    assert tokens == []


def test_a_report_is_opened_once_for_both_and_counted_once_when_it_is_read_again(
    three, read, counts, unit, database
):
    assert read(BOTH) == 3
    assert [kind for kind, _ in unit.events()].count("read_by_service") == len(three)
    database.write_now(tidying.again)
    assert read(BOTH) == 3
    assert counts() == THREE


def test_what_was_read_for_likeness_before_is_counted_when_statistics_begin(three, read, counts):
    assert [read(), read(BOTH), read(BOTH)] == [3, 3, 0]
    assert counts() == THREE


def test_killed_between_reading_and_writing_nothing_is_lost_or_counted_twice(
    three, read, counts, database, clock
):
    rows = database.write_now(partial(indexing.claim, index=COUNTING, now=clock.now()))
    indexing.read(COUNTING, rows)
    assert counts() == {}

    def killed(connection):
        indexing.store(connection, COUNTING, indexing.read(COUNTING, rows), now=clock.now())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write_now(killed)
    assert counts() == {}
    assert [read(COUNTING, most=2), read(COUNTING), read(COUNTING)] == [2, 1, 0]
    assert counts() == THREE


def test_two_that_read_at_once_count_once(three, counts, database, clock):
    together = Barrier(2)

    def work():
        rows = database.write_now(partial(indexing.claim, index=COUNTING, now=clock.now()))
        found = indexing.read(COUNTING, rows)
        together.wait(10)
        database.write_now(partial(indexing.store, index=COUNTING, found=found, now=clock.now()))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts() == THREE


def test_off_nothing_is_read_or_counted(three, read, counts):
    assert read(replace(COUNTING, counted={})) == 0
    assert counts() == {}


def test_a_form_that_counts_nothing_is_counted_without_being_opened(three, read, counts, unit):
    assert read(replace(COUNTING, counted={"prov": TELLS})) == 0
    assert counts() == {("reports", ""): 3, ("channel", "web"): 3}
    assert "read_by_service" not in [kind for kind, _ in unit.events()]


def test_a_form_that_is_no_more_is_counted_too(three, read, database, counts):
    assert read(replace(COUNTING, counted={"annat": FORM})) == 0
    assert database.read_now(partial(indexing.left, index=COUNTING)) == 0
    assert counts() == {("reports", ""): 3, ("channel", "web"): 3}


def test_what_can_not_be_opened_counts_and_tells_nothing(three, read, counts):
    other = {key_id: bytes(range(32, 64)) for key_id in COUNTING.seeds}
    assert read(replace(COUNTING, seeds=other)) == 3
    assert counts() == {
        ("reports", ""): 3,
        ("channel", "web"): 3,
        ("fields.fara", ""): 3,
        ("fields.alder", ""): 3,
    }


def test_a_month_is_counted_out_when_it_has_been_over_for_a_day_and_all_is_read(
    three, read, unit, counts, count_out, clock
):
    one, other, _ = three
    for reference in (one, other):
        unit.take(reference)
        unit.step(reference, "bedom", ASSESSED)
    unit.step(one, "besluta", DECIDED)
    clock.move(days=7)  # the first day of the month after
    assert clock.now().astimezone(CALENDAR.zone).day == 1
    read(COUNTING)
    assert not count_out(), "for a day, what came at midnight may still be on its way"
    clock.move(days=1)
    assert [count_out(), count_out()] == [True, False]
    found = counts("2026-11")
    assert found["outcome", "inleds"] == 1
    later = {key: count for key, count in found.items() if key[0].startswith("clocks.")}
    assert sum(count for (_, how), count in later.items() if how == "in_time") >= 2
    assert sum(count for (_, how), count in later.items() if how == "late") >= 1


def test_no_month_is_counted_out_while_something_in_it_waits(three, read, count_out, clock):
    clock.move(days=10)
    assert not count_out()
    read(COUNTING)
    assert count_out()


def test_a_case_that_is_opened_again_counts_where_it_is_decided_anew_and_the_month_stands(
    three, read, unit, counts, count_out, clock
):
    one = three[0]
    unit.read(one)
    unit.take(one)
    unit.step(one, "bedom", ASSESSED)
    unit.step(one, "besluta", DECIDED)
    unit.step(one, "besked", {})
    unit.step(one, "avsluta", {})
    read(COUNTING)
    clock.move(days=10)
    count_out()
    before = counts("2026-11")
    unit.do(cases.reopen, one, version=unit.row(one).version, reason="Ny uppgift.")
    unit.step(one, "bedom", ASSESSED)
    unit.step(one, "besluta", DECIDED)
    clock.move(days=31)
    assert [count_out(), count_out()] == [True, False]
    assert counts("2026-11") == before
    assert counts("2026-12")["outcome", "inleds"] == 1


def test_two_that_count_a_month_out_at_once_do_it_once(three, read, unit, counts, count_out, clock):
    unit.take(three[0])
    unit.step(three[0], "bedom", ASSESSED)
    unit.step(three[0], "besluta", DECIDED)
    read(COUNTING)
    clock.move(days=10)
    threads = [Thread(target=count_out) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts("2026-11")["outcome", "inleds"] == 1


def test_nothing_of_one_case_is_kept(three, read, database, count_out, clock):
    read(COUNTING)
    clock.move(days=10)
    count_out()
    rows = database.read_now(lambda c: c.execute(select(tables.tallies)).all())
    assert {column.name for column in tables.tallies.columns} == {
        *("month", "unit", "form_id", "dimension", "value", "count"),
    }
    whole = str(rows)
    assert not [word for word in ("Elsa", "Ek", "Bo", "ser_ut", *three) if word in whole]
