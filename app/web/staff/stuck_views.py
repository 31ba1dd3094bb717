"""What the page of a delivery that needs a person receives, declared: nothing but what it shows."""

from dataclasses import dataclass

from app.web.shown.views import ErrorLink, FieldView, RowView
from app.web.staff.views import ActionView


@dataclass(frozen=True, slots=True)
class StuckRowView:
    """A report that has not reached a receiver: where to, why and since when."""

    reference: str
    href: str
    destination: str
    why: str
    since: str
    owner: str


@dataclass(frozen=True, slots=True)
class ReceiverView:
    """A receiver that a report can be sent to instead."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class StuckPageView:
    """A report that has not reached a receiver, and what can be done about it."""

    reference: str
    why: str
    closed: bool
    facts: tuple[RowView, ...]
    take_over: ActionView | None
    try_again: ActionView
    reroute: ActionView
    ways: tuple[ReceiverView, ...]
    open_href: str
    release: ActionView
    reason: FieldView
    errors: tuple[ErrorLink, ...]


@dataclass(frozen=True, slots=True)
class StuckListView:
    """A page of all that need a person. `says` is which of how many these are; "" of none."""

    rows: tuple[StuckRowView, ...]
    says: str
    before: str
    after: str
