"""What somebody was told is received is there, whenever the process that said so was killed."""

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from app.casework import queue
from app.delivery import relay
from app.delivery.connector import build
from app.records.reconcile import reconcile
from app.runner.routing import INBOX
from app.storage.tables import submissions
from tests.integration import casework, reports

ROOT = Path(__file__).parents[2]


def said_before_a_kill(program: str, url: str, *, after: int) -> list[str]:
    """Let people go on until that many lines are said, then SIGKILL them a moment later."""
    with subprocess.Popen(
        [sys.executable, program, url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        said = [process.stdout.readline().strip() for _ in range(after)]
        time.sleep(random.random() / 10)
        process.kill()
        said += process.stdout.read().split("\n")
    return said


def test_every_report_that_was_received_comes_into_the_inbox_once(database, database_url, clock):
    said = []
    for _ in range(3):
        said += said_before_a_kill(reports.__file__, database_url, after=15)
    # A line may be cut in the middle by the kill, and an empty one means that they never got going.
    said = [reference for reference in said if len(reference) == 9]
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


def test_what_staff_were_told_is_done_is_there_and_every_case_agrees_with_itself(
    database, database_url, hand_in, clock
):
    unit, said = casework.Unit(database, clock), []
    references = [hand_in().reference for _ in range(6)]
    unit.arrive()
    for _ in range(3):
        said += said_before_a_kill(casework.__file__, database_url, after=15)
    told = [line.split() for line in said if re.fullmatch(r"\S{9} \d+", line)]
    assert len(told) >= 45
    for reference in references:
        row, numbers = unit.row(reference), [each["number"] for each in unit.entries(reference)]
        assert numbers == list(range(1, row.version + 1))
        # The last digit of a number may have been cut off by the kill, never added.
        assert all(int(version) <= row.version for name, version in told if name == reference)
        assert all(entry.fault is None for entry in unit.read(reference).entries)
    assert database.read_now(reconcile).adds_up
