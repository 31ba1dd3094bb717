"""What is done with a case by one press: take it, give it back, say that one has read it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Response

from app import references
from app.casework import cases, opening, queue, rights, second_reading
from app.casework.access import Staff
from app.casework.bars import exists_for
from app.casework.entries import Kind
from app.casework.group.acting import NotForEach, NotLeft
from app.casework.group.consent import NoConsent
from app.casework.queue import QueueItem
from app.casework.refusals import (
    Changed,
    ClocksRunning,
    NotAgreed,
    NotExtended,
    NotReceived,
    NotSecondRead,
    StepImpossible,
)
from app.casework.rights import Act
from app.errors import NoSuchItem, SkyddsnatError
from app.runner.process import Process
from app.web.http.addresses import see
from app.web.http.posted import Inputs, first
from app.web.staff import case, due
from app.web.staff.desk import AtDesk, Desk, Posted, Posting, PostingTo
from app.web.staff.errors import error_view, to_case

router = APIRouter()
LONGEST_VERSION = 9
"""Digits."""
PLAINLY = {
    NotReceived: "not_received",
    NotSecondRead: "not_second_read",
    NotExtended: "not_extended",
    NoConsent: "no_consent",
}
"""What needs no more words than these."""


@router.post("/inkorg/arenden/{reference}/ta")
async def take(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Have the case; whoever took it first has it, and the page says who."""
    return await pressed(desk, posted, reference, cases.take)


@router.post("/inkorg/arenden/{reference}/lamna-tillbaka")
async def give_back(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Let the case be for anybody to take."""
    version = version_of(posted.inputs)
    return await pressed(desk, posted, reference, partial(cases.give_back, version=version))


@router.post("/inkorg/arenden/{reference}/medlast")
async def second_read(desk: AtDesk, posted: PostingTo, reference: str) -> Response:
    """Say that one has read the case, for a colleague who does not decide alone."""
    version = version_of(posted.inputs)
    act = partial(second_reading.second_read, version=version)
    return await pressed(desk, posted, reference, act)


async def pressed(desk: Desk, posted: Posted, reference: str, act: Callable[..., Any]) -> Response:
    """Do it, and show the case; when somebody else was quicker, say what they did."""
    item = await seen(desk, posted.staff, reference)
    back = f"{case.AT}/{item.reference}"
    work = partial(
        act,
        rules=desk.rules,
        staff=posted.staff,
        reference=item.reference,
        now=desk.clock.now(),
    )
    try:
        await cases.carry_out(desk.database, work)
    except (Changed, StepImpossible) as wrong:
        what = happened(desk, wrong, desk.rules.processes.get(item.form_id))
        title = desk.t("staff.changed.title")
        return error_view(desk, 409, title, what, posted.staff, back=to_case(desk, back))
    return see(back)


async def seen(desk: Desk, staff: Staff, reference: str, act: Act = Act.WORK) -> QueueItem:
    """Return a case as the queue has it; nothing that it says. NoSuchItem, which is written down.

    NotAllowed for who may not do with it what the page is for.
    """
    rights.require(staff, act)
    known, now = references.parse(reference) or "", desk.clock.now()
    found = await desk.database.read(
        lambda connection: queue.one(connection, unit=staff.unit, reference=known)
    )
    if found is None or not exists_for(staff, known, found.barred):
        await desk.database.write(
            lambda connection: opening.refuse(connection, staff=staff, reference=known, now=now)
        )
        raise NoSuchItem("not a case of this unit")
    return found


def version_of(inputs: Inputs) -> int:
    """Return the version of the case that the page was made from; one that no case has for none."""
    version = first(inputs, "_version")
    known = version.isascii() and version.isdecimal() and len(version) <= LONGEST_VERSION
    return int(version) if known else -1


def happened(desk: Desk, wrong: SkyddsnatError, process: Process | None) -> str:
    """Return what somebody else has done meanwhile, or what keeps it from being done."""
    if isinstance(wrong, ClocksRunning):
        left = ", ".join(due.clock_name(process, clock) for clock in wrong.clocks)
        return desk.t("staff.changed.clocks", clocks=left)
    if isinstance(wrong, NotForEach):
        what = "; ".join(f"{step}: {name}" for step, name in wrong.left)
        why = "not_left" if isinstance(wrong, NotLeft) else "not_for_each"
        return desk.t(f"staff.changed.{why}", what=what)
    for kind, name in PLAINLY.items():
        if isinstance(wrong, kind):
            return desk.t(f"staff.changed.{name}")
    if isinstance(wrong, NotAgreed):
        title = case.entry_title(desk.t, process, Kind.STEP, wrong.step)
        return desk.t("staff.changed.not_agreed", what=title)
    if not isinstance(wrong, Changed) or wrong.at is None:
        return desk.t("staff.changed.somehow")
    what = case.entry_title(desk.t, process, Kind(wrong.what), wrong.step)
    return desk.t("staff.changed.by", name=wrong.by, what=what, time=case.at(desk, wrong.at))
