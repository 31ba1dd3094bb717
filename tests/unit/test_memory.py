"""What tests write lies in memory where that will do, and is gone after them, killed or not."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests import memory

GOOD = {"f_frsize": 4096, "f_bavail": 2**20, "f_flag": 0}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A place in memory, that is as it is told to be."""

    def make(**differing):
        found = SimpleNamespace(**{**GOOD, **differing})
        monkeypatch.setattr(memory.os, "statvfs", lambda _: found)
        return tmp_path

    monkeypatch.setattr(memory, "MEMORY", tmp_path)
    return make


def test_a_folder_is_in_memory_and_gone_afterwards(place):
    roomy = place()
    with memory.folder() as made:
        assert made.parent == roomy
        (made / "file").write_text("x")
    assert not made.exists()


@pytest.mark.parametrize(
    "differing",
    [{"f_bavail": 2**18}, {"f_flag": os.ST_NOEXEC}],
    ids=["no room", "no programs"],
)
def test_a_folder_is_on_the_disk_where_memory_will_not_do(place, differing):
    full = place(**differing)
    with memory.folder() as made:
        assert made.parent != full


def test_what_a_killed_process_left_is_removed_and_nothing_else(place):
    left = place() / memory.NAME.format(gone())
    others = [place() / memory.NAME.format(whose) for whose in (os.getpid(), "nobody")]
    for path in (left, *others):
        (path / "deep").mkdir(parents=True)
    with memory.folder():
        assert not left.exists()
        assert all(path.exists() for path in others)


def gone() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "--version"], stdout=subprocess.DEVNULL) as process:
        return process.pid
