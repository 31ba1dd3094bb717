"""Those who review the log are told of each emergency link: once, without a word of what or who."""

from dataclasses import replace

import pytest

from app.casework import access
from app.delivery.connector import Setup, load
from app.delivery.emergency import Alarm, Whom
from app.records import audit
from app.runner.casework import Casework, Emergency, Review
from app.runner.routing import Destination
from tests.connectors import certificates
from tests.connectors.mail_receiver import MailServer
from tests.integration.casework import Unit
from tests.integration.reports import RECEIVER

WHY = {"reason": "Inloggningen är nere, jouren behöver läsa", "made_by": "root"}


@pytest.fixture
def server():
    server = MailServer(certificates.server("localhost"))
    yield server
    server.close()


@pytest.fixture
def alarm(database, clock, server, tmp_path):
    chosen = {
        "host": "localhost",
        "port": server.port,
        "sender": "inkorgen@example.se",
        "to": ["granskare@example.se"],
        "ca": certificates.file(tmp_path),
        "says": "emergency",
        "connect_seconds": 5,
        "whole_seconds": 20,
    }
    setup = Setup("granskare", database, clock, chosen, tmp_path, "", "https://inkorg.example.se")
    return Alarm(database, load("mail").make(setup), clock)


@pytest.fixture
def link(database, clock):
    def link(why=WHY):
        database.write_now(
            lambda c: access.new_link(c, unit=RECEIVER.unit, now=clock.now(), why=why)
        )

    return link


def test_each_emergency_link_is_told_of_once_and_no_other(alarm, link, server, database, clock):
    link(access.NOT_IN_AN_EMERGENCY)
    assert alarm.tell() == 0
    link()
    assert [alarm.tell(), alarm.tell()] == [1, 0]
    link()
    assert [alarm.tell(), alarm.tell()] == [1, 0]
    assert [letter.to for letter in server.letters] == [("granskare@example.se",)] * 2
    kinds = [kind for kind, _ in Unit(database, clock).events()]
    assert kinds.count("emergency_told") == 2


def test_a_relay_that_is_started_anew_tells_of_what_was_not_told_and_nothing_again(
    alarm, link, server
):
    link()
    alarm.tell()
    link()
    anew = replace(alarm)
    anew.after = 0
    assert [anew.tell(), anew.tell()] == [1, 0]
    assert len(server.letters) == 2


def test_what_could_not_be_told_is_told_later(alarm, link, server, caplog):
    server.stop()
    link()
    assert alarm.tell() == 0
    server.start()
    assert [alarm.tell(), alarm.tell()] == [1, 0]
    assert "emergency.not_told" in caplog.text
    assert len(server.letters) == 1


def test_who_leads_is_told_of_a_case_opened_in_an_emergency_and_of_no_link(
    alarm, link, server, database, clock
):
    leaders = replace(alarm, whom=Whom.LEADERS)
    link()
    assert leaders.tell() == 0
    event = audit.Event(audit.Kind.CASE_EMERGENCY, unit=RECEIVER.unit, actor="Bo Al")
    database.write_now(lambda c: audit.record(c, event, at=clock.now()))
    assert [leaders.tell(), leaders.tell()] == [1, 0]
    assert [alarm.tell(), alarm.tell()] == [2, 0], "both are told, each once"
    anew = replace(leaders)
    anew.after = 0
    assert anew.tell() == 0
    assert "Bo Al" not in server.letters[0].octets.decode()


def test_the_letter_says_that_it_happened_and_nothing_else(alarm, link, server):
    link()
    alarm.tell()
    said = server.letters[0].octets.decode()
    assert "n=C3=B6dl=C3=B6sning" in said
    for secret in (RECEIVER.unit, "jouren", "root", "nere"):
        assert secret not in said


@pytest.mark.parametrize(
    ("to", "fine"), [(None, True), ("granskare", True), ("chef", False), ("finns_inte", False)]
)
def test_who_is_told_must_be_reached_by_a_mail_of_that_kind(to, fine):
    places = {
        "granskare": Destination(connector="mail", options={"says": "emergency"}),
        "chef": Destination(connector="mail", options={"says": "late"}),
    }
    found = list(Casework(review=Review(emergency=to) if to else Review()).faults(places))
    assert [key for key, _ in found] == ([] if fine else ["review.emergency"])
    leaders = Emergency(to=to) if to else Emergency()
    found = list(Casework(emergency=leaders).faults(places))
    assert [key for key, _ in found] == ([] if fine else ["emergency.to"])
