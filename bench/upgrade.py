"""Upgrade a database of 100 000 reports from the first version's tables while it is in use.

    python -m bench.upgrade [rows]

For each engine: seconds the upgrade took, the longest that anybody waited for a write or a read
meanwhile, and how many writes failed. Limits: no failure, 2 s.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.commands import progress
from tests import postgres
from tests.integration import test_migrations as upgrade


def measure(engine, url, rows):
    with progress.shown(f"{engine}: {rows} reports in the first tables"):
        upgrade.first_tables(url, rows)
    with progress.shown(f"{engine}: upgrade under traffic"):
        traffic, took = upgrade.upgrade_under_traffic(url, run_in=3)
    longest, usual = max(traffic.waits), sorted(traffic.waits)[len(traffic.waits) // 2]
    print(
        f"{engine}: {rows} reports, {took:.2f} s; {sum(traffic.done.values())} units of work, "
        f"{len(traffic.failures)} failed, median {usual * 1000:.0f} ms, longest {longest:.2f} s"
    )
    return not traffic.failures and longest < upgrade.LONGEST_WAIT


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        well = measure("SQLite", f"sqlite:///{folder}/old.sqlite", rows)
    with postgres.running() as server, postgres.new_database(server) as url:
        well &= measure("PostgreSQL", url, rows)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
