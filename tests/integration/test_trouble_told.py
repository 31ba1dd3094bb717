"""Trouble with the database is a line when it begins and one when it ends, however many ask."""

import asyncio
import json
import signal
import sqlite3
import time
import urllib.error
import urllib.request

import pytest
from sqlalchemy import insert

from app.errors import DatabaseUnavailable
from app.records import pulse
from app.storage.database import Database
from app.storage.tables import pulses
from app.storage.trouble import CALM, Trouble
from tests import service


class Watch:
    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


def told(caplog):
    return [record.msg for record in caplog.records if record.name == "skyddsnat"]


@pytest.fixture(autouse=True)
def heard(caplog):
    caplog.set_level("INFO", "skyddsnat")


def ask(trouble, error=None):
    try:
        with trouble:
            if error:
                raise error
    except DatabaseUnavailable:
        pass


def test_fifty_five_failures_a_second_are_one_line_and_the_end_of_them_another(caplog):
    watch = Watch()
    trouble = Trouble("write", watch)
    ask(trouble)
    for _ in range(550):
        watch.time += 1 / 55
        ask(trouble, DatabaseUnavailable("away"))
    assert told(caplog) == ["database.away"]
    watch.time += CALM
    ask(trouble)
    ask(trouble)
    assert told(caplog) == ["database.away", "database.back"]
    last = caplog.records[-1]
    assert (last.count, last.seconds, last.where) == (550, 10, "write")


def test_a_trouble_that_comes_and_goes_is_one_trouble(caplog):
    watch = Watch()
    trouble = Trouble("read", watch)
    for _ in range(100):
        watch.time += CALM / 2
        ask(trouble, DatabaseUnavailable("locked"))
        ask(trouble)
    assert told(caplog) == ["database.away"]
    assert trouble.since(1)


def test_what_is_no_trouble_of_the_databases_is_not_taken_for_one(caplog):
    with pytest.raises(KeyError), Trouble("read"):
        raise KeyError
    assert told(caplog) == []


def test_a_database_that_is_locked_refuses_and_says_so_once(sqlite_url, clock, caplog):
    def beat(connection):
        pulse.beat(connection, "prov", now=clock.now())

    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    with Database.open(sqlite_url, patience=0.05, telling=True) as database:
        database.write_now(beat)
        holder.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                database.write_now(beat)
        assert database.read_now(lambda c: pulse.pulse(c, "prov")), "reading is another matter"
        assert database.is_refusing(60)
        holder.execute("ROLLBACK")
    holder.close()
    assert told(caplog) == ["database.away"]
    with pytest.raises(DatabaseUnavailable):
        database.write_now(beat)
    assert told(caplog) == ["database.away"], "one that is closed is not away"


def test_a_command_says_it_in_a_sentence_and_logs_nothing(sqlite_url, caplog):
    path = sqlite_url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Database.open(sqlite_url, patience=0.05) as database, pytest.raises(DatabaseUnavailable):
        database.write_now(lambda c: c.execute(insert(pulses), {"name": "x"}))
    holder.close()
    assert told(caplog) == []


@pytest.mark.long(15)
def test_the_citizen_site_logs_when_the_database_goes_away_and_when_it_is_back(tmp_path):
    """The real service; its file is moved away under it, as a disk that is unmounted."""
    with service.running(tmp_path / "data") as started:
        path = started.data / "skyddsnat.sqlite"
        path.rename(tmp_path / "away.sqlite")
        path.mkdir()

        def ready():
            try:
                with urllib.request.urlopen(f"{started.citizen}/halsa/redo", timeout=10) as said:  # noqa: S310
                    return said.status
            except urllib.error.HTTPError as refused:
                return refused.code

        def lines(event):
            rows = [
                json.loads(row) for row in started.log.read_text().splitlines() if row[:1] == "{"
            ]
            return [row for row in rows if (row["event"], row["process"]) == (event, "citizen")]

        for _ in range(5):
            assert ready() == 503
            time.sleep(1.1)
        assert len(lines("database.away")) == 1
        path.rmdir()
        (tmp_path / "away.sqlite").rename(path)
        time.sleep(CALM)
        service.wait_until(lambda: ready() == 200)
        service.wait_until(lambda: len(lines("database.back")) == 1)
        assert started.stop(signal.SIGTERM) == 0


def test_waiting_on_a_loop_is_no_different(sqlite_url, caplog):
    async def moved():
        with Database.open(sqlite_url, patience=0.05, telling=True) as database:
            holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
            holder.execute("BEGIN EXCLUSIVE")
            for _ in range(3):
                with pytest.raises(DatabaseUnavailable):
                    await database.write(lambda c: pulse.pulse(c, "x"))
            holder.close()

    asyncio.run(moved())
    assert told(caplog) == ["database.away"]
