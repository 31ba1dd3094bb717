"""One's own sign-in: the roles that one has, when they were read, and where one is signed in."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from app.casework import vouched
from app.casework.access import Grants, Staff
from app.web.http import session
from app.web.http.addresses import see
from app.web.shown import words
from app.web.shown.views import RowView
from app.web.staff.desk import COOKIE, AtDesk, Desk, Posting, SignedIn
from app.web.staff.views import ActionView

router = APIRouter()
HERE = "/din-inloggning"
EVERYWHERE = "/logga-ut-overallt"


@dataclass(frozen=True, slots=True)
class AccountView:
    """One's own sign-in, and the way out of every browser."""

    facts: tuple[RowView, ...]
    sign_out: ActionView


@router.get(HERE)
async def show(desk: AtDesk, staff: SignedIn) -> Response:
    """What is known of who is signed in."""
    now = desk.clock.now()
    grants, places = await desk.database.read(lambda c: vouched.standing(c, staff, now=now))
    out = ActionView(EVERYWHERE, desk.token(staff))
    view = AccountView(facts(desk, staff, grants, places), out)
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


def facts(desk: Desk, staff: Staff, grants: Grants, places: int) -> tuple[RowView, ...]:
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
    return (
        RowView(t("staff.account.name"), (staff.name,)),
        *own,
        RowView(t("staff.account.qualified"), (may,)),
        RowView(t("staff.account.read"), (read,)),
        RowView(t("staff.account.places"), (str(places),)),
    )
