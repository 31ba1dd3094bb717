"""One report, opened: to be read in a hurry.

That it is opened is written down before anything of it is shown (SoPuL 10 §).
"""

from collections.abc import Iterator
from functools import partial

from fastapi import APIRouter, Response

from app import references
from app.casework import cases, opening
from app.casework.access import Staff
from app.casework.opening import ReadItem
from app.runner import reading
from app.runner.reading import Report, Told
from app.web.http.addresses import see
from app.web.shown import said, words
from app.web.shown.views import RowView
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.queue import flags, rows
from app.web.staff.views import ActionView, CasePageView, ToldSectionView, ToldView

router = APIRouter()
BETWEEN = " · "


@router.get("/inkorg/arenden/{reference}")
async def show_case(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """What was reported: what leads, and then the rest by step."""
    read = await opening.read_item(
        desk.database,
        rules=desk.rules,
        staff=staff,
        reference=references.parse(reference) or "",
        keys=desk.keys,
        clock=desk.clock,
    )
    view = case_view(desk, staff, read)
    title = desk.t("staff.case.title", reference=view.reference)
    return desk.page("staff/case.html", title=title, staff=staff, case=view)


@router.post("/inkorg/arenden/{reference}/kvittera")
async def acknowledge(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Take the report in hand; the first to do so stands."""
    take = partial(
        cases.take,
        rules=desk.rules,
        staff=posted.staff,
        reference=references.parse(reference) or "",
        now=desk.clock.now(),
    )
    await cases.carry_out(desk.database, take)
    return see(f"/inkorg/arenden/{reference}")


def case_view(desk: Desk, staff: Staff, read: ReadItem) -> CasePageView:
    t, zone, item, transcript = desk.t, desk.municipality.zone, read.item, read.transcript
    told = reading.report(transcript, desk.content.forms, desk.site.language)
    language = desk.content.languages.get(transcript["language"])
    written_in = language.name if language else transcript["language"]

    def view(row: Told) -> ToldView:
        remarks = (said.read(t, remark) for remark in row.remarks)
        return ToldView(
            question=row.question,
            lines=row.lines,
            typed=row.typed,
            translate=t("staff.case.translate", language=written_in) if row.prose else "",
            put=" – ".join(filter(None, (row.put, ", ".join(row.said)))),
            remarks=tuple(words for words in remarks if words),
        )

    return CasePageView(
        reference=item.reference,
        warnings=tuple(t(f"staff.case.{flag}") for flag in flags(item)),
        lead=tuple(map(view, told.lead)),
        sections=tuple(
            ToldSectionView(title, tuple(map(view, rows))) for title, rows in told.sections.items()
        ),
        left_out=tuple(left_out(desk, told)),
        facts=facts(desk, read, written_in),
        language=transcript["language"] if told.foreign else "",
        dir=(language.dir if language else "auto") if told.foreign else "",
        acknowledge=None
        if item.taken_at
        else ActionView(f"/inkorg/arenden/{item.reference}/kvittera", desk.token(staff)),
        printed=t(
            "staff.case.printed",
            name=staff.name,
            time=words.moment(desk.clock.now().astimezone(zone), t),
        ),
        back="/inkorg",
    )


def left_out(desk: Desk, told: Report) -> Iterator[RowView]:
    """Yield what there is no answer to, named on one line: asked for, or passed by."""
    for name, titles in (("unanswered", told.unanswered), ("passed_by", told.passed_by)):
        if titles:
            yield RowView(desk.t(f"staff.case.{name}"), (BETWEEN.join(titles),))


def facts(desk: Desk, read: ReadItem, written_in: str) -> tuple[RowView, ...]:
    """Return when the report came in, on which form, and who has it in hand."""
    t, item, transcript = desk.t, read.item, read.transcript
    [line] = rows(desk, [item])
    taken = item.taken_at
    status = (
        t(
            "staff.case.acknowledged",
            name=item.owner,
            time=words.moment(taken.astimezone(desk.municipality.zone), t),
        )
        if taken
        else line.status
    )
    form = t("staff.case.form_version", title=line.form, version=transcript["version"])
    found = {"received": line.received, "status": status, "form": form, "written_in": written_in}
    return tuple(RowView(t(f"staff.case.{name}"), (value,)) for name, value in found.items())
