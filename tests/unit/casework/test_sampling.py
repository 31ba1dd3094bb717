"""What is reviewed of a month can not be chosen by anybody, and can be drawn again by all."""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.sampling import (
    METHOD,
    READINGS,
    SEARCHES,
    Background,
    Known,
    Opened,
    Why,
    chosen,
    draw,
    readings,
    reasons,
    seed_of,
)
from app.records.audit import Kind
from app.runner.hours import Calendar, Hours, Timetable

CALENDAR = Calendar(ZoneInfo("Europe/Stockholm"))
OFFICE = Hours.model_validate({"weekdays": "8–17"})
CASE, OTHER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
"""A Tuesday."""
IDS = st.sets(st.integers(1, 2**62), max_size=80)
SEEDS = st.binary(min_size=32, max_size=32)
SHARES, LEASTS = st.integers(1, 100), st.integers(1, 30)


@given(SEEDS, IDS, SHARES, LEASTS)
def test_so_many_are_drawn_as_is_decided_and_of_those_there_are(seed, ids, share, least):
    drawn = draw(seed, ids, share=share, least=least)
    assert drawn <= ids
    assert len(drawn) == min(len(ids), max(least, -(-len(ids) * share // 100)))


@given(SEEDS, st.lists(st.integers(1, 2**62), unique=True, max_size=60), SHARES, st.randoms())
def test_the_order_they_come_in_decides_nothing(seed, ids, share, chance):
    mixed = list(ids)
    chance.shuffle(mixed)
    assert draw(seed, ids, share=share, least=1) == draw(seed, mixed, share=share, least=1)


@given(SEEDS, IDS, SHARES, SHARES, LEASTS)
def test_who_draws_more_draws_those_too(seed, ids, share, more, least):
    few, many = sorted((share, more))
    assert draw(seed, ids, share=few, least=least) <= draw(seed, ids, share=many, least=least)


@given(SEEDS, IDS, st.integers(1, 2**62), LEASTS)
def test_one_reading_more_puts_out_at_most_one_other(seed, ids, added, least):
    before = draw(seed, ids, share=1, least=least)
    after = draw(seed, {*ids, added}, share=1, least=least)
    assert len(before - after) <= 1


def test_every_reading_is_drawn_as_often_as_any_other():
    seeds = (hashlib.sha256(str(n).encode()).digest() for n in range(4000))
    count = Counter(one for seed in seeds for one in draw(seed, range(1, 101), share=5, least=1))
    # 200 times each is to be expected, with a deviation of 14.
    assert set(count) == set(range(1, 101))
    assert all(140 < many < 260 for many in count.values())


def test_unit_month_and_link_each_make_another_draw():
    link = bytes(range(32))
    seeds = {
        seed_of("sspf", "2026-10", link),
        seed_of("barn-och-unga", "2026-10", link),
        seed_of("sspf", "2026-11", link),
        seed_of("sspf", "2026-10", bytes(32)),
    }
    assert len(seeds) == 4


def test_anybody_can_draw_the_same_by_hand():
    link = bytes(range(32))
    seed = hashlib.sha256(b"skyddsnat/log-sample/1\nsspf\n2026-10\n" + link).digest()
    assert seed_of("sspf", "2026-10", link) == seed
    ids = range(1, 201)
    by_hand = sorted(ids, key=lambda n: hashlib.sha256(seed + n.to_bytes(8, "big")).digest())
    assert draw(seed, ids, share=5, least=5) == set(by_hand[:10])


def opened(number, *, at=NOON, actor="Ida Ek", case=CASE, kind=Kind.ITEM_OPENED):
    return Opened(number, kind, at, actor, case)


def test_what_somebody_opens_of_a_case_in_a_day_is_one_reading():
    late = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)  # 23.59 in Stockholm
    events = [
        opened(1),
        opened(2, at=late),
        opened(3, at=late + timedelta(minutes=2)),
        opened(4, actor="Bo Al"),
        opened(5, case=OTHER),
    ]
    found = readings(events, CALENDAR)
    assert [(each.event_id, len(each.times)) for each in found] == [(1, 2), (3, 1), (4, 1), (5, 1)]
    assert [each.day for each in found[:2]] == [date(2026, 11, 24), date(2026, 11, 25)]


KINDS = st.sampled_from([(Kind.ITEM_OPENED, CASE), (Kind.READ_REFUSED, OTHER)]) | st.tuples(
    st.sampled_from([Kind.READ_REFUSED, *sorted(SEARCHES)]), st.none()
)


@given(st.lists(st.tuples(st.sampled_from("abc"), KINDS)))
def test_no_event_is_left_out_of_the_readings_or_counted_twice(who):
    events = [
        opened(n, actor=actor, case=case, kind=kind) for n, (actor, (kind, case)) in enumerate(who)
    ]
    found = readings(events, CALENDAR)
    assert sum(len(each.times) for each in found) == len(events)
    searched = [bool(each.kinds & SEARCHES) for each in found]
    known = zip(found, searched, strict=True)
    assert len({(each.actor, each.submission_id, each.day, s) for each, s in known}) == len(found)
    assert all(each.kinds <= SEARCHES for each, s in zip(found, searched, strict=True) if s)


def test_what_somebody_searches_for_in_a_day_is_one_reading_of_no_case():
    searches = [opened(n, case=None, kind=Kind.SEARCHED) for n in (1, 2)]
    refused = opened(3, case=None, kind=Kind.READ_REFUSED)
    found = readings([*searches, refused], CALENDAR)
    assert [(each.event_id, len(each.times)) for each in found] == [(1, 2), (3, 1)]
    assert why(searches[0]) == ()
    assert why(opened(1, case=None, kind=Kind.SEARCHED, at=NOON + timedelta(hours=9))) == (
        Why.OFF_HOURS,
    )


def test_who_was_asked_to_wait_is_always_reviewed():
    assert why(opened(1, case=None, kind=Kind.SEARCH_SLOWED)) == (Why.MUCH,)


def test_a_search_is_a_reading_by_the_newest_method_and_by_the_first_it_was_none():
    assert READINGS[METHOD] >= SEARCHES
    assert not SEARCHES & READINGS[1]


WORKED = Background(workers=frozenset({"Ida Ek"}))


def why(event, case=WORKED, *, drawn=False, **known):
    [reading] = readings([event], CALENDAR)
    told = Known(Timetable(OFFICE, CALENDAR), {CASE: case}, **known)
    return reasons(reading, told, drawn=drawn)


def test_who_works_with_a_case_in_working_hours_is_reviewed_only_by_chance():
    assert why(opened(1)) == ()
    assert why(opened(1), drawn=True) == (Why.DRAWN,)


@pytest.mark.parametrize(
    ("at", "off"),
    [
        ("2026-11-24T07:00+01:00", True),
        ("2026-11-24T08:00+01:00", False),
        ("2026-11-24T16:59+01:00", False),
        ("2026-11-24T17:00+01:00", True),
        ("2026-11-28T12:00+01:00", True),  # a Saturday
        ("2027-01-06T12:00+01:00", True),  # trettondedag jul
        ("2026-07-01T08:00+02:00", False),
    ],
)
def test_outside_working_hours_is_by_the_municipality_s_own_clock_and_days(at, off):
    assert (Why.OFF_HOURS in why(opened(1, at=datetime.fromisoformat(at)))) is off


def test_what_there_is_about_a_reading_is_said_and_what_weighs_most_first():
    closed = ((NOON - timedelta(days=1), True),)
    case = Background(protected=True, barred=frozenset({"Ida Ek"}), ended=closed)
    night = opened(1, at=NOON + timedelta(hours=10))
    told = why(night, case, emergencies=[("Ida Ek", NOON + timedelta(hours=9))])
    assert told == tuple(each for each in Why if each not in {Why.REFUSED, Why.MUCH, Why.DRAWN})


def test_what_was_opened_before_it_was_closed_or_after_it_was_opened_again_is_not_after_closing():
    hour = timedelta(hours=1)
    ended = ((NOON, True), (NOON + 2 * hour, False))
    case = replace(WORKED, ended=ended)
    assert why(opened(1, at=NOON - hour), case) == ()
    assert why(opened(1, at=NOON + hour), case) == (Why.AFTER_CLOSING,)
    assert why(opened(1, at=NOON + 3 * hour), case) == ()


def test_a_try_is_always_reviewed_and_is_not_said_to_have_led_to_nothing():
    tried = opened(1, kind=Kind.READ_REFUSED, actor="Ola Ask")
    assert why(tried) == (Why.REFUSED,)
    assert why(opened(1, kind=Kind.READ_REFUSED, case=None)) == (Why.REFUSED,)


@pytest.mark.parametrize(("hours", "is_it"), [(-1, False), (0, True), (8, True), (9, False)])
def test_what_is_read_within_a_session_s_time_of_an_emergency_is_reviewed(hours, is_it):
    since = NOON - timedelta(hours=hours)
    assert (Why.EMERGENCY in why(opened(1), emergencies=[("Ida Ek", since)])) is is_it
    assert why(opened(1), emergencies=[("Bo Al", since)]) == ()


def test_what_is_read_in_spite_of_jav_is_reviewed_in_that_case_and_by_that_person_only():
    hour = timedelta(hours=1)
    begun = opened(1, kind=Kind.CASE_EMERGENCY)
    assert Why.EMERGENCY in why(begun, with_jav=[("Ida Ek", begun.submission_id, begun.at)])
    later = replace(opened(1), at=NOON + 20 * hour)
    for with_jav, is_it in (
        (("Ida Ek", later.submission_id, NOON), True),
        (("Ida Ek", later.submission_id, NOON - 5 * hour), False),
        (("Ida Ek", OTHER, NOON), False),
        (("Bo Al", later.submission_id, NOON), False),
    ):
        assert (Why.EMERGENCY in why(later, with_jav=[with_jav])) is is_it
    assert Kind.CASE_EMERGENCY in READINGS[METHOD], (
        "to begin is to be reviewed, nothing read or not"
    )


def test_of_a_report_that_is_gone_there_is_nothing_to_say_but_the_hours():
    [reading] = readings([opened(1, case=OTHER)], CALENDAR)
    known = Known(Timetable(OFFICE, CALENDAR))
    assert reasons(reading, known, drawn=False) == ()
    assert chosen([reading], {1}, known) == [(reading, (Why.DRAWN,))]
