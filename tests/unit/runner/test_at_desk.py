"""A form at the desk: all of it at once, nothing that must be answered, and the same rules."""

from datetime import date

import pytest

from app.runner import at_desk
from app.runner import content as contents
from app.runner.journey import Journey
from app.settings import CHECKOUT

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def content():
    return contents.load(CHECKOUT / "forms", "exempelkommun")


@pytest.fixture(params=["orosanmalan", "stoppmote"])
def form(request, content):
    return content.forms["sv"][request.param]


@pytest.fixture
def report(content):
    return at_desk.unforced(content.forms["sv"]["orosanmalan"])


def way(form, **typed):
    by_page = at_desk.by_page(form, {name: (value,) for name, value in typed.items()})
    return at_desk.journey(form, by_page, TODAY), by_page


def test_nothing_must_be_answered_and_it_is_the_same_form(form):
    whole = at_desk.unforced(form)
    assert whole.content_hash() == form.content_hash()
    assert way(whole)[0].first_unanswered() is None
    assert Journey(form, {}, TODAY).first_unanswered() is not None


def test_a_browser_fills_in_nothing_of_who_writes(form):
    assert {field.autocomplete for _, field in at_desk.unforced(form).fields()} == {"off"}


def test_what_was_not_asked_is_in_the_transcript_without_an_answer(report):
    found, _ = way(report, beskriv="Slag i natt.")
    told = found.transcript(language="sv")
    asked = {each["field"]: each["lines"] for page in told["pages"] for each in page["questions"]}
    assert asked["beskriv"] == ["Slag i natt."]
    assert asked["fara"] == asked["namn"] == []
    assert "vuxna" in str(told["passed_by"]) or "familjen" in str(told["passed_by"])


def test_a_child_who_rings_is_not_turned_away(report):
    found, _ = way(report, roll="ung", beskriv="Jag vågar inte gå hem.")
    assert found.first_unanswered() is None
    assert found.answers["beskriv"].lines == ("Jag vågar inte gå hem.",)


def test_what_stands_where_nothing_is_asked_is_seen_and_does_not_count(report):
    found, typed = way(report, roll="privat", anonym="nej", skyldig="ja", yrkesroll="Lärare")
    assert "skyldig" not in found.answers
    strays = [field.id for _, field in at_desk.stray(found, typed)]
    assert strays == ["skyldig", "yrkesroll"]


def test_nothing_that_is_asked_is_taken_for_stray(report):
    found, typed = way(report, roll="arbete", skyldig="ja", yrkesroll="Lärare", besked="ja")
    assert list(at_desk.stray(found, typed)) == []


def test_a_group_to_which_somebody_was_added_and_nothing_said_was_passed_by(report):
    found, _ = way(report, **{"vuxna-0-namn": "", "vuxna-1-namn": " "})
    assert "vuxna" in [page["page"] for page in found.transcript(language="sv")["passed_by"]]
