"""Gallring: the list of what may be removed, where one proposes and another agrees; and to hold.

Nothing of what a case says is on the list.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app import references
from app.casework import removable, removal, rights
from app.casework.access import Staff
from app.casework.queue import QueueItem
from app.casework.removable import Candidate, Stand, Tombstone
from app.casework.rights import Act
from app.errors import PageMissing
from app.runner.texts import Interface
from app.web.http.addresses import see
from app.web.http.posted import Inputs
from app.web.shown import words
from app.web.staff import queue
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn, read_for
from app.web.staff.step_page import Writing
from app.web.staff.work import LONGEST_VERSION, seen
from app.web.staff.writing import UNTIL, begun, own_step, taken

router = APIRouter()
AT = queue.REMOVAL
CHOSEN = "arende-"
"""How what is chosen is called; each part of the page has its own."""
SEEN = re.compile(rf"(\S{{1,32}}) ([0-9]{{1,{LONGEST_VERSION}}})")
ACTS: dict[str, Callable[..., int]] = {
    "foresla": removal.propose,
    "godkann": removal.approve,
    "ta-tillbaka": removal.withdraw,
    "slapp": removal.lift_holds,
}
TEXTS = {
    "foresla": "propose",
    "godkann": "approve",
    "ta-tillbaka": "withdraw",
    "slapp": "lift",
}
OFFERED = {
    Stand.PROPOSED: ("godkann", "ta-tillbaka"),
    Stand.FREE: ("foresla",),
    Stand.AGREED: ("ta-tillbaka",),
    Stand.HELD: ("slapp",),
}
"""What can be done about cases, by how they stand; in the order of the page."""


@dataclass(frozen=True, slots=True)
class RemovalRowView:
    """A case that has had its time. `value` is what is posted of it."""

    reference: str
    href: str
    form: str
    received: str
    closed: str
    outcome: str
    says: str
    value: str


@dataclass(frozen=True, slots=True)
class RemovalPartView:
    """Cases that stand alike, and what can be done about those that are chosen."""

    name: str
    rows: tuple[RemovalRowView, ...]
    acts: tuple[tuple[str, str], ...]
    """Address and text of each button."""


@dataclass(frozen=True, slots=True)
class GoneView:
    """What is left of a case that was removed."""

    reference: str
    form: str
    received: str
    removed: str
    outcome: str
    by: str


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What may be removed at a unit, and what has been. `here` is that the akt is kept here."""

    unit: str
    here: bool
    days: tuple[str, ...]
    token: str
    parts: tuple[RemovalPartView, ...]
    gone: tuple[GoneView, ...]


@router.get(AT)
async def show(request: Request, desk: AtDesk) -> Response:
    """What may be removed at the unit in view."""
    now = desk.clock.now()

    def read(
        connection: Connection, staff: Staff
    ) -> tuple[dict[Stand, tuple[Candidate, ...]], tuple[Tombstone, ...]]:
        rights.require(staff, Act.PROPOSE_REMOVAL)
        found = {
            stand: removable.listed(connection, desk.plan, staff=staff, stand=stand, now=now)
            for stand in Stand
        }
        return found, removable.gone(connection, unit=staff.unit)

    staff, (found, gone) = await read_for(request, read)
    view = RemovalView(
        unit=desk.municipality.units[staff.unit].name,
        here=desk.municipality.casework.record == "here",
        days=tuple(
            desk.t("staff.removal.days", form=title(desk, form_id), days=many)
            for form_id, many in desk.plan.days.items()
        ),
        token=desk.token(staff),
        parts=tuple(part(desk, staff, stand, found[stand]) for stand in OFFERED if found[stand]),
        gone=tuple(gone_view(desk, each) for each in gone),
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


def part(desk: Desk, staff: Staff, stand: Stand, found: tuple[Candidate, ...]) -> RemovalPartView:
    """Return the cases that stand so; one's own proposal is another's to agree to."""
    approves = rights.may(staff, Act.APPROVE_REMOVAL)
    acts = tuple(name for name in OFFERED[stand] if approves or name != "godkann")
    return RemovalPartView(
        name=stand.name.lower(),
        rows=tuple(row(desk, each) for each in found),
        acts=tuple((f"{AT}/{name}", desk.t(f"staff.removal.{TEXTS[name]}")) for name in acts),
    )


def row(desk: Desk, each: Candidate) -> RemovalRowView:
    t, zone = desk.t, desk.municipality.zone
    process = desk.rules.processes.get(each.form_id)
    outcome = process.outcome(each.outcome) if process and each.outcome else None
    return RemovalRowView(
        reference=each.reference,
        href=f"/inkorg/arenden/{each.reference}",
        form=title(desk, each.form_id),
        received=words.moment(each.received_at.astimezone(zone), t, short=True),
        closed=words.moment(each.closed_at.astimezone(zone), t, short=True),
        outcome=outcome.label if outcome else "",
        says=says(each, t),
        value=f"{each.reference} {each.version}",
    )


def gone_view(desk: Desk, each: Tombstone) -> GoneView:
    process = desk.rules.processes.get(each.form_id)
    outcome = process.outcome(each.outcome) if process and each.outcome else None
    names = {"name": each.proposed_by, "other": each.approved_by}
    return GoneView(
        reference=each.reference,
        form=title(desk, each.form_id),
        received=each.received_in,
        removed=each.removed_in,
        outcome=outcome.label if outcome else each.outcome or "",
        by=desk.t("staff.removal.by_two", **names),
    )


def says(each: Candidate, t: Interface) -> str:
    """Return who has said that a case shall go, or how long it is to be kept."""
    if each.stand is Stand.HELD:
        day = each.held_until
        return t("staff.removal.until", day=day.isoformat()) if day else t("staff.removal.endless")
    if each.stand is Stand.AGREED:
        return t("staff.removal.by_two", name=each.proposed_by, other=each.approved_by)
    if each.stand is Stand.PROPOSED:
        return t("staff.removal.by_one", name=each.proposed_by)
    return ""


def title(desk: Desk, form_id: str) -> str:
    form = desk.site.forms.get(form_id)
    return form.title if form else form_id
