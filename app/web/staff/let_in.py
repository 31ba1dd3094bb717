"""Whom a case is open to that it does not exist to otherwise: shown on it, and ended there."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from app import references
from app.casework import admissions, emergencies, lending, rights
from app.casework.access import Staff
from app.casework.admission import LENT, Admission, Kind
from app.casework.cases import carry_out
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.shown import words
from app.web.shown.views import LinkView
from app.web.staff.case_views import LetInView
from app.web.staff.desk import AtDesk, Desk, PostingTo
from app.web.staff.views import ActionView

router = APIRouter()
AT = "/inkorg/arenden"
WHICH = "vilken"
ENDS = {Kind.EMERGENCY: emergencies.end, **dict.fromkeys(LENT, lending.end)}


@router.post("/inkorg/arenden/{reference}/stang")
async def end(desk: AtDesk, posted: PostingTo, reference: str) -> Response:
    """Let somebody in no more; whoever ended their own is led to the queue."""
    known, which = references.parse(reference) or "", id_of(first(posted.inputs, WHICH))
    staff, now = posted.staff, desk.clock.now()
    own = staff.admission is not None and staff.admission.id == which
    if not own:
        rights.require(staff, Act.ASSIGN)
    made = await desk.database.read(lambda c: admissions.of_case(c, known, now=now))
    kind = next((each.kind for each in made if each.id == which), Kind.EMERGENCY)
    act = ENDS.get(kind, emergencies.end)
    work = partial(act, rules=desk.rules, staff=staff, reference=known, which=which, now=now)
    await carry_out(desk.database, work)
    return see("/inkorg" if own else f"{AT}/{known}")


def id_of(text: str) -> UUID:
    """Return an id as it is posted; one that nobody has for none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


async def views(desk: Desk, staff: Staff, item: QueueItem) -> tuple[LetInView, ...]:
    """Return whom a case is open to besides those whom it exists to, as its page says it."""
    now = desk.clock.now()
    made = await desk.database.read(lambda c: admissions.of_case(c, item.reference, now=now))
    return tuple(view(desk, staff, each) for each in made if each.kind in ENDS)


def view(desk: Desk, staff: Staff, each: Admission) -> LetInView:
    t = desk.t
    own = staff.admission is not None and staff.admission.id == each.id
    act = ActionView(f"{AT}/{each.reference}/stang", desk.token(staff))
    said = f"{each.kind}_own" if own else str(each.kind)
    home = unit_name(desk, each.case_unit)
    return LetInView(
        says=t(f"staff.let_in.{said}", name=named(desk, each), unit=home, time=until(desk, each)),
        which=str(each.id),
        emergency=each.kind is Kind.EMERGENCY,
        button=t("staff.let_in.end", name=named(desk, each)),
        end=act if (own and each.name) or rights.may(staff, Act.ASSIGN) else None,
    )


def links(desk: Desk, made: tuple[Admission, ...]) -> tuple[LinkView, ...]:
    """Return the way to each case that somebody has been let in to, with until when."""
    return tuple(
        LinkView(
            f"{AT}/{each.reference}",
            desk.t(
                f"staff.let_in.{each.kind}_link",
                reference=each.reference,
                unit=unit_name(desk, each.case_unit),
                time=until(desk, each),
            ),
        )
        for each in made
    )


def named(desk: Desk, each: Admission) -> str:
    """Return who is let in, in words: with their unit, where it is another than the case's."""
    there = unit_name(desk, each.unit)
    if each.name is None:
        return there
    return each.name if each.unit == each.case_unit else f"{each.name}, {there}"


def unit_name(desk: Desk, unit: str) -> str:
    known = desk.municipality.units.get(unit)
    return known.name if known else unit


def until(desk: Desk, each: Admission) -> str:
    """Return until when: a moment, or the end of a day."""
    zone = desk.municipality.zone
    if each.kind in LENT:
        return words.day((each.until - timedelta(seconds=1)).astimezone(zone), desk.t)
    return words.moment(each.until.astimezone(zone), desk.t)
