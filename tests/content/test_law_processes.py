"""What the law says of how a report is worked with, held to the files in `forms/processes`.

Every way through the states is walked, so that a fact holds of them all and not of one example.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from app.runner import texts
from app.runner.clocks import RECEIVED, Clock
from app.runner.field import Field, all_hold
from app.runner.fields.confirmation import ConfirmationField
from app.runner.fields.options import OptionsField, RadiosField
from app.runner.journey import Asked, chosen_on
from app.runner.process import NEW, Process, Record, Step
from tests.content import form, loaded, read_process

TODAY = date(2026, 11, 27)
BOTH: tuple[Record, ...] = ("external", "here")
HANDS_OVER = {"skicka_verksamhetssystem", "lamna_verksamhetssystem"}


def process(form_id: str = "orosanmalan", record: Record = "external") -> Process:
    """A process where the documentation is kept there."""
    if record == "external":
        return loaded().processes["sv"][form_id]
    return read_process(form_id).kept(record)


def step(step_id: str, form_id: str = "orosanmalan") -> Step:
    found = process(form_id).step(step_id)
    assert found is not None
    return found


def clock(clock_id: str, form_id: str = "orosanmalan") -> Clock:
    found = process(form_id).clock(clock_id)
    assert found is not None
    return found


def field(step_id: str, name: str, form_id: str = "orosanmalan") -> Field:
    return next(one for one in step(step_id, form_id).fields if one.id == name)


def answered(step_id: str, form_id: str = "orosanmalan", **typed: str) -> Asked:
    inputs = {name.replace("__", "-"): (value,) for name, value in typed.items()}
    return step(step_id, form_id).read(inputs, today=TODAY)


def ways(found: Process) -> Iterator[tuple[str, ...]]:
    """Yield every way from the first state to an end that does no step twice."""
    ends = {state.id for state in found.states if state.ends}
    waiting: list[tuple[str, tuple[str, ...]]] = [(NEW, ()), ("tagen", ())]
    while waiting:
        state, done = waiting.pop()
        if state in ends:
            yield done
            continue
        # What stays where it is changes nothing of the way.
        onward = [one for one in found.steps_from(state) if one.to not in {"", state}]
        waiting += [(one.to, (*done, one.id)) for one in onward]


@pytest.mark.parametrize("record", BOTH)
def test_there_is_no_decision_without_an_assessment_of_protection_before_it(record):
    """SoL 20:1 knows no exception."""
    found = process(record=record)
    decisions = {one.id for one in found.steps if one.decides}
    every = list(ways(found))
    assert every
    for way in every:
        at = next(number for number, name in enumerate(way) if name in decisions)
        assert "skyddsbedomning" in way[:at]


def test_nothing_but_a_decision_stops_the_fourteen_days():
    assert set(clock("forhand").stopped_by) == {one.id for one in process().steps if one.decides}
    assert (clock("forhand").days, clock("forhand").counts) == (14, "all_days")
    assert (clock("skydd").days, clock("skydd").counts) == (1, "all_days")
    assert clock("skydd").stopped_by == ("skyddsbedomning",)
    assert {one.id for one in process().started_by(RECEIVED)} == {"skydd", "forhand"}


def test_neither_reading_nor_handing_over_stops_a_clock_of_the_law():
    stops = {name for one in process().clocks for name in one.stopped_by}
    assert not stops & {"opened", "take", "assign", "overlamna_kommun", *HANDS_OVER}


def test_the_protection_of_a_child_is_never_moved_by_a_weekend():
    assert not clock("skydd").moves
    assert clock("forhand").moves


def test_only_the_leader_gives_more_time_for_reasons_that_are_the_law_s():
    longer = step("forlang")
    assert longer.roles == ("gruppledare",)
    assert longer.to == ""
    assert clock("forhand").extended_by == "forlang"
    assert [one.id for one in process().clocks if one.extended_by] == ["forhand"]
    reasons = field("forlang", "skal")
    assert isinstance(reasons, OptionsField)
    assert [one.id for one in reasons.options] == ["polisforhor", "ej_natt", "annat"]
    labels = " ".join(one.label.lower() for one in reasons.options)
    assert not any(word in labels for word in ("arbetsbelastning", "bemanning", "personal", "tid "))
    note = longer.notes[0].text
    assert "synnerliga skäl" in note
    assert "Arbetsbelastning" in note
    tries = answered("forlang", skal="ej_natt", bedomning="Skäl", ny_dag__day="2026-12-20")
    assert set(tries.problems) == {"skal"}


def test_who_assesses_decides_or_extends_is_qualified():
    """SoL 25:1."""
    qualified = {one.id for one in process().steps if one.qualified}
    decisions = {one.id for one in process().steps if one.decides}
    assert qualified == {"skyddsbedomning", "medbedomning", "forlang", *decisions}


def test_nobody_but_those_who_work_with_cases_takes_steps():
    for one in process().steps:
        assert set(one.roles) <= {"handlaggare", "gruppledare"}


def test_the_feedback_is_one_of_three_sentences_and_never_free_text():
    """SoL 19:6, OSL 26:9 a."""
    said = field("aterkoppling", "svar")
    assert isinstance(said, OptionsField)
    assert [one.label for one in said.options] == [
        "En utredning har inletts",
        "En utredning har inte inletts",
        "En utredning pågår redan",
    ]
    assert not any(one.text for one in said.options)
    told = answered("aterkoppling", lamnas="ja")
    assert [one.id for one in told.fields] == ["lamnas", "omfattas", "svar", "hur", "nar"]
    assert told.required == {"lamnas", "omfattas", "svar", "hur", "nar"}
    assert not {one.kind for one in told.fields} & {"text", "long_text"}


def test_who_gives_no_feedback_says_why():
    kept = answered("aterkoppling", lamnas="olampligt")
    assert kept.required == {"lamnas", "skal"}


def test_staff_vouch_for_it_that_the_reporter_may_be_told():
    vouched = field("aterkoppling", "omfattas")
    assert isinstance(vouched, ConfirmationField)
    assert "19 kap. 1, 2 eller 3 §" in vouched.label


@pytest.mark.parametrize(
    ("decision", "asked", "starts"),
    [
        ("inleds", "ja", {"besked", "informera"}),
        ("inleds", "omfattas_inte", {"informera"}),
        ("inleds_inte", "ja", {"besked"}),
        ("inleds_inte", "ej_begart", set()),
        ("ingar_i_pagaende", "ja", {"besked_genast"}),
        ("ej_barn_eller_ung", "ej_begart", set()),
    ],
)
def test_a_decision_starts_what_follows_from_it_and_nothing_else(decision, asked, starts):
    chosen = chosen_on(answered("beslut", beslut=decision, besked=asked))
    assert {one.id for one in process().started_by("beslut", chosen)} == starts
    days = {one.id: one.days for one in process().clocks}
    assert days["besked"] == 7
    assert days["besked_genast"] == days["besked_efter"] == days["informera"] == 0


def test_who_asks_after_the_decision_is_told_at_once_if_the_law_lets_us():
    def started(answer: str) -> list[str]:
        chosen = chosen_on(answered("begaran_besked", omfattas=answer))
        return [one.id for one in process().started_by("begaran_besked", chosen)]

    assert started("ja") == ["besked_efter"]
    assert started("nej") == []


def test_a_decision_holds_facts_reasons_the_child_and_the_delegation():
    """FL 31–32 §§, KL 6:37, SoL 3:1–3."""
    made = answered("beslut", beslut="inleds")
    assert made.required == {"beslut", "uppgifter", "skal", "barnet", "besked", "delegation"}
    assert "Socialnämnden" in field("beslut", "delegation").label


def test_not_to_investigate_violence_takes_a_reason_and_somebody_else():
    """HSLF-FS 2022:39."""
    made = answered("beslut", beslut="inleds_inte", vald="ja")
    assert "vald_skal" in made.required
    assert "utan dröjsmål" in field("beslut", "vald_skal").hint
    assert "vald_skal" not in answered("beslut", beslut="inleds_inte", vald="nej").required
    assert "vald" not in answered("beslut", beslut="inleds", vald="ja").required
    agreed = step("beslut").agreed_by
    assert agreed is not None
    assert agreed.step == "medbedomning"
    assert all_hold(agreed.if_, chosen_on(made))
    for other in ({"beslut": "inleds_inte", "vald": "nej"}, {"beslut": "inleds", "vald": "ja"}):
        assert not all_hold(agreed.if_, chosen_on(answered("beslut", **other))), other


def test_who_agrees_not_to_investigate_violence_is_qualified_and_says_why():
    """SoL 25:1; the case stays where it is, and no clock is stopped by it."""
    agrees = step("medbedomning")
    assert agrees.qualified
    assert (agrees.to, agrees.decides, agrees.takes) == ("", False, False)
    assert set(agrees.from_) == set(step("beslut").from_)
    assert answered("medbedomning").required == {"bedomning", "delar"}
    assert process().stopped_by("medbedomning") == ()


def test_a_protection_assessment_holds_its_grounds_what_was_done_and_that_guardians_came_after():
    needed = answered("skyddsbedomning", skydd="ja")
    assert needed.required == {
        *("grund", "uppgifter", "bedomning", "skydd", "atgard", "vardnadshavare")
    }
    assert "atgard" not in answered("skyddsbedomning", skydd="nej").required
    assert "duty_night" in step("skyddsbedomning").contacts


def test_facts_and_judgements_are_written_apart():
    for name in ("skyddsbedomning", "beslut"):
        assert field(name, "uppgifter").kind == "long_text"
    assert {one.id for one in step("skyddsbedomning").fields} >= {"uppgifter", "bedomning"}


def test_the_codes_of_outcomes_are_the_ones_that_are_counted():
    assert [one.id for one in process().outcomes] == [
        "inleds",
        "inleds_inte",
        "ingar_i_pagaende",
        "ej_barn_eller_ung",
        "overlamnad_kommun",
        "dubblett_av",
    ]


def test_a_double_takes_two_people():
    confirmed = step("dubblett_bekraftas")
    assert confirmed.confirms == "dubblett"
    assert confirmed.outcome_of({}) == "dubblett_av"


def test_another_municipality_has_it_first_when_it_has_said_so():
    assert step("overlamna_kommun").to == ""
    assert step("kommun_bekraftar").after == ("overlamna_kommun",)
    assert step("kommun_bekraftar").outcome_of({}) == "overlamnad_kommun"


def test_a_case_ends_when_another_system_has_it_or_when_it_is_kept_here():
    """SoL 20:1: it ends in a personakt."""
    assert all(HANDS_OVER & {*way} for way in ways(process()))
    here = list(ways(process(record="here")))
    assert here
    assert all("avsluta_har" in way for way in here)
    assert not any(HANDS_OVER & {*way} for way in here)


def test_nobody_asks_who_an_anonymous_reporter_may_be():
    """JO 2798-2008."""
    notes = {note.id: note.text for note in step("kontakt").notes}
    assert "efterforska" in notes["anonym"]


def test_the_general_clause_is_not_offered_for_giving_data_away():
    """OSL 10:27 does not apply to 26:1."""
    offered = field("utlamnande", "stod")
    assert isinstance(offered, OptionsField)
    assert not any("27 §" in one.hint + one.label for one in offered.options)


def test_an_objection_can_be_written_down_as_long_as_the_case_is_open():
    """SoL 14:6."""
    ends = {state.id for state in process().states if state.ends}
    opened = {state.id for state in process().states} - ends - {NEW}
    assert set(step("invandning").from_) == opened


def test_no_text_says_how_to_appeal():
    """SoL 35:1."""
    assert not [text for text in texts.texts_of(process()).values() if "överklag" in text.lower()]


def test_whoever_asked_for_a_stop_meeting_is_told_that_it_was_judged_and_nothing_else():
    told = field("svar", "sagt", "stoppmote")
    assert isinstance(told, ConfirmationField)
    assert "Vi har bedömt din begäran" in told.label
    assert {one.kind for one in step("svar", "stoppmote").fields} == {"confirmation", "date"}
    assert "Säg inte om mötet blir av" in step("svar", "stoppmote").intro


def test_a_stop_meeting_is_judged_first_when_the_children_have_been_thought_of():
    asked = answered("bedomning", "stoppmote")
    assert "orosanmalan" in asked.required
    without = answered("bedomning", "stoppmote", orosanmalan="behovs_inte")
    assert "orosanmalan" in without.problems


@pytest.mark.parametrize("step_id", ["mote", "uppfoljning", "uppfoljning_2"])
def test_what_is_said_to_all_the_families_asks_about_nobody(step_id):
    """OSL 12:3 and 26:1: one family is a stranger to another."""
    found = step(step_id, "stoppmote")
    assert not found.about
    assert not any(getattr(one, "of", ()) for one in found.fields)


@pytest.mark.parametrize("step_id", ["familj", "insats", "orossamtal", "sig", "uppfoljning_en"])
def test_what_is_said_of_one_is_said_of_one_young_person_at_a_time(step_id):
    whom = field(step_id, step(step_id, "stoppmote").about, "stoppmote")
    assert isinstance(whom, RadiosField)
    assert whom.of == ("ung",)


def test_sig_takes_a_yes_of_its_own_and_who_is_of_age_lets_the_parents_come():
    assert step("sig", "stoppmote").needs == ("sig",)
    assert step("inbjudan", "stoppmote").invites


@pytest.mark.parametrize("role", ["socialtjanst", "polis", "skola", "fritid"])
def test_each_of_the_four_is_at_the_meeting_or_it_is_said_why_not(role):
    assert role in answered("mote", "stoppmote").problems
    assert role in answered("mote", "stoppmote", **{role: "nej"}).problems
    assert role not in answered("mote", "stoppmote", **{role: "ja"}).problems


def test_the_promises_of_the_receipt_are_the_clocks_of_a_stop_meeting():
    last, judged = clock("sspf_last", "stoppmote"), clock("sspf_bedomd", "stoppmote")
    assert (last.days, last.counts, last.stopped_by) == (1, "working_days", ("opened",))
    assert (judged.days, judged.counts) == (14, "all_days")
    assert judged.stopped_by == ("bedomning", "kommun")
    receipt = form("stoppmote").receipt
    assert "Senast nästa vardag" in receipt
    assert "Inom 14 dagar" in receipt


@pytest.mark.parametrize("form_id", sorted(loaded().processes["sv"]))
def test_what_weighs_in_law_can_not_be_reworded(form_id):
    assert process(form_id).locked
