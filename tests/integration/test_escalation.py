"""When nobody has done what must be done, those are told whom the municipality has named, once."""

import pytest

from app.delivery.connector import Setup, load
from app.delivery.escalation import Escalator
from app.runner.casework import Casework, Escalation
from app.runner.routing import Destination
from tests.connectors import certificates
from tests.connectors.mail_receiver import MailServer
from tests.integration.casework import ASSESSED, RULES, Unit

STEPS = (
    Escalation(hours=-8, to="grupp"),
    Escalation(hours=0, to="grupp"),
    Escalation(hours=24, to="chef"),
)


@pytest.fixture
def server():
    server = MailServer(certificates.server("localhost"))
    yield server
    server.close()


@pytest.fixture
def escalator(database, clock, server, tmp_path):
    def mail(name):
        chosen = {
            "host": "localhost",
            "port": server.port,
            "sender": "inkorgen@example.se",
            "to": [f"{name}@example.se"],
            "ca": certificates.file(tmp_path),
            "says": "late",
            "connect_seconds": 5,
            "whole_seconds": 20,
        }
        setup = Setup(name, database, clock, chosen, tmp_path, "", "https://inkorg.example.se")
        return load("mail").make(setup)

    made = {name: mail(name) for name in ("grupp", "chef")}
    return Escalator(database, made, RULES, STEPS, clock)


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in, clock):
    """A case that has been read, whose first clock is over at midnight after tomorrow."""
    reference = hand_in().reference
    unit.arrive()
    unit.read(reference)
    return reference


def to(server):
    return [letter.to for letter in server.letters]


def test_each_is_told_when_it_is_time_and_once(escalator, server, unit, case, clock):
    assert escalator.tell() == 0
    clock.move(hours=31)  # Wednesday at 16.30: less than eight hours are left
    assert [escalator.tell(), escalator.tell()] == [1, 0]
    clock.move(hours=8)
    assert [escalator.tell(), escalator.tell()] == [1, 0]
    clock.move(hours=24)
    assert [escalator.tell(), escalator.tell()] == [1, 0]
    assert to(server) == [("grupp@example.se",)] * 2 + [("chef@example.se",)]
    kinds = [kind for kind, _ in unit.events()]
    assert kinds.count("case_escalated") == 3


def test_a_letter_says_that_a_time_is_over_and_nothing_else(escalator, server, case, clock):
    clock.move(hours=31)
    escalator.tell()
    [letter] = server.letters
    said = letter.octets.decode()
    assert "har_g=C3=A5tt_ut" in said or "g=C3=A5tt ut" in said
    for secret in (case, "skydd", "barn-och-unga", "prov"):
        assert secret not in said


def test_what_is_done_in_time_is_not_told_of(escalator, server, unit, case, clock):
    unit.step(case, "bedom", ASSESSED)
    clock.move(days=2)
    assert escalator.tell() == 0
    assert to(server) == []


def test_of_more_time_it_is_told_when_that_is_over(escalator, server, unit, case, clock):
    unit.step(case, "bedom", ASSESSED)
    longer = {"till-day": ("20",), "till-month": ("12",), "till-year": ("2026",)}
    unit.step(case, "forlang", longer)
    clock.move(days=20)
    assert escalator.tell() == 0
    clock.move(days=7)
    assert escalator.tell() == 2


def test_what_could_not_be_told_is_told_later(escalator, server, case, clock, caplog):
    server.stop()
    clock.move(hours=31)
    assert escalator.tell() == 0
    server.start()
    assert [escalator.tell(), escalator.tell()] == [1, 0]
    assert "escalation.not_told" in caplog.text
    assert case not in caplog.text


@pytest.mark.parametrize(
    ("steps", "fine"),
    [
        ([("chef", 0)], True),
        ([("chef", 0), ("chef", 24)], True),
        ([("chef", 24), ("chef", 0)], False),
        ([("chef", 0), ("chef", 0)], False),
        ([("finns_inte", 0)], False),
        ([("jour", 0)], False),
        ([("inbox", 0)], False),
    ],
)
def test_who_is_told_must_be_reached_by_a_mail_of_that_kind(steps, fine):
    places = {
        "inbox": Destination(connector="inbox"),
        "jour": Destination(connector="mail", options={"says": "new"}),
        "chef": Destination(connector="mail", options={"says": "late"}),
    }
    escalation = tuple(Escalation(to=to, hours=hours) for to, hours in steps)
    found = list(Casework(escalation=escalation).faults(places))
    assert (found == []) == fine
    assert all(key == "escalation" for key, _ in found)
