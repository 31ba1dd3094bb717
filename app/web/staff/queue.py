"""The staff's queue: it shows that something waits, and nothing of what it says (SoPuL 7 a §)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, partial
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app import references
from app.casework import admissions, counting, looks, queue, rights, stuck
from app.casework.access import Staff
from app.casework.admission import Admission
from app.casework.bars import is_barred
from app.casework.counting import Amount
from app.casework.looks import Look
from app.casework.queue import QueueItem, QueuePage, Status, Tab
from app.casework.rights import Act
from app.casework.running import Rules
from app.casework.stuck import Waiting
from app.records import pulse
from app.records.pulse import Pulse
from app.runner.texts import Interface
from app.web.http.addresses import see
from app.web.shown import words
from app.web.shown.views import LinkView
from app.web.staff import due, kept, let_in, times, watching
from app.web.staff import stuck as stuck_pages
from app.web.staff.desk import AtDesk, Desk, SignedIn, home_of, read_for
from app.web.staff.queue_views import QueueRowView, QueueView
from app.web.staff.views import TabView

router = APIRouter()
HOME = "/inkorg"
NEW = f"{HOME}/ny"
REMOVAL = "/inkorg/gallring"
FIRST = 5
"""So many of those that are stuck stand over the queue."""
EMERGENCY = "/inkorg/nodlage"


@router.get("/")
async def show_home(staff: SignedIn) -> Response:
    return see(home_of(staff))


@router.get("/inkorg")
async def show_queue(request: Request, desk: AtDesk, flik: str = "", efter: str = "") -> Response:
    """What is to be done at the unit: what is due first first."""
    after, tab, now = references.parse(efter), tab_of(flik), desk.clock.now()

    def read(connection: Connection, staff: Staff) -> Seen:
        rights.require(staff, Act.SEE_QUEUE)
        sees_to = not after and rights.may(staff, Act.SEE_TO_DELIVERY)
        unit, look = staff.unit, looks.of(connection, staff, now=now)
        return Seen(
            queue.list_items(connection, unit=unit, tab=tab, owner=staff.name, after=after),
            counting.amount(connection, desk.rules, unit=unit, now=now),
            counting.count_new(connection, unit=unit, since=look.since),
            stuck.waiting(connection, staff=staff, most=FIRST) if sees_to else Waiting(),
            pulse.pulse(connection, pulse.RECONCILE),
            look,
            admissions.of_somebody(connection, staff, now=now),
        )

    staff, (found, amount, new, needing, counted, look, mine) = await read_for(request, read)
    if looks.is_due(look, now=now):
        await desk.database.write(lambda c: looks.remember(c, staff, look, now=now))
    t, written = desk.t, await kept.words(request, desk, staff)
    said = total(t, amount)
    view = QueueView(
        unit=desk.municipality.units[staff.unit].name,
        total=said,
        tabs=tuple(
            TabView(address(each), t(f"staff.queue.tab_{each}"), current=each is tab)
            for each in Tab
        ),
        closed=tab is Tab.CLOSED,
        several=len(forms_of(desk, staff.unit) | {item.form_id for item in found.items}) > 1,
        items=rows(desk, staff, in_order(found.items, desk.rules, now), now, look.since),
        empty=t(f"staff.queue.empty_{tab}"),
        refresh_href=address(tab),
        next=address(tab, found.after) if found.after else "",
        stuck=stuck_pages.rows(desk, needing),
        stuck_all=stuck_pages.all_of(desk, needing),
        kept=LinkView(written.path, t("staff.kept.go_on")) if written else None,
        new_href=NEW if rights.may(staff, Act.ENTER) else "",
        times_href=times.AT if rights.may(staff, Act.SEE_TIMES) else "",
        search_href=f"{HOME}/sok" if rights.may(staff, Act.OPEN) else "",
        removal_href=REMOVAL if rights.may(staff, Act.PROPOSE_REMOVAL) else "",
        let_in=let_in.links(desk, mine),
        emergency_href=EMERGENCY if rights.may(staff, Act.WORK) else "",
        warning=t("staff.queue.does_not_add_up") if counted and not counted.ok else "",
    )
    keys = watching.keys_view(desk, staff, look)
    title = t("staff.queue.title_new" if new else "staff.queue.title_total", total=said, count=new)
    return desk.page("staff/queue.html", title=title, staff=staff, queue=view, keys=keys)


class Seen(NamedTuple):
    """What is read of the queue at one moment."""

    found: QueuePage
    amount: Amount
    new: int
    stuck: Waiting
    counted: Pulse | None
    look: Look
    let_in: tuple[Admission, ...]


def tab_of(asked: str) -> Tab:
    return Tab(asked) if asked in set(Tab) else Tab.TO_DO


def address(tab: Tab, after: str = "") -> str:
    """Return where a tab is, from after a case."""
    asked = [f"flik={tab}"] if tab is not Tab.TO_DO else []
    asked += [f"efter={after}"] if after else []
    return f"{HOME}?{'&'.join(asked)}" if asked else HOME


def forms_of(desk: Desk, unit: str) -> set[str]:
    """Return the forms by which reports can come to a unit."""
    forms = desk.municipality.forms.items()
    return {name for name, form in forms if unit in {form.unit, *(way.unit for way in form.routes)}}


def total(t: Interface, amount: Amount) -> str:
    """Return how much there is to do; of more than anybody counts, that it is more."""
    most = counting.MOST_COUNTED
    name = "more_to_do" if amount.to_do > most else "to_do"
    return t(f"staff.queue.{name}", count=min(amount.to_do, most), today=min(amount.today, most))


def in_order(items: Iterable[QueueItem], rules: Rules, now: datetime) -> list[QueueItem]:
    """Return the cases of a page by the day that is shown, of each day the urgent first.

    That day can be before the one that the law gives, which the pages are divided by. What is
    closed stands as it is.
    """
    today = rules.calendar.day(now)

    def place(item: QueueItem) -> tuple[date, bool]:
        if item.closed_at:
            return date.max, False
        return due.shown_day(item, rules, today), not item.urgent

    return sorted(items, key=place)


def rows(
    desk: Desk,
    staff: Staff,
    items: Iterable[QueueItem],
    now: datetime,
    since: datetime | None,
) -> tuple[QueueRowView, ...]:
    """Return each case's line in the queue; to whoever is barred from one there is none."""
    t, zone, rules = desk.t, desk.municipality.zone, desk.rules
    titles = {name: form.title for name, form in desk.site.forms.items()}
    today, you = rules.calendar.day(now), t("staff.queue.you")
    take = t("staff.hands.take")
    # A page is of few kinds of case: what each is called is found once.
    stands = cache(partial(named, desk))
    to_do = cache(lambda form_id, clock: due.clock_name(rules.processes.get(form_id), clock))

    def waits_for(item: QueueItem) -> str:
        # What nobody has, and no clock stands for, is to be taken.
        return to_do(item.form_id, item.next_clock) or ("" if item.owner else take)

    def row(item: QueueItem) -> QueueRowView:
        closed = item.closed_at
        says, tone = due.of_item(item, rules, today, t)
        if closed:
            says, tone = words.moment(closed.astimezone(zone), t, short=True), ""
        return QueueRowView(
            reference=item.reference,
            href=f"/inkorg/arenden/{item.reference}",
            form=titles.get(item.form_id, item.form_id),
            received=words.moment(item.received_at.astimezone(zone), t, short=True),
            age=words.age(item.age(now), t),
            flags=tuple(t(f"staff.queue.{flag}") for flag in flags(item)),
            channel=channel(t, item),
            urgent=item.urgent,
            new=item.is_new(since),
            next=outcome(desk, item) if closed else waits_for(item),
            due=says,
            tone=tone,
            owner=you if item.owner == staff.name else item.owner or "",
            state=stands(item.form_id, item.state, item.status),
        )

    return tuple(row(item) for item in items if not is_barred(item.barred, staff))


def state(desk: Desk, item: QueueItem) -> str:
    """Return how far a case has come, in words."""
    return named(desk, item.form_id, item.state, item.status)


def named(desk: Desk, form_id: str, state: str, status: Status) -> str:
    """Return what a state is called; where its process no longer knows it, what `status` is."""
    process = desk.rules.processes.get(form_id)
    known = process.state(state) if process else None
    return known.label if known else desk.t(f"staff.status.{status}")


def outcome(desk: Desk, item: QueueItem) -> str:
    """Return what was decided, in words; "" when nothing was."""
    process = desk.rules.processes.get(item.form_id)
    known = process.outcome(item.outcome) if process and item.outcome else None
    return known.label if known else item.outcome or ""


def flags(item: QueueItem) -> tuple[str, ...]:
    """Return what staff are to see of an item before anything else, as the texts name it."""
    return (("urgent",) if item.urgent else ()) + (("protected",) if item.protected else ())


def channel(t: Interface, item: QueueItem) -> str:
    """Return how a report came that staff wrote down, in words; "" for one that came in alone."""
    return t(f"staff.channels.{item.channel}") if item.channel else ""
