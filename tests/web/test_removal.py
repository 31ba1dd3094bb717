"""Gallring on its page: one proposes, another agrees; nothing that a case says stands there."""

import re

import pytest
from sqlalchemy import select

from app.casework import access
from app.casework.rights import MAY, Act
from app.records import retention
from app.runner.role import Role
from app.storage import tables
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS

UNIT = "barn-och-unga"
DAYS = {"orosanmalan": 90}


@pytest.fixture
def closed(visitor, town, clock):
    """A case that was closed, with the akt handed over, so long ago that it may go."""
    reference = journeys.report_at_once(visitor, ANONYMOUS)
    town.carry()
    mine = select(tables.submissions.c.id).where(tables.submissions.c.reference == reference)
    found = town.database.read_now(lambda c: c.execute(mine).scalar_one())
    entry = {"submission_id": found, "kind": "step", "author": "Bo Al", "at": clock.now()}
    steps = [
        {**entry, "id": found, "number": 1, "step": "lamna_verksamhetssystem"},
    ]

    def close(connection):
        item = tables.inbox_items
        values = {"closed_at": clock.now(), "outcome": "inleds_inte", "version": 1}
        connection.execute(item.update().values(state="avslutad", **values))
        connection.execute(tables.case_clocks.update().values(stopped_at=clock.now(), late_days=0))
        connection.execute(item.update().values(next_clock=None))
        connection.execute(tables.case_entries.insert(), steps)

    town.database.write_now(close)
    clock.move(days=90)
    return reference


@pytest.fixture
def somebody(town):
    """Sign somebody in with a role."""
    app = town.staff()

    def sign_in(name, role=Role.HANDLAGGARE, unit=UNIT):
        who = access.LetIn(name, access.subject_of("", name), {unit: frozenset({role})}, True)
        opened = town.database.write_now(
            lambda c: access.open_session(c, who, now=town.clock.now())
        )
        clerk = Clerk(app, unit, sign_in=False)
        clerk.client.cookies.set("inkorg", opened.cookie)
        return clerk

    return sign_in


def choose(clerk, act, *references):
    """Choose cases in the part of the page that has the button, and press it."""
    html = clerk.go("/inkorg/gallring").html
    [form] = [
        form for form in html.split("<form")[1:] if f'formaction="/inkorg/gallring/{act}"' in form
    ]
    values = re.findall(r'name="arende-[a-z]+" value="([^"]+)"', form)
    picked = [value for value in values if value.split()[0] in references]
    token = re.search(r'name="_token" value="([^"]+)"', form)[1]
    return clerk.send(f"/inkorg/gallring/{act}", {"_token": token, "arende-x": picked})


def night(town):
    return town.database.write_now(
        lambda c: retention.retain(
            c, now=town.clock.now(), municipality_code="0000", submission_days=DAYS
        )
    )


def test_two_persons_and_a_night_and_what_is_left_says_who(town, somebody, closed):
    bo, ida = somebody("Bo Al"), somebody("Ida Ek", Role.GRUPPLEDARE)
    assert "/inkorg/gallring" in bo.go("/inkorg").html
    screen = bo.go("/inkorg/gallring")
    assert screen.heading == "Förslag till gallring"
    assert "kopia för transporten" in screen.text
    assert "Utredning inleds inte" in screen.text
    written = [text for text in ANONYMOUS.answers.values() if isinstance(text, str) and " " in text]
    assert [words for words in written if words in screen.html] == []
    assert "Bo Al har föreslagit" in choose(bo, "foresla", closed).text
    assert "Godkänn gallring" not in bo.screen.html
    assert "Tas bort nästa natt" in choose(ida, "godkann", closed).text
    assert night(town).cases == 1
    screen = ida.go("/inkorg/gallring")
    assert "Inget ärende kan gallras nu." in screen.text
    assert f"{closed} " in screen.text
    assert "Bo Al föreslog, Ida Ek godkände" in screen.text
    assert ida.open(closed).status == 404


def test_who_proposed_can_not_agree(town, somebody, closed):
    ida = somebody("Ida Ek", Role.GRUPPLEDARE)
    choose(ida, "foresla", closed)
    assert "Väntar på att en annan godkänner" in choose(ida, "godkann", closed).text
    assert night(town).cases == 0
    assert "Kan föreslås" in choose(ida, "ta-tillbaka", closed).text


def test_a_case_is_kept_for_a_reason_until_that_is_lifted(town, somebody, closed):
    bo = somebody("Bo Al")
    choose(bo, "foresla", closed)
    screen = bo.go(f"/inkorg/arenden/{closed}/bevara")
    assert screen.heading == "Bevara"
    screen = bo.press({})
    assert (screen.status, "Skriv varför" in screen.text) == (422, True)
    screen = bo.press(
        {"till-day": "1", "till-month": "5", "till-year": "2027", "text": "Utlämnande begärt."}
    )
    assert "Bestämde att ärendet ska bevaras" in screen.text
    assert "Utlämnande begärt." in screen.text
    screen = bo.go("/inkorg/gallring")
    assert "Till och med 2027-05-01" in screen.text
    assert "Utlämnande begärt." not in screen.html
    assert "Kan föreslås" in choose(bo, "slapp", closed).text


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_of_rights_says(somebody, closed, role):
    clerk = somebody("Ulf Ö", role)
    proposes, approves = (role in MAY[act] for act in (Act.PROPOSE_REMOVAL, Act.APPROVE_REMOVAL))
    assert clerk.go("/inkorg/gallring").status == (200 if proposes else 403)
    assert clerk.go(f"/inkorg/arenden/{closed}/bevara").status == (200 if proposes else 403)
    token = clerk.desk.token(clerk.desk.database.read_now(lambda c: looked(c, clerk)))
    for act, allowed in (("foresla", proposes), ("godkann", approves), ("slapp", proposes)):
        posted = {"_token": token, "arende-x": f"{closed} 1"}
        assert clerk.send(f"/inkorg/gallring/{act}", posted).status == (200 if allowed else 403)


def looked(connection, clerk):
    cookie, now = clerk.client.cookies["inkorg"], clerk.desk.clock.now()
    return access.look(connection, cookie, now=now)[0]


def test_what_is_no_act_and_no_case_is_not_there(somebody, closed):
    bo = somebody("Bo Al")
    token = bo.desk.token(bo.desk.database.read_now(lambda c: looked(c, bo)))
    assert bo.send("/inkorg/gallring/bort", {"_token": token}).status == 404
    for stray in ("", closed, f"{closed} x", f"{closed} 99", "x" * 900, "ÅÄÖ 1"):
        bo.send("/inkorg/gallring/foresla", {"_token": token, "arende-x": stray})
        assert "Kan föreslås" in bo.screen.text
