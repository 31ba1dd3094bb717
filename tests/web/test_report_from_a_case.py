"""An orosanmälan out of a request for a stoppmöte: filled in, read, sent once, linked both ways."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select, text

from app import references
from app.crypto import unseal
from app.records import erasing
from app.runner.role import Role
from app.storage import tables
from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import REKTOR_GROUP
from tests.web.visitor import Visitor

SSPF, THEIRS = "sspf", "barn-och-unga"
TOLD = "I tisdags vid hållplatsen, runt klockan nio."
READ = {"_last": "yes", "fara": "nej", "besked": "nej"}

MARKS = ("Kanarie", "KANARIESKOLAN", "Kanariefar", "kanarievän")
"""What only the other young people of the group are known by."""
GROUP = REKTOR_GROUP.but(
    **{
        "unga-1-namn": "Kanarie Ek",
        "unga-1-alder": "16",
        "unga-1-skola": "KANARIESKOLAN",
        "unga-1-vardnadshavare": "Kanariefar Ek",
        "unga-1-ovrigt": "Är kanarievän med alla.",
        "unga-0-vardnadshavare": "Pia, Bos mamma",
    }
)


def case_in(town, reporter=GROUP):
    """Somebody who has taken a request, and its reference."""
    reference = journeys.report_at_once(Visitor(town.citizen()), reporter)
    town.carry()
    clerk = Clerk(town.staff(), SSPF)
    clerk.open(reference)
    clerk.act("ta")
    return clerk, reference


@pytest.fixture
def at_work(town):
    return case_in(town)


def people(clerk, case):
    return clerk.go(f"/inkorg/arenden/{case}/gruppen")


def address(case, whom="b0"):
    return f"/inkorg/arenden/{case}/anmalan/orosanmalan/{whom}"


def begin(clerk, case, whom="b0"):
    """Press the link beside somebody on the page of the people."""
    links = [a.attributes["href"] for a in people(clerk, case).page.all("a")]
    assert address(case, whom) in links
    return clerk.go(address(case, whom))


def reports(town):
    """The orosanmälningar there are, as they are stored."""
    asked = select(tables.submissions).where(tables.submissions.c.form_id == "orosanmalan")
    return town.database.read_now(lambda c: c.execute(asked).all())


def opened(clerk, row):
    found = unseal.unseal(row.sealed, clerk.desk.keys[row.key_id], expected={})
    return json.loads(found.content)


def answers(transcript):
    asked = (each for page in transcript["pages"] for each in page["questions"])
    return {each["field"]: "\n".join(each["lines"]) for each in asked if each["lines"]}


def test_one_press_shows_it_filled_in_and_whose_words_each_is(at_work):
    clerk, case = at_work
    screen = begin(clerk, case)
    assert (screen.status, screen.heading) == (200, "Gör en orosanmälan")
    assert (screen.value("namn"), screen.value("alder")) == ("Bo", "13")
    assert "Ur begäran" in screen.text
    told = screen.value("beskriv")
    assert f"Ur begäran {case}, ”Beskriv vad som har hänt”:\n{TOLD}" in told
    assert f"Ur begäran {case}, ”Sedan när?”:\nDen senaste månaden" in told
    assert f"Ur begäran {case}, ”Vårdnadshavare”:\nPia, Bos mamma" in told
    assert f"Ur begäran {case}, ”Skola”:\nÅkerskolan" in screen.value("plats")
    assert (screen.value("ditt_namn"), screen.value("arbetsplats")) == (
        "Ina Handläggare",
        "Samordning SSPF, Exempelkommun",
    )
    assert screen.value("yrkesroll") == "Gruppledare"


def test_all_of_what_is_filled_in_is_seen_without_scrolling_in_it(town):
    clerk, case = case_in(town, GROUP.but(handelse=f"{TOLD}\n" * 30))
    screen = begin(clerk, case)
    [box] = [each for each in screen.page.all("textarea") if each.attributes["name"] == "beskriv"]
    assert int(box.attributes["rows"]) > 40


def test_nothing_is_sent_before_somebody_says_that_it_has_been_read(at_work, town):
    clerk, case = at_work
    begin(clerk, case)
    screen = clerk.press({"beskriv": "Bo är rädd.", "fara": "nej"})
    assert screen.status == 422
    assert "Läs igenom allt" in screen.text
    assert screen.value("beskriv") == "Bo är rädd."
    assert reports(town) == []
    assert clerk.go(address(case)).value("beskriv") == "Bo är rädd."


def test_it_goes_to_the_other_unit_and_each_says_where_the_other_is(either):
    town = either
    clerk, case = case_in(town)
    begin(clerk, case)
    screen = clerk.press(READ)
    assert (screen.status, screen.heading) == (200, "Orosanmälan: skickad")
    [row] = reports(town)
    assert row.reference in screen.text
    assert "Mottagning barn och unga" in screen.text
    assert (row.unit, row.channel, row.entered_by) == (THEIRS, "arende", "Ina Handläggare")
    said = answers(opened(clerk, row))
    assert said["namn"] == "Bo"
    assert TOLD in said["beskriv"]
    assert f"Orosanmälan {row.reference}, skickad" in clerk.open(case).text
    screen = people(clerk, case)
    assert f"{row.reference}, skickad" in screen.text
    assert address(case) not in screen.html, "it is not offered twice"
    assert "Har ett svar" in screen.text
    town.carry()
    other = Clerk(town.staff(), THEIRS)
    assert other.queue() == [row.reference]
    assert "Ur ett annat ärende" in other.screen.text
    screen = other.open(row.reference)
    assert f"Kommer ur begäran om stoppmöte {case}" in screen.text
    assert f"/arenden/{case}" not in screen.html
    assert other.open(case).status == 404, "the link opens nothing"
    said = clerk.go(f"/inkorg/arenden/{case}/flik/historik").text
    assert f"Referens {row.reference}" in said, "the step says so too"


def hits(words):
    return [mark for mark in MARKS if mark in words]


def test_of_the_others_nothing_is_on_the_page_or_sent(at_work, town):
    clerk, case = at_work
    assert hits(clerk.open(case).html) == list(MARKS), "they are there to be seen"
    screen = begin(clerk, case)
    assert hits(screen.html) == []
    clerk.press(READ)
    [row] = reports(town)
    sent = json.dumps(opened(clerk, row), ensure_ascii=False)
    assert "Pia, Bos mamma" in sent
    assert hits(sent) == []


def test_a_mark_that_is_planted_is_seen(at_work, town):
    clerk, case = at_work
    begin(clerk, case)
    clerk.press(READ | {"kalla": "Kanarie Ek går i KANARIESKOLAN."})
    [row] = reports(town)
    assert hits(json.dumps(opened(clerk, row), ensure_ascii=False)) == ["Kanarie", "KANARIESKOLAN"]


def test_who_of_the_others_is_named_in_the_free_text_is_pointed_out(town):
    clerk, case = case_in(
        town, GROUP.but(handelse=f"{TOLD} Kanarie slog en vaktmästare i går kväll.")
    )
    screen = begin(clerk, case)
    assert "ser ut att nämna andra i ärendet: Kanarie Ek." in screen.text
    assert "nämna andra" not in begin(clerk, case, "b1").text


def test_two_at_once_send_one_and_the_other_is_told_and_loses_nothing(at_work, town):
    clerk, case = at_work
    other = Clerk(town.staff(), SSPF, name="Olle Annan")
    begin(clerk, case)
    begin(other, case)
    clerk.press(READ)
    screen = other.press(READ | {"kalla": "Jag såg det själv."})
    [row] = reports(town)
    assert screen.status == 409
    assert f"Någon har redan skickat en: {row.reference}, Ina Handläggare" in screen.text
    assert screen.value("kalla") == "Jag såg det själv."
    assert other.go(address(case)).value("kalla") == "Jag såg det själv."
    assert len(reports(town)) == 1


def test_a_note_meanwhile_is_in_nobodys_way(at_work, town):
    clerk, case = at_work
    begin(clerk, case)
    other = Clerk(town.staff(), SSPF, name="Olle Annan")
    other.go(f"/inkorg/arenden/{case}/anteckning")
    other.press({"text": "Ringde skolan."})
    assert clerk.press(READ).heading == "Orosanmälan: skickad"
    assert len(reports(town)) == 1


def test_pressed_twice_it_is_sent_once(at_work, town):
    clerk, case = at_work
    screen = begin(clerk, case)
    data = {**screen.sent(screen.page.all("form")[1]), **READ}
    clerk.press(READ)
    screen = clerk.send(address(case), data)
    assert screen.heading == "Orosanmälan: skickad"
    assert len(reports(town)) == 1


def test_what_is_saved_for_now_is_there_again_and_can_be_thrown_away(at_work, town):
    clerk, case = at_work
    begin(clerk, case)
    screen = clerk.press({"kalla": "Vaktmästaren ringde."}, _spara="1")
    assert (screen.status, screen.value("kalla")) == (200, "Vaktmästaren ringde.")
    assert begin(clerk, case, "b1").value("kalla") == "", "each child has its own"
    clerk.go(address(case))
    clerk.act("kasta")
    screen = begin(clerk, case)
    assert screen.value("kalla") == ""
    assert screen.value("namn") == "Bo"
    assert reports(town) == []


def test_what_was_written_as_the_session_ran_out_is_there_again(at_work, town, clock):
    clerk, case = at_work
    begin(clerk, case)
    clock.move(minutes=31)
    assert clerk.press(READ | {"kalla": "Bo grät."}).heading == "Du behöver logga in"
    clerk.use(clerk.link())
    assert reports(town) == []
    screen = clerk.go(address(case))
    assert "Det här hade du skrivit när du blev utloggad" in screen.text
    assert screen.value("kalla") == "Bo grät."
    assert clerk.press(READ).heading == "Orosanmälan: skickad"
    assert len(reports(town)) == 1


def test_the_case_can_end_when_each_child_has_been_reported(at_work, town):
    clerk, case = at_work
    for whom in ("b0", "b1"):
        begin(clerk, case, whom)
        clerk.press(READ)
    assert len(reports(town)) == 2
    screen = people(clerk, case)
    assert "Saknar svar" not in screen.text
    assert screen.text.count("Har ett svar") == 2


def test_a_guardian_with_protected_data_hides_where_the_child_is(at_work):
    clerk, case = at_work
    take(clerk, case, "vuxen", namn="Mia Berg", skyddad="ja")
    [mother] = guardians(people(clerk, case))
    take(clerk, case, "ung", "b0", namn="Bo Berg", alder="13", vuxna=(mother,), alla="ja")
    screen = begin(clerk, case)
    assert screen.value("vuxna-0-namn") == "Mia Berg"
    assert_hidden(screen)


def test_a_child_with_protected_data_is_protected_in_the_report_too(at_work):
    clerk, case = at_work
    known = {"namn": "Bo Berg", "alder": "13", "skola": "Ekskolan"}
    take(clerk, case, "ung", "b0", skyddad="ja", **known)
    assert_hidden(begin(clerk, case))


def assert_hidden(screen):
    assert screen.value("plats") == ""
    [chosen] = [
        each.attributes["value"]
        for each in screen.page.all("input")
        if each.attributes.get("name") == "skyddad" and "checked" in each.attributes
    ]
    assert chosen == "ja"


def take(clerk, case, step, whom="", **typed):
    about = f"?vem={whom}" if whom else ""
    clerk.go(f"/inkorg/arenden/{case}/steg/{step}{about}")
    return clerk.press(typed)


def guardians(screen):
    links = [link.attributes["href"] for link in screen.page.all("a")]
    return [re.search(r"vem=(.*)", each)[1] for each in links if "/steg/vuxen?vem=" in each]


def test_what_staff_have_put_right_is_said_to_be_theirs(at_work):
    clerk, case = at_work
    take(clerk, case, "ung", "b0", namn="Bo Berg", alder="13", skola="Ekskolan")
    screen = begin(clerk, case)
    assert f"Ur ärendet {case}, skrivet av personalen, ”Skola”:\nEkskolan" in screen.value("plats")
    assert screen.value("namn") == "Bo Berg"


def test_who_is_of_age_is_not_reported(at_work):
    clerk, case = at_work
    take(clerk, case, "ung", "b1", namn="Kanarie Ek", alder="19")
    assert address(case, "b1") not in people(clerk, case).html
    screen = clerk.go(address(case, "b1"))
    assert screen.status == 409
    assert "har fyllt 18 år" in screen.text


def test_who_has_left_the_case_meanwhile_is_not_reported_and_no_word_is_lost(at_work, town):
    clerk, case = at_work
    begin(clerk, case, "b1")
    other = Clerk(town.staff(), SSPF, name="Olle Annan")
    no_need = {"svar": "behovs_inte", "svar-behovs_inte-text": "Hör inte hit."}
    assert "Svara först på det här" in take(other, case, "inte_med", "b1", skal="Nej.").text
    take(other, case, "orosanmalan", "b1", **no_need)
    take(other, case, "inte_med", "b1", skal="Hör inte hit.")
    screen = clerk.press(READ | {"kalla": "Jag såg det själv."})
    assert screen.status == 409
    assert "hör inte längre till ärendet" in screen.text
    assert screen.value("kalla") == "Jag såg det själv."
    assert reports(town) == []


def test_two_who_are_one_are_reported_once(at_work, town):
    clerk, case = at_work
    begin(clerk, case, "b1")
    clerk.press(READ)
    take(clerk, case, "samma", "b1", samma="b0")
    screen = people(clerk, case)
    assert reports(town)[0].reference in screen.text
    assert address(case, "b0") not in screen.html


def test_it_takes_the_roles_of_the_case_and_none_at_the_other_unit(at_work, somebody, town):
    _, case = at_work
    coordinator = somebody("Sara S", sspf={Role.SSPF})
    assert begin(coordinator, case).status == 200
    assert coordinator.press(READ).heading == "Orosanmälan: skickad"
    for role in (Role.HANDLAGGARE, Role.REGISTRATOR, Role.ADMINISTRATOR):
        stranger = somebody(f"N {role}", sspf={role})
        assert stranger.go(address(case, "b1")).status == 403
    assert somebody("B B", barn_och_unga={Role.HANDLAGGARE}).go(address(case)).status == 404
    assert len(reports(town)) == 1


def test_there_is_no_such_page_for_who_was_never_there(at_work):
    clerk, case = at_work
    assert clerk.go(address(case, "b9")).status == 404
    assert clerk.go(f"/inkorg/arenden/{case}/anmalan/annat/b0").status == 404


def test_whoever_is_let_in_in_an_emergency_may_make_it_too(town):
    clerk, case = case_in(town)
    clerk.open(case)
    clerk.act("lamna-tillbaka")
    alone = Clerk(town.staff(), SSPF, name="Bo Al")
    alone.go(f"/inkorg/arenden/{case}/jav")
    alone.press({"text": "Han är min bror."})
    town.clock.move(hours=9)
    alone.use(alone.link())
    assert alone.go(address(case)).status == 404
    alone.go(f"/inkorg/nodlage?arende={case}")
    alone.press({"text": "Det kan inte vänta till i morgon."})
    screen = alone.go(address(case))
    assert (screen.status, screen.value("ditt_namn")) == (200, "Bo Al")
    assert alone.press(READ).heading == "Orosanmälan: skickad"
    [row] = reports(town)
    assert row.entered_by == "Bo Al"


def test_where_something_of_the_people_cannot_be_read_it_says_so(town):
    clerk, case = case_in(town)
    take(clerk, case, "ung", "b0", namn="Bo Berg", alder="13")
    begin(clerk, case, "b1")
    broken = tables.case_entries.update().values(sealed=b"x")
    mine = tables.case_entries.c.step == "ung"

    def spoil(connection):
        connection.execute(text("DROP TRIGGER case_entries_no_update"))
        connection.execute(broken.where(mine))

    town.database.write_now(spoil)
    screen = clerk.press(READ | {"kalla": "Jag såg det själv."})
    assert screen.status == 409
    assert "går inte att öppna" in screen.text
    assert screen.value("kalla") == "Jag såg det själv."
    screen = clerk.go(address(case))
    assert screen.status == 409
    assert "Skriv ner den under ”Ny anmälan”" in screen.text
    assert reports(town) == []


def test_what_was_asked_in_another_language_is_told_in_ours(town):
    clerk, case = case_in(town, replace(GROUP, language="en"))
    told = begin(clerk, case).value("beskriv")
    assert f"Ur begäran {case}, ”Sedan när?”:\nDen senaste månaden" in told
    assert TOLD in told


def test_the_link_goes_with_whichever_is_removed_first_and_the_other_stands(either):
    for gone in ("stoppmote", "orosanmalan"):
        clerk, case = case_in(either)
        begin(clerk, case)
        clerk.press(READ)
        either.carry()
        other = Clerk(either.staff(), THEIRS)
        row = reports(either)[-1]
        assert case in other.open(row.reference).text
        found = select(tables.submissions).where(tables.submissions.c.form_id == gone)
        erased = {
            each.id: each.unit
            for each in either.database.read_now(lambda c, f=found: c.execute(f).all())
        }
        either.database.write_now(partial(erasing.erase, units=erased, now=either.clock.now()))
        left = either.database.read_now(lambda c: c.execute(select(tables.report_links)).all())
        assert left == []
        if gone == "stoppmote":
            screen = other.open(row.reference)
            assert screen.status == 200
            assert "Kommer ur begäran" not in screen.text
            assert f"Ur begäran {case}" in screen.text, "in the words that were sent"
            either.database.write_now(
                partial(erasing.erase, units={row.id: row.unit}, now=either.clock.now())
            )
        else:
            assert clerk.open(case).status == 200
            assert row.reference in clerk.go(f"/inkorg/arenden/{case}/flik/historik").text


def test_four_at_the_same_moment_send_one(either):
    clerk, case = case_in(either)
    names = ("Ada A", "Bea B", "Cia C")
    all_of_them = [clerk, *(Clerk(either.staff(), SSPF, name=name) for name in names)]
    for each in all_of_them:
        begin(each, case)
    with ThreadPoolExecutor(len(all_of_them)) as threads:
        screens = list(threads.map(lambda each: each.press(READ), all_of_them))
    [row] = reports(either)
    assert sorted(screen.status for screen in screens) == [200, 409, 409, 409]
    assert all(row.reference in screen.text for screen in screens)
    taken = select(tables.case_entries).where(tables.case_entries.c.step == "orosanmalan")
    assert len(either.database.read_now(lambda c: c.execute(taken).all())) == 1


def test_a_reference_that_is_taken_is_drawn_anew_and_nothing_is_said_twice(town, monkeypatch):
    clerk, case = case_in(town)
    begin(clerk, case)
    draws = iter([case, case])
    drawn = references.new
    monkeypatch.setattr(references, "new", lambda *given: next(draws, None) or drawn(*given))
    assert clerk.press(READ).heading == "Orosanmälan: skickad"
    [row] = reports(town)
    assert row.reference != case
    taken = select(tables.case_entries).where(tables.case_entries.c.step == "orosanmalan")
    assert len(town.database.read_now(lambda c: c.execute(taken).all())) == 1
    assert f"Referens {row.reference}" in clerk.go(f"/inkorg/arenden/{case}/flik/historik").text


def test_what_the_case_says_already_of_such_a_report_stands_on_the_page(at_work):
    clerk, case = at_work
    said = {"svar": "gjord", "svar-gjord-text": "Rektorn, i tisdags."}
    take(clerk, case, "orosanmalan", "b0", **said)
    assert "I ärendet står redan: Ja, den är gjord" in begin(clerk, case).text
    assert "I ärendet står redan" not in begin(clerk, case, "b1").text


def test_two_tabs_of_one_browser_do_not_write_over_each_other(at_work, town):
    clerk, case = at_work
    first = begin(clerk, case)
    old = {**first.sent(first.page.all("form")[1]), "kalla": "I den första."}
    clerk.press({"kalla": "I den andra."}, _spara="1")
    screen = clerk.send(address(case), {**old, **READ})
    assert screen.status == 409
    assert "har ändrats i en annan flik" in screen.text
    assert screen.value("kalla") == "I den första."
    assert reports(town) == []
    assert clerk.press(READ).heading == "Orosanmälan: skickad"


def test_somebody_more_at_home_has_room_and_nothing_is_lost(at_work):
    clerk, case = at_work
    begin(clerk, case)
    screen = clerk.press({"kalla": "Jag såg det.", "vuxna-0-namn": "Mia"}, _add="vuxna")
    assert screen.status == 200
    assert (screen.value("kalla"), screen.value("vuxna-0-namn")) == ("Jag såg det.", "Mia")
    assert "vuxna-1-namn" in screen.html


def test_a_case_that_has_ended_meanwhile_says_so_and_no_word_is_lost(at_work, town):
    clerk, case = at_work
    begin(clerk, case)
    ended = tables.inbox_items.update().values(state="avslutad")
    town.database.write_now(lambda c: c.execute(ended))
    screen = clerk.press(READ | {"kalla": "Jag såg det själv."})
    assert screen.status == 409
    assert "går inte att göra i det läge" in screen.text
    assert screen.value("kalla") == "Jag såg det själv."
    assert clerk.go(address(case, "b1")).status == 409
    assert reports(town) == []


def test_there_is_no_receipt_before_it_is_sent(at_work):
    clerk, case = at_work
    assert clerk.go(f"{address(case)}/kvitto").heading == "Gör en orosanmälan"
