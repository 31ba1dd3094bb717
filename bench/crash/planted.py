"""The program with a fault planted in it, to see that it is found. Only the benches start it.

`python -m bench.crash.planted FAULT COMMAND …` does something to the program and then does what
`python -m app COMMAND …` does. Nothing of this is known to the program itself.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection

from app import references
from app.casework import cases
from app.commands.cli import main
from app.delivery import lane, relay
from app.errors import AlreadySubmitted
from app.intake.submit import submit
from app.receipt import Receipt
from app.records import outbox
from app.records.outbox import Delivery, Result, State
from app.storage.changes import Changes

LOST_EACH = 40
LATE_SECONDS = 0.3


def lose_delivery() -> None:
    """Now and then a report is stored without one of its deliveries."""
    queued, number = outbox.queued, count(1)

    def lossy(submission_id: Any, destinations: Any, *, now: Any) -> Changes:
        kept = dict(destinations)
        if next(number) % LOST_EACH == 0:
            kept.popitem()
        return queued(submission_id, kept, now=now)

    outbox.queued = lossy


def receipt_before_commit() -> None:
    """The receipt is shown at once, and the report is stored a moment later."""
    from app.web.citizen import parts, review  # noqa: PLC0415 - only where the fault is planted

    promised: dict[bytes, Receipt] = {}
    draft = parts.Visit.draft
    running = set()

    async def store(here: parts.Visit, _: object) -> bool:
        key, octets = here.key, os.urandom(64)
        reference = references.new(lambda number: octets[:number])
        promised[key.id] = Receipt(reference, here.parts.clock.now(), here.form.id, here.language)

        def send(connection: Connection) -> None:
            submit(
                connection,
                key,
                form=here.form,
                reception=here.parts.receptions[here.form.id],
                clock=here.parts.clock,
                randomness=lambda number: octets[:number],
            )

        async def late() -> None:
            await asyncio.sleep(LATE_SECONDS)
            await here.parts.database.write(send)

        task = asyncio.create_task(late())
        running.add(task)
        task.add_done_callback(running.discard)
        return True

    async def promised_draft(here: parts.Visit) -> Any:
        if receipt := promised.get(here.key.id):
            raise AlreadySubmitted(receipt)
        return await draft(here)

    review.store = store
    parts.Visit.draft = promised_draft


def confirm_before_delivery() -> None:
    """What is about to be carried is written down as confirmed, and then carried."""
    carry = lane.Lane._try  # noqa: SLF001 - the fault is planted inside

    def early(self: lane.Lane, deliveries: Sequence[Delivery], *, claim: bool = False) -> int:
        notes = [Result(each, State.CONFIRMED) for each in deliveries]
        now = self.clock.now()
        self.database.write_now(lambda connection: outbox.note(connection, notes, now=now))
        if deliveries:
            time.sleep(LATE_SECONDS)
        return carry(self, deliveries, claim=claim)

    lane.Lane._try = early  # noqa: SLF001 - as above


def lose_entry() -> None:
    """Now and then what staff wrote is not kept, and they are told that it is."""
    carry_out, number = cases.carry_out, count(1)

    async def lossy(database: Any, act: Any) -> Any:
        if next(number) % LOST_EACH:
            return await carry_out(database, act)
        return None

    cases.carry_out = lossy


def quick_lease() -> None:
    """No fault: what a killed relay held is free after seconds, since a test does not wait."""
    quick = replace(
        lane.PACE,
        lease=timedelta(seconds=5),
        limit=timedelta(seconds=4),
        rest=timedelta(seconds=0.2),
    )
    assert relay.run.__kwdefaults__
    relay.run.__kwdefaults__["pace"] = quick


FAULTS: dict[str, tuple[str, Callable[[], None]]] = {
    "lose-delivery": ("citizen", lose_delivery),
    "receipt-before-commit": ("citizen", receipt_before_commit),
    "confirm-before-delivery": ("relay", confirm_before_delivery),
    "lose-entry": ("staff", lose_entry),
}
"""Each fault, and the process it is planted in."""

if __name__ == "__main__":
    what = {**{name: plant for name, (_, plant) in FAULTS.items()}, "quick-lease": quick_lease}
    what[sys.argv[1]]()
    sys.exit(main(sys.argv[2:]))
