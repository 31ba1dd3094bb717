"""The reports that staff have said are about one child, on one page, the oldest first."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app import references
from app.casework import rights, timeline
from app.casework.rights import Act
from app.casework.timeline import Moment
from app.errors import PageMissing
from app.runner import reading
from app.web.shown import words
from app.web.staff import case, queue
from app.web.staff.case_views import ToldView
from app.web.staff.desk import AtDesk, Desk, SignedIn

router = APIRouter()


@dataclass(frozen=True, slots=True)
class MomentView:
    """A report of the child's; `reference` is "" where it is not told which it is."""

    reference: str
    href: str
    current: bool
    came: str
    decided: str
    rows: tuple[ToldView, ...]
    fault: str


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The reports of one child. `reference` is that of the case they were read from."""

    reference: str
    unit: str
    lead: str
    moments: tuple[MomentView, ...]
    back: str


@router.get("/inkorg/arenden/{reference}/barnet")
async def show_timeline(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """What each report of a case's child says of whence it came and what of, and what came of it.

    PageMissing where the municipality does not compare reports.
    """
    rights.require(staff, Act.OPEN)
    if not desk.index.match.on:
        raise PageMissing
    known = references.parse(reference) or ""
    found = await timeline.read(
        desk.database, staff=staff, reference=known, keys=desk.keys, clock=desk.clock
    )
    view = TimelineView(
        reference=known,
        unit=desk.municipality.units[staff.unit].name,
        lead=desk.t("staff.timeline.lead", count=len(found)),
        moments=tuple(moment_view(desk, one, known) for one in found),
        back=f"{case.AT}/{known}",
    )
    title = f"{desk.t('staff.timeline.title')} {known}"
    return desk.page("staff/timeline.html", title=title, staff=staff, timeline=view)


def moment_view(desk: Desk, one: Moment, current: str) -> MomentView:
    t, item = desk.t, one.item
    form = desk.site.forms.get(item.form_id)
    came = t(
        "staff.timeline.came",
        form=form.title if form else item.form_id,
        time=case.at(desk, item.received_at),
    )
    if one.hidden:
        return MomentView("", "", current=False, came="", decided="", rows=(), fault="")
    told = (
        reading.in_short(one.transcript, desk.content.forms, desk.site.language)
        if one.transcript
        else ()
    )
    return MomentView(
        reference=item.reference,
        href=f"{case.AT}/{item.reference}",
        current=item.reference == current,
        came=came,
        decided=decided(desk, one),
        rows=tuple(case.told_view(row, t) for row in told),
        fault="" if one.transcript else t("staff.timeline.unreadable"),
    )


def decided(desk: Desk, one: Moment) -> str:
    """Return what was decided and when, in words; how far it has come, where nothing is."""
    outcome, at = queue.outcome(desk, one.item), one.item.decided_at
    if not outcome or at is None:
        return desk.t("staff.timeline.not_decided")
    day = words.stamp(at.astimezone(desk.municipality.zone), desk.t)
    return desk.t("staff.timeline.decided", what=outcome, time=day)
