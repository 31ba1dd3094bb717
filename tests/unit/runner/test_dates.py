"""A remembered date: three boxes, or about when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.fields.date import MONTHS
from app.runner.texts import Text
from tests.unit.runner.made import TODAY, field, lines, problems, read


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


def test_a_day_is_shown_in_words_in_the_language_of_the_question():
    typed = boxes("27", "3", "2026")
    assert lines(read(field("date", label=Text("När?", "sv")), typed)) == ("27 mars 2026",)
    english = field("date").model_copy(update={"label": Text("When?", "en")})
    assert lines(read(english, typed)) == ("27 March 2026",)
    unknown = field("date").model_copy(update={"label": Text("?", "fi")})
    assert lines(read(unknown, typed)) == ("2026-03-27",)
    assert lines(read(field("date"), typed)) == ("27 mars 2026",)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        (boxes("27"), "f-month"),
        (boxes("27", "3"), "f-year"),
        (boxes(month="3"), "f-day"),
        (boxes(year="2026"), "f-day"),
        (boxes("27", year="2026"), "f-month"),
    ],
)
def test_the_part_that_is_missing_is_named(typed, at):
    assert problems(read(field("date"), typed)) == [(at, "incomplete")]


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2026"),
        ("29", "2", "2026"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "vår", "2026"),
        ("1_0", "1", "2026"),
        ("+1", "1", "2026"),
        ("1.5", "1", "2026"),
        ("1", "1", "0"),
        ("1", "1", "9" * 100),
        ("9" * 5000, "1", "2026"),
        ("٣", "1", "2026"),
    ],
)
def test_a_day_that_does_not_exist_is_refused(day, month, year):
    assert [key for _, key in problems(read(field("date"), boxes(day, month, year)))] == [
        "not_a_date"
    ]


def test_the_twenty_ninth_of_february_exists_every_fourth_year():
    assert read(field("date"), boxes("29", "2", "2024")).answer


def test_a_year_nobody_remembers_is_said_at_the_year():
    assert problems(read(field("date"), boxes("1", "1", "26"))) == [("f-year", "not_a_date")]
    assert read(field("date"), boxes("1", "1", "1896")).answer
    assert problems(read(field("date"), boxes("31", "12", "1895"))) == [("f-year", "not_a_date")]


def test_tomorrow_has_not_been_yet():
    tomorrow = TODAY + timedelta(days=1)
    typed = boxes(str(tomorrow.day), str(tomorrow.month), str(tomorrow.year))
    assert problems(read(field("date", past=True), typed)) == [("f-day", "future")]
    assert read(field("date"), typed).answer, "where it may come, it may"
    today = boxes(str(TODAY.day), str(TODAY.month), str(TODAY.year))
    assert read(field("date", past=True), today).answer


def test_about_when_is_as_good_as_a_day():
    one = field("date", approximate="Ungefär när?")
    reading = read(one, boxes(**{"f-approx": " i  våras "}), required=True)
    assert lines(reading) == ("i våras",)
    assert reading.answer.data == {"about": "i våras"}
    assert one.owns("f-approx")


def test_about_when_has_a_limit_and_excludes_the_day():
    one = field("date", approximate="Ungefär när?")
    assert read(one, {"f-approx": "x" * 100}).answer
    assert problems(read(one, {"f-approx": "x" * 101})) == [("f-approx", "too_long")]
    assert problems(read(one, boxes("1", **{"f-approx": "i våras"}))) == [("f-day", "both")]


def test_where_about_is_not_asked_it_is_not_read():
    one = field("date")
    assert not one.owns("f-approx")
    assert read(one, {"f-approx": "i våras"}).answer is None


def test_a_date_owns_its_three_boxes_and_no_whole():
    one = field("date")
    assert all(one.owns(name) for name in ("f-day", "f-month", "f-year"))
    assert not one.owns("f")
