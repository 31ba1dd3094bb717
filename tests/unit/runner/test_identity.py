"""Who asks not to be known is not known, and nobody is forgotten by accident."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.runner.carrying import carried
from app.runner.journey import UNFINISHED, Journey, without_unasked_identity
from tests.unit.runner.made import TODAY, all_forms, form, real, trial, typed

OROSANMALAN = real().forms["sv"]["orosanmalan"]
CONTACT = {"ditt_namn": "Eva Ek", "telefon": "070-174 06 05", "epost": "eva@exempel.example"}
NAMED = {"roll": {"roll": "privat"}, "anonym": {"anonym": "nej"}, "kontakt": CONTACT}


def after(definition=OROSANMALAN, **pages):
    return without_unasked_identity(Journey(definition, typed(**pages), TODAY)).typed


def test_a_named_report_keeps_its_name():
    assert after(**NAMED) == typed(**NAMED)


def test_choosing_to_be_anonymous_erases_who_it_was():
    left = after(**{**NAMED, "anonym": {"anonym": "ja"}})
    assert left["kontakt"] == {UNFINISHED: ("erased",)}
    assert "Eva" not in str(left)
    assert "eva@" not in str(left)
    assert "0701740605" not in str(left)


def test_a_name_that_was_erased_is_asked_for_again_by_who_changes_their_mind():
    left = after(**{**NAMED, "anonym": {"anonym": "ja"}})
    again = Journey(OROSANMALAN, {**left, "anonym": {"anonym": ("nej",)}}, TODAY)
    assert "kontakt" in again.asked
    assert not again.asked["kontakt"].posted, "nothing is complained of before it is asked"


@pytest.mark.parametrize(
    "roll", [{}, {"roll": {"roll": ""}}, {"roll": {"roll": "okänd"}}, {"roll": {UNFINISHED: "1"}}]
)
def test_a_role_that_is_merely_left_unanswered_forgets_nobody(roll):
    pages = {**NAMED, **roll}
    if not roll:
        del pages["roll"]
    assert after(**pages) == typed(**pages)


def test_what_is_not_about_the_reporter_is_never_erased():
    pages = {**NAMED, "barnet": {"namn": "Kim", "alder": "8"}, "beskriv": {"beskriv": "Det hände."}}
    left = after(**{**pages, "anonym": {"anonym": "ja"}})
    assert left["barnet"] == typed(**pages)["barnet"]
    assert left["beskriv"] == typed(**pages)["beskriv"]


def test_who_turns_out_to_report_at_work_is_no_longer_called_back_as_a_neighbour():
    pages = {**NAMED, "ring_mig": {"ring_mig": "ja", "ring_mig-ja-text": "kvällar"}}
    assert after(**pages)["ring_mig"] == typed(**pages)["ring_mig"]
    left = after(**{**pages, "roll": {"roll": "arbete"}})
    assert left["ring_mig"] == {UNFINISHED: ("erased",)}
    assert left["kontakt"] == typed(**pages)["kontakt"]


CHAIN = form("""
[[pages]]
id = "a"
step = "s"
[[pages.fields]]
id = "a"
kind = "radios"
label = "A?"
options = [{ id = "ja", label = "Ja" }, { id = "nej", label = "Nej" }]
[[pages]]
id = "b"
step = "s"
ask_if = [{ field = "a", any_of = ["ja"] }]
[[pages.fields]]
id = "b"
kind = "radios"
label = "B?"
options = [{ id = "ja", label = "Ja" }, { id = "nej", label = "Nej" }]
[[pages]]
id = "c"
step = "s"
title = "C"
[[pages.fields]]
id = "vem"
kind = "text"
label = "Vem?"
identifies = true
ask_if = [{ field = "b", any_of = ["ja"] }]
[[pages.fields]]
id = "annat"
kind = "text"
label = "Annat?"
""")


def test_a_name_that_hangs_on_a_question_that_is_no_longer_asked_is_erased():
    pages = {"a": {"a": "ja"}, "b": {"b": "ja"}, "c": {"vem": "Eva", "annat": "x"}}
    assert after(CHAIN, **pages) == typed(**pages)
    left = after(CHAIN, **{**pages, "a": {"a": "nej"}})
    assert left["c"] == {"annat": ("x",), UNFINISHED: ("erased",)}


def test_a_name_that_hangs_on_a_question_not_yet_answered_is_kept():
    pages = {"a": {"a": "ja"}, "c": {"vem": "Eva", "annat": "x"}}
    assert after(CHAIN, **pages) == typed(**pages)
    assert after(CHAIN, c={"vem": "Eva"}) == typed(c={"vem": "Eva"})


@pytest.mark.parametrize("name", sorted(all_forms()))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_erasing_twice_is_erasing_once_and_nothing_is_ever_added(name, data):
    definition = all_forms()[name]
    choices = {
        page.id: {
            one.id: (data.draw(st.sampled_from(sorted(one.possible()))),)
            if one.kind == "radios"
            else ("x",)
            for one in page.fields
        }
        for page in definition.pages
    }
    once = without_unasked_identity(Journey(definition, choices, TODAY)).typed
    assert without_unasked_identity(Journey(definition, once, TODAY)).typed == once
    for page_id, inputs in once.items():
        kept = {name: values for name, values in inputs.items() if name != UNFINISHED}
        assert kept.items() <= choices[page_id].items()
    journey = Journey(definition, once, TODAY)
    for page, one in definition.fields():
        if one.identifies and one.id in once[page.id]:
            assert journey.may_apply((*page.ask_if, *one.ask_if))


# From one form to another


FROM, TO = trial().forms["sv"]["provformular"], trial().forms["sv"]["provtva"]
ANSWERED = {
    "val": {"val": "ja"},
    "texter": {"rad": "Kim", "stycke": "Ett helt stycke.", "nummer": "20160327"},
    "grupp": {"grupp-0-namn": "Alex", "grupp-0-alder": "8", "grupp-2-namn": "Bo"},
}


def test_what_may_be_carried_stands_where_it_belongs_and_is_not_gone_on_from():
    over = carried(FROM, TO, typed(**ANSWERED), TODAY)
    assert over == {
        "val": {UNFINISHED: ("carried",), "val": ("ja",)},
        "texter": {
            UNFINISHED: ("carried",),
            "rad": ("Kim",),
            "stycke": ("Ett helt stycke.",),
        },
        "grupp": {
            UNFINISHED: ("carried",),
            "grupp-0-namn": ("Alex",),
            "grupp-2-namn": ("Bo",),
        },
    }
    there = Journey(TO, over, TODAY)
    assert there.first_unanswered().id == "val"
    assert there.answers["grupp"].lines == ("Person 1: Namn: Alex", "Person 2: Namn: Bo")


def test_nothing_is_carried_that_is_not_answered_or_not_offered():
    assert carried(FROM, TO, {}, TODAY) == {}
    assert carried(FROM, TO, typed(val={"val": "okänd"}), TODAY) == {}
    assert carried(TO, FROM, typed(texter={"rad": "Kim"}), TODAY) == {}
    wrong = typed(texter={"rad": "x" * 201, "stycke": "y" * 201})
    assert carried(FROM, TO, wrong, TODAY) == {}, "what is wrong is put right first"


def test_an_anonymous_reporter_takes_no_name_along():
    stoppmote = real().forms["sv"]["stoppmote"]
    pages = {**NAMED, "beskriv": {"beskriv": "Barnet gick ensamt vid vägen sent i går kväll."}}
    over = carried(OROSANMALAN, stoppmote, typed(**pages), TODAY)
    assert "Eva Ek" in str(over)
    assert set(over) == {"du", "handelse"}
    anonymous = {**pages, "anonym": {"anonym": "ja"}}
    over = carried(OROSANMALAN, stoppmote, typed(**anonymous), TODAY)
    assert set(over) == {"handelse"}
