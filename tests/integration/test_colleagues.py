"""Whom a case can be assigned to: those whom the database knows at the unit already."""

import pytest
from sqlalchemy import delete

from app.casework import access, barring, cases, colleagues
from app.casework.access import LetIn
from app.runner.role import Role
from app.storage import tables
from tests.integration.casework import LEADER, WORKER, Unit

UNIT = LEADER.unit


@pytest.fixture
def known(database):
    return lambda unit=UNIT: database.read_now(lambda c: colleagues.of_unit(c, unit=unit))


@pytest.fixture
def let_in(database, clock):
    def sign_in(name, roles, unit=UNIT):
        who = LetIn(name, name, {unit: frozenset(roles)}, qualified=True)
        database.write_now(lambda c: access.open_session(c, who, now=clock.now()))

    return sign_in


def test_it_is_who_is_signed_in_to_work_there_and_who_has_a_case(
    let_in, known, database, clock, hand_in
):
    let_in("Eva Ask", {Role.HANDLAGGARE})
    let_in("Ulf Ö", {Role.REGISTRATOR})
    let_in("Ola Ask", {Role.HANDLAGGARE}, unit="sspf")
    assert known() == ("Eva Ask",)
    unit = Unit(database, clock)
    references = [hand_in().reference for _ in range(4)]
    unit.arrive()
    for reference, staff in zip(references, (WORKER, LEADER, WORKER, LEADER), strict=True):
        unit.take(reference, staff)
    assert known() == ("Bo Al", "Eva Ask", "Ida Ek")
    assert known("sspf") == ("Ola Ask",)
    unit.do(cases.give_back, references[0], WORKER, version=1)
    unit.do(barring.recuse, references[2], WORKER, version=1, reason="Hon är min syster.")
    assert known() == ("Eva Ask", "Ida Ek"), "who has no case here any more is not kept"
    database.write_now(lambda c: c.execute(delete(tables.staff_sessions)))
    assert known() == ("Ida Ek",)
