"""Whose yes something takes, for every age and whoever the guardians are, whatever was said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.casework.group.born import Born, born
from app.casework.group.consent import (
    Consent,
    Missing,
    NoConsent,
    Say,
    Why,
    Young,
    lacking,
    require,
)

TODAY = date(2026, 11, 28)
YEAR = timedelta(days=365)
SPEAKS_FROM = 15
GUARDIANS = {"one": ("mor",), "two": ("mor", "far"), "unknown": (), "other unknown": ("mor",)}
AGES = range(10, 22)


def aged(years: int, *, on: date = TODAY) -> Born:
    """Somebody who is exactly this old for a long while to come."""
    birthday = date(on.year - years, on.month, on.day)
    return Born(birthday, birthday)


def youth(years: int, known: str = "two") -> Young:
    return Young("ung", aged(years), GUARDIANS[known], all_known="unknown" not in known)


def said(number: int, who: str, say: Say = Say.GIVEN, on: date = TODAY) -> Consent:
    return Consent(number, "dela", "ung", who, say, on, on + YEAR)


def missing(ledger: list[Consent], who: Young, on: date = TODAY) -> tuple[Missing, ...]:
    return lacking(ledger, "dela", who, on=on, speaks_from=SPEAKS_FROM)


def law(years: int, known: str) -> set[str]:
    """Whose yes the law asks, reckoned another way than by the service."""
    if years >= 18:
        return {"ung"}
    unknown = {"?"} if "unknown" in known else set()
    return {*GUARDIANS[known], *unknown, *({"ung"} if years >= 15 else ())}


@pytest.mark.parametrize("known", GUARDIANS)
@pytest.mark.parametrize("years", AGES)
def test_everybody_is_asked_whom_the_law_asks_and_nobody_else(years: int, known: str) -> None:
    asked = {each.who or "?" for each in missing([], youth(years, known))}
    assert asked == law(years, known)


@pytest.mark.parametrize("years", AGES)
def test_nothing_is_allowed_until_each_of_them_has_said_yes(years: int) -> None:
    whose = sorted(law(years, "two"))
    all_say_yes = [said(number, who) for number, who in enumerate(whose)]
    require(all_say_yes, "dela", youth(years), on=TODAY, speaks_from=SPEAKS_FROM)
    for left_out in all_say_yes:
        rest = [each for each in all_say_yes if each is not left_out]
        with pytest.raises(NoConsent) as refused:
            require(rest, "dela", youth(years), on=TODAY, speaks_from=SPEAKS_FROM)
        assert refused.value.missing == (Missing(Why.NOT_ASKED, left_out.who),)


def test_one_no_is_enough_when_guardians_disagree() -> None:
    ledger = [said(1, "mor"), said(2, "far", Say.REFUSED)]
    assert missing(ledger, youth(12)) == (Missing(Why.REFUSED, "far"),)


def test_refused_and_then_given_is_given_the_same_day_too() -> None:
    ledger = [said(1, "mor", Say.REFUSED), said(2, "far"), said(3, "mor")]
    assert missing(ledger, youth(12)) == ()


def test_withdrawn_holds_from_the_day_it_is_said() -> None:
    ledger = [said(1, "mor", on=TODAY - YEAR / 2), said(2, "far"), said(3, "mor", Say.WITHDRAWN)]
    assert missing(ledger, youth(12)) == (Missing(Why.WITHDRAWN, "mor"),)


def test_an_old_paper_that_is_found_again_does_not_undo_what_was_said_since() -> None:
    ledger = [
        said(1, "far"),
        said(2, "mor", Say.WITHDRAWN, TODAY - timedelta(days=3)),
        said(3, "mor", Say.GIVEN, TODAY - timedelta(days=9)),
    ]
    assert missing(ledger, youth(12)) == (Missing(Why.WITHDRAWN, "mor"),)


def test_a_yes_holds_its_last_day_and_no_longer() -> None:
    ledger = [said(1, "mor", on=TODAY - YEAR), said(2, "far", on=TODAY)]
    assert missing(ledger, youth(12)) == ()
    day_after = replace(ledger[0], until=TODAY - timedelta(days=1))
    assert missing([day_after, ledger[1]], youth(12)) == (Missing(Why.OVER, "mor"),)


def test_a_yes_to_one_purpose_or_for_one_sibling_is_none_to_another() -> None:
    other = [replace(said(1, "mor"), purpose="sig"), replace(said(2, "far"), about="syskon")]
    assert {each.who for each in missing(other, youth(12))} == {"mor", "far"}


def test_the_guardians_yes_is_worth_nothing_from_the_eighteenth_birthday_on() -> None:
    birthday = TODAY + timedelta(days=1)
    who = Young("ung", Born(*[birthday.replace(year=birthday.year - 18)] * 2), ("mor",), True)
    ledger = [said(1, "mor"), said(2, "ung")]
    assert missing(ledger, who) == missing(ledger, who, birthday) == ()
    assert missing(ledger[:1], who) == (Missing(Why.NOT_ASKED, "ung"),)
    assert missing(ledger[1:], who) == (Missing(Why.NOT_ASKED, "mor"),)
    assert missing(ledger[1:], who, birthday) == ()


def test_who_may_be_of_age_needs_what_both_ages_need() -> None:
    perhaps = born({"unit": "years", "least": 17, "most": 18}, on=TODAY)
    who = Young("ung", perhaps, ("mor",), all_known=True)
    assert {each.who for each in missing([], who)} == {"mor", "ung"}


def test_nothing_is_allowed_for_whom_no_age_is_known() -> None:
    ledger = [said(number, who) for number, who in enumerate(("mor", "far", "ung"))]
    who = replace(youth(12), born=None)
    assert missing(ledger, who) == (Missing(Why.AGE_UNKNOWN),)


WORDS = some.builds(
    said,
    some.integers(1, 40),
    some.sampled_from(("mor", "far", "ung")),
    some.sampled_from(Say),
    some.dates(TODAY - YEAR * 2, TODAY),
)


@given(
    ledger=some.lists(WORDS, max_size=12, unique_by=lambda each: each.number),
    years=some.sampled_from(AGES),
    known=some.sampled_from(sorted(GUARDIANS)),
)
def test_whatever_was_said_nothing_is_allowed_without_a_yes_that_stands(
    ledger: list[Consent], years: int, known: str
) -> None:
    if missing(ledger, youth(years, known)):
        return
    for who in law(years, known):
        words = sorted((each.on, each.number, each) for each in ledger if each.who == who)
        on, _, last = words[-1]
        assert last.say is Say.GIVEN
        assert on + YEAR >= TODAY


@given(ledger=some.lists(WORDS, max_size=8, unique_by=lambda each: each.number))
def test_a_no_is_never_outweighed_by_the_order_that_it_is_read_in(ledger: list[Consent]) -> None:
    assert {*missing(ledger, youth(16))} == {*missing(ledger[::-1], youth(16))}
