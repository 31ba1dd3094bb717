"""When something must be done: around midnight, month ends, leap days, summer time and holidays."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.runner.clocks import (
    Clock,
    Standing,
    days_late,
    due,
    is_working_day,
    next_working_day,
    standing,
)
from app.runner.hours import DAY, Calendar
from tests.unit.runner.made import real

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CALENDAR = Calendar(STOCKHOLM)
ONE = timedelta(days=1)


def at(text: str) -> datetime:
    """A moment by the wall clock in Stockholm, in UTC as the service has it."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def clock(form_id: str, name: str) -> Clock:
    found = real().processes["sv"][form_id].clock(name)
    assert found is not None
    return found


SKYDD, FORHAND = clock("orosanmalan", "skydd"), clock("orosanmalan", "forhand")
LAST, BEDOMD = clock("stoppmote", "sspf_last"), clock("stoppmote", "sspf_bedomd")
WEEK = FORHAND.model_copy(update={"days": 7})
AT_ONCE = FORHAND.model_copy(update={"days": 0})
EVERY = (SKYDD, FORHAND, LAST, BEDOMD, WEEK, AT_ONCE)

SECONDS = int(timedelta(days=7 * 366).total_seconds())
MOMENTS = st.integers(0, SECONDS).map(
    lambda seconds: datetime(2023, 12, 31, 23, tzinfo=UTC) + timedelta(seconds=seconds)
)
"""Any second from new year 2024 in Sweden to the end of 2030."""
SHIFTS = [
    at("2024-03-31T01:59:59"), at("2026-03-29T03:00"), at("2026-10-25T02:30"),
    at("2024-02-15T12:00"), at("2024-02-29T23:59:59"), at("2028-02-29T00:00"),
    at("2026-12-31T23:59:59"), at("2027-01-01T00:00"), at("2027-03-12T09:00"),
]  # fmt: skip


def holiday_by_hand(day: date) -> bool:
    """The acts themselves (1989:253, 1930:173), and Gauss's reckoning of Easter."""
    year = day.year
    a, b, c = year % 19, year % 4, year % 7
    d = (19 * a + 24) % 30
    e = (2 * b + 4 * c + 6 * d + 5) % 7
    easter = date(year, 3, 22) + timedelta(days=d + e)
    fixed = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
    moving = {easter + timedelta(days=days) for days in (-2, 1, 39)}
    eve = day.month == 6 and day.weekday() == 4 and 19 <= day.day <= 25
    return day.weekday() >= 5 or (day.month, day.day) in fixed or day in moving or eve


def test_a_working_day_is_what_the_acts_say_every_day_for_seven_years():
    day = date(2024, 1, 1)
    while day.year < 2031:
        assert is_working_day(day) is not holiday_by_hand(day), day
        day += ONE


@pytest.mark.parametrize(
    ("rule", "start", "due_on", "lawful"),
    [
        (FORHAND, "2026-10-17", "2026-10-31", "2026-11-02"),
        (FORHAND, "2026-11-27", "2026-12-11", "2026-12-11"),
        (FORHAND, "2026-12-10", "2026-12-24", "2026-12-28"),
        (FORHAND, "2026-12-17", "2026-12-31", "2027-01-04"),
        (FORHAND, "2026-12-23", "2027-01-06", "2027-01-07"),
        (FORHAND, "2027-03-12", "2027-03-26", "2027-03-30"),
        (FORHAND, "2027-04-17", "2027-05-01", "2027-05-03"),
        (FORHAND, "2027-04-22", "2027-05-06", "2027-05-07"),
        (FORHAND, "2027-06-11", "2027-06-25", "2027-06-28"),
        (WEEK, "2026-12-18", "2026-12-25", "2026-12-28"),
        # Received on the 1st: the 15th. Over a leap day, and over a February without one.
        (FORHAND, "2026-09-01", "2026-09-15", "2026-09-15"),
        (FORHAND, "2028-02-15", "2028-02-29", "2028-02-29"),
        (FORHAND, "2027-02-15", "2027-03-01", "2027-03-01"),
        # The next working day: after a Friday, Easter, midsummer and Christmas.
        (LAST, "2026-11-27", "2026-11-30", "2026-11-30"),
        (LAST, "2026-11-28", "2026-11-30", "2026-11-30"),
        (LAST, "2026-11-30", "2026-12-01", "2026-12-01"),
        (LAST, "2026-04-02", "2026-04-07", "2026-04-07"),
        (LAST, "2026-06-18", "2026-06-22", "2026-06-22"),
        (LAST, "2026-12-23", "2026-12-28", "2026-12-28"),
    ],
)
def test_the_last_day_is_the_one_that_was_reckoned_by_hand(rule, start, due_on, lawful):
    for hour in ("00:00", "12:00", "23:59:59"):
        found = due(rule, at(f"{start}T{hour}"), CALENDAR)
        assert found.due_on.isoformat() == due_on
        assert found.lawful_latest.isoformat() == lawful


@pytest.mark.parametrize(
    ("start", "goal", "due_at"),
    [
        # In good time it is shown as today's, and is late first when tomorrow is over.
        ("2026-11-27T15:59:59", "2026-11-27", "2026-11-29T00:00"),
        ("2026-11-27T16:00", "2026-11-28", "2026-11-29T00:00"),
        ("2026-11-28T23:59:59", "2026-11-29", "2026-11-30T00:00"),
        ("2026-11-29T00:00", "2026-11-29", "2026-12-01T00:00"),
        # No weekend and no holiday moves it: Christmas Eve, and the nights of summer time.
        ("2026-12-24T17:00", "2026-12-25", "2026-12-26T00:00"),
        ("2026-03-28T22:00", "2026-03-29", "2026-03-30T00:00"),
        ("2026-10-24T22:00", "2026-10-25", "2026-10-26T00:00"),
    ],
)
def test_a_child_s_protection_is_assessed_today_or_the_day_after_whatever_day_it_is(
    start, goal, due_at
):
    found = due(SKYDD, at(start), CALENDAR)
    assert found.goal.isoformat() == goal
    assert found.due_at == at(due_at)
    assert found.lawful_latest == found.due_on


@given(moment=MOMENTS, rule=st.sampled_from(EVERY))
@example(moment=SHIFTS[0], rule=SKYDD)
@example(moment=SHIFTS[1], rule=SKYDD)
@example(moment=SHIFTS[2], rule=FORHAND)
@example(moment=SHIFTS[3], rule=FORHAND)
@example(moment=SHIFTS[4], rule=FORHAND)
@example(moment=SHIFTS[5], rule=LAST)
@example(moment=SHIFTS[6], rule=LAST)
@example(moment=SHIFTS[7], rule=BEDOMD)
@example(moment=SHIFTS[8], rule=FORHAND)
def test_for_any_moment_of_arrival(moment, rule):
    received = moment.astimezone(STOCKHOLM).date()
    found = due(rule, moment, CALENDAR)
    # It is the local date that counts, and the last day is whole.
    end = found.due_at.astimezone(STOCKHOLM)
    assert (end.date(), end.hour, end.minute, end.second) == (found.due_on + ONE, 0, 0, 0)
    assert found.due_at > moment
    if rule.counts == "all_days":
        assert (found.due_on - received).days == rule.days
    else:
        between = [
            received + ONE * number for number in range(1, (found.due_on - received).days + 1)
        ]
        assert sum(map(is_working_day, between)) == rule.days
    # The later day is at most the next working day, and is never for the protection of a child.
    assert found.lawful_latest >= found.due_on
    if rule.moves:
        assert found.lawful_latest == next_working_day(found.due_on)
        passed = range((found.lawful_latest - found.due_on).days)
        assert not any(is_working_day(found.due_on + ONE * number) for number in passed)
    else:
        assert found.lawful_latest == found.due_on
    # The day to aim for is not after the last one, nor before it came in.
    assert received <= found.goal <= found.due_on


BEFORE = WEEK.model_copy(update={"before": "motesdag"})
AFTER = WEEK.model_copy(update={"days": 42, "after": "motesdag"})
COUNTED = tuple(
    rule.model_copy(update={"counts": counts, "moves": moves, "days": days})
    for rule in (BEFORE, AFTER)
    for counts in ("all_days", "working_days")
    for moves in (True, False)
    for days in (0, 1, 7, 42, 182)
)


@pytest.mark.parametrize(
    ("rule", "day", "last"),
    [
        (BEFORE, "2026-12-07", "2026-11-30"),
        (BEFORE, "2028-03-07", "2028-02-29"),
        (BEFORE, "2027-03-07", "2027-02-28"),
        (BEFORE, "2026-03-31", "2026-03-24"),
        (AFTER, "2027-01-18", "2027-03-01"),
        (AFTER, "2028-01-18", "2028-02-29"),
        (AFTER, "2026-11-19", "2026-12-31"),
    ],
)
def test_a_clock_counted_from_a_day_has_the_last_day_that_was_reckoned_by_hand(rule, day, last):
    for hour in ("00:00", "12:00", "23:59:59"):
        found = due(rule, at(f"2026-11-27T{hour}"), CALENDAR, day=date.fromisoformat(day))
        assert found.due_on.isoformat() == last


def test_what_must_be_done_before_a_day_is_never_moved_towards_it():
    # A week before Thursday 31 December is Christmas Eve.
    found = due(BEFORE, at("2026-11-27T12:00"), CALENDAR, day=date(2026, 12, 31))
    assert (found.due_on, found.lawful_latest) == (date(2026, 12, 24), date(2026, 12, 24))
    assert found.goal == date(2026, 12, 23)


def test_working_days_are_counted_backwards_over_holidays():
    rule = BEFORE.model_copy(update={"counts": "working_days", "days": 3})
    # Back from Tuesday the 29th: Monday the 28th, Wednesday the 23rd, Tuesday the 22nd.
    found = due(rule, at("2026-11-27T12:00"), CALENDAR, day=date(2026, 12, 29))
    assert found.due_on == date(2026, 12, 22)


@given(
    moment=MOMENTS, day=st.dates(date(1896, 1, 1), date(2199, 1, 1)), rule=st.sampled_from(COUNTED)
)
@example(moment=SHIFTS[0], day=date(2028, 2, 29), rule=COUNTED[0])
@example(moment=SHIFTS[1], day=date(2026, 3, 29), rule=COUNTED[5])
@example(moment=SHIFTS[2], day=date(2026, 10, 25), rule=COUNTED[8])
@example(moment=SHIFTS[6], day=date(2027, 1, 1), rule=COUNTED[7])
def test_for_any_day_that_may_be_answered(moment, day, rule):
    found = due(rule, moment, CALENDAR, day=day)
    end = found.due_at.astimezone(STOCKHOLM)
    assert (end.date(), end.hour, end.minute) == (found.due_on + ONE, 0, 0)
    gone = found.due_on - day if rule.after else day - found.due_on
    if rule.counts == "all_days":
        assert gone.days == rule.days
    else:
        way = ONE if rule.after else -ONE
        passed = [day + way * number for number in range(1, gone.days + 1)]
        assert sum(map(is_working_day, passed)) == rule.days
    # When it is answered changes nothing of the last day; a later day is never an earlier one.
    assert due(rule, moment + timedelta(days=400), CALENDAR, day=day).due_on == found.due_on
    assert due(rule, moment, CALENDAR, day=day + ONE).due_on >= found.due_on
    moves = rule.moves and rule.after
    assert found.lawful_latest == (next_working_day(found.due_on) if moves else found.due_on)
    assert found.goal <= found.due_on
    late = days_late(found.due_on, moment, CALENDAR)
    assert late == max(0, (moment.astimezone(STOCKHOLM).date() - found.due_on).days)
    stands = standing(moment, found.due_at, found.due_at, moment, warn_at=0.5)
    assert (stands is Standing.RED) is bool(late), "over when it starts: late from the beginning"


@given(moment=MOMENTS)
def test_the_whole_of_a_day_has_one_last_day(moment):
    day = moment.astimezone(STOCKHOLM).date()
    first, last = at(f"{day}T00:00"), at(f"{day}T23:59:59")
    assert due(FORHAND, first, CALENDAR).due_on == due(FORHAND, last, CALENDAR).due_on
    assert due(FORHAND, first - timedelta(seconds=1), CALENDAR).due_on < day + ONE * 14


@given(
    moment=MOMENTS,
    share=st.floats(0.01, 0.99),
    seconds=st.integers(0, SECONDS // 100),
    next_weekday=st.booleans(),
)
def test_green_turns_yellow_and_yellow_red_and_never_back(moment, share, seconds, next_weekday):
    found = due(FORHAND, moment, CALENDAR)
    last = found.lawful_latest if next_weekday else found.due_on
    late = CALENDAR.at(last, DAY)

    def stands(now: datetime) -> Standing:
        return standing(moment, found.due_at, late, now, warn_at=share)

    order, now = list(Standing), moment + timedelta(seconds=seconds)
    assert order.index(stands(now + timedelta(hours=1))) >= order.index(stands(now))
    assert (stands(now) is Standing.RED) is bool(days_late(last, now, CALENDAR))
    assert stands(moment) is Standing.GREEN
    if stands(now) is Standing.HOLIDAY:
        assert next_weekday
        assert not is_working_day(found.due_on)


def test_what_is_late_is_late_by_whole_days():
    last = date(2026, 3, 4)
    assert days_late(last, at("2026-03-04T23:59:59"), CALENDAR) == 0
    assert days_late(last, at("2026-03-05T00:00"), CALENDAR) == 1
    assert days_late(last, at("2026-03-06T12:00"), CALENDAR) == 2


def test_a_last_day_on_a_holiday_has_the_working_day_before_it_for_a_goal():
    assert due(FORHAND, at("2026-12-10T09:00"), CALENDAR).goal == date(2026, 12, 23)
    assert due(FORHAND, at("2027-03-12T09:00"), CALENDAR).goal == date(2027, 3, 25)


def test_a_clock_follows_the_municipality_s_own_zone():
    moment = datetime(2026, 11, 27, 22, 30, tzinfo=UTC)
    here = due(FORHAND, moment, CALENDAR).due_on
    there = due(FORHAND, moment, Calendar(ZoneInfo("Europe/Helsinki"))).due_on
    assert (there - here).days == 1
