"""Whoever changes the audit trail behind the service's back is found out, and where is said.

Each test does it to a database of its own with the triggers dropped, as its owner could.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from app.crypto import witness
from app.delivery.ledger import Ledger
from app.records import anchors, chain, verifying
from app.records.verifying import Kind, verify
from app.storage.tables import audit_anchors, audit_events, audit_links

PRIVATE = witness.new_private()
KEYS = {witness.key_id(witness.public_of(PRIVATE)): witness.public_of(PRIVATE)}
EVENTS = 12
LINK, EVENT = audit_links.c, audit_events.c


@pytest.fixture
def trail(database, clock):
    """A chain of twelve events, signed after eight and after twelve."""
    ledger = Ledger(database, clock, PRIVATE)
    for number in range(EVENTS):
        event = {"kind": "item_opened", "at": clock.now(), "actor": f"Ida {number}"}
        database.write_now(lambda c, event=event: c.execute(insert(audit_events).inline(), [event]))
        clock.move(minutes=1)
        if number in {7, EVENTS - 1}:
            ledger.turn()
            clock.move(hours=1)
    return ledger


@pytest.fixture
def tamper(database, trail):
    """Change something as the owner of the database, who can take the triggers away."""

    def do(*statements):
        def change(connection):
            for trigger, table in triggers(connection):
                of = f" ON {table}" if connection.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(f"DROP TRIGGER {trigger}{of}")
            for statement in statements:
                connection.execute(statement)

        database.write_now(change)

    return do


def triggers(connection):
    asked = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class "
        "ON pg_class.oid = tgrelid WHERE NOT tgisinternal",
    }
    return connection.execute(text(asked[connection.dialect.name])).all()


@pytest.fixture
def look(database, clock):
    def look(**more):
        told = {"keys": KEYS, "now": clock.now(), **more}
        return database.read_now(lambda c: verify(c, **told))

    return look


@pytest.fixture
def found(look):
    """What is wrong, and where."""
    return lambda **more: [(each.kind, each.position) for each in look(**more).faults]


def all_of(database, table, order):
    return database.read_now(lambda c: c.execute(select(table).order_by(order)).all())


def id_at(database, position):
    asked = select(LINK.event_id).where(LINK.position == position)
    return database.read_now(lambda c: c.execute(asked).scalar_one())


def test_a_trail_that_nobody_has_touched_is_whole(trail, look):
    verdict = look()
    assert (verdict.first, verdict.last, verdict.anchors) == (1, EVENTS, 2)
    assert (verdict.waiting, verdict.faults) == (0, ())


def test_an_empty_trail_is_whole(look):
    assert look().faults == ()


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "Någon Annan"},
        {"actor": None},
        {"kind": "item_closed"},
        {"unit": "sspf"},
        {"at": text("at + 1")},
        {"counts": "{}"},
        {"submission_id": "other"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_in_any_column_is_found_where_it_is(tamper, found, database, change):
    if "submission_id" in change:
        from uuid import uuid4  # noqa: PLC0415 - one case

        change = {"submission_id": uuid4()}
    fifth = id_at(database, 5)
    tamper(update(audit_events).where(EVENT.id == fifth).values(change))
    assert found() == [(Kind.CHANGED, 5)]


def test_an_event_that_is_removed_is_missed(tamper, found, database):
    tamper(delete(audit_events).where(EVENT.id == id_at(database, 5)))
    assert found() == [(Kind.EVENT_GONE, 5)]


def test_an_event_that_is_removed_with_its_link_leaves_a_gap(tamper, found, database):
    gone = id_at(database, 5)
    tamper(
        delete(audit_events).where(EVENT.id == gone), delete(audit_links).where(LINK.position == 5)
    )
    assert found() == [(Kind.LINKS_GONE, 5)]


def test_to_close_the_gap_shows_where_it_was(tamper, found, database):
    gone = id_at(database, 5)
    moved = [
        update(audit_links).where(LINK.position == place).values(position=place - 1)
        for place in range(6, EVENTS + 1)
    ]
    tamper(
        delete(audit_events).where(EVENT.id == gone),
        delete(audit_links).where(LINK.position == 5),
        *moved,
    )
    assert (Kind.CHANGED, 5) in found()
    assert (Kind.OTHER_CHAIN, 8) in found(), "an anchor knows what was there"
    assert (Kind.CUT_SHORT, 12) in found()


def test_a_link_that_is_removed_leaves_its_event_alone(tamper, look):
    tamper(delete(audit_links).where(LINK.position == 5))
    assert [each.kind for each in look().faults] == [Kind.LINKS_GONE, Kind.NOT_LINKED]


def test_two_that_change_places_are_found(tamper, found, database):
    one, other = id_at(database, 4), id_at(database, 6)
    at = LINK.position
    tamper(
        update(audit_links).where(at == 4).values(event_id=-1),
        update(audit_links).where(at == 6).values(event_id=one),
        update(audit_links).where(at == 4).values(event_id=other),
    )
    assert found() == [(Kind.CHANGED, 4), (Kind.CHANGED, 6)]


def test_two_links_that_change_places_are_found(tamper, found):
    at = LINK.position
    tamper(
        update(audit_links).where(at == 4).values(position=0),
        update(audit_links).where(at == 5).values(position=4),
        update(audit_links).where(at == 0).values(position=5),
    )
    assert (Kind.CHANGED, 4) in found()
    assert (Kind.CHANGED, 5) in found()


@pytest.mark.parametrize("number", [9999, -9999])
def test_an_event_that_is_put_in_beside_the_chain_is_found(tamper, look, clock, number):
    event = {"id": number, "kind": "item_opened", "at": clock.now() - timedelta(hours=2)}
    tamper(insert(audit_events).values(event))
    (fault,) = look().faults
    assert (fault.kind, fault.event_id) == (Kind.NOT_LINKED, number)


def test_an_event_that_is_put_into_the_chain_with_a_link_is_found(tamper, found, database, clock):
    last = database.read_now(chain.tail)
    event = {"id": 9999, "kind": "item_opened", "at": clock.now() - timedelta(hours=1)}
    made_up = {"position": last.position + 1, "event_id": 9999, "hash": bytes(32)}
    tamper(insert(audit_events).values(event), insert(audit_links).values(made_up))
    assert found() == [(Kind.CHANGED, 13)]


def test_one_that_the_relay_was_made_to_link_afterwards_is_known_by_its_time(
    tamper, found, trail, clock
):
    tamper(insert(audit_events).values(kind="item_opened", at=clock.now() - timedelta(days=2)))
    trail.turn()
    assert found() == [(Kind.TOO_OLD, 13)]


def test_events_of_long_ago_that_wait_for_their_links_are_not_too_old_for_an_anchor_on_the_way(
    database, clock, look, monkeypatch
):
    monkeypatch.setattr(chain, "AT_ONCE", 3)
    monkeypatch.setattr(anchors, "LINKS", 3)
    for days in range(9, 0, -1):
        event = {"kind": "item_opened", "at": clock.now() - timedelta(days=days)}
        database.write_now(lambda c, event=event: c.execute(insert(audit_events).inline(), [event]))
    assert Ledger(database, clock, PRIVATE).turn() == 9
    verdict = look()
    assert (verdict.anchors, verdict.faults) == (3, ())


def test_an_event_of_a_time_to_come_makes_no_other_too_old(trail, look, database, clock):
    for days in (900, 0):
        event = {"kind": "item_opened", "at": clock.now() + timedelta(days=days)}
        database.write_now(lambda c, event=event: c.execute(insert(audit_events).inline(), [event]))
        trail.turn()
        clock.move(hours=1)
    assert look().faults == ()


def remade(database, position, **change):
    """The chain as somebody would make it anew who changes the event at one place."""
    rows = all_of(database, audit_links, LINK.position)
    ids = {row.id: row._asdict() for row in all_of(database, audit_events, EVENT.id)}
    before, links = chain.START, []
    for row in rows:
        event = ids[row.event_id] | (change if row.position == position else {})
        before = chain.link(before, event)
        links.append(update(audit_links).where(LINK.position == row.position).values(hash=before))
    at = update(audit_events).where(EVENT.id == rows[position - 1].event_id).values(change)
    return at, *links


def test_a_chain_that_is_made_anew_from_a_change_on_is_given_away_by_its_anchors(
    tamper, found, database
):
    tamper(*remade(database, 5, actor="Någon Annan"))
    assert found() == [(Kind.OTHER_CHAIN, 8), (Kind.OTHER_CHAIN, 12)]


def test_who_makes_anchors_anew_too_has_not_the_key(tamper, found, database, clock):
    tamper(*remade(database, 5, actor="Någon Annan"), delete(audit_anchors))
    other = witness.new_private()
    forged = database.write_now(lambda c: anchors.drop(c, private=other, now=clock.now()))
    assert found() == [(Kind.NOT_SIGNED, 12)]
    tamper(
        update(audit_anchors).values(key_id=next(iter(KEYS)), signature=forged.signature),
    )
    assert found() == [(Kind.NOT_SIGNED, 12)], "nor by lending the name of the key"


def test_a_tail_that_is_cut_off_is_found_by_an_anchor(tamper, found, database):
    for place in (12, 11, 10):
        gone = id_at(database, place)
        tamper(
            delete(audit_events).where(EVENT.id == gone),
            delete(audit_links).where(LINK.position == place),
        )
    assert found() == [(Kind.CUT_SHORT, 12)]


def test_a_tail_that_is_cut_off_with_its_anchors_is_found_by_one_that_is_kept_outside(
    tamper, found, database
):
    outside = database.read_now(anchors.everyone)
    gone = [id_at(database, place) for place in (9, 10, 11, 12)]
    tamper(
        delete(audit_events).where(EVENT.id.in_(gone)),
        delete(audit_links).where(LINK.position > 8),
        delete(audit_anchors).where(audit_anchors.c.position > 8),
    )
    assert found() == [], "nobody here knows that there was more"
    assert found(outside=outside) == [(Kind.CUT_SHORT, 12)]


def test_a_beginning_that_is_taken_away_before_its_time_is_missed(tamper, found, database):
    gone = [id_at(database, place) for place in range(1, 9)]
    tamper(
        delete(audit_events).where(EVENT.id.in_(gone)), delete(audit_links).where(LINK.position < 8)
    )
    assert found() == [(Kind.BEGINNING_GONE, 8)]
    tamper(delete(audit_links).where(LINK.position == 8))
    assert found() == [(Kind.BEGINNING_GONE, 9)], "where there is no anchor either"


def test_everything_gone_is_found(tamper, found):
    tamper(delete(audit_events), delete(audit_links))
    assert found() == [(Kind.CUT_SHORT, 8), (Kind.CUT_SHORT, 12)]


def test_every_fault_is_told_and_not_only_the_first(tamper, found, database):
    for place in (2, 6, 11):
        tamper(update(audit_events).where(EVENT.id == id_at(database, place)).values(unit="x"))
    assert found() == [(Kind.CHANGED, 2), (Kind.CHANGED, 6), (Kind.CHANGED, 11)]


def test_what_is_new_has_some_minutes_to_be_linked(trail, look, database, clock):
    event = {"kind": "item_opened", "at": clock.now()}
    database.write_now(lambda c: c.execute(insert(audit_events).inline(), [event]))
    verdict = look()
    assert (verdict.waiting, verdict.faults) == (1, ())
    clock.move(minutes=11)
    assert [each.kind for each in look().faults] == [Kind.NOT_LINKED]


def test_how_far_it_has_come_is_told(trail, look, monkeypatch):
    monkeypatch.setattr(verifying, "AT_ONCE", 5)
    told = []
    look(tell=lambda *far: told.append(far))
    assert told == [(4, 11), (9, 11)]


def test_an_anchor_from_outside_that_is_of_another_chain_is_no_friend(trail, found, database):
    (first, *_) = database.read_now(anchors.everyone)
    signature = witness.sign(PRIVATE, anchors.message(first.position, bytes(32), first.at))
    other = replace(first, hash=bytes(32), signature=signature)
    assert found(outside=[other]) == [(Kind.OTHER_CHAIN, 8)]
