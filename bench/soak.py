"""An hour of whole reports: `python -m bench.soak --minutes 60`. Nothing grows, nothing fails.

The citizen process, as it is served, with 16 visitors at once. After a tenth of the time (what is
kept for speed is then kept) memory and open descriptors are noted, and again at the end: the median
of the last tenth may be at most 5 % over the first one's. A connection to the database is opened
when it is first needed, however late that is: so many descriptors may come to, and no more.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from time import monotonic

from app.commands import progress
from app.storage.engines import READERS, SQLITE_WRITERS
from bench.load import people, servers
from bench.load.client import Client
from bench.load.figures import Figure, report
from bench.memory import MEGABYTE, every

LIMIT = 5.0
LATE = 2 * (READERS + SQLITE_WRITERS)
"""A connection to SQLite holds the file and its log."""
AT_ONCE = 16
MINUTE = 60.0


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=60.0)
    seconds = asked.parse_args().minutes * MINUTE
    seen: list[tuple[float, float, int]] = []
    with tempfile.TemporaryDirectory() as folder, Client() as client:
        data = Path(folder) / "data"
        servers.prepared(data)
        with servers.citizen(data) as ours:
            begun = monotonic()

            def look(tell: progress.Tell) -> None:
                share = ours.process.memory_full_info().uss / MEGABYTE
                seen.append((monotonic() - begun, share, ours.process.num_fds()))
                tell(round(monotonic() - begun), round(seconds))

            with (
                progress.shown("soak: memory and descriptors") as tell,
                every(min(5.0, seconds / 60), lambda: look(tell)),
            ):
                tally = client.run(
                    [ours.address], people.journeys, seconds, host=ours.host, at_once=AT_ONCE
                )
    first = [each for each in seen if 0.1 * seconds <= each[0] < 0.2 * seconds]
    last = [each for each in seen if each[0] >= 0.9 * seconds]
    before, after = (statistics.median(each[1] for each in part) for part in (first, last))
    descriptors = max(each[2] for each in last) - max(each[2] for each in first)
    return report(
        [
            Figure("whole reports", tally.receipts, ""),
            Figure("errors", sum(tally.failures.values()), "", 0.0),
            Figure("memory of the citizen process after a tenth", before, "MB"),
            Figure("memory at the end", after, "MB"),
            Figure("growth", max((after / before - 1) * 100, 0.0), "%", LIMIT),
            Figure("descriptors more", max(descriptors, 0), "", float(LATE)),
        ]
    )


if __name__ == "__main__":
    sys.exit(run())
