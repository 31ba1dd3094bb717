"""Whatever staff do with cases, in whatever order and at once, each case agrees with itself.

The processes are the real ones. What can not be done is refused by name and changes nothing.
"""

import random
import threading
from dataclasses import replace

import pytest

from app.casework import cases
from app.casework.group.acting import NotForEach
from app.casework.group.people import filled
from app.casework.refusals import (
    Changed,
    ClocksRunning,
    NotAgreed,
    NotExtended,
    StepImpossible,
    StepUnanswered,
)
from app.errors import NotAllowed
from app.records.reconcile import reconcile
from app.runner.fields.options import OptionsField
from tests.content import loaded
from tests.content.paths import ANSWERS
from tests.integration.casework import (
    LEADER,
    PROCESS,
    REGISTRAR,
    RULES,
    UNQUALIFIED,
    WORKER,
    Unit,
)

REFUSED = (
    *(Changed, ClocksRunning, NotAgreed, NotExtended, StepImpossible, StepUnanswered),
    *(NotAllowed, NotForEach),
)
PROCESSES = {**loaded().processes["sv"], "prov": PROCESS}
STAFF = (LEADER, LEADER, WORKER, UNQUALIFIED, REGISTRAR)


def typed(step, chance):
    """Return something that can be typed on the page of a step, now and then too little."""
    inputs = {}
    for field in step.fields:
        if isinstance(field, OptionsField) and not field.options:
            continue  # There is nobody in the case yet.
        if isinstance(field, OptionsField):
            option = chance.choice(field.options)
            inputs[field.id] = (option.id,)
            inputs |= {field.text_name(each): ("Text",) for each in field.options if each.text}
        elif field.kind == "date":
            inputs[field.id + "-day"] = (f"2026-12-{chance.randint(1, 31):02}",)
        else:
            inputs[field.id] = (ANSWERS.get(field.kind, "x"),)
    if inputs and chance.random() < 0.05:
        del inputs[chance.choice(sorted(inputs))]
    return inputs


def acts(unit, reference, process, chance):
    """Yield what is done with a case, one thing after another."""
    while True:
        staff = chance.choice(STAFF)
        row = unit.row(reference)
        version = row.version - (chance.random() < 0.05)
        ways = {
            "take": lambda s=staff: unit.take(reference, s),
            "read": lambda s=staff: unit.read(reference, s),
            "give_back": lambda s=staff, v=version: unit.do(
                cases.give_back, reference, s, version=v
            ),
            "assign": lambda s=staff, v=version: unit.do(
                cases.assign, reference, s, version=v, to="Bo Al"
            ),
            "note": lambda s=staff, v=version: unit.do(
                cases.note, reference, s, version=v, text="Mormor ringde."
            ),
            "reopen": lambda s=staff, v=version: unit.do(
                cases.reopen, reference, s, version=v, reason="Ny uppgift."
            ),
        }
        steps = process.steps_from(row.state)
        if steps and chance.random() < 0.7:
            group = unit.group(reference, process)
            step = filled(chance.choice(steps), group, process)
            version = unit.row(reference).version - (chance.random() < 0.05)
            yield lambda s=staff, v=version, step=step, group=group: unit.step(
                reference, step.id, typed(step, chance), version=v, staff=s, group=group
            )
        else:
            yield chance.choice(list(ways.values()))


def work(unit, reference, process, chance, times):
    """Do so much with a case; return how often it was done, refused, and closed."""
    counted = {"done": 0, "refused": 0, "closed": 0}
    for act, _ in zip(acts(unit, reference, process, chance), range(times), strict=False):
        try:
            act()
        except REFUSED:
            counted["refused"] += 1
        else:
            counted["done"] += 1
        row = unit.row(reference)
        state = process.state(row.state)
        assert state is not None
        assert state.ends == (row.closed_at is not None)
        counted["closed"] += state.ends
    return counted


def agree(unit, reference):
    """Say whether a case, its clocks and its entries tell the same."""
    row, written = unit.row(reference), unit.entries(reference)
    assert [entry["number"] for entry in written] == list(range(1, row.version + 1))
    if written:
        assert (written[-1]["state"], written[-1]["owner"]) == (row.state, row.owner)
    found = unit.clocks(reference)
    runs = [each for each in found.values() if each.stopped_at is None]
    assert bool(runs) == (row.next_clock is not None)
    assert not (runs and row.closed_at)
    assert len({each.clock for each in runs}) == len(runs), "no clock runs twice"
    for (name, number), each in found.items():
        moved = each.stopped_at is not None and each.late_days is None
        assert not (moved and (name, number + 1) not in found), "counted anew, and nothing runs"
        assert each.stopped_at is not None or each.late_days is None
    events = [kind for kind, _ in unit.events() if kind.startswith("case_")]
    assert len(events) == row.version


@pytest.mark.untraced
@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_whatever_is_done_with_a_case_it_agrees_with_itself(database, clock, hand_in, name):
    process, chance = PROCESSES[name], random.Random(name)
    unit = Unit(database, clock, replace(RULES, processes={"prov": process}))
    reference = hand_in().reference
    unit.arrive()
    counted = {"done": 0, "refused": 0, "closed": 0}
    for _ in range(12):
        for key, many in work(unit, reference, process, chance, 12).items():
            counted[key] += many
        clock.move(hours=chance.randint(1, 40))
        agree(unit, reference)
    assert database.read_now(reconcile).adds_up
    assert min(counted["done"], counted["refused"]) > 20, counted
    assert counted["closed"] > 0, counted


@pytest.mark.untraced
def test_whatever_several_do_at_once_with_a_case_it_agrees_with_itself(database, clock, hand_in):
    process = PROCESSES["orosanmalan"]
    unit = Unit(database, clock, replace(RULES, processes={"prov": process}))
    reference = hand_in().reference
    unit.arrive()
    failures = []

    def somebody(number):
        try:
            work(unit, reference, process, random.Random(number), 25)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is told below
            failures.append(repr(failure))

    threads = [threading.Thread(target=somebody, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    agree(unit, reference)
    assert database.read_now(reconcile).adds_up
