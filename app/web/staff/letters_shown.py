"""How the letters of a case are told of: who can get which, and what hinders the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.casework.access import Staff
from app.casework.group import people
from app.casework.group.composed import Composed, Source
from app.casework.group.families import families
from app.casework.group.hindered import Hinder, Hindrance
from app.casework.opening import ReadItem
from app.runner.letters import Letter
from app.runner.process import Process
from app.web.shown import words
from app.web.staff import case, grouped
from app.web.staff.desk import Desk
from app.web.staff.letter_views import BundleView, FamilyView, LetterLinkView, RecipientView

NAME = "brev"
OF_ALL = frozenset({Hinder.UNANSWERED, Hinder.UNREAD})
"""What hinders a letter to everybody alike, and is said once."""
UNSAID = frozenset({Hinder.NOTHING_ASKED, Hinder.UNREAD})
"""What nobody has to do anything about, or is said of the whole page."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A case whose letters are looked at. `offered` may be made from where it is, by who looks."""

    desk: Desk
    staff: Staff
    process: Process
    read: ReadItem
    source: Source
    offered: tuple[Letter, ...]

    @property
    def at(self) -> str:
        return f"{case.AT}/{self.read.item.reference}/{NAME}"


def family_views(looked: Looked, made: Iterable[Composed]) -> Iterator[FamilyView]:
    """Yield the families with what each of them can get; last whoever is of none."""
    by_key: dict[str, list[Composed]] = {}
    for one in made:
        by_key.setdefault(one.key, []).append(one)
    named = people.named(looked.source.group, looked.process)
    number = 0
    for those in families(looked.source.group):
        views = [recipient(looked, named[one.id], by_key.pop(one.id, ())) for one in those]
        shown = tuple(view for view in views if view.letters or view.hinders)
        if shown:
            number += 1
            yield FamilyView(looked.desk.t("staff.letters.family", number=number), shown)
    others = (
        recipient(looked, left[0].name or looked.desk.t(f"staff.letters.{key}"), left)
        for key, left in by_key.items()
    )
    for view in others:
        yield FamilyView("", (view,))


def recipient(looked: Looked, name: str, mine: Iterable[Composed]) -> RecipientView:
    """Return what somebody can get, and what hinders the rest: said once, not for each letter."""
    made = list(mine)
    hinders = (
        said(looked, hinder)
        for one in made
        for hinder in one.hinders
        if hinder.why not in OF_ALL | UNSAID
    )
    return RecipientView(
        name,
        tuple(link(looked, one, name) for one in made if not one.hinders),
        tuple(dict.fromkeys(hinders)),
    )


def link(looked: Looked, one: Composed, name: str) -> LetterLinkView:
    t = looked.desk.t
    papers = [
        paper
        for paper in looked.source.group.papers
        if (paper.letter, paper.to) == (one.letter.id, one.key)
    ]
    last = papers[-1] if papers else None
    on = words.day(last.on, t) if last else ""
    return LetterLinkView(
        one.letter.title,
        t("staff.letters.to", title=one.letter.title, name=name),
        f"{one.letter.id}:{one.key}",
        t("staff.letters.made", number=last.number, day=on) if last else "",
        f"{looked.at}/{last.number}" if last else "",
        tuple(notes(looked, one)),
    )


def notes(looked: Looked, one: Composed) -> Iterator[str]:
    """Yield what staff should know of a letter that can be made."""
    t = looked.desk.t
    if one.left_out:
        yield t("staff.letters.left_out", name=names(looked, (each.id for each in one.left_out)))
    if one.untranslated:
        yield t("staff.letters.untranslated")


def waits(looked: Looked, made: Iterable[Composed]) -> Iterator[tuple[str, str]]:
    """Yield the letters that nobody can get yet for want of an answer, and which."""
    lacks = {
        one.letter.title: said(looked, hinder)
        for one in made
        for hinder in one.hinders
        if hinder.why is Hinder.UNANSWERED
    }
    yield from lacks.items()


def bundles(looked: Looked, made: Iterable[Composed]) -> Iterator[BundleView]:
    """Yield the letters that more than one can get; of two with one name it is said to whom."""
    many = {sort.id: sort.many for sort in looked.source.process.people}
    count: dict[str, int] = {}
    for one in made:
        if not one.hinders:
            count[one.letter.id] = count.get(one.letter.id, 0) + 1
    for letter in looked.offered:
        if count.get(letter.id, 0) > 1:
            text = looked.desk.t("staff.letters.bundle", title=letter.title, count=count[letter.id])
            to = many.get(letter.to)
            yield BundleView(f"{to}: {text}" if to else text, letter.id)


def said(looked: Looked, hinder: Hindrance) -> str:
    """Return what hinders a letter, in words, and what is to be done about it."""
    t = looked.desk.t
    if hinder.why is Hinder.UNINVITED:
        named = people.named(looked.source.group, looked.process)
        return " ".join(grouped.lacks(looked.desk, hinder.missing, named))
    if hinder.why is Hinder.UNANSWERED:
        what = ", ".join(f"”{label}”" for label in hinder.what)
        return t("staff.letters.hinders.unanswered", what=what)
    return t(f"staff.letters.hinders.{hinder.why}", name=names(looked, hinder.what))


def names(looked: Looked, ids: Iterable[str]) -> str:
    named = people.named(looked.source.group, looked.process)
    return ", ".join(named.get(each, each) for each in ids)
