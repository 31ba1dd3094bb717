"""What the API takes and gives (docs/hand-over.md): field by field, with examples.

From these models the OpenAPI document is made, and every request is read by them. Nothing here can
hold what somebody wrote: the content of a report is only ever the sealed envelope.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.delivery.leases import GivenBack, Stretch, Waiting

LEASE_SHORTEST, LEASE_USUAL, LEASE_LONGEST = 10, 300, 3600
"""Seconds."""
MOST_LEASED, MOST_LISTED = 100, 200
JOSE = "application/jose"

AN_ID = "4f1d9a52-6c1e-4a7e-9a3f-0d6b8a1c2e57"
AN_ITEM: dict[str, Any] = {
    "id": AN_ID,
    "reference": "K7QF-93MX",
    "form": "orosanmalan",
    "unit": "barn-och-unga",
    "received_at": "2026-11-24T08:30:00Z",
    "urgent": False,
    "state": "waiting",
    "attempts": 0,
    "leased_until": None,
}
LEASED: dict[str, Any] = {
    **AN_ITEM,
    "state": "leased",
    "attempts": 1,
    "leased_until": "2026-11-24T08:36:00Z",
}


class Model(BaseModel):
    """Strict in what it takes: an unknown key is a mistake that is better told than ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class State(StrEnum):
    """How far a delivery has come, as a receiver needs to know it."""

    WAITING = "waiting"
    LEASED = "leased"
    FETCHED = "fetched"
    STOPPED = "stopped"


STATES = {
    "queued": State.WAITING,
    "retry": State.WAITING,
    "sending": State.LEASED,
    "sent": State.FETCHED,
    "failed": State.STOPPED,
    "parked": State.STOPPED,
}


class Delivery(Model):
    """One report on its way to you, and the few facts about it that are no secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [AN_ITEM, LEASED]})

    id: Annotated[
        UUID, Field(description="Know a repetition by this: the same report has the same id.")
    ]
    reference: Annotated[str, Field(description="What the reporter was given on the receipt.")]
    form: str
    unit: str
    received_at: datetime
    urgent: Annotated[bool, Field(description="The reporter says that somebody is in danger.")]
    state: Annotated[
        State,
        Field(
            description="`waiting` can be leased, now or after a pause; `leased` is being fetched "
            "by somebody; `fetched` waits to be confirmed; `stopped` waits for a person."
        ),
    ]
    attempts: Annotated[int, Field(ge=0, description="How often it has been leased or sent.")]
    leased_until: datetime | None

    @classmethod
    def of(cls, found: Waiting) -> "Delivery":
        state = STATES[found.state]
        if state in {State.LEASED, State.FETCHED} and found.leased_until is None:
            state = State.WAITING if state is State.LEASED else state
        return cls(
            id=found.submission_id,
            reference=found.reference,
            form=found.form_id,
            unit=found.unit,
            received_at=found.received_at,
            urgent=found.urgent,
            state=state,
            attempts=found.attempts,
            leased_until=found.leased_until,
        )


class Deliveries(Model):
    """A part of what has not ended, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [AN_ITEM], "after": None}]})

    items: tuple[Delivery, ...]
    after: Annotated[
        UUID | None, Field(description="Ask with this for what comes next; null at the end.")
    ]

    @classmethod
    def of(cls, part: Stretch) -> "Deliveries":
        return cls(items=tuple(Delivery.of(each) for each in part.items), after=part.after)


def whole(given: object) -> object:
    """Return a number that has nothing after its point as the integer it is to JSON Schema."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


WHOLE = BeforeValidator(whole)
"""58 and 58.0, which JSON Schema (draft 2020-12, 6.1.1) does not tell apart; not "58", not true."""


class LeaseAsked(Model):
    """What you want to lease, and for how long."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seconds": 300, "most": 20}]})

    seconds: Annotated[
        int,
        Field(ge=LEASE_SHORTEST, le=LEASE_LONGEST, strict=True, description="How long."),
        WHOLE,
    ] = LEASE_USUAL
    most: Annotated[
        int, Field(ge=1, le=MOST_LEASED, strict=True, description="How many at the most."), WHOLE
    ] = 20


class Lease(Model):
    """What is yours until then. Empty when there is nothing to fetch."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "6a0f0a3e-1f0b-4a64-8a5a-3f6f3a4be1c9", "items": [LEASED]}]
        }
    )

    id: UUID
    items: tuple[Delivery, ...]


class Reason(StrEnum):
    """Why you can not keep it. The last two mean never: a person in the municipality is asked."""

    UNAVAILABLE = "unavailable"
    FULL = "full"
    FAULT = "fault"
    REFUSED = "refused"
    UNROUTABLE = "unroutable"


class ReleaseAsked(Model):
    """Why you let go of it; without a reason it can be leased again at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "unavailable"}, {}]})

    reason: Reason | None = None

    @property
    def why(self) -> GivenBack:
        return GivenBack(self.reason)
