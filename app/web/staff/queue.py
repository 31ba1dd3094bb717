"""The staff's queue: it shows that something waits, and nothing of what it says (SoPuL 7 a §)."""

from collections.abc import Iterable

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app import references
from app.casework import queue, rights, stuck
from app.casework.access import Staff
from app.casework.queue import QueueItem, QueuePage, Status
from app.casework.rights import Act
from app.casework.stuck import Stuck
from app.records import pulse
from app.records.pulse import Pulse
from app.runner.texts import Interface
from app.web.http.addresses import see
from app.web.shown import words
from app.web.shown.views import LinkView
from app.web.staff import stuck as stuck_pages
from app.web.staff.desk import AtDesk, Desk, read_for
from app.web.staff.views import QueueRowView, QueueView

router = APIRouter()


@router.get("/")
async def show_home() -> Response:
    return see("/inkorg")


@router.get("/inkorg")
async def show_queue(request: Request, desk: AtDesk, alla: str = "", efter: str = "") -> Response:
    """What waits for the unit, oldest first."""
    after = references.parse(efter)

    def read(
        connection: Connection, staff: Staff
    ) -> tuple[QueuePage, int, tuple[Stuck, ...], Pulse | None]:
        rights.require(staff, Act.SEE_QUEUE)
        status = None if alla else Status.NEW
        sees_to = not after and rights.may(staff, Act.SEE_TO_DELIVERY)
        return (
            queue.list_items(connection, unit=staff.unit, status=status, after=after),
            queue.count(connection, unit=staff.unit, status=Status.NEW),
            stuck.waiting(connection, unit=staff.unit) if sees_to else (),
            pulse.pulse(connection, pulse.RECONCILE),
        )

    staff, (found, to_do, needing, counted) = await read_for(request, read)
    t, suffix = desk.t, "alla=1" if alla else ""
    other, words_for_it = ("/inkorg", "waiting") if alla else ("/inkorg?alla=1", "all")
    view = QueueView(
        unit=desk.municipality.units[staff.unit].name,
        total=total(t, to_do),
        items=rows(desk, found.items),
        toggle=LinkView(other, t(f"staff.queue.show_{words_for_it}")),
        refresh_href=f"/inkorg?{suffix}".rstrip("?"),
        previous="",
        next=f"/inkorg?{suffix}&efter={found.after}".replace("?&", "?") if found.after else "",
        stuck=tuple(stuck_pages.row(desk, each) for each in needing),
        warning=t("staff.queue.does_not_add_up") if counted and not counted.ok else "",
    )
    return desk.page("staff/queue.html", title=t("staff.queue.title"), staff=staff, queue=view)


def total(t: Interface, count: int) -> str:
    """Return how much there is to do; of more than anybody counts, that it is more."""
    most = queue.MOST_COUNTED
    return (
        t("staff.queue.more_to_do", count=most)
        if count > most
        else t("staff.queue.to_do", count=count)
    )


def rows(desk: Desk, items: Iterable[QueueItem]) -> tuple[QueueRowView, ...]:
    """Return each item's line in the queue."""
    t, zone, now = desk.t, desk.municipality.zone, desk.clock.now()
    forms = desk.site.forms
    titles = {name: form.title for name, form in forms.items()}
    status = {status: t(f"staff.status.{status}") for status in Status}
    return tuple(
        QueueRowView(
            reference=item.reference,
            href=f"/inkorg/arenden/{item.reference}",
            form=titles.get(item.form_id, item.form_id),
            received=words.moment(item.received_at.astimezone(zone), t),
            age=words.age(item.age(now), t),
            flags=tuple(t(f"staff.queue.{flag}") for flag in flags(item)),
            urgent=item.urgent,
            status=status[item.status],
        )
        for item in items
    )


def flags(item: QueueItem) -> tuple[str, ...]:
    """Return what staff are to see of an item before anything else, as the texts name it."""
    return (("urgent",) if item.urgent else ()) + (("protected",) if item.protected else ())
