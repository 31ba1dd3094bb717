"""A case lent to another unit, on the pages: who leads lends it, the other unit finds its way."""

import re

import pytest

from app.runner.role import Role
from tests.web import journeys
from tests.web.canary import MARK, hits, marked, stored
from tests.web.reporters import ANONYMOUS

UNIT, THERE = "barn-och-unga", "sspf"
WHY = "Pojken är med i gruppen."


@pytest.fixture
def reference(visitor, town):
    reference = journeys.report_at_once(visitor, marked(ANONYMOUS))
    town.carry()
    return reference


@pytest.fixture
def leader(clerk_of):
    return clerk_of(UNIT, name="Ida Ek")


def lend(leader, reference, vilka=f"read_{THERE}", dagar="d7", text=WHY, **more):
    leader.go(f"/inkorg/arenden/{reference}/lana-ut")
    return leader.press({"vilka": vilka, "dagar": dagar, "text": text, **more})


def test_another_unit_reads_what_it_is_lent_until_the_day_and_then_it_is_gone(
    reference, leader, somebody, clock
):
    other = somebody("Ola Ask", sspf={Role.SSPF})
    assert other.open(reference).status == 404
    told = lend(leader, reference).text
    assert "Utlånat till Samordning SSPF: får läsa till och med 1 december 2026." in told
    assert WHY in told
    assert f"Lånat: {reference} från Mottagning barn och unga" in other.go("/inkorg").text
    screen = other.open(reference)
    assert MARK in screen.html
    assert "Ärendet hör till Mottagning barn och unga. Det är utlånat till dig: du får läsa" in (
        screen.text
    )
    assert "Samordning SSPF" in screen.text, "they are still at their own unit"
    for gone in ("Anteckning", "Ta ärendet", "Skriv ut", "Tilldela", "Låna ut", "Avsluta nu"):
        assert gone not in screen.text, gone
    for closed in ("utskrift", "ta-ut", "jav", "tilldela", "barnet", "bevara", "sparra", "lana-ut"):
        assert other.go(f"/inkorg/arenden/{reference}/{closed}").status in {403, 404}, closed
    assert other.go(f"/inkorg/arenden/{reference}/anteckning").status == 403
    clock.time = clock.time.replace(month=12, day=1, hour=23)
    later = somebody("Ola Ask", sspf={Role.SSPF})
    assert later.open(reference).status == 404
    assert reference not in later.go("/inkorg").text


def test_who_may_work_with_it_writes_in_it_and_it_is_its_own_unit_s_still(
    reference, leader, somebody
):
    lend(leader, reference, vilka=f"work_{THERE}", namn="Ola Ask")
    assert somebody("Eva Öst", sspf={Role.SSPF}).open(reference).status == 404
    other = somebody("Ola Ask", sspf={Role.SSPF})
    other.go(f"/inkorg/arenden/{reference}/anteckning")
    assert other.press({"text": "Vi träffar familjen på torsdag."}).status == 200
    told = leader.open(reference).text
    assert "Vi träffar familjen på torsdag." in told
    assert "Utlånat till Ola Ask, Samordning SSPF: får läsa och arbeta" in told
    assert "Avsluta nu för" in other.open(reference).text, "one may give it back oneself"
    assert other.act("stang").path == "/inkorg"
    assert other.open(reference).status == 404


def test_who_leads_takes_it_back_at_once(reference, leader, somebody):
    other = somebody("Ola Ask", sspf={Role.SSPF})
    lend(leader, reference)
    assert other.open(reference).status == 200
    leader.open(reference)
    assert "Tog tillbaka ärendet" in leader.act("stang").text
    assert other.open(reference).status == 404


def test_what_is_missing_is_said_and_a_unit_that_is_not_offered_is_not_taken(reference, leader):
    page = f"/inkorg/arenden/{reference}/lana-ut"
    own = {name: leader.go(page).value(name) for name in ("_token", "_version")}
    screen = leader.send(page, {**own, "text": " "})
    assert (screen.status, screen.errors()) == (
        422,
        [
            "Fel: Välj enhet, och vad de får göra.",
            "Fel: Välj till och med när.",
            "Fel: Skriv varför.",
        ],
    )
    right = {**own, "vilka": f"read_{THERE}", "dagar": "d7", "text": WHY}
    for wrong in ({"vilka": "read_skolan"}, {"dagar": "d3650"}):
        assert leader.send(page, {**right, **wrong}).status in {400, 422}
    assert "Utlånat" not in leader.open(reference).text


def test_why_is_nowhere_but_sealed(reference, leader, town):
    lend(leader, reference, text=f"Brodern {MARK} är hos dem.")
    assert hits({"database": stored(town.database)}) == []


def test_a_note_is_not_lost_when_the_session_of_the_other_unit_runs_out(
    reference, leader, town, clerk_of, clock
):
    lend(leader, reference, vilka=f"work_{THERE}")
    other = clerk_of(THERE, name="Ola Ask")
    other.go(f"/inkorg/arenden/{reference}/anteckning")
    clock.move(hours=1)
    other.press({"text": "Vi träffar familjen på torsdag."})
    other.use(other.link())
    assert (
        "Vi träffar familjen på torsdag."
        in other.go(f"/inkorg/arenden/{reference}/anteckning").html
    )


def test_the_pages_of_a_case_that_is_lent_say_nothing_of_any_other(
    reference, leader, visitor, town, somebody
):
    journeys.report_at_once(visitor, marked(ANONYMOUS))
    town.carry()
    lend(leader, reference, vilka=f"work_{THERE}")
    other = somebody("Ola Ask", sspf={Role.SSPF})
    other.open(reference)
    known = set(re.findall(r"/inkorg/arenden/([A-Z0-9]{4}-[A-Z0-9]{4})", other.screen.html))
    assert known == {reference}
    assert other.queue() == [reference], "the way to what is lent, and nothing of the other unit's"
