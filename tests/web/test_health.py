"""Whoever watches over the service is told whether it can do its work, and nothing of anybody."""

import asyncio
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from starlette.testclient import TestClient

from app import main
from app.records import outbox, pulse
from app.storage import tables
from app.storage.database import Database
from app.web.http.health import Health
from tests.connectors import reference

SITES = ("citizen", "staff", "api")


@pytest.fixture
def sites(settings, database, clock):
    """Each site, and how to ask it: path to status and what it says."""

    def ask(name, path, *, settings=settings):
        site = getattr(main, name)(settings, clock=clock, database=database)
        answer = TestClient(site).get(f"/halsa/{path}")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        return answer.status_code, answer.json()

    return ask


@pytest.fixture
def alive(database, clock):
    """A relay that has just said that it lives."""
    database.write_now(lambda c: pulse.beat(c, pulse.RELAY, now=clock.now()))


@pytest.fixture
def report(database, clock):
    def come_in():
        submission_id, now = uuid4(), clock.now()
        row = {
            "id": submission_id,
            "reference": reference(),
            "municipality_code": "9999",
            "unit": "barn-och-unga",
            "form_id": "orosanmalan",
            "form_version": 1,
            "content_hash": "0" * 64,
            "language": "sv",
            "received_at": now,
            "urgent": True,
            "protected": True,
            "key_id": "k",
            "sealed": b"",
        }

        def put(connection):
            connection.execute(insert(tables.submissions), row)
            outbox.put(connection, submission_id, {"inbox": None}, now=now)

        database.write_now(put)

    return come_in


@pytest.mark.parametrize("name", SITES)
def test_a_site_that_answers_lives(sites, name):
    assert sites(name, "levande") == (200, {"status": "lever"})


@pytest.mark.parametrize("name", SITES)
def test_a_site_that_is_well_is_ready(sites, name, alive):
    status, said = sites(name, "redo")
    assert status == 200
    assert (said["status"], said["databas"], said["tabeller"]) == ("redo", "svarar", "aktuella")
    assert (said["nycklar"], said["utskick"]) == ("finns", "igång")


@pytest.mark.parametrize("name", SITES)
def test_without_the_database_a_site_lives_but_is_not_ready(sites, name, database):
    database.close()
    assert sites(name, "levande")[0] == 200
    status, said = sites(name, "redo")
    assert (status, said["status"], said["databas"]) == (503, "inte redo", "svarar inte")


@pytest.mark.parametrize("name", SITES)
def test_with_older_tables_than_it_knows_a_site_is_not_ready(sites, name, database):
    older = text("UPDATE alembic_version SET version_num = '0001'")
    database.write_now(lambda c: c.execute(older))
    status, said = sites(name, "redo")
    assert (status, said["tabeller"]) == (503, "för gamla")


def test_newer_tables_are_what_an_upgrade_looks_like_from_the_version_before(sites, database):
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    database.write_now(lambda c: c.execute(newer))
    assert sites("citizen", "redo")[0] == 200


@pytest.mark.parametrize("name", SITES)
def test_a_relay_that_is_away_is_said_but_turns_nobody_away(sites, name, alive, clock):
    clock.move(seconds=61)
    status, said = sites(name, "redo")
    assert (status, said["utskick"]) == (200, "har tystnat")


def test_a_relay_that_has_never_been_heard_is_said(sites):
    assert sites("citizen", "redo")[1]["utskick"] == "har inte hörts"


@pytest.mark.parametrize(("name", "folder"), [("citizen", "public"), ("staff", "private")])
def test_a_key_that_is_gone_is_said_while_the_process_goes_on(
    settings, database, clock, tmp_path, name, folder
):
    kept = settings.public_keys if folder == "public" else settings.private_keys
    copied = tmp_path / "keys"
    copied.mkdir()
    for file in kept.iterdir():
        (copied / file.name).write_bytes(file.read_bytes())
    site = getattr(main, name)(
        replace(settings, **{f"{folder}_keys": copied}), clock=clock, database=database
    )
    ask = TestClient(site).get
    assert ask("/halsa/redo").json()["nycklar"] == "finns"
    next(copied.iterdir()).unlink()
    clock.move(seconds=1)
    answer = ask("/halsa/redo")
    assert (answer.status_code, answer.json()["nycklar"]) == (200, "saknas")


@pytest.mark.parametrize("minutes", [0, 9, 11, 60 * 24 * 40])
def test_the_citizens_site_says_the_same_whether_somebody_has_reported_or_not(
    sites, report, database, clock, minutes
):
    def beat():
        database.write_now(lambda c: pulse.beat(c, pulse.RELAY, now=clock.now()))

    beat()
    before = sites("citizen", "redo")
    report()
    clock.move(minutes=minutes)
    beat()
    after = sites("citizen", "redo")
    assert before == after
    assert not re.search(r"\d", str(after[1]))


def test_inside_the_wait_is_told_in_tens_of_minutes_and_the_relays_age_in_seconds(
    sites, report, alive, clock
):
    report()
    told = []
    for _ in range(4):
        said = sites("staff", "redo")[1]
        told.append((said["väntat_minuter"], said["utskick_sekunder"]))
        clock.move(minutes=7)
    assert told == [(0, 0), (0, 420), (10, 840), (20, 1260)]


@pytest.mark.parametrize("name", SITES)
def test_only_words_and_whole_numbers_are_said(sites, name, alive, report):
    report()
    _, said = sites(name, "redo")
    assert all(isinstance(value, str | int) for value in said.values())


class Counting(Database):
    looks = 0

    async def read(self, unit):
        self.looks += 1
        await asyncio.sleep(0.01)
        return await super().read(unit)


def test_however_many_ask_it_is_looked_up_once_a_second(sqlite_url, clock):
    async def ask():
        with Counting.open(sqlite_url) as database:
            health = Health(database, clock)
            said = await asyncio.gather(*(health.ready() for _ in range(50)))
            assert {each["status"] for each in said} == {"redo"}
            await health.ready()
            assert database.looks == 2, "its tables, and its relay"
            clock.move(seconds=1)
            await health.ready()
            assert database.looks == 4
            clock.move(hours=-1)
            await health.ready()
            assert database.looks == 6, "a clock that was put back shows nothing old"

    asyncio.run(ask())


def test_a_database_that_never_answers_is_given_up_on(sqlite_url, clock, monkeypatch):
    class Silent(Database):
        async def read(self, unit):
            await asyncio.sleep(60)

    async def ask():
        with Silent.open(sqlite_url) as database:
            return await Health(database, clock).ready()

    monkeypatch.setattr("app.web.http.health.PATIENCE", 0.05)
    assert asyncio.run(ask())["databas"] == "svarar inte"


def test_a_role_that_may_not_read_the_pulse_is_told_apart_from_a_database_that_is_away(
    sites, database, monkeypatch
):
    database.write_now(lambda c: c.execute(text("DROP TABLE pulses")))
    status, said = sites("citizen", "redo")
    assert (status, said["databas"], said["utskick"]) == (200, "svarar", "okänt")


def test_both_addresses_can_be_asked_with_head_on_the_sites_for_people(settings, database, clock):
    site = main.citizen(settings, clock=clock, database=database)
    assert TestClient(site).head("/halsa/redo").status_code == 200
