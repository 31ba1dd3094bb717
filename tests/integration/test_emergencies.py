"""Nödläge: who has jäv may do what can not wait; who has not asked for it still has no case."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from app.casework import admissions, barring, cases, emergencies, opening
from app.casework.refusals import StepImpossible
from app.errors import NoSuchItem, NotAllowed
from app.records.reconcile import reconcile
from app.storage import tables
from tests.integration.casework import ASSESSED, DECIDED, LEADER, REGISTRAR, STRANGER, WORKER, Unit
from tests.integration.test_barring import cannot

OTHER = replace(WORKER, session_id="7", name="Eva Ask", subject="eva")
WHY = "Ingen annan är i tjänst före åtta."
FOUR = timedelta(hours=4)


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    """A case that a worker has jäv in."""
    reference = hand_in().reference
    unit.arrive()
    unit.do(barring.recuse, reference, WORKER, version=0, reason="Hon är min syster.")
    return reference


@pytest.fixture
def begin(unit, case):
    def begin(staff=WORKER, reference=case, reason=WHY):
        return unit.do(emergencies.begin, reference, staff, reason=reason, lasts=FOUR)

    return begin


@pytest.fixture
def let_in(unit, case):
    """Return somebody as they are at the case."""

    def let_in(staff=WORKER, reference=case):
        look = partial(admissions.let_in, staff=staff, reference=reference, now=unit.clock.now())
        return unit.database.read_now(look)

    return let_in


def test_without_an_emergency_whoever_has_jav_has_no_case(unit, case, let_in):
    assert let_in() == WORKER
    assert cannot(unit, case, WORKER)


def test_in_an_emergency_one_opens_notes_and_assesses_and_it_is_written_first(
    unit, case, begin, let_in, database
):
    assert begin().already is False
    kinds = [kind for kind, _ in unit.events()]
    assert kinds[-1] == "case_emergency", "before anything is opened"
    assert "item_opened" not in kinds
    there = let_in()
    assert unit.read(case, there).transcript
    row = unit.row(case)
    unit.do(cases.note, case, there, version=row.version, text="Ringde polisen.")
    unit.step(case, "bedom", ASSESSED, staff=there)
    assert unit.row(case).owner is None, "they do what can not wait, and do not have it"
    assert [each["kind"] for each in unit.entries(case)] == ["bar", "emergency", "note", "step"]
    told = unit.read(case, LEADER).entries[1]
    assert told.words["text"] == WHY
    assert database.read_now(reconcile).adds_up


def test_what_can_wait_is_left_to_others(unit, case, begin, let_in):
    begin()
    there = let_in()
    version = unit.row(case).version
    with pytest.raises(NotAllowed):
        unit.do(cases.take, case, there)
    unit.step(case, "bedom", ASSESSED, staff=there)
    for step_id, typed in (("besluta", DECIDED), ("avsluta", {})):
        with pytest.raises((NotAllowed, StepImpossible)):
            unit.step(case, step_id, typed, staff=there)
    leading = replace(there, roles=LEADER.roles)
    version = unit.row(case).version
    for act, more in (
        (cases.assign, {"version": version, "to": "Eva Ask"}),
        (cases.reopen, {"version": version, "reason": "Något."}),
        (barring.bar, {"version": version, "name": "Eva Ask", "reason": "Något."}),
        (barring.lift, {"version": version, "name": "Bo Al"}),
        (opening.open_item, {"way": opening.PRINT}),
        (opening.open_item, {"way": opening.JSON}),
    ):
        with pytest.raises(NotAllowed):
            unit.do(act, case, leading, **more)
    assert unit.row(case).version == version


def test_it_is_of_that_case_and_that_person_only(unit, case, hand_in, begin, let_in):
    other = hand_in().reference
    unit.arrive()
    unit.do(barring.recuse, other, WORKER, version=0, reason="Hon är min kusin.")
    begin()
    there = let_in()
    for act in (opening.open_item, partial(cases.note, version=1, text="Något.")):
        with pytest.raises(NoSuchItem):
            unit.do(act, other, there)
    assert let_in(reference=other) == WORKER
    unit.do(barring.bar, case, LEADER, version=2, name="Eva Ask", reason="De är släkt.")
    assert let_in(OTHER) == OTHER
    assert cannot(unit, case, OTHER)
    assert let_in(replace(WORKER, unit="sspf")).admission is None


def test_it_ends_by_itself(unit, case, begin, let_in, clock):
    begin()
    clock.move(hours=4)
    assert let_in() == WORKER
    assert cannot(unit, case, WORKER)


def test_who_leads_ends_it_and_it_is_not_begun_again_at_once(unit, case, begin, let_in, clock):
    begin()
    [made] = unit.database.read_now(partial(admissions.of_case, reference=case, now=clock.now()))
    with pytest.raises(NotAllowed):
        unit.do(emergencies.end, case, OTHER, which=made.id)
    unit.do(emergencies.end, case, LEADER, which=made.id)
    assert let_in() == WORKER
    assert cannot(unit, case, WORKER)
    with pytest.raises(NoSuchItem):
        unit.do(emergencies.end, case, LEADER, which=made.id)
    with pytest.raises(NoSuchItem):
        begin()
    clock.move(hours=4)
    assert begin().already is False, "another night, it may be needed again"


def test_one_ends_one_s_own_and_may_need_it_again(unit, case, begin, let_in, clock):
    begin()
    there = let_in()
    unit.do(emergencies.end, case, there, which=there.admission.id)
    assert cannot(unit, case, WORKER)
    begin()
    assert let_in().admission
    assert [each["kind"] for each in unit.entries(case)][1:] == [
        "emergency",
        "emergency_ended",
        "emergency",
    ]


def test_it_is_for_who_has_jav_and_works_at_the_unit(unit, case, begin, let_in):
    assert begin(OTHER).already is True, "the case is there for them as it is"
    assert "emergency" not in [each["kind"] for each in unit.entries(case)]
    with pytest.raises(NotAllowed):
        begin(REGISTRAR)
    for staff, reference in ((STRANGER, case), (WORKER, "XXXX-XXXX")):
        with pytest.raises(NoSuchItem):
            begin(staff, reference)
    assert unit.events()[-2:] == [("read_refused", "Ola Ask"), ("read_refused", "Bo Al")]
    for nothing in ("", "  "):
        with pytest.raises(ValueError, match="words"):
            begin(reason=nothing)
    assert let_in() == WORKER


def test_whom_it_is_about_is_not_even_let_in_then(unit, case, begin, let_in):
    unit.do(barring.bar, case, LEADER, version=1, name="Bo Al", reason="Hans barn.", never=True)
    with pytest.raises(NoSuchItem):
        begin()
    assert let_in() == WORKER
    assert unit.events()[-1] == ("read_refused", "Bo Al")


def test_a_closed_case_waits_for_others(unit, case, begin):
    unit.read(case)
    unit.step(case, "bedom", ASSESSED)
    unit.step(case, "besluta", DECIDED)
    unit.step(case, "besked")
    unit.step(case, "avsluta")
    with pytest.raises(NoSuchItem):
        begin()


def test_when_the_bar_is_lifted_the_case_is_theirs_as_any(unit, case, begin, let_in):
    begin()
    unit.do(barring.lift, case, LEADER, version=2, name="Bo Al")
    unit.do(barring.lift, case, replace(LEADER, name="Åke Öst"), version=3, name="Bo Al")
    assert let_in() == WORKER
    unit.take(case, WORKER)


def test_by_another_name_it_is_the_same_person(unit, hand_in, begin, let_in):
    me = replace(WORKER, subject="abc")
    reference = hand_in().reference
    unit.arrive()
    unit.do(barring.recuse, reference, me, version=0, reason="Hon är min syster.")
    begin(me, reference)
    married = replace(me, name="Bo Al-Ek")
    assert unit.read(reference, let_in(married, reference))


def test_the_reason_is_sealed(unit, case, begin, database):
    begin()
    rows = database.read_now(
        lambda c: c.execute(select(tables.case_entries.c.sealed)).scalars().all()
    )
    assert all(WHY.encode() not in bytes(row) for row in rows if row)
    made = database.read_now(lambda c: c.execute(select(tables.case_admissions)).all())
    assert WHY not in str(made)
