"""Every connector keeps what connectors promise: asked of each one there is, at a real receiver.

The trials stand in tests/connectors/contract.py, the receivers in tests/connectors/<name>.py.
"""

import pytest

from app.delivery import connector as register
from app.delivery.connector import CONNECTORS
from app.storage.database import Database
from tests import connectors
from tests.connectors import MAY_LACK, Place, contract, demo

for name in register.known():
    register.load(name)


@pytest.fixture
def place(sqlite_url, clock, tmp_path):
    folders = [tmp_path / name for name in ("receiver", "secrets")]
    for folder in folders:
        folder.mkdir()
    with Database.open(sqlite_url, patience=1.0) as database:
        yield Place(*folders, database, clock)


def with_a_bench():
    """The connectors that have one, each with the trials that it is put through."""
    found = []
    for name in sorted(CONNECTORS):
        try:
            module = connectors.load(name)
        except ModuleNotFoundError:
            continue
        found += [(name, trial) for trial in contract.asked_of(CONNECTORS[name], module)]
    return found


@pytest.mark.parametrize("name", sorted(CONNECTORS))
def test_a_connector_has_a_bench_that_says_what_it_lacks_and_why(name):
    lacks = connectors.load(name).LACKS
    assert set(lacks) <= MAY_LACK
    assert all(lacks.values())


@pytest.mark.parametrize(
    ("name", "trial"), with_a_bench(), ids=lambda part: getattr(part, "__name__", part)
)
def test_a_connector_keeps_its_promise(name, trial, place):
    with contract.trying(name, place) as attempt:
        trial(attempt)


@pytest.mark.untraced
@pytest.mark.parametrize("trial", contract.TRIALS)
def test_a_connector_in_memory_keeps_every_promise(trial, place):
    with demo.registered(), contract.trying("demo", place) as attempt:
        contract.TRIALS[trial](attempt)


@pytest.mark.untraced
@pytest.mark.parametrize("fault", demo.FAULTS)
def test_a_promise_that_is_broken_is_noticed(fault, place):
    trial = contract.TRIALS[demo.FAULTS[fault]]
    with demo.registered(fault), contract.trying("demo", place, limit=1) as attempt:
        attempt.back_within = 0.5  # it is known that it will not come
        with pytest.raises(AssertionError):
            trial(attempt)


def test_every_trial_can_fail():
    assert set(demo.FAULTS.values()) == set(contract.TRIALS)


def test_the_demo_connector_is_not_there_when_nobody_asked_for_it():
    assert "demo" not in CONNECTORS
