"""A copy for somebody whom a case is about: without who reported, and with what staff choose."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.casework import entries, opening, party
from app.casework.entries import Entry, Kind
from app.casework.refusals import NotTested
from app.casework.rights import Act
from app.errors import NoSuchItem, PageMissing
from app.runner.definition import Form
from app.runner.process import Process
from app.typesetting import printing
from app.typesetting.printing import PdfNotMade
from app.web.http.posted import Inputs
from app.web.shown.views import LinkView
from app.web.staff import case, out, paper
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.errors import error_view
from app.web.staff.views import ActionView
from app.web.staff.work import seen

router = APIRouter()
AT = "/inkorg/arenden/{reference}/kopia"
CHOSEN = "med"
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Something that staff have written: who and when, and what to look out for."""

    number: int
    title: str
    by: str
    hint: str


@dataclass(frozen=True, slots=True)
class PartyPageView:
    """What goes along in a copy for somebody whom the case is about; nothing of what it says."""

    reference: str
    choices: tuple[ChoiceView, ...]
    act: ActionView
    back: str


@router.get(AT)
async def show(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """What staff have written, to choose from; nothing is chosen beforehand."""
    item = await seen(desk, staff, reference, Act.EXPORT)
    form_of(desk, item.form_id)
    lies = await desk.database.read(
        lambda connection: opening.lying(connection, staff=staff, reference=item.reference)
    )
    if lies is None:
        raise NoSuchItem("no longer a case of this unit")
    done = tuple(entries.as_entry(each) for each in lies.entries)
    base = f"{case.AT}/{item.reference}"
    view = PartyPageView(
        reference=item.reference,
        choices=tuple(choices(desk, desk.rules.processes.get(item.form_id), done)),
        act=ActionView(f"{base}/kopia", desk.token(staff)),
        back=f"{base}/ta-ut",
    )
    title = desk.t("staff.party.title", reference=item.reference)
    return desk.page("staff/party.html", title=title, staff=staff, party=view)


@router.post(AT)
async def send(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """The copy, as PDF/UA-1; a page that says what must be done first, or that none can be made."""
    staff, chosen = posted.staff, numbers(posted.inputs)
    item = await seen(desk, staff, reference, Act.EXPORT)
    form, process = form_of(desk, item.form_id), desk.rules.processes.get(item.form_id)
    read = await out.taken_out(desk, staff, item.reference, opening.PARTY)
    t = desk.t
    back = LinkView(f"{case.AT}/{item.reference}/kopia", t("staff.party.back_here"))
    try:
        copied = party.copied(read, form, process, chosen)
        document = await asyncio.to_thread(paper.copy, desk, staff, copied)
        made = await printing.pdf(document, at=desk.clock.now())
    except NotTested as untested:
        title, prose = t("staff.party.untested_title"), t("staff.party.untested")
        return error_view(desk, untested.status, title, prose, staff, back=back)
    except PdfNotMade as not_made:
        title, prose = t("staff.out.no_pdf_title"), t("staff.party.no_pdf")
        return error_view(desk, not_made.status, title, prose, staff, back=back)
    return out.file(made, f"{item.reference}.pdf", "application/pdf")


def form_of(desk: Desk, form_id: str) -> Form:
    """Return the form of a case, when a copy of it may be given; PageMissing otherwise."""
    form = desk.site.forms.get(form_id)
    if form is None or not party.is_offered(form, desk.rules.processes.get(form_id)):
        raise PageMissing
    return form


def choices(desk: Desk, process: Process | None, done: tuple[Entry, ...]) -> Iterator[ChoiceView]:
    """Yield what has been written, in order."""
    t = desk.t
    for each in done:
        if each.kind not in party.WRITTEN:
            continue
        tells = party.tells(process, each.kind, each.step)
        note = t("staff.party.note") if each.kind is Kind.NOTE else ""
        yield ChoiceView(
            each.number,
            case.entry_title(t, process, each.kind, each.step),
            t("staff.entries.by", name=each.author, time=case.at(desk, each.at)),
            t("staff.party.tells") if tells else note,
        )


def numbers(inputs: Inputs) -> frozenset[int]:
    """Return which entries were chosen, by their numbers; what is no number is nothing."""
    asked = inputs.get(CHOSEN, ())
    return frozenset(int(each) for each in asked if NUMBER.fullmatch(each))
