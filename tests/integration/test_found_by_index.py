"""To look for the same child, to search and to read what waits is to go by an index, never by all.

Every statement that the engine was really asked is asked how it is answered.
"""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.casework import comparing, indexing, links, searching, tidying
from app.casework.searching import Reason, understood
from app.runner.casework import Match
from tests.integration.casework import LEADER
from tests.integration.test_same_board import BOARD, NEAR, PNR
from tests.integration.test_search import TODAY

LARGE = ("person_tokens", "inbox_items", "submissions", "case_links")


@pytest.fixture
def asked(database):
    """Every statement that is run while something is done, with its values."""

    def run(do, unit):
        said = []

        def heard(_, __, statement, values, ___, many):
            said.append((statement, values[0] if many else values))

        event.listen(Engine, "before_cursor_execute", heard)
        try:
            do(unit)
        finally:
            event.remove(Engine, "before_cursor_execute", heard)
        return [each for each in said if any(name in each[0] for name in LARGE)]

    return run


@pytest.fixture
def plan(database):
    """How the engine answers a statement; PostgreSQL, if it goes by an index when it can."""

    def look(connection, statement, values):
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            return "\n".join(row[3] for row in rows)
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        return "\n".join(row[0] for row in rows)

    return lambda said: database.write_now(lambda c: look(c, *said))


def reads_all(plan):
    """Tell whether a plan reads any large table from one end to the other."""
    whole = [f"Seq Scan on {name}" for name in LARGE]
    whole += [f"SCAN {name}" for name in LARGE]
    return any(each in plan for each in whole)


def test_a_case_is_compared_by_the_index_of_tokens(report, read, asked, plan, database, clock):
    one = report("Elsa Ek", "8", PNR)
    report("Elsa Ek", "8", PNR, unit=NEAR)
    read(BOARD)
    look = partial(links.alike, index=BOARD, staff=LEADER, reference=one, now=clock.now())
    plans = [plan(each) for each in asked(database.read_now, look)]
    assert len(plans) == 6
    assert not [each for each in plans if reads_all(each)]
    [by_token] = [each for each in plans if "ix_person_tokens_alike" in each]
    assert by_token.count("ix_person_tokens_alike") == 3, "once for each kind"


@pytest.mark.parametrize(("words", "year"), [(PNR, ""), ("Elsa Ek", "2018")])
def test_a_search_goes_by_it_too(report, read, asked, plan, database, clock, words, year):
    report("Elsa Ek", "8", PNR)
    read(BOARD)
    search = partial(
        searching.search,
        index=BOARD,
        staff=LEADER,
        sought=understood(words, year, today=TODAY, on=True),
        reason=Reason.NEW,
        now=clock.now(),
    )
    plans = [plan(each) for each in asked(database.write_now, search)]
    assert plans
    assert not [each for each in plans if reads_all(each)]
    assert any("ix_person_tokens_alike" in each for each in plans)


def test_what_waits_to_be_read_is_found_and_stored_by_indexes(
    report, read, asked, plan, database, clock
):
    report("Elsa Ek", "8")
    read()
    report("Elsa Ek", "8", PNR)
    rows = database.write_now(lambda c: indexing.claim(c, BOARD, now=clock.now(), most=1))
    found = indexing.read(BOARD, rows)
    for unit, do in (
        (database.read_now, partial(indexing.waits, index=BOARD)),
        (database.write_now, partial(indexing.claim, index=BOARD, now=clock.now())),
        (database.write_now, partial(indexing.store, index=BOARD, found=found, now=clock.now())),
    ):
        plans = [plan(each) for each in asked(unit, do) if "INSERT" not in each[0]]
        assert plans
        assert not [each for each in plans if reads_all(each)]


@pytest.mark.parametrize("index", [BOARD, replace(BOARD, match=Match())], ids=["on", "off"])
def test_what_is_too_old_is_found_by_indexes_and_no_more_than_once(
    report, read, asked, plan, database, clock, index
):
    report("Elsa Ek", "8")
    read(BOARD)
    tidy = partial(tidying.tidy, index=index, now=clock.now())
    said = [each for each in asked(database.write_now, tidy) if "INSERT" not in each[0]]
    # Where it is off all tokens go, and then there are none to look through.
    plans = [plan(each) for each in said if "WHERE" in each[0]]
    assert len(plans) >= 3, "the units, and one of them"
    assert not [each for each in plans if reads_all(each)], plans


def test_a_name_that_thousands_bear_costs_no_more_than_so_many_tokens(
    report, read, database, clock, monkeypatch
):
    """What is looked among is bounded before anything is put together or in order."""
    monkeypatch.setattr(comparing, "DEEPEST", 10)
    comparing.telling.cache_clear()
    sent = [report("Anna Andersson", "8") for _ in range(12)]
    read(BOARD)
    sought = understood("Anna Andersson", "2018", today=TODAY, on=True)
    found = database.write_now(
        lambda c: searching.search(
            c, BOARD, staff=LEADER, sought=sought, reason=Reason.NEW, now=clock.now()
        )
    )
    comparing.telling.cache_clear()
    assert 1 <= len(found.hits) <= 10
    assert {hit.reference for hit in found.hits} <= set(sent)
