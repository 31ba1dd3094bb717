"""Folders in memory for what tests write: a disk makes SQLite wait at every commit.

Nothing that is tested gets easier: a process that is killed loses nothing on a disk either, and a
full disk is what a test limits its files to.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY, ROOM = Path("/dev/shm"), 2**30  # noqa: S108 - in folders of our own, made anew
NAME = "skyddsnat-test-{}-"


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder, gone afterwards: in memory, or on the disk if there is no room or right.

    Its name says whose it is; what a process left that was killed is removed.
    """
    place = MEMORY if _is_good() else Path(tempfile.gettempdir())
    for left in place.glob(NAME.format("*")):
        owner = re.match(NAME.format(r"(\d+)"), left.name)
        if owner and not Path("/proc", owner[1]).exists():
            shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=NAME.format(os.getpid()), dir=place))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_good() -> bool:
    """Tell whether there is room in memory, for programs too: some tests write one and run it."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return False
    found = os.statvfs(MEMORY)
    return found.f_bavail * found.f_frsize > ROOM and not found.f_flag & os.ST_NOEXEC
