"""A case is removed when two persons have said so and all that must hold still holds, or not."""

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.casework import barring, cases, removable, removal
from app.casework.entries import Kind
from app.casework.plan import Plan
from app.casework.refusals import Changed
from app.casework.removable import Stand
from app.errors import DatabaseUnavailable, NoSuchItem, NotAllowed
from app.records import reconcile, retention
from app.runner.role import Role
from app.storage import tables
from tests.integration.casework import (
    ASSESSED,
    LEADER,
    REGISTRAR,
    STRANGER,
    WORKER,
    Unit,
)
from tests.integration.reports import RECEIVER

PLAN = Plan(RECEIVER.municipality_code, {"prov": 30}, {})
OTHER = replace(LEADER, session_id="9", name="Moa Berg", subject="moa")
ADMINISTRATOR = replace(WORKER, session_id="6", name="Åke Ö", roles=frozenset({Role.ADMINISTRATOR}))


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def closed(unit, hand_in):
    """Close a case that has come in; return its reference."""

    def close():
        reference = hand_in().reference
        unit.arrive()
        finish(unit, reference)
        return reference

    return close


def finish(unit, reference):
    unit.read(reference)
    unit.step(reference, "bedom", ASSESSED)
    unit.step(reference, "besluta", {"beslut": ("inleds_inte",)})
    unit.step(reference, "avsluta")


@pytest.fixture
def say(database, unit, clock):
    """Say something of cases, each as it is now; return of how many it was said."""

    def said(act, *references, staff=LEADER, plan=PLAN, **rest):
        chosen = [(each, unit.row(each).version) for each in references]
        work = partial(act, plan=plan, staff=staff, chosen=chosen, now=clock.now(), **rest)
        return database.write_now(work)

    return said


@pytest.fixture
def stands(database, clock):
    """Which references the unit's list has, by how they stand."""

    def found(staff=LEADER, plan=PLAN):
        def read(connection):
            look = partial(removable.listed, connection, plan, staff=staff, now=clock.now())
            return {
                s.name: [each.reference for each in look(stand=s).rows]
                for s in Stand
                if look(stand=s).rows
            }

        return database.read_now(read)

    return found


@pytest.fixture
def night(database, clock):
    """Let the nightly removal run; return how many cases went."""

    def run(days=PLAN.days, most=500):
        return database.write_now(
            lambda c: retention.retain(
                c,
                now=clock.now(),
                municipality_code=PLAN.municipality_code,
                submission_days=days,
                most=most,
            )
        ).cases

    return run


@pytest.fixture
def agreed(closed, say, clock):
    """A case that two have agreed on."""
    reference = closed()
    clock.move(days=30)
    assert say(removal.propose, reference, staff=WORKER) == 1
    assert say(removal.approve, reference) == 1
    return reference


def rows(database, table):
    return database.read_now(lambda c: c.execute(select(table)).all())


def test_one_proposes_another_agrees_and_the_night_leaves_a_tombstone(
    database, unit, agreed, night, stands, clock
):
    assert stands() == {"AGREED": [agreed]}
    before = [kind for kind, _ in unit.events()]
    assert night() == 1
    for table in ("submissions", "deliveries", "inbox_items", "case_entries", "case_clocks"):
        assert rows(database, tables.metadata.tables[table]) == []
    assert rows(database, tables.removals) == []
    [left] = database.read_now(lambda c: removable.gone(c, unit=RECEIVER.unit)).rows
    assert (left.reference, left.form_id, left.outcome) == (agreed, "prov", "inleds_inte")
    assert (left.proposed_by, left.approved_by) == ("Bo Al", "Ida Ek")
    assert (left.received_in, left.removed_in) == ("2026-11", "2026-12")
    [stone] = rows(database, tables.tombstones)
    assert stone.rule == "retention_days = 30"
    assert before[-2:] == ["removal_proposed", "removal_approved"]
    after = [kind for kind, _ in unit.events()]
    assert after[len(before) :] == ["submission_erased", "retention_run"]
    assert database.read_now(reconcile.reconcile).adds_up


def test_nothing_goes_before_its_days_or_while_it_is_open(
    unit, closed, hand_in, stands, say, clock
):
    reference, waiting = closed(), hand_in().reference
    unit.arrive()
    clock.move(days=29, hours=23)
    assert stands() == {}
    assert say(removal.propose, reference, waiting) == 0
    clock.move(hours=1)
    assert stands() == {"FREE": [reference]}
    assert say(removal.propose, waiting) == 0


def test_what_is_not_confirmed_or_released_everywhere_is_never_on_the_list(
    database, unit, hand_in, receiver, stands, say, clock
):
    reference = hand_in(to=replace(receiver, destinations={"inbox": None, "elsewhere": None}))
    reference = reference.reference
    unit.arrive()
    finish(unit, reference)
    clock.move(days=9000)
    assert stands() == {}
    assert say(removal.propose, reference) == 0
    elsewhere = tables.deliveries.c.destination == "elsewhere"
    done = update(tables.deliveries).where(elsewhere).values(released_at=clock.now())
    database.write_now(lambda c: c.execute(done))
    assert stands() == {}
    clock.move(days=30)
    assert stands() == {"FREE": [reference]}


def test_the_same_person_never_does_both_whatever_they_are_called(
    closed, say, stands, night, clock
):
    reference = closed()
    clock.move(days=30)
    me = replace(LEADER, subject="ida")
    assert say(removal.propose, reference, staff=me) == 1
    for same in (me, replace(me, name="Ida Ek-Al"), replace(me, subject="another")):
        assert say(removal.approve, reference, staff=same) == 0
    assert stands() == {"PROPOSED": [reference]}
    assert night() == 0


def test_the_database_itself_knows_that_it_takes_two(database, agreed):
    forged = text("UPDATE removals SET approved_by = proposed_by")
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        database.write_now(lambda c: c.execute(forged))


@pytest.mark.parametrize("change", ["UPDATE tombstones SET rule = 'x'", "DELETE FROM tombstones"])
def test_a_tombstone_stands(database, agreed, night, change):
    night()
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        database.write_now(lambda c: c.execute(text(change)))
    assert len(rows(database, tables.tombstones)) == 1


@pytest.mark.parametrize(
    ("act", "staff", "allowed"),
    [
        (removal.propose, WORKER, True),
        (removal.propose, REGISTRAR, False),
        (removal.propose, ADMINISTRATOR, False),
        (removal.approve, OTHER, True),
        (removal.approve, WORKER, False),
        (removal.approve, REGISTRAR, False),
        (removal.approve, ADMINISTRATOR, False),
        (removal.approve, replace(WORKER, roles=frozenset({Role.SSPF})), True),
        (removal.withdraw, WORKER, True),
        (removal.withdraw, REGISTRAR, False),
    ],
)
def test_each_may_do_what_the_table_of_rights_says(closed, say, clock, act, staff, allowed):
    reference = closed()
    clock.move(days=30)
    if act is not removal.propose:
        say(removal.propose, reference)
    if allowed:
        assert say(act, reference, staff=staff) == 1
        return
    with pytest.raises(NotAllowed):
        say(act, reference, staff=staff)


def test_another_unit_s_cases_and_those_one_is_barred_from_are_not_there(
    unit, closed, say, stands, clock
):
    reference = closed()
    version = unit.row(reference).version
    unit.do(barring.bar, reference, version=version, name=WORKER.name, reason="Granne.")
    clock.move(days=30)
    for staff in (STRANGER, WORKER):
        assert stands(staff) == {}
        assert say(removal.propose, reference, staff=staff) == 0
    assert stands() == {"FREE": [reference]}


def test_what_is_written_after_it_was_proposed_makes_it_void(
    unit, agreed, say, stands, night, clock
):
    version = unit.row(agreed).version
    unit.do(cases.note, agreed, version=version, text="Mamman har begärt ut handlingarna.")
    assert stands() == {"FREE": [agreed]}
    assert night() == 0
    assert say(removal.approve, agreed, staff=OTHER) == 0


def test_one_chosen_as_it_no_longer_is_stays(database, unit, closed, clock):
    reference = closed()
    clock.move(days=30)
    seen = unit.row(reference).version
    unit.do(cases.note, reference, version=seen, text="En uppgift till.")
    say = partial(removal.propose, plan=PLAN, staff=LEADER, now=clock.now())
    assert database.write_now(partial(say, chosen=[(reference, seen)])) == 0
    assert database.write_now(partial(say, chosen=[("ZZZZ-ZZZZ", 1), (reference, seen + 1)])) == 1


def test_an_opened_case_never_goes_although_two_had_agreed(unit, agreed, night, stands):
    version = unit.row(agreed).version
    unit.do(cases.reopen, agreed, version=version, reason="Ny uppgift.")
    assert (night(), stands()) == (0, {})


def test_what_was_agreed_can_be_taken_back(agreed, say, stands, night):
    assert say(removal.withdraw, agreed, staff=WORKER) == 1
    assert stands() == {"FREE": [agreed]}
    assert night() == 0


@pytest.mark.parametrize("days", [{}, {"prov": 60}, {"annat": 1}])
def test_other_days_than_those_agreed_by_and_it_stays(agreed, night, days):
    assert night(days) == 0


def test_who_holds_a_case_stops_it_until_the_day_and_says_why_where_only_staff_can_read(
    database, unit, agreed, say, stands, night, clock
):
    until = (clock.now() + timedelta(days=10)).date()
    version = unit.row(agreed).version
    reason = "Begärd enligt tryckfrihetsförordningen."
    hold = partial(removal.hold, until=until)
    unit.do(hold, agreed, WORKER, version=version, reason=reason)
    assert stands() == {"HELD": [agreed]}
    assert night() == 0
    assert say(removal.propose, agreed) == 0
    entry = unit.read(agreed).entries[-1]
    assert (entry.kind, entry.words) == (
        Kind.HOLD,
        {"schema": "skyddsnat/entry/1", "until": until.isoformat(), "text": reason},
    )
    assert reason not in str(rows(database, tables.removals))
    clock.move(days=11)
    assert stands() == {"FREE": [agreed]}
    say(removal.propose, agreed)
    say(removal.approve, agreed, staff=OTHER)
    assert night() == 1


def test_a_hold_without_a_day_holds_until_it_is_lifted(unit, agreed, say, stands, clock):
    version = unit.row(agreed).version
    hold = partial(removal.hold, until=None)
    unit.do(hold, agreed, version=version, reason="Forskning.")
    with pytest.raises(Changed):
        unit.do(hold, agreed, version=version, reason="Igen.")
    with pytest.raises(NoSuchItem):
        unit.do(hold, agreed, STRANGER, version=version, reason="Igen.")
    with pytest.raises(NotAllowed):
        unit.do(hold, agreed, REGISTRAR, version=version + 1, reason="Igen.")
    clock.move(days=9000)
    assert stands() == {"HELD": [agreed]}
    assert say(removal.lift_holds, agreed, staff=WORKER, rules=unit.rules) == 1
    assert stands() == {"FREE": [agreed]}
    assert unit.entries(agreed)[-1]["kind"] == "hold_lifted"


def test_what_was_closed_as_an_akt_of_ours_is_not_on_the_list_after_a_change_of_mind(
    unit, closed, hand_in, stands, clock
):
    ours = closed()
    theirs = hand_in().reference
    unit.arrive()
    unit.read(theirs)
    unit.step(theirs, "bedom", ASSESSED)
    unit.step(theirs, "besluta", {"beslut": ("inleds_inte",)})
    unit.step(theirs, "godkann", staff=WORKER)
    unit.step(theirs, "avsluta")
    clock.move(days=30)
    plan = replace(PLAN, handed_over={"prov": ("godkann",), "annat": ()})
    assert stands(plan=plan) == {"FREE": [theirs]}
    version = unit.row(theirs).version
    unit.do(cases.reopen, theirs, version=version, reason="Ny uppgift.")
    finish(unit, theirs)
    clock.move(days=30)
    assert stands(plan=plan) == {}, "handed over before it was opened again is not enough"
    assert sorted(stands()["FREE"]) == sorted([ours, theirs])


def test_many_go_a_few_at_a_time_and_each_whole(database, closed, say, night, clock):
    references = [closed() for _ in range(3)]
    clock.move(days=30)
    say(removal.propose, *references, staff=WORKER)
    say(removal.approve, *references)
    assert [night(most=2) for _ in range(3)] == [2, 1, 0]
    assert {row.reference for row in rows(database, tables.tombstones)} == set(references)


def test_when_anything_goes_wrong_halfway_nothing_is_gone(database, agreed, night, monkeypatch):
    def broken(*_args, **_rest):
        raise RuntimeError

    monkeypatch.setattr("app.records.audit.record", broken)
    with pytest.raises(RuntimeError):
        night()
    assert rows(database, tables.tombstones) == []
    assert len(rows(database, tables.submissions)) == 1
    assert len(rows(database, tables.case_entries)) > 0
    monkeypatch.undo()
    assert night() == 1


def test_two_who_agree_at_once_agree_once(database, unit, closed, say, clock):
    reference = closed()
    clock.move(days=30)
    say(removal.propose, reference, staff=WORKER)
    done = []

    def agree(staff):
        done.append(say(removal.approve, reference, staff=staff))

    both = [threading.Thread(target=agree, args=(staff,)) for staff in (LEADER, OTHER)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(done) == [0, 1]
    assert [kind for kind, _ in unit.events()].count("removal_approved") == 1
