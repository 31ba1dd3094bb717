"""Staff write down what somebody rings about: the form on one page, and no word of it lost."""

import io
import json
import logging
import re
from datetime import datetime

import pytest
from sqlalchemy import select

from app import logs
from app.casework import access
from app.crypto import unseal
from app.runner.role import Role
from app.storage import tables
from tests.web import journeys
from tests.web.canary import MARK, files, hits, stored
from tests.web.desk import Clerk
from tests.web.reporters import ANONYMOUS

OURS, THEIRS = "barn-och-unga", "sspf"
NEW = "/inkorg/ny"
AT = f"{NEW}/orosanmalan"
WORDS = "Grannen hörde slag och gråt i natt."
CALL = {"_kanal": "telefon", "namn": "Kim", "beskriv": WORDS, "fara": "nej", "roll": "privat"}


@pytest.fixture
def clerk(town):
    return Clerk(town.staff(), OURS)


def begin(clerk, form_id="orosanmalan"):
    """Press "Ny anmälan" in the queue, and choose what it is about."""
    clerk.go("/inkorg")
    [link] = [a for a in clerk.screen.page.all("a") if a.words == "Ny anmälan"]
    clerk.go(link.attributes["href"])
    token = re.findall(r'name="_token" value="([^"]+)"', clerk.screen.html)[0]
    return clerk.send(f"{NEW}/{form_id}/borja", {"_token": token})


def reference(screen):
    return re.search(r'class="reference">([A-Z0-9-]+)<', screen.html)[1]


def row(town, table=tables.submissions):
    return town.database.read_now(lambda c: c.execute(select(table)).one())


def count(town, table=tables.submissions):
    return len(town.database.read_now(lambda c: c.execute(select(table)).all()))


def transcript(town, clerk):
    found = row(town)
    opened = unseal.unseal(found.sealed, clerk.desk.keys[found.key_id], expected={})
    return json.loads(opened.content)


def at_a_desk(town, name, **grants):
    """Somebody who is signed in with roles at some units."""
    who = access.LetIn(
        name,
        access.subject_of("", name),
        {unit.replace("_", "-"): frozenset(roles) for unit, roles in grants.items()},
        qualified=True,
    )
    opened = town.database.write_now(lambda c: access.open_session(c, who, now=town.clock.now()))
    clerk = Clerk(town.staff(), OURS, name=name, sign_in=False)
    clerk.client.cookies.set("inkorg", opened.cookie)
    return clerk


def test_a_call_goes_from_the_first_press_to_the_queue_and_the_case(either):
    town = either
    clerk = Clerk(town.staff(), OURS)
    assert begin(clerk).heading == "Anmäl oro för ett barn"
    said = clerk.press(CALL)
    assert (said.status, said.heading) == (200, "Anmälan har kommit in")
    assert "kommer i kön om några sekunder" in said.text
    town.carry()
    assert "Öppna ärendet" in clerk.go(f"{AT}/kvitto").text
    assert clerk.queue() == [reference(said)]
    assert "Telefon Skyddsbedömning i dag Ingen än" in clerk.screen.text
    case = clerk.open(reference(said)).text
    assert WORDS in case
    assert "Togs emot Telefon · Nedskriven av Ina Handläggare, tisdag 24 november" in case
    assert "Frågades inte, eller besvarades inte" in case


def test_it_is_sealed_and_queued_as_what_comes_in_at_the_door_and_says_who_took_it_in(town, clerk):
    begin(clerk)
    clerk.press(CALL)
    found, event = row(town), town.database.read_now(last_event)
    assert (found.channel, found.entered_by) == ("telefon", "Ina Handläggare")
    assert (found.unit, found.destinations) == (OURS, "inbox")
    assert (event.kind, event.actor, event.submission_id) == (
        "submission_received",
        "Ina Handläggare",
        found.id,
    )
    assert transcript(town, clerk)["taken_in"] == {
        "channel": "telefon",
        "by": "Ina Handläggare",
        "at": "2026-11-24T08:30:00+00:00",
        "reason": "",
    }


def last_event(connection):
    events = tables.audit_events
    return connection.execute(select(events).order_by(events.c.id.desc()).limit(1)).one()


def test_what_comes_in_at_the_door_says_nothing_of_staff(town, visitor, clerk):
    journeys.report_at_once(visitor, ANONYMOUS)
    found = row(town)
    assert (found.channel, found.entered_by) == (None, None)
    assert "taken_in" not in transcript(town, clerk)
    town.carry()
    assert "Togs emot" not in clerk.open(found.reference).text


def test_nobody_who_hangs_up_is_in_the_way_but_how_it_came_must_be_said(town, clerk):
    begin(clerk)
    screen = clerk.press({"beskriv": WORDS})
    assert (screen.status, screen.errors()) == (422, ["Fel: Välj hur anmälan kom till oss."])
    assert screen.value("beskriv") == WORDS
    assert count(town) == 0
    assert clerk.press({"_kanal": "besok"}).heading == "Anmälan har kommit in"


def test_what_is_saved_for_now_is_there_again_and_nowhere_else(town, clerk):
    begin(clerk)
    screen = clerk.press({"beskriv": WORDS, "kalla": "Hon såg det själv."}, _spara="1")
    assert (screen.status, screen.path) == (200, AT)
    assert "Sparat 24 nov 09.30" in screen.text
    assert (screen.value("beskriv"), screen.value("kalla")) == (WORDS, "Hon såg det själv.")
    assert count(town) == 0
    begin(clerk)
    assert clerk.screen.value("beskriv") == WORDS, "to begin anew throws nothing away"
    other = Clerk(town.staff(), OURS, name="Olle Annan")
    other.client.cookies.set("nedskrivet", clerk.cookies["nedskrivet"])
    assert other.go(AT).heading == "Ny anmälan", "not even with the other's cookie"


def test_a_person_who_is_added_has_room_and_nothing_else_is_lost(clerk):
    begin(clerk)
    screen = clerk.press({"beskriv": WORDS, "vuxna-0-namn": "Mia"}, _add="vuxna")
    assert {"vuxna-0-namn", "vuxna-1-namn"} <= screen.names()
    assert (screen.value("vuxna-0-namn"), screen.value("beskriv")) == ("Mia", WORDS)
    screen = clerk.press(_remove="vuxna-0")
    assert screen.value("vuxna-0-namn") == ""


def test_what_is_thrown_away_is_gone(town, clerk):
    begin(clerk)
    clerk.press({"beskriv": WORDS}, _spara="1")
    clerk.act("kasta")
    assert count(town, tables.unsaved) == 0
    assert clerk.go(AT).path == NEW
    assert begin(clerk).value("beskriv") == ""


def test_it_is_not_kept_for_more_than_eight_hours(clerk, clock):
    begin(clerk)
    clerk.press({"beskriv": WORDS}, _spara="1")
    clock.move(hours=8)
    clerk.use(clerk.link())
    assert clerk.go(AT).path == NEW


def test_who_pressed_after_it_had_run_out_has_their_words(town, clerk, clock):
    begin(clerk)
    clerk.press({"beskriv": "Början"}, _spara="1")
    town.database.write_now(lambda c: c.execute(tables.unsaved.delete()))
    screen = clerk.press({**CALL, "beskriv": WORDS}, _spara="1")
    assert screen.value("beskriv") == WORDS


def test_a_session_that_runs_out_while_somebody_talks_loses_nothing(town, clerk, clock):
    begin(clerk)
    clock.move(minutes=31)
    assert clerk.press(CALL).heading == "Du behöver logga in"
    clerk.use(clerk.link())
    assert "Du blev utloggad innan det du skrev var sparat" in clerk.screen.text
    screen = clerk.go(AT)
    assert "Det här hade du skrivit när du blev utloggad" in screen.text
    assert screen.value("beskriv") == WORDS
    assert clerk.press().heading == "Anmälan har kommit in"
    assert "Det finns kvar" not in clerk.go("/inkorg").text
    assert count(town) == 1


def test_who_signed_in_anew_in_another_tab_has_not_written_in_vain(town, clerk):
    begin(clerk)
    old = clerk.screen
    clerk.use(clerk.link())
    clerk.seen.append(old)
    screen = clerk.press(CALL)
    assert (screen.status, count(town)) == (403, 0)
    assert WORDS in screen.html
    assert clerk.press().heading == "Anmälan har kommit in"


def test_another_tab_never_writes_over_what_is_saved_without_saying_so(clerk):
    begin(clerk)
    old = clerk.screen
    clerk.press({"beskriv": WORDS}, _spara="1")
    clerk.seen.append(old)
    screen = clerk.press({"beskriv": "I en annan flik"}, _spara="1")
    assert screen.status == 409
    assert "har ändrats i en annan flik" in screen.text
    assert screen.value("beskriv") == "I en annan flik"
    assert clerk.go(AT).value("beskriv") == WORDS
    clerk.seen.append(screen)
    assert clerk.press(_spara="1").value("beskriv") == "I en annan flik"


def test_pressed_twice_it_is_handed_in_once(town, clerk):
    begin(clerk)
    before = clerk.screen
    first = reference(clerk.press(CALL))
    clerk.seen.append(before)
    assert reference(clerk.press({**CALL, "beskriv": "Igen"})) == first
    assert clerk.go(AT).path == f"{AT}/kvitto"
    assert count(town) == 1
    assert begin(clerk).value("beskriv") == "", "the next one is new"


# Who is anonymous, and what is not asked


def test_who_wants_to_be_anonymous_has_no_name_in_it_whatever_was_written(town, clerk):
    begin(clerk)
    clerk.press({**CALL, "anonym": "nej", "ditt_namn": "Gun Granne"}, _spara="1")
    assert clerk.screen.value("ditt_namn") == "Gun Granne"
    screen = clerk.press({"anonym": "ja"}, _spara="1")
    assert "Gun Granne" not in screen.html, "gone, and not hidden"
    clerk.press()
    assert "Gun" not in json.dumps(transcript(town, clerk))
    assert "ditt_namn" not in json.dumps(transcript(town, clerk))


def test_what_is_written_where_nothing_is_asked_is_said_and_not_thrown_away(town, clerk):
    begin(clerk)
    screen = clerk.press({**CALL, "sprak": "Somaliska"})
    [said] = screen.errors()
    assert (screen.status, screen.value("sprak")) == (422, "Somaliska")
    assert "”Behöver barnet eller familjen tolk?” är ”Ja”" in said
    clerk.press({"tolk": "ja"})
    assert "Somaliska" in json.dumps(transcript(town, clerk), ensure_ascii=False)


def test_a_question_that_depends_on_another_says_so(clerk):
    said = begin(clerk).text
    assert "Om svaret på ”Anmäler du privat eller i ditt arbete?” är ”Som privatperson”:" in said
    assert "Din yrkesroll (om svaret på ”Anmäler du privat" in said


def test_the_page_says_that_advice_without_a_name_is_no_report(clerk):
    clerk.go(NEW)
    assert "Då är det ingen anmälan. Ge råd, men skriv inget här." in clerk.screen.text


def test_an_input_that_no_page_has_is_refused(town, clerk):
    begin(clerk)
    token = clerk.screen.value("_token")
    assert clerk.send(AT, {"_token": token, "kamera": "1"}).status == 400
    assert clerk.send(AT, {"beskriv": WORDS}).status == 403
    assert clerk.go(f"{NEW}/okant").status == 404
    assert count(town) == 0


# When it came in


def test_the_clocks_go_from_when_it_came_in_and_an_earlier_time_takes_a_reason(town, clerk):
    begin(clerk)
    post = {**CALL, "_kanal": "papper", "_dag-day": "20", "_tid": "14.10"}
    screen = clerk.press(post)
    assert screen.status == 422
    assert "Tiden är tidigare än när du började skriva" in screen.errors()[0]
    assert screen.value("_tid") == "14.10"
    said = clerk.press({"_skal": "Kom med posten."})
    assert "fredag 20 november 2026 klockan 14.10" in said.text
    found = row(town)
    assert found.received_at.isoformat() == "2026-11-20T13:10:00+00:00"
    town.carry()
    case = clerk.open(found.reference).text
    assert "Skyddsbedömning Senast lördag 21 november 3 dagar sent" in case
    assert "Beslut om utredning Senast fredag 4 december" in case
    assert "Papper eller e-post · Nedskriven av Ina Handläggare, tisdag 24 november" in case
    assert "Kom med posten." in case


def test_what_stands_there_from_the_beginning_is_when_somebody_began_to_write(town, clerk, clock):
    began = clock.now()
    begin(clerk)
    clock.move(minutes=25, seconds=7)
    clerk.press(CALL)
    assert row(town).received_at == began


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"_tid": "09.31"}, "senare än nu"),
        ({"_dag-day": "25"}, "senare än"),
        ({"_tid": "i morse"}, "Skriv tiden"),
        ({"_dag-day": "31", "_dag-month": "2"}, "Skriv dag"),
        ({"_dag-day": "", "_dag-month": "", "_dag-year": ""}, "Skriv dag"),
        ({"_tid": ""}, "Skriv tiden"),
        ({"_dag-day": "29", "_dag-month": "3", "_tid": "02.30", "_skal": "x"}, "fanns inte"),
    ],
)
def test_a_time_that_can_not_be_is_said_and_nothing_is_lost(town, clerk, said, error):
    begin(clerk)
    screen = clerk.press({**CALL, **said})
    assert screen.status == 422
    assert any(error in each for each in screen.errors()), screen.errors()
    assert all(screen.value(name) == text for name, text in said.items())
    assert screen.value("beskriv") == WORDS
    assert count(town) == 0


def test_in_the_hour_that_comes_twice_it_came_in_when_somebody_began(town, clock):
    clock.time = datetime.fromisoformat("2026-10-25T01:30:00+00:00")
    clerk = Clerk(town.staff(), OURS)
    begin(clerk)
    assert clerk.screen.value("_tid") == "02.30"
    clerk.press(CALL)
    assert row(town).received_at == clock.now()


# Who may


@pytest.mark.parametrize("role", [Role.HANDLAGGARE, Role.GRUPPLEDARE, Role.REGISTRATOR])
def test_those_who_may_enter_have_the_way_in_the_queue(town, role):
    clerk = at_a_desk(town, "Rut Registrator", barn_och_unga={role})
    assert begin(clerk).heading == "Anmäl oro för ett barn"
    assert clerk.press(CALL).heading == "Anmälan har kommit in"


def test_a_registrator_opens_what_they_entered_until_somebody_has_it_and_nothing_else(
    town, visitor
):
    theirs = journeys.report_at_once(visitor, ANONYMOUS)
    clerk = at_a_desk(town, "Rut Registrator", barn_och_unga={Role.REGISTRATOR})
    begin(clerk)
    own = reference(clerk.press(CALL))
    town.carry()
    screen = clerk.open(own)
    assert screen.status == 200
    assert WORDS in screen.text
    assert "Ta ärendet" not in screen.text
    assert clerk.open(theirs).status == 403
    opened = select(tables.inbox_items.c.opened_at).join(tables.submissions)
    mine = opened.where(tables.submissions.c.reference == own)
    assert town.database.read_now(lambda c: c.execute(mine).scalar_one()) is None
    leader = Clerk(town.staff(), OURS, name="Ina Handläggare")
    leader.open(own)
    leader.act("ta")
    assert clerk.open(own).status == 403
    other = at_a_desk(town, "Rune Registrator", barn_och_unga={Role.REGISTRATOR})
    assert other.open(own).status == 403


def test_what_belongs_to_another_unit_goes_there_and_is_not_shown_here(town, clerk):
    begin(clerk, "stoppmote")
    screen = clerk.press({"_kanal": "kollega", "handelse": WORDS})
    assert screen.heading == "Anmälan har kommit in"
    assert "går till" in screen.text
    assert "Öppna ärendet" not in screen.text
    town.carry()
    assert clerk.queue() == []
    assert clerk.open(reference(screen)).status == 404
    assert Clerk(town.staff(), THEIRS, name="Sam Sspf").queue() == [reference(screen)]


# And no word of it is anywhere else


def test_the_database_the_log_and_the_addresses_have_no_word_of_it(town, clerk, clock, tmp_path):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Discreet("test"))
    logging.getLogger().addHandler(handler)
    marked = {
        **CALL,
        "namn": f"{MARK} Kim",
        "beskriv": f"{MARK} {WORDS}",
        "_skal": f"{MARK} kom med posten",
        "_dag-day": "20",
        "sprak": MARK,
    }
    try:
        begin(clerk)
        clerk.press(marked, _spara="1")
        clerk.press({"_tid": MARK})
        clerk.press({"_tid": "08.00"})
        clerk.send(AT, {"_token": "x", MARK: MARK})
        clerk.go(AT)
        clock.move(minutes=31)
        clerk.press({"tolk": "ja"})
        clerk.use(clerk.link())
        clerk.go(AT)
        said = clerk.press({"tolk": "ja"})
        town.carry()
        assert MARK in clerk.open(reference(said)).html
    finally:
        logging.getLogger().removeHandler(handler)
    assert said.heading == "Anmälan har kommit in"
    assert hits({"database": stored(town.database), "log": stream.getvalue().encode()}) == []
    assert hits(files([tmp_path])) == []
    assert not any(MARK in screen.path for screen in clerk.seen)
