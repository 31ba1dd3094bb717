"""Jäv on the pages of a case: who has it is let in no more, and two who lead may lift it."""

import pytest

from tests.web import journeys
from tests.web.reporters import ANONYMOUS

UNIT = "barn-och-unga"


@pytest.fixture
def case(visitor, town):
    """The address of a case that has come in."""
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    return f"/inkorg/arenden/{reference}"


def write(clerk, page, **inputs):
    clerk.go(page)
    return clerk.press(inputs)


def test_who_says_that_they_have_jav_is_let_in_no_more_and_keeps_the_queue(clerk_of, case):
    clerk, leader = clerk_of(UNIT, name="Bo Al"), clerk_of(UNIT, name="Ida Ek")
    assert write(clerk, f"{case}/jav", text=" ").errors() == ["Fel: Skriv varför du är jävig."]
    screen = write(clerk, f"{case}/jav", text="Hon är min syster.")
    assert (screen.status, screen.path) == (200, "/inkorg")
    reference = case.rpartition("/")[2]
    assert reference not in screen.text
    assert reference in leader.go("/inkorg").text
    for page in ("", "/anteckning", "/steg/skyddsbedomning", "/jav"):
        screen = clerk.go(f"{case}{page}")
        assert screen.status == 404
        assert "du är anmäld som jävig" in screen.text
    told = leader.go(case).text
    assert "Bo Al är jävig, och kan inte öppna ärendet." in told
    assert "Hon är min syster." in told


def test_who_leads_says_it_of_another_and_two_lift_it(clerk_of, case):
    first, second = clerk_of(UNIT, name="Ida Ek"), clerk_of(UNIT, name="Eva Ask")
    screen = write(first, f"{case}/sparra", namn="", text="De är släkt.")
    assert screen.errors() == ["Fel: Skriv namnet."]
    told = write(first, f"{case}/sparra", namn="Bo Al", text="De är släkt.").text
    assert "Bo Al är jävig, och kan inte öppna ärendet." in told
    assert clerk_of(UNIT, name="Bo Al").go(case).status == 404
    asked = first.act("hav-jav").text
    assert "Det är begärt att jävet hävs." in asked
    assert "Häv jävet för Bo Al" not in asked, "it takes somebody else"
    second.go(case)
    assert "Bo Al är jävig" not in second.act("hav-jav").text
    assert clerk_of(UNIT, name="Bo Al").go(case).status == 200
