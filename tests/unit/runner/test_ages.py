"""An age is read as people say it, and whatever they say is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.amounts import ENGLISH, SWEDISH, read_amount
from tests.unit.runner.made import field, lines, read, remarks

AGE = field("age", most=20, unknown="Vet inte")


def years(least, most=None):
    return {"unit": "years", "least": least, "most": least if most is None else most}


def months(least, most=None):
    return {"unit": "months", "least": least, "most": least if most is None else most}


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("8", years(8)),
        ("08", years(8)),
        ("0", years(0)),
        ("8 år", years(8)),
        ("8?", years(8)),
        ("ca 8", years(8)),
        ("ungefär 8 år", years(8)),
        ("8-åring", years(8)),
        ("en åttaåring, tror jag", years(8)),
        ("about 8 years old", years(8)),
        ("8-9", years(8, 9)),
        ("8–9 år", years(8, 9)),
        ("8 eller 9", years(8, 9)),
        ("åtta till tio år", years(8, 10)),
        ("mellan 8 och 10", years(8, 10)),
        ("between eight and ten", years(8, 10)),
        ("3 månader", months(3)),
        ("18 mån", months(18)),
        ("6-8 mån.", months(6, 8)),
        ("8,5", months(102)),
        ("8½ år", months(102)),
        ("åtta och ett halvt", months(102)),
        ("eight and a half", months(102)),
        ("ett halvår", months(6)),
        ("ett och ett halvt år", months(18)),
        ("1 år och 3 månader", months(15)),
        ("2 veckor", {"unit": "weeks", "least": 2, "most": 2}),
        ("tre dagar", {"unit": "days", "least": 3, "most": 3}),
        ("en halv månad", months(0, 1)),
        ("tonåring", years(13, 19)),
        ("Nyfödd", {"unit": "weeks", "least": 0, "most": 4}),
        ("bebis", years(0)),
        ("ofödd", {"unborn": True}),
        ("Inte född än!", {"unborn": True}),
        ("unborn", {"unborn": True}),
        ("٨", years(8)),
        ("۸-۹", years(8, 9)),
        ("८ år", years(8)),
        ("８", years(8)),  # noqa: RUF001 - that is what is tried
    ],
)
@pytest.mark.parametrize("required", [False, True])
def test_an_age_is_read_as_it_is_said(written, understood, required):
    reading = read(AGE, written, required=required)
    assert lines(reading) == (written,)
    assert reading.answer.data == understood


@pytest.mark.parametrize("words", [SWEDISH, ENGLISH])
def test_number_words_up_to_twenty_are_read(words):
    for number, word in enumerate(words.split()):
        assert read(AGE, word).answer.data == years(number)
        assert read(AGE, f"{word.upper()} år").answer.data == years(number)


@pytest.mark.parametrize(
    "written",
    [
        "vet inte",
        "liten",
        "över 8",
        "-8",
        "8 10",
        "8,9",
        "1e3",
        "8 år eller 9 månader",
        "8" * 7,
        "år",
    ],
)
@pytest.mark.parametrize("required", [False, True])
def test_what_is_no_age_is_kept_and_not_guessed_at(written, required):
    reading = read(AGE, written, required=required)
    assert lines(reading) == (written,)
    assert (reading.answer.data, remarks(reading)) == (None, [("not_read", {})])


def test_how_it_was_read_is_said_unless_it_is_plain():
    assert remarks(read(AGE, "8")) == remarks(read(AGE, "8 år")) == []
    assert remarks(read(AGE, "åtta")) == [("years", {"number": "8"})]
    assert remarks(read(AGE, "ett år")) == [("year", {"number": "1"})]
    assert remarks(read(AGE, "1,5")) == [("months", {"number": "18"})]
    assert remarks(read(AGE, "ofödd")) == [("unborn", {})]


def test_an_age_outside_the_limits_is_asked_about_and_taken():
    assert remarks(read(AGE, "20")) == []
    reading = read(AGE, "21", required=True)
    assert (reading.answer.data, remarks(reading)) == (years(21), [("too_old", {"most": 20})])
    young = read(field("age", least=3), "2")
    assert (young.answer.data, remarks(young)) == (years(2), [("too_young", {"least": 3})])
    assert remarks(read(AGE, "18-25")) == [("years", {"number": "18–25"})]


def test_a_condition_sees_only_an_exact_age():
    assert read(AGE, "åtta").answer.choices == {"8"}
    for written in ("8-9", "8 mån", "liten"):
        assert read(AGE, written).answer.choices == frozenset()


@given(st.text(max_size=60))
def test_an_amount_is_never_less_than_nothing_nor_more_than_its_most(text):
    amount = read_amount(text)
    if amount:
        assert 0 <= amount.least <= amount.most
