"""Only those who are to read a report read it, and that they did is written down first."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import make_url, select

from app import logs
from app.crypto import unseal
from app.storage import tables
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS, NURSE, REKTOR, REKTOR_GROUP


@pytest.fixture
def reported(visitor, town):
    """Report and carry; return the reference."""

    def send(reporter):
        reference = journeys.report_at_once(visitor, reporter)
        town.carry()
        return reference

    return send


@pytest.fixture
def trail(town):
    """The kinds of events in the audit trail, in order, with who did them."""

    def events():
        asked = select(tables.audit_events).order_by(tables.audit_events.c.id)
        return [
            (row.kind, row.actor)
            for row in town.database.read_now(lambda c: c.execute(asked).all())
            if row.actor
        ]

    return events


def test_a_link_signs_one_browser_in_once(clerk_of):
    clerk = clerk_of("sspf", sign_in=False)
    link = clerk.link()
    assert clerk.use(link).heading == "Kö"
    other = Clerk(clerk.client.app, "sspf", sign_in=False)
    assert other.use(link).status == 410
    assert other.go("/inkorg").heading == "Du behöver logga in"


def test_a_link_that_lets_nobody_in_is_written_down_without_the_name_that_was_given(clerk_of, town):
    clerk = clerk_of("sspf", sign_in=False)
    link = clerk.link()
    clerk.use(link)
    Clerk(clerk.client.app, "sspf", name="Nyfiken", sign_in=False).use(link)
    Clerk(clerk.client.app, "sspf", name="Nyfiken", sign_in=False).use("/logga-in/gissad")
    asked = select(tables.audit_events).order_by(tables.audit_events.c.id)
    trail = town.database.read_now(lambda c: c.execute(asked).all())
    refused = [(row.unit, row.actor) for row in trail if row.kind == "sign_in_refused"]
    assert refused == [("sspf", None), (None, None)]
    assert "Nyfiken" not in str(trail)


def test_who_signs_in_again_leaves_no_session_behind(clerk_of):
    clerk = clerk_of("sspf")
    before = clerk.cookies["inkorg"]
    clerk.use(clerk.link())
    assert clerk.cookies["inkorg"] != before
    other = clerk_of("sspf", sign_in=False)
    other.client.cookies.set("inkorg", before)
    assert other.go("/inkorg").heading == "Du behöver logga in"


def test_looking_at_the_link_uses_nothing_up(clerk_of):
    clerk = clerk_of("sspf", sign_in=False)
    link = clerk.link()
    for _ in range(3):
        assert clerk.client.get(link).status_code == 200
        assert clerk.client.head(link).status_code == 200
    assert not clerk.cookies
    assert clerk.use(link).heading == "Kö"


def test_a_link_lasts_a_quarter_of_an_hour(clerk_of, clock):
    clerk = clerk_of("sspf", sign_in=False)
    link = clerk.link()
    clock.move(minutes=15)
    assert clerk.use(link).status == 410


def test_nobody_is_let_in_without_a_name(clerk_of):
    clerk = clerk_of("sspf", sign_in=False)
    link = clerk.link()
    clerk.go(link)
    screen = clerk.press({"namn": " \x00\u202e "})
    assert (screen.status, screen.title[:4]) == (422, "Fel:")
    assert clerk.press({"namn": "Ina"}).heading == "Kö", "the link is not used up by a mistake"


def test_a_session_ends_when_it_is_told_to_and_its_cookie_is_worth_nothing_after(clerk_of):
    clerk = clerk_of("sspf")
    cookie = clerk.cookies["inkorg"]
    form = clerk.go("/inkorg").page.all("form")[0]
    clerk.send(form.attributes["action"], clerk.screen.sent(form))
    assert clerk.screen.heading == "Du behöver logga in"
    clerk.client.cookies.set("inkorg", cookie)
    assert clerk.go("/inkorg").heading == "Du behöver logga in"


def test_signing_out_clears_what_the_browser_keeps_of_the_pages(clerk_of):
    clerk = clerk_of("sspf")
    form = clerk.go("/inkorg").page.all("form")[0]
    sent = clerk.screen.sent(form)
    left = clerk.client.post("/logga-ut", data=sent, follow_redirects=False)
    assert left.status_code == 303
    assert left.headers["clear-site-data"] == '"cache", "storage"'


def test_a_session_that_rests_half_an_hour_is_over(clerk_of, clock):
    clerk = clerk_of("sspf")
    clock.move(minutes=29)
    assert clerk.go("/inkorg").heading == "Kö"
    clock.move(minutes=31)
    assert clerk.go("/inkorg").heading == "Du behöver logga in"


def test_to_look_at_the_queue_waits_for_nobody_who_writes(reported, clerk_of, sqlite_url):
    reference = reported(ANONYMOUS)
    clerk = clerk_of("barn-och-unga")
    with closing(sqlite3.connect(make_url(sqlite_url).database)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert clerk.queue() == [reference]


def test_the_queue_says_that_something_waits_and_nothing_of_what_it_says(reported, clerk_of):
    reference = reported(NURSE)
    clerk = clerk_of("barn-och-unga")
    screen = clerk.go("/inkorg")
    assert reference in screen.text
    assert "Akut" in screen.text
    written = [value for value in NURSE.answers.values() if isinstance(value, str) and " " in value]
    assert [words for words in written if words in screen.html] == []


@pytest.mark.parametrize(("times", "folds"), [(10, False), (100, True)])
def test_an_answer_that_is_long_can_be_folded_by_itself_and_stands_open(
    reported, clerk_of, times, folds
):
    told = ("Oron är stor. " * times).strip()
    screen = clerk_of("barn-och-unga").open(reported(ANONYMOUS.but(beskriv=told)))
    assert told in screen.text
    summary = f"<summary>Svaret, {len(told)} tecken</summary>"
    assert (f"<details open>\n{summary}" in screen.html) is folds


def test_who_takes_a_case_has_it_among_their_own_and_the_others_see_who_has_it(
    reported, clerk_of, trail
):
    reference = reported(REKTOR)
    clerk = clerk_of("barn-och-unga")
    assert reference not in clerk.go("/inkorg?flik=mina").html
    clerk.open(reference)
    clerk.act("ta")
    assert "Du har ärendet sedan" in clerk.open(reference).text
    assert reference in clerk.go("/inkorg?flik=mina").html
    other = clerk_of("barn-och-unga", name="Bo Al")
    assert reference not in other.go("/inkorg?flik=mina").html
    assert "Ina Handläggare" in other.go("/inkorg").text
    assert ("case_taken", "Ina Handläggare") in trail()


def test_a_unit_never_sees_what_belongs_to_another_and_that_it_tried_is_written_down(
    reported, clerk_of, trail
):
    reference = reported(REKTOR_GROUP)
    clerk = clerk_of("barn-och-unga", name="Nyfiken")
    assert clerk.queue() == []
    screen = clerk.open(reference)
    assert (screen.status, screen.heading) == (404, "Anmälan finns inte hos er")
    assert "Åkerskolan" not in screen.html
    assert trail()[-1] == ("read_refused", "Nyfiken")
    form = clerk.go("/inkorg").page.all("form")[0]
    clerk.send(f"/inkorg/arenden/{reference}/ta", clerk.screen.sent(form))
    assert clerk.screen.status == 404
    assert trail()[-1] == ("read_refused", "Nyfiken")
    assert clerk_of("sspf").queue() == [reference]


def test_that_it_is_opened_is_durable_before_anything_is_unsealed(
    reported, clerk_of, trail, monkeypatch
):
    reference = reported(ANONYMOUS)
    clerk = clerk_of("barn-och-unga")
    before: list = []

    def broken(*_, **__):
        before.extend(trail())
        raise unseal.SealBroken

    monkeypatch.setattr(unseal, "unseal", broken)
    screen = clerk.open(reference)
    assert (screen.status, screen.heading) == (500, "Anmälan kan inte läsas")
    assert before[-1] == ("item_opened", "Ina Handläggare")


def test_that_it_could_not_be_opened_is_logged_by_kind_and_place_and_nothing_of_whose_it_was(
    reported, clerk_of, caplog
):
    reference = reported(ANONYMOUS)
    clerk = clerk_of("barn-och-unga")
    clerk.desk.keys.clear()
    assert clerk.open(reference).status == 500
    (record,) = [each for each in caplog.records if each.msg == "web.fault"]
    line = logs.Discreet("staff").format(record)
    assert '"error": "NotARecipient"' in line
    assert reference not in line
    assert clerk.open("AAAA-AAAA").status == 404
    assert len([each for each in caplog.records if each.msg == "web.fault"]) == 1


@pytest.mark.parametrize("reference", ["%00", "AAAA-AAAA", "%F0%9F%90%9D", "a" * 4000, "..%2F.."])
def test_a_reference_that_nothing_has_is_a_page_that_does_not_exist(clerk_of, reference):
    assert clerk_of("sspf").open(reference).status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"_token=forged", 403, id="forged token"),
        pytest.param(b"", 403, id="no token"),
        pytest.param(b"x" * 2_000_000, 413, id="two million octets"),
        pytest.param(b"&".join([b"a=1"] * 2000), 413, id="two thousand inputs"),
    ],
)
def test_what_is_posted_without_a_token_of_the_session_does_nothing(
    reported, clerk_of, body, status
):
    reference = reported(ANONYMOUS)
    clerk = clerk_of("barn-och-unga")
    screen = clerk.send(f"/inkorg/arenden/{reference}/ta", body)
    assert (screen.status, screen.lang) == (status, "sv")
    assert clerk.queue() == [reference]
    assert clerk.send("/logga-ut", body).status == status
    assert clerk.go("/inkorg").heading == "Kö"


def test_another_site_can_not_acknowledge_for_anybody(reported, clerk_of):
    reference = reported(ANONYMOUS)
    clerk = clerk_of("barn-och-unga")
    data = clerk.open(reference).sent(clerk.screen.form())
    address = f"/inkorg/arenden/{reference}/ta"
    assert clerk.send(address, data, **{"sec-fetch-site": "cross-site"}).status == 403
    assert clerk.queue() == [reference]


def test_signing_in_takes_a_form_and_nothing_else(clerk_of):
    clerk = clerk_of("sspf", sign_in=False)
    answer = clerk.client.post("/logga-in", json={"code": "x", "namn": "y"})
    assert answer.status_code == 415
    answer = clerk.client.post("/logga-in", files={"namn": b"x"}, data={"code": "x"})
    assert answer.status_code == 415
    assert clerk.send("/logga-in", b"x" * 2_000_000).status == 413


def test_the_inbox_has_an_accessibility_statement_of_its_own_that_needs_no_signing_in(clerk_of):
    clerk = clerk_of("sspf", sign_in=False)
    for path in ("/logga-in", clerk.link(), "/inkorg", "/tillganglighet"):
        footer = [link.attributes["href"] for link in clerk.go(path).page.all("a")]
        assert "/tillganglighet" in footer, path
    municipality = clerk.desk.municipality
    screen = clerk.go("/tillganglighet")
    assert (screen.status, screen.heading) == (200, "Tillgänglighetsredogörelse")
    for needed in (
        f"{municipality.name} står bakom inkorgen i Skyddsnät",
        "förenlig med lagens krav",
        "Senaste bedömningen gjordes",
        "Redogörelsen uppdaterades",
        "Innehåll som inte är tillgängligt",
        "Oskäligt betungande anpassning",
        "Innehåll som inte omfattas av lagen",
        "Hur vi har testat tjänsten",
        "Hittar du ett fel som inte står här?",
    ):
        assert needed in screen.text
    links = {link.attributes["href"] for link in screen.page.all("a")}
    assert {municipality.supervision.link, f"mailto:{municipality.registrar.email}"} <= links
    assert "Logga ut" not in screen.html
    clerk.use(clerk.link())
    assert "Logga ut" in clerk.go("/tillganglighet").html


def test_a_fault_that_is_known_makes_the_statement_of_the_inbox_less_than_whole(clerk_of, town):
    clerk = clerk_of("sspf", sign_in=False)
    fault = {"what": "Kön går inte att läsa.", "why": "Fel.", "instead": "Ring."}
    known = {**clerk.desk.accessibility, "faults": [fault]}
    clerk.client.app.state.parts = replace(clerk.desk, accessibility=known)
    screen = clerk.go("/tillganglighet")
    assert "Tjänsten är delvis förenlig med lagens krav" in screen.text
    assert "Kön går inte att läsa." in screen.text
    assert "helt förenlig" not in screen.text
