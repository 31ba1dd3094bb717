"""How old somebody may be, from what is known of when they were born."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.casework.group.born import Born, born, born_as

DAYS = some.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2011-05-31", date(2011, 5, 31), date(2011, 5, 31)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2011", date(2011, 1, 1), date(2011, 12, 31)),
    ],
)
def test_a_date_is_every_day_that_it_can_be(written: str, first: date, last: date) -> None:
    assert born_as(written) == Born(first, last)


@pytest.mark.parametrize("said", [{"born": "--05-31"}, {"unborn": True}, {"unit": "weeks"}, {}])
def test_what_says_no_year_says_no_age(said: dict[str, object]) -> None:
    assert born(said, on=date(2026, 11, 28)) is None


def test_somebody_is_a_year_older_on_the_birthday_and_not_the_day_before() -> None:
    known = born_as("2008-11-28")
    assert known
    assert [*known.ages(date(2026, 11, 27))] == [17]
    assert [*known.ages(date(2026, 11, 28))] == [18]


def test_born_on_a_leap_day_is_of_two_ages_for_one_day() -> None:
    known = born_as("2008-02-29")
    assert known
    assert [*known.ages(date(2026, 2, 27))] == [17]
    assert [*known.ages(date(2026, 2, 28))] == [17, 18]
    assert [*known.ages(date(2026, 3, 1))] == [18]
    assert [*known.ages(date(2028, 2, 28))] == [19]
    assert [*known.ages(date(2028, 2, 29))] == [20]


def test_who_was_seventeen_in_the_request_may_be_eighteen_the_day_after() -> None:
    known = born({"unit": "years", "least": 17, "most": 17}, on=date(2026, 3, 1))
    assert known
    assert [*known.ages(date(2026, 3, 1))] == [17]
    assert [*known.ages(date(2026, 3, 2))] == [17, 18]
    assert [*known.ages(date(2027, 3, 1))] == [18]


def test_nobody_has_an_age_before_they_are_born() -> None:
    assert not Born(date(2026, 1, 1), date(2026, 1, 1)).ages(date(2025, 12, 31))


@given(birthday=some.dates(date(2003, 1, 1), date(2020, 12, 31)), said=DAYS, later=DAYS)
def test_an_age_that_was_said_never_leaves_out_how_old_somebody_is(
    birthday: date, said: date, later: date
) -> None:
    then = Born(birthday, birthday).ages(said)
    known = born({"unit": "years", "least": then[0], "most": then[-1]}, on=said)
    assert known
    assert {*Born(birthday, birthday).ages(later)} <= {*known.ages(later)}


@given(birthday=some.dates(date(2003, 1, 1), date(2020, 12, 31)), on=DAYS)
def test_nobody_grows_younger(birthday: date, on: date) -> None:
    known = Born(birthday, birthday)
    today, tomorrow = known.ages(on), known.ages(on + timedelta(days=1))
    assert today[0] <= tomorrow[0]
    assert today[-1] <= tomorrow[-1]
