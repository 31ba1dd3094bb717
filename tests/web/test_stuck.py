"""Staff see what has not arrived, and what they do about it is done, by whom is known."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.delivery import relay
from app.errors import PermanentFailure
from app.records import pulse
from app.runner.routing import INBOX, Destination
from app.storage import tables
from tests.integration.receivers import Receiver, failing
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import NURSE

AT = "/inkorg/leveranser"


@pytest.fixture
def refused(town, visitor, clerk_of):
    """A report that the inbox did not take; the clerk of its unit, and its reference."""
    reference = journeys.report_at_once(visitor, NURSE)
    no = Receiver(failing(PermanentFailure("delivery.reasons.refused")))
    relay.deliver_once(town.database, {"inbox": no}, town.clock)
    return clerk_of("barn-och-unga"), reference


def state(town):
    found = select(tables.deliveries).order_by(tables.deliveries.c.queued_at)
    return town.database.read_now(lambda c: c.execute(found).first())


def test_the_queue_says_what_has_not_arrived_and_why(refused):
    clerk, reference = refused
    screen = clerk.go("/inkorg")
    assert reference in screen.text
    assert "Inkorgen" in screen.text
    assert "Mottagaren tog inte emot anmälan." in screen.text
    assert "Ingen än" in screen.text
    assert "Inget att göra nu" in screen.text


def test_somebody_says_that_they_see_to_it(refused):
    clerk, reference = refused
    screen = clerk.go(f"{AT}/{reference}/inbox")
    assert screen.heading == f"Anmälan {reference} har inte kommit fram"
    take = next(f for f in screen.page.all("form") if "ta-hand-om" in f.attributes["action"])
    clerk.send(take.attributes["action"], screen.sent(take))
    assert "Ina Handläggare" in clerk.go("/inkorg").text.partition("Inget att göra nu")[0]
    assert "Jag ser till det" not in clerk.go(f"{AT}/{reference}/inbox").text


def many(town, visitor, number):
    """So many reports that the inbox did not take, by reference, the first first."""
    references = [journeys.report_at_once(visitor, NURSE)]
    no = Receiver(failing(PermanentFailure("delivery.reasons.refused")))
    relay.deliver_once(town.database, {"inbox": no}, town.clock)
    reports, deliveries = [], []

    def copy(connection):
        row, sent = (
            connection.execute(select(table)).mappings().one()
            for table in (tables.submissions, tables.deliveries)
        )
        for each in range(1, number):
            new = uuid4()
            references.append(f"{each:04}-{each:04}")
            reports.append({**row, "id": new, "reference": references[-1]})
            later = sent["attention_at"] + timedelta(seconds=each)
            deliveries.append({**sent, "submission_id": new, "attention_at": later})
        if reports:
            connection.execute(tables.submissions.insert(), reports)
            connection.execute(tables.deliveries.insert(), deliveries)

    town.database.write_now(copy)
    town.clock.move(hours=1)
    return references


def listed(screen):
    return re.findall(r"/inkorg/leveranser/([A-Z0-9]{4}-[A-Z0-9]{4})/", screen.html)


@pytest.mark.parametrize("number", [0, 1, 5, 6, 50, 51, 1_312])
def test_however_many_they_are_the_first_stand_over_the_queue_and_all_on_pages(
    town, visitor, clerk_of, number
):
    references = many(town, visitor, number) if number else []
    clerk = clerk_of("barn-och-unga")
    queue = clerk.go("/inkorg")
    assert listed(queue) == references[:5]
    assert (f'href="{AT}"' in queue.html) == (number > 5)
    met, address = [], AT
    while address:
        screen = clerk.go(address)
        assert int(screen.headers["content-length"]) <= 14_600
        first, met = len(met) + 1, met + listed(screen)
        if number:
            assert f"{first:,}–{len(met):,} av {number:,}".replace(",", "\xa0") in screen.html
        else:
            assert "Allt har kommit fram." in screen.text
        after = re.search(r'rel="next" href="([^"]+)"', screen.html)
        assert ('rel="prev"' in screen.html) == (first > 1)
        address = after and after[1]
    assert met == references
    for past in ("999999", "0", "-1", "x", "", "²", "9" * 40):
        assert listed(clerk.go(f"{AT}?sida={past}")) == references[:50]


def test_who_is_barred_from_the_case_meets_it_on_no_page_and_others_still_do(
    town, visitor, clerk_of
):
    reference = journeys.report_at_once(visitor, NURSE)
    town.carry()
    failed = tables.deliveries.update().values(
        state="failed",
        reason="delivery.reasons.refused",
        confirmed_at=None,
        attention_at=town.clock.now(),
    )
    town.database.write_now(lambda c: c.execute(failed))
    barred, other = (clerk_of("barn-och-unga", name=name) for name in ("Bo Al", "Ida Ek"))
    page = f"{AT}/{reference}/inbox"
    token = barred.go(page).value("_token")
    barred.go(f"/inkorg/arenden/{reference}/jav")
    barred.press({"text": "Hon är min syster."})
    before = state(town)
    for address in ("/inkorg", AT):
        assert reference not in barred.go(address).html
        assert reference in other.go(address).html
    assert barred.go(page).status == 404
    for action in ("ta-hand-om", "forsok-igen", "for-hand", "annan-vag"):
        sent = {"_token": token, "anledning": "Jag lämnar den själv.", "till": "inbox"}
        assert barred.send(f"{page}/{action}", sent).status == 404
    assert state(town) == before
    take = next(f for f in other.go(page).page.all("form") if "ta-hand" in f.attributes["action"])
    other.send(take.attributes["action"], other.screen.sent(take))
    assert state(town).owner == "Ida Ek"


def test_tried_again_it_arrives_and_can_be_opened(refused, town):
    clerk, reference = refused
    screen = clerk.go(f"{AT}/{reference}/inbox")
    again = next(f for f in screen.page.all("form") if "forsok-igen" in f.attributes["action"])
    clerk.send(again.attributes["action"], screen.sent(again))
    assert clerk.screen.heading.endswith("har inte kommit fram"), "it has not, yet"
    assert town.carry() == 1
    assert clerk.queue() == [reference]
    assert "leveranser" not in clerk.screen.html
    assert clerk.go(f"{AT}/{reference}/inbox").status == 404


def test_to_hand_it_over_oneself_takes_a_reason_and_a_name(refused, town):
    clerk, reference = refused
    clerk.go(f"{AT}/{reference}/inbox")
    assert "Ditt namn sparas: Ina Handläggare" in clerk.screen.text
    assert "Anmälan finns inte i inkorgen" in clerk.screen.text
    for wrong in ("  ", "x" * 201):
        screen = clerk.press({"anledning": wrong})
        assert (screen.status, screen.title[:4]) == (422, "Fel:")
        assert "Skriv vem som har fått anmälan och varför" in screen.errors()[0]
    assert screen.value("anledning") == "x" * 201, "what was written is still there"
    assert clerk.press({"anledning": "Eva på mottagningen, på papper"}).heading == "Kö"
    row = state(town)
    assert (row.state, row.released_by) == ("released", "Ina Handläggare")
    assert row.released_reason == "Eva på mottagningen, på papper"
    assert reference not in clerk.go("/inkorg").text


@pytest.fixture
def two_ways(town):
    """The same town with one more receiver that a report may be sent to."""
    desk = town.staff()
    more = {**INBOX, "post": Destination(connector="mail", name="Jourgruppen")}
    site = desk.state.parts.site
    theirs = {
        language: one.model_copy(update={"destinations": more})
        for language, one in site.content.municipalities.items()
    }
    changed = replace(site, content=replace(site.content, municipalities=theirs))
    desk.state.parts = replace(desk.state.parts, site=changed)
    return Clerk(desk, "barn-och-unga")


def test_it_can_be_sent_to_another_receiver_instead(refused, two_ways, town):
    _, reference = refused
    screen = two_ways.go(f"{AT}/{reference}/inbox")
    assert "Skicka till Jourgruppen" in screen.text
    assert "Skicka till Inkorgen" not in screen.text
    other = next(f for f in screen.page.all("form") if "annan-vag" in f.attributes["action"])
    sent = screen.sent(other)
    unknown = two_ways.send(other.attributes["action"], {**sent, "till": ("inbox",)})
    assert unknown.status == 404, "it has been meant for the inbox already"
    two_ways.send(other.attributes["action"], {**sent, "till": ("post",)})
    assert two_ways.screen.heading == "Kö"
    post = Receiver()
    relay.deliver_once(town.database, {"post": post}, town.clock)
    assert post.taken == [reference]


@pytest.mark.parametrize("address", ["AAAA-AAAA/inbox", "{}/posten", "%00/%00"])
def test_what_needs_nobody_does_not_exist(refused, address):
    clerk, reference = refused
    assert clerk.go(f"{AT}/{address.format(reference)}").status == 404


def test_another_unit_sees_none_of_it_and_that_it_tried_is_written_down(refused, clerk_of, town):
    _, reference = refused
    other = clerk_of("sspf", name="Nyfiken")
    assert reference not in other.go("/inkorg").html
    assert other.go(f"{AT}/{reference}/inbox").status == 404
    trail = select(tables.audit_events).order_by(tables.audit_events.c.id.desc())
    last = town.database.read_now(lambda c: c.execute(trail).first())
    stuck = state(town).submission_id
    assert (last.kind, last.actor, last.submission_id) == ("read_refused", "Nyfiken", stuck)


def test_an_action_that_nobody_knows_and_one_without_a_token_do_nothing(refused, town):
    clerk, reference = refused
    before = state(town)
    screen = clerk.go(f"{AT}/{reference}/inbox")
    token = screen.sent(screen.form())["_token"]
    assert clerk.send(f"{AT}/{reference}/inbox/radera", {"_token": token}).status == 404
    assert clerk.send(f"{AT}/{reference}/inbox/forsok-igen", {"_token": "x"}).status == 403
    assert state(town) == before


def test_staff_are_told_when_the_count_does_not_add_up(town, clerk_of):
    clerk = clerk_of("sspf")
    assert "Kontrollräkningen" not in clerk.go("/inkorg").text
    now = town.clock.now()
    town.database.write_now(lambda c: pulse.beat(c, pulse.RECONCILE, now=now, ok=False))
    assert "Kontrollräkningen går inte ihop" in clerk.go("/inkorg").text
    town.clock.move(days=1)
    now = town.clock.now() + timedelta(0)
    town.database.write_now(lambda c: pulse.beat(c, pulse.RECONCILE, now=now))
    assert "Kontrollräkningen" not in clerk_of("sspf").go("/inkorg").text
