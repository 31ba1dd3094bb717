"""A remembered date: three boxes, or about when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.days import MONTHS, Day, read_day
from tests.unit.runner.made import TODAY, field, lines, problems, read, remarks


def boxes(day="", month="", year="", **more):
    return {"f-day": day, "f-month": month, "f-year": year, **more}


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_day_that_is_typed_is_the_day_that_is_read(day):
    reading = read(field("date"), boxes(str(day.day), str(day.month), str(day.year)))
    assert reading.answer.data == {"date": day.isoformat()}


@pytest.mark.parametrize("language", sorted(MONTHS))
def test_a_month_may_be_written_by_name(language):
    for number, month in enumerate(MONTHS[language].split(), start=1):
        for written in (month, month.upper(), month[:3], f"{month[:3]}."):
            reading = read(field("date"), boxes("1", written, "2020"))
            assert reading.answer.data == {"date": f"2020-{number:02}-01"}


def test_a_day_is_shown_as_it_was_typed_and_how_it_was_read():
    reading = read(field("date"), boxes("27", "3", "2026"))
    assert lines(reading) == ("27 3 2026",)
    assert remarks(reading) == [("day", {"day": 27, "month": 3, "year": 2026})]


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        (boxes("27", "mars"), "--03-27"),
        (boxes(month="3", year="2026"), "2026-03"),
        (boxes(year="2026"), "2026"),
        (boxes("27 mars 2026"), "2026-03-27"),
        (boxes(year="2026-03-27"), "2026-03-27"),
        (boxes("٢٧", "٣", "٢٠٢٦"), "2026-03-27"),
        (boxes("27", "3", "26"), "2026-03-27"),
        (boxes("1", "1", "1896"), "1896-01-01"),
    ],
)
def test_as_much_of_a_day_as_is_known_is_enough(typed, read_as):
    reading = read(field("date"), typed, required=True)
    assert reading.answer.data == {"date": read_as}


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2026"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "vår", "2026"),
        ("1_0", "1", "2026"),
        ("1.5", "1", "2026"),
        ("1", "1", "0"),
        ("1", "1", "9" * 100),
        ("31", "12", "1895"),
        ("", "mars", ""),
    ],
)
@pytest.mark.parametrize("required", [False, True])
def test_what_is_no_day_is_kept_as_it_was_typed(day, month, year, required):
    reading = read(field("date"), boxes(day, month, year), required=required)
    assert lines(reading) == (" ".join(part for part in (day, month, year) if part),)
    assert reading.answer.data is None
    assert remarks(reading) == [("not_read", {})]


def test_the_twenty_ninth_of_february_exists_every_fourth_year():
    assert read(field("date"), boxes("29", "2", "2024")).answer.data
    assert read(field("date"), boxes("29", "2", "2023")).answer.data is None


def test_tomorrow_has_not_been_yet():
    tomorrow = TODAY + timedelta(days=1)
    typed = boxes(str(tomorrow.day), str(tomorrow.month), str(tomorrow.year))
    reading = read(field("date", past=True), typed)
    assert (reading.answer.data, remarks(reading)) == (None, [("future", {})])
    assert read(field("date"), typed).answer.data, "where it may come, it may"
    today = boxes(str(TODAY.day), str(TODAY.month), str(TODAY.year))
    assert read(field("date", past=True), today).answer.data


def test_about_when_is_as_good_as_a_day():
    one = field("date", approximate="Ungefär när?")
    reading = read(one, boxes(**{"f-approx": " i  våras "}), required=True)
    assert lines(reading) == ("i våras",)
    assert reading.answer.data == {"about": "i våras"}
    assert one.owns("f-approx")


def test_about_when_has_a_limit_as_any_line():
    one = field("date", approximate="Ungefär när?")
    assert read(one, {"f-approx": "x" * 200}).answer
    assert problems(read(one, {"f-approx": "x" * 201})) == [("f-approx", "too_long")]
    assert problems(read(one, boxes("1", year="9" * 201))) == [("f-year", "too_long")]


def test_a_day_and_about_when_are_both_kept():
    one = field("date", approximate="Ungefär när?")
    both = read(one, boxes("1", **{"f-approx": "i våras"}))
    assert lines(both) == ("1", "i våras")
    assert both.answer.data == {"about": "i våras"}
    both = read(one, boxes("1", "3", "2026", **{"f-approx": "tror jag"}))
    assert lines(both) == ("1 3 2026", "tror jag")
    assert both.answer.data == {"date": "2026-03-01"}


def test_where_about_is_not_asked_it_is_not_read():
    one = field("date")
    assert not one.owns("f-approx")
    assert read(one, {"f-approx": "i våras"}).answer is None


def test_a_date_owns_its_three_boxes_and_no_whole():
    one = field("date")
    assert all(one.owns(name) for name in ("f-day", "f-month", "f-year"))
    assert not one.owns("f")


# A day as people write it


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2018", "2018"),
        ("180131", "2018-01-31"),
        ("31/1 2018", "2018-01-31"),
        ("31/1-2018", "2018-01-31"),
        ("31/1-18", "2018-01-31"),
        ("31.1.2018", "2018-01-31"),
        ("31-1-2018", "2018-01-31"),
        ("2018-1-31", "2018-01-31"),
        ("2018/01", "2018-01"),
        ("31 januari 2018", "2018-01-31"),
        ("31:a jan. 2018", "2018-01-31"),
        ("Född den 31 Januari 2018.", "2018-01-31"),
        ("January 31, 2018", "2018-01-31"),
        ("31st of January 2018", "2018-01-31"),
        ("31 jan", "--01-31"),
        ("31/1", "--01-31"),
        ("29 feb", "--02-29"),
        ("januari 2018", "2018-01"),
        ("ca 2018?", "2018"),
        ("２０１８", "2018"),  # noqa: RUF001 - that is what is tried
        ("٢٠١٨", "2018"),
        ("31-01-18", None),
        ("10-05-12", None),
        ("30 februari", None),
        ("1603", None),
        ("maj", None),
        ("igår", None),
        ("201813", None),
    ],
)
def test_a_day_is_read_as_exactly_as_it_was_written(text, written):
    found = read_day(text, latest=TODAY)
    assert (found and found.written) == written


@given(st.dates(date(1927, 1, 1), TODAY))
def test_a_year_in_two_digits_is_the_last_that_has_been(day):
    for text in (f"{day:%y%m%d}", f"{day.day}/{day.month}-{day:%y}", f"{day.day} maj {day:%y}"):
        found = read_day(text, latest=TODAY)
        if "maj" not in text:
            assert found == Day.of(day)
        else:
            assert found.month == 5


@given(st.text(max_size=30), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_what_is_read_is_a_day_that_exists_whatever_was_written(text, today):
    found = read_day(text, latest=today)
    if found:
        assert found.exists
        assert found.within is None or found.within[0] <= found.within[1]
