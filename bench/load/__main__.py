"""Everything that is measured of the citizen side: `python -m bench.load`.

`--only` measures a part: `journey` (about 2 minutes), `page` (1), `submit` (4), `peer` (a plain
Django, 12) or `steps` (4). `--rounds` and `--seconds` say how long; `--sqlite` leaves PostgreSQL
out; `--older COMMIT` lets ours as it was then take turns in `peer` and `steps`. Exit 1 when
anything is over its limit.
"""

import argparse
import sys

from bench.load import beside, figures, pages, steps, submits, whole
from bench.load.client import Client


def run() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=("page", "submit", "journey", "peer", "steps"))
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=3.0)
    asked.add_argument("--long", type=float, default=60.0, help="seconds with 200 at once")
    asked.add_argument("--each", type=int, default=2000, help="drafts handed in a round")
    asked.add_argument("--sqlite", action="store_true", help="leave PostgreSQL out")
    asked.add_argument("--older", default="", metavar="COMMIT", help="ours as it was, beside")
    told = asked.parse_args()
    found: list[figures.Figure] = []
    with Client() as client:
        if told.only in {None, "page"}:
            found += pages.measure(client, rounds=told.rounds, seconds=told.seconds)
        if told.only in {None, "submit"}:
            found += submits.measure(
                client, rounds=told.rounds, each=told.each, postgres=not told.sqlite
            )
        if told.only in {None, "journey"}:
            found += whole.measure(client, seconds=told.seconds * 5, long=told.long)
        if told.only in {None, "peer"}:
            found += beside.journeys(
                client, rounds=told.rounds, older=told.older, postgres=not told.sqlite
            )
        if told.only in {None, "steps"}:
            found += steps.measure(client, rounds=told.rounds, each=told.each, older=told.older)
    return figures.report(found)


if __name__ == "__main__":
    sys.exit(run())
