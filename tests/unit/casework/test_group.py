"""Who the people of a case are: as the request named them, and as staff have put it right since."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.casework.entries import Entry, Fault, Kind
from app.casework.group import acting
from app.casework.group.acting import GroupUnread, NotForEach, NotLeft
from app.casework.group.consent import NoConsent, Part, Scope, Why
from app.casework.group.people import filled, gathered, named
from app.casework.group.sharing import contact_list
from app.runner.hours import Calendar
from app.runner.journey import transcribe
from app.runner.people import Invitations
from tests.content import loaded

PROCESS = loaded().processes["sv"]["stoppmote"]
CALENDAR = Calendar(ZoneInfo("Europe/Stockholm"))
CAME, TODAY = date(2026, 11, 2), date(2026, 11, 28)
REQUEST = {
    "pages": [
        {
            "questions": [
                {
                    "field": "unga",
                    "data": [
                        {"namn": "Bo", "alder": {"unit": "years", "least": 13, "most": 13}},
                        {"namn": "Liv", "personnummer": {"born": "2008-12-01"}},
                        {"ovrigt": "En lillebror."},
                    ],
                }
            ]
        }
    ]
}


class Case:
    """A case that staff write in, a step at a time, as the service does."""

    def __init__(self):
        self.entries = []

    @property
    def group(self):
        return gathered(PROCESS, REQUEST, self.entries, received_on=CAME, calendar=CALENDAR)

    def take(self, step_id, **typed):
        """Take a step with what is typed, on `TODAY`. Return whom it added, if anybody."""
        group = self.group
        step = filled(PROCESS.step(step_id), group, PROCESS)
        inputs = {
            name: (value,) if isinstance(value, str) else value for name, value in typed.items()
        }
        asked = step.read(inputs, today=TODAY)
        assert not asked.problems
        assert not acting.wrong(PROCESS, step, asked, group)
        acting.require_consent(PROCESS, step, asked, group, on=TODAY)
        acting.require_nobody_lost(PROCESS, step, asked, group, on=TODAY)
        self.write(step_id, transcribe(asked))
        return f"p{len(self.entries)}"

    def write(self, step_id, words, fault=None, kind=Kind.STEP):
        number, at = len(self.entries) + 1, datetime(2026, 11, 28, 9, tzinfo=UTC)
        entry = Entry(number, kind, step_id, "Ina Ek", at, "tagen", None, words, fault)
        self.entries.append(entry)

    def answer(self, who):
        """Say that a child has been reported already."""
        said = {"svar": "gjord", "svar-gjord-text": "Rektorn i tisdags."}
        self.take("orosanmalan", vem=who, **said)

    def asks(self, step_id, **typed):
        """Return what must be put right when a step is typed like this."""
        step = filled(PROCESS.step(step_id), self.group, PROCESS)
        asked = step.read({name: (value,) for name, value in typed.items()}, today=TODAY)
        return acting.wrong(PROCESS, step, asked, self.group)

    def lacks(self, purpose, who, on=TODAY):
        person = self.group.person(who)
        missing = acting.lacking(PROCESS, self.group, purpose, person, on=on)
        return {(why, whose) for why, whose in missing}

    def says(self, about, who, say, *purposes, day="28 11 2026", **scope):
        return self.take(
            "samtycke",
            vem=about,
            andamal=purposes,
            av=who,
            svar=say,
            hur="skriftligt",
            **{"nar-day": day, "uppgifter": "handelser", "myndigheter": "polis", **scope},
        )

    def hands(self, to, *about):
        """A sheet is made for somebody, that names others."""
        words = {"letter": "motesblad", "to": to, "name": "Skolan", "about": about}
        words["purposes"] = ["sspf"]
        self.write("", words, kind=Kind.LETTER)


@pytest.fixture
def case():
    return Case()


@pytest.fixture
def family(case):
    """Bo, whose guardians are known: case, mother and father."""
    mother = case.take("vuxen", namn="Mia", skyddad="nej")
    father = case.take("vuxen", namn="Per", skyddad="nej")
    case.take("ung", vem="b0", namn="Bo", alder="13", vuxna=(mother, father), alla="ja")
    return case, mother, father


def test_the_list_begins_with_those_in_the_request(case):
    assert [each.name for each in case.group.of("ung")] == ["Bo", "Liv", ""]
    assert [*named(case.group, PROCESS).values()] == ["Bo", "Liv", "Ung person 3"]
    assert [*case.group.person("b0").born.ages(CAME)] == [13]


def test_who_is_put_right_is_the_same_person(case):
    case.take("ung", vem="b1", namn="Liv Åberg", personnummer="2008-12-01", alla="ja")
    liv = case.group.person("b1")
    assert (liv.name, liv.all_known) == ("Liv Åberg", True)
    assert [*liv.born.ages(date(2026, 11, 30))] == [17]
    assert [*liv.born.ages(date(2026, 12, 1))] == [18]


def test_a_step_by_which_somebody_is_asked_to_come_is_refused_for_who_may_not_be(family):
    case, mother, _ = family
    case.take("ung", vem="b1", namn="Liv", personnummer="2007-01-01", vuxna=(mother,), alla="ja")
    case.take("vuxen", namn="Ann", skyddad="nej")
    meets = Invitations(purpose="foraldrar", step="kontakt", day="nar")
    process = PROCESS.model_copy(update={"invitations": meets})
    left = PROCESS.step("inte_med").model_copy(update={"invites": True, "leaves": False})
    step = filled(left, case.group, process)

    def invite(who):
        asked = step.read({"vem": (who,), "skal": ("x",)}, today=TODAY)
        acting.require_consent(process, step, asked, case.group, on=TODAY)

    invite(mother)
    with pytest.raises(NoConsent):
        invite("p5")
    case.take("ung", vem="b0", namn="Bo", personnummer="2007-01-01", vuxna=(mother,), alla="ja")
    with pytest.raises(NoConsent):
        invite(mother)


def test_an_age_that_is_only_said_again_is_as_old_as_it_was(case):
    case.take("ung", vem="b0", namn="Bosse", alder="13")
    assert case.group.person("b0").told_on == CAME
    case.take("ung", vem="b0", namn="Bosse", alder="14")
    assert case.group.person("b0").told_on == TODAY


def test_two_of_one_name_are_told_apart(case):
    case.take("ung", namn="bo")
    names = [*named(case.group, PROCESS).values()]
    assert names == ["Bo (Ung person 1)", "Liv", "Ung person 3", "bo (Ung person 4)"]


def test_who_stands_twice_is_one_with_the_guardians_and_words_of_both(family):
    case, mother, father = family
    again = case.take("ung", namn="Bosse", alder="13", vuxna=(mother,), alla="ja")
    case.says(again, mother, "given", "sspf")
    case.says("b0", father, "given", "sspf")
    case.take("samma", vem=again, samma="b0")
    assert case.group.person(again) is None
    assert case.group.person("b0").guardians == (mother, father)
    assert case.lacks("sspf", "b0") == set()


def test_two_families_that_are_one_are_joined_by_their_guardian(family):
    case, mother, father = family
    same = case.take("vuxen", namn="Mia A", skyddad="vet_inte")
    case.take("ung", vem="b1", namn="Liv", vuxna=(same, father), alla="ja")
    case.take("samma", vem=same, samma=mother)
    assert {*case.group.person("b1").guardians} == {mother, father}


def test_nobody_is_lost_when_two_are_said_to_be_each_other(family):
    case, mother, father = family
    case.take("samma", vem=mother, samma=father)
    assert "same" in {each.key for each in case.asks("samma", vem=father, samma=father)["samma"]}
    assert [each.id for each in case.group.of("vuxen")] == [father]


def test_who_does_not_belong_is_no_longer_offered_and_what_they_said_stays(case):
    case.answer("b2")
    case.take("inte_med", vem="b2", skal="Någon annan.")
    assert "b2" not in {each.id for each in case.group.of("ung")}
    step = filled(PROCESS.step("samtycke"), case.group, PROCESS)
    assert "b2" not in step.page.fields[0].possible()


def test_what_is_missing_is_said_by_whom_until_all_have_said_yes(family):
    case, mother, father = family
    assert case.lacks("dela_pa_motet", "b0") == {("not_asked", mother), ("not_asked", father)}
    case.says("b0", mother, "given", "dela_pa_motet", "sig")
    case.says("b0", father, "refused", "dela_pa_motet")
    assert case.lacks("dela_pa_motet", "b0") == {("refused", father)}
    case.says("b0", father, "given", "dela_pa_motet")
    assert case.lacks("dela_pa_motet", "b0") == set()
    assert case.lacks("sig", "b0") == {("not_asked", father)}


def test_withdrawn_holds_at_once_and_a_yes_holds_its_months(family):
    case, mother, father = family
    case.says("b0", mother, "given", "sspf")
    case.says("b0", father, "given", "sspf")
    # Bo was 13 when the request came, and so may be 15 then.
    may_speak = {("not_asked", "b0")}
    assert case.lacks("sspf", "b0", date(2027, 11, 28)) == may_speak
    over = {("over", mother), ("over", father)}
    assert case.lacks("sspf", "b0", date(2027, 11, 29)) == over | may_speak
    case.says("b0", father, "withdrawn", "sspf")
    assert case.lacks("sspf", "b0") == {("withdrawn", father)}


def test_only_the_young_and_their_own_guardians_say_anything_of_them(family):
    case, mother, _ = family
    typed = {"svar": "given", "hur": "skriftligt", "nar-day": "28 11 2026", "andamal": "sspf"}
    wrong = case.asks("samtycke", vem="b1", av=mother, **typed)
    assert [each.key for each in wrong["av"]] == ["not_theirs"]
    assert case.asks("samtycke", vem="b0", av=mother, **typed) == {}


def test_a_place_on_the_list_of_contacts_is_everybodys_own(family):
    case, mother, _ = family
    case.says(mother, mother, "given", "kontaktlista")
    assert case.lacks("kontaktlista", mother) == set()
    assert case.lacks("kontaktlista", "b0") == {("not_asked", "b0")}


def test_a_step_that_needs_a_yes_is_refused_without_it(family):
    case, mother, father = family
    needs = PROCESS.step("inte_med").model_copy(update={"needs": ("sig",)})
    step = filled(needs, case.group, PROCESS)
    asked = step.read({"vem": ("b0",), "skal": ("x",)}, today=TODAY)
    with pytest.raises(NoConsent) as refused:
        acting.require_consent(PROCESS, step, asked, case.group, on=TODAY)
    assert {whose for _, whose in refused.value.missing} == {mother, father}
    case.says("b0", mother, "given", "sig")
    case.says("b0", father, "given", "sig")
    acting.require_consent(PROCESS, step, asked, case.group, on=TODAY)


def test_a_step_about_a_guardian_takes_their_own_yes_and_nobody_elses(family):
    case, mother, father = family
    needs = PROCESS.step("inte_med").model_copy(update={"needs": ("kontaktlista",)})
    step = filled(needs, case.group, PROCESS)
    asked = step.read({"vem": (mother,), "skal": ("x",)}, today=TODAY)
    case.says(father, father, "given", "kontaktlista", uppgifter="", myndigheter="")
    with pytest.raises(NoConsent) as refused:
        acting.require_consent(PROCESS, step, asked, case.group, on=TODAY)
    assert refused.value.missing == ((Why.NOT_ASKED, mother),)
    case.says(mother, mother, "given", "kontaktlista", uppgifter="", myndigheter="")
    acting.require_consent(PROCESS, step, asked, case.group, on=TODAY)


def test_where_an_entry_about_them_cannot_be_opened_nothing_is_allowed(family):
    case, mother, father = family
    case.says("b0", mother, "given", "sspf")
    case.says("b0", father, "given", "sspf")
    case.write("samtycke", None, Fault.KEY_MISSING)
    assert case.group.unread
    assert case.lacks("sspf", "b0") != set()
    with pytest.raises(GroupUnread):
        acting.ready(PROCESS, PROCESS.step("samtycke"), case.group)
    with pytest.raises(GroupUnread):
        acting.ready(PROCESS, PROCESS.step("samtycke"), None)


def test_what_is_known_of_somebody_stands_on_the_page_that_puts_it_right(family):
    case, mother, father = family
    bo = case.group.person("b0")
    typed = acting.begun(filled(PROCESS.step("ung"), case.group, PROCESS), bo)
    assert typed == {
        "vem": ("b0",),
        "namn": ("Bo",),
        "alder": ("13",),
        "vuxna": (mother, father),
        "alla": ("ja",),
    }
    assert acting.begun(PROCESS.step("samtycke"), bo) == {"vem": ("b0",)}


def left(case, on=TODAY):
    return [one.id for _, one in acting.unanswered(PROCESS, case.group, on)]


def test_a_case_cannot_end_while_a_child_has_no_answer_to_whether_it_has_been_reported(case):
    assert left(case) == ["b0", "b1", "b2"]
    with pytest.raises(GroupUnread):
        acting.require_answered(PROCESS, None, on=TODAY)
    with pytest.raises(NotForEach) as refused:
        acting.require_answered(PROCESS, case.group, on=TODAY)
    assert [name for _, name in refused.value.left] == ["Bo", "Liv", "Ung person 3"]
    case.answer("b0")
    case.answer("b2")
    case.take("inte_med", vem="b2", skal="En annan.")
    assert left(case) == ["b1"]
    # Liv comes of age on the first of December: from then on nobody asks.
    assert left(case, date(2026, 11, 30)) == ["b1"]
    assert left(case, date(2026, 12, 1)) == []
    case.answer("b1")
    acting.require_answered(PROCESS, case.group, on=TODAY)


def test_an_answer_about_who_stands_twice_is_an_answer_about_both(case):
    again = case.take("ung", namn="Bosse", alder="13")
    case.take("orosanmalan", vem=again, svar="behovs_inte", **{"svar-behovs_inte-text": "Tryggt."})
    case.take("samma", vem=again, samma="b0")
    assert "b0" not in left(case)


def test_no_child_leaves_a_case_without_an_answer_neither_gone_nor_as_a_grown_up(case):
    with pytest.raises(NotLeft) as refused:
        case.take("inte_med", vem="b0", skal="Fel namn.")
    assert refused.value.left == (("Orosanmälan för barnet", "Bo"),)
    adult = case.take("ung", namn="Bosse", alder="19")
    with pytest.raises(NotLeft):
        case.take("samma", vem="b0", samma=adult)
    case.take("inte_med", vem=adult, skal="En annan.")
    case.take("samma", vem="b0", samma="b2")
    assert left(case) == ["b1", "b2"]


def test_a_guardian_who_does_not_belong_is_no_longer_asked_once_it_is_said_who_all_are(family):
    case, mother, father = family
    case.says("b0", mother, "given", "sspf")
    case.says("b0", father, "refused", "sspf")
    case.take("inte_med", vem=father, skal="Är inte vårdnadshavare.")
    assert case.lacks("sspf", "b0") == {("guardian_unknown", "")}
    case.take("ung", vem="b0", namn="Bo", alder="13", vuxna=(mother,), alla="ja")
    assert case.lacks("sspf", "b0") == set()


def test_a_guardian_of_whom_the_process_cannot_tell_any_more_is_still_somebody_to_ask(family):
    case, mother, _ = family
    case.says("b0", mother, "given", "sspf")
    case.entries[1] = replace(case.entries[1], step="en_pappa")
    assert case.lacks("sspf", "b0") == {("guardian_unknown", "")}


def test_who_stands_twice_has_all_guardians_only_when_it_is_said_anew(family):
    case, mother, father = family
    again = case.take("ung", namn="Bosse", alder="13", vuxna=(father,), alla="ja")
    case.take("ung", vem="b0", namn="Bo", alder="13", vuxna=(mother,), alla="ja")
    case.take("samma", vem=again, samma="b0")
    case.take("inte_med", vem=father, skal="Är inte vårdnadshavare.")
    assert ("guardian_unknown", "") in case.lacks("sspf", "b0")
    case.take("ung", vem="b0", namn="Bo", alder="13", vuxna=(mother,), alla="ja")
    assert case.lacks("sspf", "b0") == {("not_asked", mother)}
    case.take("inte_med", vem=mother, skal="Inte hon heller.")
    assert case.lacks("sspf", "b0") == {("guardian_unknown", "")}


def test_an_address_that_is_no_longer_asked_for_is_not_known_any_more(case):
    who = case.take("vuxen", namn="Mia", skyddad="nej", telefon="070-174 06 05", adress="Ågatan 1")
    case.take("vuxen", vem=who, namn="Mia", skyddad="ja")
    assert case.group.person(who).told.keys() == {"namn", "skyddad"}


@pytest.mark.parametrize("year", ["2027", "2025"])
def test_what_is_taken_back_holds_at_once_also_when_the_year_is_mistyped(family, year):
    case, mother, father = family
    case.says("b0", mother, "given", "sspf")
    case.says("b0", father, "given", "sspf")
    case.says("b0", father, "withdrawn", "sspf", day=f"28 11 {year}")
    assert case.lacks("sspf", "b0") == {("withdrawn", father)}


def test_what_somebody_said_is_no_yes_when_it_cannot_be_read_what_it_was(family):
    case, mother, father = family
    case.says("b0", mother, "given", "sspf")
    case.says("b0", father, "given", "sspf")
    case.says("b0", father, "given", "sspf")
    words = case.entries[-1].words
    said = [each for each in words["questions"] if each["field"] != "svar"]
    case.write("samtycke", {**words, "questions": said})
    assert case.lacks("sspf", "b0") == {("refused", father)}


def test_a_child_cannot_be_made_to_vanish_into_a_guardian(family):
    case, mother, _ = family
    assert [each.key for each in case.asks("samma", vem="b0", samma=mother)["samma"]] == ["same"]


def test_a_step_is_known_as_it_was_last_taken_about_whom_it_means_now(family):
    case, mother, _ = family
    case.take("vuxen", namn="Mia B", skyddad="nej")
    case.take("samma", vem=f"p{len(case.entries)}", samma=mother)
    case.says("b0", mother, "given", "sspf")
    case.says("b0", mother, "refused", "sspf")
    assert [one.number for one in case.group.done if one.step == "samtycke"] == [6, 7]
    last = case.group.last("samtycke", "b0")
    assert last.told["svar"]["lines"] == ["Nej"]
    assert case.group.last("samtycke", "b1") is None


def test_a_yes_is_to_what_was_ticked_and_to_those_who_were_ticked(family):
    case, mother, _ = family
    case.says(
        "b0",
        mother,
        "given",
        "dela_pa_motet",
        uppgifter=("skola", "annat"),
        myndigheter=("skola", "polis"),
        **{"uppgifter-annat-text": "Vilka  vänner han har"},
    )
    [yes] = case.group.consents
    data = {Part("skola"), Part("annat", "Vilka vänner han har")}
    assert yes.scope == Scope(frozenset({"skola", "polis"}), frozenset(data))


def test_what_is_shared_on_the_contact_list_is_each_guardians_own_choice(family):
    case, mother, father = family
    case.take("vuxen", vem=mother, namn="Mia", skyddad="nej", telefon="0300-834000")
    case.says(mother, mother, "given", "kontaktlista", dela=("telefon", "adress"))
    case.says(father, father, "given", "kontaktlista")
    shown = contact_list(PROCESS, case.group, "kontaktlista", TODAY)
    assert [(one.whom.id, one.told) for one in shown] == [(mother, ("telefon",)), (father, ())]


def test_who_is_named_on_a_paper_is_known_when_they_are_found_to_be_another(family):
    case, mother, father = family
    again = case.take("ung", namn="Bosse", alder="13", vuxna=(mother, father), alla="ja")
    case.hands("skola", again)
    case.says("b0", mother, "given", "sspf")
    case.take("samma", vem=again, samma="b0")
    [paper] = case.group.papers
    assert (paper.to, paper.about, paper.purposes) == ("skola", ("b0",), ("sspf",))
    assert paper.name == "Skolan"


def test_a_paper_that_cannot_be_read_stops_nothing_else(family):
    case, _, _ = family
    case.write("", None, Fault.BROKEN, kind=Kind.LETTER)
    assert [paper.letter for paper in case.group.papers] == [""]
    assert not case.group.unread
