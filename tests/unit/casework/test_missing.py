"""What is missing before a meeting: asked of each as old as they are then, and of no one twice."""

from datetime import date

import pytest

from app.casework.entries import Fault
from app.casework.group.consent import Why
from app.casework.group.missing import What, before_meeting
from tests.unit.casework.test_group import PROCESS, TODAY, Case

SOON, LATER = "5 12 2026", "9 12 2026"
ALL_FOUR = ("socialtjanst", "polis", "skola", "fritid")
YES = ("dela_pa_motet", "andra_familjer")


class Planned(Case):
    """A case whose meeting is planned."""

    def plan(self, day=SOON, coming=ALL_FOUR, **more):
        day, month, year = day.split()
        whole = {"motesdag-day": day, "motesdag-month": month, "motesdag-year": year}
        self.take(
            "planera", **whole, tid="18", plats="Hemgården", leder="Siv", kommer=coming, **more
        )

    def ask(self, who, **said):
        whole = {"nar-day": "28", "nar-month": "11", "nar-year": "2026"}
        self.take("inbjudan", vem=who, **{"vad": "inbjudan", "hur": "brev", **whole, **said})

    def lacks(self, about=None, on=TODAY, written=("sv",)):
        found = before_meeting(PROCESS, self.group, on=on, written=written)
        return [lack for lack in found if about is None or lack.about == about]

    def whats(self, about=None, **how):
        return [lack.what for lack in self.lacks(about, **how)]


@pytest.fixture
def case():
    return Planned()


@pytest.fixture
def family(case):
    """Bo of 13, with an answer to whether he is reported, and both his guardians' yes."""
    mother = case.take("vuxen", namn="Mia", skyddad="nej")
    father = case.take("vuxen", namn="Per", skyddad="nej")
    case.take(
        "ung", vem="b0", namn="Bo", alder="13", skyddad="nej", vuxna=(mother, father), alla="ja"
    )
    case.take(
        "orosanmalan", vem="b0", svar="behovs_inte", **{"svar-behovs_inte-text": "Ingen fara."}
    )
    for who in (mother, father):
        case.says("b0", who, "given", *YES)
    return case, mother, father


def test_nothing_is_said_where_the_process_has_no_plan(case):
    without = PROCESS.model_copy(update={"plan": None})
    assert before_meeting(without, case.group, on=TODAY, written=()) is None


def test_a_meeting_that_is_not_planned_is_said_and_its_details_are_not_asked_for(case):
    assert case.whats("") == [What.NOT_PLANNED]


def test_what_is_not_known_of_the_meeting_and_who_does_not_come_is_said(case):
    case.plan(coming=("socialtjanst", "skola"))
    assert [(lack.what, lack.name) for lack in case.lacks("")] == [
        (What.NOT_COMING, "polis"),
        (What.NOT_COMING, "fritid"),
    ]
    case.entries[-1].words["questions"][:] = [
        each for each in case.entries[-1].words["questions"] if each["field"] != "leder"
    ]
    assert (What.UNSAID, "leder") in [(lack.what, lack.name) for lack in case.lacks("")]


def test_a_day_that_has_been_is_said(case):
    case.plan()
    assert case.whats("", on=date(2026, 12, 5)) == []
    assert case.whats("", on=date(2026, 12, 6)) == [What.PASSED]


def test_a_meeting_that_was_called_off_is_not_planned(case):
    case.plan()
    case.take("installt", skal="Regn.")
    assert case.whats("") == [What.NOT_PLANNED]


def test_a_family_that_has_said_yes_and_is_coming_lacks_nothing(family):
    case, mother, father = family
    case.plan()
    assert [(lack.what, lack.who) for lack in case.lacks("b0")] == [
        (What.NOT_INVITED, mother),
        (What.NOT_INVITED, father),
    ]
    case.ask(mother, svar="kommer")
    case.ask(father, svar="kommer_inte")
    assert case.lacks("b0") == []


def test_who_has_not_answered_is_reminded_once(family):
    case, mother, _ = family
    case.plan()
    case.ask(mother)
    assert (What.TO_REMIND, mother) in [(lack.what, lack.who) for lack in case.lacks("b0")]
    case.ask(mother, vad="paminnelse", svar="inte_svarat")
    assert (What.NO_ANSWER, mother) in [(lack.what, lack.who) for lack in case.lacks("b0")]


def test_who_was_asked_to_a_meeting_that_is_moved_is_asked_anew_each_time(family):
    case, mother, father = family
    for day in (SOON, LATER):
        case.plan(day)
        case.ask(mother, svar="kommer")
        case.ask(father, svar="kommer")
        assert case.lacks("b0") == []
    case.plan(LATER, coming=("polis",))
    assert case.lacks("b0") == [], "the same day and place is the same meeting"
    case.plan(SOON)
    assert case.whats("b0") == [What.ANEW, What.ANEW]


def test_whose_yes_is_missing_is_said_for_each_purpose(family):
    case, mother, father = family
    case.plan()
    case.says("b0", father, "withdrawn", "andra_familjer")
    [lack] = [lack for lack in case.lacks("b0") if lack.what is What.CONSENT]
    assert (lack.name, lack.missing) == ("andra_familjer", ((Why.WITHDRAWN, father),))
    case.says("b0", mother, "refused", "andra_familjer")
    [lack] = [lack for lack in case.lacks("b0") if lack.what is What.CONSENT]
    assert {*lack.missing} == {(Why.WITHDRAWN, father), (Why.REFUSED, mother)}


def test_a_child_without_an_answer_to_the_question_of_a_report_is_on_the_list(family):
    case, *_ = family
    case.plan()
    assert What.OWED not in case.whats("b0")
    assert What.OWED in case.whats("b2")


def test_who_comes_of_age_before_the_meeting_is_asked_then_and_their_parents_only_on_their_word(
    case,
):
    mother = case.take("vuxen", namn="Mia", skyddad="nej")
    born = {"personnummer": "2008-12-01", "skyddad": "nej"}
    case.take("ung", vem="b1", namn="Liv", **born, vuxna=(mother,), alla="ja")
    case.plan("30 11 2026")
    assert What.TURNS_ADULT not in case.whats("b1")
    assert (What.NOT_INVITED, mother) in [(lack.what, lack.who) for lack in case.lacks("b1")]
    case.plan("1 12 2026")
    found = [(lack.what, lack.who) for lack in case.lacks("b1")]
    assert (What.TURNS_ADULT, "") in found
    assert (What.PARENTS, "") in found
    assert (What.NOT_INVITED, "b1") in found
    assert (What.NOT_INVITED, mother) not in found
    [lack] = [each for each in case.lacks("b1") if each.name == "dela_pa_motet"]
    assert {each.who for each in lack.missing} == {mother, "b1"}, "what both ages need"
    case.says("b1", "b1", "given", "foraldrar")
    found = [(lack.what, lack.who) for lack in case.lacks("b1")]
    assert (What.PARENTS, "") not in found
    assert (What.NOT_INVITED, mother) in found


def test_who_is_of_age_and_says_no_has_answered_and_the_parents_are_not_on_the_list(case):
    mother = case.take("vuxen", namn="Mia", skyddad="nej")
    case.take(
        "ung",
        vem="b1",
        namn="Liv",
        personnummer="2006-01-01",
        skyddad="nej",
        vuxna=(mother,),
        alla="ja",
    )
    case.plan()
    assert What.PARENTS in case.whats("b1")
    case.says("b1", "b1", "refused", "foraldrar")
    assert [
        (lack.what, lack.who) for lack in case.lacks("b1") if lack.what is not What.CONSENT
    ] == [(What.NOT_INVITED, "b1")]


def test_who_has_a_protected_identity_is_called_and_gets_no_letter(case):
    mother = case.take("vuxen", namn="Mia", skyddad="ja", sprak="ar", tolk="ja")
    case.take("ung", vem="b0", namn="Bo", alder="13", skyddad="nej", vuxna=(mother,), alla="ja")
    case.plan()
    found = [(lack.what, lack.who) for lack in case.lacks("b0")]
    assert (What.TO_RING, mother) in found
    assert (What.NOT_INVITED, mother) not in found
    assert What.LANGUAGE not in case.whats("b0"), "there is no letter to be translated"


def test_nothing_can_be_sent_before_it_is_said_whether_they_are_protected(case):
    mother = case.take("vuxen", namn="Mia", skyddad="vet_inte")
    case.take("ung", vem="b0", namn="Bo", alder="13", vuxna=(mother,), alla="ja")
    case.plan()
    assert (What.NOT_SAID, "b0") in [(lack.what, lack.who) for lack in case.lacks("b0")]
    assert (What.TO_RING, mother) in [(lack.what, lack.who) for lack in case.lacks("b0")]


def test_an_interpreter_is_booked_for_who_needs_one_and_comes(case):
    known = {"telefon": "070-174 06 05", "adress": "Gatan 1"}
    mother = case.take("vuxen", namn="Mia", skyddad="nej", sprak="ar", tolk="ja", **known)
    case.take("ung", vem="b0", namn="Bo", alder="13", skyddad="nej", vuxna=(mother,), alla="ja")
    case.plan()
    assert What.INTERPRETER in case.whats("b0")
    assert What.LANGUAGE in case.whats("b0")
    assert What.LANGUAGE not in case.whats("b0", written=("sv", "ar"))
    case.ask(mother, svar="kommer", tolk="inte_bokad")
    assert What.INTERPRETER in case.whats("b0")
    case.ask(mother, svar="kommer", tolk="bokad")
    assert What.INTERPRETER not in case.whats("b0")
    case.ask(mother, svar="kommer_inte", tolk="inte_bokad")
    assert What.INTERPRETER not in case.whats("b0")


def test_of_people_who_cannot_be_read_nothing_is_said(family):
    case, *_ = family
    case.plan()
    case.write("samtycke", None, Fault.BROKEN)
    assert case.lacks() == []
