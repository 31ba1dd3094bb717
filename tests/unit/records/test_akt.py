"""An akt that is kept here goes when 16 kap. SoL lets it, and what is not known keeps it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.akt import (
    GROWN,
    RESEARCH_DAYS,
    Akt,
    Facts,
    Kept,
    Rule,
    Told,
    five_years_before,
    is_kept_whole,
    judged,
    limit,
    told,
)

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))
KNOWN = st.none() | st.booleans()
FACTS = st.builds(Facts, born=st.none() | DAYS, placed=KNOWN, others=KNOWN)
TOLD = st.none() | FACTS.map(told)
AKTS = st.builds(Akt, opened=st.booleans(), last_note=DAYS, told=TOLD)


def later(day, years):
    """The same day so many years on; the last of the month where there is none (1930:173, 1 §)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


@given(AKTS, DAYS)
def test_nothing_goes_before_five_years_and_a_day_since_the_last_note(akt, today):
    if isinstance(judged(akt, today), Rule):
        assert later(akt.last_note, 5) < today


@given(DAYS, st.booleans(), DAYS, DAYS)
def test_where_one_was_opened_nothing_goes_before_the_child_is_thirty(born, opened, note, today):
    akt = Akt(opened, note, told(Facts(born, placed=False, others=False)))
    found = judged(akt, today)
    if opened and isinstance(found, Rule):
        assert found is Rule.OPENED
        assert later(born, GROWN) <= today
    if isinstance(found, Rule):
        assert born.day not in RESEARCH_DAYS


@given(DAYS, st.booleans(), DAYS, DAYS)
def test_it_can_go_while_the_law_still_says_that_it_must_be_done(born, opened, note, today):
    """By the end of the year after the one in which it became due (16 kap. 1 § SoL)."""
    due = max(later(note, 5), later(born, GROWN)) if opened else later(note, 5)
    akt = Akt(opened, note, told(Facts(born, placed=False, others=False)))
    if born.day not in RESEARCH_DAYS and today > date(due.year + 1, 1, 1):
        assert isinstance(judged(akt, today), Rule)


@given(AKTS, DAYS, st.integers(0, 9000))
def test_what_may_go_may_go_ever_after(akt, today, days):
    before, after = judged(akt, today), judged(akt, today + timedelta(days=days))
    if isinstance(before, Rule):
        assert after is before


@given(FACTS, st.booleans(), DAYS, DAYS)
def test_what_is_not_known_keeps_it(facts, opened, note, today):
    if None in (facts.born, facts.placed, facts.others) or facts.placed or facts.others:
        assert isinstance(judged(Akt(opened, note, told(facts)), today), Kept)
    assert isinstance(judged(Akt(opened, note, None), today), Kept)


@given(FACTS)
def test_of_a_day_of_birth_no_more_than_a_year_is_stored_and_none_where_it_decides_nothing(facts):
    found = told(facts)
    assert (found.thirty_in is None) is (found.kept is not None)
    if found.thirty_in:
        assert found.thirty_in == facts.born.year + GROWN


@pytest.mark.parametrize(
    ("born", "placed", "others", "kept"),
    [
        ("2010-03-04", False, False, None),
        ("2010-03-05", False, False, Kept.RESEARCH),
        ("2010-03-15", True, True, Kept.RESEARCH),
        ("2010-03-25", None, None, Kept.RESEARCH),
        ("2010-03-04", True, True, Kept.NEVER),
        (None, True, False, Kept.NEVER),
        ("2010-03-04", False, True, Kept.OTHER),
        ("2010-03-04", None, False, Kept.UNKNOWN),
        ("2010-03-04", False, None, Kept.UNKNOWN),
        (None, False, False, Kept.UNKNOWN),
    ],
)
def test_why_it_is_kept_is_what_weighs_most(born, placed, others, kept):
    day = date.fromisoformat(born) if born else None
    assert told(Facts(day, placed, others)).kept is kept


@pytest.mark.parametrize(
    ("opened", "last_note", "thirty_in", "today", "found"),
    [
        (False, "2026-11-24", 2040, "2031-11-24", Kept.LATELY),
        (False, "2026-11-24", 2040, "2031-11-25", Rule.NOT_OPENED),
        (False, "2024-02-29", 2040, "2029-02-28", Kept.LATELY),
        (False, "2024-02-29", 2040, "2029-03-01", Rule.NOT_OPENED),
        (False, "2023-02-28", 2040, "2028-02-29", Rule.NOT_OPENED),
        (True, "2026-11-24", 2040, "2040-12-31", Kept.YOUNG),
        (True, "2026-11-24", 2040, "2041-01-01", Rule.OPENED),
        (True, "2036-11-24", 2030, "2041-11-24", Kept.LATELY),
        (True, "2036-11-24", 2030, "2041-11-25", Rule.OPENED),
    ],
)
def test_the_days_of_the_law(opened, last_note, thirty_in, today, found):
    akt = Akt(opened, date.fromisoformat(last_note), Told(thirty_in))
    assert judged(akt, date.fromisoformat(today)) is found


@given(DAYS, st.times())
def test_the_moment_is_the_day_s(day, time):
    now = datetime.combine(day, time, UTC)
    assert limit(now).date() == five_years_before(now.date())
    assert limit(now).time() == datetime.min.time()


@pytest.mark.parametrize(
    ("code", "whole"),
    [("0580", True), ("0980", True), ("2281", True), ("1480", True), ("1384", False)],
)
def test_where_every_akt_is_kept_for_research(code, whole):
    assert is_kept_whole(code) is whole
