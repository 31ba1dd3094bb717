"""A process's file changes while cases are in the old version: none is lost, and none is stuck."""

from dataclasses import replace

import pytest

from app.casework import moving
from app.casework.moving import Group, Orphans
from app.casework.refusals import StepImpossible
from app.commands import cases as command
from app.runner.process import State
from tests import service
from tests.integration.casework import ASSESSED, PROCESS, RULES, Unit


def renamed(step):
    """Return a step of the new version, where a state is called something else."""
    names = {"bedomd": "skyddad"}
    from_ = tuple(names.get(name, name) for name in step.from_)
    return step.model_copy(update={"from_": from_, "to": names.get(step.to, step.to)})


NEWER = PROCESS.model_copy(
    update={
        "version": PROCESS.version + 1,
        "states": (
            *(state for state in PROCESS.states if state.id != "bedomd"),
            State(id="skyddad", label="Skyddad"),
        ),
        "clocks": tuple(clock for clock in PROCESS.clocks if clock.id != "last"),
        "steps": tuple(renamed(step) for step in PROCESS.steps),
    }
)
NEW_RULES = replace(RULES, processes={"prov": NEWER})


@pytest.fixture
def unit(database, clock):
    return Unit(database, clock)


@pytest.fixture
def newer(database, clock):
    """The same staff, when the file has been changed."""
    return Unit(database, clock, NEW_RULES)


@pytest.fixture
def case(unit, hand_in):
    """A case that has been assessed and not yet opened, so that its first clock runs."""
    reference = hand_in().reference
    unit.arrive()
    unit.step(reference, "bedom", ASSESSED)
    return reference


def move(database, clock, **states):
    return database.write_now(lambda c: moving.move(c, NEW_RULES, "prov", states, now=clock.now()))


def test_what_does_not_fit_any_longer_is_told(database, case):
    assert database.read_now(lambda c: moving.elsewhere(c, RULES.processes)) == []
    assert database.read_now(lambda c: moving.orphans(c, RULES.processes)) == []
    groups = database.read_now(lambda c: moving.elsewhere(c, NEW_RULES.processes))
    assert groups == [Group("prov", PROCESS.version, "bedomd", 1, fits=False)]
    lost = database.read_now(lambda c: moving.orphans(c, NEW_RULES.processes))
    assert lost == [Orphans("prov", "last", 1)]


def test_a_case_in_a_state_that_is_gone_refuses_and_loses_nothing(newer, case):
    before = newer.row(case)
    with pytest.raises(StepImpossible):
        newer.step(case, "besluta", {"beslut": ("inleds_inte",)})
    assert newer.row(case) == before


def test_a_case_that_has_been_moved_can_be_worked_to_its_end(database, newer, case, clock):
    clock.move(days=3)
    assert move(database, clock, bedomd="skyddad") == 1
    row = newer.row(case)
    assert (row.process_version, row.state, row.next_clock) == (NEWER.version, "skyddad", "forhand")
    gone = newer.clocks(case)["last", 1]
    assert (gone.stopped_at, gone.late_days) == (clock.now(), 2)
    newer.step(case, "besluta", {"beslut": ("inleds_inte",)})
    newer.step(case, "avsluta")
    assert newer.row(case).closed_at == clock.now()
    assert ("case_moved", None) in newer.events()
    assert move(database, clock) == 0, "what is closed stays as it was"


@pytest.mark.parametrize("states", [{}, {"bedomd": "x"}, {"bedomd": "avslutad"}])
def test_nothing_is_moved_to_a_state_that_is_not_there_or_ends(database, unit, case, clock, states):
    before = unit.row(case)
    with pytest.raises(KeyError):
        move(database, clock, **states)
    assert unit.row(case) == before


def test_an_operator_reads_what_is_wrong_in_words():
    groups = [Group("prov", 2, "bedomd", 3, fits=False), Group("prov", 2, "ny", 1, fits=True)]
    told = list(command.told(groups, [Orphans("prov", "last", 4)], NEW_RULES.processes))
    assert told[0].startswith("prov: 3 ärenden i läget bedomd började i version 2, filen har")
    assert told[0].endswith("läget finns inte längre: inget steg kan göras")
    assert told[1:] == [
        "prov: 1 ärende i läget ny började i version 2, filen har version 3",
        "prov: klockan last går i 4 ärenden men finns inte längre: inget av dem kan avslutas",
    ]


def test_the_command_tells_and_moves(sqlite_url, tmp_path, clock):
    environment = service.environment(
        data=tmp_path / "data",
        citizen="http://127.0.0.1:1",
        staff="http://127.0.0.1:2",
        DATABASE_URL=sqlite_url,
    )

    def say(*words):
        return service.command("cases", *words, environment=environment)

    assert say().stdout == "Alla öppna ärenden är i den version som filen har.\n"
    assert "Flyttade till version 2: 0 ärenden." in say("--move", "orosanmalan").stdout
    assert "prov har ingen process" in say("--move", "prov").stderr
    assert "gammalt=nytt" in say("--move", "orosanmalan", "--state", "x").stderr


def test_moving_touches_no_entry(database, unit, case, clock):
    before = unit.entries(case)
    move(database, clock, bedomd="skyddad")
    assert unit.entries(case) == before
