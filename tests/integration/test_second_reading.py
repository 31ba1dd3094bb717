"""Who has too little experience to decide alone does it when another has read the case as it is."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.casework import cases
from app.casework.admission import Admission, Kind
from app.casework.refusals import Changed, NotAgreed, NotSecondRead, StepImpossible
from app.casework.second_reading import may, second_read
from app.errors import NoSuchItem, NotAllowed
from tests.integration.casework import (
    ASSESSED,
    DECIDED,
    LEADER,
    NEWCOMER,
    REGISTRAR,
    STRANGER,
    UNQUALIFIED,
    WORKER,
    Unit,
)

VIOLENCE = {"beslut": ("inleds_inte",), "vald": ("ja",)}


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    """A case whose protection the newcomer has assessed, alone: that waits for nobody."""
    reference = hand_in().reference
    unit.arrive()
    unit.step(reference, "bedom", ASSESSED, staff=NEWCOMER)
    return reference


def read_by(unit, case, staff, version=None):
    version = unit.row(case).version if version is None else version
    return unit.do(second_read, case, staff, version=version)


def decide(unit, case, staff=NEWCOMER, typed=None):
    return unit.step(case, "besluta", typed or DECIDED, staff=staff)


def test_a_decision_waits_for_another_who_has_read_the_case_and_nothing_is_written(unit, case):
    before = unit.row(case), unit.clocks(case), unit.entries(case)
    with pytest.raises(NotSecondRead):
        decide(unit, case)
    assert (unit.row(case), unit.clocks(case), unit.entries(case)) == before
    read_by(unit, case, WORKER)
    assert decide(unit, case).state == "beslutad"
    assert [(each["kind"], each["author"]) for each in unit.entries(case)[-2:]] == [
        ("second_read", "Bo Al"),
        ("step", "My Ny"),
    ]
    assert ("case_second_read", "Bo Al") in unit.events()


def test_who_decides_alone_needs_nobody(unit, case):
    assert decide(unit, case, WORKER).state == "beslutad"


def test_to_read_a_case_stops_no_clock_and_lets_it_be_where_it_is(unit, case):
    before, clocks = unit.row(case), unit.clocks(case)
    read_by(unit, case, LEADER)
    after = unit.row(case)
    assert (after.state, after.owner, after.version) == (
        before.state,
        before.owner,
        before.version + 1,
    )
    assert unit.clocks(case) == clocks


def test_what_was_read_before_a_step_must_be_read_anew_and_a_note_changes_nothing(unit, case):
    read_by(unit, case, WORKER)
    unit.step(case, "bedom", {**ASSESSED, "skydd": ("ja",)}, staff=NEWCOMER)
    with pytest.raises(NotSecondRead):
        decide(unit, case)
    read_by(unit, case, WORKER)
    unit.do(cases.note, case, NEWCOMER, version=unit.row(case).version, text="Mormor ringde.")
    assert decide(unit, case).state == "beslutad"


def test_what_was_read_before_a_case_was_opened_again_must_be_read_anew(unit, case):
    unit.read(case)
    read_by(unit, case, WORKER)
    decide(unit, case, typed={**VIOLENCE, "vald": ("nej",)})
    unit.step(case, "avsluta")
    unit.do(cases.reopen, case, version=unit.row(case).version, reason="Ny uppgift.")
    unit.step(case, "bedom", ASSESSED, staff=NEWCOMER)
    with pytest.raises(NotSecondRead):
        decide(unit, case)


def test_to_agree_is_not_to_read_and_what_takes_both_is_decided_with_both(unit, case):
    read_by(unit, case, LEADER)
    with pytest.raises(NotAgreed) as alone:
        decide(unit, case, typed=VIOLENCE)
    assert alone.value.step == "medbedom"
    unit.step(case, "medbedom", staff=WORKER)
    with pytest.raises(NotSecondRead):
        decide(unit, case, typed=VIOLENCE)
    read_by(unit, case, WORKER)
    assert decide(unit, case, typed=VIOLENCE).state == "beslutad"


def test_who_once_read_and_has_come_to_need_a_reader_is_not_their_own(unit, case):
    read_by(unit, case, WORKER)
    with pytest.raises(NotSecondRead):
        decide(unit, case, replace(WORKER, second_reader=True))


NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
JAV = Admission(uuid4(), Kind.EMERGENCY, "", "bou", "bou", "Bo Al", "Bo Al", NOON, NOON)


@pytest.mark.parametrize("staff", [NEWCOMER, UNQUALIFIED, REGISTRAR], ids=lambda one: one.name)
def test_nobody_reads_who_could_not_have_decided_alone(staff, unit, case):
    version = unit.row(case).version
    with pytest.raises(NotAllowed):
        read_by(unit, case, staff)
    assert unit.row(case).version == version


@pytest.mark.parametrize(
    ("kind", "allowed"), [(Kind.EMERGENCY, False), (Kind.READ, False), (Kind.WORK, True)]
)
def test_who_is_let_in_reads_when_lent_it_to_work_with_and_never_with_jav(kind, allowed):
    assert may(replace(WORKER, admission=replace(JAV, kind=kind))) is allowed


def test_a_case_that_has_changed_or_is_not_to_be_decided_or_is_anothers_is_not_read(unit, case):
    with pytest.raises(Changed):
        read_by(unit, case, WORKER, version=0)
    with pytest.raises(NoSuchItem):
        read_by(unit, case, STRANGER)
    decide(unit, case, WORKER)
    with pytest.raises(StepImpossible):
        read_by(unit, case, LEADER)
