"""An operator can ask how far everything has come, be told when it does not add up, and resume."""

import pytest
from sqlalchemy import delete, update

from app.records import destinations, outbox, pulse
from app.records.outbox import State
from app.storage import tables
from app.storage.database import Database
from tests import service
from tests.integration.casework import Unit


@pytest.fixture
def say(sqlite_url, tmp_path):
    """Say something on the command line; tests that ask for it use SQLite."""
    environment = service.environment(
        data=tmp_path / "data",
        citizen="http://127.0.0.1:1",
        staff="http://127.0.0.1:2",
        DATABASE_URL=sqlite_url,
    )
    return lambda *words: service.command(*words, environment=environment)


@pytest.fixture
def database(sqlite_url):
    with Database.open(sqlite_url) as opened:
        yield opened


def test_it_adds_up_and_says_so(say, hand_in, database):
    hand_in()
    done = say("reconcile")
    assert done.returncode == 0
    assert "inbox" in done.stdout
    assert database.read_now(lambda c: pulse.pulse(c, pulse.RECONCILE)).ok


def test_what_is_lost_ends_with_one_and_is_told_to_staff(say, hand_in, database):
    hand_in()
    database.write_now(lambda c: c.execute(delete(tables.deliveries)))
    done = say("reconcile")
    assert done.returncode == 1
    assert "STÄMMER INTE" in done.stdout
    assert "går inte ihop" in done.stderr
    assert not database.read_now(lambda c: pulse.pulse(c, pulse.RECONCILE)).ok


def test_a_case_that_does_not_agree_with_itself_is_said(say, hand_in, database, clock):
    unit, reference = Unit(database, clock), hand_in().reference
    unit.arrive()
    unit.take(reference)
    assert say("reconcile").returncode == 0
    database.write_now(lambda c: c.execute(update(tables.inbox_items).values(version=7)))
    done = say("reconcile")
    assert done.returncode == 1
    assert "1 ärenden stämmer inte" in done.stderr


def test_every_night_it_is_counted_before_anything_is_erased(say, hand_in, database):
    hand_in()
    assert say("retain").returncode == 0
    assert database.read_now(lambda c: pulse.pulse(c, pulse.RECONCILE)).ok
    database.write_now(lambda c: c.execute(delete(tables.deliveries)))
    done = say("retain")
    assert '"reconciled"' in done.stderr
    assert '"critical"' in done.stderr
    assert not database.read_now(lambda c: pulse.pulse(c, pulse.RECONCILE)).ok


def test_deliveries_are_counted_and_a_closed_destination_is_opened_again(
    say, hand_in, database, clock
):
    hand_in()
    database.write_now(lambda c: destinations.close(c, "inbox", now=clock.now()))
    shown = say("deliveries").stdout
    assert shown.split() == ["inbox", "queued", "1", "STÄNGD"]
    resumed = say("deliveries", "resume", "inbox")
    assert resumed.stdout == "inbox är öppen. 1 anmälningar skickas nu.\n"
    assert database.read_now(destinations.closed) == frozenset()
    assert database.read_now(outbox.counts) == {("inbox", State.RETRY): 1}
    assert say("deliveries", "resume", "posten").returncode == 1
