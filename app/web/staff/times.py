"""How the unit's times were kept, for whoever leads it: counts, and each case that was late."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.casework import kept, rights
from app.casework.access import Staff
from app.casework.kept import Asked, Kept, Sum, Time
from app.casework.rights import Act
from app.web.staff import due
from app.web.staff.days import day
from app.web.staff.desk import AtDesk, Desk, read_for

router = APIRouter()
AT = "/inkorg/tider"
DECISIONS = "/inkorg/beslut"
"""Where what has been decided on delegation stands."""
USUAL = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class KeptView:
    """How one clock was kept: how many were in time, in a longer time, late, or still wait."""

    label: str
    law: str
    in_time: int
    extended: int
    late: int
    waiting: int


@dataclass(frozen=True, slots=True)
class LateView:
    """One time that was not kept. Days are as 2026-11-27."""

    reference: str
    href: str
    label: str
    started: str
    due: str
    done: str
    says: str


@dataclass(frozen=True, slots=True)
class TimesView:
    """How the times of a unit were kept in a period."""

    unit: str
    first: str
    last: str
    action: str
    decisions_href: str
    clocks: tuple[KeptView, ...]
    late: tuple[LateView, ...]


@router.get(AT)
async def show_times(request: Request, desk: AtDesk, fran: str = "", till: str = "") -> Response:
    """The clocks of the unit in view whose last day was in a period; the last 90 days, if none."""
    now = desk.clock.now()
    today = desk.rules.calendar.day(now)
    last = day(till) or today
    first = day(fran) or last - USUAL

    def read(connection: Connection, staff: Staff) -> list[Sum]:
        rights.require(staff, Act.SEE_TIMES)
        asked = Asked(first, last, staff.unit)
        return kept.sums(connection, asked, calendar=desk.rules.calendar, now=now)

    staff, sums = await read_for(request, read)
    view = TimesView(
        unit=desk.municipality.units[staff.unit].name,
        first=first.isoformat(),
        last=last.isoformat(),
        action=AT,
        decisions_href=DECISIONS,
        clocks=tuple(kept_view(desk, one) for one in sums),
        late=tuple(late_view(desk, one, time) for one in sums for time in one.late),
    )
    title = desk.t("staff.times.title")
    return desk.page("staff/times.html", title=title, staff=staff, times=view)


def kept_view(desk: Desk, one: Sum) -> KeptView:
    process = desk.rules.processes.get(one.form_id)
    clock = process.clock(one.clock) if process else None
    return KeptView(
        label=due.clock_name(process, one.clock),
        law=clock.law if clock else "",
        in_time=one.counts[Kept.IN_TIME],
        extended=one.counts[Kept.EXTENDED],
        late=one.counts[Kept.LATE],
        waiting=one.counts[Kept.WAITING],
    )


def late_view(desk: Desk, one: Sum, time: Time) -> LateView:
    return LateView(
        reference=time.reference,
        href=f"/inkorg/arenden/{time.reference}",
        label=due.clock_name(desk.rules.processes.get(one.form_id), one.clock),
        started=time.started_on.isoformat(),
        due=(time.extended_to or time.due_on).isoformat(),
        done=time.done_on.isoformat() if time.done_on else desk.t("staff.times.not_done"),
        says=due.how_late(time.days, desk.t),
    )
