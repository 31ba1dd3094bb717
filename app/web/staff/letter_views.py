"""What the pages of letters are told."""

from dataclasses import dataclass, field

from app.web.staff.views import ActionView, TabView


@dataclass(frozen=True, slots=True)
class LetterLinkView:
    """A letter that can be made: `chosen` is what is posted, `made` when it was made last."""

    text: str
    label: str
    chosen: str
    made: str
    href: str
    """Where the one that was made last is shown; "" when none has been."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipientView:
    """Somebody who gets letters: those that can be made, and why others can not."""

    name: str
    letters: tuple[LetterLinkView, ...]
    hinders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyView:
    """Those of one family; "" where somebody is not of the case's people."""

    title: str
    recipients: tuple[RecipientView, ...]


@dataclass(frozen=True, slots=True)
class BundleView:
    """A letter that several can get: all of them as files of their own."""

    text: str
    letter: str


@dataclass(frozen=True, slots=True)
class LettersPageView:
    """All letters of a case. `waits` are letters that nobody can get yet, with why."""

    reference: str
    tabs: tuple[TabView, ...]
    families: tuple[FamilyView, ...]
    waits: tuple[tuple[str, str], ...]
    bundles: tuple[BundleView, ...]
    act: ActionView
    all_of: str
    unread: bool
    back: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a letter; `language` is "" when it is the letter's."""

    style: str
    text: str = field(repr=False)
    language: str = ""


@dataclass(frozen=True, slots=True)
class LetterPageView:
    """One letter, as it is printed. `notes` are for staff, and do not stand on the paper."""

    title: str = field(repr=False)
    language: str
    dir: str
    day: str
    lines: tuple[LineView, ...] = field(repr=False)
    choice: tuple[str, ...]
    notes: tuple[str, ...]
    pdf: str
    back: str
