"""Personal numbers: what can be checked is checked, and no report stops at a number."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.exceptions import ValidationError
from stdnum.se import personnummer as oracle

from tests.unit.runner.made import TODAY, field, lines, read, remarks

ANY_AGE = field("person_number", most_age=120)
CHILD = field("person_number", least_age=1, most_age=20)


def luhn(nine):
    """Return the check digit of nine digits (SKV 704)."""
    doubled = "".join(str(int(sign) * (2 - at % 2)) for at, sign in enumerate(nine))
    return str(-sum(map(int, doubled)) % 10)


@st.composite
def numbers(draw, first=date(1910, 1, 1), last=TODAY, added=0):
    """Draw a right number as (birth date, twelve digits)."""
    born = draw(st.dates(first, last))
    three = draw(st.integers(1, 999))
    nine = f"{born:%y%m}{born.day + added:02}{three:03}"
    return born, f"{born.year // 100}{nine}{luhn(nine)}"


@given(numbers())
def test_a_right_number_is_read_however_it_was_typed_and_shown_as_it_was_typed(drawn):
    born, number = drawn
    whole = f"{number[:8]}-{number[8:]}"
    spaced = f"{number[:4]} {number[4:6]} {number[6:8]} - {number[8:]}"
    other = number.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)})
    beside = f"{whole} (tror jag)"
    for typed in (number, whole, spaced, whole.replace("-", "–"), other, beside):
        reading = read(ANY_AGE, typed)
        assert lines(reading) == (typed,)
        day = {"year": born.year, "month": born.month, "day": born.day}
        assert remarks(reading) == [("day", day)]
        assert reading.answer.data == {"number": number, "born": born.isoformat()}
    assert oracle.is_valid(number)


@given(numbers(first=TODAY - timedelta(days=36_000)))
def test_without_a_century_the_latest_that_has_been_is_meant(drawn):
    born, number = drawn
    for typed in (number[2:], f"{number[2:8]}-{number[8:]}"):
        assert read(ANY_AGE, typed).answer.data["born"] == born.isoformat()


@given(numbers(first=date(1907, 1, 1), last=date(1926, 12, 31)))
def test_a_plus_sign_means_turned_a_hundred_this_year_or_before(drawn):
    born, number = drawn
    reading = read(ANY_AGE, f"{number[2:8]}+{number[8:]}")
    assert reading.answer.data == {"number": number, "born": born.isoformat()}


@given(numbers(last=date(2020, 12, 31), added=60))
def test_a_coordination_number_has_sixty_added_to_its_day(drawn):
    born, number = drawn
    assert read(ANY_AGE, number).answer.data == {"number": number, "born": born.isoformat()}


@given(numbers(), st.integers(0, 9), st.integers(8, 11))
def test_one_wrong_digit_among_the_last_four_is_always_found(drawn, digit, place):
    _, number = drawn
    assume(number[place] != str(digit))
    wrong = number[:place] + str(digit) + number[place + 1 :]
    assert read(ANY_AGE, wrong).answer.data is None
    assert remarks(read(ANY_AGE, wrong)) == [("checksum", {})]


@given(st.integers(0, 10**12 - 1).map("{:012}".format))
def test_a_number_is_taken_only_when_the_oracle_takes_it(number):
    reading = read(field("person_number", most_age=99_999), number)
    try:
        right = oracle.validate(number) and number[8:11] != "000"
    except ValidationError:
        right = False
    plain = int(number[6:8]) <= 31
    if plain and reading.answer.data:
        assert right
    if plain and right and int(number[:4]) >= 1850 and oracle.get_birth_date(number) <= TODAY:
        assert reading.answer.data["number"] == number


@pytest.mark.parametrize("last_four", ["0000", "0001", "0009"])
def test_no_number_has_a_birth_number_of_noughts(last_four):
    assert remarks(read(ANY_AGE, f"20160327{last_four}")) == [("checksum", {})]


@pytest.mark.parametrize(
    ("number", "born"),
    [("191500882392", "1915"), ("201603609996", "2016-03"), ("201600608887", "2016")],
)
def test_a_coordination_number_of_somebody_whose_birthday_is_not_known(number, born):
    number = number[:-1] + luhn(number[2:-1])
    reading = read(ANY_AGE, number)
    assert lines(reading) == (number,)
    assert reading.answer.data == {"number": number, "born": born}


def test_the_tax_agencys_own_test_number_without_a_month_is_right():
    assert luhn("191500882392"[2:-1]) == "2"
    assert read(ANY_AGE, "191500882392").answer.data == {"number": "191500882392", "born": "1915"}


@given(st.dates(date(2006, 11, 25), TODAY))
def test_a_birth_date_alone_is_enough(born):
    one = field("person_number", most_age=20)
    for typed in (f"{born:%Y%m%d}", f"{born:%Y-%m-%d}", f"{born:%Y/%m/%d}", f"{born:%Y %m %d}"):
        assert read(one, typed).answer.data == {"born": born.isoformat()}


NOT_READ = ["20160230", "20161301", "20160001", "2016-02-30", "201602301234", "400230-1234"]


@pytest.mark.parametrize("typed", [*NOT_READ, "20160392-1234", "160300-1234"])
@pytest.mark.parametrize("required", [False, True])
def test_a_day_that_does_not_exist_is_kept_as_it_was_typed(typed, required):
    reading = read(ANY_AGE, typed, required=required)
    assert lines(reading) == (typed,)
    assert (reading.answer.data, remarks(reading)) == (None, [("not_read", {})])


@pytest.mark.parametrize("typed", ["20240229", "20240229-2398", "240229-2398", "20240289-2390"])
def test_a_leap_day_is_a_birthday(typed):
    if "-" in typed:
        typed = typed[:-1] + luhn(typed.replace("-", "")[-10:-1])
    assert read(ANY_AGE, typed).answer.data["born"] == "2024-02-29"


def test_who_is_born_today_is_born_today_and_not_a_hundred_years_ago():
    nine = f"{TODAY:%y%m%d}001"
    reading = read(ANY_AGE, f"{nine[:6]}-{nine[6:]}{luhn(nine)}")
    assert reading.answer.data["born"] == TODAY.isoformat()


def test_who_turns_a_hundred_on_new_years_eve_has_a_plus_sign_all_year():
    nine = "261231001"
    reading = read(ANY_AGE, f"{nine[:6]}+{nine[6:]}{luhn(nine)}")
    assert reading.answer.data["born"] == "1926-12-31"


def test_the_century_is_that_of_the_day_even_in_another_century():
    nine = "050101001"
    typed = {"f": (f"{nine[:6]}-{nine[6:]}{luhn(nine)}",)}
    reading = ANY_AGE.read(typed, today=date(2110, 1, 1), required=False)
    assert reading.answer.data["born"] == "2105-01-01"


def test_a_leap_day_is_looked_for_in_the_century_that_has_it():
    typed = f"000229-239{luhn('000229239')}"
    reading = ANY_AGE.read({"f": (typed,)}, today=date(2104, 3, 1), required=False)
    assert reading.answer.data["born"] == "2000-02-29"


@pytest.mark.parametrize(
    ("born", "key"),
    [
        ("20261124", "too_young"),
        ("20251125", "too_young"),
        ("20251124", None),
        ("20051125", None),
        ("20051124", "too_old"),
        ("19000101", "too_old"),
        ("2005", None),
        ("2004", "too_old"),
        ("2025", None),
        ("2026", "too_young"),
        ("24 november", None),
    ],
)
def test_an_age_that_may_be_a_slip_is_asked_about_and_read_all_the_same(born, key):
    reading = read(CHILD, born)
    doubts = [said for said in remarks(reading) if said[0].startswith("too_")]
    limit = {"too_old": {"most": 20}, "too_young": {"least": 1}}
    assert doubts == ([(key, limit[key])] if key else [])
    assert reading.answer.data["born"]


@pytest.mark.parametrize("born", ["20261125", "2027", "21991231", "1 dec 2026", "januari 2027"])
def test_a_day_that_has_not_been_is_asked_about_and_told_to_no_machine(born):
    reading = read(CHILD, born)
    assert lines(reading) == (born,)
    assert (reading.answer.data, remarks(reading)) == (None, [("future", {})])


def test_somebody_born_on_a_leap_day_grows_older_on_the_first_of_march():
    one = field("person_number", most_age=20)
    typed = {"f": ("20040229",)}
    keys = [
        [said.key for said in one.read(typed, today=day, required=False).answer.remarks]
        for day in (date(2025, 2, 28), date(2025, 3, 1))
    ]
    assert keys == [["day"], ["day", "too_old"]]


@pytest.mark.parametrize(
    "typed",
    [
        "20160327-T234",
        "160327T234",
        "2016R327-1234",
        "010203-123A",
        "norskt 01020312345",
        "01020312345",
        "010203-12345",
        "131052-1234",
        "290296-0005",
        "290200-0005",
        "X1234567Z",
        "123",
        "1603271",
        "vet inte",
        "2016032-1234",
        "????",
        "20160327-1236 eller 20170327-1236",
    ],
)
def test_interim_and_foreign_numbers_and_words_never_stop_a_report(typed):
    reading = read(CHILD, typed, required=True)
    assert lines(reading) == (typed,)
    assert (reading.answer.data, remarks(reading)) == (None, [("not_read", {})])


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("2018", "2018"),
        ("180131", "2018-01-31"),
        ("31/1 2018", "2018-01-31"),
        ("31 januari 2018", "2018-01-31"),
        ("31 jan", "--01-31"),
        ("ca 2016", "2016"),
        ("２０１６０３２７", "2016-03-27"),  # noqa: RUF001 - that is what is tried
    ],
)
def test_what_is_known_of_a_birthday_is_read(typed, born):
    reading = read(CHILD, typed)
    assert lines(reading) == (typed,)
    assert reading.answer.data == {"born": born}
