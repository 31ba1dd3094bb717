"""Whoever reviews the log is told who has read a case, and what somebody has read; nothing else."""

import re

import pytest
from sqlalchemy import insert, select

from app.casework.readers import MOST
from app.runner.role import Role
from app.storage import tables
from tests.web import journeys
from tests.web.canary import MARK, marked
from tests.web.reporters import ANONYMOUS

UNIT = "barn-och-unga"


@pytest.fixture
def reference(visitor, town):
    reference = journeys.report_at_once(visitor, marked(ANONYMOUS))
    town.carry()
    return reference


@pytest.fixture
def reviewer(somebody):
    def at(unit=UNIT):
        clerk = somebody("Lo Gran", **{unit: {Role.LOGGRANSKARE}})
        clerk.go("/inkorg/logg")
        return clerk

    return at


@pytest.fixture
def events(town):
    def told(kind):
        asked = select(tables.audit_events).where(tables.audit_events.c.kind == kind)
        return town.database.read_now(lambda c: c.execute(asked).all())

    return told


def ask(clerk, **inputs):
    return clerk.press({"referens": "", "namn": "", **inputs})


def test_who_has_opened_a_case_is_told_with_when_and_nothing_of_what_it_says(
    reference, clerk_of, reviewer, events
):
    assert MARK in clerk_of(UNIT, name="Bo Al").open(reference).html
    screen = ask(reviewer(), referens=reference)
    assert re.search(rf"2026-11-24 \d\d\.\d\d Bo Al Öppnade ärendet {reference}", screen.text)
    assert "Kom in" in screen.text
    assert "Tjänsten själv" in screen.text
    assert MARK not in screen.html
    assert [event.actor for event in events("log_read")] == ["Lo Gran"]


def test_what_somebody_has_done_is_told_by_their_name_and_no_address_has_it(
    reference, clerk_of, reviewer
):
    clerk_of(UNIT, name="Bo Al").open(reference)
    screen = ask(reviewer(), namn="Bo Al")
    assert "Loggade in" in screen.text
    assert f"Öppnade ärendet {reference}" in screen.text
    assert screen.path == "/inkorg/logg"


def test_the_days_that_are_asked_for_are_whole_ones(reference, clerk_of, reviewer, clock):
    clerk_of(UNIT, name="Bo Al").open(reference)
    clock.move(days=2)
    first, later = "2026-11-24", "2026-11-25"
    clerk = reviewer()
    assert "Öppnade" in ask(clerk, referens=reference, fran=first, till=first).text
    assert "Öppnade" not in ask(clerk, referens=reference, fran=later, till="").text


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, "Skriv en referens eller ett namn."),
        ({"referens": "barnet"}, "Det där är ingen referens."),
        ({"namn": "Bo Al", "fran": "i går"}, "Skriv dagen som"),
        ({"namn": "Bo Al", "till": "2026-02-30"}, "Skriv dagen som"),
    ],
)
def test_what_can_not_be_asked_is_said_and_what_was_typed_stays(reviewer, events, inputs, says):
    screen = ask(reviewer(), **inputs)
    assert screen.status == 422
    assert says in screen.text
    assert all(screen.value(name) == typed for name, typed in inputs.items())
    assert events("log_read") == []


def test_another_unit_s_case_is_not_there_but_whoever_tried_it_is(
    reference, clerk_of, reviewer, events
):
    stranger = clerk_of("sspf", name="Ola Ask")
    assert stranger.open(reference).status == 404
    there = reviewer("sspf")
    assert "inget sådant" in ask(there, referens=reference).text
    tried = ask(there, namn="Ola Ask")
    assert "Försökte öppna något som inte fick öppnas" in tried.text
    assert reference not in tried.text
    here = ask(reviewer(), referens=reference)
    assert "Ola Ask Försökte öppna något" in here.text, "those whose case it is are told"
    assert {event.unit for event in events("log_read")} == {"sspf", UNIT}


def test_who_only_reviews_begins_at_the_log_and_has_nothing_written_against_them(somebody, events):
    clerk = somebody("Lo Gran", **{UNIT: {Role.LOGGRANSKARE}})
    assert clerk.go("/").path == "/inkorg/granskning"
    assert 'href="/inkorg"' not in clerk.screen.html
    assert events("right_refused") == []


def test_what_is_older_than_a_page_is_on_the_next(reviewer, town, clock):
    event = {"kind": "item_opened", "actor": "Bo Al", "unit": UNIT, "at": clock.now()}
    many = [event] * (MOST + 5)
    town.database.write_now(lambda c: c.execute(insert(tables.audit_events).inline(), many))
    clerk = reviewer()
    screen = ask(clerk, namn="Bo Al")
    assert screen.html.count('<th scope="row">Bo Al') == MOST
    assert f"{MOST} händelser, den senaste först. Det finns äldre." in screen.text
    [older] = [
        form
        for form in screen.page.all("form")
        if form.attributes.get("aria-label") == "Visa äldre"
    ]
    screen = clerk.send("/inkorg/logg", screen.sent(older))
    assert "5 händelser, den senaste först." in screen.text
    assert screen.html.count('<th scope="row">Bo Al') == 5
    assert "Visa äldre" not in screen.text
