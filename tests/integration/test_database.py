"""What is answered is stored, what fails fails alone, and trouble passes when it is over."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from app.errors import DatabaseUnavailable
from app.storage.database import Database
from app.storage.engines import BESIDE, FINDERS, READERS
from tests.service import wait_until

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


@pytest.fixture
def held(database):
    """Keep the writers busy until let go, so that what is written meanwhile is gathered."""
    let_go, busy = threading.Event(), threading.Semaphore(0)

    def wait(_connection):
        busy.release()
        let_go.wait()

    with ThreadPoolExecutor(4) as others:
        for _ in range(database._engines.writers):
            others.submit(database.write_now, wait)
            busy.acquire()
        yield let_go
        let_go.set()


def test_what_was_answered_can_be_read_by_anybody(database, database_url):
    gather(database, *(put(number) for number in range(200)))
    with Database.open(database_url) as other:
        assert ids(other) == set(range(200))


def test_units_that_wait_are_committed_together(database):
    with database._writers.line.changed:  # nothing is gathered meanwhile
        outcomes = [database._writers.put(lambda c: c.get_transaction()) for _ in range(30)]
    assert len({id(each.result()) for each in outcomes}) == 1


def test_a_unit_that_raises_undoes_its_own_work_and_nobody_elses(database):
    def fail(connection):
        put(100)(connection)
        raise LookupError("mine alone")

    outcomes = gather(database, put(1), fail, put(2), put(1), put(3))
    assert isinstance(outcomes[1], LookupError)
    assert isinstance(outcomes[3], IntegrityError)
    assert ids(database) == {1, 2, 3}


def test_even_a_unit_that_wants_to_exit_is_only_answered(database):
    def leave(_connection):
        raise SystemExit

    assert isinstance(database._writers.put(leave).exception(), SystemExit)
    database.write_now(put(1))
    assert ids(database) == {1}


def test_a_reader_can_not_write(database):
    with pytest.raises((DatabaseUnavailable, DBAPIError)):
        database.read_now(put(1))
    assert ids(database) == set()


def test_a_fault_in_a_reading_is_the_callers_own(database):
    def fail(_connection):
        raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(database.read(fail))


def test_readings_that_wait_each_have_their_own_outcome(database):
    def fail(_connection):
        raise LookupError("mine alone")

    def wrong(connection):
        connection.execute(text("SELECT nothing FROM nowhere"))

    database.write_now(put(7))
    units = [lambda c: c.execute(select(rows.c.id)).scalar(), fail, wrong] * 4

    async def everybody():
        return await asyncio.gather(*map(database.read, units), return_exceptions=True)

    outcomes = asyncio.run(everybody())
    assert outcomes[::3] == [7] * 4
    assert {type(outcome) for outcome in outcomes[1::3]} == {LookupError}
    assert all(isinstance(o, (DBAPIError, DatabaseUnavailable)) for o in outcomes[2::3])


def test_reading_is_not_held_up_by_writing(database, held):
    assert asyncio.run(database.read(lambda c: c.execute(text("SELECT 1")).scalar())) == 1


def test_the_event_loop_goes_on_while_units_work(database):
    goes_on = threading.Event()

    async def loop():
        working = [
            asyncio.ensure_future(way(lambda c: goes_on.wait(20)))
            for way in (database.write, database.read)
        ]
        await asyncio.sleep(0.05)
        goes_on.set()  # never reached if a unit held up the loop it waits for
        return await asyncio.gather(*working)

    assert asyncio.run(loop()) == [True, True]


def test_work_that_nobody_waits_for_any_longer_is_not_done(database, held):
    async def impatient():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await database.write(put(1))

    asyncio.run(impatient())
    held.set()
    database.write_now(put(2))
    assert ids(database) == {2}


def test_a_closed_database_refuses_politely_and_finishes_what_waits(database, held):
    with ThreadPoolExecutor(10) as everybody:
        waiting = [everybody.submit(database.write_now, put(number)) for number in range(5)]
        while len(database._writers.line) < 5:
            time.sleep(0.001)
        closing = everybody.submit(database.close)
        held.set()
        closing.result()
        assert [each.result() for each in waiting] == [1] * 5
    for way in (database.write_now, database.read_now):
        with pytest.raises(DatabaseUnavailable):
            way(put(9))
    with pytest.raises(DatabaseUnavailable):
        asyncio.run(database.read(put(9)))
    database.close()


def test_too_many_waiting_are_refused_at_once(database, held, monkeypatch):
    monkeypatch.setattr(database._writers.line, "_most", 3)
    outcomes = [database._writers.put(put(number)) for number in range(3)]
    with pytest.raises(DatabaseUnavailable):
        database._writers.put(put(4))
    held.set()
    assert [each.result() for each in outcomes] == [1] * 3


def test_too_many_readings_are_refused_at_once(database, monkeypatch):
    monkeypatch.setattr(database._readers.line, "_most", 0)

    async def many():
        with pytest.raises(DatabaseUnavailable):
            await database.read(lambda c: None)

    asyncio.run(many())


@pytest.mark.postgres
def test_a_fault_of_the_statement_is_not_blamed_on_the_database(postgres_url):
    with Database.open(postgres_url) as database, pytest.raises(ProgrammingError):
        database.read_now(lambda c: c.execute(text("SELECT nothing FROM nowhere")))


def test_a_reading_that_finds_no_connection_free_is_refused(database_url):
    let_go, busy = threading.Event(), threading.Semaphore(0)

    def wait(_connection):
        busy.release()
        let_go.wait()

    with Database.open(database_url, patience=0.2) as database, ThreadPoolExecutor(8) as others:
        for _ in range(READERS + FINDERS + BESIDE):
            others.submit(database.read_now, wait)
            busy.acquire()
        with pytest.raises(DatabaseUnavailable):
            database.read_now(lambda c: None)
        let_go.set()


def test_a_reading_that_fails_by_itself_is_not_taken_for_a_closed_database(database):
    def fail(_connection):
        raise RuntimeError("its own")

    with pytest.raises(RuntimeError, match="its own"):
        asyncio.run(database.read(fail))


# Rows that several want at once (PostgreSQL has several writers)


def test_units_that_take_rows_in_opposite_order_both_get_through(database, database_url):
    database.write_now(lambda c: c.execute(insert(rows), [{"id": n} for n in range(20)]))
    barrier = threading.Barrier(2, timeout=5)

    def take(first, second):
        met = []

        def unit(connection):
            for number in (first, second):
                connection.execute(select(rows).where(rows.c.id == number).with_for_update()).one()
                if not met and connection.dialect.name == "postgresql":
                    met.append(True)
                    barrier.wait()
            connection.execute(update(rows).where(rows.c.id == first).values(said="taken"))

        return unit

    with (
        Database.open(database_url) as one,
        Database.open(database_url) as other,
        ThreadPoolExecutor(2) as both,
    ):
        first = both.submit(one.write_now, take(1, 2))
        second = both.submit(other.write_now, take(2, 1))
        assert [first.exception(), second.exception()] == [None, None]
    said = select(rows.c.id).where(rows.c.said == "taken")
    assert set(database.read_now(lambda c: c.execute(said).scalars().all())) == {1, 2}


WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.mark.postgres
def test_one_that_meets_a_ring_again_when_it_is_run_again_gets_through(postgres_url):
    """On a busy machine it is back before whoever waited for its row has woken."""
    row = {number: select(rows).where(rows.c.id == number).with_for_update() for number in (1, 2)}
    engine = create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"))

    def unit(connection):
        for one in row.values():
            connection.execute(one).one()
        connection.execute(update(rows).values(said="taken"))

    with (
        Database.open(postgres_url) as database,
        engine.connect() as rival,
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch,
        ThreadPoolExecutor(1) as beside,
    ):
        database.write_now(rows.create)
        database.write_now(lambda c: c.execute(insert(rows), [{"id": 1}, {"id": 2}]))
        with rival.begin():
            # So that it is never the one that PostgreSQL breaks the ring at.
            rival.execute(text("SET LOCAL deadlock_timeout = '1min'"))
            rival.execute(row[2]).one()
            ours = beside.submit(database.write_now, unit)
            for _ in range(2):
                wait_until(lambda: watch.execute(WAITS).scalar())
                with rival.begin_nested() as part:
                    rival.execute(row[1]).one()
                    part.rollback()
        assert ours.exception(10) is None
        said = database.read_now(lambda c: c.execute(select(rows.c.said)).scalars().all())
    engine.dispose()
    assert said == ["taken"] * 2


def test_batches_that_hold_each_others_rows_do_not_wait_in_a_ring(database, database_url):
    database.write_now(lambda c: c.execute(insert(rows), [{"id": n} for n in range(6)]))

    def raise_said(number):
        def unit(connection):
            mine = rows.c.id == number
            said = connection.execute(select(rows.c.said).where(mine).with_for_update()).scalar()
            connection.execute(update(rows).where(mine).values(said=str(int(said or 0) + 1)))

        return unit

    with Database.open(database_url) as one, Database.open(database_url) as other:
        units = [raise_said(number) for number in [0, 1, 2, 3, 4, 5] * 20]

        async def everybody():
            return await asyncio.gather(
                *(store.write(unit) for unit in units for store in (one, other)),
                return_exceptions=True,
            )

        assert set(asyncio.run(everybody())) == {None}
    said = database.read_now(lambda c: c.execute(select(rows.c.said)).scalars().all())
    assert said == ["40"] * 6, "nothing was done twice, nothing was lost"
