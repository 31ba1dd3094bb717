"""An upgrade goes on beside the traffic: nobody's write fails, and nobody waits for long.

What the version before this one writes and reads is said here in SQL, as it said it, since its code
is gone. bench/upgrade.py does the same with 100 000 reports.
"""

import contextlib
import os
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.errors import DatabaseUnavailable, MigrationBlocked, SchemaNewer, SchemaOutdated
from app.storage import migrations, schema
from app.storage.database import Database
from app.storage.engines import engines
from app.storage.migrations import migrate
from tests import postgres

ROWS = 3000
LONGEST_WAIT = 2.0
NOW = 1_790_000_000_000_000

DRAFT = text(
    "INSERT INTO drafts (id, form_id, handed_in, box, expires_at) "
    "VALUES (:key, 'prov', false, :box, :now)"
)
CHANGE = text("UPDATE drafts SET box = :box, expires_at = :now WHERE id = :key")
SUBMISSION = text(
    "INSERT INTO submissions (id, reference, municipality_code, unit, form_id, form_version, "
    "content_hash, language, received_at, urgent, protected, key_id, sealed) VALUES "
    "(:id, :reference, '0000', 'sspf', 'prov', 3, 'x', 'sv', :now, false, false, 'k', :box)"
)
DELIVERY = text(
    "INSERT INTO deliveries (submission_id, destination, state, attempts, unanswered, queued_at, "
    "next_try_at, reason, confirmed_at) VALUES (:id, 'inbox', 'queued', 0, 0, :now, :now, NULL, "
    "NULL)"
)
EVENT = text(
    "INSERT INTO audit_events (kind, at, submission_id, unit, actor, counts) "
    "VALUES ('submission_received', :now, :id, 'sspf', NULL, NULL)"
)
CLAIM = (
    "SELECT deliveries.submission_id, submissions.sealed FROM deliveries JOIN submissions "
    "ON submissions.id = deliveries.submission_id WHERE destination = 'inbox' "
    "AND next_try_at <= :now ORDER BY next_try_at LIMIT 20"
)
CONFIRM = text(
    "UPDATE deliveries SET state = 'confirmed', next_try_at = NULL, reason = NULL, "
    "confirmed_at = :now WHERE submission_id = :id AND destination = 'inbox'"
)
ARRIVE = text(
    "INSERT INTO inbox_items (submission_id, unit, status, received_at, arrived_at) "
    "VALUES (:id, 'sspf', 'new', :now, :now) ON CONFLICT DO NOTHING"
)
ACKNOWLEDGE = text(
    "UPDATE inbox_items SET status = 'acknowledged', acknowledged_at = :now, "
    "acknowledged_by = 'Ida Ek' WHERE submission_id = :id AND status = 'new'"
)
NEW = text("SELECT submission_id FROM inbox_items WHERE unit = 'sspf' AND status = 'new' LIMIT 1")
QUEUE = text(
    "SELECT inbox_items.submission_id, inbox_items.unit, inbox_items.status, "
    "inbox_items.received_at, inbox_items.arrived_at, inbox_items.acknowledged_at, "
    "inbox_items.acknowledged_by, submissions.reference FROM inbox_items JOIN submissions "
    "ON submissions.id = inbox_items.submission_id WHERE inbox_items.unit = 'sspf' "
    "ORDER BY inbox_items.received_at, inbox_items.submission_id LIMIT 51"
)


def values(connection):
    """Values of one report, in the form that each engine takes an id in."""
    number = uuid4()
    plain = number if connection.dialect.name == "postgresql" else number.hex
    return {
        "id": plain,
        "reference": number.hex[:16],
        "now": NOW,
        "box": os.urandom(600),
        "key": number.bytes,
    }


def submits(connection):
    one = values(connection)
    for statement in (DRAFT, CHANGE, SUBMISSION, DELIVERY, EVENT):
        connection.execute(statement, one)


def types(connection):
    one = values(connection)
    connection.execute(DRAFT, one)
    connection.execute(CHANGE, one)


def relays(connection):
    on_postgresql = connection.dialect.name == "postgresql"
    claim = f"{CLAIM} FOR UPDATE OF deliveries SKIP LOCKED" if on_postgresql else CLAIM
    for row in connection.execute(text(claim), {"now": NOW}).all():
        connection.execute(ARRIVE, {"id": row.submission_id, "now": NOW})
        connection.execute(CONFIRM, {"id": row.submission_id, "now": NOW})


def acknowledges(connection):
    for row in connection.execute(NEW).all():
        connection.execute(ACKNOWLEDGE, {"id": row.submission_id, "now": NOW})


def reads(connection):
    connection.execute(QUEUE).all()


@pytest.fixture
def old_url(request, tmp_path, database_url):
    """A database as the first version left it, with reports in it."""
    if database_url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'old.sqlite'}"
        first_tables(url)
        yield url
        return
    with postgres.new_database(request.getfixturevalue("postgres_server")) as url:
        first_tables(url)
        yield url


def first_tables(url, count=ROWS):
    with connected(url) as connection:
        command.upgrade(migrations.config(connection), "0001")
        rows = [values(connection) for _ in range(count)]
        for statement in (SUBMISSION, DELIVERY, EVENT, ARRIVE):
            connection.execute(statement, rows)
        connection.execute(CONFIRM, rows[: count * 9 // 10])


@contextmanager
def connected(url):
    parts = engines(url)
    with parts.writing.begin() as connection:
        yield connection
    parts.dispose()


def counted(url):
    tables = ("submissions", "deliveries", "inbox_items", "audit_events", "drafts")
    with connected(url) as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()  # noqa: S608 - ours
            for name in tables
        }


class Traffic:
    """Processes of the version before, each with a database of its own, until told to stop."""

    def __init__(self, url):
        self.url = url
        self.done = {}
        self.waits = []
        self.failures = []
        self._stop = threading.Event()
        kinds = (submits, submits, types, relays, acknowledges, reads)
        self._threads = [threading.Thread(target=self._work, args=(kind,)) for kind in kinds]

    def _work(self, kind):
        with Database.open(self.url) as database:
            way = database.read_now if kind is reads else database.write_now
            while not self._stop.is_set():
                began = time.monotonic()
                try:
                    way(kind)
                except Exception as failure:  # noqa: BLE001 - each of them is one too many
                    self.failures.append((kind.__name__, repr(failure.__cause__ or failure)[:300]))
                else:
                    self.done[kind.__name__] = self.done.get(kind.__name__, 0) + 1
                self.waits.append(time.monotonic() - began)
                time.sleep(0.005)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()


def upgrade_under_traffic(url, run_in=0.7):
    """Migrate while others are at work; return them, and how many seconds it took."""
    with Traffic(url) as traffic:
        time.sleep(run_in)
        began = time.monotonic()
        migrate(url)
        took = time.monotonic() - began
        time.sleep(run_in)
    return traffic, took


@pytest.mark.alone
def test_an_upgrade_under_traffic_fails_nobody_and_holds_nobody_up_for_long(old_url):
    before = counted(old_url)
    traffic, _ = upgrade_under_traffic(old_url)
    assert traffic.failures == []
    assert set(traffic.done) == {"submits", "types", "relays", "acknowledges", "reads"}
    assert max(traffic.waits) < LONGEST_WAIT
    after = counted(old_url)
    assert after["submissions"] == before["submissions"] + traffic.done["submits"]
    assert after["deliveries"] == before["deliveries"] + traffic.done["submits"]
    with Database.open(old_url) as database:
        database.read_now(schema.check)


@pytest.mark.postgres
def test_who_holds_a_table_for_long_is_waited_for_without_stopping_the_others(postgres_server):
    with postgres.new_database(postgres_server) as url:
        first_tables(url)
        with connected(url) as holder:
            holder.execute(
                text("SELECT count(*) FROM submissions")
            )  # a long question of somebody's
            with Traffic(url) as traffic, pytest.raises(MigrationBlocked):
                migrate(url, try_for=1.5)
            assert traffic.failures == []
            assert max(traffic.waits) < LONGEST_WAIT
        with connected(url) as connection:
            assert schema.revision(connection) == "0001"
        migrate(url)
        with Database.open(url) as database:
            database.read_now(schema.check)


@pytest.mark.postgres
def test_an_index_that_was_interrupted_half_way_is_made_again(postgres_server):
    with postgres.new_database(postgres_server) as url:
        first_tables(url)
        with connected(url) as holder:
            # An index beside the traffic waits for everybody who has something to do in the table.
            holder.execute(text("UPDATE inbox_items SET status = 'new'"))
            with connected(url) as migrating:
                command.upgrade(migrations.config(migrating), "0002")
            with closing(psycopg.connect(url, autocommit=True)) as half_way:
                half_way.execute("SET lock_timeout = '200ms'")
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    half_way.execute(
                        "CREATE INDEX CONCURRENTLY ix_inbox_items_status ON inbox_items (unit)"
                    )
        invalid = text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
        with connected(url) as connection:
            assert connection.execute(invalid).scalar() == 1
        migrate(url)
        with connected(url) as connection:
            assert connection.execute(invalid).scalar() == 0
            described = "SELECT pg_get_indexdef('ix_inbox_items_status'::regclass)"
            assert "unit, status" in connection.execute(text(described)).scalar()


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_it_is_told_after_each_migration_how_many_are_left(engine, request, tmp_path):
    told, newest = [], int(schema.newest())
    with contextlib.ExitStack() as opened:
        url = f"sqlite:///{tmp_path}/new.sqlite"
        if engine == "postgres":
            server = request.getfixturevalue("postgres_server")
            url = opened.enter_context(postgres.new_database(server))
        for _ in range(2):
            migrate(url, tell=lambda *far: told.append(far))
    assert told == [(done, newest) for done in range(1, newest + 1)]


def test_the_newest_revision_is_read_off_the_names_of_the_files(sqlite_url):
    with connected(sqlite_url) as connection:
        scripts = ScriptDirectory.from_config(migrations.config(connection))
        assert schema.newest() == scripts.get_current_head()
        for script in scripts.walk_revisions():
            assert Path(script.path).name.startswith(f"{script.revision}_")


def test_autogeneration_finds_nothing_to_do(database_url):
    with connected(database_url) as connection:
        command.check(migrations.config(connection))


def test_who_serves_refuses_older_tables_and_who_migrates_newer_ones(database_url):
    change = text("UPDATE alembic_version SET version_num = :to")
    with Database.open(database_url) as database:
        database.read_now(schema.check)
        database.write_now(lambda c: c.execute(change, {"to": "9999"}))
        database.read_now(schema.check)
        with pytest.raises(SchemaNewer) as newer:
            migrate(database_url)
        assert (newer.value.found, newer.value.known) == ("9999", schema.newest())
        assert database.read_now(schema.revision) == "9999", "what is newer is left alone"
        database.write_now(lambda c: c.execute(change, {"to": "0001"}))
        with pytest.raises(SchemaOutdated):
            database.read_now(schema.check)


def test_a_fault_in_a_migration_is_not_taken_for_a_lock(old_url):
    with connected(old_url) as connection:
        connection.execute(text("CREATE TABLE pulses (x INTEGER)"))
    began = time.monotonic()
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        migrate(old_url)
    assert time.monotonic() - began < 5
    with connected(old_url) as connection:
        assert schema.revision(connection) == "0001"
