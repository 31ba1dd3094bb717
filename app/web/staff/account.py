"""One's own sign-in: the roles that one has, and one's sessions, each with the way out of it."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.casework import vouched
from app.casework.access import Grants, Staff
from app.casework.vouched import Place
from app.web.http import session
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.shown import words
from app.web.shown.views import LinkView, RowView
from app.web.staff.desk import COOKIE, AtDesk, Desk, Posting, SignedIn
from app.web.staff.desk import places as begins
from app.web.staff.views import ActionView

router = APIRouter()
HERE = "/din-inloggning"
EVERYWHERE, ONE = "/logga-ut-overallt", "/logga-ut-en"


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One browser where one is signed in; `id` is "" for this one."""

    id: str
    since: str
    used: str
    way: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """One's own sign-in, and the way out of every browser."""

    facts: tuple[RowView, ...]
    places: tuple[PlaceView, ...]
    end: ActionView
    sign_out: ActionView
    back: LinkView


@router.get(HERE)
async def show(desk: AtDesk, staff: SignedIn) -> Response:
    """What is known of who is signed in."""
    now = desk.clock.now()
    grants, places = await desk.database.read(lambda c: vouched.standing(c, staff, now=now))
    where, text = begins(staff)[0]
    view = AccountView(
        facts(desk, staff, grants),
        tuple(place_view(desk, each) for each in places),
        ActionView(ONE, desk.token(staff)),
        ActionView(EVERYWHERE, desk.token(staff)),
        LinkView(where, desk.t(text)),
    )
    return desk.page(
        "staff/account.html", title=desk.t("staff.account.title"), staff=staff, account=view
    )


@router.post(EVERYWHERE)
async def sign_out_everywhere(desk: AtDesk, posted: Posting) -> Response:
    """End every session of one's own, in whatever browser."""
    subject, now = posted.staff.subject, desk.clock.now()
    await desk.database.write(
        lambda c: vouched.sign_out_everywhere(c, subject=subject, provider_session="", now=now)
    )
    response = see("/logga-in")
    session.forget(response, COOKIE, secure=desk.secure)
    return response


@router.post(ONE)
async def sign_out_of(desk: AtDesk, posted: Posting) -> Response:
    """End one of one's own sessions, in another browser. Nothing when it has ended already."""
    which, now = first(posted.inputs, "vilken"), desk.clock.now()
    await desk.database.write(lambda c: vouched.sign_out_of(c, posted.staff, which, now=now))
    return see(HERE)


def place_view(desk: Desk, place: Place) -> PlaceView:
    zone = desk.municipality.zone
    return PlaceView(
        id="" if place.here else place.id,
        since=words.stamp(place.since.astimezone(zone), desk.t),
        used=words.stamp(place.used_at.astimezone(zone), desk.t),
        way=desk.t(f"staff.account.way_{place.way}"),
    )


def facts(desk: Desk, staff: Staff, grants: Grants) -> tuple[RowView, ...]:
    t, units, zone = desk.t, desk.municipality.units, desk.municipality.zone
    how = "emergency" if staff.emergency else "link"
    read = (
        words.moment(staff.read_at.astimezone(zone), t)
        if staff.read_at
        else t(f"staff.account.by_{how}")
    )
    own = [
        RowView(units[unit].name, tuple(t(f"staff.roles.{role}") for role in sorted(roles)))
        for unit, roles in grants.items()
        if unit in units
    ]
    may = t(f"staff.account.{'is' if staff.qualified else 'is_not'}_qualified")
    alone = (t("staff.account.second_reader"),) if staff.second_reader else ()
    return (
        RowView(t("staff.account.name"), (staff.name,)),
        *own,
        RowView(t("staff.account.qualified"), (may, *alone)),
        RowView(t("staff.account.read"), (read,)),
    )
