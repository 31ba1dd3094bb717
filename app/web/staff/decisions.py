"""What a unit has decided on delegation, to be reported to the board: a page, and a file of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.casework import decisions, rights
from app.casework.access import Staff
from app.casework.decisions import Decision
from app.casework.rights import Act
from app.web.staff import out, spreadsheet
from app.web.staff.days import begins, day
from app.web.staff.desk import AtDesk, Desk, read_for
from app.web.staff.times import AT as TIMES
from app.web.staff.times import DECISIONS as AT

router = APIRouter()
USUAL = timedelta(days=30)
COLUMNS = ("at", "reference", "form", "kind", "outcome", "by")
SHOWN = 100
"""Rows on the page; the file has them all."""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision, as it is reported."""

    at: str
    reference: str
    form: str
    kind: str
    outcome: str
    by: str


@dataclass(frozen=True, slots=True)
class DecisionsView:
    """What a unit has decided in a period. `rest` says how many more the file has, or nothing."""

    unit: str
    first: str
    last: str
    action: str
    file_href: str
    back: str
    rows: tuple[DecisionView, ...]
    rest: int


@router.get(AT)
async def show(request: Request, desk: AtDesk, fran: str = "", till: str = "") -> Response:
    """What was decided from one day to another; the last 30 days, if none are said."""
    first, last = period(desk, fran, till)
    staff, found = await read_for(request, lambda c, staff: of_unit(c, desk, staff, first, last))
    rows = tuple(views(desk, found))
    view = DecisionsView(
        unit=desk.municipality.units[staff.unit].name,
        first=first.isoformat(),
        last=last.isoformat(),
        action=AT,
        file_href=f"{AT}/fil?fran={first}&till={last}",
        back=TIMES,
        rows=rows[:SHOWN],
        rest=len(rows[SHOWN:]),
    )
    title = desk.t("staff.decisions.title")
    return desk.page("staff/decisions.html", title=title, staff=staff, decisions=view)


@router.get(AT + "/fil")
async def send(request: Request, desk: AtDesk, fran: str = "", till: str = "") -> Response:
    """The same as CSV (RFC 4180), in UTF-8 with a mark of it, as the office programs expect."""
    first, last = period(desk, fran, till)
    _, found = await read_for(request, lambda c, staff: of_unit(c, desk, staff, first, last))
    head = [desk.t(f"staff.decisions.{name}") for name in COLUMNS]
    rows = ([getattr(view, name) for name in COLUMNS] for view in views(desk, found))
    content = spreadsheet.written([head, *rows])
    return out.file(content, f"beslut-{first}-{last}.csv", spreadsheet.MEDIA_TYPE)


def period(desk: Desk, first: str, last: str) -> tuple[date, date]:
    """Return the days that are asked for; what is no day is the usual one."""
    until = day(last) or desk.rules.calendar.day(desk.clock.now())
    return day(first) or until - USUAL, until


def of_unit(
    connection: Connection, desk: Desk, staff: Staff, first: date, last: date
) -> list[Decision]:
    rights.require(staff, Act.SEE_TIMES)
    deciding = {
        (form_id, step.id)
        for form_id, process in desk.rules.processes.items()
        for step in process.steps
        if step.decides
    }
    zone = desk.municipality.zone
    since, until = begins(first, zone), begins(last, zone, days=1)
    return decisions.decided(connection, unit=staff.unit, since=since, until=until, steps=deciding)


def views(desk: Desk, found: Iterable[Decision]) -> Iterator[DecisionView]:
    for one in found:
        process, form = desk.rules.processes.get(one.form_id), desk.site.forms.get(one.form_id)
        step = process.step(one.step) if process else None
        outcome = process.outcome(one.outcome) if process and one.outcome else None
        yield DecisionView(
            at=f"{one.at.astimezone(desk.municipality.zone):%Y-%m-%d %H.%M}",
            reference=one.reference,
            form=form.title if form else one.form_id,
            kind=step.title if step else one.step,
            outcome=outcome.label if outcome else desk.t("staff.decisions.replaced"),
            by=one.by,
        )
