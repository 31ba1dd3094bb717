"""A report is received once, and the receipt can be seen again but says nothing of the report."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.storage import tables
from tests.web import journeys
from tests.web.crowd import at_once
from tests.web.reporters import ANONYMOUS, ENGLISH, REKTOR, REKTOR_GROUP
from tests.web.visitor import Visitor


def received(town) -> int:
    asked = select(func.count()).select_from(tables.submissions)
    return town.database.read_now(lambda c: c.execute(asked).scalar_one())


@pytest.mark.parametrize("reporter", [REKTOR, REKTOR_GROUP, ENGLISH], ids=lambda who: who.form_id)
def test_the_receipt_says_what_happens_now_and_nothing_of_what_was_written(visitor, reporter):
    reference = journeys.report_at_once(visitor, reporter)
    screen = visitor.screen
    assert reference in screen.text
    assert ("14 days" if reporter.language == "en" else "14 dagar") in screen.text
    written = [
        value
        for value in reporter.answers.values()
        if isinstance(value, str) and len(value) > 6 and value not in reporter.form_id
    ]
    assert [words for words in written if words in screen.html.replace("&#39;", "'")] == []


@pytest.mark.parametrize(
    "reporter", [ANONYMOUS, ENGLISH, REKTOR_GROUP], ids=lambda who: who.form_id
)
def test_whom_to_call_by_day_and_by_night_stands_on_the_first_page_and_on_the_receipt(
    visitor, reporter
):
    prefix = "" if reporter.language == "sv" else f"/{reporter.language}"
    first = visitor.go(f"{prefix}/{reporter.form_id}").html
    journeys.report_at_once(visitor, reporter)
    receipt = visitor.screen.html
    for contact in visitor.parts.sites[reporter.language].answering.duty:
        assert contact.phone in first
        assert contact.says in first
        assert contact.phone in receipt
        assert contact.hours in receipt


def test_reloading_and_going_back_give_the_same_receipt_and_send_nothing(visitor, town):
    journeys.at_review(visitor, ANONYMOUS)
    data = visitor.filled({})
    reference = journeys.send(visitor)
    for path in ("kvitto", "granska", "skicka", "slag", "kopia", "fara", "vidare/stoppmote"):
        assert journeys.reference(visitor.go(f"/orosanmalan/{path}")) == reference, path
    assert journeys.reference(visitor.send("/orosanmalan/skicka", data)) == reference
    assert journeys.reference(visitor.send("/orosanmalan/slag", data)) == reference
    assert received(town) == 1


def test_the_cookie_is_worth_no_longer_than_the_receipt_once_that_is_shown(visitor, clock):
    journeys.report_at_once(visitor, ANONYMOUS)
    shown = visitor.client.get("/orosanmalan/kvitto")
    assert "Max-Age=900" in shown.headers["set-cookie"]
    clock.move(minutes=15)
    gone = visitor.go("/orosanmalan/kvitto")
    assert gone.status == 410
    assert "Hade du redan skickat har vi tagit emot det" in gone.text


def test_how_long_it_can_be_shown_is_the_municipalitys_and_is_said(town, clock, tmp_path):
    ours = town.settings.forms / "municipalities" / "exempelkommun.toml"
    longer = ours.read_text("utf-8").replace("receipt_minutes = 15", "receipt_minutes = 40")
    (tmp_path / "kommun.toml").write_text(longer, "utf-8")
    settings = replace(town.settings, municipality=tmp_path / "kommun.toml")
    visitor = Visitor(replace(town, settings=settings).citizen())
    journeys.report_at_once(visitor, ANONYMOUS)
    assert "Sidan går att visa i 40 minuter" in visitor.screen.text
    shown = visitor.client.get("/orosanmalan/kvitto")
    assert "Max-Age=2400" in shown.headers["set-cookie"]
    clock.move(minutes=39)
    assert visitor.go("/orosanmalan/kvitto").status == 200
    clock.move(minutes=1)
    assert visitor.go("/orosanmalan/kvitto").status == 410


def test_a_draft_of_the_other_form_outlives_the_receipt(visitor, clock):
    journeys.at_review(visitor, REKTOR_GROUP)
    journeys.report_at_once(visitor, ANONYMOUS)
    assert "set-cookie" not in visitor.client.get("/orosanmalan/kvitto").headers
    clock.move(minutes=20)
    assert visitor.go("/stoppmote/granska").status == 200


def test_two_presses_at_the_same_moment_are_one_report(either):
    visitor = Visitor(either.citizen())
    journeys.at_review(visitor, ANONYMOUS)
    press = ("/orosanmalan/skicka", visitor.filled({}))
    answers = at_once(visitor, *[press] * 8)
    assert {(one.status_code, one.headers["location"]) for one in answers} == {
        (303, "/orosanmalan/kvitto")
    }
    assert journeys.reference(visitor.go("/orosanmalan/kvitto"))
    assert received(either) == 1


def test_after_sending_a_new_report_can_be_begun(visitor, town):
    first = journeys.report_at_once(visitor, ANONYMOUS)
    assert "Starta" in visitor.go("/orosanmalan").text
    second = journeys.report_at_once(visitor, ANONYMOUS)
    assert first != second
    assert received(town) == 2


def test_the_receipt_is_gone_when_the_page_is_left(visitor):
    journeys.report_at_once(visitor, ANONYMOUS)
    leave = next(
        link.attributes["href"] for link in visitor.screen.page.all("a") if "kvittot" in link.words
    )
    visitor.client.get(leave)
    assert visitor.go("/orosanmalan/kvitto").status == 410


@pytest.mark.parametrize(
    ("reporter", "text"),
    [(ANONYMOUS, "/sa-"), (ENGLISH, "/en/sa-"), (REKTOR_GROUP, "/sa-")],
    ids=["neighbour", "in English", "rektor"],
)
def test_nothing_need_be_ticked_and_what_is_done_with_it_can_be_read_before_it_is_sent(
    visitor, reporter, text
):
    screen = journeys.at_review(visitor, reporter)
    assert screen.names() == {"_token", "_seen"}
    links = [link.attributes["href"] for link in screen.page.all("a")]
    assert links.count(f"{text}behandlar-vi-dina-uppgifter") == 2, "beside the button, and below"
    journeys.send(visitor)


def test_the_language_of_the_check_page_is_the_language_of_the_report(visitor, town, clerk_of):
    journeys.at_review(visitor, ANONYMOUS)
    assert visitor.press(_language="en").lang == "en"
    reference = journeys.send(visitor)
    town.carry()
    screen = clerk_of("barn-och-unga").open(reference)
    assert dict(screen.pairs())["Skriven på"] == ("English",)
    assert "Is the child in danger right now?" in screen.text
    assert '<p class="hint" lang="en" dir="ltr">' in screen.html


def test_what_was_changed_in_another_tab_is_shown_again_before_it_is_sent(visitor, town):
    journeys.at_review(visitor, ANONYMOUS)
    stale = visitor.filled({})
    visitor.go("/orosanmalan/beskriv?till=granska")
    visitor.press({"beskriv": "Nu skriver jag något helt annat, i en annan flik, om samma barn."})
    screen = visitor.send("/orosanmalan/skicka", stale)
    assert (screen.status, screen.here) == (409, "skicka")
    assert "Svaren har ändrats i ett annat fönster" in screen.text
    assert "något helt annat" in screen.text
    assert received(town) == 0
    journeys.send(visitor)


def test_only_one_who_reports_in_work_may_keep_a_copy_and_it_says_it_is_not_sent(visitor, site):
    journeys.at_review(visitor, REKTOR)
    copy = next(link for link in visitor.screen.page.all("a") if "kopia" in link.words)
    screen = visitor.go(copy.attributes["href"])
    assert "Inte skickat" in screen.text
    assert "Kim Andersson" in screen.text
    private = Visitor(site)
    journeys.at_review(private, ANONYMOUS)
    assert "kopia" not in private.screen.text.lower()
    assert private.go("/orosanmalan/kopia").here == "granska"
