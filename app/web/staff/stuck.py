"""What could not be delivered, and what staff do about it: take it on, try again, go another way.

A page says to whom, why and since when, and nothing of what the report says.
"""

import re
from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app import references
from app.casework import rights, seeing_to, stuck
from app.casework.access import Staff
from app.casework.rights import Act
from app.casework.seeing_to import LONGEST_REASON
from app.casework.stuck import Stuck, Waiting
from app.errors import NoSuchItem, PageMissing
from app.runner.fields.text import TextField
from app.runner.typed import clean
from app.web.http.addresses import see
from app.web.http.posted import Inputs
from app.web.shown import words
from app.web.shown.views import FieldView, LinkView, RowView
from app.web.staff import handed
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn, read_for
from app.web.staff.stuck_views import ReceiverView, StuckListView, StuckPageView, StuckRowView
from app.web.staff.views import ActionView

router = APIRouter()
LIST = "/inkorg/leveranser"
AT = LIST + "/{reference}/{destination}"
PAGE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
REASON = "anledning"


@router.get(LIST)
async def show_all(request: Request, desk: AtDesk, sida: str = "") -> Response:
    """All that need a person, what has waited longest first; past the end, from the beginning."""
    number = int(sida) if PAGE.fullmatch(sida) else 1
    first = 1 + (number - 1) * stuck.MOST

    def read(connection: Connection, staff: Staff) -> Waiting:
        rights.require(staff, Act.SEE_TO_DELIVERY)
        return stuck.waiting(connection, staff=staff, first=first)

    staff, found = await read_for(request, read)
    if number > 1 and not found.rows:
        return see(LIST)
    last = first + len(found.rows) - 1
    said = {"first": words.amount(first), "last": words.amount(last)}
    view = StuckListView(
        rows=rows(desk, found),
        says=desk.t("staff.stuck.some", **said, total=words.amount(found.total)) if last else "",
        before=f"{LIST}?sida={number - 1}" if number > 1 else "",
        after=f"{LIST}?sida={number + 1}" if last < found.total else "",
    )
    title = desk.t("staff.stuck.all_title")
    return desk.page("staff/stuck_all.html", title=title, staff=staff, stuck=view)


@router.get(AT)
async def show(desk: AtDesk, staff: SignedIn, reference: str, destination: str) -> Response:
    """One delivery that needs a person."""
    return page(desk, staff, await found(desk, staff, reference, destination))


@router.post(AT + "/{action}")
async def act(
    desk: AtDesk, posted: Posting, reference: str, destination: str, action: str
) -> Response:
    """Do one thing about a delivery, and show it again, or the queue when nothing is left to do."""
    staff, inputs = posted.staff, posted.inputs
    here = await found(desk, staff, reference, destination)
    where = {"staff": staff, "reference": here.reference, "destination": here.destination}
    if action == "for-hand":
        reason = typed_reason(inputs)
        if not reason or len(reason) > LONGEST_REASON:
            return page(desk, staff, here, reason=reason, wrong=True)
        do: Callable[..., bool] = partial(seeing_to.release, reason=reason)
    elif action == "annan-vag":
        to = next(iter(inputs.get("till", ())), "")
        if to not in ways(desk, here):
            raise PageMissing
        do = partial(seeing_to.reroute, to=to, content=await resealed(desk, staff, here, to))
    elif action in SIMPLE:
        do = SIMPLE[action]
    else:
        raise PageMissing
    now = desk.clock.now()
    await desk.database.write(lambda connection: do(connection, **where, now=now))
    ended = action in {"for-hand", "annan-vag"}
    return see("/inkorg" if ended else address(here))


SIMPLE = {"ta-hand-om": seeing_to.take_over, "forsok-igen": seeing_to.try_again}


async def found(desk: Desk, staff: Staff, reference: str, destination: str) -> Stuck:
    """Return the delivery. NoSuchItem when the unit has none there that needs a person.

    NotAllowed when none of their roles lets them see to it.
    """
    rights.require(staff, Act.SEE_TO_DELIVERY)
    known = references.parse(reference) or ""
    one = await desk.database.read(
        lambda connection: stuck.one(
            connection, staff=staff, reference=known, destination=destination
        )
    )
    if one is None:
        now = desk.clock.now()
        await desk.database.write(
            lambda connection: stuck.refused(
                connection, staff=staff, reference=known, destination=destination, now=now
            )
        )
        raise NoSuchItem("nothing here needs a person")
    return one


async def resealed(desk: Desk, staff: Staff, here: Stuck, to: str) -> bytes | None:
    """Return the report sealed to another destination; None where nothing leaves us.

    It passes through this process, that alone has the key, and nobody is shown it.
    """
    if is_handed_over(desk, here):
        case = await handed.sealed(desk, staff, here.reference, to)
        return case.content if case else None
    seal = desk.sealers.get(to)
    if seal is None:
        return None
    report = await desk.database.read(
        lambda connection: stuck.report(
            connection, staff=staff, reference=here.reference, destination=here.destination
        )
    )
    return stuck.resealed(report, desk.keys, seal) if report else None


def is_handed_over(desk: Desk, here: Stuck) -> bool:
    """Tell whether it is the whole case that is on its way, and not only the report."""
    form = desk.municipality.forms.get(here.form_id)
    return form is not None and form.hand_over in here.had_by


def ways(desk: Desk, here: Stuck) -> dict[str, str]:
    """Return the destinations that a report has not been meant for yet, with their names.

    A whole case goes where it can be read, and a report alone never where cases are handed over.
    """
    form = desk.municipality.forms.get(here.form_id)
    places, whole = desk.municipality.destinations, is_handed_over(desk, here)
    had = here.had_by | ({form.hand_over} if form else set())
    return {
        name: place.name or name
        for name, place in places.items()
        if name not in had and (place.carries or not whole)
    }


def typed_reason(inputs: Inputs) -> str:
    return " ".join(clean(next(iter(inputs.get(REASON, ())), "")).split())


def address(here: Stuck) -> str:
    return AT.format(reference=here.reference, destination=here.destination)


def rows(desk: Desk, found: Waiting) -> tuple[StuckRowView, ...]:
    return tuple(row(desk, each) for each in found.rows)


def all_of(desk: Desk, found: Waiting) -> LinkView | None:
    """Return the way to all of them, where only some are shown."""
    if len(found.rows) >= found.total:
        return None
    return LinkView(LIST, desk.t("staff.stuck.all", total=words.amount(found.total)))


def row(desk: Desk, here: Stuck) -> StuckRowView:
    """Return a delivery's line in the queue."""
    t = desk.t
    places = desk.municipality.destinations
    place = places.get(here.destination)
    reason = here.reason or ""
    return StuckRowView(
        reference=here.reference,
        href=address(here),
        destination=(place.name if place else "") or here.destination,
        why=t(reason if reason in t else "delivery.reasons.fault"),
        since=words.age(desk.clock.now() - here.attention_at, t),
        owner=here.owner or t("staff.stuck.nobody"),
    )


def page(
    desk: Desk, staff: Staff, here: Stuck, *, reason: str = "", wrong: bool = False
) -> Response:
    t, zone, line, at = desk.t, desk.municipality.zone, row(desk, here), address(here)
    form = desk.site.forms.get(here.form_id)
    errors = {REASON: t("staff.stuck.reason_missing", most=LONGEST_REASON)} if wrong else {}
    field = TextField(
        kind="text",
        id=REASON,
        label=t("staff.stuck.reason"),
        hint=t("staff.stuck.reason_hint", name=staff.name),
        max=LONGEST_REASON,
    )
    facts = (
        ("destination", line.destination),
        ("form", form.title if form else here.form_id),
        ("received", words.moment(here.received_at.astimezone(zone), t)),
        ("since", words.moment(here.attention_at.astimezone(zone), t)),
        ("attempts", str(here.attempts)),
        ("state", t(f"staff.stuck.states.{here.state}")),
        ("owner", line.owner),
    )
    view = StuckPageView(
        reference=here.reference,
        why=line.why,
        closed=here.closed,
        facts=tuple(RowView(t(f"staff.stuck.{name}"), (value,)) for name, value in facts),
        take_over=action(desk, staff, f"{at}/ta-hand-om") if here.owner != staff.name else None,
        try_again=action(desk, staff, f"{at}/forsok-igen"),
        reroute=action(desk, staff, f"{at}/annan-vag"),
        ways=tuple(ReceiverView(name, known) for name, known in ways(desk, here).items()),
        open_href=f"/inkorg/arenden/{here.reference}" if here.in_inbox else "",
        release=action(desk, staff, f"{at}/for-hand"),
        reason=FieldView(
            field,
            required=True,
            heading=False,
            values={REASON: (reason,)},
            errors=errors,
            optional_text="",
        ),
        errors=tuple((f"#{place}", text) for place, text in errors.items()),
    )
    title = t("staff.stuck.title", reference=here.reference)
    title = t("site.title_error", title=title) if wrong else title
    return desk.page(
        "staff/stuck.html", title=title, staff=staff, status=422 if wrong else 200, stuck=view
    )


def action(desk: Desk, staff: Staff, where: str) -> ActionView:
    return ActionView(where, desk.token(staff))
