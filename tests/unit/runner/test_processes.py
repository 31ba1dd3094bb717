"""What a process says of a case: which steps there are, what they ask, which clocks they touch."""

import tomllib
from datetime import date

from app.runner.clocks import OPENED, RECEIVED
from app.runner.process import NEW, Process
from tests.unit.runner.made import TODAY, real
from tests.unit.runner.small_content import PROCESS


def small() -> Process:
    return Process.model_validate(tomllib.loads(PROCESS))


def test_a_question_is_asked_after_what_was_answered_before_it_in_the_same_step():
    step = small().step("svara")
    assert step is not None
    yes = step.read({"val": ("ja",), "skal": ("Spår av en ångrad tanke",)}, today=TODAY)
    assert [field.id for field in yes.fields] == ["val"]
    assert set(yes.answers) == {"val"}
    assert yes.done
    no = step.read({"val": ("nej",)}, today=TODAY)
    assert no.required == {"val", "skal"}
    assert [problem.key for problem in no.problems["skal"]] == ["missing"]
    nothing = step.read({}, today=TODAY)
    assert set(nothing.problems) == {"val"}


def test_what_is_chosen_is_the_outcome_and_starts_the_clocks_that_hang_on_it():
    process, no = small(), {"val": frozenset({"nej"})}
    step = process.step("svara")
    assert step is not None
    assert step.outcome_of(no) == "nej"
    assert [clock.id for clock in process.started_by(RECEIVED)] == ["svar"]
    assert [clock.id for clock in process.started_by("svara", no)] == ["efter"]
    assert process.started_by("svara", {"val": frozenset({"ja"})}) == ()
    assert [clock.id for clock in process.stopped_by("svara")] == ["svar"]
    assert process.stopped_by(OPENED) == ()


def test_steps_follow_where_the_documentation_is_kept_and_the_hash_does_not():
    process = small().hashed()
    assert [step.id for step in process.steps_from("tagen")] == ["svara", "folj_upp", "lamna"]
    outside = process.kept("external")
    assert [step.id for step in outside.steps_from("tagen")] == ["svara", "lamna"]
    assert outside.content_hash() == process.content_hash() == small().content_hash()


def test_the_municipality_s_own_numbers_stand_in_the_clocks():
    process = real().processes["sv"]["stoppmote"]
    assert [clock.days for clock in process.clocks] == [1, 14, 7, 42, 183]
    skydd = real().processes["sv"]["orosanmalan"].clock("skydd")
    assert skydd is not None
    assert skydd.today_before == 16 * 60


def test_both_real_processes_begin_where_every_case_begins():
    for process in real().processes["sv"].values():
        assert process.states[0].id == NEW
        step = process.steps_from(NEW)[0]
        assert step.read({}, today=date(2026, 11, 27)).problems
