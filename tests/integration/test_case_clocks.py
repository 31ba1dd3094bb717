"""The clocks of a case: they start when the report was received, and what was late stays late."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.casework import beginning, cases, opening, running
from app.casework.refusals import NotExtended, StepUnanswered
from app.casework.running import NO_RULES
from app.delivery import relay
from app.errors import NotAllowed
from app.storage import tables
from app.storage.columns import NEVER
from tests import service
from tests.integration.casework import ASSESSED, DECIDED, LEADER, RULES, WORKER, Unit


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    reference = hand_in().reference
    unit.arrive()
    return reference


def last_day(moment):
    """Return the day that is over at a moment, in the municipality."""
    local = moment.astimezone(RULES.calendar.zone)
    assert (local.hour, local.minute) == (0, 0), "a whole day"
    return local.date() - timedelta(days=1)


def test_clocks_start_when_the_report_was_received_however_late_it_comes_to_the_unit(
    unit, hand_in, clock
):
    received = clock.now()
    reference = hand_in().reference
    clock.move(days=5)
    unit.arrive()
    found = unit.clocks(reference)
    assert {name for name, _ in found} == {"last", "skydd", "forhand"}
    assert {row.started_at for row in found.values()} == {received}
    assert found["skydd", 1].due_on == date(2026, 11, 25)
    assert found["forhand", 1].due_on == date(2026, 12, 8)
    for row in found.values():
        assert last_day(row.due_at) == row.due_on


def test_the_queue_is_sorted_by_the_clock_that_is_next(unit, case):
    assert unit.row(case).next_clock in {"last", "skydd"}
    assert last_day(unit.row(case).next_due) == date(2026, 11, 25)
    unit.step(case, "bedom", ASSESSED)
    unit.read(case)
    assert unit.row(case).next_clock == "forhand"
    unit.step(case, "besluta", DECIDED)
    assert unit.row(case).next_clock == "besked"
    assert last_day(unit.row(case).next_due) == date(2026, 12, 1)
    unit.step(case, "besked")
    assert (unit.row(case).next_clock, unit.row(case).next_due) == (None, NEVER)
    assert unit.read(case).item.next_due is None


def test_a_case_that_comes_twice_keeps_its_clocks(unit, case, database):
    unit.step(case, "bedom", ASSESSED)
    before, row = unit.clocks(case), unit.row(case)
    again = text("UPDATE deliveries SET state = 'queued', next_try_at = 0, confirmed_at = NULL")
    database.write_now(lambda c: c.execute(again))
    assert unit.arrive() == 1
    assert (unit.clocks(case), unit.row(case)) == (before, row)


def test_only_the_first_person_to_open_it_stops_what_waits_for_that(unit, case, clock):
    clock.move(hours=2)
    opened = clock.now()
    unit.read(case)
    clock.move(days=4)
    unit.read(case, WORKER)
    assert unit.row(case).opened_at == opened
    assert (unit.clocks(case)["last", 1].stopped_at, unit.clocks(case)["last", 1].late_days) == (
        opened,
        0,
    )
    assert unit.row(case).version == 0, "to read is not to change"


def test_to_read_take_or_give_back_stops_no_clock_of_the_law(unit, case):
    unit.read(case)
    unit.take(case)
    unit.do(cases.give_back, case, version=1)
    running_still = {name for (name, _), row in unit.clocks(case).items() if not row.stopped_at}
    assert running_still == {"skydd", "forhand"}


@pytest.mark.parametrize(
    ("later", "late"),
    [
        # It came on 24 November at 9.30 in Sweden, and is due by the end of the 25th.
        ({"hours": 14}, 0),
        ({"days": 1, "hours": 14, "minutes": 29}, 0),
        ({"days": 1, "hours": 14, "minutes": 30}, 1),
        ({"days": 3}, 2),
    ],
)
def test_how_late_it_was_is_counted_in_days_of_the_municipality(unit, case, clock, later, late):
    clock.move(**later)
    unit.step(case, "bedom", ASSESSED)
    assert unit.clocks(case)["skydd", 1].late_days == late


def test_what_was_late_stays_late_and_a_case_opened_again_has_new_clocks_beside(unit, case, clock):
    clock.move(days=3)
    unit.read(case)
    unit.step(case, "bedom", ASSESSED)
    unit.step(case, "besluta", {"beslut": ("inleds_inte",)})
    unit.step(case, "avsluta")
    clock.move(days=30)
    before = unit.clocks(case)
    unit.do(cases.reopen, case, version=3, reason="Ny uppgift.")
    after = unit.clocks(case)
    assert {name: row for name, row in after.items() if name[1] == 1} == before
    assert before["skydd", 1].late_days == 2
    again = after["skydd", 2]
    assert (again.started_at, again.stopped_at, again.late_days) == (clock.now(), None, None)
    assert again.due_on == RULES.calendar.day(clock.now()) + timedelta(days=1)
    assert unit.row(case).next_due <= again.due_at
    assert unit.clocks(case)["last", 2].stopped_at is None
    unit.read(case)
    assert unit.clocks(case)["last", 2].stopped_at == clock.now()


def test_a_time_is_made_longer_with_both_days_kept(unit, case, clock):
    unit.read(case)
    unit.step(case, "bedom", ASSESSED)
    longer = {"till-day": ("20",), "till-month": ("12",), "till-year": ("2026",)}
    unit.step(case, "forlang", longer)
    found = unit.clocks(case)["forhand", 1]
    assert (found.due_on, found.extended_to) == (date(2026, 12, 8), date(2026, 12, 20))
    assert found.extended_at == clock.now()
    assert last_day(unit.row(case).next_due) == date(2026, 12, 20)
    clock.move(days=20)
    unit.step(case, "besluta", DECIDED)
    assert unit.clocks(case)["forhand", 1].late_days == 0
    [mine] = [each for each in unit.read(case).clocks if each.clock == "forhand"]
    assert (mine.due_on, mine.last_day(RULES)) == (date(2026, 12, 8), date(2026, 12, 20))


@pytest.mark.parametrize(
    ("later", "day"),
    [({"days": 15}, "30"), ({}, "8"), ({}, "1")],
    ids=["when it is over", "to the day it has", "to a day before"],
)
def test_a_time_is_not_made_longer_too_late_nor_shorter(unit, case, clock, later, day):
    unit.step(case, "bedom", ASSESSED)
    clock.move(**later)
    before = unit.clocks(case)
    typed = {"till-day": (day,), "till-month": ("12",), "till-year": ("2026",)}
    with pytest.raises(NotExtended):
        unit.step(case, "forlang", typed)
    assert (unit.clocks(case), unit.row(case).version) == (before, 1)


def test_only_who_leads_makes_a_time_longer(unit, case):
    unit.step(case, "bedom", ASSESSED)
    longer = {"till-day": ("20",), "till-month": ("12",), "till-year": ("2026",)}
    with pytest.raises(NotAllowed):
        unit.step(case, "forlang", longer, staff=WORKER)
    assert unit.step(case, "forlang", longer, staff=LEADER).version == 2


def test_a_form_without_a_process_has_cases_and_no_clocks(database, clock, hand_in):
    unit = Unit(database, clock, NO_RULES)
    reference = hand_in().reference
    unit.arrive()
    taken = unit.take(reference)
    assert (taken.case.state, unit.clocks(reference)) == ("tagen", {})
    assert unit.row(reference).process_version == running.NO_PROCESS


def test_cases_from_before_there_were_processes_begin_a_few_at_a_time(
    unit, hand_in, database, clock
):
    references = [hand_in().reference for _ in range(5)]
    old = "INSERT INTO inbox_items (submission_id, unit, status, received_at, arrived_at) "
    old += "SELECT id, unit, 'new', received_at, received_at FROM submissions"
    database.write_now(lambda c: c.execute(text(old)))

    def begin(most):
        return database.write_now(lambda c: beginning.begin_all(c, RULES, most=most))

    assert [begin(3), begin(3), begin(3)] == [3, 2, 0]
    for reference in references:
        assert unit.row(reference).state == "ny"
        assert last_day(unit.row(reference).next_due) == date(2026, 11, 25)
        assert len(unit.clocks(reference)) == 3


def test_the_relay_begins_them_as_soon_as_it_is_started(unit, hand_in, database, clock):
    references = [hand_in().reference for _ in range(beginning.AT_ONCE + 5)]
    old = "INSERT INTO inbox_items (submission_id, unit, status, received_at, arrived_at) "
    old += "SELECT id, unit, 'new', received_at, received_at FROM submissions"
    database.write_now(lambda c: c.execute(text(old)))
    stop = threading.Event()
    watching = threading.Thread(target=relay.watch, args=(database, clock, stop, {}, RULES))
    watching.start()
    try:
        service.wait_until(lambda: not waiting(database))
    finally:
        stop.set()
        watching.join()
    assert len(unit.clocks(references[-1])) == 3


def waiting(database):
    asked = select(func.count()).select_from(tables.inbox_items).where(tables.NOT_BEGUN)
    return database.read_now(lambda c: c.execute(asked).scalar_one())


def test_an_opened_case_tells_its_clocks(unit, case):
    found = unit.do(opening.open_item, case)
    assert [each.clock for each in found.clocks] == ["last", "skydd", "forhand"]


def test_a_last_day_on_a_holiday_counts_as_the_municipality_has_decided(database, clock, hand_in):
    # Thursday 10 December 2026: the last day is Christmas Eve, the next working day the 28th.
    clock.time = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
    references = hand_in().reference, hand_in().reference
    Unit(database, clock).arrive()
    clock.move(days=17)
    for reference, rules, late in zip(
        references, (RULES, replace(RULES, next_weekday=True)), (3, 0), strict=True
    ):
        unit = Unit(database, clock, rules)
        unit.step(reference, "bedom", ASSESSED)
        unit.step(reference, "besluta", DECIDED)
        found = unit.clocks(reference)["forhand", 1]
        assert (found.due_on, found.lawful_latest) == (date(2026, 12, 24), date(2026, 12, 28))
        assert found.late_days == late


@pytest.fixture
def decided(unit, case):
    """A case that a meeting is booked in: it is Tuesday 24 November 2026."""
    unit.step(case, "bedom", ASSESSED)
    unit.step(case, "besluta", DECIDED)
    unit.step(case, "besked")
    unit.read(case)
    return case


def book(unit, case, day):
    parts = zip(("year", "month", "day"), day.split("-"), strict=True)
    unit.step(case, "boka", {f"motesdag-{part}": (value,) for part, value in parts})


def of_meeting(unit, case, name="inbjudan"):
    """Return each round of a clock: its last day, whether it runs, and how late it was."""
    found = sorted(
        (number, row) for (clock, number), row in unit.clocks(case).items() if clock == name
    )
    return [(str(row.due_on), row.stopped_at is None, row.late_days) for _, row in found]


def test_a_clock_is_counted_from_the_day_that_is_answered(unit, decided, clock):
    book(unit, decided, "2026-12-10")
    found = unit.clocks(decided)
    assert found["inbjudan", 1].due_on == date(2026, 12, 3)
    assert found["uppfoljning", 1].due_on == date(2027, 1, 21)
    for name in ("inbjudan", "uppfoljning"):
        row = found[name, 1]
        assert (row.started_at, last_day(row.due_at)) == (clock.now(), row.due_on)
    assert unit.row(decided).next_clock == "inbjudan"
    assert last_day(unit.row(decided).next_due) == date(2026, 12, 3)


def test_a_meeting_moved_twice_is_counted_anew_beside_what_it_was(unit, decided):
    book(unit, decided, "2026-12-10")
    book(unit, decided, "2026-12-17")
    book(unit, decided, "2026-12-08")
    assert of_meeting(unit, decided) == [
        ("2026-12-03", False, None),
        ("2026-12-10", False, None),
        ("2026-12-01", True, None),
    ]
    assert last_day(unit.row(decided).next_due) == date(2026, 12, 1)
    unit.step(decided, "bjud_in")
    assert of_meeting(unit, decided)[-1] == ("2026-12-01", False, 0)
    shown = [each.moved for each in unit.read(decided).clocks if each.clock == "inbjudan"]
    assert sorted(shown) == [False, True, True]


def test_the_same_day_again_is_no_new_one(unit, decided):
    book(unit, decided, "2026-12-10")
    before = unit.clocks(decided)
    book(unit, decided, "2026-12-10")
    assert unit.clocks(decided) == before


def test_a_meeting_too_near_is_late_from_the_beginning(unit, decided, clock):
    book(unit, decided, "2026-11-27")
    assert of_meeting(unit, decided) == [("2026-11-20", True, None)]
    [mine] = [each for each in unit.read(decided).clocks if each.clock == "inbjudan"]
    assert mine.late_at(RULES) < clock.now()
    unit.step(decided, "bjud_in")
    assert of_meeting(unit, decided) == [("2026-11-20", False, 4)]


def test_what_was_late_when_the_meeting_was_moved_is_still_told(unit, decided, clock):
    book(unit, decided, "2026-12-10")
    clock.move(days=11)
    book(unit, decided, "2027-01-20")
    assert of_meeting(unit, decided) == [("2026-12-03", False, None), ("2027-01-13", True, None)]
    [was] = [each for each in unit.read(decided).clocks if each.clock == "inbjudan" and each.moved]
    assert (was.due_on, last_day(was.late_at(RULES)), RULES.calendar.day(was.stopped_at)) == (
        date(2026, 12, 3),
        date(2026, 12, 3),
        date(2026, 12, 5),
    )


def test_an_invitation_that_was_sent_is_sent_anew_when_the_meeting_is_moved(unit, decided):
    book(unit, decided, "2026-12-10")
    unit.step(decided, "bjud_in")
    book(unit, decided, "2027-01-20")
    assert of_meeting(unit, decided) == [("2026-12-03", False, 0), ("2027-01-13", True, None)]


@pytest.mark.parametrize("day", ["2026-12-", "--", "2026-13-45", "snart--", "i december--"])
def test_a_day_that_is_no_whole_day_is_asked_for_once_more_and_nothing_is_changed(
    unit, decided, day
):
    before, version = unit.clocks(decided), unit.row(decided).version
    with pytest.raises(StepUnanswered):
        book(unit, decided, day)
    assert (unit.clocks(decided), unit.row(decided).version) == (before, version)


def test_nor_is_a_time_made_longer_to_a_part_of_a_day(unit, case):
    unit.step(case, "bedom", ASSESSED)
    with pytest.raises(StepUnanswered):
        unit.step(case, "forlang", {"till-month": ("12",), "till-year": ("2026",)})
    assert unit.clocks(case)["forhand", 1].extended_to is None


@pytest.mark.parametrize("day", ["1900-01-31", "2028-02-29", "2199-12-31"])
def test_a_year_that_nobody_meant_stops_nobody_and_is_put_right(unit, decided, day):
    book(unit, decided, day)
    book(unit, decided, "2026-12-10")
    assert of_meeting(unit, decided)[-1] == ("2026-12-03", True, None)
