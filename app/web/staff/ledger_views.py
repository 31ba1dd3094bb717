"""What the page of what people have said yes and no to receives, declared: what it shows."""

from dataclasses import dataclass

from app.web.shown.views import LinkView
from app.web.staff.case_views import EntryView
from app.web.staff.views import TabView


@dataclass(frozen=True, slots=True)
class PurposeView:
    """One purpose: how it stands today, in words, and all that was said of it, the newest last."""

    title: str
    stands: tuple[str, ...]
    events: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class SaidView:
    """One of the people. `heading` is said over the first of a sort, "" over the others."""

    id: str
    heading: str
    name: str
    gone: bool
    """Whether they are no longer one of the people in the case."""
    purposes: tuple[PurposeView, ...]
    links: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Somebody of whom less may be told than papers say: who has them, and where that is written.

    `name` is empty where it cannot be read who is named.
    """

    name: str
    papers: tuple[str, ...]
    link: LinkView | None


@dataclass(frozen=True, slots=True)
class LedgerView:
    """What everybody has said. `unread` is whether something of it cannot be opened."""

    reference: str
    back: LinkView
    tabs: tuple[TabView, ...]
    unread: bool
    notices: tuple[NoticeView, ...]
    people: tuple[SaidView, ...]
    where: str
    """Which page it is of how many; "" where there is one."""
    newer: str
    older: str
    """Where the page before and the page after are, or ""."""
