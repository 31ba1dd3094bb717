"""What the page of removal receives, and how it is said: nothing of what any case says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import references
from app.casework import rights
from app.casework.access import Staff
from app.casework.removable import Candidate, Page, Stand, Staying, Tombstone
from app.casework.rights import Act
from app.records.akt import Kept
from app.runner.texts import Interface
from app.web.shown import words
from app.web.staff import queue
from app.web.staff.desk import Desk

AT = queue.REMOVAL
STAYING, GONE = "staying", "gone"
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
    rule: str
    says: str
    value: str


@dataclass(frozen=True, slots=True)
class StayingView:
    """An akt of ours that stays, why, and where what is not known is said; "" when nothing can."""

    reference: str
    form: str
    closed: str
    outcome: str
    why: str
    say: str


@dataclass(frozen=True, slots=True)
class RemovalPartView:
    """Cases that stand alike, and what can be done about those that are chosen."""

    name: str
    rows: tuple[RemovalRowView, ...]
    acts: tuple[tuple[str, str], ...]
    """Address and text of each button."""
    next: str


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
    """What may be removed at a unit, and what has been. `here` is that the akt is kept here.

    `whole`, that all of them are kept for research. Each `next` is "" on the last page.
    """

    unit: str
    here: bool
    whole: bool
    days: tuple[str, ...]
    token: str
    parts: tuple[RemovalPartView, ...]
    staying: tuple[StayingView, ...]
    staying_next: str
    gone: tuple[GoneView, ...]
    gone_next: str


@dataclass(frozen=True, slots=True)
class Lists:
    """What stands on the page: by how they stand, what stays, and what has gone."""

    stands: Mapping[Stand, Page[Candidate]]
    staying: Page[Staying]
    gone: Page[Tombstone]


def place(after: Mapping[str, str], name: str) -> str:
    """Return the reference that the page of a list is after; "" where it is the first."""
    return references.parse(after.get(name, "")) or ""


def further(name: str, found: Page[Any]) -> str:
    """Return the address of the next page of a list; "" when there is none."""
    return f"{AT}?{name}={found.after}#{name}" if found.after else ""


def part(desk: Desk, staff: Staff, stand: Stand, found: Page[Candidate]) -> RemovalPartView:
    """Return the cases that stand so; one's own proposal is another's to agree to."""
    approves = rights.may(staff, Act.APPROVE_REMOVAL)
    acts = tuple(name for name in OFFERED[stand] if approves or name != "godkann")
    return RemovalPartView(
        name=stand.name.lower(),
        rows=tuple(row(desk, each) for each in found.rows),
        next=further(stand.name.lower(), found),
        acts=tuple((f"{AT}/{name}", desk.t(f"staff.removal.{TEXTS[name]}")) for name in acts),
    )


def row(desk: Desk, each: Candidate) -> RemovalRowView:
    t, zone = desk.t, desk.municipality.zone
    return RemovalRowView(
        reference=each.reference,
        href=f"/inkorg/arenden/{each.reference}",
        form=title(desk, each.form_id),
        received=words.stamp(each.received_at.astimezone(zone), t),
        closed=words.stamp(each.closed_at.astimezone(zone), t),
        outcome=outcome(desk, each.form_id, each.outcome),
        rule=each.rule if each.form_id in desk.plan.akts else "",
        says=says(each, t),
        value=f"{each.reference} {each.version}",
    )


def staying_view(desk: Desk, each: Staying) -> StayingView:
    t, known = desk.t, each.why in {Kept.RESEARCH, Kept.NEVER, Kept.YOUNG}
    href = f"/inkorg/arenden/{each.reference}"
    return StayingView(
        reference=each.reference,
        form=title(desk, each.form_id),
        closed=words.stamp(each.closed_at.astimezone(desk.municipality.zone), t),
        outcome=outcome(desk, each.form_id, each.outcome),
        why=t(f"staff.removal.why.{each.why}"),
        say=href if known else f"{href}/gallringsuppgifter",
    )


def outcome(desk: Desk, form_id: str, code: str | None) -> str:
    """Return what a decision came to, in words; "" when the process has no such outcome."""
    process = desk.rules.processes.get(form_id)
    found = process.outcome(code) if process and code else None
    return found.label if found else ""


def gone_view(desk: Desk, each: Tombstone) -> GoneView:
    names = {"name": each.proposed_by, "other": each.approved_by}
    return GoneView(
        reference=each.reference,
        form=title(desk, each.form_id),
        received=each.received_in,
        removed=each.removed_in,
        outcome=outcome(desk, each.form_id, each.outcome) or each.outcome or "",
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
