"""The audit trail's beginning goes when the law lets it, and what is left still proves itself."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import DBAPIError

from app.casework import reviewing
from app.casework.refusals import MonthGone
from app.crypto import witness
from app.delivery.ledger import Ledger
from app.errors import DatabaseUnavailable
from app.records import audit_retention, reconcile, retention
from app.records.verifying import verify
from app.runner.hours import Calendar
from app.storage import tables
from app.storage.tables import audit_events, audit_links, review_months

PRIVATE = witness.new_private()
KEYS = {witness.key_id(witness.public_of(PRIVATE)): witness.public_of(PRIVATE)}
LONG_AGO = datetime(2019, 3, 1, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
EVENT = {"kind": "item_opened", "actor": "Ida Ek"}


@pytest.fixture
def trail(database, clock):
    """Nine events of 2019, each three signed, and four of today, signed too."""
    ledger = Ledger(database, clock, PRIVATE)

    def happen(count):
        events = [{**EVENT, "at": clock.now()}] * count
        database.write_now(lambda c: c.execute(insert(audit_events).inline(), events))
        ledger.turn()
        clock.move(days=1)

    clock.time = LONG_AGO
    for _ in range(3):
        happen(3)
    clock.time = NOW
    happen(4)
    return ledger


@pytest.fixture
def erase(database, clock):
    def erase(years=5, **rest):
        limit = audit_retention.before(clock.now(), years)
        return database.write_now(
            lambda c: audit_retention.erase(c, before=limit, now=clock.now(), **rest)
        )

    return erase


@pytest.fixture
def look(database, clock):
    return lambda **at: database.read_now(
        lambda c: verify(c, keys=KEYS, now=clock.now() + timedelta(**at))
    )


def left(database):
    counts = [select(func.count()).select_from(table) for table in (audit_events, audit_links)]
    return tuple(database.read_now(lambda c, q=each: c.execute(q).scalar()) for each in counts)


def test_what_has_had_its_time_goes_and_the_rest_is_whole(trail, erase, look, database, clock):
    assert erase() == 9
    trail.turn()
    assert left(database) == (5, 6), "the last link of those that went stays"
    verdict = look()
    assert (verdict.first, verdict.last, verdict.faults) == (10, 14, ())
    assert erase() == 0


def test_it_goes_a_piece_at_a_time_from_anchor_to_anchor(trail, erase, look):
    for first in (4, 7, 10):
        assert erase(most=1) == 3
        trail.turn()
        verdict = look()
        assert (verdict.first, verdict.faults) == (first, ())
    assert erase(most=1) == 0


@pytest.fixture
def drawn(database):
    """Store that months were drawn, each by its last link."""

    def draw(months):
        same = {**dict.fromkeys(("readings", "share", "least"), 1), "at": LONG_AGO}
        rows = [
            {"unit": "barn", "month": name, "position": position, "drawn_by": "Lo Gran", **same}
            for name, position in months.items()
        ]
        database.write_now(lambda c: c.execute(insert(review_months).inline(), rows))

    return draw


def months(database):
    asked = select(review_months.c.month).order_by(review_months.c.month)
    return database.read_now(lambda c: c.execute(asked).scalars().all())


def test_a_month_goes_when_the_last_of_its_links_does_and_the_chain_still_holds(
    trail, erase, look, drawn, database
):
    drawn({"2019-02": 3, "2019-03": 5, "2026-11": 13})
    assert erase(most=1) == 3
    assert months(database) == ["2019-03", "2026-11"]
    assert erase(most=1) == 3
    assert months(database) == ["2026-11"]
    assert erase(most=1) == 3
    trail.turn()
    assert months(database) == ["2026-11"]
    assert look().faults == ()


def test_a_month_of_which_the_beginning_is_gone_is_not_said_to_be_another(
    trail, erase, drawn, database
):
    drawn({"2019-03": 13})
    calendar = Calendar(ZoneInfo("Europe/Stockholm"))
    again = partial(reviewing.anew, unit="barn", month="2019-03", calendar=calendar)
    assert database.read_now(again) is not None
    erase(most=1)
    with pytest.raises(MonthGone):
        database.read_now(again)


def test_what_is_kept_longer_stays(trail, erase, database):
    assert erase(years=8) == 0
    assert left(database) == (13, 13)


def test_without_an_anchor_nothing_goes(database, clock, erase):
    clock.time = LONG_AGO
    database.write_now(
        lambda c: c.execute(insert(audit_events).inline(), [EVENT | {"at": LONG_AGO}])
    )
    Ledger(database, clock).turn()
    clock.time = NOW
    assert erase() == 0


def test_what_was_written_by_a_clock_that_was_ahead_waits_and_all_after_it(database, clock):
    clock.time = LONG_AGO
    event = EVENT | {"at": LONG_AGO + timedelta(days=10)}
    database.write_now(lambda c: c.execute(insert(audit_events).inline(), [event]))
    Ledger(database, clock, PRIVATE).turn()
    for days, gone in ((9, 0), (10, 1)):
        limit = LONG_AGO + timedelta(days=days)
        piece = database.write_now(lambda c, b=limit: audit_retention.erase(c, before=b, now=NOW))
        assert piece == gone


@pytest.mark.parametrize(
    "change",
    [
        delete(audit_events).where(audit_events.c.at > LONG_AGO + timedelta(days=100)),
        delete(audit_links),
        delete(audit_links).where(audit_links.c.position == 1),
    ],
    ids=["an event of today", "every link", "the link of an old event"],
)
def test_the_database_lets_nothing_else_go_whoever_asks(trail, database, change):
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        database.write_now(lambda c: c.execute(change))
    assert left(database) == (13, 13)


def test_it_is_still_counted_that_nothing_is_lost(database, hand_in, clock, erase, monkeypatch):
    monkeypatch.setattr(
        retention, "ended_before", lambda limit: tables.submissions.c.id.is_not(None)
    )
    ledger = Ledger(database, clock, PRIVATE)
    clock.time = LONG_AGO
    for _ in range(3):
        hand_in()
    ledger.turn()
    clock.move(days=1)
    erased = database.write_now(
        lambda c: retention.retain(
            c,
            now=clock.now(),
            municipality_code="exempelkommun",
            submission_days={"prov": 1},
            most=2,
        )
    )
    assert erased.submissions == 2
    ledger.turn()
    assert database.read_now(reconcile.vanished) == 0
    for _ in range(2):  # received goes first, erased after it; each time it adds up
        clock.time = NOW
        assert erase(most=1) > 0
        assert database.read_now(reconcile.vanished) == 0
    database.write_now(lambda c: c.execute(delete(tables.deliveries)))
    database.write_now(lambda c: c.execute(delete(tables.submissions)))
    assert database.read_now(reconcile.vanished) == 1, "and what is lost is missed"


def test_what_earlier_pieces_carried_is_carried_on(database, clock):
    counts = '{"events":3,"received":7,"erased":4}'
    carrier = {"kind": "audit_erased", "at": LONG_AGO, "counts": counts}
    received = {"kind": "submission_received", "at": LONG_AGO, "counts": None}
    clock.time = LONG_AGO
    database.write_now(lambda c: c.execute(insert(audit_events).inline(), [carrier, received]))
    Ledger(database, clock, PRIVATE).turn()
    assert database.read_now(reconcile.forgotten) == 3
    limit = audit_retention.before(NOW, 5)
    database.write_now(lambda c: audit_retention.erase(c, before=limit, now=NOW))
    assert database.read_now(reconcile.forgotten) == 4
    asked = select(audit_events.c.counts)
    (told,) = database.read_now(lambda c: c.execute(asked).scalars().all())
    assert told == '{"events":2,"received":8,"erased":4}'
