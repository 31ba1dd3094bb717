"""Run the nightly removal, as a process of its own that may be killed: `removing.py URL MOST`."""

import os
import sys
from datetime import UTC, datetime
from functools import partial

from app.clock import SystemClock
from app.records import retention
from app.storage.database import Database
from tests.integration.reports import RECEIVER

DAYS = {"prov": 30}
EPOCH = datetime(1990, 1, 1, tzinfo=UTC)


def night(url, most):
    """Remove what two have agreed on, so many at a time, until nothing is left; a line for each."""
    with Database.open(url) as database:
        turn = partial(retention.retain, municipality_code=RECEIVER.municipality_code, most=most)
        # Everything is loaded and every statement made, and nothing has had its time.
        database.write_now(lambda c: turn(c, now=EPOCH, submission_days=DAYS))
        os.write(1, b"up\n")
        now = SystemClock().now
        while database.write_now(lambda c: turn(c, now=now(), submission_days=DAYS)).cases:
            os.write(1, b"more\n")


if __name__ == "__main__":
    night(sys.argv[1], int(sys.argv[2]))
