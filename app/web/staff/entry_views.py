"""What the templates of writing down a report receive, declared: nothing but what they show."""

from dataclasses import dataclass

from app.web.shown.views import ErrorLink, FieldView, LinkView, RowView
from app.web.staff.views import ActionView


@dataclass(frozen=True, slots=True)
class EnterView:
    """What can be written down: of each form its title, and how it is begun or gone on with."""

    forms: tuple[tuple[str, ActionView], ...]
    back: str


@dataclass(frozen=True, slots=True)
class AskedView:
    """A page of the form among the others: its title, when it is asked, what is read aloud.

    `aloud` are texts in paragraphs, each with the condition that it is read under, or "".
    """

    title: str
    only: str
    aloud: tuple[tuple[str, str], ...]
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class AskedSectionView:
    """A step of the form: its title, and its pages."""

    title: str
    pages: tuple[AskedView, ...]


@dataclass(frozen=True, slots=True)
class EnteringView:
    """A form written down for somebody. `said` is what has happened: saved, changed, kept.

    `came` are how and when it came in; `rest` what is asked of who wants to tell more. `was`
    tells what the page was made from, and `send` stands on the button that hands it in,
    `aloud` over what is said beside the questions.
    """

    title: str
    came: tuple[FieldView, ...]
    sections: tuple[AskedSectionView, ...]
    rest: tuple[AskedView, ...]
    errors: tuple[ErrorLink, ...]
    said: str
    trouble: str
    act: ActionView
    was: str
    throw_away: ActionView
    back: LinkView
    send: str
    aloud: str


@dataclass(frozen=True, slots=True)
class ReportFormView(EnteringView):
    """A report about one of the people of a case. `read` is the box to tick, before it is sent.

    `named` are the others in the case whom what is written seems to name, and `answered` what the
    case says already of whether there is such a report.
    """

    whom: str
    intro: str
    named: tuple[str, ...]
    answered: tuple[str, ...]
    read: FieldView


@dataclass(frozen=True, slots=True)
class ReportedView:
    """That a report was made out of a case: its reference, who made it and when, where it goes."""

    title: str
    reference: str
    rows: tuple[RowView, ...]
    to: str
    links: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class EnteredView:
    """That a report was written down and is in: what to read aloud, and the way to its case.

    Without `case_href`, `where` says why.
    """

    reference: str
    received: str
    case_href: str
    where: str
    again_href: str
    aloud: str
    new_href: str
    back: str
