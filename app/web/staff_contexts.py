"""What each template of the staff site receives, declared: nothing but what the page shows."""

from dataclasses import dataclass

from app.web.contexts import ErrorLink, FieldView, LinkView, RowView, SectionView


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who is signed in, and the way out."""

    name: str
    unit: str
    sign_out_action: str
    token: str


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
class QueueView:
    """A page of the queue."""

    unit: str
    items: tuple[QueueRowView, ...]
    toggle: LinkView
    refresh_href: str
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something to do with one press."""

    action: str
    token: str


@dataclass(frozen=True, slots=True)
class ItemPageView:
    """One report, opened."""

    reference: str
    facts: tuple[RowView, ...]
    warnings: tuple[str, ...]
    sections: tuple[SectionView, ...]
    language: str
    dir: str
    acknowledge: ActionView | None
    printed: str
    back: str
