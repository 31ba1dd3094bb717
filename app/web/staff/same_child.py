"""Other reports that may be about the same child: shown on a case's page, and what staff say."""

from functools import partial

from fastapi import APIRouter, Response

from app import references
from app.casework import links, rights
from app.casework.access import Staff
from app.casework.cases import carry_out
from app.casework.links import Alike
from app.casework.rights import Act
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.shown import words
from app.web.staff.case_views import AlikeView, SameChildView
from app.web.staff.desk import AtDesk, Desk, Posting
from app.web.staff.views import ActionView

router = APIRouter()
AT = "/inkorg/arenden"


@router.post("/inkorg/arenden/{reference}/samma-barn")
async def say_same(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Keep that the other report is about the same child."""
    return await said(desk, posted.staff, reference, first(posted.inputs, "annan"), same=True)


@router.post("/inkorg/arenden/{reference}/annat-barn")
async def say_other(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Keep that the other report is about another child; it is not suggested again."""
    return await said(desk, posted.staff, reference, first(posted.inputs, "annan"), same=False)


async def said(desk: Desk, staff: Staff, reference: str, other: str, *, same: bool) -> Response:
    known = references.parse(reference) or ""
    say = partial(
        links.say,
        index=desk.index,
        staff=staff,
        reference=known,
        other=references.parse(other) or "",
        same=same,
        now=desk.clock.now(),
    )
    await carry_out(desk.database, say)
    return see(f"{AT}/{known}#samma-barn")


async def found(desk: Desk, staff: Staff, reference: str) -> SameChildView | None:
    """Return what a case's page shows of other reports; None when there is nothing to show."""
    if not desk.index.match.on or not rights.may(staff, Act.OPEN) or staff.admission:
        return None
    look = partial(
        links.alike, index=desk.index, staff=staff, reference=reference, now=desk.clock.now()
    )
    every = await desk.database.read(look)
    if not every:
        return None
    rejected = [one for one in every if one.same is False]

    def mine(one: Alike) -> bool:
        return bool(one.same) and one.unit == staff.unit

    return SameChildView(
        basis=desk.index.match.basis,
        alike=tuple(view(desk, staff, reference, one) for one in every if one.same is not False),
        others=tuple(view(desk, staff, reference, one) for one in rejected),
        timeline_href=f"{AT}/{reference}/barnet" if any(map(mine, every)) else "",
    )


def view(desk: Desk, staff: Staff, reference: str, one: Alike) -> AlikeView:
    """Return one other report. Of one with protected data a leader alone is told which it is."""
    t, zone = desk.t, desk.municipality.zone
    hidden = one.protected and not rights.may(staff, Act.ASSIGN)
    here = one.unit == staff.unit
    strength = one.strength.name.lower() if one.strength else ""
    said = ""
    if one.said_at is not None:
        at = words.moment(one.said_at.astimezone(zone), t)
        said = t(
            "staff.same_child.said_same" if one.same else "staff.same_child.said_other",
            name=one.said_by,
            time=at,
        )

    def act(name: str) -> ActionView:
        return ActionView(f"{AT}/{reference}/{name}", desk.token(staff))

    works = rights.may(staff, Act.WORK) and not hidden
    return AlikeView(
        reference="" if hidden else one.reference,
        href=f"{AT}/{one.reference}" if here and not hidden else "",
        about=about(desk, staff, one),
        strength=t(f"staff.same_child.strengths.{strength}") if strength else "",
        said=said,
        same=act("samma-barn") if works and one.same is not True else None,
        other=act("annat-barn") if works and one.same is not False else None,
    )


def about(desk: Desk, staff: Staff, one: Alike) -> str:
    """Return what is told of another report; of another unit's whom to ask, and not what of."""
    t = desk.t
    time = words.moment(one.received_at.astimezone(desk.municipality.zone), t)
    if one.unit == staff.unit:
        form = desk.site.forms.get(one.form_id)
        return t("staff.same_child.about", form=form.title if form else one.form_id, time=time)
    unit = desk.municipality.units[one.unit].name
    if one.unit in staff.units:
        ask = t("staff.same_child.change_unit")
    elif one.owner:
        ask = t("staff.same_child.ask_owner", name=one.owner)
    else:
        ask = t("staff.same_child.ask_unit")
    return f"{t('staff.same_child.elsewhere', unit=unit, time=time)} {ask}"
