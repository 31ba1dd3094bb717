"""That a letter is made is written down, and takes nothing from whoever writes in the case."""

import pytest

from app.casework import cases, letters
from app.casework.letters import Made
from app.casework.refusals import Changed
from app.errors import NoSuchItem, NotAllowed
from tests.integration.casework import REGISTRAR, STRANGER, WORKER, Unit

TO_MIA = Made("inbjudan", "p3", "Mia Berg", ("b0",), ("dela_pa_motet",))


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    reference = hand_in().reference
    unit.arrive()
    return reference


def make(unit, case, *made, staff=WORKER, version=None):
    version = unit.row(case).version if version is None else version
    return unit.do(letters.make, case, staff, version=version, made=made or (TO_MIA,))


def test_who_gets_it_and_whom_it_names_is_sealed_and_that_it_was_made_is_in_the_trail(unit, case):
    make(unit, case)
    [entry] = unit.entries(case)
    assert (entry["kind"], entry["step"], entry["author"]) == ("letter", "inbjudan", WORKER.name)
    assert b"Mia" not in entry["sealed"]
    assert ("case_letter", WORKER.name) in unit.events()
    read = unit.read(case).entries[0].words
    assert (read["to"], read["about"], read["purposes"]) == ("p3", ["b0"], ["dela_pa_motet"])


def test_several_are_written_down_one_by_one(unit, case):
    made = make(unit, case, TO_MIA, Made("inbjudan", "p4", "Per Berg"))
    assert made.version == 2
    assert [each["number"] for each in unit.entries(case)] == [1, 2]


def test_nobody_who_writes_meanwhile_is_told_that_the_case_is_another(unit, case):
    seen = unit.row(case).version
    make(unit, case, TO_MIA, TO_MIA)
    unit.do(cases.note, case, WORKER, version=seen, text="Ringde mamman.")
    with pytest.raises(Changed):
        unit.do(cases.note, case, WORKER, version=seen, text="Ringde igen.")


@pytest.mark.parametrize("version", [-1, 7])
def test_a_version_that_the_case_has_never_had_is_another(unit, case, version):
    make(unit, case)
    with pytest.raises(Changed):
        make(unit, case, version=version)


def test_no_letter_is_made_of_what_is_not_known_any_more(unit, case):
    seen = unit.row(case).version
    unit.do(cases.note, case, WORKER, version=seen, text="Hon tar tillbaka sitt ja.")
    with pytest.raises(Changed):
        make(unit, case, version=seen)
    assert [each["kind"] for each in unit.entries(case)] == ["note"]


def test_who_may_not_work_makes_none_and_another_unit_has_no_such_case(unit, case):
    with pytest.raises(NotAllowed):
        make(unit, case, staff=REGISTRAR)
    with pytest.raises(NoSuchItem):
        make(unit, case, staff=STRANGER)
