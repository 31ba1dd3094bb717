"""How times were kept: counted once each, late for ever, and told without a word of any report."""

from datetime import date, timedelta

import pytest

from app.casework import cases, kept
from app.casework.kept import Asked, Kept
from tests.integration.casework import ASSESSED, CALENDAR, DECIDED, LEADER, Unit
from tests.integration.reports import RECEIVER

WHOLE_YEARS = Asked(date(2026, 1, 1), date(2027, 12, 31))


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    reference = hand_in().reference
    unit.arrive()
    return reference


@pytest.fixture
def told(database, clock):
    """What is told of the clocks of a period, by name."""

    def told(asked=WHOLE_YEARS):
        found = database.read_now(lambda c: kept.sums(c, asked, calendar=CALENDAR, now=clock.now()))
        return {one.clock: one for one in found}

    return told


def counts(one):
    return {kind.value: number for kind, number in one.counts.items() if number}


def test_what_was_done_in_time_is_in_time_and_what_is_not_late_waits(unit, case, told):
    unit.step(case, "bedom", ASSESSED)
    found = told()
    assert counts(found["skydd"]) == {"in_time": 1}
    assert counts(found["forhand"]) == {"waiting": 1}
    assert found["forhand"].late == ()


def test_what_was_late_is_told_with_its_reference_its_days_and_how_late(unit, case, told, clock):
    received = CALENDAR.day(clock.now())
    clock.move(days=3)
    [running] = told()["skydd"].late
    assert (running.reference, running.days, running.done_on) == (case, 2, None)
    unit.step(case, "bedom", ASSESSED)
    clock.move(days=30)
    [late] = told()["skydd"].late
    assert (late.started_on, late.due_on) == (received, received + timedelta(days=1))
    assert (late.done_on, late.days) == (received + timedelta(days=3), 2)
    assert not late.holiday


def test_more_time_is_counted_apart(unit, case, told, clock):
    unit.step(case, "bedom", ASSESSED)
    last = told()["forhand"]
    assert counts(last) == {"waiting": 1}
    to = CALENDAR.day(clock.now()) + timedelta(days=30)
    day = {f"till-{part}": (str(getattr(to, part)),) for part in ("day", "month", "year")}
    unit.step(case, "forlang", day)
    clock.move(days=20)
    assert counts(told()["forhand"]) == {"waiting": 1}
    unit.step(case, "besluta", DECIDED)
    assert counts(told()["forhand"]) == {"extended": 1}


def test_a_last_day_on_a_holiday_is_late_and_told_to_have_been_done_the_working_day_after(
    unit, hand_in, told, clock
):
    # From Tuesday 24 November to Thursday 10 December: fourteen days later it is Christmas Eve.
    clock.move(days=16)
    reference = hand_in().reference
    unit.arrive()
    unit.step(reference, "bedom", ASSESSED)
    clock.move(days=18)
    unit.step(reference, "besluta", DECIDED)
    found = told()["forhand"]
    assert [time.due_on for time in found.late] == [date(2026, 12, 24)]
    assert found.late[0].done_on == date(2026, 12, 28)
    assert found.holidays == 1


def test_a_clock_is_counted_in_the_period_of_its_last_day_and_at_its_unit(unit, case, told):
    unit.step(case, "bedom", ASSESSED)
    due = unit.clocks(case)["skydd", 1].due_on
    assert "skydd" in told(Asked(due, due))
    assert "skydd" not in told(Asked(due + timedelta(days=1), date(2027, 12, 31)))
    assert "skydd" in told(Asked(due, due, RECEIVER.unit))
    assert told(Asked(due, due, "sspf")) == {}


def test_to_open_a_case_again_repairs_nothing(unit, case, told, clock):
    clock.move(days=3)
    unit.step(case, "bedom", ASSESSED)
    unit.read(case)
    unit.step(case, "besluta", {"beslut": ("inleds_inte",)})
    unit.step(case, "avsluta")
    version = unit.row(case).version
    unit.do(cases.reopen, case, LEADER, version=version, reason="Nya uppgifter.")
    unit.step(case, "bedom", ASSESSED)
    assert counts(told()["skydd"]) == {"in_time": 1, "late": 1}


def test_each_clock_is_of_one_kind(unit, hand_in, told, clock):
    for days in range(4):
        reference = hand_in().reference
        unit.arrive()
        clock.move(days=days)
        unit.step(reference, "bedom", ASSESSED)
    found = told()["skydd"]
    assert sum(found.counts.values()) == 4
    assert counts(found) == {"in_time": 2, "late": 2}
    assert found.counts[Kept.LATE] == len(found.late)


def test_of_a_meeting_that_was_moved_in_time_only_the_new_one_is_counted(unit, case, told, clock):
    for step, typed in (("bedom", ASSESSED), ("besluta", DECIDED)):
        unit.step(case, step, typed)
    unit.step(case, "boka", {"motesdag-day": ("2026-12-10",)})
    unit.step(case, "boka", {"motesdag-day": ("2026-12-17",)})
    assert counts(told()["inbjudan"]) == {"waiting": 1}
    clock.move(days=18)  # the last day was 10 December
    unit.step(case, "boka", {"motesdag-day": ("2027-01-28",)})
    assert counts(told()["inbjudan"]) == {"late": 1, "waiting": 1}
    [late] = told()["inbjudan"].late
    assert (late.due_on, late.done_on, late.days) == (date(2026, 12, 10), None, 2)
    clock.move(days=200)
    unit.step(case, "bjud_in")
    assert told()["inbjudan"].late[0].days == 2, "late for ever, and no later"
