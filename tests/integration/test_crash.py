"""What somebody was told is received is there, whenever the process that said so was killed."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from app.casework import queue
from app.delivery import relay
from app.delivery.connector import build
from app.runner.routing import INBOX
from app.storage.tables import submissions
from tests.integration import reports

ROOT = Path(__file__).parents[2]


def references_said_before_a_kill(url: str, *, after: int) -> list[str]:
    """Let citizens hand in until that many are received, then SIGKILL them a moment later."""
    with subprocess.Popen(
        [sys.executable, reports.__file__, url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        said = [process.stdout.readline().strip() for _ in range(after)]
        time.sleep(random.random() / 10)
        process.kill()
        said += process.stdout.read().split("\n")
    # A line may be cut in the middle by the kill, and an empty one means that they never got going.
    return [reference for reference in said if len(reference) == 9]


def test_every_report_that_was_received_comes_into_the_inbox_once(database, database_url, clock):
    said = []
    for _ in range(3):
        said += references_said_before_a_kill(database_url, after=15)
    assert len(said) >= 45
    stored = database.read_now(lambda c: c.execute(select(submissions.c.reference)).scalars().all())
    assert set(said) <= set(stored)

    clock.move(days=100_000)
    connectors = build(INBOX, database=database, clock=clock)
    while relay.deliver_once(database, connectors, clock):
        pass
    items = database.read_now(
        lambda c: queue.list_items(c, unit=reports.RECEIVER.unit, most=10_000).items
    )
    arrived = [item.reference for item in items]
    assert sorted(arrived) == sorted(stored)
