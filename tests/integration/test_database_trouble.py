"""When the database is locked, full, spoilt or gone, nothing is promised; it passes by itself."""

import asyncio
import sqlite3
import time

import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from app.errors import DatabaseUnavailable
from app.storage.database import Database
from app.storage.engines import engines
from tests.postgres import Server

rows = Table("rows", MetaData(), Column("id", Integer, primary_key=True), Column("said", String))


@pytest.fixture
def database(database):
    database.write_now(rows.create)
    return database


def put(number, said="x"):
    def unit(connection):
        connection.execute(insert(rows).values(id=number, said=said))
        return 1

    return unit


def ids(database):
    return set(database.read_now(lambda c: c.execute(select(rows.c.id)).scalars().all()))


def gather(database, *units):
    async def everybody():
        return await asyncio.gather(*map(database.write, units), return_exceptions=True)

    return asyncio.run(everybody())


def test_a_locked_sqlite_refuses_within_its_patience_and_recovers(sqlite_url):
    with Database.open(sqlite_url, patience=0.3) as database:
        database.write_now(rows.create)
        lock = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        before = time.monotonic()
        outcomes = gather(database, *(put(number) for number in range(5)))
        assert time.monotonic() - before < 3
        assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailable}
        assert ids(database) == set(), "reading goes on"
        lock.execute("ROLLBACK")
        lock.close()
        database.write_now(put(1))
        assert ids(database) == {1}


@pytest.mark.postgres
def test_a_row_locked_in_postgresql_refuses_that_unit_alone(postgres_url):
    with Database.open(postgres_url, patience=0.5) as database:
        database.write_now(rows.create)
        database.write_now(lambda c: c.execute(insert(rows), [{"id": 1}, {"id": 2}]))
        parts = engines(postgres_url)
        with parts.writing.begin() as other:
            other.execute(update(rows).where(rows.c.id == 1).values(said="held"))
            outcomes = gather(
                database,
                *(lambda c, n=n: c.execute(delete(rows).where(rows.c.id == n)) for n in (1, 2)),
                put(3),
            )
        assert isinstance(outcomes[0], DatabaseUnavailable)
        assert not any(isinstance(each, Exception) for each in outcomes[1:])
        assert ids(database) == {1, 3}
        parts.dispose()
        database.write_now(lambda c: c.execute(delete(rows).where(rows.c.id == 1)))


def test_a_full_disk_refuses_what_does_not_fit_and_stores_the_rest(sqlite_url):
    with Database.open(sqlite_url, patience=0.3) as database:
        database.write_now(rows.create)

        database.write_now(lambda c: c.exec_driver_sql("PRAGMA max_page_count=60").scalar())

        def story(number):
            return put(number, "ord " * 100_000)

        outcomes = gather(database, put(1), story(2), put(3), story(4), put(5))
        assert [isinstance(each, DatabaseUnavailable) for each in outcomes] == [
            *(False, True, False, True, False)
        ]
        assert ids(database) == {1, 3, 5}
        database.write_now(lambda c: c.exec_driver_sql("PRAGMA max_page_count=1000000"))
        database.write_now(story(2))
        assert 2 in ids(database)


def test_a_file_that_can_not_be_written_or_is_not_there_is_unavailable(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/no/such/folder/x.sqlite") as database:
        for way in (database.write_now, database.read_now):
            with pytest.raises(DatabaseUnavailable):
                way(put(1))
    spoilt = tmp_path / "spoilt.sqlite"
    spoilt.write_bytes(b"this is no database " * 500)
    with Database.open(f"sqlite:///{spoilt}") as database, pytest.raises(DatabaseUnavailable):
        database.write_now(put(1))


def test_nothing_is_promised_in_a_file_that_was_moved_away(tmp_path):
    path = tmp_path / "here.sqlite"
    with Database.open(f"sqlite:///{path}") as database:
        database.write_now(rows.create)
        database.write_now(put(1))
        assert ids(database) == {1}
        path.rename(tmp_path / "away.sqlite")
        for log in tmp_path.glob("here.sqlite-*"):
            log.unlink()
        with pytest.raises((DatabaseUnavailable, DBAPIError)):
            database.write_now(put(2))
        database.write_now(rows.create)
        database.write_now(put(3))
        assert ids(database) == {3}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_an_address_that_several_processes_can_not_share_is_refused(url):
    with pytest.raises(ValueError, match="SQLite"):
        Database.open(url)


@pytest.fixture
def own_server():
    server = Server.create()
    server.start()
    yield server
    server.remove()


@pytest.mark.postgres
def test_a_postgresql_that_goes_away_refuses_and_is_used_again_when_back(own_server):
    with Database.open(own_server.url, patience=2) as database:
        database.write_now(rows.create)
        database.write_now(put(1))
        own_server.stop()
        before = time.monotonic()
        outcomes = gather(database, *(put(number) for number in range(2, 6)))
        assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailable}
        with pytest.raises(DatabaseUnavailable):
            database.read_now(lambda c: None)
        assert time.monotonic() - before < 10
        own_server.start()
        assert database.write_now(put(7)) == 1
        assert ids(database) == {1, 7}


@pytest.mark.postgres
def test_a_postgresql_that_falls_in_the_middle_of_a_unit_stores_nothing_of_it(own_server):
    with Database.open(own_server.url, patience=2) as database:
        database.write_now(rows.create)

        def fall(connection):
            put(1)(connection)
            own_server.stop()
            put(2)(connection)

        with pytest.raises(DatabaseUnavailable):
            database.write_now(fall)
        own_server.start()
        assert ids(database) == set()
        database.write_now(put(3))
        assert ids(database) == {3}


def test_an_error_of_the_database_never_repeats_what_was_to_be_stored(database):
    database.write_now(put(1, "Åsa"))
    with pytest.raises(DBAPIError) as refused:
        database.write_now(put(1, "Åsa"))
    assert "Åsa" not in str(refused.value)


def test_when_the_commit_fails_nobody_in_it_is_told_received(database):
    tables = MetaData()
    Table("parent", tables, Column("id", Integer, primary_key=True))
    promise = ForeignKey("parent.id", deferrable=True, initially="DEFERRED")
    child = Table("child", tables, Column("parent", Integer, promise))
    database.write_now(tables.create_all)

    work = [put(1), put(2), lambda c: c.execute(insert(child).values(parent=1)), put(3)]
    with database._writers.line.changed:  # nothing is gathered meanwhile: they will be one batch
        outcomes = [database._writers.put(unit) for unit in work]
    assert {type(each.exception()) for each in outcomes} == {DatabaseUnavailable}
    assert ids(database) == set()
    database.write_now(put(4))
    assert ids(database) == {4}


@pytest.mark.postgres
def test_nobody_is_refused_because_postgresql_was_restarted_while_nobody_asked(own_server):
    with Database.open(own_server.url, patience=2) as database:
        database.write_now(rows.create)
        gather(database, *(put(number) for number in range(8)))
        asyncio.run(database.read(lambda c: c.execute(select(rows.c.id)).all()))
        own_server.stop()
        own_server.start()
        assert database.write_now(put(8)) == 1
        assert gather(database, put(9), put(10)) == [1, 1]
        found = asyncio.run(database.read(lambda c: c.execute(select(rows.c.id)).all()))
        assert len(found) == 11
