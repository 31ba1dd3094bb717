"""A case lent to another unit is there for those it is lent to, until then; nothing else is."""

from dataclasses import replace
from functools import partial

import pytest

from app.casework import admissions, barring, cases, lending, opening
from app.casework.admission import Kind, Whom
from app.casework.refusals import Changed, StepImpossible
from app.errors import NoSuchItem, NotAllowed
from app.records.reconcile import reconcile
from app.runner.role import Role
from tests.integration.casework import ASSESSED, DECIDED, LEADER, REGISTRAR, WORKER, Unit
from tests.integration.test_barring import cannot

THERE = "sspf"
BOARDS = {LEADER.unit: (LEADER.unit, THERE, "barn-syd"), THERE: (THERE, LEADER.unit, "barn-syd")}
OLA = replace(WORKER, session_id="8", name="Ola Ask", unit=THERE, units=(THERE,))
EVA = replace(OLA, session_id="9", name="Eva Öst")
WHY = "Syskonet är hos er."


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    reference = hand_in().reference
    unit.arrive()
    return reference


@pytest.fixture
def lend(unit, case):
    def lend(kind=Kind.READ, name=None, staff=LEADER, to=THERE, **more):
        given = {"version": unit.row(case).version, "days": 7, "reason": WHY, "boards": BOARDS}
        whom = Whom(to, name)
        return unit.do(lending.lend, case, staff, whom=whom, kind=kind, **{**given, **more})

    return lend


@pytest.fixture
def let_in(unit, case):
    """Return somebody as they are at the case."""

    def let_in(staff=OLA, reference=case):
        look = partial(admissions.let_in, staff=staff, reference=reference, now=unit.clock.now())
        return unit.database.read_now(look)

    return let_in


def test_what_is_not_lent_does_not_exist_at_another_unit(unit, case, let_in):
    assert let_in() == OLA
    assert cannot(unit, case, OLA)


def test_what_is_lent_to_be_read_is_read_and_that_is_in_the_log_of_its_own_unit(
    unit, case, lend, let_in, database
):
    lend()
    there = let_in()
    read = unit.read(case, there)
    assert read.entries[-1].words["text"] == WHY, "sealed to the unit whose case it is, and opened"
    assert unit.row(case).opened_at is None, "that another unit reads it is no promise kept"
    assert unit.events()[-1] == ("item_opened", "Ola Ask")
    version = unit.row(case).version
    to_whom = {"whom": Whom(THERE), "kind": Kind.WORK, "days": 1, "boards": BOARDS}
    for act, more in (
        (cases.take, {}),
        (cases.note, {"version": version, "text": "Något."}),
        (lending.lend, {"version": version, "reason": WHY, **to_whom}),
        (opening.open_item, {"way": opening.PRINT}),
    ):
        with pytest.raises(NotAllowed):
            unit.do(act, case, there, **more)
    with pytest.raises(NotAllowed):
        unit.step(case, "bedom", ASSESSED, staff=there)
    assert unit.row(case).version == version
    assert database.read_now(reconcile).adds_up


def test_what_is_lent_to_be_worked_with_is_and_stays_its_own_unit_s(unit, case, lend, let_in):
    lend(Kind.WORK)
    there = let_in()
    unit.do(cases.note, case, there, version=1, text="Ringde mormor.")
    unit.step(case, "bedom", ASSESSED, staff=there)
    unit.step(case, "besluta", DECIDED, staff=there)
    row = unit.row(case)
    assert (row.unit, row.owner) == (LEADER.unit, None)
    assert unit.read(case, LEADER).entries[1].words["text"] == "Ringde mormor."
    leading = replace(there, roles=LEADER.roles)
    for act, more in (
        (cases.take, {}),
        (cases.assign, {"to": "Eva Öst"}),
        (barring.bar, {"name": "Bo Al", "reason": "Något."}),
        (opening.open_item, {"way": opening.JSON}),
    ):
        known = {"version": row.version} if act in {cases.assign, barring.bar} else {}
        with pytest.raises(NotAllowed):
            unit.do(act, case, leading, **known, **more)


def test_nothing_else_of_the_unit_s_is_lent_with_it(unit, case, hand_in, lend, let_in):
    other = hand_in().reference
    unit.arrive()
    lend(Kind.WORK)
    there = let_in()
    for act in (opening.open_item, partial(cases.note, version=0, text="Något.")):
        with pytest.raises(NoSuchItem):
            unit.do(act, other, there)
    assert let_in(reference=other) == OLA


def test_one_person_is_let_in_by_name_and_only_at_that_unit(unit, case, lend, let_in):
    lend(name="Ola Ask")
    assert let_in().admission
    assert let_in(EVA) == EVA
    assert let_in(replace(OLA, unit="barn-syd")).admission is None
    clerk = replace(OLA, roles=REGISTRAR.roles)
    assert let_in(clerk) == clerk, "who opens nothing at home opens nothing here"
    reviewer = replace(OLA, roles=frozenset({Role.LOGGRANSKARE}))
    assert let_in(reviewer) == reviewer


def test_everybody_who_works_at_a_unit_is_let_in_when_nobody_is_named(lend, let_in):
    lend()
    assert let_in().admission
    assert let_in(EVA).admission
    assert let_in(WORKER) == WORKER, "to its own unit it is there as it is"


def test_it_ends_by_itself_when_the_last_day_is_over(unit, case, lend, let_in, clock):
    lend(days=1)
    clock.time = clock.time.replace(day=25, hour=22, minute=59)  # 23.59 in Stockholm
    assert let_in().admission
    clock.move(minutes=1)
    assert let_in() == OLA
    assert cannot(unit, case, OLA)


def test_it_is_taken_back_at_once_by_who_leads_or_given_back_by_the_one(
    unit, case, lend, let_in, clock
):
    lend()
    whole = let_in()
    with pytest.raises(NotAllowed):
        unit.do(lending.end, case, whole, which=whole.admission.id)
    with pytest.raises(NotAllowed):
        unit.do(lending.end, case, WORKER, which=whole.admission.id)
    unit.do(lending.end, case, LEADER, which=whole.admission.id)
    assert let_in() == OLA
    assert cannot(unit, case, OLA)
    with pytest.raises(NoSuchItem):
        unit.do(lending.end, case, LEADER, which=whole.admission.id)
    lend(name="Ola Ask")
    one = let_in()
    unit.do(lending.end, case, one, which=one.admission.id)
    assert let_in() == OLA
    kinds = [each["kind"] for each in unit.entries(case)]
    assert kinds == ["lend", "lend_ended", "lend", "lend_ended"]
    told = [kind for kind, _ in unit.events() if kind.startswith("case_lent")]
    assert told == ["case_lent", "case_lent_ended"] * 2


def test_only_who_leads_lends_and_only_within_the_board(unit, case, lend):
    with pytest.raises(NotAllowed):
        lend(staff=WORKER)
    with pytest.raises(NoSuchItem):
        lend(staff=replace(LEADER, unit=THERE))
    for to in (LEADER.unit, "skolan", ""):
        with pytest.raises(StepImpossible):
            lend(to=to)
    with pytest.raises(StepImpossible):
        lend(boards={})
    for wrong in ({"reason": " "}, {"days": 0}, {"kind": Kind.EMERGENCY}, {"name": "x" * 65}):
        with pytest.raises(ValueError, match=r"lend|words"):
            lend(**wrong)
    with pytest.raises(Changed):
        lend(version=7)
    assert unit.entries(case) == []


def test_who_has_jav_is_barred_from_what_is_lent_too(unit, case, lend, let_in):
    unit.do(barring.bar, case, LEADER, version=0, name="Ola Ask", reason="Hans systerson.")
    with pytest.raises(StepImpossible):
        lend(name="Ola Ask")
    lend()
    with pytest.raises(NoSuchItem):
        unit.do(opening.open_item, case, let_in())
    assert unit.read(case, let_in(EVA))
