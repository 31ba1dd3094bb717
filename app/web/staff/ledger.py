"""What everybody in a case has said yes and no to, as it was written down, and how it stands today.

It is only added to: nothing that was said is gone from the page when somebody says another thing.
First stands who has a paper that says more of somebody than may be said now.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from app.casework import rights
from app.casework.entries import Entry
from app.casework.group import people, sharing
from app.casework.group.consent import Consent, Say
from app.casework.group.papers import Paper
from app.casework.group.people import Person
from app.casework.opening import ReadItem
from app.casework.rights import Act
from app.errors import PageMissing
from app.runner import reading
from app.runner.people import Consents, People
from app.web.shown import words
from app.web.shown.views import LinkView
from app.web.staff import case, grouped, old_purposes, queue, tabs
from app.web.staff.case_views import EntryView
from app.web.staff.desk import AtDesk, SignedInTo
from app.web.staff.grouped import Looked
from app.web.staff.ledger_views import LedgerView, NoticeView, PurposeView, SaidView
from app.web.staff.views import TabView

router = APIRouter()
NAME = "samtycken"
MOST = 30_000
"""Characters of a page, about: most are the same again and again, and pack well."""
EACH = 120
"""Those that a line takes besides its words, about."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A group that is looked at, with what was written of consent: entries by their numbers."""

    looked: Looked
    says: Consents
    written: Mapping[int, Entry]
    named: Mapping[str, str]


@router.get(f"/inkorg/arenden/{{reference}}/{NAME}")
async def show_ledger(desk: AtDesk, staff: SignedInTo, reference: str, sida: int = 1) -> Response:
    """What everybody has said, and who must be told that a yes no longer holds.

    PageMissing where the process of the case's form asks nobody for a yes.
    """
    rights.require(staff, Act.WORK)
    read = await grouped.opened(desk, staff, reference)
    process = desk.rules.processes.get(read.item.form_id)
    if process is None or process.consents is None:
        raise PageMissing
    looked = grouped.looked(desk, staff, process, read)
    view = ledger_view(
        Ledger(
            looked,
            process.consents,
            {entry.number: entry for entry in read.entries},
            people.named(looked.group, process),
        ),
        read,
        tabs.bar(process, staff, read.item.reference, "consents"),
        sida,
    )
    title = f"{desk.t('staff.ledger.title')} {view.reference}"
    return desk.page("staff/ledger.html", title=title, staff=staff, ledger=view)


def ledger_view(
    ledger: Ledger, read: ReadItem, bar: tuple[TabView, ...], number: int
) -> LedgerView:
    t, at = ledger.looked.desk.t, f"{ledger.looked.at}/{NAME}"
    pages = shared_out(everybody(ledger))
    here = min(max(number, 1), len(pages))
    back = LinkView(ledger.looked.at, t("staff.step.back", reference=read.item.reference))
    return LedgerView(
        reference=read.item.reference,
        back=LinkView(queue.HOME, t("staff.case.back")) if bar else back,
        tabs=bar,
        unread=ledger.looked.group.unread,
        notices=tuple(notices(ledger)),
        people=pages[here - 1],
        where=t("staff.part.page", page=here, pages=len(pages)) if len(pages) > 1 else "",
        newer=f"{at}?sida={here - 1}" if here > 1 else "",
        older=f"{at}?sida={here + 1}" if here < len(pages) else "",
    )


def everybody(ledger: Ledger) -> Iterator[SaidView]:
    """Yield all who are in the case; last of each sort those who are not, and have said something.

    What somebody has said stands with whom it is about.
    """
    looked = ledger.looked
    about = {each.about for each in looked.group.consents}
    for sort in looked.process.people:
        there = looked.group.of(sort.id)
        gone = tuple(
            one
            for one in looked.group.people
            if one.sort == sort.id and one.left and one.id in about
        )
        for place, one in enumerate((*there, *gone)):
            yield said_view(ledger, sort, one, sort.many if place == 0 else "")


def said_view(ledger: Ledger, sort: People, one: Person, heading: str) -> SaidView:
    looked = ledger.looked
    here = {ledger.says.step}
    return SaidView(
        id=one.id,
        heading=heading,
        name=ledger.named[one.id],
        gone=one.left,
        purposes=tuple(purposes(ledger, sort, one)),
        links=() if one.left else tuple(grouped.links(looked, one, here)),
    )


def purposes(ledger: Ledger, sort: People, one: Person) -> Iterator[PurposeView]:
    """Yield every purpose that somebody is asked about, or was."""
    looked = ledger.looked
    mine = [each for each in looked.group.consents if each.about == one.id]
    asked = () if one.left else tuple(grouped.purposes(looked, sort, one))
    for option in asked:
        stands = grouped.stand(looked, option.id, one, ledger.named)
        yield PurposeView(option.label, stands, events(ledger, option.id, mine))
    now, labels = {option.id for option in asked}, old_purposes.names(looked.process, looked.group)
    for purpose in dict.fromkeys(each.purpose for each in mine):
        if purpose not in now:
            gone = old_purposes.is_one(looked.process, purpose)
            stands = (looked.desk.t("staff.group.gone"),) if gone else ()
            yield PurposeView(labels.get(purpose, purpose), stands, events(ledger, purpose, mine))


def events(ledger: Ledger, purpose: str, mine: Iterable[Consent]) -> tuple[EntryView, ...]:
    """Return what was said of a purpose: the last of what somebody has said is what holds."""
    those = sorted(
        (each for each in mine if each.purpose == purpose), key=lambda each: (each.on, each.number)
    )
    return tuple(event(ledger, each) for each in those)


def event(ledger: Ledger, said: Consent) -> EntryView:
    """Return who said what and when, and all that was answered besides; until when a yes holds."""
    desk, t = ledger.looked.desk, ledger.looked.desk.t
    entry, says = ledger.written[said.number], ledger.says
    who = ledger.named.get(said.who, "")
    shown = {says.purpose, says.who, says.say, says.until, about(ledger)}
    if said.say is not Say.WITHDRAWN:  # holds from when it was written down
        shown.add(says.on)
    until = t("staff.ledger.until", time=words.day(said.until, t))
    return EntryView(
        title=t(f"staff.ledger.{said.say}", name=who, time=words.day(said.on, t)),
        by=t("staff.ledger.by", name=entry.author, time=case.at(desk, entry.at)),
        rows=tuple(
            case.told_view(reading.as_put(asked), t)
            for asked in questions(entry)
            if asked["lines"] and asked["field"] not in shown
        ),
        lines=(until,) if said.say is Say.GIVEN else (),
        fault="",
    )


def questions(entry: Entry) -> Iterable[Mapping[str, Any]]:
    return tuple(entry.words["questions"]) if entry.words else ()


def about(ledger: Ledger) -> str:
    """Return the question that tells whom a yes is about."""
    step = ledger.looked.process.step(ledger.says.step)
    return step.about if step else ""


def notices(ledger: Ledger) -> Iterator[NoticeView]:
    """Yield everybody of whom a paper says more than may be said, with those who have one."""
    looked = ledger.looked
    papers: dict[str, list[Paper]] = {}
    for notice in sharing.to_tell(looked.process, looked.group, looked.today):
        for who in notice.of or ("",):
            papers.setdefault(who, []).append(notice.paper)
    for who, those in papers.items():
        yield NoticeView(
            name=ledger.named.get(who, ""),
            papers=tuple(dict.fromkeys(paper_said(looked, paper) for paper in those)),
            link=telling(ledger, who),
        )


def paper_said(looked: Looked, paper: Paper) -> str:
    """Return which paper it is: who has it, what it is, and since when."""
    t, day = looked.desk.t, words.day(paper.on, looked.desk.t)
    if not paper.letter:
        return str(t("staff.ledger.lost", time=day))
    letter = looked.process.letter(paper.letter)
    what = letter.title if letter else paper.letter
    return str(t("staff.ledger.paper", name=paper.name, what=what, time=day))


def telling(ledger: Ledger, who: str) -> LinkView | None:
    """Return where it is written that those who have papers about somebody have been told."""
    looked = ledger.looked
    step = next((step for step in looked.possible if step.id == ledger.says.told), None)
    if step is None or looked.group.person(who) is None:
        return None
    return LinkView(f"{looked.at}/steg/{step.id}?vem={who}", step.title)


def shared_out(everyone: Iterable[SaidView]) -> list[tuple[SaidView, ...]]:
    """Return who stands on each page: no more than can be sent at once, and one at least."""
    pages: list[list[SaidView]] = [[]]
    room = MOST
    for one in everyone:
        room -= size(one)
        if room < 0 and pages[-1]:
            pages.append([])
            room = MOST - size(one)
        pages[-1].append(one)
    return [tuple(page) for page in pages]


def size(one: SaidView) -> int:
    """Return how much is said of somebody, about, in characters."""
    found = EACH * (1 + len(one.links))
    for purpose in one.purposes:
        found += EACH + sum(map(len, (purpose.title, *purpose.stands)))
        for said in purpose.events:
            told = (text for row in said.rows for text in (row.question, *row.lines, *row.typed))
            found += EACH + sum(map(len, (said.title, said.by, *said.lines, *told)))
    return found
