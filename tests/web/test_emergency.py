"""Nödläge on the pages: one case, a few hours, red for everybody, and nothing of any other."""

import re

import pytest
from sqlalchemy import select

from app.runner.role import Role
from app.storage import tables
from tests.web import journeys
from tests.web.canary import MARK, hits, marked, stored
from tests.web.reporters import ANONYMOUS

UNIT = "barn-och-unga"
PAGE = "/inkorg/nodlage"
WHY = "Barnet ska hämtas i natt, och ingen annan svarar."


@pytest.fixture
def reference(visitor, town):
    reference = journeys.report_at_once(visitor, marked(ANONYMOUS))
    town.carry()
    return reference


@pytest.fixture
def alone(clerk_of, reference):
    """Who knows the family, is alone at night, and has said so."""
    clerk = clerk_of(UNIT, name="Bo Al")
    clerk.go(f"/inkorg/arenden/{reference}/jav")
    clerk.press({"text": "Hon är min syster."})
    return clerk


def write(clerk, reference, why=WHY):
    clerk.go(PAGE)
    return clerk.press({"arende": reference, "text": why})


def test_who_is_alone_is_told_how_and_the_case_is_open_for_some_hours(alone, reference, clock):
    assert alone.screen.path == f"{PAGE}?arende={reference}"
    assert alone.screen.value("arende") == reference
    assert "Ingen annan som arbetar med ärenden är inloggad" in alone.screen.text
    assert alone.open(reference).status == 404
    alone.go(f"{PAGE}?arende={reference}")
    screen = alone.press({"text": WHY})
    assert (screen.status, screen.path) == (200, f"/inkorg/arenden/{reference}")
    assert "Nödläge: du är jävig." in screen.text
    assert MARK in screen.html
    for gone in ("Ta ärendet", "Lämna tillbaka", "Skriv ut", "Anmäl att du är jävig", "Tilldela"):
        assert gone not in screen.text
    assert write_note(alone, reference).status == 200
    assert "Nödläge: öppnade ärendet trots jäv" in alone.open(reference).text
    assert reference in alone.go("/inkorg").text, "the way back, since the queue does not have it"
    assert not re.search(rf"<th[^>]*>.*{reference}", alone.screen.html)
    for closed in ("utskrift", "ta-ut", "kopia", "jav", "tilldela", "barnet", "bevara", "sparra"):
        assert alone.go(f"/inkorg/arenden/{reference}/{closed}").status in {403, 404}, closed
    clock.move(hours=4)
    alone.use(alone.link())
    assert alone.open(reference).status == 404
    assert reference not in alone.go("/inkorg").text


def write_note(clerk, reference):
    clerk.go(f"/inkorg/arenden/{reference}/anteckning")
    return clerk.press({"text": "Ringde polisen."})


def test_everybody_who_opens_it_sees_it_in_red_and_who_leads_ends_it(alone, reference, clerk_of):
    leader = clerk_of(UNIT, name="Ida Ek")
    alone.go(PAGE)
    assert "Inloggade på enheten nu: Ida Ek." in alone.screen.text
    write(alone, reference)
    told = leader.open(reference)
    assert "Nödläge: Bo Al är jävig, och har ärendet öppet till" in told.text
    assert 'class="note important strip emergency"' in told.html
    assert WHY in told.text
    ended = leader.act("stang")
    assert "har ärendet öppet till" not in ended.text
    assert "Nödläget avslutades" in ended.text
    assert alone.open(reference).status == 404
    again = write(alone, reference)
    assert (again.status, "Det finns inget ärende" in again.text) == (404, True)
    assert WHY in again.html, "what was written is still there"


def test_one_ends_it_oneself(alone, reference):
    write(alone, reference)
    assert alone.act("stang").path == "/inkorg"
    assert alone.open(reference).status == 404


def test_a_colleague_can_not_end_it_and_no_other_page_knows_of_it(
    alone, reference, somebody, clerk_of
):
    write(alone, reference)
    colleague = somebody("Eva Ask", barn_och_unga={Role.HANDLAGGARE})
    screen = colleague.open(reference)
    assert "Nödläge: Bo Al är jävig" in screen.text
    assert "Avsluta nu" not in screen.text
    token = re.search(r'name="_token" value="([^"]+)"', screen.html)[1]
    which = alone.open(reference).value("vilken")
    data = {"_token": token, "vilken": which}
    assert colleague.send(f"/inkorg/arenden/{reference}/stang", data).status == 403
    stranger = clerk_of("sspf", name="Bo Al")
    assert stranger.open(reference).status == 404, "the same name at another unit is another"


@pytest.mark.parametrize("reference_of_none", ["XXXX-XXXX", "hej", "K7QF-93MX"])
def test_a_reference_that_is_not_there_is_answered_as_any(alone, reference_of_none):
    screen = write(alone, reference_of_none)
    assert (screen.status, "Det finns inget ärende" in screen.text) == (404, True)


def test_who_has_no_jav_is_led_to_the_case_and_nothing_is_begun(alone, reference, clerk_of, town):
    screen = write(clerk_of(UNIT, name="Ida Ek"), reference)
    assert screen.path == f"/inkorg/arenden/{reference}"
    assert "Nödläge" not in screen.heading
    asked = select(tables.audit_events.c.kind)
    kinds = town.database.read_now(lambda c: c.execute(asked).scalars().all())
    assert "case_emergency" not in kinds


def test_nothing_is_begun_without_words(alone, reference):
    screen = write(alone, reference, " ")
    assert (screen.status, screen.errors()) == (
        422,
        ["Fel: Skriv vad som måste göras, och varför ingen annan kan."],
    )
    assert alone.open(reference).status == 404


def test_whom_the_case_is_about_is_not_let_in(reference, clerk_of):
    leader, clerk = clerk_of(UNIT, name="Ida Ek"), clerk_of(UNIT, name="Bo Al")
    leader.go(f"/inkorg/arenden/{reference}/sparra")
    told = leader.press({"namn": "Bo Al", "text": "Hans barn.", "aldrig": "yes"})
    assert "Det får inte öppnas ens i ett nödläge." in told.text
    assert write(clerk, reference).status == 404
    assert clerk.open(reference).status == 404


def test_why_is_nowhere_but_sealed(alone, reference, town):
    write(alone, reference, f"Barnet {MARK} ska hämtas.")
    assert f"Barnet {MARK} ska hämtas." in alone.open(reference).text
    assert hits({"database": stored(town.database)}) == []


def test_what_was_written_when_the_session_ran_out_is_there(alone, reference, clock):
    alone.go(PAGE)
    clock.move(hours=1)
    alone.press({"arende": reference, "text": WHY})
    alone.use(alone.link())
    assert WHY in alone.go(PAGE).html
    assert alone.screen.value("arende") == reference
