"""Writing down a report for somebody who rings, writes or comes: "Ny anmälan".

It is sealed and handed in as what comes in at the door is. What is written is kept under a key that
only this person, at this browser, comes back with: pressed "Spara så länge", found wrong, or posted
as the session or the database was away, nothing of it is lost.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.casework import rights, unsaved, written_down
from app.casework.rights import Act
from app.casework.written_down import Begun, Found
from app.errors import DatabaseUnavailable
from app.web.form import questions, taking
from app.web.http.addresses import see
from app.web.http.posted import Inputs, first
from app.web.shown import words
from app.web.shown.views import LinkView
from app.web.staff import case, how_it_came, kept, queue
from app.web.staff.desk import AtDesk, Posting, SignedIn
from app.web.staff.entry import SAVE, WAS, Place, Written, hand_in, now_of, place, was_of
from app.web.staff.entry_views import EnteredView, EnteringView, EnterView
from app.web.staff.queue import HOME, NEW
from app.web.staff.views import ActionView

router = APIRouter()


async def looked_at(request: Request, desk: AtDesk, staff: SignedIn, form_id: str) -> Place:
    return place(request, desk, staff, form_id)


async def posted_to(request: Request, desk: AtDesk, posted: Posting, form_id: str) -> Place:
    return place(request, desk, posted.staff, form_id)


Looking = Annotated[Place, Depends(looked_at)]
PostingTo = Annotated[Place, Depends(posted_to)]


@router.get(NEW)
async def show_forms(desk: AtDesk, staff: SignedIn) -> Response:
    """What can be written down, the unit's own forms first, and what is no report at all."""
    rights.require(staff, Act.ENTER)
    ours = queue.forms_of(desk, staff.unit)
    forms = tuple(
        (each.form.title, ActionView(f"{NEW}/{form_id}/borja", desk.token(staff)))
        for form_id, each in sorted(desk.to_enter.items(), key=lambda one: one[0] not in ours)
    )
    title, view = desk.t("staff.enter.title"), EnterView(forms, HOME)
    return desk.page("staff/enter.html", title=title, staff=staff, enter=view)


@router.post(f"{NEW}/{{form_id}}/borja")
async def begin(here: PostingTo) -> Response:
    """Begin, or go on with what is begun: it is never thrown away by beginning."""
    found = await here.found()
    if found is None or found.begun.reference:
        here, _ = await here.begin()
    response = see(here.at)
    here.give_secret(response)
    return response


@router.get(f"{NEW}/{{form_id}}")
async def show(request: Request, here: Looking) -> Response:
    """The whole form, with what is written on it; also what was posted to it too late."""
    late, found = await kept.words(request, here.desk, here.staff), await here.found()
    if late is not None and late.path == here.at:
        begun = found.begun if found and not found.begun.reference else Begun(now_of(here))
        text = here.desk.t("staff.enter.late")
        return page(here, Written.of(here, late.typed, begun), was_of(found), said=text)
    if found is None:
        return see(NEW)
    if found.begun.reference:
        return see(here.receipt)
    return page(here, Written(here, found.begun), was_of(found), said=saved(here, found.begun))


@router.post(f"{NEW}/{{form_id}}")
async def write_down(request: Request, here: PostingTo, posted: Posting) -> Response:
    """Keep what is written, or hand it in; what is wrong is said beside what is written."""
    was, inputs = first(posted.inputs, WAS), posted.inputs
    written = Written.of(here, inputs, Begun(now_of(here)))
    try:
        response = await taken(request, here, inputs, was)
    except DatabaseUnavailable as away:
        return page(here, written, was, status=away.status, trouble=here.desk.t("staff.enter.away"))
    return response


async def taken(request: Request, here: Place, inputs: Inputs, was: str) -> Response:
    found = await here.found()
    if found is None:
        here, found = await here.begin()
        was = was_of(found)
    if found.begun.reference:
        return see(here.receipt)
    written = Written.of(here, inputs, found.begun)
    if was != was_of(found):
        return changed(here, written, found)
    aside = taking.goes_aside(inputs) or SAVE in inputs
    if aside or written.wrong:
        done = await written.save(found)
        if done is None:
            return changed(here, written, await here.found())
        if not aside:
            return shown_to(here, page(here, written, done.hex(), status=422))
        response = see(f"{here.at}{written.place_of(inputs)}")
    else:
        reached = await hand_in(written, found)
        if reached is None:
            return changed(here, written, await here.found())
        response = see(reached)
    late = await kept.words(request, here.desk, here.staff)
    if late is not None and late.path == here.at:
        await kept.forget(request, here.desk, response)
    return shown_to(here, response)


def changed(here: Place, written: "Written", found: Found | None) -> Response:
    """Say that it was changed in another tab meanwhile: here it stands as it was written here."""
    if found and found.begun.reference:
        return see(here.receipt)
    text = here.desk.t("staff.enter.changed")
    return shown_to(here, page(here, written, was_of(found), status=409, trouble=text))


def shown_to(here: Place, response: Response) -> Response:
    here.give_secret(response)
    return response


@router.post(f"{NEW}/{{form_id}}/kasta")
async def throw_away(here: PostingTo) -> Response:
    """Throw away what is written: nothing of it has been handed in."""
    if (key := here.key) is not None:
        await here.desk.database.write(lambda connection: unsaved.forget(connection, key))
    return see(NEW)


@router.get(f"{NEW}/{{form_id}}/kvitto")
async def show_receipt(here: Looking) -> Response:
    """That it is in: the reference to read aloud, what happens now, and the way to the case."""
    found, desk, staff = await here.found(), here.desk, here.staff
    reference = found.begun.reference if found else ""
    handed = await desk.database.read(lambda c: written_down.handed(c, staff, reference))
    if handed is None:
        return see(here.at)
    where = ""
    if handed.unit != staff.unit:
        where = desk.t("staff.enter.other_unit", unit=desk.municipality.units[handed.unit].name)
    elif not handed.arrived:
        where = desk.t("staff.enter.on_its_way")
    view = EnteredView(
        reference=reference,
        received=case.at(desk, handed.received_at),
        case_href="" if where else f"{case.AT}/{reference}",
        where=where,
        again_href="" if handed.unit != staff.unit else here.receipt,
        aloud=here.form.receipt,
        new_href=NEW,
        back=HOME,
    )
    title = desk.t("staff.enter.received")
    return desk.page("staff/entered.html", title=title, staff=staff, entered=view)


def page(
    here: Place, written: Written, was: str, *, status: int = 200, said: str = "", trouble: str = ""
) -> Response:
    """Return the page, with what is written on it; what is wrong is said when that stops it."""
    desk, t, begun = here.desk, here.desk.t, written.begun
    judged = status == 422  # noqa: PLR2004 - what must be put right
    long = written.long_page(judged=judged)
    typed = begun.came or how_it_came.begun(desk, begun.began_at)
    came = how_it_came.views(desk, typed, written.came.problems if judged else {})
    sections, rest = tuple(long.sections()), long.rest()
    asked = (each for section in sections for each in section.pages)
    fields = [*came, *(each for one in (*asked, *rest) for each in one.fields)]
    view = EnteringView(
        title=here.form.title,
        came=came,
        sections=sections,
        rest=rest,
        errors=tuple(
            (f"#{place}", text) for each in fields for place, text in questions.all_errors(each)
        ),
        said=said,
        trouble=trouble,
        act=ActionView(here.at, desk.token(here.staff)),
        was=was,
        throw_away=ActionView(f"{here.at}/kasta", desk.token(here.staff)),
        back=LinkView(HOME, t("staff.case.back")),
        send=t("staff.enter.hand_in"),
        aloud=t("staff.enter.aloud"),
    )
    title = t("staff.enter.title")
    title = t("site.title_error", title=title) if view.errors else title
    return desk.page(
        "staff/entering.html", title=title, staff=here.staff, status=status, entering=view
    )


def saved(here: Place, begun: Begun) -> str:
    """Return when it was last saved, in words; "" before it has been."""
    if begun.saved_at is None:
        return ""
    time = begun.saved_at.astimezone(here.desk.municipality.zone)
    return here.desk.t("staff.enter.saved", time=words.moment(time, here.desk.t, short=True))
