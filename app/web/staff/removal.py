"""Gallring: the list of what may be removed, where one proposes and another agrees; and to hold.

Nothing of what a case says is on the list.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app import references
from app.casework import removable, removal, rights
from app.casework.access import Staff
from app.casework.queue import QueueItem
from app.casework.removable import Stand
from app.casework.rights import Act
from app.errors import PageMissing
from app.web.http.addresses import see
from app.web.http.posted import Inputs
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn, read_for
from app.web.staff.removal_views import (
    AT,
    GONE,
    OFFERED,
    STAYING,
    Lists,
    RemovalView,
    further,
    gone_view,
    part,
    place,
    staying_view,
    title,
)
from app.web.staff.step_page import Writing
from app.web.staff.work import LONGEST_VERSION, seen
from app.web.staff.writing import UNTIL, begun, own_step, taken

router = APIRouter()
CHOSEN = "arende-"
"""How what is chosen is called; each part of the page has its own."""
SEEN = re.compile(rf"(\S{{1,32}}) ([0-9]{{1,{LONGEST_VERSION}}})")
ACTS: dict[str, Callable[..., int]] = {
    "foresla": removal.propose,
    "godkann": removal.approve,
    "ta-tillbaka": removal.withdraw,
    "slapp": removal.lift_holds,
}


@router.get(AT)
async def show(request: Request, desk: AtDesk) -> Response:
    """What may be removed at the unit in view. Each list has pages of its own."""
    now, after = desk.clock.now(), request.query_params

    def read(connection: Connection, staff: Staff) -> Lists:
        rights.require(staff, Act.PROPOSE_REMOVAL)
        look = partial(removable.listed, connection, desk.plan, staff=staff, now=now)
        stays = partial(removable.staying, connection, desk.plan, staff=staff, now=now)
        return Lists(
            {s: look(stand=s, after=place(after, s.name.lower())) for s in Stand},
            stays(after=place(after, STAYING)),
            removable.gone(connection, unit=staff.unit, after=place(after, GONE)),
        )

    staff, lists = await read_for(request, read)
    here = desk.municipality.casework.record == "here"
    view = RemovalView(
        unit=desk.municipality.units[staff.unit].name,
        here=here,
        whole=here and not desk.plan.akts,
        days=tuple(
            desk.t("staff.removal.days", form=title(desk, form_id), days=many)
            for form_id, many in desk.plan.days.items()
        ),
        token=desk.token(staff),
        parts=tuple(
            part(desk, staff, stand, lists.stands[stand])
            for stand in OFFERED
            if lists.stands[stand].rows
        ),
        staying=tuple(staying_view(desk, each) for each in lists.staying.rows),
        staying_next=further(STAYING, lists.staying),
        gone=tuple(gone_view(desk, each) for each in lists.gone.rows),
        gone_next=further(GONE, lists.gone),
    )
    said = desk.t("staff.removal.title")
    return desk.page("staff/removal.html", title=said, staff=staff, removal=view)


@router.post(AT + "/{action}")
async def act(desk: AtDesk, posted: Posting, action: str) -> Response:
    """Say something of the cases that are chosen; those that are not as they were seen stay."""
    if action not in ACTS:
        raise PageMissing
    writes = {"rules": desk.rules} if action == "slapp" else {}
    say = partial(
        ACTS[action],
        **writes,
        plan=desk.plan,
        staff=posted.staff,
        chosen=tuple(chosen(posted.inputs)),
        now=desk.clock.now(),
    )
    await desk.database.write(say)
    return see(AT)


@router.get("/inkorg/arenden/{reference}/bevara")
async def show_hold(request: Request, desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """Why a case is to be kept, and how long, with nothing written yet."""
    item = await seen(desk, staff, reference, Act.PROPOSE_REMOVAL)
    return await begun(request, holding(desk, staff, item))


@router.post("/inkorg/arenden/{reference}/bevara")
async def hold(request: Request, desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Let the case be kept."""
    item = await seen(desk, posted.staff, reference, Act.PROPOSE_REMOVAL)
    return await taken(request, holding(desk, posted.staff, item), posted.inputs)


def holding(desk: Desk, staff: Staff, item: QueueItem) -> Writing:
    until = {
        "kind": "date",
        "id": UNTIL,
        "label": desk.t("staff.hold.until"),
        "hint": desk.t("staff.hold.until_hint"),
    }
    return Writing(desk, staff, item, own_step(desk.t, "hold", until), "bevara", removal.hold)


def chosen(inputs: Inputs) -> Iterator[tuple[str, int]]:
    """Yield the cases that are chosen, each with the version that was seen."""
    for name, values in inputs.items():
        for read in map(SEEN.fullmatch, values if name.startswith(CHOSEN) else ()):
            if read:
                yield references.parse(read[1]) or "", int(read[2])
