"""What others than the own family may have: never anybody without what the law's wall asks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.casework.group.born import Born
from app.casework.group.consent import Consent, Part, Say, Scope
from app.casework.group.papers import Paper
from app.casework.group.people import Done, Group, Person
from app.casework.group.sharing import Notice, contact_list, sheet, to_tell
from app.runner.people import Invitations
from tests.content import loaded

PROCESS = loaded().processes["sv"]["stoppmote"]
TODAY = date(2026, 11, 28)
YEAR = timedelta(days=365)
MEETING, LIST = "dela_pa_motet", "kontaktlista"
FOUR = ("socialtjanst", "polis", "skola", "fritid")
AGES = range(10, 22)
GUARDIANS = {"one": ("mor",), "two": ("mor", "far"), "unknown": (), "other unknown": ("mor",)}
ALL = Scope(frozenset(FOUR), frozenset({Part("skola"), Part("hemma"), Part("annat", "Vännerna")}))


def told(**answers):
    """What is known of somebody: a list of options, or words, by question."""
    return {
        name: {"data": dict.fromkeys(said, "") if isinstance(said, list) else said, "lines": [said]}
        for name, said in answers.items()
    }


def youth(years, known="two", person_id="ung"):
    born = date(TODAY.year - years, TODAY.month, TODAY.day)
    return Person(
        person_id,
        "ung",
        told(namn="Bo", skola="Ängsskolan", ovrigt="Ser trött ut."),
        TODAY,
        name="Bo",
        born=Born(born, born),
        guardians=GUARDIANS[known],
        all_known="unknown" not in known,
    )


def guardian(person_id, *, protected="nej"):
    """A guardian, of whom more is known than may be asked when their data are protected."""
    known = told(
        namn=person_id.title(), skyddad=[protected], telefon="0300-83 40 00", adress="Byvägen 1"
    )
    return Person(person_id, "vuxen", known, TODAY, name=person_id.title())


def said(number, who, say=Say.GIVEN, *, on=TODAY, scope=ALL, purpose=MEETING, about="ung"):
    return Consent(number, purpose, about, who, say, on, on + YEAR, scope)


def chose(number, who, *shares, say=Say.GIVEN):
    """A guardian's own word of the contact list."""
    scope = Scope(data=frozenset(map(Part, shares)))
    return said(number, who, say, scope=scope, purpose=LIST, about=who)


def group(*consents, young=None, papers=(), protected="nej"):
    adults = (guardian("mor", protected=protected), guardian("far"), guardian("granne"))
    return Group((young or youth(12), *adults), consents, papers=papers)


def named(shared):
    return [one.whom.id for one in shared]


def law(years, known):
    """Whose yes the law asks, reckoned another way than by the service; None: it cannot be had."""
    if years >= 18:
        return {"ung"}
    if "unknown" in known:
        return None
    return {*GUARDIANS[known], *({"ung"} if years >= 15 else ())}


def test_the_sheet_names_who_all_have_said_yes_about_to_this_authority():
    both = group(said(1, "mor"), said(2, "far"))
    [bo] = sheet(PROCESS, both, MEETING, "skola", TODAY)
    assert (bo.whom.id, bo.told) == ("ung", ("skola",))
    assert bo.parts == (Part("hemma"), Part("annat", "Vännerna"))
    assert sheet(PROCESS, group(said(1, "mor")), MEETING, "skola", TODAY) == ()


def test_where_one_named_fewer_than_the_other_the_fewer_may_know():
    only_police = replace(ALL, authorities=frozenset({"polis"}))
    both = group(said(1, "mor"), said(2, "far", scope=only_police))
    assert sheet(PROCESS, both, MEETING, "skola", TODAY) == ()
    assert named(sheet(PROCESS, both, MEETING, "polis", TODAY)) == ["ung"]


def test_what_not_both_have_said_yes_to_is_not_told_nor_what_they_wrote_differently():
    less = replace(ALL, data=frozenset({Part("skola"), Part("annat", "Pengar")}))
    [bo] = sheet(
        PROCESS, group(said(1, "mor"), said(2, "far", scope=less)), MEETING, "polis", TODAY
    )
    assert (bo.told, bo.parts) == (("skola",), ())


def test_a_yes_that_names_nobody_is_to_nobody():
    silent = Scope(data=ALL.data)
    both = group(said(1, "mor", scope=silent), said(2, "far", scope=silent))
    assert not any(sheet(PROCESS, both, MEETING, each, TODAY) for each in FOUR)


def test_somebody_who_was_only_described_is_no_authority_that_gets_a_sheet():
    other = Scope(frozenset({"annan"}), ALL.data)
    both = group(said(1, "mor", scope=other), said(2, "far", scope=other))
    assert sheet(PROCESS, both, MEETING, "annan", TODAY) == ()


def test_who_comes_of_age_before_the_meeting_is_not_on_a_sheet_by_their_parents_word():
    eve = youth(18)
    eve = replace(eve, born=Born(*[eve.born.first + timedelta(days=1)] * 2))
    both = group(said(1, "mor"), said(2, "far"), said(3, "ung"), young=eve)
    parents = replace(both, consents=both.consents[:2])
    tomorrow = TODAY + timedelta(days=1)
    assert named(sheet(PROCESS, both, MEETING, "skola", TODAY, tomorrow)) == ["ung"]
    assert sheet(PROCESS, parents, MEETING, "skola", TODAY, tomorrow) == ()
    alone = replace(both, consents=both.consents[2:])
    assert sheet(PROCESS, alone, MEETING, "skola", TODAY, tomorrow) == ()
    assert named(sheet(PROCESS, alone, MEETING, "skola", tomorrow)) == ["ung"]


def test_the_contact_list_holds_those_who_said_yes_and_what_each_chose():
    both = group(chose(1, "mor", "telefon"), chose(2, "far"))
    shown = contact_list(PROCESS, both, LIST, TODAY)
    assert [(one.whom.id, one.told) for one in shown] == [("far", ()), ("mor", ("telefon",))]


def test_who_is_nobodys_guardian_is_not_on_the_contact_list_and_no_young_person_ever():
    everybody = group(chose(1, "granne", "telefon"), chose(2, "ung"), chose(3, "mor"))
    assert named(contact_list(PROCESS, everybody, LIST, TODAY)) == ["mor"]
    gone = replace(everybody, people=(replace(youth(12), left=True), *everybody.people[1:]))
    assert contact_list(PROCESS, gone, LIST, TODAY) == ()


def test_that_a_parent_of_who_is_of_age_is_there_is_told_only_on_their_childs_word():
    invites = PROCESS.model_copy(
        update={"invitations": Invitations(purpose="foraldrar", step="bedomning", day="dag")}
    )
    grown = group(chose(1, "mor"), young=youth(18))
    assert contact_list(invites, grown, LIST, TODAY) == ()
    asked = replace(grown, consents=(*grown.consents, said(2, "ung", purpose="foraldrar")))
    assert named(contact_list(invites, asked, LIST, TODAY)) == ["mor"]


@pytest.mark.parametrize(("protected", "shown"), [("ja", ()), ("vet_inte", ("telefon",))])
def test_an_address_that_is_protected_is_not_told_though_it_was_written_and_chosen(
    protected, shown
):
    chosen = group(chose(1, "mor", "telefon", "adress"), protected=protected)
    [mother] = contact_list(PROCESS, chosen, LIST, TODAY)
    assert mother.told == shown


def test_a_word_that_is_taken_back_is_gone_from_the_list_at_once():
    back = group(chose(1, "mor", "telefon"), chose(2, "mor", say=Say.WITHDRAWN))
    assert contact_list(PROCESS, back, LIST, TODAY) == ()


def test_nothing_is_shared_while_something_that_somebody_said_cannot_be_read():
    unread = replace(group(said(1, "mor"), said(2, "far"), chose(3, "mor")), unread=True)
    assert sheet(PROCESS, unread, MEETING, "skola", TODAY) == ()
    assert contact_list(PROCESS, unread, LIST, TODAY) == ()


def paper(to, *about, purpose=MEETING, number=5):
    return Paper(number, TODAY, "motesblad", to, about, (purpose,))


def test_who_has_a_sheet_is_told_when_a_yes_is_taken_back():
    [school, police] = papers = (paper("skola", "ung"), paper("polis", "ung"))
    yes = [said(1, "mor"), said(2, "far")]
    assert to_tell(PROCESS, group(*yes, papers=papers), TODAY) == ()
    back = group(*yes, said(6, "far", Say.WITHDRAWN), papers=papers)
    assert to_tell(PROCESS, back, TODAY) == (Notice(school, ("ung",)), Notice(police, ("ung",)))


def test_a_yes_that_no_longer_names_the_school_is_told_to_the_school_alone():
    [school, _] = papers = (paper("skola", "ung"), paper("polis", "ung"))
    narrower = said(6, "far", scope=replace(ALL, authorities=frozenset({"polis"})))
    told_of = group(said(1, "mor"), said(2, "far"), narrower, papers=papers)
    assert to_tell(PROCESS, told_of, TODAY) == (Notice(school, ("ung",)),)


def test_a_yes_to_less_than_the_paper_says_is_told():
    less = said(6, "far", scope=replace(ALL, data=frozenset({Part("skola")})))
    sheet_to = paper("skola", "ung")
    told_of = group(said(1, "mor"), said(2, "far"), less, papers=(sheet_to,))
    assert to_tell(PROCESS, told_of, TODAY) == (Notice(sheet_to, ("ung",)),)


def test_the_time_of_a_yes_and_the_eighteenth_birthday_are_told_of_too():
    both = group(said(1, "mor"), said(2, "far"), papers=(paper("skola", "ung"),))
    assert to_tell(PROCESS, both, TODAY + YEAR) == ()
    assert to_tell(PROCESS, both, TODAY + YEAR + timedelta(days=1)) != ()
    assert to_tell(PROCESS, replace(both, people=(youth(18), *both.people[1:])), TODAY) != ()


def test_who_turns_out_not_to_be_of_the_group_is_told_of():
    both = group(said(1, "mor"), said(2, "far"), papers=(paper("skola", "ung"),))
    gone = replace(both, people=(replace(youth(12), left=True), *both.people[1:]))
    assert to_tell(PROCESS, gone, TODAY) == (Notice(both.papers[0], ("ung",)),)


def test_nobody_is_told_of_themselves_nor_of_what_they_know_already():
    back = (chose(1, "mor"), chose(2, "far"), chose(6, "far", say=Say.WITHDRAWN))
    papers = (paper("mor", "mor", "far", purpose=LIST), paper("far", "mor", "far", purpose=LIST))
    left = group(*back, papers=papers)
    assert to_tell(PROCESS, left, TODAY) == (Notice(papers[0], ("far",)),)
    known = replace(left, done=(Done(7, PROCESS.consents.told, "far", {}, TODAY),))
    assert to_tell(PROCESS, known, TODAY) == ()
    again = replace(known, papers=(replace(papers[0], number=8),))
    assert to_tell(PROCESS, again, TODAY) != ()


def test_a_paper_that_cannot_be_read_is_not_forgotten():
    lost = Paper(5, TODAY)
    assert to_tell(PROCESS, group(papers=(lost,)), TODAY) == (Notice(lost),)


SCOPES = some.just(ALL) | some.builds(
    Scope,
    some.frozensets(some.sampled_from(FOUR)),
    some.frozensets(some.sampled_from(sorted(ALL.data))),
)
SAYS = some.just(Say.GIVEN) | some.sampled_from(Say)
WORDS = some.builds(
    said,
    some.integers(1, 40),
    some.sampled_from(("mor", "far", "ung")),
    SAYS,
    on=some.dates(TODAY - YEAR * 2, TODAY),
    scope=SCOPES,
)
LEDGERS = some.lists(WORDS, max_size=12, unique_by=lambda each: each.number)


def last_words(ledger, who):
    return max((each for each in ledger if each.who == who), key=lambda one: (one.on, one.number))


@given(
    ledger=LEDGERS,
    years=some.sampled_from(AGES),
    known=some.sampled_from(sorted(GUARDIANS)),
    authority=some.sampled_from(FOUR),
)
def test_whatever_was_said_nobody_is_on_a_sheet_without_every_yes_to_that_authority(
    ledger, years, known, authority
):
    shown = sheet(PROCESS, group(*ledger, young=youth(years, known)), MEETING, authority, TODAY)
    for one in shown:
        whose = law(years, known)
        assert whose is not None
        words = [last_words(ledger, who) for who in whose]
        assert all(each.say is Say.GIVEN and each.on + YEAR >= TODAY for each in words)
        assert all(authority in each.scope.authorities for each in words)
        data = {*one.parts, *map(Part, one.told)}
        assert all(data <= each.scope.data for each in words)


@given(ledger=LEDGERS, years=some.sampled_from(AGES), known=some.sampled_from(sorted(GUARDIANS)))
def test_who_has_every_yes_that_names_the_school_is_on_its_sheet(ledger, years, known):
    whose = law(years, known)
    yes = [said(50 + place, who) for place, who in enumerate(sorted(whose or ()))]
    shown = sheet(PROCESS, group(*ledger, *yes, young=youth(years, known)), MEETING, "skola", TODAY)
    assert named(shown) == (["ung"] if whose else [])


OWN = some.builds(
    lambda number, who, say, on, data: replace(
        chose(number, who, *data, say=say), on=on, until=on + YEAR
    ),
    some.integers(1, 40),
    some.sampled_from(("mor", "far", "granne", "ung")),
    some.sampled_from(Say),
    some.dates(TODAY - YEAR * 2, TODAY),
    some.frozensets(some.sampled_from(("telefon", "adress"))),
)


@given(
    ledger=some.lists(OWN, max_size=12, unique_by=lambda each: each.number),
    years=some.sampled_from(AGES),
    known=some.sampled_from(sorted(GUARDIANS)),
    protected=some.sampled_from(("ja", "nej", "vet_inte")),
)
def test_whatever_was_said_nobody_is_on_the_contact_list_but_by_their_own_last_yes(
    ledger, years, known, protected
):
    mine = group(*ledger, young=youth(years, known), protected=protected)
    for one in contact_list(PROCESS, mine, LIST, TODAY):
        assert one.whom.id in GUARDIANS[known]
        last = last_words(ledger, one.whom.id)
        assert last.say is Say.GIVEN
        assert last.on + YEAR >= TODAY
        assert {*map(Part, one.told), *one.parts} <= last.scope.data
        if one.whom.id == "mor" and protected == "ja":
            assert one.told == ()


@given(
    before=LEDGERS,
    after=LEDGERS,
    years=some.sampled_from(AGES),
    known=some.sampled_from(sorted(GUARDIANS)),
    authority=some.sampled_from(FOUR),
)
def test_who_is_on_a_printed_sheet_and_not_on_one_printed_now_is_always_told_of(
    before, after, years, known, authority
):
    young = youth(years, known)
    printed = sheet(PROCESS, group(*before, young=young), MEETING, authority, TODAY)
    made = replace(paper(authority, *named(printed)), number=100)
    later = tuple(replace(each, number=each.number + 100) for each in after)
    now = group(*before, *later, young=young, papers=(made,))
    shown = sheet(PROCESS, now, MEETING, authority, TODAY)
    had = {one.whom.id: {*one.parts, *one.told} for one in printed}
    has = {one.whom.id: {*one.parts, *one.told} for one in shown}
    less = {who for who, data in had.items() if who not in has or not data <= has[who]}
    assert {who for notice in to_tell(PROCESS, now, TODAY) for who in notice.of} == less
