"""Signing in to the inbox with a printed link, changing unit, and signing out.

The link only opens a page; the button uses it up. A program that looks at links
in advance, in a chat or an e-mail, cannot spend it. Where the municipality's own sign-in lets
people in, links made in an emergency still do.
"""

import logging

from fastapi import APIRouter, Request, Response

from app import logs
from app.casework import access
from app.errors import LinkUsed
from app.runner.typed import clean
from app.web.http import posted, session
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.staff import kept
from app.web.staff.attempt import HOME
from app.web.staff.desk import COOKIE, AtDesk, Posting, cookie_of, home_of
from app.web.staff.sign_in_pages import by_provider, closed, form, going_out

router = APIRouter()
LONGEST_NAME = 60
LONGEST_CODE = 200


@router.get("/logga-in")
async def show_needed(request: Request, desk: AtDesk, till: str = HOME) -> Response:
    """Say how one signs in; and that what one had just written is there still."""
    wrote = kept.is_there(request, desk)
    if desk.provider:
        return by_provider(desk, to=till, kept=wrote)
    return closed(desk, "needed", status=200, kept=wrote)


@router.get("/logga-in/{code}")
async def show_sign_in(desk: AtDesk, code: str) -> Response:
    """The page that a link opens; it uses nothing up."""
    return form(desk, code)


@router.post("/logga-in")
async def sign_in(request: Request, desk: AtDesk) -> Response:
    """Use the link up and open a session in the name that was given.

    There is no session to sign a token with yet: the code, which nobody can guess, is the token.
    """
    posted.require_own_site(request, desk.origin)
    inputs = await posted.inputs(request)
    code, typed = (next(iter(inputs.get(name, ())), "") for name in ("code", "namn"))
    name = " ".join(clean(typed).split())[:LONGEST_NAME]
    if not name:
        return form(desk, code[:LONGEST_CODE], wrong=True)
    now, before = desk.clock.now(), cookie_of(request, desk)
    try:
        opened = await desk.database.write(
            lambda connection: access.sign_in(
                connection,
                code,
                name=name,
                now=now,
                before=before,
                only_emergency=not desk.municipality.links_let_in,
            )
        )
    except LinkUsed:
        await desk.database.write(lambda connection: access.refuse(connection, code, now=now))
        return closed(desk, "used", status=410)
    if opened.staff.emergency:
        logs.event("staff.emergency", level=logging.WARNING, unit=opened.staff.unit)
    response = see(home_of(opened.staff))
    session.give(response, COOKIE, opened.cookie, secure=desk.secure)
    return response


@router.post("/logga-ut")
async def sign_out(request: Request, desk: AtDesk, _: Posting) -> Response:
    """End the session, and the one at the municipality's sign-in (RP-Initiated Logout 1.0)."""
    cookie, now = cookie_of(request, desk), desk.clock.now()
    await desk.database.write(lambda connection: access.sign_out(connection, cookie, now=now))
    out = await desk.provider.way_out() if desk.provider else ""
    response = going_out(desk, out) if out else see("/logga-in")
    # What the browser keeps of the pages goes too: the next one at the desk presses "back".
    response.headers["clear-site-data"] = '"cache", "storage"'
    session.forget(response, COOKIE, secure=desk.secure)
    return response


@router.post("/byt-enhet")
async def change_unit(desk: AtDesk, posted: Posting) -> Response:
    """Have another of one's units in view."""
    unit, now = first(posted.inputs, "enhet"), desk.clock.now()
    staff = await desk.database.write(
        lambda connection: access.enter(connection, posted.staff, unit, now=now)
    )
    return see(home_of(staff))
