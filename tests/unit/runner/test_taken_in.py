"""When a report that staff write down came in, also as the clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.taken_in import Channel, Fault, TakenIn, came_in, read_clock

ZONE = ZoneInfo("Europe/Stockholm")
DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, 20, tzinfo=UTC)
"""Half past ten and twenty seconds, at the municipality."""
SECONDS = st.integers(0, 7 * 365 * 24 * 3600)
MOMENTS = SECONDS.map(lambda gone: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=gone))


def came(day, clock, *, now=NOW, began=NOW):
    return came_in(day, clock, began=began, now=now, zone=ZONE)


def test_the_minute_in_which_somebody_began_to_write_is_that_very_moment():
    assert came(DAY, time(10, 30)) == NOW


def test_an_earlier_time_is_that_local_time():
    assert came(DAY, time(8, 5)) == datetime(2026, 11, 24, 7, 5, tzinfo=UTC)
    assert came(date(2026, 7, 1), time(8, 5)) == datetime(2026, 7, 1, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize("day", [DAY, date(2026, 11, 25)])
def test_what_is_later_than_now_can_not_have_come_in(day):
    assert came(day, time(10, 31)) is Fault.LATER


def test_what_came_after_somebody_began_to_write_is_no_fault():
    assert came(DAY, time(10, 31), now=NOW + timedelta(minutes=5)) == NOW.replace(
        minute=31, second=0
    )


def test_a_time_that_the_clocks_were_put_forward_past_was_never():
    after = datetime(2027, 3, 28, 9, tzinfo=UTC)
    spring = date(2027, 3, 28)
    assert came(spring, time(2, 30), now=after, began=after) is Fault.SKIPPED
    assert came(spring, time(1, 59), now=after, began=after) == datetime(
        2027, 3, 28, 0, 59, tzinfo=UTC
    )
    assert came(spring, time(3, 0), now=after, began=after) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_a_time_that_came_twice_is_the_first_of_them():
    autumn, after = date(2026, 10, 25), datetime(2026, 10, 25, 9, tzinfo=UTC)
    assert came(autumn, time(2, 30), now=after, began=after) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("hour", [0, 1])
def test_who_begins_to_write_in_the_hour_that_comes_twice_began_when_they_did(hour):
    began = datetime(2026, 10, 25, hour, 30, 7, tzinfo=UTC)
    assert came(date(2026, 10, 25), time(2, 30), now=began, began=began) == began


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=3)))
def test_what_stands_there_from_the_beginning_is_right_at_any_moment(began, later):
    here = began.astimezone(ZONE)
    assert came(here.date(), time(here.hour, here.minute), now=began + later, began=began) == began


@given(MOMENTS, MOMENTS)
def test_what_is_said_is_never_later_than_now_and_reads_as_it_was_said(now, said):
    here = said.astimezone(ZONE)
    day, clock = here.date(), time(here.hour, here.minute)
    found = came(day, clock, now=now, began=now)
    if isinstance(found, Fault):
        assert found is Fault.LATER
        assert said >= now.replace(second=0, microsecond=0)
    else:
        assert found <= now
        back = found.astimezone(ZONE)
        assert (back.date(), back.hour, back.minute) == (day, clock.hour, clock.minute)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("10.05", time(10, 5)),
        ("10:05", time(10, 5)),
        ("1005", time(10, 5)),
        ("9", time(9)),
        ("kl. 9.30", time(9, 30)),
        ("٠٩:٣٠", time(9, 30)),
        ("00.00", time(0)),
        ("23.59", time(23, 59)),
        ("24.00", None),
        ("9.75", None),
        ("i morse", None),
        ("", None),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(text, clock):
    assert read_clock(text) == clock


def test_a_transcript_says_how_by_whom_and_when():
    entry = TakenIn(Channel.PAPER, "Ida Ek", NOW - timedelta(days=1), "Kom med posten.")
    assert entry.told(NOW) == {
        "channel": "papper",
        "by": "Ida Ek",
        "at": "2026-11-24T09:30:20+00:00",
        "reason": "Kom med posten.",
    }
