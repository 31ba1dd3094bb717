"""What may tell who reported is left out of a copy also when form or process has changed since."""

from datetime import UTC, datetime

import pytest

from app.casework import party
from app.casework.entries import Entry, Kind
from tests.content import read_form, read_process

FORM, PROCESS = read_form("orosanmalan"), read_process("orosanmalan")


def entry(step, *fields):
    asked = [{"field": name, "question": "?", "lines": [name], "data": None} for name in fields]
    at = datetime(2026, 11, 28, tzinfo=UTC)
    return Entry(1, Kind.STEP, step, "Ina Ek", at, "ny", None, {"questions": asked}, None)


def reported(**lines):
    asked = [{"field": name, "lines": [said] if said else []} for name, said in lines.items()]
    return {"pages": [{"page": "p", "questions": asked}], "passed_by": ["vuxna"]}


@pytest.mark.parametrize(
    ("step", "tells"),
    [("kontakt", True), ("identitet", True), ("beslut", False), ("a_step_that_was", True)],
)
def test_a_step_that_is_no_longer_there_may_have_been_about_anything(step, tells):
    assert party.tells(PROCESS, Kind.STEP, step) is tells
    assert not party.tells(PROCESS, Kind.NOTE, "")


def test_no_copy_of_a_case_about_several_families_is_offered():
    group = read_process("stoppmote")
    assert party.is_offered(FORM, PROCESS)
    assert party.is_offered(FORM, None)
    assert not party.is_offered(FORM, group)


def test_of_a_step_go_the_answers_that_are_known_not_to_tell():
    left = party.without_answers(PROCESS, entry("beslut", "skal", "besked", "a_question_that_was"))
    assert [each["field"] for each in left.words["questions"]] == ["skal"]
    assert party.without_answers(PROCESS, entry("a_step_that_was", "x")).words["questions"] == []


def test_of_a_report_go_the_answers_that_are_known_not_to_tell():
    left = party.without_reporter(reported(beskriv="Slag.", ditt_namn="Gun", that_was="x"), FORM)
    assert [each["field"] for page in left["pages"] for each in page["questions"]] == ["beskriv"]
    assert left["passed_by"] == []


def test_somebody_may_have_said_who_they_are_in_a_question_that_is_no_longer_asked():
    assert party.is_named(reported(ditt_namn="Gun"), FORM)
    assert party.is_named(reported(that_was="Gun"), FORM)
    assert not party.is_named(reported(beskriv="Slag.", ditt_namn=""), FORM)
