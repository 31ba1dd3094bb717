"""Reports of one child are found between the units of one board, where it is let; never further."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.casework import bars, comparing, indexing, timeline
from app.casework.likeness import Strength
from app.crypto import unseal
from app.errors import NoSuchItem
from app.runner.casework import Match
from app.storage import tables
from tests.integration.casework import INDEX, LEADER, ON, STRANGER, WORKER
from tests.integration.reports import KEYS, RECEIVER

UNIT, NEAR, FAR = RECEIVER.unit, "sspf", "skola"
ELSE = "annan"
BOARD = replace(
    INDEX,
    match=Match(on=True, basis="beslut 4 §", reach="board"),
    own={UNIT: RECEIVER.key_id, NEAR: RECEIVER.key_id, FAR: ELSE},
    seeds={**KEYS, ELSE: unseal.new_private()},
    boards={UNIT: (UNIT, NEAR), NEAR: (UNIT, NEAR), FAR: (FAR,)},
)
APART = replace(BOARD, match=ON, boards={})
"""The same units, where each keeps to itself."""
TEACHER = replace(STRANGER, unit=FAR)
PNR = "20180327-2382"


@pytest.fixture
def changed(database):
    """Change what stands of a report."""

    def change(reference, table=tables.inbox_items, **values):
        found = select(tables.submissions.c.id).where(tables.submissions.c.reference == reference)
        key = next(iter(table.primary_key))
        mine = update(table).where(key == found.scalar_subquery()).values(**values)
        database.write_now(lambda c: c.execute(mine))

    return change


@pytest.fixture
def three(report, read):
    """The same child, reported to two units of one board and to one of another."""
    found = tuple(report("Elsa Ek", "8", PNR, unit=unit) for unit in (UNIT, NEAR, FAR))
    read(BOARD)
    return found


def test_between_units_of_a_board_it_is_found_from_both_and_from_no_other(three, alike):
    one, near, far = three
    assert alike(one, index=BOARD) == [(near, Strength.CERTAIN, None)]
    assert alike(near, staff=STRANGER, index=BOARD) == [(one, Strength.CERTAIN, None)]
    assert alike(far, staff=TEACHER, index=BOARD) == []


def test_nothing_that_is_kept_is_alike_between_two_boards(three, database):
    asked = select(tables.person_tokens.c.unit, tables.person_tokens.c.token)
    rows = database.read_now(lambda c: c.execute(asked).all())
    here, near, far = (
        {row.token for row in rows if row.unit == unit} for unit in (UNIT, NEAR, FAR)
    )
    assert here == near
    assert here.isdisjoint(far)
    assert far


def test_how_far_it_reaches_is_a_change_after_which_all_is_read_again(three, read, alike, database):
    one, near, _ = three
    assert read(BOARD) == 0
    assert database.read_now(lambda c: indexing.left(c, APART)) == 3
    assert alike(one, index=APART) == [], "and nothing of another unit's is told before"
    assert read(APART) == 3
    assert alike(one, index=BOARD) == [], "nothing of what is kept is alike any longer"
    assert read(BOARD) == 3
    assert alike(one, index=BOARD) == [(near, Strength.CERTAIN, None)]


def test_of_another_units_case_it_is_told_that_it_is_there_and_it_can_not_be_opened(
    three,
    unit,
    database,
    clock,
):
    one, near, _ = three
    with pytest.raises(NoSuchItem):
        unit.read(near)
    assert unit.events()[-1] == ("read_refused", LEADER.name)
    found = database.write_now(
        lambda c: timeline.gathered(c, staff=LEADER, reference=one, now=clock.now())
    )
    assert [each.item.reference for each in found] == [one]


@pytest.mark.parametrize("who", [LEADER, WORKER])
def test_another_units_case_with_protected_data_is_not_told_of_even_to_who_leads(
    three,
    alike,
    say,
    changed,
    who,
):
    one, near, _ = three
    changed(near, tables.submissions, protected=True)
    assert alike(one, staff=who, index=BOARD) == []
    assert say(one, near, same=True, staff=who, index=BOARD) is None
    assert alike(near, staff=STRANGER, index=BOARD) == [(one, Strength.CERTAIN, None)]


def test_nor_to_who_is_barred_from_it(three, alike, changed):
    one, near, _ = three
    changed(near, barred=bars.written([bars.Bar(name=LEADER.name, by="Bo Al")]))
    assert alike(one, index=BOARD) == []
    assert alike(one, staff=WORKER, index=BOARD) == [(near, Strength.CERTAIN, None)]


def test_what_is_said_of_two_units_cases_stands_at_both_each_in_its_own_log(
    three,
    alike,
    say,
    database,
):
    one, near, far = three
    assert say(one, near, same=False, index=BOARD) is False
    assert alike(near, staff=STRANGER, index=BOARD) == [(one, Strength.CERTAIN, False)]
    asked = select(tables.audit_events.c.unit).where(
        tables.audit_events.c.kind == "other_child_said"
    )
    assert sorted(database.read_now(lambda c: c.execute(asked).scalars())) == sorted((UNIT, NEAR))
    assert say(one, far, same=True, index=BOARD) is None
    assert say(near, one, same=True, index=BOARD) is None, "theirs is not the case at hand"


def test_nothing_is_said_of_another_units_case_that_is_not_shown(report, read, say):
    one, other = report("Elsa Ek", "8"), report("Erik Ask", "3", unit=NEAR)
    read(BOARD)
    assert say(one, other, same=True, index=BOARD) is None


def test_a_name_that_many_bear_hides_no_number(report, read, clock, alike, monkeypatch):
    monkeypatch.setattr(comparing, "MOST", 3)
    first = report("Anna Andersson", "8", PNR)
    clock.move(days=1)
    for _ in range(3):
        clock.move(minutes=1)
        last = report("Anna Andersson", "8")
    again = report("Anna Andersson", "8", PNR)
    read(BOARD)
    found = alike(again, index=BOARD)
    assert len(found) == 3
    assert found[0] == (first, Strength.CERTAIN, None)
    assert (last, Strength.POSSIBLE, None) in found
