"""What the page of a part of a case receives, declared: nothing but what it shows."""

from dataclasses import dataclass

from app.web.shown.views import LinkView
from app.web.staff.case_views import ClockView, EntryView
from app.web.staff.plan import PlanView
from app.web.staff.views import TabView


@dataclass(frozen=True, slots=True)
class TableView:
    """Answers side by side. Each row is what it is about, and its cells."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class BlockView:
    """What is written about one of the people, or about nobody, and what can be done about them.

    `heading` is said over the first of a sort, "" over the others; `id` is where it is in the page.
    """

    id: str
    heading: str
    title: str
    links: tuple[LinkView, ...]
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a case. `steps` are those about nobody that can be taken now."""

    reference: str
    title: str
    back: LinkView
    tabs: tuple[TabView, ...]
    clocks: tuple[ClockView, ...]
    steps: tuple[LinkView, ...]
    plan: PlanView | None
    """What is missing before the meeting, where that is planned."""
    tables: tuple[TableView, ...]
    blocks: tuple[BlockView, ...]
    unread: bool
    folded: bool
    where: str
    """Which page it is of how many; "" where there is one."""
    newer: str
    older: str
    """Where the page before and the page after are, or ""."""
