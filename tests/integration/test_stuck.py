"""What can not be delivered is work for a person, and ends only when somebody has seen to it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.casework import barring, seeing_to, stuck
from app.casework.access import LEADING, Staff
from app.delivery import relay
from app.errors import DestinationClosed, PermanentFailure, TemporaryFailure
from app.records import destinations
from app.records.outbox import State
from app.records.reconcile import reconcile
from app.storage import tables
from tests.integration.casework import Unit
from tests.integration.receivers import Receiver, failing
from tests.integration.reports import KEYS

MINE = Staff("5e55", "Ida Ek", "barn-och-unga", "csrf", LEADING)
COLLEAGUE = replace(MINE, session_id="6", name="Bo Al")
THEIRS = Staff("0dd5", "Ola Ask", "sspf", "csrf", LEADING)
REFUSED = PermanentFailure("delivery.reasons.refused")


@pytest.fixture
def fail(database, hand_in, receiver, clock):
    """Hand in a report that a system refuses; return its reference."""

    def send(error=REFUSED):
        there = {"system": lambda content: b"to system " + content}
        receipt = hand_in(to=replace(receiver, destinations=there))
        relay.deliver_once(database, {"system": Receiver(failing(error))}, clock)
        return receipt.reference

    return send


@pytest.fixture
def do(database, clock):
    """Do something about it, as somebody."""

    def act(action, reference, staff=MINE, destination="system", **more):
        return database.write_now(
            lambda c: action(
                c,
                staff=staff,
                reference=reference,
                destination=destination,
                now=clock.now(),
                **more,
            )
        )

    return act


@pytest.fixture
def waiting(database):
    return lambda staff=MINE: database.read_now(lambda c: stuck.waiting(c, staff=staff)).rows


def delivery(database, destination="system"):
    where = tables.deliveries.c.destination == destination
    return database.read_now(lambda c: c.execute(select(tables.deliveries).where(where)).one())


def trail(database):
    found = select(tables.audit_events.c.kind, tables.audit_events.c.actor)
    ordered = found.order_by(tables.audit_events.c.id)
    return [tuple(row) for row in database.read_now(lambda c: c.execute(ordered).all())]


def test_it_waits_at_its_own_unit_with_the_reason_and_since_when(fail, waiting, clock):
    reference = fail()
    [found] = waiting()
    assert (found.reference, found.destination) == (reference, "system")
    assert (found.reason, found.attention_at) == ("delivery.reasons.refused", clock.now())
    assert (found.owner, found.in_inbox, found.closed) == (None, False, False)
    assert waiting(THEIRS) == ()


def test_somebody_takes_it_on_and_the_others_see_who(fail, do, waiting, database):
    reference = fail()
    assert do(seeing_to.take_over, reference)
    assert [found.owner for found in waiting()] == ["Ida Ek"]
    assert ("delivery_taken_over", "Ida Ek") in trail(database)


def test_tried_again_it_goes_at_once_and_is_done_when_it_is_there(
    fail, do, waiting, database, clock
):
    reference = fail()
    clock.move(hours=2)
    assert do(seeing_to.try_again, reference)
    assert len(waiting()) == 1, "not done before the receiver has it"
    there = Receiver()
    relay.deliver_once(database, {"system": there}, clock)
    assert there.taken == [reference]
    assert waiting() == ()
    assert delivery(database).content is None, "nothing is kept for a receiver that has it"


def test_handed_over_by_hand_it_ends_with_a_name_and_a_reason(fail, do, waiting, database, clock):
    reference = fail()
    assert do(seeing_to.release, reference, reason="Lämnad till Eva på mottagningen.")
    assert waiting() == ()
    row = delivery(database)
    assert (row.state, row.released_by, row.released_at) == (
        State.RELEASED,
        "Ida Ek",
        clock.now(),
    )
    assert (row.released_reason, row.content) == ("Lämnad till Eva på mottagningen.", None)
    assert ("delivery_released", "Ida Ek") in trail(database)
    there = Receiver()
    clock.move(days=9)
    relay.deliver_once(database, {"system": there}, clock)
    assert there.taken == []
    assert database.read_now(reconcile).adds_up


def test_who_is_barred_from_the_case_neither_sees_it_here_nor_does_anything_about_it(
    hand_in, receiver, do, waiting, database, clock
):
    ways = {"inbox": None, "system": lambda content: b"to system " + content}
    reference = hand_in(to=replace(receiver, destinations=ways)).reference
    relay.deliver_once(database, {"system": Receiver(failing(REFUSED))}, clock)
    unit = Unit(database, clock)
    unit.arrive()
    unit.do(barring.recuse, reference, MINE, version=0, reason="Hon är min syster.")
    assert waiting() == ()
    where = {"staff": MINE, "reference": reference, "destination": "system"}
    for look in (stuck.one, stuck.report):
        assert database.read_now(lambda c, look=look: look(c, **where)) is None
    assert not do(seeing_to.take_over, reference)
    assert not do(seeing_to.try_again, reference)
    assert not do(seeing_to.release, reference, reason="Jag lämnar den själv.")
    assert not do(seeing_to.reroute, reference, to="other", content=b"x")
    assert [each.reference for each in waiting(COLLEAGUE)] == [reference]
    assert do(seeing_to.take_over, reference, COLLEAGUE)


def test_pages_meet_everything_once_and_count_nothing_that_one_is_barred_from(
    hand_in, receiver, database, clock
):
    ways = {"inbox": None, "system": lambda content: b"to system " + content}
    references = []
    for _ in range(7):
        references.append(hand_in(to=replace(receiver, destinations=ways)).reference)
        relay.deliver_once(database, {"system": Receiver(failing(REFUSED))}, clock)
        clock.move(minutes=1)
    unit = Unit(database, clock)
    unit.arrive()
    unit.do(barring.recuse, references[2], MINE, version=0, reason="Hon är min syster.")

    def pages(staff):
        asked = (
            database.read_now(lambda c, n=n: stuck.waiting(c, staff=staff, first=n, most=3))
            for n in (1, 4, 7, 10)
        )
        return [([each.reference for each in page.rows], page.total) for page in asked]

    mine = references[:2] + references[3:]
    assert pages(MINE) == [(mine[:3], 6), (mine[3:], 6), ([], 0), ([], 0)]
    assert pages(COLLEAGUE) == [
        (references[:3], 7),
        (references[3:6], 7),
        (references[6:], 7),
        ([], 0),
    ]
    assert pages(THEIRS) == [([], 0)] * 4


@pytest.mark.parametrize("reason", ["", "x" * 201])
def test_without_a_reason_nothing_is_handed_over(fail, do, waiting, reason):
    reference = fail()
    with pytest.raises(ValueError, match="reason"):
        do(seeing_to.release, reference, reason=reason)
    assert len(waiting()) == 1


def test_sent_another_way_the_new_receiver_gets_it_sealed_to_itself(
    fail, do, waiting, database, clock
):
    reference = fail()
    where = {"staff": MINE, "reference": reference, "destination": "system"}
    report = database.read_now(lambda c: stuck.report(c, **where))
    content = stuck.resealed(report, KEYS, lambda plain: b"to other " + plain)
    assert do(seeing_to.reroute, reference, to="other", content=content)
    assert waiting() == ()
    new = delivery(database, "other")
    handed = json.loads(new.content.removeprefix(b"to other "))
    assert handed["submission"] == str(new.submission_id)
    assert handed["transcript"]["form"] == "prov"
    there = Receiver()
    relay.deliver_once(database, {"other": there}, clock)
    assert there.taken == [reference]
    assert database.read_now(reconcile).adds_up
    assert ("delivery_rerouted", "Ida Ek") in trail(database)


def test_what_a_receiver_has_been_sent_can_not_be_sent_there_again(fail, do, waiting):
    reference = fail()
    assert not do(seeing_to.reroute, reference, to="system", content=None)
    assert len(waiting()) == 1


@pytest.mark.parametrize(
    "action", [seeing_to.take_over, seeing_to.try_again, seeing_to.release, seeing_to.reroute]
)
def test_another_units_people_can_do_nothing_about_it(fail, do, waiting, database, action):
    reference = fail()
    more = {
        seeing_to.release: {"reason": "Jag tar den."},
        seeing_to.reroute: {"to": "other", "content": None},
    }.get(action, {})
    before = delivery(database)
    assert not do(action, reference, staff=THEIRS, **more)
    assert delivery(database) == before
    assert len(waiting()) == 1


def test_what_is_only_late_can_be_seen_to_as_well(fail, waiting, database, clock):
    fail(TemporaryFailure("delivery.reasons.unavailable"))
    assert waiting() == ()
    clock.move(hours=73)
    relay.look(database, clock, {"system": timedelta(hours=72)})
    assert [found.reason for found in waiting()] == ["delivery.reasons.unavailable"]


def test_a_receiver_that_wants_nothing_more_gets_nothing_more_until_somebody_says_so(
    fail, do, waiting, database, clock
):
    reference = fail(DestinationClosed("delivery.reasons.closed"))
    later = fail(REFUSED)
    [found] = waiting()
    assert (found.reference, found.closed) == (reference, True)
    there = Receiver()
    clock.move(days=1)
    relay.deliver_once(database, {"system": there}, clock)
    assert there.taken == []
    assert do(seeing_to.try_again, reference)
    relay.deliver_once(database, {"system": there}, clock)
    assert sorted(there.taken) == sorted([reference, later])
    assert not database.read_now(lambda c: destinations.is_closed(c, "system"))
