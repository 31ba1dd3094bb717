"""Search for a case: asked by a form, answered at an address that says nothing and soon ends."""

from base64 import urlsafe_b64encode

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.casework import rights, searching
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.casework.searching import Reason, Sought, Way
from app.runner.typed import clean
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.staff import case, search_result
from app.web.staff.desk import AtDesk, Posting, SignedIn
from app.web.staff.search_page import AT, REASON, SOUGHT, YEAR, Tried, page, search_form
from app.web.staff.step_page import typed_of

router = APIRouter()


@router.get(AT)
async def show_search(desk: AtDesk, staff: SignedIn) -> Response:
    """Where one searches, with nothing searched for."""
    rights.require(staff, Act.OPEN)
    return page(desk, staff)


@router.post(AT)
async def search(desk: AtDesk, posted: Posting) -> Response:
    """Search. What is found is another page's; a case found by its reference is opened."""
    staff, now, on = posted.staff, desk.clock.now(), desk.index.match.on
    rights.require(staff, Act.OPEN)
    form, today = search_form(desk.t, on=on), desk.rules.calendar.day(now)
    typed = typed_of(form, posted.inputs)
    asked = form.read(typed, today=today)
    text, year = (clean(first(posted.inputs, name)).strip() for name in (SOUGHT, YEAR))
    sought = searching.understood(text, year, today=today, on=on) if text else None
    if asked.problems or not isinstance(sought, Sought):
        return page(desk, staff, Tried(typed, asked, sought), status=422)
    [reason] = asked.answers[REASON].choices
    found = await desk.database.write(
        lambda c: searching.search(
            c, desk.index, staff=staff, sought=sought, reason=Reason(reason), now=now
        )
    )
    if found is None:
        return page(desk, staff, Tried(typed), note="slowed", status=429)
    if sought.way is Way.REFERENCE and found.hits:
        return see(f"{case.AT}/{sought.reference}")
    result_id = urlsafe_b64encode(desk.random(search_result.ID_BYTES)).decode("ascii")
    response = see(f"{AT}/{result_id}")
    search_result.give(response, desk, staff, result_id, found)
    return response


@router.get(AT + "/{result_id}")
async def show_found(request: Request, desk: AtDesk, staff: SignedIn, result_id: str) -> Response:
    """What a search found, as long as it may be seen; and where one searches again."""
    rights.require(staff, Act.OPEN)
    found = search_result.taken(request, desk, staff, result_id)
    if found is None:
        return page(desk, staff, note="gone", status=410)
    known = [hit.reference for hit in found.hits]

    def read(connection: Connection) -> tuple[QueueItem, ...]:
        return searching.shown(connection, staff=staff, references=known)

    return page(desk, staff, found=found, items=await desk.database.read(read))
