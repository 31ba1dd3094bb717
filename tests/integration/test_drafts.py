"""A draft is kept word for word, for its own browser only, and for no longer than was said."""

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, make_url, select, update

from app.errors import DraftEnded, DraftFull, DraftMissing
from app.intake import drafts
from app.storage import tables
from app.storage.database import Database
from tests.integration.reports import IDLE, TYPED


@pytest.fixture
def load(database, clock):
    return lambda key: database.read_now(lambda c: drafts.load(c, key, now=clock.now()))


def rows(database):
    return database.read_now(
        lambda c: c.execute(select(func.count()).select_from(tables.drafts)).scalar_one()
    )


def test_what_was_typed_comes_back_as_it_was_typed(start, load, key):
    draft = start(
        key, {"oro": {"oro": ("  två  blanksteg\r\n\x00 \ud800 👩‍👧 \u202e",), "namn": ()}}
    )
    assert load(key) == draft


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.dictionaries(st.text(), st.dictionaries(st.text(), st.lists(st.text()).map(tuple))))
def test_whatever_was_typed_comes_back(start, load, key, typed):
    assert start(key, typed) == load(key)


def test_nothing_that_was_typed_stands_in_the_database(database, start, key):
    start(key)
    row = database.read_now(lambda c: c.execute(select(tables.drafts)).one())
    assert "Åsa".encode() not in row.box
    assert key.secret not in (row.id, row.box)


def test_another_secret_finds_nothing(start, load, key):
    start(key)
    with pytest.raises(DraftMissing):
        load(drafts.key(os.urandom(32), "prov"))


def test_the_same_secret_does_not_open_another_forms_draft(start, load):
    secret = os.urandom(32)
    start(drafts.key(secret, "prov"))
    with pytest.raises(DraftMissing):
        load(drafts.key(secret, "annat"))


def test_who_knows_the_row_but_not_the_secret_finds_nothing(start, load, key):
    start(key)
    with pytest.raises(DraftMissing):
        load(drafts.DraftKey(key.id, lambda: os.urandom(32)))


def test_a_cookie_that_can_not_be_ours_is_a_draft_that_is_missing():
    with pytest.raises(DraftMissing):
        drafts.key(b"", "prov")


def test_a_box_somebody_has_altered_is_a_draft_that_is_missing(database, start, load, key):
    start(key)
    database.write_now(lambda c: c.execute(update(tables.drafts).values(box=b"\x01" + bytes(90))))
    with pytest.raises(DraftMissing):
        load(key)


def test_a_draft_ends_when_its_time_is_out(start, load, key, clock):
    start(key)
    clock.move(minutes=59, seconds=59)
    load(key)
    clock.move(seconds=1)
    with pytest.raises(DraftMissing):
        load(key)


def test_one_press_gives_the_draft_its_whole_time_anew(database, start, load, key, clock):
    start(key)
    clock.move(minutes=50)
    database.write_now(
        lambda c: drafts.change(c, key, lambda same: same, now=clock.now(), idle=IDLE)
    )
    clock.move(minutes=59)
    load(key)


def test_a_draft_that_is_gone_can_not_be_extended(database, start, key, clock):
    start(key)
    clock.move(minutes=61)
    with pytest.raises(DraftMissing):
        database.write_now(
            lambda c: drafts.change(c, key, lambda same: same, now=clock.now(), idle=IDLE)
        )


def test_a_change_keeps_everything_else_and_gives_time_anew(database, start, load, key, clock):
    start(key)
    clock.move(minutes=50)

    def edit(draft):
        return replace(draft, language="en", typed={**draft.typed, "ny": {"ny": ("ja",)}})

    changed = database.write_now(lambda c: drafts.change(c, key, edit, now=clock.now(), idle=IDLE))
    clock.move(minutes=50)
    assert load(key) == changed
    assert changed.typed == {**TYPED, "ny": {"ny": ("ja",)}}


def test_a_change_that_fails_changes_nothing(database, start, load, key, clock):
    draft = start(key)

    def edit(draft):
        raise LookupError

    with pytest.raises(LookupError):
        database.write_now(lambda c: drafts.change(c, key, edit, now=clock.now(), idle=IDLE))
    assert load(key) == draft


def test_starting_again_replaces_what_was_there(database, start, load, key):
    start(key)
    fresh = start(key, {})
    assert load(key) == fresh
    assert rows(database) == 1


def test_ending_erases_and_can_be_done_twice(database, start, load, key, clock):
    start(key)
    for _ in range(2):
        database.write_now(lambda c: drafts.end(c, key, now=clock.now()))
    assert database.read_now(lambda c: c.execute(select(tables.drafts.c.box)).scalar_one()) == b""
    with pytest.raises(DraftEnded):
        load(key)
    clock.move(minutes=5)
    with pytest.raises(DraftMissing) as forgotten:
        load(key)
    assert not isinstance(forgotten.value, DraftEnded)


def test_what_has_run_out_is_swept_away_and_the_rest_stays(database, start, load, key, clock):
    start(key)
    clock.move(minutes=59)
    other = drafts.key(b"\x07" * 32, "prov")
    start(other)
    clock.move(minutes=1)
    assert database.write_now(lambda c: drafts.sweep(c, now=clock.now())) == 1
    assert rows(database) == 1
    assert load(other)


def test_a_draft_follows_to_a_new_secret_and_the_old_one_opens_nothing(
    database, start, load, key, clock
):
    start(key)
    new = drafts.key(b"\x07" * 32, "prov")
    before = load(key)
    database.write_now(lambda c: drafts.rekey(c, key, new, now=clock.now()))
    assert load(new) == before
    with pytest.raises(DraftMissing):
        load(key)
    database.write_now(lambda c: drafts.rekey(c, key, new, now=clock.now()))
    assert load(new) == before, "where nothing is, nothing is moved"


def test_a_draft_holds_no_more_than_a_form_can(start, key):
    with pytest.raises(DraftFull):
        start(key, {"slag": {"slag": ("x" * drafts.LARGEST,)}})


def test_nothing_of_what_was_erased_is_left_beside_the_file(sqlite_url, clock):
    key = drafts.key(b"\x07" * 32, "prov")
    draft = drafts.Draft("prov", 3, "sv", {"slag": {"slag": ("x" * 5000,)}})
    with Database.open(sqlite_url) as database:
        file = Path(make_url(sqlite_url).database)
        log = file.with_name(f"{file.name}-wal")
        database.write_now(lambda c: drafts.start(c, key, draft, now=clock.now(), idle=IDLE))
        box = database.read_now(lambda c: c.execute(select(tables.drafts.c.box)).scalar_one())
        assert box[:64] in log.read_bytes()
        database.write_now(lambda c: drafts.end(c, key, now=clock.now()))
        assert box[:64] in log.read_bytes(), "or this test sees nothing"
        asyncio.run(database.forget())
        assert log.read_bytes() == b""
        assert box[:64] not in file.read_bytes()


def test_two_tabs_never_undo_each_others_pages(database, start, load, key, clock):
    start(key, {})

    def write(page):
        def edit(draft):
            return replace(draft, typed={**draft.typed, page: {"f": (page,)}})

        return database.write(lambda c: drafts.change(c, key, edit, now=clock.now(), idle=IDLE))

    async def everybody():
        await asyncio.gather(*(write(f"sida{number}") for number in range(40)))

    asyncio.run(everybody())
    assert set(load(key).typed) == {f"sida{number}" for number in range(40)}


def test_who_reads_a_draft_that_is_being_changed_elsewhere_waits_to_see_the_change(
    database_url, database, start, load, key, clock
):
    start(key, {})
    in_hand = Event()

    def add(page, pause):
        def edit(draft):
            in_hand.set()
            time.sleep(pause)  # the draft has been read here, and is not yet written
            return replace(draft, typed={**draft.typed, page: {"f": (page,)}})

        return lambda c: drafts.change(c, key, edit, now=clock.now(), idle=IDLE)

    with Database.open(database_url) as other, ThreadPoolExecutor(1) as hands:
        slow = hands.submit(database.write_now, add("en", 0.4))
        in_hand.wait(5)
        other.write_now(add("annan", 0))
        slow.result()
    assert set(load(key).typed) == {"en", "annan"}
