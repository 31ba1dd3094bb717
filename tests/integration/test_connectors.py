"""What every connector promises, asked of each one there is; and what the register promises."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.delivery import connector as register
from app.delivery.connector import CONNECTORS, build, connector, load_connectors
from app.delivery.relay import envelope_of
from app.errors import ConnectorTaken, DatabaseUnavailable, TemporaryFailure, UnknownConnector
from app.records import outbox
from app.storage import tables

load_connectors()


@pytest.fixture
def envelope(database, hand_in, clock):
    """An envelope whose report is really in the database."""
    hand_in()
    claimed = database.write_now(
        lambda c: outbox.claim(c, "inbox", now=clock.now(), lease=clock.now() - clock.now(), most=1)
    )
    return envelope_of(claimed[0])


def held(database):
    """How many reports the receiver holds, by connector."""
    counted = select(func.count()).select_from(tables.inbox_items)
    return {"inbox": lambda: database.read_now(lambda c: c.execute(counted).scalar())}


@pytest.fixture(params=sorted(CONNECTORS))
def named(request):
    return request.param


@pytest.fixture
def built(named, database, clock):
    return build([named], database=database, clock=clock)[named]


def test_a_delivered_envelope_is_held_by_the_receiver(named, built, envelope, database):
    assert built.deliver(envelope) is None
    assert held(database)[named]() == 1


def test_the_same_envelope_again_changes_nothing(named, built, envelope, database):
    for _ in range(3):
        built.deliver(envelope)
    assert held(database)[named]() == 1


def test_a_receiver_that_is_away_is_a_failure_with_a_name(named, built, envelope, database):
    database.close()
    with pytest.raises((TemporaryFailure, DatabaseUnavailable)):
        built.deliver(envelope)


def test_an_envelope_shows_nothing_sealed_when_it_is_printed(envelope):
    assert repr(envelope.sealed) not in repr(envelope)


def test_the_inbox_is_a_connector():
    assert "inbox" in CONNECTORS


def test_a_name_can_be_taken_once():
    with pytest.raises(ConnectorTaken, match="inbox"):
        connector("inbox")(lambda setup: None)


def test_reading_the_folder_again_registers_nothing_twice():
    before = dict(CONNECTORS)
    load_connectors()
    assert before == CONNECTORS


def test_a_destination_without_a_connector_is_named_with_those_there_are(database, clock):
    with pytest.raises(UnknownConnector, match=r"faks; there are: .*inbox"):
        build(["inbox", "faks"], database=database, clock=clock)


def test_a_connector_gets_its_own_settings_and_no_others(database, clock, monkeypatch):
    monkeypatch.setattr(register, "CONNECTORS", {**CONNECTORS})
    given = []
    connector("test_only")(lambda setup: given.append(setup.options))
    options = {"test_only": {"url": "https://example.se"}, "inbox": {"x": "y"}}
    build(["test_only"], database=database, clock=clock, options=options)
    assert given == [{"url": "https://example.se"}]


def test_a_report_that_is_not_there_does_not_come_into_the_inbox(database, clock, envelope):
    inbox = build(["inbox"], database=database, clock=clock)["inbox"]
    with pytest.raises(IntegrityError):
        inbox.deliver(replace(envelope, submission_id=uuid4()))
