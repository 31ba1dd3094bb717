"""Whoever has jäv has nothing to do with a case: to them it does not exist, and tries are kept."""

from dataclasses import replace

import pytest

from app.casework import barring, cases, opening, steps
from app.casework.refusals import Changed, StepImpossible
from app.errors import NoSuchItem, NotAllowed
from app.records.reconcile import reconcile
from tests.integration.casework import ASSESSED, LEADER, WORKER, Unit

OTHER_LEADER = replace(LEADER, session_id="9", name="Eva Ask")


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    reference = hand_in().reference
    unit.arrive()
    return reference


def cannot(unit, reference, staff):
    """Tell that nothing of a case can be had or done by somebody."""
    version = unit.row(reference).version
    tries = [
        (opening.open_item, {}),
        (cases.take, {}),
        (cases.note, {"version": version, "text": "Något."}),
        (steps.run_step, {"version": version, "step_id": "bedom", "typed": ASSESSED}),
        (barring.recuse, {"version": version, "reason": "Något."}),
    ]
    for act, more in tries:
        with pytest.raises(NoSuchItem):
            unit.do(act, reference, staff, **more)
    refused = [event for event in unit.events() if event == ("read_refused", staff.name)]
    return len(refused) >= len(tries) and unit.row(reference).version == version


def test_who_says_that_they_have_jav_has_the_case_no_more(unit, case):
    unit.take(case, WORKER)
    after = unit.do(barring.recuse, case, WORKER, version=1, reason="Hon är min syster.")
    assert (after.owner, after.state, after.version) == (None, "ny", 2)
    assert cannot(unit, case, WORKER)
    read = unit.read(case, LEADER)
    assert [(each.name, each.by) for each in read.item.barred] == [("Bo Al", "Bo Al")]
    assert read.entries[-1].words["text"] == "Hon är min syster."
    with pytest.raises(StepImpossible):
        unit.do(cases.assign, case, LEADER, version=2, to="Bo Al")


def test_who_leads_can_say_it_of_another_and_nobody_else_can(unit, case):
    rest = {"version": 0, "reason": "De är släkt."}
    with pytest.raises(NotAllowed):
        unit.do(barring.bar, case, WORKER, name="Ida Ek", **rest)
    for wrong in ("", "x" * 65):
        with pytest.raises(ValueError, match="name"):
            unit.do(barring.bar, case, LEADER, name=wrong, **rest)
    unit.do(barring.bar, case, LEADER, name="Bo Al", **rest)
    assert cannot(unit, case, WORKER)
    assert unit.read(case, OTHER_LEADER).entries[-1].words["name"] == "Bo Al"


def test_the_same_person_by_another_name_is_barred_too(unit, case):
    me = replace(WORKER, subject="abc")
    unit.do(barring.recuse, case, me, version=0, reason="Hon är min syster.")
    assert cannot(unit, case, replace(me, name="Bo Al-Ek"))
    assert unit.read(case, replace(WORKER, name="Bo Al-Ek", subject="def"))


def test_it_takes_two_to_lift_it_and_none_of_them_is_the_one(unit, case):
    unit.do(barring.recuse, case, LEADER, version=0, reason="Hon är min syster.")
    with pytest.raises(NoSuchItem):
        unit.do(barring.lift, case, LEADER, version=1, name="Ida Ek")
    with pytest.raises(NotAllowed):
        unit.do(barring.lift, case, WORKER, version=1, name="Ida Ek")
    with pytest.raises(StepImpossible):
        unit.do(barring.lift, case, OTHER_LEADER, version=1, name="Någon Annan")
    asked = unit.do(barring.lift, case, OTHER_LEADER, version=1, name="Ida Ek")
    assert [each.lift_by for each in asked.barred] == ["Eva Ask"]
    with pytest.raises(StepImpossible):
        unit.do(barring.lift, case, OTHER_LEADER, version=2, name="Ida Ek")
    assert cannot(unit, case, LEADER)
    third = replace(LEADER, name="Åke Öst")
    with pytest.raises(Changed):
        unit.do(barring.lift, case, third, version=1, name="Ida Ek")
    assert unit.do(barring.lift, case, third, version=2, name="Ida Ek").barred == ()
    assert unit.read(case, LEADER).item.barred == ()


def test_every_bar_is_an_entry_and_an_event_and_the_case_agrees_with_itself(unit, case, database):
    unit.do(barring.recuse, case, WORKER, version=0, reason="Hon är min syster.")
    unit.do(barring.lift, case, LEADER, version=1, name="Bo Al")
    unit.do(barring.lift, case, OTHER_LEADER, version=2, name="Bo Al")
    kinds = [kind for kind, _ in unit.events() if kind.startswith("case_")]
    assert kinds == ["case_barred", "case_lift_asked", "case_lifted"]
    assert [each["kind"] for each in unit.entries(case)] == ["bar", "lift_asked", "lift"]
    assert database.read_now(reconcile).adds_up
