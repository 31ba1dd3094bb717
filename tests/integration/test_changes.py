"""What is known beforehand is written together, and fails alone; what is looked up, likewise."""

import asyncio
import threading
from dataclasses import replace

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, event, func, insert, select, update
from sqlalchemy import bindparam as given
from sqlalchemy.exc import IntegrityError

from app.errors import AlreadySubmitted, DatabaseUnavailable
from app.intake import drafts
from app.intake.submit import Reception, prepared
from app.storage import finder, tables
from app.storage.changes import Change, Changes, Overtaken, spoken_in
from app.storage.finder import Lookup
from tests.integration.reports import IDLE, TYPED

rows = Table("rows", MetaData(), Column("id", Integer, primary_key=True), Column("said", String))
PUT = insert(rows)
SAY = update(rows).where(rows.c.id == given("one"), rows.c.said == given("was"))
SAY = SAY.values(said=given("now"))
BY_ID = Lookup(rows.c.id, rows.c.said)


@pytest.fixture
def table(database):
    database.write_now(rows.create)
    return database


def put(*numbers):
    return Changes(Change(PUT, [{"id": number, "said": "x"} for number in numbers]))


def say(number, was, now):
    return Changes(Change(SAY, [{"one": number, "was": was, "now": now}], certain=True))


def said(database):
    return dict(database.read_now(lambda c: c.execute(select(rows)).all()))


def gather(database, *units):
    """Let all wait before any is written, so that they are written together."""

    async def everybody():
        with database._writers.line.changed:
            waiting = [asyncio.ensure_future(database.write(unit)) for unit in units]
            await asyncio.sleep(0)
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(everybody())


def test_a_statement_is_put_into_the_drivers_words_once_however_often_it_is_run(table):
    gather(table, put(1), put(2))
    made = spoken_in.cache_info().misses
    gather(table, put(3), put(4))
    gather(table, put(5, 6), put(7))
    assert spoken_in.cache_info().misses == made
    assert len(said(table)) == 7


def test_a_value_that_stands_in_the_statement_itself_is_written_with_those_that_are_given(table):
    mark = update(rows).where(rows.c.id == given("one")).values(said="marked")
    gather(table, put(1, 2))
    gather(table, Changes(Change(mark, [{"one": 1}], certain=True)), put(3))
    assert said(table) == {1: "marked", 2: "x", 3: "x"}


def count(database, table):
    return database.read_now(lambda c: c.execute(select(func.count()).select_from(table)).scalar())


def statements(engine, work):
    """Return the statements that are run while something is done."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return [each for each in seen if "rows" in each]


def test_changes_that_wait_are_one_statement_of_each_kind(table):
    table.write_now(put(0))
    ours = [put(number) + say(0, "x" if number == 1 else "y", "y") for number in (1, 2, 3)]
    run = statements(table._engines.writing, lambda: gather(table, *ours))
    assert [each.split()[0] for each in run] == ["INSERT", "UPDATE"]
    assert said(table) == {0: "y", 1: "x", 2: "x", 3: "x"}


def test_the_one_that_was_overtaken_is_told_so_and_leaves_nothing(table):
    table.write_now(put(0, 1))
    outcomes = gather(table, say(0, "x", "a"), put(5) + say(1, "other", "b"), say(1, "x", "c"))
    assert [type(each) for each in outcomes] == [type(None), Overtaken, type(None)]
    assert said(table) == {0: "a", 1: "c"}


def test_the_one_that_collides_is_told_so_and_leaves_nothing(table):
    table.write_now(put(0))
    outcomes = gather(table, put(1), put(2, 0), put(3), lambda c: c.execute(PUT, {"id": 4}))
    assert isinstance(outcomes[1], IntegrityError)
    assert not any(isinstance(outcomes[each], Exception) for each in (0, 2, 3))
    assert set(said(table)) == {0, 1, 3, 4}


def test_the_same_row_changed_twice_at_once_is_changed_once(table):
    table.write_now(put(0))
    outcomes = gather(table, say(0, "x", "a"), say(0, "x", "b"))
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "Overtaken"]
    assert said(table)[0] == ("a" if outcomes[0] is None else "b")


def test_a_draft_that_is_handed_in_twice_at_once_is_one_report(
    database, start, key, form, receiver, clock
):
    start(key)
    row = asyncio.run(database.find(drafts.BY_KEY, key.id))
    found = drafts.opened(key, row, now=clock.now())
    to = Reception(receiver)
    twice = [prepared(key, found, form=form, reception=to, clock=clock) for _ in range(2)]
    outcomes = gather(database, *(each.changes for each in twice))
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "Overtaken"]
    for each in (tables.submissions, tables.deliveries, tables.audit_events):
        assert count(database, each) == 1
    row = asyncio.run(database.find(drafts.BY_KEY, key.id))
    with pytest.raises(AlreadySubmitted) as before:
        drafts.opened(key, row, now=clock.now())
    assert before.value.receipt == twice[outcomes.index(None)].receipt


def test_a_draft_that_was_changed_meanwhile_is_neither_kept_nor_handed_in(
    database, start, key, form, receiver, clock
):
    start(key)
    row = asyncio.run(database.find(drafts.BY_KEY, key.id))
    found = drafts.opened(key, row, now=clock.now())
    other = replace(found.draft, typed={**TYPED, "oro": {"oro": ("I den andra fliken.",)}})
    database.write_now(lambda c: drafts.change(c, key, lambda _: other, now=clock.now(), idle=IDLE))
    ready = prepared(key, found, form=form, reception=Reception(receiver), clock=clock)
    for late in (
        ready.changes,
        drafts.changed(key, found, found.draft, now=clock.now(), idle=IDLE).changes,
    ):
        with pytest.raises(Overtaken):
            database.write_now(late)
    assert database.read_now(lambda c: drafts.load(c, key, now=clock.now())) == other
    assert count(database, tables.submissions) == 0


def test_what_is_looked_up_at_once_is_looked_up_together(table, monkeypatch):
    table.write_now(put(*range(1, 9)))
    asked, look_up = [], Lookup.rows

    def noted(lookup, dialect, execute, keys):
        asked.append(keys)
        return look_up(lookup, dialect, execute, keys)

    monkeypatch.setattr(Lookup, "rows", noted)

    async def look():
        return await asyncio.gather(*(table.find(BY_ID, number) for number in (3, 1, 3, 77)))

    found = asyncio.run(look())
    assert asked == [(3, 1, 77)]
    assert [row and row.key for row in found] == [3, 1, 3, None]


def test_what_was_committed_is_found_and_what_was_taken_away_is_not(table):
    async def look():
        before = await table.find(BY_ID, 1)
        await table.write(put(1))
        there = await table.find(BY_ID, 1)
        await table.write(lambda c: c.execute(rows.delete()))
        return before, there.said, await table.find(BY_ID, 1)

    assert asyncio.run(look()) == (None, "x", None)


def test_nobody_sees_what_is_not_yet_committed(table):
    table.write_now(put(1))
    written, let_go = threading.Event(), threading.Event()

    def wait(connection):
        put(2)(connection)
        written.set()
        let_go.wait()

    async def look():
        waiting = asyncio.ensure_future(table.write(wait))
        await asyncio.to_thread(written.wait)
        found = await table.find(BY_ID, 1), await table.find(BY_ID, 2)
        let_go.set()
        await waiting
        return *found, await table.find(BY_ID, 2)

    there, not_yet, then = asyncio.run(look())
    assert (there.said, not_yet, then.said) == ("x", None, "x")


def test_very_many_are_found_at_once(table):
    many = range(1, 200)
    table.write_now(put(*many))

    async def look():
        return await asyncio.gather(*(table.find(BY_ID, number) for number in many))

    assert [row.key for row in asyncio.run(look())] == list(many)


def test_what_is_looked_up_has_the_types_of_its_columns(database, start, key, clock):
    start(key)
    row = asyncio.run(database.find(drafts.BY_KEY, key.id))
    assert (row.handed_in, type(row.box), row.expires_at) == (False, bytes, clock.now() + IDLE)


async def look_up(database, number):
    return await database.find(BY_ID, number)


def test_too_many_who_look_something_up_are_refused_at_once(table, monkeypatch):
    monkeypatch.setattr(finder, "WAITING_MOST", 0)
    with pytest.raises(DatabaseUnavailable):
        asyncio.run(look_up(table, 1))


def test_everybody_who_looks_something_up_is_told_when_the_database_is_closed(table):
    async def look():
        asked = [table.find(BY_ID, number) for number in (1, 2, 2)]
        return await asyncio.gather(*asked, return_exceptions=True)

    table.close()
    assert {type(each) for each in asyncio.run(look())} == {DatabaseUnavailable}


def test_a_reading_that_fails_is_told_to_everybody_who_asked(table):
    table.write_now(rows.drop)

    async def look():
        asked = [table.find(BY_ID, number) for number in (1, 2)]
        return await asyncio.gather(*asked, return_exceptions=True)

    assert all(isinstance(each, Exception) for each in asyncio.run(look()))


def test_one_who_stops_waiting_takes_nothing_from_the_others(table):
    table.write_now(put(1))

    async def look():
        left, stays = (asyncio.ensure_future(table.find(BY_ID, 1)) for _ in range(2))
        await asyncio.sleep(0)
        left.cancel()
        return await stays

    assert asyncio.run(look()).key == 1
