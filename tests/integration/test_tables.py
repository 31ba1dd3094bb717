"""The tables a migration makes are the tables the code expects, on both engines."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, delete, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from app.errors import DatabaseUnavailable, SchemaOutdated
from app.records import audit
from app.storage import migrations
from app.storage.columns import Moment
from app.storage.database import Database
from app.storage.engines import engines
from app.storage.indexes import metadata
from app.storage.migrations import migrate
from app.storage.tables import audit_events, case_entries, inbox_items, submissions
from tests import postgres

ROOT = Path(__file__).parents[2]
TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal ORDER BY tgname",
}


@pytest.fixture
def empty_url(request, tmp_path, database_url):
    """The address of an empty database on the same engine."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    with postgres.new_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@contextmanager
def connected(url):
    parts = engines(url)
    with parts.writing.begin() as connection:
        yield connection
    parts.dispose()


def spelt(index):
    """What only one engine has to say about an index: a condition, in its own SQL."""
    said = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {
        name: re.sub(r"\b(deliveries|inbox_items|audit_events)\.", "", value)
        for name, value in said.items()
    }


def described(connection):
    """Everything the database says about its own tables."""
    inspector = inspect(connection)
    names = [name for name in inspector.get_table_names() if name != "alembic_version"]
    tables = {
        name: {
            "columns": [
                {**column, "type": str(column["type"])} for column in inspector.get_columns(name)
            ],
            "key": inspector.get_pk_constraint(name),
            "keys": inspector.get_foreign_keys(name),
            "unique": inspector.get_unique_constraints(name),
            "indexes": sorted(
                (
                    {**index, "dialect_options": spelt(index)}
                    for index in inspector.get_indexes(name)
                ),
                key=lambda index: index["name"],
            ),
        }
        for name in sorted(names)
    }
    triggers = connection.execute(text(TRIGGERS[connection.dialect.name])).all()
    return tables, [tuple(row) for row in triggers]


def test_migrating_leaves_nothing_to_migrate(database_url):
    with connected(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_is_like_a_fresh_one(database_url, empty_url):
    with connected(empty_url) as fresh:
        metadata.create_all(fresh)
    with connected(empty_url) as fresh, connected(database_url) as migrated:
        assert described(fresh) == described(migrated)
        assert described(fresh)[1], "there are triggers to compare"


def test_what_serves_has_loaded_neither_engine_for_the_tables():
    """Both are 2 MB and a fortieth of a second of each part; the one in use is loaded by itself."""
    say = (
        "import sys, app.web.citizen.app, app.web.staff.app, app.delivery.relay;"
        "print([name for name in sys.modules if name.startswith('sqlalchemy.dialects.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_migration_can_be_undone_and_done_again(database_url):
    with connected(database_url) as connection:
        command.downgrade(migrations.config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrate(database_url)
    with Database.open(database_url) as database:
        database.read_now(migrations.check)


def test_migrating_twice_is_no_error(database_url):
    migrate(database_url)
    migrate(database_url)


def test_many_who_migrate_at_once_are_all_content(empty_url):
    with ThreadPoolExecutor(6) as everybody:
        assert list(everybody.map(migrate, [empty_url] * 6)) == [None] * 6
    with Database.open(empty_url) as database:
        database.read_now(migrations.check)


def test_a_database_that_is_not_migrated_is_known_by_name(empty_url):
    with Database.open(empty_url) as database, pytest.raises(SchemaOutdated):
        database.read_now(migrations.check)


def test_a_migration_that_fails_changes_nothing(empty_url, monkeypatch):
    with connected(empty_url) as connection:
        connection.execute(text("CREATE TABLE staff_sessions (x INTEGER)"))
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        migrate(empty_url)
    with connected(empty_url) as connection:
        assert inspect(connection).get_table_names() == ["staff_sessions"]


def test_a_database_that_is_away_can_not_be_migrated(tmp_path):
    with pytest.raises(DatabaseUnavailable):
        migrate(f"sqlite:///{tmp_path}/no/such/folder/x.sqlite")


def test_it_works_from_a_read_only_checkout_with_spaces_in_its_path(tmp_path):
    checkout, data = tmp_path / "en mapp med 100 % blanksteg", tmp_path / "data mapp"
    data.mkdir()
    for name in ("app", "migrations"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, checkout / name, ignore=ignore)
    for path in [checkout, *checkout.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    url = f"sqlite:///{data / 'x.sqlite'}"
    program = f"from app.storage.migrations import migrate; migrate({url!r})"
    before = {path: path.stat().st_mtime_ns for path in checkout.rglob("*")}
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=data, env=environment, capture_output=True, check=False
    )
    after = {path: path.stat().st_mtime_ns for path in checkout.rglob("*")}
    for path in [checkout, *checkout.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.returncode == 0, done.stderr.decode()
    assert before == after
    with Database.open(url) as database:
        database.read_now(migrations.check)


def test_the_audit_trail_can_be_added_to_and_nothing_else(database, clock):
    event = audit.Event(audit.Kind.ITEM_OPENED, unit="sspf")
    database.write_now(lambda c: audit.record(c, event, at=clock.now()))
    for change in (delete(audit_events), update(audit_events).values(unit="barn-och-unga")):
        with pytest.raises((DBAPIError, DatabaseUnavailable)):
            database.write_now(lambda c, change=change: c.execute(change))
    row = database.read_now(lambda c: c.execute(select(audit_events)).one())
    assert (row.kind, row.unit, row.at) == ("item_opened", "sspf", clock.now())


def entry(submission_id, clock, **other):
    return insert(case_entries).values(
        id=uuid4(),
        submission_id=submission_id,
        number=1,
        kind="note",
        author="Ida Ek",
        at=clock.now(),
        **other,
    )


def test_what_staff_write_can_be_added_to_and_goes_only_when_its_case_has_gone(
    database, hand_in, clock
):
    hand_in()
    mine = database.read_now(lambda c: c.execute(select(submissions.c.id)).scalar_one())
    item = {"submission_id": mine, "unit": "sspf", "status": "new"}
    moments = {"received_at": clock.now(), "arrived_at": clock.now()}
    database.write_now(lambda c: c.execute(insert(inbox_items).values(**item, **moments)))
    database.write_now(lambda c: c.execute(entry(mine, clock)))
    for change in (delete(case_entries), update(case_entries).values(author="Ola Ask")):
        with pytest.raises((DBAPIError, DatabaseUnavailable)):
            database.write_now(lambda c, change=change: c.execute(change))
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        database.write_now(lambda c: c.execute(entry(mine, clock)))
    assert database.read_now(lambda c: c.execute(select(case_entries.c.author)).all()) == [
        ("Ida Ek",)
    ]
    database.write_now(lambda c: [c.execute(delete(inbox_items)), c.execute(delete(case_entries))])
    assert database.read_now(lambda c: c.execute(select(case_entries)).all()) == []


def test_a_file_of_sqlite_is_set_up_to_lose_nothing_and_leave_nothing(sqlite_url):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
    }
    with Database.open(sqlite_url) as database:
        for way in (database.write_now, database.read_now):
            found = way(
                lambda c: {name: c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            )
            assert found == wanted


moments = Table("moments", MetaData(), Column("at", Moment))


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])))
def test_a_time_comes_back_to_the_microsecond_and_in_utc(database, at):
    database.write_now(lambda c: moments.create(c, checkfirst=True))
    database.write_now(lambda c: c.execute(delete(moments)))
    database.write_now(lambda c: c.execute(insert(moments).values(at=at)))
    back = database.read_now(lambda c: c.execute(select(moments.c.at)).scalar_one())
    assert back == at
    assert back.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database):
    database.write_now(moments.create)
    naive = datetime(2026, 11, 24, 8, 30)  # noqa: DTZ001 - what must not be stored
    with pytest.raises(Exception, match="offset-naive"):
        database.write_now(lambda c: c.execute(insert(moments).values(at=naive)))
