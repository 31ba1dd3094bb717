"""Who did what to which report, and when. Written inside the transaction that does it.

Events can be added and nothing else; what kinds there are is a closed set. An event holds nothing
that a citizen wrote. `actor` is the name that a member of staff signed in with, kept when their
session is long gone (SoPuL 10 §), or the label of the token that another system came with; events
without one were done by the service itself.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, insert

from app.storage.changes import Change, Changes
from app.storage.tables import audit_events


class Kind(StrEnum):
    """Everything that is remembered."""

    SUBMISSION_RECEIVED = "submission_received"
    ITEM_OPENED = "item_opened"
    ITEM_ACKNOWLEDGED = "item_acknowledged"
    """What `case_taken` was called before there were cases; no longer written."""
    CASE_TAKEN = "case_taken"
    CASE_GIVEN_BACK = "case_given_back"
    CASE_ASSIGNED = "case_assigned"
    CASE_NOTED = "case_noted"
    CASE_LETTER = "case_letter"
    """A letter or a list was made, to be sent or handed out."""
    CASE_STEP = "case_step"
    CASE_REOPENED = "case_reopened"
    CASE_SECOND_READ = "case_second_read"
    """By another than who decides."""
    CASE_BARRED = "case_barred"
    CASE_LIFT_ASKED = "case_lift_asked"
    CASE_LIFTED = "case_lifted"
    CASE_EMERGENCY = "case_emergency"
    """Whoever has jäv lets themselves in for some hours, since nobody else can."""
    CASE_EMERGENCY_ENDED = "case_emergency_ended"
    CASE_LENT = "case_lent"
    """To another unit, until a day."""
    CASE_LENT_ENDED = "case_lent_ended"
    CASE_PRINTED = "case_printed"
    """Opened to be printed; as the next two, a way out of the house."""
    CASE_AS_PDF = "case_as_pdf"
    CASE_AS_JSON = "case_as_json"
    CASE_TO_PARTY = "case_to_party"
    """As PDF, for somebody whom it is about: without who reported."""
    CASE_HANDED_OVER = "case_handed_over"
    """Sealed to another system and queued for it."""
    CASE_ESCALATED = "case_escalated"
    READ_BY_SERVICE = "read_by_service"
    """Nobody read it: what it says of a child was made into tokens."""
    SAME_CHILD_SAID = "same_child_said"
    OTHER_CHILD_SAID = "other_child_said"
    TIMELINE_READ = "timeline_read"
    """Something of it was read, among the reports of one child."""
    SEARCHED = "searched"
    """By what, for what reason and how many were found: never the words."""
    SEARCH_SLOWED = "search_slowed"
    CASE_MOVED = "case_moved"
    """To another version of its process, by an operator."""
    READ_REFUSED = "read_refused"
    LOG_READ = "log_read"
    """Somebody who reviews it has asked who has read a case, or what somebody has read."""
    LOG_DRAWN = "log_drawn"
    """Which of a month's readings are to be reviewed has been drawn."""
    READING_FINE = "reading_fine"
    READING_FOLLOWED_UP = "reading_followed_up"
    LOG_SIGNED = "log_signed"
    """All that was drawn of a month has been reviewed."""
    LINK_MADE = "link_made"
    EMERGENCY_LINK_MADE = "emergency_link_made"
    EMERGENCY_SIGNED_IN = "emergency_signed_in"
    EMERGENCY_TOLD = "emergency_told"
    """Those who review the log, or who lead, have been told of what was done in an emergency."""
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    UNIT_ENTERED = "unit_entered"
    RIGHT_REFUSED = "right_refused"
    ROLES_CHANGED = "roles_changed"
    DELIVERY_NEEDS_PERSON = "delivery_needs_person"
    DELIVERY_TAKEN_OVER = "delivery_taken_over"
    DELIVERY_TRIED_AGAIN = "delivery_tried_again"
    DELIVERY_REROUTED = "delivery_rerouted"
    DELIVERY_RELEASED = "delivery_released"
    DESTINATION_CLOSED = "destination_closed"
    DESTINATION_OPENED = "destination_opened"
    CONTENT_FETCHED = "content_fetched"
    DELIVERY_CONFIRMED = "delivery_confirmed"
    DELIVERY_GIVEN_BACK = "delivery_given_back"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the same
    CASE_HELD = "case_held"
    """It is to be kept, whatever the days say."""
    CASE_HOLD_LIFTED = "case_hold_lifted"
    AKT_FACTS_SAID = "akt_facts_said"
    """What the law asks of an akt that is kept here, before it may be removed."""
    REMOVAL_PROPOSED = "removal_proposed"
    REMOVAL_APPROVED = "removal_approved"
    REMOVAL_WITHDRAWN = "removal_withdrawn"
    SUBMISSION_ERASED = "submission_erased"
    RETENTION_RUN = "retention_run"
    AUDIT_ERASED = "audit_erased"
    KEY_GIVEN_UP = "key_given_up"
    EXAMPLES_BEGUN = "examples_begun"
    """What follows is made up, to try the service by."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done."""

    kind: Kind
    submission_id: UUID | None = None
    unit: str | None = None
    actor: str | None = None
    counts: Mapping[str, int] | None = None


# `inline`: the new row's number is not asked for, since most parts may write and not read.
RECORD = insert(audit_events).inline()


def record(connection: Connection, event: Event, *, at: datetime) -> None:
    """Write an event in the caller's transaction."""
    recorded(event, at=at)(connection)


def record_all(connection: Connection, events: Iterable[Event], *, at: datetime) -> None:
    """Write events in the caller's transaction, together."""
    every = [change for event in events for change in recorded(event, at=at).changes]
    Changes(*every)(connection)


def recorded(event: Event, *, at: datetime) -> Changes:
    """Return what writes an event."""
    counts = None if event.counts is None else json.dumps(event.counts, separators=(",", ":"))
    values = {
        "kind": event.kind,
        "at": at,
        "submission_id": event.submission_id,
        "unit": event.unit,
        "actor": event.actor,
        "counts": counts,
    }
    return Changes(Change(RECORD, (values,)))
