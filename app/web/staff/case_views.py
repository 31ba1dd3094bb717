"""What the pages of a case receive, declared: nothing but what they show."""

from dataclasses import dataclass

from app.web.shown.views import LinkView, RowView
from app.web.staff.views import ActionView, TabView


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
class SecondReaderView:
    """What is said of the second reader of a case. `act` is None for who is not to be that."""

    says: str
    act: ActionView | None


@dataclass(frozen=True, slots=True)
class LetInView:
    """Somebody whom the case is open to until a moment. `end` is None for who may not end it."""

    says: str
    which: str
    emergency: bool
    button: str
    end: ActionView | None


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
    tabs: tuple[TabView, ...] = ()
    """To the other parts of the case; none where all of it stands here."""
    let_in: tuple[LetInView, ...] = ()
    second_reader: SecondReaderView | None = None
    to_print: bool = False
    """Whether this is what was asked for to be printed."""
    keys: bool = False
