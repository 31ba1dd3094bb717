"""What each template receives, declared: frozen, and nothing but what the page shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from app.runner.definition import Fold
from app.runner.field import Field
from app.runner.municipality import Municipality


@dataclass(frozen=True, slots=True)
class LinkView:
    """An address and the words that lead there."""

    href: str
    text: str


ErrorLink = tuple[str, str]
"""The id of the input with a hash before it, and the message."""


@dataclass(frozen=True, slots=True)
class ContactView:
    """Someone to call. `answers` is None where their hours are known in words alone.

    `says` is what holds at this moment: that they answer, or when they open.
    """

    name: str
    phone: str
    tel: str
    hours: str
    text: str
    link: str
    answers: bool | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class SwitchView:
    """Another language: its code, the words of the switch, and this page's address in it."""

    code: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class SiteView:
    """What surrounds every page."""

    municipality: Municipality
    language: str
    dir: str
    title: str
    css: str
    js: str
    languages: tuple[SwitchView, ...]
    home: str
    footer: tuple[LinkView, ...]
    duty: tuple[ContactView, ...]
    exit_href: str = ""
    exit_target: str = ""
    expires_in: int | None = None
    extend_href: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field on a page: its definition, what was typed, and what is wrong with it."""

    definition: Field
    required: bool
    heading: bool
    values: Mapping[str, tuple[str, ...]]
    errors: Mapping[str, str]
    optional_text: str
    items: tuple["ItemView", ...] = ()

    @property
    def error(self) -> str:
        """The first message; empty when nothing is wrong."""
        return next(iter(self.errors.values()), "")

    def value(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def chosen(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())


@dataclass(frozen=True, slots=True)
class ItemView:
    """One person of a group, with the questions about them."""

    number: int
    title: str
    remove_value: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class OfferView:
    """A button that keeps what is typed and goes over to another form."""

    form: str
    text: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A box on a page; `offer` leads to another form."""

    text: str
    tone: str
    offer: OfferView | None


@dataclass(frozen=True, slots=True)
class StepView:
    number: int
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class EnoughView:
    """Is this enough? `more` leads on to the rest, and `rest` to each page of it."""

    review: str
    more: str
    rest: tuple[LinkView, ...]
    back: str
    step: StepView


@dataclass(frozen=True, slots=True)
class PageView:
    """A question page."""

    title: str
    intro: str
    notes: tuple[NoteView, ...]
    contacts: tuple[ContactView, ...]
    ends: bool
    step: StepView
    back: str
    action: str
    token: str
    to_review: bool
    errors: tuple[ErrorLink, ...]
    fields: tuple[FieldView | Markup, ...]
    """One that is HTML already is put in as it is."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One answer, what is said of it, and the way to change it."""

    question: str
    answers: tuple[str, ...]
    href: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    title: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The check page. `seen` is what was shown, as a digest: what is sent is what was read."""

    sections: tuple[SectionView, ...]
    back: str
    action: str
    send: str
    token: str
    seen: str
    copy_href: str | None
    privacy_href: str
    step: StepView
    rest: tuple[LinkView, ...]
    """The pages that were passed by."""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class FormStartView:
    """The page before the first question."""

    title: str
    intro: str
    folds: tuple[Fold, ...]
    danger: tuple[ContactView, ...]
    action: str
    token: str
    has_draft: bool
    continue_href: str
    about: LinkView | None


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What the citizen keeps, and what happens next."""

    title: str
    reference: str
    received: str
    form_title: str
    prose: str
    contacts: tuple[ContactView, ...]
    leave_href: str
    about: LinkView | None


@dataclass(frozen=True, slots=True)
class CopyView:
    """The answers, marked as not yet sent."""

    title: str
    time: str
    sections: tuple[SectionView, ...]
    back: str


@dataclass(frozen=True, slots=True)
class MoveView:
    """Going over to another form."""

    form_title: str
    action: str
    stay_href: str
    token: str


@dataclass(frozen=True, slots=True)
class WayView:
    """Another way to help."""

    title: str
    when: str
    what: str
    contact: ContactView


@dataclass(frozen=True, slots=True)
class FormCardView:
    """A form on the start page, in its own words."""

    title: str
    when: str
    button: str
    href: str


@dataclass(frozen=True, slots=True)
class StartView:
    """What is it about? Danger, the forms, and every other way."""

    danger: tuple[ContactView, ...]
    forms: tuple[FormCardView, ...]
    abouts: tuple[LinkView, ...]
    ways: tuple[WayView, ...]


@dataclass(frozen=True, slots=True)
class TextView:
    """A page of text."""

    title: str
    prose: str
    danger: tuple[ContactView, ...] = ()
    contacts: tuple[ContactView, ...] = ()


@dataclass(frozen=True, slots=True)
class RetryView:
    """Sends the same once more: where to, the button's words, and all that was posted."""

    action: str
    label: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An error page: what happened, what to do, whom to call, and a way on."""

    title: str
    prose: str
    contacts: tuple[ContactView, ...]
    back: LinkView | None
    retry: RetryView | None = None
