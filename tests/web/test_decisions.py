"""Whoever leads a unit gets what was decided on delegation, to report to the board."""

import csv
import io

import pytest

from tests.web.reporters import ANONYMOUS
from tests.web.test_out import UNIT, case_of
from tests.web.test_work import ASSESSED, assess, write

DECIDED = {
    "beslut": "inleds_inte",
    "vald": "nej",
    "uppgifter": "Skolan ser inget som oroar.",
    "skal": "Det finns inget skäl att utreda.",
    "barnet": "ja",
    "besked": "omfattas_inte",
    "delegation": "yes",
}


@pytest.fixture
def decided(town, clerk_of):
    """A case that has been decided, and who did it."""
    reference = case_of(town, ANONYMOUS)
    clerk = clerk_of(UNIT)
    assess(clerk, f"/inkorg/arenden/{reference}")
    screen = write(clerk, f"/inkorg/arenden/{reference}/steg/beslut", **DECIDED)
    assert screen.status == 200
    return reference, clerk


def rows(clerk, address="/inkorg/beslut/fil"):
    answer = clerk.client.get(address)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_what_was_decided_by_whom_and_when_and_nothing_that_anybody_wrote(decided):
    reference, clerk = decided
    screen = clerk.go("/inkorg/tider")
    assert 'href="/inkorg/beslut"' in screen.html
    screen = clerk.go("/inkorg/beslut")
    assert 'href="/inkorg/tider"' in screen.html, "a way back"
    row = f"2026-11-24 09.30 {reference} Anmäl oro för ett barn Beslut om utredning"
    assert f"{row} Utredning inleds inte {clerk.name}" in screen.text
    for words in (*DECIDED.values(), *ASSESSED.values(), *ANONYMOUS.answers.values()):
        if isinstance(words, str) and " " in words:
            assert words not in screen.html


def test_the_file_says_the_same_as_the_page(decided):
    reference, clerk = decided
    head, row = rows(clerk)
    assert head == ["Beslutat", "Referens", "Formulär", "Beslut", "Utfall", "Beslutat av"]
    assert row == [
        *("2026-11-24 09.30", reference, "Anmäl oro för ett barn", "Beslut om utredning"),
        *("Utredning inleds inte", clerk.name),
    ]


def test_a_decision_that_another_has_replaced_stays_and_says_so(decided, clock):
    reference, clerk = decided
    at = f"/inkorg/arenden/{reference}"
    form = {"mottagare": "Mottagningen", "finns": "yes"}
    date = {"nar-day": "24", "nar-month": "11", "nar-year": "2026"}
    write(clerk, f"{at}/steg/lamna_verksamhetssystem", **form, **date)
    write(clerk, f"{at}/steg/avsluta")
    write(clerk, f"{at}/oppna-igen", text="Nya uppgifter.")
    clock.move(minutes=5)
    assess(clerk, at)
    opens = {name: each for name, each in DECIDED.items() if name != "vald"}
    write(clerk, f"{at}/steg/beslut", **{**opens, "beslut": "inleds"})
    _, first, second = rows(clerk)
    assert first[4] == "Ersatt av ett senare beslut"
    assert second[4] == "Utredning inleds"


def test_a_period_is_asked_for_and_another_unit_s_are_not_there(decided, clerk_of):
    _, clerk = decided
    assert "Inget beslutades då." in clerk.go("/inkorg/beslut?fran=2026-01-01&till=2026-11-23").text
    assert len(rows(clerk, "/inkorg/beslut/fil?fran=2026-11-24&till=2026-11-24")) == 1 + 1
    for odd in ("fran=0001-01-01&till=9999-12-31", "fran=i+går&till=2026-02-30"):
        assert clerk.go(f"/inkorg/beslut?{odd}").status == 200
    assert "Inget beslutades då." in clerk_of("sspf").go("/inkorg/beslut").text
