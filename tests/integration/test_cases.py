"""What staff do with a case is done whole or not at all, once, and by whom it says."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from app.casework import cases, entries, steps
from app.casework.entries import Fault, Kind
from app.casework.refusals import Changed, ClocksRunning, NotAgreed, StepImpossible, StepUnanswered
from app.casework.rights import Act
from app.errors import NoSuchItem, NotAllowed
from app.storage import tables
from app.storage.columns import NEVER
from tests.integration.casework import (
    ASSESSED,
    DECIDED,
    LEADER,
    REGISTRAR,
    STRANGER,
    UNQUALIFIED,
    WORKER,
    Unit,
)
from tests.integration.reports import KEYS


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def case(unit, hand_in):
    """A case that has just come in."""
    reference = hand_in().reference
    unit.arrive()
    return reference


@pytest.fixture
def assessed(unit, case):
    unit.step(case, "bedom", ASSESSED)
    return case


@pytest.fixture
def closed(unit, assessed):
    unit.read(assessed)
    unit.step(assessed, "besluta", {"beslut": ("inleds_inte",)})
    unit.step(assessed, "avsluta")
    return assessed


def test_a_case_is_taken_by_the_first_and_the_next_is_told_by_whom(unit, case, clock):
    taken = unit.take(case, WORKER)
    assert (taken.first, taken.case.owner, taken.case.state) == (True, "Bo Al", "tagen")
    at = clock.now()
    clock.move(minutes=5)
    again = unit.take(case, LEADER)
    assert (again.first, again.case.owner, again.case.taken_at) == (False, "Bo Al", at)
    assert unit.row(case).version == 1
    assert [kind for kind, _ in unit.events()].count("case_taken") == 1


def test_a_case_is_given_back_assigned_and_given_back_by_the_leader(unit, case):
    unit.take(case, WORKER)
    given = unit.do(cases.give_back, case, WORKER, version=1)
    assert (given.owner, given.taken_at, given.state) == (None, None, "ny")
    assigned = unit.do(cases.assign, case, LEADER, version=2, to="Bo Al")
    assert (assigned.owner, assigned.state) == ("Bo Al", "tagen")
    assert unit.do(cases.give_back, case, LEADER, version=3).owner is None
    done = [(entry["kind"], entry["author"], entry["owner"]) for entry in unit.entries(case)]
    assert done == [
        ("take", "Bo Al", "Bo Al"),
        ("give_back", "Bo Al", None),
        ("assign", "Ida Ek", "Bo Al"),
        ("give_back", "Ida Ek", None),
    ]


def test_what_a_colleague_has_only_who_may_assign_gives_back(unit, case):
    unit.take(case, LEADER)
    with pytest.raises(NotAllowed, match=Act.ASSIGN):
        unit.do(cases.give_back, case, WORKER, version=1)
    with pytest.raises(NotAllowed, match=Act.ASSIGN):
        unit.do(cases.assign, case, WORKER, version=1, to="Bo Al")
    assert unit.row(case).owner == "Ida Ek"


def test_a_step_moves_the_case_is_sealed_and_can_be_read_back(unit, case, clock):
    after = unit.step(case, "bedom", ASSESSED, staff=WORKER)
    assert (after.state, after.owner, after.version) == ("bedomd", "Bo Al", 1)
    read = unit.read(case)
    assert (read.item.state, read.item.owner, read.item.version) == ("bedomd", "Bo Al", 1)
    [entry] = read.entries
    assert (entry.kind, entry.step, entry.author) == (Kind.STEP, "bedom", "Bo Al")
    assert (entry.at, entry.state, entry.owner) == (clock.now(), "bedomd", "Bo Al")
    asked = {each["field"]: each["lines"] for each in entry.words["questions"]}
    assert asked == {"skydd": ["Nej"], "skal": ["Barnet är tryggt hos mormor."]}
    assert (entry.words["process"], entry.words["version"]) == ("prov", 2)
    assert "mormor" not in repr(entry), "nor in a log line by mistake"


def test_a_decision_has_a_moment_and_an_outcome(unit, assessed, clock):
    clock.move(days=3)
    after = unit.step(assessed, "besluta", DECIDED)
    assert (after.state, after.outcome, after.decided_at) == ("beslutad", "inleds", clock.now())


def test_a_case_is_closed_and_then_it_can_only_be_noted_in_and_opened_again(unit, closed, clock):
    row = unit.row(closed)
    assert (row.state, row.closed_at, row.outcome) == ("avslutad", clock.now(), "inleds_inte")
    assert row.next_due == NEVER
    for act, more in (
        (cases.take, {}),
        (cases.give_back, {"version": row.version}),
        (cases.assign, {"version": row.version, "to": "Bo Al"}),
        (steps.run_step, {"version": row.version, "step_id": "bedom", "typed": ASSESSED}),
    ):
        with pytest.raises(StepImpossible):
            unit.do(act, closed, **more)
    assert unit.row(closed).version == row.version
    assert unit.do(cases.note, closed, version=row.version, text="Fel personnummer.").closed_at
    opened = unit.do(cases.reopen, closed, version=row.version + 1, reason="Ny uppgift.")
    assert (opened.state, opened.owner) == ("tagen", "Ida Ek")
    assert (opened.closed_at, opened.decided_at, opened.outcome) == (None, None, None)


def test_a_case_is_not_closed_while_something_still_must_be_done(unit, assessed):
    unit.read(assessed)
    unit.step(assessed, "besluta", DECIDED)
    with pytest.raises(ClocksRunning) as still:
        unit.step(assessed, "avsluta")
    assert still.value.clocks == ("besked",)
    assert unit.row(assessed).state == "beslutad"
    unit.step(assessed, "besked")
    assert unit.step(assessed, "avsluta").state == "avslutad"


@pytest.mark.parametrize("step_id", ["besluta", "avsluta", "forlang", "finns_inte", "take"])
def test_a_step_that_can_not_be_taken_from_here_changes_nothing(unit, case, step_id):
    with pytest.raises(StepImpossible):
        unit.step(case, step_id, DECIDED)
    assert (unit.row(case).version, unit.entries(case)) == (0, [])


def test_a_step_whose_page_must_be_put_right_changes_nothing(unit, case):
    before = unit.clocks(case)
    with pytest.raises(StepUnanswered):
        unit.step(case, "bedom", {"skal": ("Barnet är tryggt.",)})
    assert (unit.row(case).version, unit.clocks(case)) == (0, before)


def test_a_second_person_must_be_another(unit, assessed):
    unit.step(assessed, "besluta", DECIDED, staff=WORKER)
    with pytest.raises(StepImpossible):
        unit.step(assessed, "godkann", staff=WORKER)
    assert unit.step(assessed, "godkann", staff=LEADER).version == 3


VIOLENCE = {"beslut": ("inleds_inte",), "vald": ("ja",)}


def test_what_takes_two_is_decided_when_another_has_agreed_and_not_before(unit, assessed):
    with pytest.raises(NotAgreed) as alone:
        unit.step(assessed, "besluta", VIOLENCE, staff=WORKER)
    assert alone.value.step == "medbedom"
    unit.step(assessed, "medbedom", staff=WORKER)
    before = unit.row(assessed), unit.clocks(assessed), unit.entries(assessed)
    with pytest.raises(NotAgreed):
        unit.step(assessed, "besluta", VIOLENCE, staff=WORKER)
    assert (unit.row(assessed), unit.clocks(assessed), unit.entries(assessed)) == before
    after = unit.step(assessed, "besluta", VIOLENCE, staff=LEADER)
    assert (after.state, after.outcome) == ("beslutad", "inleds_inte")


def test_who_has_agreed_decides_when_another_has_agreed_too(unit, assessed):
    unit.step(assessed, "medbedom", staff=WORKER)
    unit.step(assessed, "medbedom", staff=LEADER)
    assert unit.step(assessed, "besluta", VIOLENCE, staff=WORKER).state == "beslutad"


@pytest.mark.parametrize(
    "answers", [{"beslut": "inleds"}, {"beslut": "inleds_inte", "vald": "nej"}]
)
def test_nobody_else_is_needed_for_other_answers(unit, assessed, answers):
    typed = {name: (answer,) for name, answer in answers.items()}
    assert unit.step(assessed, "besluta", typed).state == "beslutad"


def test_nobody_agrees_who_may_not_assess(unit, assessed):
    with pytest.raises(NotAllowed):
        unit.step(assessed, "medbedom", staff=UNQUALIFIED)


def test_what_was_agreed_before_a_case_was_opened_again_counts_no_more(unit, assessed):
    unit.read(assessed)
    unit.step(assessed, "medbedom", staff=WORKER)
    unit.step(assessed, "besluta", VIOLENCE)
    unit.step(assessed, "avsluta")
    version = unit.row(assessed).version
    unit.do(cases.reopen, assessed, version=version, reason="Ny uppgift.")
    unit.step(assessed, "bedom", ASSESSED)
    with pytest.raises(NotAgreed):
        unit.step(assessed, "besluta", VIOLENCE)
    unit.step(assessed, "medbedom", staff=WORKER)
    assert unit.step(assessed, "besluta", VIOLENCE).state == "beslutad"


def test_what_was_agreed_before_a_case_was_assessed_anew_counts_no_more(unit, assessed):
    unit.step(assessed, "medbedom", staff=WORKER)
    unit.step(assessed, "bedom", {**ASSESSED, "skydd": ("ja",)})
    with pytest.raises(NotAgreed):
        unit.step(assessed, "besluta", VIOLENCE)
    unit.step(assessed, "medbedom", staff=WORKER)
    version = unit.row(assessed).version
    unit.do(cases.note, assessed, version=version, text="Mormor ringde.")
    assert unit.step(assessed, "besluta", VIOLENCE).state == "beslutad"


def test_nobody_else_is_needed_after_a_new_assessment_that_leads_to_an_investigation(
    unit, assessed
):
    unit.step(assessed, "bedom", ASSESSED)
    assert unit.step(assessed, "besluta", {"beslut": ("inleds",)}).state == "beslutad"


def test_what_comes_first_must_be_done_anew_when_a_case_is_opened_again(unit, closed, database):
    version = unit.row(closed).version
    unit.do(cases.reopen, closed, version=version, reason="Ny uppgift.")
    database.write_now(lambda c: c.execute(update(tables.inbox_items).values(state="bedomd")))
    with pytest.raises(StepImpossible, match="another step"):
        unit.step(closed, "besluta", DECIDED)


def test_who_is_not_qualified_does_not_assess_and_a_registrar_does_nothing(unit, case):
    with pytest.raises(NotAllowed):
        unit.step(case, "bedom", ASSESSED, staff=UNQUALIFIED)
    for act, more in (
        (cases.take, {}),
        (cases.note, {"version": 0, "text": "Något."}),
        (steps.run_step, {"version": 0, "step_id": "bedom", "typed": ASSESSED}),
        (cases.reopen, {"version": 0, "reason": "Något."}),
    ):
        with pytest.raises(NotAllowed):
            unit.do(act, case, REGISTRAR, **more)
    assert (unit.row(case).version, unit.entries(case)) == (0, [])


def test_another_units_case_does_not_exist_and_each_try_is_written_down(unit, case):
    tries = [
        (cases.take, {}),
        (cases.give_back, {"version": 0}),
        (cases.assign, {"version": 0, "to": "Bo Al"}),
        (cases.note, {"version": 0, "text": "Något."}),
        (cases.reopen, {"version": 0, "reason": "Något."}),
        (steps.run_step, {"version": 0, "step_id": "bedom", "typed": ASSESSED}),
    ]
    for act, more in tries:
        for reference in (case, "K7QF-93MX"):
            with pytest.raises(NoSuchItem):
                unit.do(act, reference, STRANGER, **more)
    refused = [event for event in unit.events() if event == ("read_refused", "Ola Ask")]
    assert len(refused) == 2 * len(tries)
    assert unit.row(case).version == 0


def test_every_act_is_in_the_trail_with_its_name(unit, closed):
    version = unit.row(closed).version
    unit.do(cases.note, closed, version=version, text="Något.")
    unit.do(cases.reopen, closed, version=version + 1, reason="Något.")
    unit.do(cases.give_back, closed, version=version + 2)
    unit.take(closed)
    unit.do(cases.assign, closed, version=version + 4, to="Bo Al")
    done = [kind for kind, _ in unit.events() if kind.startswith("case_")]
    assert done == [
        *["case_step"] * 3,
        "case_noted",
        "case_reopened",
        "case_given_back",
        "case_taken",
        "case_assigned",
    ]


def test_who_has_not_seen_what_another_did_is_told_what_it_was(unit, case, clock):
    unit.step(case, "bedom", ASSESSED, staff=WORKER)
    clock.move(minutes=1)
    with pytest.raises(Changed) as told:
        unit.do(cases.note, case, LEADER, version=0, text="Något.")
    changed = told.value
    assert (changed.version, changed.by, changed.what, changed.step) == (
        1,
        "Bo Al",
        "step",
        "bedom",
    )
    assert changed.at == clock.now() - timedelta(minutes=1)
    assert changed.status == 409
    assert "Något" not in str(changed)
    assert unit.do(cases.note, case, LEADER, version=changed.version, text="Något.").version == 2


def test_of_two_who_decide_at_once_one_decides(unit, assessed):
    both, together, ends = threading.Barrier(2), [], []

    def decide(staff, outcome):
        both.wait()
        try:
            after = unit.step(assessed, "besluta", {"beslut": (outcome,)}, version=1, staff=staff)
            together.append(after.outcome)
        except Changed as late:
            ends.append(late.by)

    threads = [
        threading.Thread(target=decide, args=each)
        for each in ((LEADER, "inleds"), (WORKER, "inleds_inte"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(together) == len(ends) == 1
    assert unit.row(assessed).outcome == together[0]
    assert [entry["number"] for entry in unit.entries(assessed)] == [1, 2]


def test_many_who_take_at_once_have_one_who_has_it(unit, case):
    names = [f"Person {number}" for number in range(8)]
    begin, told = threading.Barrier(len(names)), []

    def take(name):
        begin.wait()
        told.append(unit.take(case, replace(WORKER, name=name)))

    threads = [threading.Thread(target=take, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.first for each in told].count(True) == 1
    assert {each.case.owner for each in told} == {unit.row(case).owner}
    assert len(unit.entries(case)) == 1


def test_what_is_written_is_in_the_database_only_as_sealed(unit, case, database, caplog):
    canary = "kanariefågel"
    unit.step(case, "bedom", {"skydd": ("nej",), "skal": (f"{canary} i steget",)})
    unit.do(cases.note, case, version=1, text=f"{canary} i anteckningen")
    with pytest.raises(Changed):
        unit.do(cases.note, case, version=1, text=f"{canary} som kom för sent")
    with pytest.raises(StepUnanswered):
        unit.step(case, "besluta", {"beslut": (canary,)})
    texts = []
    for table in tables.metadata.tables.values():
        rows = database.read_now(lambda c, t=table: c.execute(select(t)).all())
        texts += [repr(tuple(row)) for row in rows]
    whole = "".join(texts) + caplog.text
    assert canary not in whole
    assert canary.encode().hex() not in whole.encode().hex()
    assert canary in str([entry.words for entry in unit.read(case).entries])


def test_an_entry_that_has_been_moved_or_altered_says_so_and_hides_nothing_else(unit, case):
    unit.do(cases.note, case, version=0, text="Den första.")
    unit.do(cases.note, case, version=1, text="Den andra.")
    unit.do(cases.note, case, version=2, text="Den tredje.")
    first, second, third = unit.entries(case)
    changed = [
        second | {"author": "Någon Annan"},
        second | {"at": second["at"] + timedelta(days=1)},
        second | {"step": "bedom"},
        second | {"sealed": first["sealed"]},
        second | {"sealed": second["sealed"][:-1] + bytes([second["sealed"][-1] ^ 1])},
        second | {"sealed": b"inget kuvert"},
    ]
    for row in changed:
        assert entries.opened(row, LEADER.unit, KEYS).fault is Fault.BROKEN
    assert entries.opened(second, "sspf", KEYS).fault is Fault.BROKEN
    assert entries.opened(second, LEADER.unit, {}).fault is Fault.KEY_MISSING
    assert entries.opened(second, LEADER.unit, {second["key_id"]: bytes(32)}).fault
    for row, said in ((first, "Den första."), (second, "Den andra."), (third, "Den tredje.")):
        assert entries.opened(row, LEADER.unit, KEYS).words["text"] == said


def test_a_note_of_nothing_or_of_a_book_is_refused(unit, case):
    for text_ in ("", " \n", "x" * (cases.LONGEST_NOTE + 1)):
        with pytest.raises(ValueError, match="words"):
            unit.do(cases.note, case, version=0, text=text_)
    for name in ("", "x" * 65):
        with pytest.raises(ValueError, match="name"):
            unit.do(cases.assign, case, version=0, to=name)


def test_what_was_acknowledged_before_there_were_cases_is_a_case_that_is_taken(
    unit, hand_in, database, clock
):
    reference, other = hand_in().reference, hand_in().reference
    old = "INSERT INTO inbox_items (submission_id, unit, status, received_at, arrived_at) "
    old += "SELECT id, unit, 'new', received_at, received_at FROM submissions"
    taken = "UPDATE inbox_items SET status = 'acknowledged', acknowledged_at = received_at, "
    taken += "acknowledged_by = 'Ida Ek' WHERE submission_id = "
    taken += "(SELECT id FROM submissions WHERE reference = :reference)"
    database.write_now(lambda c: c.execute(text(old)))
    database.write_now(lambda c: c.execute(text(taken), {"reference": reference}))
    clock.move(days=3)
    read = unit.read(reference)
    assert (read.item.state, read.item.owner, read.item.version) == ("tagen", "Ida Ek", 0)
    assert read.item.next_due is not None
    assert unit.clocks(reference)["last", 1].late_days == 2
    assert unit.step(reference, "bedom", ASSESSED).owner == "Ida Ek"
    assert (unit.take(other).case.state, unit.row(other).process_version) == ("tagen", 2)
