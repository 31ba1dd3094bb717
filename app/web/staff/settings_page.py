"""How the service is set up, for whoever administers it: to be read, never to be changed here.

Nothing personal and nothing secret. How much waits is told in whole tens, as in the figures for
Prometheus: else each new look would tell when somebody reported.
"""

from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app import VERSION
from app.casework import rights
from app.casework.access import Staff
from app.casework.rights import Act
from app.records import destinations, pulse, standing
from app.records.standing import Standing
from app.web.shown import words
from app.web.staff import settings_times
from app.web.staff import settings_views as views
from app.web.staff.desk import AtDesk, Desk, read_for
from app.web.staff.settings_views import PartView, fact, place_name, yes_or_no

router = APIRouter()
AT = "/inkorg/installningar"


class Found(NamedTuple):
    """What is read at one moment; `anchored` is when the audit trail was last signed."""

    standings: dict[str, Standing]
    closed: frozenset[str]
    anchored: datetime | None


@router.get(AT)
async def show_settings(request: Request, desk: AtDesk) -> Response:
    """How the service is set up."""

    def read(connection: Connection, staff: Staff) -> Found:
        rights.require(staff, Act.SEE_SETTINGS)
        last = pulse.pulse(connection, pulse.ANCHOR)
        return Found(
            standing.by_destination(connection),
            destinations.closed(connection),
            last.at if last else None,
        )

    staff, found = await read_for(request, read)
    parts = (
        service(desk, found),
        views.reporters(desk),
        views.units(desk),
        views.forms(desk),
        places(desk, found),
        views.sign_in(desk),
        *views.groups(desk),
        settings_times.times(desk),
        settings_times.clocks(desk),
        views.same_child(desk),
        views.statistics(desk),
    )
    title = desk.t("staff.settings.title")
    return desk.page("staff/settings.html", title=title, staff=staff, parts=parts)


def service(desk: Desk, found: Found) -> PartView:
    t, here = desk.t, desk.municipality
    signed = found.anchored
    kept_here = here.casework.record == "here"
    years = here.audit_years
    return PartView(
        "service",
        t("staff.settings.service"),
        facts=(
            fact(t("staff.settings.municipality"), f"{here.name} ({here.code})"),
            fact(t("staff.settings.version"), VERSION),
            fact(t("staff.settings.exercise"), yes_or_no(t, here.exercise)),
            fact(
                t("staff.settings.record"),
                t("staff.settings.record_here" if kept_here else "staff.settings.record_external"),
            ),
            fact(
                t("staff.settings.signed"),
                words.moment(signed.astimezone(here.zone), t)
                if signed
                else t("staff.settings.never"),
            ),
            fact(
                t("staff.settings.log_kept"),
                t("staff.settings.years", count=years) if years else t("staff.settings.undecided"),
            ),
        ),
    )


def places(desk: Desk, found: Found) -> PartView:
    """Return every destination, also one that is no longer set but has something waiting."""
    t, known = desk.t, desk.municipality.destinations
    names = (*known, *sorted(found.standings.keys() - known.keys()))

    def row(name: str) -> tuple[str, ...]:
        there, stands = known.get(name), found.standings.get(name)
        asked = stands.asked_about if stands else 0
        waits = standing.tens(sum(stands.states.values()) - asked) if stands else 0
        return (
            place_name(desk, name),
            there.connector if there else t("staff.settings.not_set"),
            t("staff.settings.many", count=waits) if waits else t("staff.settings.few"),
            str(asked),
            t("staff.settings.shut" if name in found.closed else "staff.settings.open"),
        )

    return PartView(
        "destinations",
        t("staff.settings.destinations"),
        heads=(
            t("staff.settings.destination"),
            t("staff.settings.connector"),
            t("staff.settings.waiting"),
            t("staff.settings.needs_person"),
            t("staff.settings.state"),
        ),
        rows=tuple(map(row, names)),
    )
