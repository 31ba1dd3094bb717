"""Staff work with a case on its pages: take, assess, note, decide; nothing written is lost."""

import re

import pytest
from sqlalchemy import select

from app.storage import tables
from tests.web import journeys
from tests.web.reporters import ANONYMOUS, NURSE

UNIT = "barn-och-unga"
ASSESSED = {
    "grund": "anmalan",
    "uppgifter": "Grannen har hört slag genom väggen.",
    "bedomning": "Barnet är tryggt i skolan i dag.",
    "skydd": "nej",
    "vardnadshavare": "nej",
}
WRITTEN = "Ringde skolan. Mentorn ringer tillbaka."


@pytest.fixture
def case(visitor, town):
    """The address of a case that has come in."""
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    return f"/inkorg/arenden/{reference}"


@pytest.fixture
def clerk(clerk_of):
    return clerk_of(UNIT)


def write(clerk, page, **inputs):
    """Go to a page, write on it and save."""
    clerk.go(page)
    return clerk.press(inputs)


def assess(clerk, case, **inputs):
    return write(clerk, f"{case}/steg/skyddsbedomning", **{**ASSESSED, **inputs})


def steps(screen):
    links = (link.attributes.get("href", "") for link in screen.page.all("a"))
    return [href.rpartition("/")[2] for href in links if "/steg/" in href]


def test_the_case_says_what_must_be_done_until_when_and_by_which_law(clerk, case):
    screen = clerk.go(case)
    assert (
        "Skyddsbedömning Senast onsdag 25 november i morgon Gör det helst i dag 20 kap. 1 §"
        in screen.text
    )
    assert "Beslut om utredning Senast tisdag 8 december" in screen.text
    assert "Ingen har tagit ärendet än." in screen.text
    assert steps(screen) == ["skyddsbedomning"]


def test_what_came_in_late_in_the_day_is_to_be_done_the_day_after(clerk_of, visitor, town, clock):
    clock.move(hours=6, minutes=29)
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    clerk = clerk_of(UNIT)
    assert "1 att göra, 1 i dag" in clerk.go("/inkorg").text, "at one minute to four"
    clock.move(minutes=1)
    other = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    said = clerk.go("/inkorg").text
    assert "2 att göra, 1 i dag" in said
    assert re.search(rf"{reference}.*Skyddsbedömning i dag", said)
    assert re.search(rf"{other}.*Skyddsbedömning i morgon", said)


def test_what_has_come_since_somebody_last_looked_is_marked_and_counted_in_the_title(
    clerk_of, case, visitor, town, clock
):
    clerk = clerk_of(UNIT)
    assert clerk.go("/inkorg").title.startswith("Kö, 1 att göra")
    assert "Ny sedan sist" not in clerk.screen.text, "they have never been here before"
    clock.move(hours=1)
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    clerk = clerk_of(UNIT)
    assert clerk.go("/inkorg").title.startswith("(1) Kö, 2 att göra")
    assert clerk.screen.text.count("Ny sedan sist") == 1
    clerk.open(reference)
    assert clerk.go("/inkorg").title.startswith("Kö, 2 att göra")
    assert "Ny sedan sist" not in clerk.screen.text


def test_a_time_that_is_over_says_so_in_words_in_the_queue_and_in_the_case(
    clerk_of, clerk, case, clock
):
    assert "1 att göra, 1 i dag" in clerk.go("/inkorg").text
    assert "Skyddsbedömning i dag" in clerk.screen.text, "it came in before four in the afternoon"
    clock.move(days=1)
    clerk = clerk_of(UNIT)
    assert "1 att göra, 1 i dag" in clerk.go("/inkorg").text
    assert "Skyddsbedömning i dag" in clerk.screen.text
    clock.move(days=2)
    clerk = clerk_of(UNIT)
    assert "Skyddsbedömning 2 dagar sent" in clerk.go("/inkorg").text
    assert "2 dagar sent" in clerk.go(case).text
    assess(clerk, case)
    assert re.search(r"Klart 27 nov \d\d\.\d\d 2 dagar sent", clerk.screen.text)
    assert "i tid" not in clerk.screen.text.lower()


def test_the_queue_stands_by_the_day_that_it_shows_and_the_urgent_come_first_of_a_day(
    clerk_of, clerk, case, visitor, town, clock
):
    assess(clerk, case)
    decided_tomorrow = case.rpartition("/")[2]
    clock.move(days=12)
    yesterdays = journeys.report_at_once(visitor, ANONYMOUS)
    clock.move(days=1)
    todays, urgent = (journeys.report_at_once(visitor, who) for who in (ANONYMOUS, NURSE))
    town.carry()
    clerk = clerk_of(UNIT)
    assert clerk.queue() == [urgent, yesterdays, todays, decided_tomorrow]
    assert re.search(rf"{decided_tomorrow}.*Beslut om utredning i morgon", clerk.screen.text)


def test_a_step_is_taken_on_its_page_and_stands_in_the_case_afterwards(clerk, case):
    clerk.go(case)
    screen = assess(clerk, case)
    assert screen.status == 200
    pairs = dict(screen.pairs())
    assert pairs["Läge"] == ("Skyddsbedömd",)
    assert pairs["Hur bedömer du barnets behov av skydd?"] == (ASSESSED["bedomning"],)
    assert "Du har ärendet sedan" in screen.text, "who assesses takes it"
    assert "beslut" in steps(screen)


def test_what_must_be_answered_is_said_and_nothing_that_was_written_is_gone(clerk, case):
    screen = assess(clerk, case, skydd="ja")
    assert (screen.status, screen.title[:4]) == (422, "Fel:")
    assert screen.errors() == ["Fel: Skriv vad som görs för att skydda barnet."]
    assert screen.value("bedomning").strip() == ASSESSED["bedomning"]
    assert "Ny" in dict(clerk.go(case).pairs())["Läge"]


def test_what_is_written_where_nothing_is_asked_is_not_silently_thrown_away(clerk, case):
    screen = assess(clerk, case, atgard="Barnet är hos mormor i natt.")
    assert screen.status == 422
    assert (
        "Frågan gäller bara om svaret på ”Behöver barnet omedelbart skydd?” är ”Ja”" in screen.text
    )
    assert screen.value("atgard").strip() == "Barnet är hos mormor i natt."


def test_a_note_is_kept_at_any_time_and_can_not_be_empty(clerk, case):
    assert write(clerk, f"{case}/anteckning", text="  ").errors() == ["Fel: Skriv anteckningen."]
    screen = write(clerk, f"{case}/anteckning", text=f"{WRITTEN}\nKlockan 13.")
    assert (
        f"Anteckning Ina Handläggare, tisdag 24 november 2026 klockan 09.30 {WRITTEN}"
        in screen.text
    )
    assert "Klockan 13." in screen.text


def test_a_case_is_given_back_and_assigned_by_who_may(clerk_of, case):
    leader = clerk_of(UNIT, name="Ida Ek")
    leader.go(case)
    assert "Ida Ek" in leader.act("ta").text
    assert "Ingen har tagit ärendet än." in leader.act("lamna-tillbaka").text
    assert "Bo Al har ärendet" in write(leader, f"{case}/tilldela", namn="  Bo   Al ").text
    screen = write(leader, f"{case}/tilldela", namn=" ")
    assert screen.errors() == ["Fel: Välj en kollega, eller skriv ett namn."]
    assert "Bo Al har ärendet" in leader.go(case).text


def test_a_colleague_who_is_known_at_the_unit_is_chosen_and_not_written(clerk_of, case):
    leader = clerk_of(UNIT, name="Ida Ek")
    clerk_of(UNIT, name="Bo Al")
    clerk_of("sspf", name="Ola Ask")
    screen = leader.go(f"{case}/tilldela")
    boxes = (box.attributes for box in screen.page.all("input"))
    known = [box["value"] for box in boxes if box["name"] == "till"]
    assert known == ["Bo Al", "Ida Ek"]
    assert "Bo Al har ärendet" in leader.press({"till": "Bo Al"}).text
    assert "Bo Al" not in leader.go(f"{case}/tilldela").text.partition("Vem ska ha")[2]


def test_who_is_overtaken_reads_what_the_other_did_and_keeps_what_they_wrote(clerk_of, clerk, case):
    other = clerk_of(UNIT, name="Bo Al")
    clerk.go(f"{case}/anteckning")
    write(other, f"{case}/anteckning", text="Hann före.")
    screen = clerk.press({"text": WRITTEN})
    assert screen.status == 409
    assert "Medan du arbetade: Anteckning. Bo Al, tisdag 24 november" in screen.text
    assert screen.value("text").strip() == WRITTEN
    assert WRITTEN not in clerk.go(case).text, "nothing is saved yet"
    write(other, f"{case}/anteckning", text="Och en gång till.")
    clerk.go(f"{case}/anteckning")
    screen = clerk.press({"text": WRITTEN})
    assert WRITTEN in screen.text, "saved all the same, with one press"


def test_a_step_that_another_has_taken_meanwhile_can_be_kept_as_a_note(clerk_of, clerk, case):
    other = clerk_of(UNIT, name="Bo Al")
    assess(clerk, case)
    page = f"{case}/steg/beslut"
    clerk.go(page)
    written = clerk.filled(DECIDED)
    decide(other, case)
    screen = clerk.send(page, written)
    assert screen.status == 409
    assert "Bo Al" in screen.text
    assert "Du kan spara det du skrev som en anteckning." in screen.text
    assert DECIDED["skal"] in screen.value("text")
    screen = clerk.press()
    assert DECIDED["skal"] in screen.text


DECIDED = {
    "beslut": "inleds",
    "uppgifter": "Slag har hörts under en månad.",
    "skal": "Det finns skäl att utreda (20 kap. 2 § SoL).",
    "barnet": "nej",
    "barnet-nej-text": "Hinner inte före beslutet.",
    "besked": "omfattas_inte",
    "delegation": "yes",
}


def decide(clerk, case):
    return write(clerk, f"{case}/steg/beslut", **DECIDED)


NOT_INVESTIGATED = {
    **DECIDED,
    "beslut": "inleds_inte",
    "vald": "ja",
    "vald_skal": "Slagen kom från en film.",
}
AGREED = {"bedomning": "Polisen har sett filmen.", "delar": "yes"}


def test_not_to_investigate_violence_waits_for_a_colleague_with_all_that_was_written(
    clerk_of, clerk, case
):
    assess(clerk, case)
    write(clerk, f"{case}/steg/medbedomning", **AGREED)
    screen = write(clerk, f"{case}/steg/beslut", **NOT_INVESTIGATED)
    assert (screen.status, screen.heading) == (409, "Beslut om utredning")
    assert "Det gick inte att spara Någon annan än du behöver stå bakom beslutet." in screen.text
    assert "steget ”Medbedömning: ingen utredning trots uppgifter om våld”" in screen.text
    for name in ("vald_skal", "uppgifter", "skal", "barnet-nej-text"):
        assert screen.value(name).strip() == NOT_INVESTIGATED[name]
    assert "Spara som anteckning" in screen.text
    waiting = clerk.filled({})
    other = clerk_of(UNIT, name="Bo Al")
    assert "medbedomning" in steps(other.go(case))
    write(other, f"{case}/steg/medbedomning", **AGREED)
    screen = clerk.send(f"{case}/steg/beslut", waiting)
    assert screen.status == 409
    assert "Medan du arbetade: Medbedömning" in screen.text
    screen = clerk.press()
    assert dict(screen.pairs())["Beslut"] == ("Utredning inleds inte",)
    assert "Slagen kom från en film." in screen.text


def test_what_waits_for_a_colleague_is_kept_as_a_note_with_one_press(clerk, case):
    assess(clerk, case)
    write(clerk, f"{case}/steg/beslut", **NOT_INVESTIGATED)
    screen = clerk.press({}, _note="1")
    assert screen.status == 200
    assert dict(screen.pairs())["Läge"] == ("Skyddsbedömd",)
    for name in ("vald_skal", "uppgifter", "skal", "barnet-nej-text"):
        assert NOT_INVESTIGATED[name] in screen.text


def test_what_is_too_long_for_a_note_stands_on_the_note_s_page(clerk, case):
    assess(clerk, case)
    long = dict.fromkeys(("vald_skal", "uppgifter", "skal"), "Slag. " * 1600)
    write(clerk, f"{case}/steg/beslut", **{**NOT_INVESTIGATED, **long})
    screen = clerk.press({}, _note="1")
    assert (screen.status, screen.heading) == (422, "Skriv en anteckning")
    assert screen.value("text").count("Slag.") == 4800


def test_a_case_is_not_closed_while_something_must_be_done_and_says_what(clerk, case):
    assess(clerk, case)
    screen = decide(clerk, case)
    assert dict(screen.pairs())["Beslut"] == ("Utredning inleds",)
    assert "informera" in steps(screen)
    assert "Information om att utredning inleds" in screen.text


def test_a_step_of_which_nothing_is_written_is_not_offered_as_a_note(clerk_of, clerk, case):
    clerk.go(f"{case}/steg/skyddsbedomning")
    own = {name: value for name, value in clerk.filled({}).items() if name[0] == "_"}
    assess(clerk, case)
    decide(clerk, case)
    screen = clerk.send(f"{case}/steg/avsluta", own)
    assert (screen.status, screen.heading) == (409, "Ärendet har ändrats")
    assert "Till ärendet" in screen.text


def test_an_impossible_step_and_an_unknown_one_are_no_dead_ends(clerk, case):
    screen = clerk.go(f"{case}/steg/beslut")
    assert (screen.status, screen.heading) == (409, "Steget går inte att göra nu")
    assert "Till ärendet" in screen.text
    assert clerk.go(f"{case}/steg/finns-inte").status == 404
    assert clerk.go("/inkorg/arenden/AAAA-AAAA/anteckning").status == 404


def test_what_belongs_to_another_unit_does_not_exist_on_any_page(clerk_of, case):
    stranger = clerk_of("sspf", name="Nyfiken")
    for page in ("", "/anteckning", "/oppna-igen", "/steg/skyddsbedomning"):
        assert stranger.go(case + page).status == 404, page


def test_what_staff_write_is_nowhere_in_a_list(clerk, case):
    write(clerk, f"{case}/anteckning", text=WRITTEN)
    assess(clerk, case)
    for tab in ("", "?flik=mina", "?flik=alla", "?flik=avslutade"):
        assert WRITTEN not in clerk.go(f"/inkorg{tab}").html
        assert ASSESSED["bedomning"] not in clerk.screen.html


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_version_that_no_case_has_saves_nothing_and_loses_nothing(clerk, case, version):
    clerk.go(f"{case}/anteckning")
    screen = clerk.press({"text": WRITTEN}, _version=version)
    assert screen.status == 409
    assert screen.value("text").strip() == WRITTEN


def test_an_input_that_the_page_does_not_have_is_refused(clerk, case):
    clerk.go(f"{case}/anteckning")
    assert clerk.press({"text": WRITTEN}, annat="x").status == 400


def test_what_was_written_when_the_session_ran_out_is_there_after_signing_in_again(
    clerk, case, clock, town
):
    page = f"{case}/anteckning"
    clerk.go(page)
    clock.move(minutes=31)
    screen = clerk.press({"text": WRITTEN})
    assert screen.heading == "Du behöver logga in"
    assert "det finns kvar" in screen.text
    kept = town.database.read_now(lambda c: c.execute(select(tables.unsaved)).mappings().all())
    assert len(kept) == 1
    assert WRITTEN not in str([dict(row) for row in kept])
    screen = clerk.use(clerk.link())
    assert "Det finns kvar." in screen.text
    assert WRITTEN not in screen.html
    screen = clerk.go(page)
    assert "Det här hade du skrivit när du blev utloggad." in screen.text
    assert screen.value("text").strip() == WRITTEN
    assert WRITTEN in clerk.press().text
    assert "Det finns kvar." not in clerk.go("/inkorg").text
    assert clerk.go(page).value("text").strip() == ""


def test_nobody_else_in_the_same_browser_is_given_what_was_written(clerk_of, clerk, case, clock):
    clerk.go(f"{case}/anteckning")
    clock.move(minutes=31)
    clerk.press({"text": WRITTEN})
    for unit, name in ((UNIT, "Bo Al"), ("sspf", clerk.name)):
        clerk.unit, clerk.name = unit, name
        assert "Det finns kvar." not in clerk.use(clerk.link()).text
        assert WRITTEN not in clerk.go(f"{case}/anteckning").html


def test_a_session_that_never_was_keeps_nothing(clerk_of, clerk, case, town):
    inputs = {"text": WRITTEN}
    stranger = clerk_of(UNIT, sign_in=False)
    stranger.client.cookies.set("inkorg", "gissad")
    assert stranger.send(f"{case}/anteckning", inputs).heading == "Du behöver logga in"
    assert "skrivet" not in stranger.cookies


def test_what_another_did_while_one_was_signed_out_is_not_written_over(
    clerk_of, clerk, case, clock
):
    clerk.go(f"{case}/anteckning")
    clock.move(minutes=31)
    clerk.press({"text": WRITTEN})
    write(clerk_of(UNIT, name="Bo Al"), f"{case}/anteckning", text="Hann före.")
    clerk.use(clerk.link())
    clerk.go(f"{case}/anteckning")
    screen = clerk.press()
    assert screen.status == 409
    assert screen.value("text").strip() == WRITTEN
