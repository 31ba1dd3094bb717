"""What each template of the staff site receives, declared: nothing but what the page shows."""

from dataclasses import dataclass

from app.web.shown.views import ErrorLink, FieldView, LinkView, RowView


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who is signed in, the way to their other units (id and name), and the way out."""

    name: str
    unit: str
    sign_out_action: str
    token: str
    change_action: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SignInView:
    """Signing in; without an action it says why nobody is let in."""

    title: str
    text: str
    action: str
    code: str
    name: FieldView | None
    errors: tuple[ErrorLink, ...]


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
    status: str


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
    items: tuple[QueueRowView, ...]
    toggle: LinkView
    refresh_href: str
    previous: str
    next: str
    stuck: tuple[StuckRowView, ...] = ()
    warning: str = ""
    """That the nightly count does not add up; "" when it does."""


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something to do with one press."""

    action: str
    token: str


@dataclass(frozen=True, slots=True)
class ToldView:
    """A question and its answer: in our words, as it was typed, and as it was put.

    `question` is "" when we have no words of our own for it, and `put` when it was put in them.
    """

    question: str
    lines: tuple[str, ...]
    typed: tuple[str, ...]
    translate: str
    put: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldSectionView:
    """What was told under one step of the form."""

    title: str
    rows: tuple[ToldView, ...]


@dataclass(frozen=True, slots=True)
class CasePageView:
    """One report, opened. `language` and `dir` are of what was typed, "" when they are ours."""

    reference: str
    warnings: tuple[str, ...]
    lead: tuple[ToldView, ...]
    sections: tuple[ToldSectionView, ...]
    left_out: tuple[RowView, ...]
    facts: tuple[RowView, ...]
    language: str
    dir: str
    acknowledge: ActionView | None
    printed: str
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
