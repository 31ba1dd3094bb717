"""What somebody has done is found by an index, and no report that is handed in is written in it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, inspect, select

from app.records import trail
from app.records.trail import Within
from app.storage.tables import audit_events
from tests.integration.plans import explained

INDEX = "ix_audit_events_actor"
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.fixture
def written(database):
    """Five events of the service's own, as those of reports are, and three of Ida Ek's."""
    events = [{"kind": "submission_received", "at": NOW, "actor": None, "unit": None}] * 5
    events += [{"kind": "item_opened", "at": NOW, "actor": "Ida Ek", "unit": "barn"}] * 3
    database.write_now(lambda c: c.execute(insert(audit_events).inline(), events))


@pytest.mark.parametrize("within", [Within(), Within(since=NOW), Within(NOW, NOW)])
def test_what_somebody_has_done_is_read_by_the_index_and_no_event_beside(database, written, within):
    statement = trail.asked_at("barn", person="Ida Ek", within=within).limit(200)
    plan = database.read_now(lambda c: explained(c, statement, {}))
    assert INDEX in plan, plan


def test_no_report_that_is_handed_in_is_in_the_index(database, hand_in):
    hand_in()
    actors = database.read_now(lambda c: c.execute(select(audit_events.c.actor)).scalars().all())
    assert actors == [None]
    [index] = database.read_now(
        lambda c: [i for i in inspect(c).get_indexes("audit_events") if i["name"] == INDEX]
    )
    said = [str(value) for value in index["dialect_options"].values()]
    assert any("actor IS NOT NULL" in each for each in said)
