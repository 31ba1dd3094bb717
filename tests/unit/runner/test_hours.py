"""Whether somebody answers, and when next: around midnight, weekends, summer time and red days."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.hours import (
    EVES,
    SATURDAY,
    USUAL_EVES,
    Calendar,
    Hours,
    Timetable,
    eve_of,
    red_days,
)
from app.runner.hours_in_words import in_words
from app.settings import CHECKOUT

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CALENDAR = Calendar(STOCKHOLM, frozenset(USUAL_EVES))
DAY = Hours(weekdays="8–16")
NIGHT = Hours(outside="day")
LATE = Hours(weekdays="17-02", weekends="12–02")
LUNCH = Hours(weekdays="8–16", dates={"2026-11-24": "8-12, 13–16.30"})
AWAY = Hours(weekdays="8–16", dates={"2026-11-24": ""})
EVE = Hours(weekdays="8–16", dates={"2026-12-24": "9–10"})
SMALL = Hours(weekends="1-4")
OVERNIGHT = Hours(sat="20–06")
SPLIT = Hours(weekdays="8-12,13-17", weekends="10-12", holidays="")
ALWAYS = Hours(weekdays="0-24", weekends="0-24")


def at(text: str, *, fold: int = 0) -> datetime:
    """A moment by the wall clock in Stockholm, handed over in UTC as the service does."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold).astimezone(UTC)


def table(hours: Hours, calendar: Calendar = CALENDAR) -> Timetable:
    return Timetable(hours, calendar, DAY if hours.outside else None)


OPEN = [
    # Monday 23 November 2026 is an ordinary day.
    (DAY, "2026-11-23T07:59:59", False, "2026-11-23T08:00"),
    (DAY, "2026-11-23T08:00", True, "2026-11-23T16:00"),
    (DAY, "2026-11-23T15:59:59", True, "2026-11-23T16:00"),
    (DAY, "2026-11-23T16:00", False, "2026-11-24T08:00"),
    (DAY, "2026-11-23T23:59:59", False, "2026-11-24T08:00"),
    (DAY, "2026-11-24T00:00", False, "2026-11-24T08:00"),
    # The weekend.
    (DAY, "2026-11-27T16:00", False, "2026-11-30T08:00"),
    (DAY, "2026-11-28T12:00", False, "2026-11-30T08:00"),
    # It is open exactly when the other is not.
    (NIGHT, "2026-11-23T07:59:59", True, "2026-11-23T08:00"),
    (NIGHT, "2026-11-23T08:00", False, "2026-11-23T16:00"),
    (NIGHT, "2026-11-27T16:00", True, "2026-11-30T08:00"),
    # Past midnight, and what begins the day before.
    (LATE, "2026-11-23T00:30", True, "2026-11-23T02:00"),
    (LATE, "2026-11-23T02:00", False, "2026-11-23T17:00"),
    (LATE, "2026-11-24T01:59:59", True, "2026-11-24T02:00"),
    (ALWAYS, "2026-11-24T00:00", True, None),
    (Hours(), "2026-11-24T00:00", False, None),
    # Christmas 2026: the eve is a Thursday, and Boxing Day a Saturday.
    (DAY, "2026-12-23T15:59", True, "2026-12-23T16:00"),
    (DAY, "2026-12-23T16:00", False, "2026-12-28T08:00"),
    (DAY, "2026-12-24T10:00", False, "2026-12-28T08:00"),
    (NIGHT, "2026-12-24T10:00", True, "2026-12-28T08:00"),
    (DAY, "2026-12-31T10:00", False, "2027-01-04T08:00"),
    # Midsummer 2026: the eve is Friday 19 June.
    (DAY, "2026-06-19T10:00", False, "2026-06-22T08:00"),
    (NIGHT, "2026-06-19T10:00", True, "2026-06-22T08:00"),
    # Epiphany, a Wednesday in 2027.
    (DAY, "2027-01-06T10:00", False, "2027-01-07T08:00"),
    # Days of one's own.
    (LUNCH, "2026-11-24T12:00", False, "2026-11-24T13:00"),
    (LUNCH, "2026-11-24T16:00", True, "2026-11-24T16:30"),
    (AWAY, "2026-11-23T17:00", False, "2026-11-25T08:00"),
    (Hours(weekdays="8–16", fri="8–15"), "2026-11-27T15:00", False, "2026-11-30T08:00"),
    (Hours(weekdays="8–16", holidays="10–12"), "2026-12-24T09:00", False, "2026-12-24T10:00"),
    (EVE, "2026-12-24T09:00", True, "2026-12-24T10:00"),
]  # fmt: skip
"""Hours, moment, open, and when that changes."""


@pytest.mark.parametrize(("hours", "moment", "is_open", "changes"), OPEN)
def test_it_is_open_and_changes_on_the_minute(hours, moment, is_open, changes):
    looked = table(hours)
    assert looked.is_open(at(moment)) is is_open
    assert looked.changes(at(moment)) == (at(changes) if changes else None)


@pytest.mark.parametrize("shift", [date(2026, 3, 29), date(2026, 10, 25)])
def test_both_shifts_of_summer_time_are_as_the_wall_clock_says(shift):
    start = at(f"{shift}T00:00") - timedelta(hours=3)
    for minutes in range(0, 60 * 12, 10):
        moment = start + timedelta(minutes=minutes)
        wall = moment.astimezone(STOCKHOLM)
        overnight = wall.hour >= 20 if wall.weekday() == SATURDAY else wall.hour < 6
        assert table(SMALL).is_open(moment) is (wall.weekday() >= SATURDAY and 1 <= wall.hour < 4)
        assert table(OVERNIGHT).is_open(moment) is overnight, wall


def test_the_night_of_a_shift_is_as_long_as_it_is():
    """Twenty-three hours in March, twenty-five in October."""
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        opens, closes = at(f"{day}T00:00"), CALENDAR.midnight(at(f"{day}T12:00"))
        assert closes - opens == timedelta(hours=hours)
        assert table(ALWAYS).is_open(opens)
        assert table(ALWAYS).is_open(closes)


def test_an_eve_that_the_municipality_does_not_count_is_as_any_other_day():
    plain = Calendar(STOCKHOLM)
    assert table(DAY, plain).is_open(at("2026-12-24T10:00"))
    assert not table(DAY, plain).is_open(at("2026-12-25T10:00"))


@pytest.mark.parametrize("name", EVES)
def test_every_eve_has_a_day_every_year(name):
    for year in range(2026, 2041):
        assert eve_of(name, year).year == year
    assert eve_of("julafton", 2026) == date(2026, 12, 24)
    assert eve_of("midsommarafton", 2027) == date(2027, 6, 25)


def test_the_red_days_are_those_of_the_law():
    """Lag (1989:253) om allmänna helgdagar: thirteen besides the Sundays, two of them Sundays."""
    assert len(red_days(2026)) == 13
    assert {date(2026, 6, 6), date(2026, 10, 31), date(2026, 5, 14)} <= red_days(2026)


def test_no_other_country_is_loaded_for_the_days_of_ours():
    """All of them are three hundred modules: a tenth of a second, and 8 MB in every part."""
    say = (
        "import sys; from app.runner.hours import red_days; red_days(2026);"
        "print([name for name in sys.modules if name.startswith('holidays.countries.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['holidays.countries.sweden']"


@given(
    minutes=st.floats(0, 5 * 365 * 24 * 60),
    hours=st.sampled_from([DAY, NIGHT, LATE, SPLIT]),
)
def test_nothing_changes_before_it_is_said_to(minutes, hours):
    moment = at("2026-01-01T00:00") + timedelta(minutes=minutes)
    looked = table(hours)
    changes = looked.changes(moment)
    assert changes is not None
    assert changes > moment
    assert looked.is_open(changes) is not looked.is_open(moment)
    just_before = changes - timedelta(microseconds=1)
    assert looked.is_open(just_before) is looked.is_open(moment)


WORDS = {
    "hours.on": "{days} {spans}",
    "hours.days": "{first}–{last}",
    "hours.list": "{first} och {last}",
    "hours.always": "dygnet runt",
    "hours.weekdays": "vardagar",
    "hours.weekends": "helger",
    "hours.holidays": "röda dagar",
    "hours.shut": "stängt",
    "hours.outside": "när {name} har stängt",
    "hours.clock": "{hour}.{minute}",
    **{f"dates.weekdays.{number}": f"dag{number}" for number in range(1, 8)},
}


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (DAY, "vardagar 8–16"),
        (NIGHT, "när Dagen har stängt"),
        (ALWAYS, "dygnet runt"),
        (Hours(), "stängt"),
        (Hours(weekdays="8–16", weekends="10-12"), "vardagar 8–16 och helger 10–12"),
        (SPLIT, "vardagar 8–12 och 13–17, helger 10–12 och röda dagar stängt"),
        (Hours(weekdays="8.00-16:30", fri="8–15"), "dag1–dag4 8–16.30 och dag5 8–15"),
        (Hours(weekdays="20–02", sat="20-02"), "vardagar 20–2 och dag6 20–2"),
    ],
)
def test_hours_are_said_as_they_are_reckoned(hours, said):
    def say(path, **values):
        return WORDS[path].format(**values)

    assert in_words(hours, say, other="Dagen") == said
