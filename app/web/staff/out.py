"""The ways out of the house: a page to print, a PDF that everybody can read, JSON for a machine.

Each is a right of its own (Act.EXPORT), and that it is used is written down before anything is
shown. A file is named by the reference and nothing else.
"""

import asyncio
from dataclasses import dataclass, replace

from fastapi import APIRouter, Response

from app import references
from app.casework import opening, party, rights, whole
from app.casework.access import Staff
from app.casework.opening import ReadItem, Way
from app.casework.rights import Act
from app.errors import PageMissing
from app.typesetting import printing
from app.typesetting.printing import PdfNotMade
from app.web.http.posted import first
from app.web.shown.views import LinkView
from app.web.staff import case, paper
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.errors import error_view
from app.web.staff.views import ActionView
from app.web.staff.work import seen

router = APIRouter()
WHOLE, REPORT = "arende", "anmalan"
"""What is asked for: all of the case, or only what was reported."""


@dataclass(frozen=True, slots=True)
class OutPageView:
    """How a case can be taken out of the house: a page to print, and what gives each file."""

    reference: str
    print_href: str
    copy_href: str
    """Where a copy without who reported is taken out; "" where none can be given."""
    report_pdf: ActionView
    case_pdf: ActionView
    json: ActionView
    back: str


@router.get("/inkorg/arenden/{reference}/ta-ut")
async def show_ways(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """How a case can be taken out of the house; nothing of what it says."""
    item = await seen(desk, staff, reference, Act.EXPORT)
    base = f"{case.AT}/{item.reference}"
    pdf = ActionView(f"{base}/pdf", desk.token(staff))
    form, process = desk.site.forms.get(item.form_id), desk.rules.processes.get(item.form_id)
    view = OutPageView(
        reference=item.reference,
        print_href=f"{base}/utskrift",
        copy_href=f"{base}/kopia" if form and party.is_offered(form, process) else "",
        report_pdf=pdf,
        case_pdf=pdf,
        json=ActionView(f"{base}/json", desk.token(staff)),
        back=base,
    )
    title = desk.t("staff.out.title", reference=item.reference)
    return desk.page("staff/out.html", title=title, staff=staff, out=view)


@router.get("/inkorg/arenden/{reference}/utskrift")
async def show_print(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """The case as it is printed."""
    read = await taken_out(desk, staff, reference, opening.PRINT)
    back = LinkView(
        f"{case.AT}/{read.item.reference}", desk.t("staff.step.back", reference=read.item.reference)
    )
    view = replace(case.case_view(desk, staff, read, None), to_print=True, back=back)
    title = desk.t("staff.case.title", reference=view.reference)
    return desk.page("staff/case.html", title=title, staff=staff, case=view)


@router.post("/inkorg/arenden/{reference}/pdf")
async def send_pdf(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """The report, or all of the case, as PDF/UA-1; a page that leads on when none can be made."""
    staff, what = posted.staff, first(posted.inputs, "vad")
    rights.require(staff, Act.EXPORT)
    if what not in {WHOLE, REPORT}:
        raise PageMissing
    read = await taken_out(desk, staff, reference, opening.PDF)
    document = await asyncio.to_thread(paper.document, desk, staff, read, whole=what == WHOLE)
    try:
        made = await printing.pdf(document, at=desk.clock.now())
    except PdfNotMade as not_made:
        t = desk.t
        back = LinkView(f"{case.AT}/{read.item.reference}/ta-ut", t("staff.out.back"))
        title, prose = t("staff.out.no_pdf_title"), t("staff.out.no_pdf")
        return error_view(desk, not_made.status, title, prose, staff, back=back)
    return file(made, f"{read.item.reference}.pdf", "application/pdf")


@router.post("/inkorg/arenden/{reference}/json")
async def send_json(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """All of the case, for a machine (docs/schemas/case.json)."""
    read = await taken_out(desk, posted.staff, reference, opening.JSON)
    made = await asyncio.to_thread(whole.written, read)
    return file(made, f"{read.item.reference}.json", "application/json")


async def taken_out(desk: Desk, staff: Staff, reference: str, way: Way) -> ReadItem:
    """Write down that a case is taken out in some way, then open it. Errors as of `read_item`."""
    return await opening.read_item(
        desk.database,
        rules=desk.rules,
        staff=staff,
        reference=references.parse(reference) or "",
        keys=desk.keys,
        clock=desk.clock,
        way=way,
    )


def file(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to be saved, that no cache keeps (RFC 6266; the rest is on every answer)."""
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
