"""How much memory everything takes that one command starts: `python -m bench.memory`.

The proportional share (PSS) of every process under `skyddsnat serve`, so that what they share is
counted once, looked at twice a second while whole reports are written and handed in at 16 at once
and the relay carries them. The peak is what counts; the limit is 250 MB.
"""

import argparse
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from app.commands import progress
from bench.load import people
from bench.load.client import Client
from bench.load.figures import Figure, report
from tests import service

LIMIT = 250.0
AT_ONCE = 16
MEGABYTE = 1_000_000


def family(process: int) -> Iterator[psutil.Process]:
    """Yield a process and everything it has started."""
    parent = psutil.Process(process)
    yield parent
    yield from parent.children(recursive=True)


def shares(process: int) -> dict[str, float]:
    """Return each process's share of the memory, in MB, by what it was told to do."""
    found: dict[str, float] = {}
    for each in family(process):
        with suppress(psutil.Error):
            words = each.cmdline()
            name = " ".join(words[words.index("app") + 1 :][:2]) if "app" in words else "?"
            found[name] = found.get(name, 0.0) + each.memory_full_info().pss / MEGABYTE
    return found


@contextmanager
def every(seconds: float, look: Callable[[], None]) -> Iterator[None]:
    """Look again and again while the block runs."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(seconds):
            with suppress(psutil.Error):
                look()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=60.0)
    told = asked.parse_args()
    seen: list[dict[str, float]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        service.running(Path(folder) / "data") as started,
        Client() as client,
    ):
        host = started.citizen.removeprefix("http://")
        with (
            progress.shown("memory"),
            every(0.5, lambda: seen.append(shares(started.process.pid))),
        ):
            tally = client.run(
                [started.citizen], people.journeys, told.seconds, host=host, at_once=AT_ONCE
            )
    if tally.failures:
        raise SystemExit(f"not what was measured: {dict(tally.failures)}")
    most = max(seen, key=lambda each: sum(each.values()))
    parts = [Figure(f"of which {name}", value, "MB") for name, value in sorted(most.items())]
    whole = Figure("memory of everything, at most", sum(most.values()), "MB", LIMIT)
    return report([whole, *parts, Figure("reports meanwhile", tally.receipts, "")])


if __name__ == "__main__":
    sys.exit(run())
