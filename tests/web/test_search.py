"""Staff find a case by reference, number or name, and what they typed is nowhere afterwards."""

import json
import re

import pytest
from sqlalchemy import select

from app.casework import access, searching
from app.runner.role import Role
from app.storage import tables
from tests.web.canary import MARK, files, hits, stored
from tests.web.desk import Clerk
from tests.web.reporters import ELSA
from tests.web.test_same_child import UNIT, read

AT = "/inkorg/sok"


@pytest.fixture
def clerk(desk):
    return Clerk(desk, UNIT)


@pytest.fixture
def search():
    """Fill in the page for searching and press the button."""

    def go(clerk, words, year="", reason="case"):
        clerk.go(AT)
        return clerk.press({"sok": words, "ar": year, "skal": reason})

    return go


def found(screen):
    return re.findall(r'href="/inkorg/arenden/([A-Z0-9-]+)"', screen.html)


def address(clerk):
    return clerk.screen.path


def test_a_child_is_found_by_name_and_the_way_to_it_stands_in_the_queue(
    desk, clerk, report, search
):
    one, other = report(), report(ELSA.but(namn="ekdahl, elsa", alder="9"))
    report(ELSA.but(namn="Erik Ekdahl"))
    read(desk)
    assert f'href="{AT}"' in clerk.go("/inkorg").html
    screen = search(clerk, "Elsa Ekdahl", "2018")
    assert screen.heading == "2 ärenden hittades"
    assert set(found(screen)) == {one, other}
    assert "Samma namn och ungefär samma ålder" in screen.text
    assert "Ekdahl" not in screen.html


def test_the_address_of_an_answer_says_nothing_and_is_another_each_time(
    desk, clerk, report, search
):
    report()
    read(desk)
    seen = set()
    for _ in range(2):
        search(clerk, "Elsa Ekdahl", "2018")
        assert re.fullmatch(rf"{AT}/[A-Za-z0-9_-]{{16}}", address(clerk))
        seen.add(address(clerk))
    assert len(seen) == 2


def test_by_its_reference_a_case_is_opened_at_once(desk, clerk, report, search):
    one = report()
    screen = search(clerk, one.lower())
    assert screen.heading == f"Ärende {one}"
    screen = search(clerk, "K7QF-93MX")
    assert (screen.status, screen.heading) == (200, "Inga ärenden hittades")


def test_after_some_minutes_what_was_found_is_shown_no_longer(desk, clerk, report, search, clock):
    one = report()
    read(desk)
    search(clerk, "Elsa Ekdahl", "2018")
    here = address(clerk)
    assert found(clerk.go(here)) == [one]
    clock.move(minutes=11)
    screen = clerk.go(here)
    assert screen.status == 410
    assert "Det du hittade visas inte längre" in screen.text
    assert 'name="sok"' in screen.html, "and one can search again"


def test_what_one_has_found_nobody_else_sees(desk, clerk, report, search):
    one = report()
    read(desk)
    search(clerk, "Elsa Ekdahl", "2018")
    here, cookie = address(clerk), clerk.client.cookies["sokning"]
    other = Clerk(desk, UNIT, name="Bo Annan")
    other.client.cookies.set("sokning", cookie)
    assert other.go(here).status == 410
    assert one not in other.screen.html
    clerk.client.cookies.delete("sokning")
    for wrong in ("", "x", "A" * 50, cookie[:-8], cookie[8:]):
        clerk.client.cookies.set("sokning", wrong)
        assert clerk.go(here).status == 410


WRONG = {
    ("", "", "case"): "Skriv en referens, ett personnummer eller ett namn.",
    ("E", "2018", "case"): "Skriv barnets förnamn och efternamn",
    ("Okänd", "2018", "case"): "Skriv barnets förnamn och efternamn",
    ("Elsa Ekdahl", "", "case"): "Skriv barnets födelseår med fyra siffror.",
    ("20180327-2383", "", "case"): "Numret stämmer inte.",
    ("Elsa Ekdahl", "2018", ""): "Välj varför du söker.",
    ("Elsa Ekdahl", "2018", "nyfikenhet"): "Välj varför du söker.",
}


@pytest.mark.parametrize("typed", WRONG)
def test_what_can_not_be_searched_by_is_said_and_what_was_typed_is_there(typed, clerk, town):
    words, year, reason = typed
    clerk.go(AT)
    token = clerk.screen.value("_token")
    screen = clerk.send(AT, {"_token": token, "sok": words, "ar": year, "skal": reason})
    assert screen.status == 422
    assert WRONG[typed] in screen.text
    assert screen.value("sok") == words
    assert searches(town) == []


def searches(town):
    events = tables.audit_events
    asked = select(events.c.kind, events.c.actor, events.c.counts).where(
        events.c.kind.in_(["searched", "search_slowed"])
    )
    rows = town.database.read_now(lambda c: c.execute(asked.order_by(events.c.id)).all())
    return [(row.kind, row.actor, json.loads(row.counts or "{}")) for row in rows]


def test_each_search_is_written_down(desk, clerk, report, search, town):
    report()
    read(desk)
    search(clerk, "Elsa Ekdahl", "2018", "disclosure")
    assert searches(town) == [
        ("searched", "Ina Handläggare", {"hits": 1, "name": 1, "for_disclosure": 1})
    ]


def test_where_the_board_has_not_said_yes_only_references_can_be_searched_for(
    clerk_of, report, search
):
    one = report()
    clerk = clerk_of(UNIT)
    screen = clerk.go(AT)
    assert "måste nämnden först ha beslutat" in screen.text
    assert 'name="ar"' not in screen.html
    screen = clerk.press({"sok": "Elsa Ekdahl", "skal": "case"})
    assert screen.status == 422
    assert "Det är ingen referens." in screen.text
    assert clerk.press({"sok": one, "skal": "case"}).heading == f"Ärende {one}"


def test_of_protected_data_only_a_leader_is_told_which_case_it_is(desk, clerk, report, search):
    one = report(ELSA.but(skyddad="ja"))
    read(desk)
    parts = desk.state.parts
    link = parts.database.write_now(
        lambda c: access.new_link(c, unit=UNIT, now=parts.clock.now(), roles=[Role.HANDLAGGARE])
    )
    worker = Clerk(desk, UNIT, sign_in=False)
    worker.use(f"/logga-in/{link}")
    screen = search(worker, "Elsa Ekdahl", "2018")
    assert "Den har skyddade uppgifter: fråga gruppledaren." in screen.text
    assert one not in screen.html
    assert found(search(clerk, "Elsa Ekdahl", "2018")) == [one]


def test_who_searches_very_much_is_asked_to_wait_and_it_is_known(clerk, town, search, clock):
    for _ in range(searching.MOST_SEARCHES):
        assert search(clerk, "Elsa Ekdahl", "2018").status == 200
    screen = search(clerk, "Elsa Ekdahl", "2018")
    assert screen.status == 429
    assert "Vänta tio minuter" in screen.text
    assert screen.value("sok") == "Elsa Ekdahl"
    assert searches(town)[-1][:2] == ("search_slowed", "Ina Handläggare")
    clock.move(minutes=10)
    assert search(clerk, "Elsa Ekdahl", "2018").status == 200


def test_the_words_of_a_search_are_nowhere_afterwards(desk, clerk, search, town, tmp_path, log):
    for words, year in ((f"{MARK} Ek", "2018"), (MARK, "2018"), (f"{MARK} 12", ""), ("", MARK)):
        search(clerk, words, year)
    search(clerk, f"{MARK} Ek", "2018")
    after = [clerk.go(path) for path in (address(clerk), "/inkorg", AT)]
    assert not any(MARK in screen.html or MARK in screen.title for screen in after)
    assert MARK not in "".join(clerk.client.cookies.values())
    assert hits({"database": stored(town.database), "log": log.getvalue().encode()}) == []
    assert hits(files([tmp_path])) == []
