"""Who may be asked to come, for every age and whoever the guardians are, whatever was said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.casework.group.born import Born, born
from app.casework.group.consent import Consent, Missing, Say, Why
from app.casework.group.invited import about, hinders
from app.casework.group.people import Done, Group, Person
from app.runner.people import Invitations
from tests.content import loaded

TODAY = date(2026, 11, 28)
MEETING = date(2026, 12, 5)
YEAR = timedelta(days=365)
PROCESS = (
    loaded()
    .processes["sv"]["stoppmote"]
    .model_copy(
        update={"invitations": Invitations(purpose="foraldrar", step="planera", day="motesdag")}
    )
)
GUARDIANS = {"one": ("mor",), "two": ("mor", "far"), "unknown": (), "protected": ("skyddad",)}
AGES = range(10, 22)
DAYS = some.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=60))


def aged(years: int, *, on: date = TODAY) -> Born:
    birthday = date(on.year - years, on.month, on.day)
    return Born(birthday, birthday)


def young(who: str, when: Born | None, known: str = "two") -> Person:
    guardians, all_known = GUARDIANS[known], known != "unknown"
    return Person(who, "ung", {}, TODAY, who, when, guardians, all_known)


def group(*those: Person, says: tuple[Consent, ...] = (), meeting: date | None = MEETING) -> Group:
    told = {"motesdag": {"lines": ["x"], "data": {"date": str(meeting)}}}
    planned = (Done(1, "planera", "", told, TODAY),) if meeting else ()
    adults = (Person(name, "vuxen", {}, TODAY, name) for name in ("mor", "far", "skyddad"))
    return Group((*those, *adults), says, done=planned)


def says(
    number: int, who: str, say: Say = Say.GIVEN, on: date = TODAY, until: date = TODAY + YEAR
) -> Consent:
    return Consent(number, "foraldrar", who, who, say, on, until)


def asked(people: Group, name: str, on: date = TODAY) -> set[str]:
    person = people.person(name)
    assert person
    found = about(PROCESS, people, person, on=on)
    assert bool(found) != bool(hinders(PROCESS, people, person, on=on))
    return {one.id for one in found}


@pytest.mark.parametrize("known", GUARDIANS)
@pytest.mark.parametrize("years", AGES)
def test_a_childs_guardians_are_asked_and_an_adults_are_not(years: int, known: str) -> None:
    people = group(young("bo", aged(years), known))
    for name in ("mor", "far", "skyddad"):
        theirs = name in GUARDIANS[known] and years < 18
        assert asked(people, name) == ({"bo"} if theirs else set())


@pytest.mark.parametrize("years", AGES)
def test_a_young_person_may_always_be_asked(years: int) -> None:
    assert asked(group(young("bo", aged(years))), "bo") == {"bo"}


def test_the_yes_of_who_is_of_age_lets_their_guardians_be_asked_until_it_is_taken_back() -> None:
    liv = young("liv", aged(19))
    assert asked(group(liv, says=(says(1, "liv"),)), "mor") == {"liv"}
    back = (says(1, "liv"), says(2, "liv", Say.WITHDRAWN))
    assert asked(group(liv, says=back), "mor") == set()


def test_nobody_elses_yes_lets_them() -> None:
    yes = Consent(1, "foraldrar", "liv", "mor", Say.GIVEN, TODAY, TODAY + YEAR)
    assert asked(group(young("liv", aged(19)), says=(yes,)), "mor") == set()


def test_who_comes_of_age_between_today_and_the_meeting_is_asked_first() -> None:
    soon = Born(MEETING - YEAR * 18 - timedelta(days=5), MEETING - YEAR * 18 - timedelta(days=5))
    liv = young("liv", soon)
    assert soon.ages(TODAY)[-1] == 17
    assert soon.ages(MEETING)[-1] == 18
    assert asked(group(liv), "mor") == set()
    assert asked(group(liv, says=(says(1, "liv"),)), "mor") == {"liv"}
    assert asked(group(liv, meeting=TODAY), "mor") == {"liv"}


def test_a_meeting_that_is_over_asks_nothing_of_a_yes_that_is_said_after_it() -> None:
    after = MEETING + timedelta(days=3)
    adult = young("liv", aged(19))
    assert asked(group(adult), "mor", after) == set()
    assert asked(group(adult, says=(says(2, "liv", on=after),)), "mor", after) == {"liv"}


def test_a_yes_that_is_over_on_the_day_of_the_meeting_is_none() -> None:
    liv = young("liv", aged(19))
    yes = says(1, "liv", until=MEETING - timedelta(days=1))
    assert asked(group(liv, says=(yes,)), "mor") == set()


@pytest.mark.parametrize("when", [None, born({"unit": "years", "least": 17, "most": 18}, on=TODAY)])
def test_who_may_be_of_age_is_asked_as_one_who_is(when: Born | None) -> None:
    assert asked(group(young("kim", when)), "mor") == set()
    assert asked(group(young("kim", when), says=(says(1, "kim"),)), "mor") == {"kim"}


def test_a_guardian_of_a_child_and_of_an_adult_is_asked_about_the_child_alone() -> None:
    people = group(young("bo", aged(14)), young("liv", aged(19)))
    assert asked(people, "mor") == {"bo"}


def test_what_is_missing_names_whose_word_it_is() -> None:
    people = group(young("liv", aged(19)))
    mother, stranger = people.person("mor"), people.person("skyddad")
    assert mother
    assert stranger
    assert hinders(PROCESS, people, mother, on=TODAY) == (Missing(Why.NOT_ASKED, "liv"),)
    assert hinders(PROCESS, people, stranger, on=TODAY) == (Missing(Why.NOBODYS_GUARDIAN),)


def test_nobody_is_asked_where_something_said_cannot_be_read() -> None:
    people = group(young("bo", aged(14)))
    unread = Group(people.people, people.consents, done=people.done, unread=True)
    assert asked(unread, "mor") == asked(unread, "bo") == set()


@given(
    ledger=some.lists(
        some.builds(
            says,
            some.integers(1, 40),
            some.sampled_from(("bo", "liv")),
            some.sampled_from(Say),
            DAYS,
            some.dates(TODAY, TODAY + YEAR),
        ),
        max_size=10,
        unique_by=lambda each: each.number,
    ),
    ages=some.tuples(some.sampled_from(AGES), some.sampled_from(AGES)),
    born_on=some.integers(0, 364),
    known=some.sampled_from(sorted(GUARDIANS)),
    meeting=some.none() | DAYS,
)
def test_no_guardian_is_ever_asked_about_an_adult_without_a_yes_that_stands(
    ledger: list[Consent], ages: tuple[int, int], born_on: int, known: str, meeting: date | None
) -> None:
    births = [date(TODAY.year - years, 1, 1) + timedelta(days=born_on) for years in ages]
    two = [
        young(who, Born(day, day), known) for who, day in zip(("bo", "liv"), births, strict=True)
    ]
    people = group(*two, says=tuple(ledger), meeting=meeting)
    for name in ("mor", "far", "skyddad"):
        for who in asked(people, name):
            one = people.person(who)
            assert one
            assert name in one.guardians
            assert one.born
            # A meeting that has been is nothing to be asked to.
            for day in {TODAY, max(meeting or TODAY, TODAY)}:
                if one.born.ages(day)[-1] < 18:
                    continue
                said = [each for each in ledger if each.about == who and each.on <= day]
                last = max(said, key=lambda each: (each.on, each.number))
                assert last.say is Say.GIVEN
                assert last.until >= day
