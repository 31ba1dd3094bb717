"""The whole service is the same on SQLite and on PostgreSQL."""

import pytest

from tests.web import journeys
from tests.web.desk import Clerk
from tests.web.reporters import ENGLISH, REKTOR_GROUP
from tests.web.visitor import Visitor


@pytest.fixture
def clerk(either):
    return Clerk(either.staff(), "sspf")


@pytest.fixture
def visitor(either):
    return Visitor(either.citizen())


def test_a_report_goes_from_the_first_question_to_the_inbox(visitor, either, clerk):
    reference = journeys.report(visitor, REKTOR_GROUP)
    assert either.carry() == 1
    assert clerk.queue() == [reference]
    assert "Vaktmästaren såg alla sex" in clerk.open(reference).text
    assert "Du har ärendet sedan" in clerk.act("ta").text


def test_signs_that_one_engine_does_not_take_break_neither(visitor, either, clerk):
    odd = "Ett\x00två\ud800tre \u202e😀 "
    strange = ENGLISH.but(beskriv=odd.encode("utf-8", "replace").decode() + "x" * 40)
    journeys.report_at_once(visitor, strange)
    either.carry()
    for address in ("/inkorg/arenden/%00", "/inkorg?efter=%00", "/logga-in/%00"):
        assert clerk.go(address).status in {200, 404}
    other = Clerk(clerk.client.app, "sspf", name="Ina\x00 Handläggare\u202e", sign_in=False)
    assert "Inloggad som Ina Handläggare" in " ".join(other.use(other.link()).html.split())


def test_leaving_and_starting_over_and_running_out_are_the_same(visitor, clock):
    journeys.at_review(visitor, REKTOR_GROUP)
    visitor.client.get("/lamna")
    assert visitor.go("/stoppmote/granska").path == "/stoppmote"
    journeys.at_review(visitor, REKTOR_GROUP)
    clock.move(minutes=61)
    assert visitor.go("/stoppmote/granska").status == 410
