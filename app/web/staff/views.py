"""What several pages of the staff site receive, or a small one: nothing but what the page shows."""

from dataclasses import dataclass

from app.web.shown.views import ContactView, ErrorLink, FieldView, LinkView, NoteView


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
class TabView:
    """A part of the queue."""

    href: str
    text: str
    current: bool


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something to do with one press. `version` is of the case that was seen, where it matters."""

    action: str
    token: str
    version: int = 0


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
