"""Every process, also the one of the tests: wherever a case is, it can be worked to its end.

What runs a process is played here by a few lines, with nothing that a real case has but its state,
its clocks and what has been done.
"""

import shutil
import tomllib
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.casework.group.people import Group, Person, filled
from app.casework.running import Rules, rules_for, rules_of
from app.runner import content
from app.runner.clocks import OPENED, RECEIVED
from app.runner.faults import ContentFaults
from app.runner.field import Field
from app.runner.fields.options import OptionsField
from app.runner.journey import chosen_on, transcribe
from app.runner.process import NEW, TAKEN, Process, Record, Step
from tests.content import FORMS, content_of_tests, loaded
from tests.content.paths import ANSWERS
from tests.content.structure import structure_hash

TODAY = date(2026, 11, 27)
TESTS = Path(__file__).parents[1] / "forms"
KEPT = tomllib.loads(Path(__file__).with_name("structures.toml").read_text("utf-8"))
RECORDS: tuple[Record, ...] = ("external", "here")
FILES = [*FORMS.glob("processes/*.toml"), *TESTS.glob("processes/*.toml")]
READ = {file.stem: Process.model_validate(tomllib.loads(file.read_text("utf-8"))) for file in FILES}
EACH = pytest.mark.parametrize("name", sorted(READ))
TWO = Group(
    tuple(
        Person(f"{sort}{number}", sort, {}, TODAY, name="Kim")
        for sort in ("ung", "vuxen")
        for number in (1, 2)
    )
)
"""Who a case of several is about, in tests of steps that ask for one of them."""
SERVED = {**loaded().processes["sv"], **content_of_tests().processes["sv"]}


@dataclass(frozen=True)
class Case:
    """How far a case has come: hashable, so that it is looked at once."""

    state: str = NEW
    running: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()


def begin(process: Process) -> Case:
    return Case(running=frozenset(clock.id for clock in process.started_by(RECEIVED)))


def may(process: Process, case: Case, step: Step) -> bool:
    """Tell whether the machine lets a step be done: no end while a clock runs."""
    ends = {state.id for state in process.states if state.ends}
    left = case.running - {clock.id for clock in process.stopped_by(step.id)}
    needed = {*step.after, step.confirms} - {""}
    return case.state in step.from_ and needed <= case.done and not (step.to in ends and bool(left))


def do(process: Process, case: Case, step: Step, starts: frozenset[str]) -> Case:
    stopped = {clock.id for clock in process.stopped_by(step.id)}
    running = frozenset((case.running - stopped) | starts)
    return Case(step.to or case.state, running, case.done | {step.id})


def started(process: Process, step: Step) -> list[frozenset[str]]:
    """Return every set of clocks that answers to a step can start."""
    fields = {rule.field for clock in process.clocks for rule in clock.start_if}
    asked = [one for one in step.fields if isinstance(one, OptionsField) and one.id in fields]
    answers = product(*([(one.id, option.id) for option in one.options] for one in asked))
    return [
        frozenset(
            clock.id
            for clock in process.started_by(
                step.id, {name: frozenset({word}) for name, word in way}
            )
        )
        for way in answers
    ]


def after(process: Process, case: Case) -> set[Case]:
    """Return what a case can be next."""
    found = {
        do(process, case, step, starts)
        for step in process.steps
        if may(process, case, step)
        for starts in started(process, step)
    }
    opened = case.running - {clock.id for clock in process.stopped_by(OPENED)}
    state = TAKEN if case.state == NEW else case.state
    return found | {
        Case(case.state, frozenset(opened), case.done),
        Case(state, case.running, case.done),
    }


@EACH
@pytest.mark.parametrize("record", RECORDS)
def test_from_wherever_a_case_can_be_it_can_be_ended_with_every_clock_stopped(name, record):
    process = READ[name].kept(record)
    # What stays and starts nothing changes nothing here: without it the ways are few enough.
    still = {step.id for step in process.steps if not step.to and not any(started(process, step))}
    needed = {one for step in process.steps for one in (*step.after, step.confirms)}
    needed |= {one for clock in process.clocks for one in clock.stopped_by}
    steps = tuple(step for step in process.steps if step.id not in still - needed)
    process = process.model_copy(update={"steps": steps})
    ends = {state.id for state in process.states if state.ends}
    seen, waiting, back = {begin(process)}, [begin(process)], dict[Case, set[Case]]()
    while waiting:
        case = waiting.pop()
        if case.state in ends:
            assert not case.running
            continue
        for later in after(process, case):
            back.setdefault(later, set()).add(case)
            if later not in seen:
                seen.add(later)
                waiting.append(later)
    good = [case for case in seen if case.state in ends]
    assert {case.state for case in good} <= ends
    assert good
    saved = set(good)
    while good:
        for case in back.get(good.pop(), set()) - saved:
            saved.add(case)
            good.append(case)
    assert seen == saved


def typed(field: Field) -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """Draw what is typed at a field: an answer, nothing, or anything at all."""
    if isinstance(field, OptionsField):
        words = st.sampled_from([option.id for option in field.options])
        lines = {field.text_name(option): ("Text",) for option in field.options if option.text}
        return words.map(lambda word: {field.id: (word,), **lines}) | st.just({})
    if field.kind == "date":
        return st.just({f"{field.id}-day": ("2026-11-20",)}) | st.just({})
    words = st.just(ANSWERS.get(field.kind, "x")) | st.text(max_size=30)
    return words.map(lambda word: {field.id: (word,)}) | st.just({})


@given(data=st.data(), process=st.sampled_from(list(SERVED.values())))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_in_a_step_is_taken_or_named(data, process):
    step = filled(data.draw(st.sampled_from(process.steps)), TWO, process)
    inputs = {}
    for field in step.fields:
        inputs |= data.draw(typed(field))
    asked = step.read(inputs, today=TODAY)
    chosen = chosen_on(asked)
    # What is asked is what the answers before it ask for, and that alone.
    for field in asked.fields:
        assert all(rule.holds(chosen) for rule in field.ask_if)
    assert asked.answers.keys() <= {field.id for field in asked.fields}
    unanswered = asked.required - asked.answers.keys()
    assert unanswered <= asked.problems.keys()
    if asked.done and step.decides:
        assert step.outcome_of(chosen) in {outcome.id for outcome in process.outcomes}
    assert len(transcribe(asked)["questions"]) == len(asked.fields)


def test_a_new_process_is_one_file():
    """The test form's is read, localised and reworded as the real ones are, by the same code."""
    process = content_of_tests().processes["sv"]["provformular"]
    avgor = process.step("avgor")
    assert avgor is not None
    assert avgor.intro.strip() == "Du avgör åt Provkommun."
    assert process.step("behall") is None
    assert "provtva" not in content_of_tests().processes["sv"]
    kinds = {field.kind for step in process.steps for field in step.fields}
    assert len(kinds) >= 9


@pytest.mark.parametrize("name", sorted(loaded().processes["sv"]))
def test_the_structure_of_a_version_never_changes(name):
    """A case keeps the version that it began with."""
    kept = KEPT[f"processes/{name}"].get(str(READ[name].version))
    assert structure_hash(READ[name]) == kept, (
        f"raise version in processes/{name}.toml, or give structures.toml the hash of the new "
        "version: python -m tests.content.structure"
    )


def of_clocks(rules: Rules) -> dict[str, object]:
    """What cases begin by, whatever it is called."""
    return {
        form_id: (
            process.version,
            [state.id for state in process.states],
            [clock.model_copy(update={"label": ""}) for clock in process.clocks],
        )
        for form_id, process in rules.processes.items()
    }


def test_who_carries_begins_cases_as_staff_would_without_reading_a_form_or_a_language(tmp_path):
    forms = shutil.copytree(FORMS, tmp_path / "forms")
    (forms / "processes" / "stoppmote.toml").unlink()  # a form may have no process
    staff = rules_of(content.load(forms))
    shutil.rmtree(forms / "languages")
    carrier = rules_for(*content.processes(forms))
    assert of_clocks(carrier) == of_clocks(staff)
    assert (carrier.calendar, carrier.next_weekday) == (staff.calendar, staff.next_weekday)


def test_who_carries_begins_nothing_by_a_process_that_is_wrong(tmp_path):
    forms = shutil.copytree(FORMS, tmp_path / "forms")
    file = forms / "processes" / "orosanmalan.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[[clocks]]\n", "[[clocks]]\nlate = 1\n", 1), "utf-8")
    with pytest.raises(ContentFaults, match=r"orosanmalan\.toml: clocks\..*okänd nyckel"):
        content.processes(forms)


def test_who_takes_in_reports_reads_all_that_visitors_meet_and_nothing_of_what_staff_do():
    whole, taking_in = loaded(), content.load(FORMS, with_processes=False)
    assert taking_in.processes == {code: {} for code in whole.languages}
    assert taking_in.forms == whole.forms
    assert taking_in.municipalities == whole.municipalities
    assert taking_in.hashes == whole.hashes
    assert {*taking_in.interfaces["en"].paths()} == {*whole.interfaces["en"].paths()}
