"""What each template of the staff site receives, declared: nothing but what the page shows."""

from dataclasses import dataclass

from app.web.shown.views import ContactView, ErrorLink, FieldView, LinkView, NoteView, RowView


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who is signed in, the way to their other units (id and name), and the way out."""

    name: str
    unit: str
    sign_out_action: str
    token: str
    change_action: str
    others: tuple[tuple[str, str], ...]
    emergency: bool


@dataclass(frozen=True, slots=True)
class SignInView:
    """Signing in; without an action it says why nobody is let in, and `link` leads on."""

    title: str
    text: str
    action: str
    code: str
    name: FieldView | None
    link: LinkView | None
    errors: tuple[ErrorLink, ...]
    kept: str = ""  # that what was written when the session ran out is there still


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
class TabView:
    """A part of the queue."""

    href: str
    text: str
    current: bool


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
class QueueView:
    """A page of the queue. `total` says how much there is to do."""

    unit: str
    total: str
    tabs: tuple[TabView, ...]
    closed: bool
    items: tuple[QueueRowView, ...]
    empty: str
    refresh_href: str
    next: str
    kept: LinkView | None
    """The way back to what was written when the session ran out."""
    stuck: tuple[StuckRowView, ...] = ()
    warning: str = ""
    """That the nightly count does not add up; "" when it does."""
    times_href: str = ""
    search_href: str = ""
    new_href: str = ""
    """Where a report is written down for somebody else; "" to who may not."""
    removal_href: str = ""


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something to do with one press. `version` is of the case that was seen, where it matters."""

    action: str
    token: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class ToldView:
    """A question and its answer: in our words, as it was typed, and as it was put.

    `question` is "" when we have no words of our own for it, and `put` when it was put in them.
    `fold` is said where a long answer can be folded; "" where it is not long.
    """

    question: str
    lines: tuple[str, ...]
    typed: tuple[str, ...]
    translate: str
    put: str
    remarks: tuple[str, ...]
    fold: str = ""


@dataclass(frozen=True, slots=True)
class ToldSectionView:
    """What was told under one step of the form."""

    title: str
    rows: tuple[ToldView, ...]


@dataclass(frozen=True, slots=True)
class ClockView:
    """A time to keep, or that was kept: `says` how it stands, and `tone` how that stands out.

    `also` is that it was extended, or the day to aim for.
    """

    label: str
    law: str
    when: str
    says: str
    tone: str
    also: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """Something that was done with a case; without rows and lines nothing was written."""

    title: str
    by: str
    rows: tuple[ToldView, ...]
    lines: tuple[str, ...]
    fault: str


@dataclass(frozen=True, slots=True)
class BarView:
    """Somebody who is barred from a case. `lift` is None for who has asked for it already."""

    says: str
    name: str
    lift: ActionView | None


@dataclass(frozen=True, slots=True)
class HandsView:
    """Who has the case, and what can be done about that. None is what may not be done."""

    says: str
    take: ActionView | None
    give_back: ActionView | None
    barred: tuple[BarView, ...] = ()
    """Who may have nothing to do with it, as those who may assign are told."""
    links: tuple[LinkView, ...] = ()
    """To assign it, and to say that somebody has jäv."""


@dataclass(frozen=True, slots=True)
class AlikeView:
    """Another report that may be about the same child; `reference` is "" where it is not told.

    `href` is "" where it can not be opened from here: it is another unit's. `strength` says why,
    `said` what staff have said; an action is None where it can not be done.
    """

    reference: str
    href: str
    about: str
    strength: str
    said: str
    same: ActionView | None
    other: ActionView | None


@dataclass(frozen=True, slots=True)
class SameChildView:
    """The reports that may be about the same child, and those said to be about another."""

    basis: str
    alike: tuple[AlikeView, ...]
    others: tuple[AlikeView, ...]
    timeline_href: str


@dataclass(frozen=True, slots=True)
class CasePageView:
    """One case, opened. `language` and `dir` are of what was typed, "" when they are ours."""

    reference: str
    warnings: tuple[str, ...]
    lead: tuple[ToldView, ...]
    sections: tuple[ToldSectionView, ...]
    left_out: tuple[RowView, ...]
    facts: tuple[RowView, ...]
    language: str
    dir: str
    clocks: tuple[ClockView, ...]
    hands: HandsView
    steps: tuple[LinkView, ...]
    """Those that a clock waits for; `more` are the others."""
    more: tuple[LinkView, ...]
    writing: tuple[LinkView, ...]
    """To write something else: a note, or why it is opened again."""
    entries: tuple[EntryView, ...]
    same_child: SameChildView | None
    jumps: tuple[LinkView, ...]
    """To what stands further down."""
    printed: str
    back: LinkView
    out: tuple[LinkView, ...]
    """The ways out of the house: what may be pressed to print it, and the others."""
    to_print: bool = False
    """Whether this is what was asked for to be printed."""
    keys: bool = False


@dataclass(frozen=True, slots=True)
class StepPageView:
    """A step's page. `changed` says what somebody else did meanwhile; what was typed is there."""

    title: str
    reference: str
    intro: str
    notes: tuple[NoteView, ...]
    contacts: tuple[ContactView, ...]
    fields: tuple[FieldView, ...]
    errors: tuple[ErrorLink, ...]
    changed: str
    changed_title: str
    kept: str
    """That what was written before the session ran out is here; "" when it is not that."""
    act: ActionView
    button: str
    as_note: str
    """What keeps what was written as a note meanwhile; "" when nothing does."""
    back: str


@dataclass(frozen=True, slots=True)
class AssignPageView:
    """Whom a case can be assigned to: one of `colleagues`, or somebody by `name`."""

    reference: str
    colleagues: tuple[str, ...]
    name: FieldView
    errors: tuple[ErrorLink, ...]
    act: ActionView
    back: str


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
