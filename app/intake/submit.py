"""Turn a finished draft into a sealed submission.

The end of the draft, the sealed submission, a delivery for each destination and the audit event
are written in the caller's transaction: together or not at all. Only when that has been committed
may anyone tell the citizen that we have received the report. Handing in the same draft again, at
the same moment or an hour later, gives the same receipt and stores nothing.

Nothing here can read a submission back: sealing needs only the receiving unit's public key.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from app import references
from app.clock import Clock
from app.crypto import seal
from app.crypto.draft_box import DraftKey
from app.errors import AlreadySubmitted, DatabaseUnavailable, DraftIncomplete
from app.intake import drafts
from app.intake.drafts import Found
from app.receipt import Receipt
from app.records import audit, outbox
from app.runner.definition import Form
from app.runner.field import Conditions
from app.runner.hand_over import bound, compact, hand_over
from app.runner.journey import Journey
from app.runner.taken_in import TakenIn
from app.runner.typed import Typed
from app.storage.changes import Change, Changes
from app.storage.tables import submissions

__all__ = ["Receipt", "Receiver", "Reception", "submit"]

# `inline`: nothing is asked back, since who stores a report may not read it.
STORE = insert(submissions).inline()
RECEIPT_KEPT = timedelta(minutes=15)
"""Long enough to print it, and to find it again when a telephone has dropped the page."""
DRAWS_MOST = 20

Sealer = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who a form is sealed to, and where it is carried."""

    municipality_code: str
    unit: str
    key_id: str
    public_key: bytes
    destinations: Mapping[str, Sealer | None] = field(default_factory=lambda: {"inbox": None})
    """By name; with what seals the report to the destination's own key, where it leaves us."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Where the reports of a form go: the first route whose conditions all hold, or as usual."""

    usual: Receiver
    routes: tuple[tuple[Conditions, Receiver], ...] = ()
    timezone: str = "Europe/Stockholm"

    def receiver(self, journey: Journey) -> Receiver:
        """Return who receives this report."""
        routed = (receiver for when, receiver in self.routes if journey.holds(when))
        return next(routed, self.usual)


@dataclass(frozen=True, slots=True)
class Ready:
    """A report that is ready to be stored, and what may be shown when it has been."""

    changes: Changes
    receipt: Receipt
    submission_id: UUID


def submit(
    connection: Connection,
    key: DraftKey,
    *,
    form: Form,
    reception: Reception,
    clock: Clock,
    receipt_kept: timedelta = RECEIPT_KEPT,
    randomness: Callable[[int], bytes] = os.urandom,
) -> Receipt:
    """Hand in the draft under this key. `form` is in the language the questions were put in.

    DraftMissing when there is none; DraftIncomplete names the first page that is not done.
    """
    try:
        found = drafts.take(connection, key, now=clock.now())
    except AlreadySubmitted as before:
        return before.receipt
    for _ in range(DRAWS_MOST):
        ready = prepared(
            key,
            found,
            form=form,
            reception=reception,
            clock=clock,
            receipt_kept=receipt_kept,
            randomness=randomness,
        )
        with suppress(IntegrityError), connection.begin_nested():
            ready.changes(connection)
            return ready.receipt
    raise DatabaseUnavailable("no reference is free")


def prepared(
    key: DraftKey,
    found: Found,
    *,
    form: Form,
    reception: Reception,
    clock: Clock,
    receipt_kept: timedelta = RECEIPT_KEPT,
    randomness: Callable[[int], bytes] = os.urandom,
) -> Ready:
    """Return all that is to be stored, together or not at all, for a draft that was found.

    Storing it raises Overtaken when the draft has been changed since, or handed in, and
    IntegrityError in the rare case that the reference is taken: then another is to be drawn.
    """
    draft, now = found.draft, clock.now()
    ready = stored(
        form,
        draft.typed,
        language=draft.language,
        reception=reception,
        now=now,
        randomness=randomness,
    )
    kept = drafts.replaced_by_receipt(key, found, ready.receipt, until=now + receipt_kept)
    return Ready(ready.changes + kept, ready.receipt, ready.submission_id)


def stored(
    form: Form,
    typed: Mapping[str, Typed],
    *,
    language: str,
    reception: Reception,
    now: datetime,
    taken_in: TakenIn | None = None,
    randomness: Callable[[int], bytes] = os.urandom,
) -> Ready:
    """Return what stores a report: sealed, queued and remembered. `typed` is by page.

    What was `taken_in` at the desk came in when staff say that it did; everything else about it is
    as for what comes in at the door. Errors as for `prepared`.
    """
    came_in_at = taken_in.came_in_at if taken_in else now
    journey = Journey(form, typed, came_in_at.astimezone(ZoneInfo(reception.timezone)).date())
    if page := journey.first_unanswered():
        raise DraftIncomplete(page.id)

    receiver, submission_id = reception.receiver(journey), uuid4()
    receipt = Receipt(references.new(randomness), came_in_at, form.id, language)
    transcript = journey.transcript(language=language)
    by = taken_in.by if taken_in else None
    if taken_in:
        transcript["taken_in"] = taken_in.told(now)
    values = {
        "id": submission_id,
        "reference": receipt.reference,
        "municipality_code": receiver.municipality_code,
        "unit": receiver.unit,
        "form_id": form.id,
        "form_version": form.version,
        "content_hash": transcript["content_hash"],
        "language": language,
        "received_at": came_in_at,
        "urgent": journey.flag("urgent"),
        "protected": journey.flag("protected"),
        "key_id": receiver.key_id,
        "destinations": " ".join(receiver.destinations),
        "channel": taken_in.channel if taken_in else None,
        "entered_by": by,
    }
    values["sealed"] = sealed(values, receiver, transcript)
    received = audit.Event(audit.Kind.SUBMISSION_RECEIVED, submission_id, receiver.unit, by)
    return Ready(
        Changes(Change(STORE, (values,)))
        + outbox.queued(submission_id, handed_over(values, receiver, transcript), now=now)
        + audit.recorded(received, at=now),
        receipt,
        submission_id,
    )


def sealed(values: Mapping[str, Any], receiver: Receiver, transcript: Mapping[str, Any]) -> bytes:
    """Return the transcript, sealed to the unit and bound to the rest of its row."""
    recipients = {receiver.key_id: receiver.public_key}
    return seal.seal(compact(transcript), facts=bound(values), recipients=recipients)


def handed_over(
    values: Mapping[str, Any], receiver: Receiver, transcript: Mapping[str, Any]
) -> dict[str, bytes | None]:
    """Return each destination with the report sealed to it; None where nothing leaves us.

    The relay has no private key, so this is the only time that it can be done.
    """
    return {
        name: sealer(hand_over(values, transcript)) if sealer else None
        for name, sealer in receiver.destinations.items()
    }
