"""The nightly removal may be killed at any moment: every case is whole or gone, and the next ends.

What a killed client had begun goes on in PostgreSQL until the server has noticed; that is waited
for, and then it is looked.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select

from app.records.erasing import hanging
from app.records.reconcile import reconcile
from app.storage import tables
from app.storage.tables import audit_events, inbox_items, removals, submissions, tombstones
from tests.integration import removing
from tests.integration.casework import Unit
from tests.integration.receivers import wait_until
from tests.integration.test_removal import finish

ROOT = Path(__file__).parents[2]
CASES, KILLS = 160, 20
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND state <> 'idle'"
)
ENDED = {"sqlite": "SELECT 0", "postgresql": OTHERS}


@pytest.fixture
def cases(database, hand_in, clock):
    """Many cases that two have agreed on, alike; what each has in every table."""
    clock.time -= timedelta(days=60)
    unit, reference = Unit(database, clock), hand_in().reference
    unit.arrive()
    finish(unit, reference)
    row = unit.row(reference)
    values = {"submission_id": row.submission_id, "version": row.version}
    said = {"proposed_by": "Bo Al", "approved_by": "Ida Ek"}
    said |= {"proposed_at": clock.now(), "approved_at": clock.now()}
    fact = {"submission_id": row.submission_id, "thirty_in": 2040}
    database.write_now(lambda c: c.execute(insert(removals), {**values, **said}))
    database.write_now(lambda c: c.execute(insert(tables.akt_facts), fact))
    database.write_now(lambda c: multiply(c, row.submission_id, CASES - 1))
    return parts(database)[row.submission_id]


def multiply(connection, submission_id, many):
    """Let a report, and all that hangs on it, be there so many times more."""
    columns = [submissions.c.id, *hanging()]
    whole = [
        (column, dict(row))
        for column in columns
        for row in connection.execute(
            select(column.table).where(column == submission_id)
        ).mappings()
    ]
    for number in range(many):
        mine = uuid4()
        for column, row in whole:
            new = {**row, column.name: mine}
            if column.table is submissions:
                new["reference"] = f"COPY-{number:04}"
            elif "id" in row:
                new["id"] = uuid4()
            connection.execute(insert(column.table), new)
        received = {"kind": "submission_received", "at": row_at(whole), "submission_id": mine}
        connection.execute(insert(audit_events).inline(), received)


def row_at(whole):
    return next(row["received_at"] for column, row in whole if column.table is submissions)


def parts(database):
    """How many rows each report has in every table that has any of it."""

    def read(connection):
        found = {}
        for column in (submissions.c.id, *hanging()):
            for key, many in connection.execute(select(column, func.count()).group_by(column)):
                found.setdefault(key, Counter())[f"{column.table.name}.{column.name}"] = many
        return found

    return database.read_now(read)


def stones(database):
    asked = select(tombstones.c.reference)
    return set(database.read_now(lambda c: c.execute(asked).scalars().all()))


def references(database):
    asked = select(submissions.c.reference).join(inbox_items)
    return set(database.read_now(lambda c: c.execute(asked).scalars().all()))


def erased(database):
    asked = select(audit_events.c.submission_id).where(audit_events.c.kind == "submission_erased")
    return database.read_now(lambda c: c.execute(asked).scalars().all())


def ended(database):
    """Tell whether nobody else is at work in the database."""
    return database.read_now(lambda c: c.exec_driver_sql(ENDED[c.dialect.name]).scalar() == 0)


def removal(url, most):
    return subprocess.Popen(
        [sys.executable, removing.__file__, url, str(most)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_killed_at_any_moment_every_case_is_whole_or_gone_and_the_next_night_ends_it(
    cases, database, database_url
):
    chance, middle = random.Random(3), 0
    for kill in range(KILLS):
        # One at a time, a few, and so many that the kill falls within one transaction of all.
        most = (1, 3, CASES)[kill % 3]
        with removal(database_url, most) as process:
            assert process.stdout.readline() == "up\n"
            for _ in range(chance.randrange(6) if most < CASES else 0):
                process.stdout.readline()
            time.sleep(chance.random() * (0.01 if most < CASES else 0.1))
            with suppress(ProcessLookupError):
                process.kill()
        wait_until(lambda: ended(database))
        there, gone = parts(database), stones(database)
        assert all(each == cases for each in there.values()), "one of them is half there"
        assert not references(database) & gone
        assert len(there) + len(gone) == CASES
        assert sorted(map(str, set(erased(database)))) == sorted(map(str, erased(database)))
        assert len(erased(database)) == len(gone)
        assert not set(erased(database)) & set(there)
        middle += 0 < len(gone) < CASES
    assert middle, "none of the kills fell in the middle of the work"
    with removal(database_url, CASES) as last:
        last.wait()
    assert last.returncode == 0
    assert parts(database) == {}
    assert len(stones(database)) == len(set(erased(database))) == CASES
    assert database.read_now(reconcile).adds_up
