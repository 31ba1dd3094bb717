"""What somebody has written is there until it is sent, left or out of time, and for them alone."""

import asyncio

import pytest
from sqlalchemy import select

from app.errors import DraftMissing
from app.storage import tables
from app.web.citizen import sweeping
from tests.web import journeys
from tests.web.reporters import ANONYMOUS, NAMED, REKTOR, REKTOR_GROUP
from tests.web.visitor import Visitor


@pytest.mark.untraced
def test_a_server_that_is_started_anew_in_mid_form_loses_nothing(visitor, town):
    journeys.reach(visitor, REKTOR, "slag")
    visitor.moved_to(town.citizen())
    assert visitor.go("/orosanmalan/barnet").value("namn") == "Kim Andersson"
    visitor.go("/orosanmalan/slag")
    journeys.walk(visitor, REKTOR)
    journeys.send(visitor)


def test_a_draft_whose_time_is_out_is_gone_but_what_was_just_typed_is_kept(visitor, clock):
    journeys.at_review(visitor, ANONYMOUS)
    visitor.go("/orosanmalan/beskriv")
    clock.move(minutes=61)
    screen = visitor.press({"beskriv": "Det här skrev jag medan tiden gick ut."})
    assert (screen.status, screen.lang) == (410, "sv")
    assert "Det du skrev sist har vi sparat" in screen.text
    assert list(journeys.draft_of(visitor, "orosanmalan").typed) == ["beskriv"]
    visitor.go(
        next(
            link.attributes["href"]
            for link in screen.page.all("a")
            if link.words == "Börja om från början"
        )
    )
    journeys.walk(visitor, ANONYMOUS, until="beskriv")
    assert visitor.screen.value("beskriv") == "Det här skrev jag medan tiden gick ut."
    assert not visitor.screen.errors(), "it was never gone on from"


def test_a_browser_that_has_lost_its_cookie_is_given_a_new_one_with_what_was_just_typed(visitor):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    visitor.client.cookies.clear()
    before = stored(visitor)
    screen = visitor.press({"beskriv": "Skrivet utan kaka."})
    assert screen.status == 403
    assert "Skrivet utan kaka." in screen.html, "the words are given back"
    assert stored(visitor) == before, "and are kept nowhere"
    assert visitor.press().status == 410
    typed = journeys.draft_of(visitor, "orosanmalan").typed
    assert typed["beskriv"]["beskriv"] == ("Skrivet utan kaka.",)


def test_the_other_form_lives_on_when_one_has_run_out(visitor, clock):
    journeys.at_review(visitor, ANONYMOUS)
    visitor.go("/orosanmalan/beskriv")
    clock.move(minutes=40)
    journeys.at_review(visitor, REKTOR_GROUP)
    clock.move(minutes=30)
    assert visitor.go("/orosanmalan/beskriv").status == 410
    assert visitor.send("/orosanmalan/beskriv", {"beskriv": "Sent"}).status == 403
    assert visitor.go("/stoppmote/granska").status == 200


def test_looking_at_a_form_that_has_run_out_says_so_and_gives_a_way_on(visitor, clock):
    journeys.at_review(visitor, ANONYMOUS)
    clock.move(minutes=61)
    for page in ("slag", "granska", "kopia", "vidare/stoppmote"):
        screen = visitor.go(f"/orosanmalan/{page}")
        assert (screen.status, screen.heading) == (410, "Det du skrev finns inte kvar")
        assert "tel:112" in screen.html


def test_every_page_gone_on_from_gives_the_whole_time_again(visitor, clock):
    journeys.begin(visitor, "orosanmalan")
    for answers in ({"fara": "nej"}, {"roll": "privat"}, {"anonym": "ja"}):
        clock.move(minutes=59)
        assert visitor.press(answers).status == 200


def test_one_press_gives_more_time(visitor, clock):
    journeys.at_review(visitor, ANONYMOUS)
    dialog = visitor.screen.page.by_id("expiry").attributes
    assert dialog["data-left"] == "3600"
    clock.move(minutes=59)
    answer = visitor.client.post(dialog["data-extend"], data={"_token": dialog["data-token"]})
    assert answer.status_code == 204
    clock.move(minutes=59)
    assert visitor.go("/orosanmalan/granska").status == 200
    assert visitor.client.post(dialog["data-extend"], data={"_token": "x"}).status_code == 403


def stored(visitor):
    rows = select(tables.drafts.c.id, tables.drafts.c.box)
    return set(visitor.parts.database.read_now(lambda c: c.execute(rows).all()))


def test_a_large_post_without_a_cookie_is_stored_nowhere(visitor):
    before = stored(visitor)
    for _ in range(3):
        screen = visitor.send("/orosanmalan/beskriv", {"beskriv": "x" * 50_000})
        assert screen.status == 403
        visitor.client.cookies.clear()
    assert stored(visitor) == before


def test_who_saw_the_cookie_before_reads_nothing_of_what_is_written_after(visitor, site):
    journeys.at_review(visitor, REKTOR_GROUP)
    planted = visitor.cookies["utkast"]
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    assert visitor.cookies["utkast"] != planted
    thief = Visitor(site)
    thief.client.cookies.set("utkast", planted)
    assert thief.go("/orosanmalan/slag").status == 410
    assert thief.go("/stoppmote/granska").status == 410
    assert visitor.go("/stoppmote/granska").status == 200, "the other form came along"


def test_another_site_can_not_destroy_a_draft(visitor):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    answer = visitor.client.get("/lamna", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    assert visitor.go("/orosanmalan/beskriv").status == 200


def test_what_was_on_its_way_when_the_visitor_left_does_not_bring_the_draft_back(visitor):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    cookie, sent = visitor.cookies["utkast"], visitor.filled({"beskriv": "För sent."})
    visitor.client.get("/lamna")
    late = {"cookie": f"utkast={cookie}"}
    answer = visitor.client.post("/orosanmalan/beskriv", data=sent, headers=late)
    assert answer.status_code == 303
    assert answer.headers["location"] == visitor.parts.content.municipality.quick_exit
    assert not any(box for _, box in stored(visitor))


def test_drafts_that_have_run_out_are_swept_away_while_the_site_runs(visitor, clock):
    journeys.reach(visitor, ANONYMOUS, "beskriv")
    clock.move(minutes=61)
    assert asyncio.run(sweeping.sweep(visitor.parts)) == 1
    assert not stored(visitor)


def test_leaving_at_once_takes_the_draft_the_receipt_and_the_cookie(visitor):
    journeys.report_at_once(visitor, REKTOR_GROUP)
    journeys.at_review(visitor, ANONYMOUS)
    keys = [journeys.key_of(visitor, form_id) for form_id in ("orosanmalan", "stoppmote")]
    link = next(a for a in visitor.screen.page.all("a") if "data-exit" in a.attributes)
    answer = visitor.client.get(link.attributes["href"])
    assert answer.status_code == 303
    assert answer.headers["location"] == link.attributes["data-exit"]
    assert not visitor.cookies
    now, database = visitor.parts.clock.now(), visitor.parts.database
    for key in keys:
        with pytest.raises(DraftMissing):
            database.read_now(lambda c, key=key: journeys.drafts.load(c, key, now=now))


def test_another_language_in_mid_form_keeps_the_words_that_were_not_sent_and_the_page(visitor):
    journeys.reach(visitor, NAMED, "beskriv")
    screen = visitor.press({"beskriv": "Halvskriven mening om"}, _language="en")
    assert (screen.path, screen.lang) == ("/en/orosanmalan/beskriv", "en")
    assert screen.value("beskriv") == "Halvskriven mening om"
    assert not screen.errors(), "nothing is judged before it is gone on from"
    screen = visitor.press({"beskriv": "Half a sentence more"}, _language="sv")
    assert (screen.path, screen.lang) == ("/orosanmalan/beskriv", "sv")
    assert screen.value("beskriv") == "Half a sentence more"


def test_people_of_a_group_are_added_and_removed_without_scripts_and_without_losing_a_word(visitor):
    journeys.reach(visitor, REKTOR, "syskonen")
    visitor.press({"syskonen-0-namn": "Alex"}, _add="syskonen")
    visitor.press({"syskonen-1-namn": "Bim"}, _add="syskonen")
    screen = visitor.press({"syskonen-2-namn": "Cid"}, _remove="syskonen-1")
    assert screen.value("syskonen-0-namn") == "Alex"
    assert screen.value("syskonen-1-namn") == "Cid"
    assert "syskonen-2-namn" not in screen.names()


@pytest.mark.untraced
@pytest.mark.parametrize("number", ["9" * 5000, "-1", "x", "", "٣", "99"])
def test_a_person_who_is_not_there_can_not_be_removed_and_nothing_breaks(visitor, number):
    journeys.reach(visitor, REKTOR, "syskonen")
    screen = visitor.press({"syskonen-0-namn": "Alex"}, _remove=f"syskonen-{number}")
    assert (screen.status, screen.value("syskonen-0-namn")) == (200, "Alex")


def test_what_is_written_goes_along_to_an_orosanmalan_and_stays_where_it_was(visitor):
    journeys.at_review(visitor, REKTOR_GROUP)
    visitor.go("/stoppmote/orosanmalan_vidare")
    screen = visitor.press(_offer=visitor.screen.button("_offer"))
    assert screen.path == "/stoppmote/vidare/orosanmalan"
    assert visitor.press().path == "/orosanmalan/fara"
    carried = journeys.draft_of(visitor, "orosanmalan").typed
    assert carried["beskriv"]["beskriv"] == (REKTOR_GROUP.answers["handelse"],)
    assert carried["kontakt"]["yrkesroll"] == ("Rektor",)
    visitor.go("/stoppmote/granska")
    journeys.walk(visitor, REKTOR_GROUP)
    journeys.send(visitor)
    assert visitor.go("/orosanmalan/fara").status == 200, "the other is still being written"


def test_what_is_written_goes_along_to_a_stoppmote(visitor):
    journeys.reach(visitor, REKTOR.but(slag="brott"), "grupp")
    visitor.press(_offer=visitor.screen.button("_offer"))
    assert visitor.press().path == "/stoppmote/fara"
    typed = journeys.draft_of(visitor, "stoppmote").typed
    assert typed["handelse"]["handelse"] == (REKTOR.answers["beskriv"],)


def test_what_was_written_there_before_is_worth_more_than_what_comes_along(visitor):
    journeys.at_review(visitor, REKTOR)
    journeys.at_review(visitor, REKTOR_GROUP)
    visitor.go("/stoppmote/vidare/orosanmalan")
    visitor.press()
    typed = journeys.draft_of(visitor, "orosanmalan").typed
    assert typed["beskriv"]["beskriv"] == (REKTOR.answers["beskriv"],)


def test_nothing_goes_along_to_a_form_that_nothing_is_handed_over_to(visitor):
    journeys.reach(visitor, REKTOR.but(slag="brott"), "grupp")
    for target in ("orosanmalan", "//evil.example", "../../lamna"):
        assert visitor.press(_offer=target).path == "/orosanmalan/grupp"
    assert visitor.go("/orosanmalan/vidare/orosanmalan").status == 404


def test_who_chooses_to_be_anonymous_finds_name_and_telephone_gone_from_the_draft(visitor):
    journeys.at_review(visitor, NAMED)
    visitor.go("/orosanmalan/anonym?till=granska")
    screen = visitor.press({"anonym": "ja"})
    assert screen.here == "granska"
    draft = str(journeys.draft_of(visitor, "orosanmalan").typed)
    for words in ("Gun Granne", "070-174 06 07", "Efter klockan fem"):
        assert words not in draft
        assert words not in screen.html
    visitor.go("/orosanmalan/anonym?till=granska")
    screen = visitor.press({"anonym": "nej"})
    assert screen.here == "kontakt", "should it be asked again, it waits to be answered anew"
    assert screen.value("ditt_namn") == ""


def test_going_back_and_forth_between_pages_never_loses_a_word(visitor):
    journeys.reach(visitor, NAMED, "beskriv")
    long = "För långt. " * 1000
    visitor.press({"beskriv": long})
    assert visitor.screen.errors()
    for page in ("fara", "barnet", "skyddad", "beskriv"):
        visitor.go(f"/orosanmalan/{page}")
    assert visitor.screen.value("beskriv") == long


def test_a_browser_without_the_cookie_sees_nothing_of_it(visitor, site):
    journeys.at_review(visitor, NAMED)
    other = Visitor(site)
    for page in ("granska", "beskriv", "kontakt"):
        assert other.go(f"/orosanmalan/{page}").path == "/orosanmalan"
    assert other.go("/orosanmalan/kvitto").status == 410


def test_starting_over_replaces_what_was_begun(visitor):
    journeys.reach(visitor, NAMED, "slag")
    screen = visitor.go("/orosanmalan")
    assert "Du har redan börjat" in screen.text
    assert visitor.press().here == "fara"
    assert journeys.draft_of(visitor, "orosanmalan").typed == {}


def test_when_another_tab_is_always_quicker_the_draft_is_held_and_nothing_is_lost(
    visitor, monkeypatch
):
    monkeypatch.setattr("app.web.citizen.parts.TRIES", 0)
    assert journeys.reach(visitor, ANONYMOUS, "beskriv").here == "beskriv"
    assert journeys.report(visitor, ANONYMOUS)
