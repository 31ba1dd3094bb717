"""Jäv: the pages where somebody says that they, or a colleague, may not have to do with a case."""

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from app.casework import barring, emergencies, rights
from app.casework.access import Staff
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.runner.typed import clean
from app.web.http.posted import first
from app.web.staff import queue
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.step_page import Writing
from app.web.staff.work import pressed, seen, version_of
from app.web.staff.writing import NAME, NEVER, begun, own_step, taken

router = APIRouter()


@router.get("/inkorg/arenden/{reference}/jav")
async def show_recuse(request: Request, desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """Why one has jäv, with nothing written yet."""
    return await begun(request, recusing(desk, staff, await seen(desk, staff, reference)))


@router.post("/inkorg/arenden/{reference}/jav")
async def recuse(request: Request, desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Say that one has jäv; the case is gone after it."""
    staff, now = posted.staff, desk.clock.now()
    item = await seen(desk, staff, reference)
    others = await desk.database.read(partial(emergencies.at_work, staff=staff, now=now))
    writing = recusing(desk, staff, item)
    # Who is alone may need it all the same, and sees its reference nowhere else any more.
    alone = f"{queue.EMERGENCY}?arende={item.reference}"
    return await taken(request, writing if others else replace(writing, then=alone), posted.inputs)


@router.get("/inkorg/arenden/{reference}/sparra")
async def show_bar(request: Request, desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """Who has jäv, and why, with nothing written yet."""
    rights.require(staff, Act.ASSIGN)
    return await begun(request, bar_on(desk, staff, await seen(desk, staff, reference)))


@router.post("/inkorg/arenden/{reference}/sparra")
async def bar(request: Request, desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Bar a colleague."""
    rights.require(posted.staff, Act.ASSIGN)
    item = await seen(desk, posted.staff, reference)
    return await taken(request, bar_on(desk, posted.staff, item), posted.inputs)


@router.post("/inkorg/arenden/{reference}/hav-jav")
async def lift(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Ask that a colleague be let in again, or agree to it."""
    name, version = clean(first(posted.inputs, NAME)), version_of(posted.inputs)
    act = partial(barring.lift, version=version, name=name)
    return await pressed(desk, posted, reference, act)


def recusing(desk: Desk, staff: Staff, item: QueueItem) -> Writing:
    step = own_step(desk.t, "recuse")
    return Writing(desk, staff, item, step, "jav", barring.recuse, then=queue.HOME)


def bar_on(desk: Desk, staff: Staff, item: QueueItem) -> Writing:
    name = {
        "kind": "text",
        "id": NAME,
        "label": desk.t("staff.bar.name"),
        "required": True,
        "errors": {"missing": desk.t("staff.bar.name_missing")},
    }
    never = {"kind": "confirmation", "id": NEVER, "label": desk.t("staff.bar.never")}
    step = own_step(desk.t, "bar", name, never)
    return Writing(desk, staff, item, step, "sparra", barring.bar)
