"""What is kept of reports that are too old goes, each hour's in its hour."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.casework import indexing, tidying
from app.storage import tables
from tests.integration.casework import INDEX
from tests.integration.test_same_board import BOARD, NEAR

LONGER = replace(INDEX, match=INDEX.match.model_copy(update={"months": 120}))
FIVE_YEARS = timedelta(days=31 * 60)


@pytest.fixture
def tidy(database, clock):
    return lambda index=INDEX: database.write_now(lambda c: tidying.tidy(c, index, now=clock.now()))


@pytest.fixture
def kept(database):
    """How many reports something is kept of."""

    def count():
        of = select(tables.person_tokens.c.submission_id).distinct()
        return len(database.read_now(lambda c: c.execute(of).all()))

    return count


def test_each_goes_when_it_has_become_too_old_and_not_before(report, read, tidy, kept, clock):
    report("Elsa Ek", "8")
    clock.move(days=3)
    report("Elsa Ek", "8")
    assert read() == 2
    assert tidy() == 0
    clock.move(seconds=(INDEX.match.months * indexing.MONTH - timedelta(days=2)).total_seconds())
    assert tidy() > 0
    assert kept() == 1
    assert tidy() == 0
    clock.move(days=3)
    assert tidy() > 0
    assert kept() == 0


def test_those_of_every_unit_go(report, read, tidy, kept, clock):
    report("Elsa Ek", "8")
    report("Elsa Ek", "8", unit=NEAR)
    read(BOARD)
    assert kept() == 2
    clock.move(days=FIVE_YEARS.days)
    tidy()
    assert kept() == 0


def test_what_is_compared_for_longer_goes_later_and_sooner_again_when_it_is_not(
    report, read, tidy, kept, clock
):
    report("Elsa Ek", "8")
    read()
    clock.move(days=FIVE_YEARS.days)
    tidy()
    assert kept() == 0
    tidy(LONGER)
    assert read(LONGER) == 1
    tidy(LONGER)
    assert kept() == 1
    tidy(INDEX)
    assert kept() == 0


def test_what_was_being_read_while_it_became_too_old_goes_the_next_time(
    report, read, tidy, kept, database, clock
):
    report("Elsa Ek", "8")
    clock.move(seconds=(INDEX.match.months * indexing.MONTH).total_seconds() - 1)
    rows = database.write_now(lambda c: indexing.claim(c, INDEX, now=clock.now()))
    found = indexing.read(INDEX, rows)
    clock.move(minutes=1)
    assert tidy() == 0
    database.write_now(lambda c: indexing.store(c, INDEX, found, now=clock.now()))
    assert kept() == 1
    clock.move(hours=1)
    assert tidy() > 0
    assert kept() == 0
