"""Lend a case to another unit of the board, or to one person there, until a day."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.casework import lending
from app.casework.access import Staff
from app.casework.admission import LENT, Kind, Whom
from app.casework.case import Case
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.errors import PageMissing
from app.runner import boards
from app.runner.process import Step
from app.runner.texts import Interface
from app.web.shown import words
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.hands import LEND, other_units
from app.web.staff.step_page import Writing
from app.web.staff.work import seen
from app.web.staff.writing import DAYS, NAME, WHOM, begun, own_step, taken

router = APIRouter()
AT = "/inkorg/arenden/{reference}/" + LEND
SPANS = (1, 7, 14, 30, 90, 180)
"""Days that can be chosen, as far as the municipality lets a case be lent."""


@router.get(AT)
async def show(request: Request, desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """To whom, for what and how long, with nothing chosen yet."""
    item = await seen(desk, staff, reference, Act.ASSIGN)
    return await begun(request, page_of(desk, staff, item))


@router.post(AT)
async def lend(request: Request, desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Lend it."""
    item = await seen(desk, posted.staff, reference, Act.ASSIGN)
    return await taken(request, page_of(desk, posted.staff, item), posted.inputs)


def page_of(desk: Desk, staff: Staff, item: QueueItem) -> Writing:
    """Return the page. PageMissing where there is no other unit of the board."""
    units = other_units(desk, staff)
    if not units:
        raise PageMissing
    today = desk.rules.calendar.day(desk.clock.now())
    longest = desk.municipality.casework.lend_days
    step = step_of(desk, units, today, longest)
    act = partial(chosen, boards=boards.together(desk.municipality.units))
    return Writing(desk, staff, item, step, LEND, act)


def chosen(
    connection: Connection,
    *,
    whom: str,
    days: str,
    name: str = "",
    **rest: Any,  # noqa: ANN401 - what every act is given
) -> Case | None:
    """Lend it as was chosen, as `lending.lend`."""
    kind, _, unit = whom.partition("_")
    to = Whom(unit, " ".join(name.split()) or None)
    return lending.lend(
        connection, whom=to, kind=Kind(kind), days=int(days.removeprefix("d")), **rest
    )


def step_of(desk: Desk, units: tuple[str, ...], today: date, longest: int) -> Step:
    """Return what is asked, as a step of a process."""
    t = desk.t
    whom = {
        "kind": "radios",
        "id": WHOM,
        "label": t("staff.lend.whom"),
        "required": True,
        "options": list(ways(desk, units)),
        "errors": {"missing": t("staff.lend.whom_missing")},
    }
    name = {
        "kind": "text",
        "id": NAME,
        "label": t("staff.lend.name"),
        "hint": t("staff.lend.name_hint"),
    }
    days = {
        "kind": "radios",
        "id": DAYS,
        "label": t("staff.lend.days"),
        "required": True,
        "options": [
            {"id": f"d{many}", "label": last_day(t, today + timedelta(days=many), many)}
            for many in SPANS
            if many <= longest
        ],
        "errors": {"missing": t("staff.lend.days_missing")},
    }
    return own_step(t, "lend", whom, name, days)


def ways(desk: Desk, units: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield each unit with each thing that it can be let do."""
    for unit in units:
        named = desk.municipality.units[unit].name
        for kind in sorted(LENT):
            says = desk.t(f"staff.lend.to_{kind}", unit=named)
            yield {"id": f"{kind}_{unit}", "label": says}


def last_day(t: Interface, day: date, many: int) -> str:
    return t("staff.lend.last_day", time=words.day(day, t), what=words.age(timedelta(days=many), t))
