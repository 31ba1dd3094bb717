"""What the queue says by itself, and the choice to have it silent and without shortcuts.

A page that asks by itself keeps nobody signed in: it is no sign that somebody is there.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.casework import counting, looks, rights
from app.casework.access import Staff
from app.casework.looks import Look
from app.casework.rights import Act
from app.errors import PageMissing
from app.storage.columns import EPOCH, MICROSECOND
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.staff.desk import AtDesk, Desk, Posting, staff_of
from app.web.staff.views import ActionView

router = APIRouter()
HOME, NEW, CHOICE = "/inkorg", "/inkorg/nya", "/inkorg/val"
EVERY = timedelta(seconds=60)
LONGEST = 18
"""Digits of a moment."""
ON, OFF = "pa", "av"


@router.get(NEW)
async def show_new(request: Request, desk: AtDesk, efter: str = "") -> Response:
    """How many have come to the unit in view after a moment (microseconds since 1970), as JSON.

    Nothing, with 401, to whoever is signed out. PageMissing when it is no moment.
    """
    staff = await staff_of(request)
    if staff is None:
        return Response(status_code=401)
    rights.require(staff, Act.SEE_QUEUE)
    if not (efter.isascii() and efter.isdecimal() and len(efter) <= LONGEST):
        raise PageMissing
    since, unit = EPOCH + int(efter) * MICROSECOND, staff.unit
    count = await desk.database.read(lambda c: counting.count_new(c, unit=unit, since=since))
    most = min(count, counting.MOST_COUNTED)
    says = desk.t("staff.queue.come", count=most)
    title = desk.t("staff.page_title", title=f"({most}) {desk.t('staff.queue.title')}")
    return JSONResponse({"count": count, "says": says, "title": title})


@router.post(CHOICE)
async def choose(desk: AtDesk, posted: Posting) -> Response:
    """Have shortcuts or not, and be told of what has come or not."""
    rights.require(posted.staff, Act.SEE_QUEUE)
    staff, now = posted.staff, desk.clock.now()
    look = await desk.database.read(lambda c: looks.of(c, staff, now=now))
    keys, watch = first(posted.inputs, "tangenter"), first(posted.inputs, "bevaka")
    chosen = replace(
        look,
        keys=keys == ON if keys else look.keys,
        watch=watch == ON if watch else look.watch,
    )
    await desk.database.write(lambda c: looks.remember(c, staff, chosen, now=now))
    return see(HOME)


@dataclass(frozen=True, slots=True)
class KeysView:
    """What a queue's scripts are told: `watch_href` is "" when nothing is to be watched.

    `every` is in milliseconds; `act` changes both choices.
    """

    keys: bool
    watch_href: str
    every: int
    act: ActionView


def keys_view(desk: Desk, staff: Staff, look: Look) -> KeysView:
    """Return what the queue's scripts are told: where to ask, whether keys, and the switches."""
    now = (desk.clock.now() - EPOCH) // MICROSECOND
    return KeysView(
        keys=look.keys,
        watch_href=f"{NEW}?efter={now}" if look.watch else "",
        every=EVERY // timedelta(milliseconds=1),
        act=ActionView(CHOICE, desk.token(staff)),
    )
