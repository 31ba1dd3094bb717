"""The staff's queue, and one item of it.

The queue shows that something waits, and nothing of what it says (SoPuL 7 a §).
Opening an item is written down before anything of it is shown (SoPuL 10 §).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from app import references
from app.casework import opening, queue, rights, stuck
from app.casework.access import Staff
from app.casework.opening import ReadItem
from app.casework.queue import QueueItem, QueuePage, Status
from app.casework.rights import Act
from app.casework.stuck import Stuck
from app.errors import (
    NoSuchItem,
    NotAllowed,
    NotARecipient,
    SealBroken,
    SignedOut,
    SkyddsnatError,
)
from app.records import pulse
from app.records.pulse import Pulse
from app.runner.texts import Interface
from app.web.http.addresses import see
from app.web.http.application import NOT_ALLOWED, allowed
from app.web.http.posted import Inputs
from app.web.http.unforeseen import note
from app.web.shown import said, words
from app.web.shown.views import ErrorView, LinkView, RowView, SectionView
from app.web.staff import stuck as stuck_pages
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn, desk_of, read_for, signed_in
from app.web.staff.views import ActionView, ItemPageView, QueueRowView, QueueView

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
    ) -> tuple[QueuePage, tuple[Stuck, ...], Pulse | None]:
        rights.require(staff, Act.SEE_QUEUE)
        status = None if alla else Status.NEW
        sees_to = not after and rights.may(staff, Act.SEE_TO_DELIVERY)
        return (
            queue.list_items(connection, unit=staff.unit, status=status, after=after),
            stuck.waiting(connection, unit=staff.unit) if sees_to else (),
            pulse.pulse(connection, pulse.RECONCILE),
        )

    staff, (found, needing, counted) = await read_for(request, read)
    t, suffix = desk.t, "alla=1" if alla else ""
    other, words_for_it = ("/inkorg", "waiting") if alla else ("/inkorg?alla=1", "all")
    view = QueueView(
        unit=desk.municipality.units[staff.unit].name,
        items=rows(desk, found.items),
        toggle=LinkView(other, t(f"staff.queue.show_{words_for_it}")),
        refresh_href=f"/inkorg?{suffix}".rstrip("?"),
        previous="",
        next=f"/inkorg?{suffix}&efter={found.after}".replace("?&", "?") if found.after else "",
        stuck=tuple(stuck_pages.row(desk, each) for each in needing),
        warning=t("staff.queue.does_not_add_up") if counted and not counted.ok else "",
    )
    return desk.page("staff/queue.html", title=t("staff.queue.title"), staff=staff, queue=view)


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


@router.get("/inkorg/arenden/{reference}")
async def show_item(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """One report: the questions as they were put and the answers as they were given."""
    read = await opening.read_item(
        desk.database,
        staff=staff,
        reference=references.parse(reference) or "",
        keys=desk.keys,
        clock=desk.clock,
    )
    view = item_view(desk, staff, read)
    title = desk.t("staff.item.title", reference=view.reference)
    return desk.page("staff/item.html", title=title, staff=staff, item=view)


@router.post("/inkorg/arenden/{reference}/kvittera")
async def acknowledge(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Take the report in hand; the first to do so stands."""
    await opening.acknowledge_item(
        desk.database,
        staff=posted.staff,
        reference=references.parse(reference) or "",
        clock=desk.clock,
    )
    return see(f"/inkorg/arenden/{reference}")


def item_view(desk: Desk, staff: Staff, read: ReadItem) -> ItemPageView:
    t, zone, item = desk.t, desk.municipality.zone, read.item
    [line], transcript = rows(desk, [item]), read.transcript
    now = words.moment(desk.clock.now().astimezone(zone), t)
    taken = (
        t(
            "staff.item.acknowledged",
            name=read.owner,
            time=words.moment(item.taken_at.astimezone(zone), t),
        )
        if item.taken_at
        else ""
    )
    language = desk.content.languages.get(transcript["language"])
    facts = [
        ("staff.item.received", line.received),
        ("staff.item.form", transcript["title"]),
        ("staff.item.version", str(transcript["version"])),
        ("staff.item.written_in", language.name if language else transcript["language"]),
        ("staff.item.status", taken or line.status),
    ]
    # Reports of earlier versions do not say.
    passed_by = tuple(page["title"] for page in transcript.get("passed_by", ()))
    return ItemPageView(
        reference=line.reference,
        facts=(
            *(RowView(t(name), (value,)) for name, value in facts),
            *([RowView(t("staff.item.passed_by"), passed_by)] if passed_by else ()),
        ),
        warnings=tuple(t(f"staff.item.{flag}") for flag in flags(item)),
        sections=tuple(
            SectionView(
                page["title"],
                tuple(row(t, asked) for asked in page["questions"]),
            )
            for page in transcript["pages"]
        ),
        language=transcript["language"],
        dir=language.dir if language else "auto",
        acknowledge=None
        if item.taken_at
        else ActionView(f"/inkorg/arenden/{item.reference}/kvittera", desk.token(staff)),
        printed=t("staff.item.printed", name=staff.name, time=now),
        back="/inkorg",
    )


def row(t: Interface, asked: Mapping[str, Any]) -> RowView:
    """Return one answer as it was written, and how it was read."""
    # Reports from before there were remarks have none.
    remarks = (said.read(t, remark) for remark in asked.get("remarks", ()))
    shown = tuple(words for words in remarks if words)
    return RowView(asked["question"], tuple(asked["lines"]), remarks=shown)


def install_errors(app: FastAPI) -> None:
    """Let every error of the staff site end as a page."""
    app.add_exception_handler(SkyddsnatError, named)
    app.add_exception_handler(HTTPException, by_status)


async def named(request: Request, error: Exception) -> Response:
    note(error)
    if isinstance(error, SignedOut):
        return see("/logga-in")
    if isinstance(error, SealBroken | NotARecipient):
        return message(desk_of(request), 500, "staff.item.unreadable")
    if isinstance(error, NoSuchItem):
        return message(desk_of(request), 404, "staff.errors.not_yours")
    if isinstance(error, NotAllowed):
        return await not_allowed(request)
    return error_page(request, error.status if isinstance(error, SkyddsnatError) else 500)


async def not_allowed(request: Request) -> Response:
    """Write down that somebody tried what their roles do not let them, and say so."""
    desk, staff = desk_of(request), await signed_in(request)
    now = desk.clock.now()
    await desk.database.write(lambda connection: rights.refused(connection, staff, now=now))
    return message(desk, 403, "staff.errors.not_allowed", staff)


async def by_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = error_page(request, status)
    if status == NOT_ALLOWED:
        response.headers["allow"] = allowed(request)
    return response


def fault(request: Request, _: Inputs) -> Response:
    """Return the page that says that the fault is ours."""
    return error_page(request, 500)


def error_page(request: Request, status: int) -> Response:
    """Return the page of a status."""
    desk = desk_of(request)
    known = f"errors.page.{status}.title" in desk.t
    path = f"errors.page.{status if known else 500}"
    return error_view(desk, status, desk.t(f"{path}.title"), desk.t(f"{path}.text"))


def message(desk: Desk, status: int, path: str, staff: Staff | None = None) -> Response:
    """Return the page of an error that staff have words of their own for."""
    return error_view(desk, status, desk.t(f"{path}_title"), desk.t(path), staff)


def error_view(
    desk: Desk, status: int, title: str, prose: str, staff: Staff | None = None
) -> Response:
    view = ErrorView(title, prose, (), LinkView("/inkorg", desk.t("staff.home")))
    return desk.page("staff/error.html", title=title, staff=staff, status=status, error=view)
