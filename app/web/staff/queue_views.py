"""What the queue receives, declared: nothing but what it shows."""

from dataclasses import dataclass

from app.web.shown.views import LinkView
from app.web.staff.stuck_views import StuckRowView
from app.web.staff.views import TabView


@dataclass(frozen=True, slots=True)
class QueueRowView:
    """One line of the queue: nothing of what the report says."""

    reference: str
    href: str
    form: str
    received: str
    age: str
    flags: tuple[str, ...]
    urgent: bool
    new: bool
    """It has come since they last looked, and nobody has opened it."""
    next: str
    due: str
    tone: str
    owner: str
    state: str
    channel: str = ""
    """How it came, where staff wrote it down."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """A page of the queue. `total` says how much there is to do."""

    unit: str
    total: str
    tabs: tuple[TabView, ...]
    closed: bool
    several: bool
    """They can have come by more than one form."""
    items: tuple[QueueRowView, ...]
    empty: str
    refresh_href: str
    next: str
    kept: LinkView | None
    """The way back to what was written when the session ran out."""
    stuck: tuple[StuckRowView, ...] = ()
    stuck_all: LinkView | None = None
    """To all of those, where there are more."""
    warning: str = ""
    """That the nightly count does not add up; "" when it does."""
    times_href: str = ""
    search_href: str = ""
    new_href: str = ""
    """Where a report is written down for somebody else; "" to who may not."""
    removal_href: str = ""
    emergency_href: str = ""
    let_in: tuple[LinkView, ...] = ()
    """The cases that one has been let in to."""
