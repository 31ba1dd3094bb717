"""Statistics of the unit in view, for whoever works there or administers: no case, no person.

Nothing of it is written in the audit trail, as nothing is when the queue is looked at: it tells of
nobody (app/casework/suppression.py).
"""

import asyncio

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.casework import figures
from app.casework.access import Staff
from app.casework.figures import Stored, Table
from app.casework.suppression import ending
from app.errors import PageMissing
from app.runner.definition import Form
from app.runner.process import Process
from app.web.staff import figures_views as views
from app.web.staff import out, spreadsheet
from app.web.staff.desk import AtDesk, Desk, read_for
from app.web.staff.figures_views import ChoiceView, StatisticsView

router = APIRouter()
AT = "/inkorg/statistik"


@router.get(AT)
async def show_statistics(
    request: Request, desk: AtDesk, period: str = "", formular: str = ""
) -> Response:
    """The numbers of a month, a quarter or a year that is over; of the last month, if none."""

    def read(connection: Connection, staff: Staff) -> tuple[tuple[str, ...], str, Stored]:
        over = figures.months(connection, staff=staff)
        ended = [each for month in over for each in ending(month)]
        asked = period if period in ended else next(iter(reversed(over)), "")
        return over, asked, figures.stored(connection, staff=staff, year=asked[:4])

    staff, (over, asked, found) = await read_for(request, read)
    form = form_of(desk, staff, found, formular)
    process = desk.rules.processes.get(form.id) if form else None
    made = await tables(desk, found, form, process) if form and found.months else []
    view = StatisticsView(
        on=desk.municipality.statistics.on,
        unit=desk.municipality.units[staff.unit].name,
        title=views.heading(desk.t, form, process) if form else "",
        period=views.period_name(desk.t, asked) if asked else "",
        action=AT,
        periods=views.choices(desk.t, over, asked),
        forms=tuple(
            ChoiceView(each.id, each.title, each is form) for each in forms_of(desk, staff, found)
        ),
        sections=views.section_views(desk, form, process, made, asked) if form and made else (),
        file_href=f"{AT}/{asked[:4]}/{form.id}" if form and made else "",
        least=desk.municipality.statistics.least,
    )
    title = desk.t("staff.statistics.title")
    return desk.page("staff/statistics.html", title=title, staff=staff, view=view)


@router.get(AT + "/{year}/{form_id}")
async def send_statistics(request: Request, desk: AtDesk, year: str, form_id: str) -> Response:
    """Every number of a year, just as it is shown, as a file for a spreadsheet."""

    def read(connection: Connection, staff: Staff) -> Stored:
        return figures.stored(connection, staff=staff, year=year)

    staff, found = await read_for(request, read)
    form = next((each for each in forms_of(desk, staff, found) if each.id == form_id), None)
    if form is None or not found.months:
        raise PageMissing
    process = desk.rules.processes.get(form.id)
    made = await tables(desk, found, form, process)
    unit = desk.municipality.units[staff.unit].name
    name = f"statistik-{staff.unit}-{form.id}-{year}.csv"
    content = views.file(desk, form, process, made, unit)
    return out.file(content, name, spreadsheet.MEDIA_TYPE)


async def tables(desk: Desk, found: Stored, form: Form, process: Process | None) -> list[Table]:
    """Return every table of a form. It takes a while, and others are served meanwhile."""
    least = desk.municipality.statistics.least
    return await asyncio.to_thread(figures.tables, found, form, process, least=least)


def forms_of(desk: Desk, staff: Staff, found: Stored) -> list[Form]:
    """Return the forms that the unit takes in, or has: those of which something is counted."""
    forms = desk.content.forms[desk.content.default]
    mine = {name for name, goes in desk.municipality.forms.items() if goes.unit == staff.unit}
    return [form for name, form in forms.items() if name in mine or name in found.forms]


def form_of(desk: Desk, staff: Staff, found: Stored, asked: str) -> Form | None:
    every = forms_of(desk, staff, found)
    return next((form for form in every if form.id == asked), next(iter(every), None))
