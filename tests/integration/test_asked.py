"""What every page asks is put into the driver's words once, and answers as the library would."""

import asyncio

import psycopg
import pytest
from sqlalchemy import Integer, bindparam, literal_column, select
from sqlalchemy.exc import DBAPIError

from app.errors import DatabaseUnavailable
from app.storage.asked import Asked
from app.storage.database import Database
from app.storage.tables import case_entries, submissions

EVERYTHING = select(submissions).where(submissions.c.reference == bindparam("reference"))

EVERYBODY_ELSE = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


@pytest.fixture
def reference(hand_in):
    return hand_in().reference


def pairs(*values):
    return dict(zip(submissions.c.keys(), values, strict=True))


def test_what_is_answered_is_what_the_library_would_answer(database, reference):
    asked = Asked(EVERYTHING, pairs)
    found = database.read_now(lambda c: asked.all(c, reference=reference))
    theirs = database.read_now(
        lambda c: c.execute(EVERYTHING, {"reference": reference}).mappings().all()
    )
    assert found == [dict(row) for row in theirs] != []


def test_nothing_is_none_and_several_are_never_taken_for_one(database, reference, hand_in):
    assert database.read_now(lambda c: Asked(EVERYTHING, pairs).one(c, reference="x")) is None
    hand_in()
    with pytest.raises(LookupError):
        database.read_now(Asked(select(submissions), pairs).one)


def test_a_value_that_stands_in_the_question_itself_goes_with_it(database, reference):
    asked = Asked(EVERYTHING.where(submissions.c.unit == "ingen"), pairs)
    assert database.read_now(lambda c: asked.all(c, reference=reference)) == []


def test_what_goes_wrong_is_told_as_of_any_statement(database):
    asked = Asked(select(literal_column("nothing_such", Integer)), int)
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        database.write_now(asked.all)


@pytest.mark.postgres
def test_a_connection_that_was_lost_while_it_lay_idle_is_not_noticed(postgres_url):
    asked = Asked(select(case_entries.c.number), int)
    with Database.open(postgres_url) as database:
        for way in (database.write_now, lambda unit: asyncio.run(database.read(unit))):
            assert way(asked.all) == []
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute(EVERYBODY_ELSE)
            assert way(asked.all) == []


def test_a_database_that_is_gone_is_unavailable(database):
    asked = Asked(select(case_entries.c.number), int)
    database.close()
    with pytest.raises(DatabaseUnavailable):
        database.write_now(asked.all)
