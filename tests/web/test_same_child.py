"""On a case's page: other reports that may be about the same child, and what staff say of that."""

import asyncio

from sqlalchemy import select, update

from app.casework import access
from app.runner.role import Role
from app.storage import tables
from app.web.staff import indexer
from tests.web import journeys
from tests.web.conftest import BASIS
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS, ELSA, REKTOR
from tests.web.visitor import Visitor

UNIT = "barn-och-unga"
TITLE = "Kan gälla samma barn"


def read(desk):
    """Let the service read what has come in, as it does by itself every other second."""
    asyncio.run(indexer.Reader(desk.state.parts)())


def pressed(clerk, one, other, what):
    """Press one of the two buttons at another report."""
    action = f"/inkorg/arenden/{one}/{what}"
    form = next(
        form for form in clerk.screen.page.all("form") if form.attributes.get("action") == action
    )
    sent = clerk.screen.sent(form)
    assert sent["annan"] == (other,)
    return clerk.send(action, sent)


def test_a_case_shows_another_report_of_the_child_and_why_it_may_be(desk, report):
    one, other = report(), report(ELSA.but(namn="ekdahl, elsa", alder="9"))
    read(desk)
    clerk = Clerk(desk, UNIT)
    screen = clerk.open(one)
    assert TITLE in screen.text
    assert f"avgör ({BASIS})." in screen.text
    assert "Trolig: samma förnamn" in screen.text
    assert f'href="/inkorg/arenden/{other}"' in screen.html
    assert clerk.open(other).status == 200


def test_where_nobody_has_said_so_nothing_is_compared(clerk_of, town, report):
    one = report()
    report()
    desk = town.staff()
    read(desk)
    assert TITLE not in clerk_of(UNIT).open(one).text


def test_what_staff_say_is_shown_and_can_be_unsaid(desk, report):
    one, other = report(), report()
    read(desk)
    clerk = Clerk(desk, UNIT)
    clerk.open(one)
    screen = pressed(clerk, one, other, "annat-barn")
    assert "Ina Handläggare har sagt att det inte är samma barn" in screen.text
    assert "Inte samma barn (1)" in screen.text
    screen = pressed(clerk, one, other, "samma-barn")
    assert "Ina Handläggare har sagt att det är samma barn" in screen.text
    assert "Ina Handläggare har sagt att det är samma barn" in clerk.open(other).text


def test_of_protected_data_only_a_leader_is_told_which_report_it_is(desk, report):
    one = report()
    other = report(ELSA.but(skyddad="ja"))
    read(desk)
    parts = desk.state.parts
    link = parts.database.write_now(
        lambda c: access.new_link(c, unit=UNIT, now=parts.clock.now(), roles=[Role.HANDLAGGARE])
    )
    worker = Clerk(desk, UNIT, sign_in=False)
    worker.use(f"/logga-in/{link}")
    screen = worker.open(one)
    assert "Den har skyddade uppgifter: fråga gruppledaren." in screen.text
    assert other not in screen.html
    assert other in Clerk(desk, UNIT).open(one).html


def test_a_report_of_another_unit_does_not_exist(desk, report):
    one = report()
    clerk = Clerk(desk, UNIT)
    clerk.open(one)
    token = clerk.screen.html.split('name="_token" value="')[1].split('"')[0]
    for wrong in ("", "AAAA-AAAA", one):
        sent = clerk.send(f"/inkorg/arenden/{one}/samma-barn", {"_token": token, "annan": wrong})
        assert sent.status == 404


def test_the_service_reads_by_itself_what_has_come_in(desk, report):
    one = report()
    report()

    asyncio.run(indexer.Reader(desk.state.parts)())
    assert TITLE in Clerk(desk, UNIT).open(one).text


def test_whoever_reports_can_read_that_reports_are_compared(on, town):
    page, title = "/sa-behandlar-vi-dina-uppgifter", "Anmälningar om samma barn"
    for language in ("", "/en"):
        shown = Visitor(on.citizen()).client.get(f"{language}{page}")
        assert shown.status_code == 200
        assert len(shown.content) > len(
            Visitor(town.citizen()).client.get(f"{language}{page}").content
        )
    assert title in Visitor(on.citizen()).go(page).text
    assert title not in Visitor(town.citizen()).go(page).text


def test_the_reports_of_a_child_are_read_on_one_page(desk, report, town):
    one, other = report(), report(REKTOR.but(namn="Elsa Ekdahl", alder="8"))
    read(desk)
    clerk = Clerk(desk, UNIT)
    assert "Läs dem tillsammans" not in clerk.open(one).text
    pressed(clerk, one, other, "samma-barn")
    assert "Läs dem tillsammans" in clerk.screen.text
    screen = clerk.go(f"/inkorg/arenden/{one}/barnet")
    assert screen.heading == "Anmälningar om samma barn"
    assert screen.html.index(one) < screen.html.index(f"/inkorg/arenden/{other}")
    for said in (
        "Som privatperson",
        "I mitt arbete",
        REKTOR.answers["yrkesroll"],
        "Inget beslut än",
    ):
        assert said in screen.text
    assert ("Vad handlar oron om?", ("Våld eller hot hemma",)) in screen.pairs()
    assert "Ekdahl" not in screen.html
    assert ANONYMOUS.answers["beskriv"] not in screen.html
    asked = select(tables.audit_events.c.actor).where(tables.audit_events.c.kind == "timeline_read")
    readers = town.database.read_now(lambda c: c.execute(asked).scalars().all())
    assert readers == ["Ina Handläggare"] * 2


def test_where_nobody_has_said_so_there_is_no_page_of_a_child(clerk_of, report):
    one = report()
    assert clerk_of(UNIT).go(f"/inkorg/arenden/{one}/barnet").status == 404


def test_a_report_that_no_key_opens_hides_no_other_of_the_child(desk, report, town):
    one, other = report(), report()
    read(desk)
    clerk = Clerk(desk, UNIT)
    clerk.open(one)
    pressed(clerk, one, other, "samma-barn")
    broken = tables.submissions.c.reference == other
    town.database.write_now(
        lambda c: c.execute(update(tables.submissions).where(broken).values(sealed=b"SKN\x01"))
    )
    screen = clerk.go(f"/inkorg/arenden/{one}/barnet")
    assert screen.status == 200
    assert "Innehållet går inte att läsa här." in screen.text
    assert "Som privatperson" in screen.text


def test_within_a_board_one_is_told_at_which_unit_a_case_is_and_whom_to_ask(
    on, town, tmp_path, visitor
):
    file = tmp_path / "kommun.toml"
    file.write_text(file.read_text("utf-8").replace('reach = "unit"', 'reach = "board"'), "utf-8")
    desk = on.staff()
    one, theirs = (journeys.report_at_once(visitor, ELSA) for _ in range(2))
    town.carry()
    found = select(tables.submissions.c.id).where(tables.submissions.c.reference == theirs)
    mine = tables.inbox_items.c.submission_id == found.scalar_subquery()

    def change(**values):
        moved = update(tables.inbox_items).where(mine).values(**values)
        desk.state.parts.database.write_now(lambda c: c.execute(moved))

    change(unit="sspf")
    read(desk)
    clerk = Clerk(desk, UNIT)
    screen = clerk.open(one)
    assert TITLE in screen.text
    assert f"{theirs} finns hos Samordning SSPF, kom in" in screen.text
    assert "Ingen har tagit ärendet än. Fråga enheten." in screen.text
    assert f'href="/inkorg/arenden/{theirs}"' not in screen.html
    assert "Orosanmälan, kom in" not in screen.text, "nor what it is of"
    assert clerk.open(theirs).status == 404
    change(owner="Bo Al")
    clerk.open(one)
    screen = pressed(clerk, one, theirs, "samma-barn")
    assert "Fråga Bo Al, som har ärendet." in screen.text
    assert "Ina Handläggare har sagt att det är samma barn" in screen.text
    assert "Läs dem tillsammans" not in screen.text, "what is theirs is not read here"
    assert "Socialnämnden: Mottagning barn och unga, Samordning SSPF" in settings_text(desk)


def settings_text(desk):
    parts = desk.state.parts
    link = parts.database.write_now(
        lambda c: access.new_link(c, unit=UNIT, now=parts.clock.now(), roles=[Role.ADMINISTRATOR])
    )
    clerk = Clerk(desk, UNIT, sign_in=False)
    clerk.use(f"/logga-in/{link}")
    return clerk.go("/inkorg/installningar").text
