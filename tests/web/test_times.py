"""Whoever leads a unit sees how its times were kept, and which cases were late."""

from app.casework import access
from app.runner.role import Role
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS

UNIT = "barn-och-unga"


def arrive(visitor, town):
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    return reference


def test_what_was_late_is_told_by_its_reference_and_nothing_of_what_it_says(
    visitor, town, clerk_of, clock
):
    reference = arrive(visitor, town)
    clock.move(days=3)
    clerk = clerk_of(UNIT)
    clerk.go("/inkorg")
    assert 'href="/inkorg/tider"' in clerk.screen.html
    screen = clerk.go("/inkorg/tider")
    assert screen.heading == "Så har tiderna hållits"
    assert f"{reference} Skyddsbedömning 2026-11-24 2026-11-25 Inte gjort än 2 dagar sent" in (
        screen.text
    )
    assert "lex Sarah" in screen.text
    written = [text for text in ANONYMOUS.answers.values() if isinstance(text, str) and " " in text]
    assert [words for words in written if words in screen.html] == []


def test_a_period_is_asked_for_and_what_is_no_day_is_the_usual_one(visitor, town, clerk_of, clock):
    arrive(visitor, town)
    clerk = clerk_of(UNIT)
    clock.move(days=3)
    clerk = clerk_of(UNIT)
    assert (
        "Ingen tid hade sin sista dag då."
        in clerk.go("/inkorg/tider?fran=2026-01-01&till=2026-01-31").text
    )
    assert "2 dagar sent" in clerk.go("/inkorg/tider?fran=i+går&till=2026-02-30").text
    assert clerk.screen.value("till") == "2026-11-27"


def test_another_unit_s_times_are_not_there(visitor, town, clerk_of, clock):
    arrive(visitor, town)
    clock.move(days=3)
    assert "Ingen tid hade" in clerk_of("sspf").go("/inkorg/tider").text


def test_who_does_not_lead_is_kindly_refused(town):
    app = town.staff()
    who = access.LetIn(
        "Bo Al", access.subject_of("", "Bo"), {UNIT: frozenset({Role.HANDLAGGARE})}, qualified=True
    )
    opened = town.database.write_now(lambda c: access.open_session(c, who, now=town.clock.now()))
    clerk = Clerk(app, UNIT, sign_in=False)
    clerk.client.cookies.set("inkorg", opened.cookie)
    assert "/inkorg/tider" not in clerk.go("/inkorg").html
    assert clerk.go("/inkorg/tider").status == 403
