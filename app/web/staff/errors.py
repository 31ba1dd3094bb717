"""Every error of the staff site as a page, with the way back to the queue."""

import re
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app.casework import rights
from app.casework.access import Staff
from app.casework.group.acting import GroupUnread
from app.errors import (
    DatabaseUnavailable,
    NoSuchItem,
    NotAllowed,
    NotARecipient,
    RolesDue,
    SealBroken,
    SignedOut,
    SkyddsnatError,
    StaleToken,
)
from app.web.http.addresses import see
from app.web.http.application import NOT_ALLOWED, allowed
from app.web.http.posted import Inputs
from app.web.http.unforeseen import note
from app.web.shown.views import ErrorView, LinkView, RetryView
from app.web.staff import by_provider, kept
from app.web.staff.attempt import HOME, own
from app.web.staff.desk import Desk, desk_of, looks_at_a_page, places, signed_in

STATUSES = frozenset({400, 403, 404, 405, 413, 415, 500, 503})
"""Those that have words for staff; any other is said to be our fault."""

WRITTEN = re.compile(r"/inkorg/(?:arenden/|ny/|nodlage$|granskning/[^/]+/\d+$)", re.ASCII)
"""Where staff write: what they had written is kept when their session has run out."""

OF_THEIR_OWN: tuple[tuple[type[Exception] | tuple[type[Exception], ...], int, str], ...] = (
    ((SealBroken, NotARecipient), 500, "staff.case.unreadable"),
    (NoSuchItem, 404, "staff.errors.not_yours"),
    (GroupUnread, 409, "staff.group.unread"),
)
"""The errors that staff have words of their own for: status and texts."""


def install(app: FastAPI) -> None:
    """Let every error of the staff site end as a page."""
    app.add_exception_handler(SkyddsnatError, named)
    app.add_exception_handler(HTTPException, by_status)


async def named(request: Request, error: Exception) -> Response:
    note(error)
    if isinstance(error, RolesDue):
        return await by_provider.lead(request, desk_of(request), to=here(request), silent=True)
    if isinstance(error, SignedOut):
        response = see(signing_in(request))
        if WRITTEN.match(request.url.path):
            await kept.keep(request, response)
        return response
    for kinds, status, path in OF_THEIR_OWN:
        if isinstance(error, kinds):
            return message(desk_of(request), status, path)
    if isinstance(error, NotAllowed):
        return await not_allowed(request)
    status = error.status if isinstance(error, SkyddsnatError) else 500
    return error_page(request, status, await worth_sending_again(request, error))


async def worth_sending_again(request: Request, error: Exception) -> Inputs:
    """Return what was posted and may be taken another time; nothing where that is of no use."""
    if isinstance(error, StaleToken):
        token = desk_of(request).token(await signed_in(request))
        return {**error.inputs, "_token": (token,)}
    inputs: Inputs = getattr(request.state, "inputs", {})
    return inputs if isinstance(error, DatabaseUnavailable) else {}


def signing_in(request: Request) -> str:
    """Return where one signs in, and then comes back from to where one was."""
    to = own(here(request))
    back = desk_of(request).provider and looks_at_a_page(request) and to != HOME
    return f"/logga-in?till={quote(to)}" if back else "/logga-in"


def here(request: Request) -> str:
    """Return the address that was asked for, as it stands after the host."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


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


def fault(request: Request, inputs: Inputs) -> Response:
    """Return the page that says that the fault is ours."""
    return error_page(request, 500, inputs)


def error_page(request: Request, status: int, inputs: Inputs | None = None) -> Response:
    """Return the page of a status; with `inputs`, a button sends them again to the same address."""
    desk = desk_of(request)
    path = f"staff.errors.page.{status if status in STATUSES else 500}"
    title, text = desk.t(f"{path}.title"), desk.t(f"{path}.text")
    if not inputs:
        return error_view(desk, status, title, text)
    fields = tuple((name, value) for name, values in inputs.items() for value in values)
    again = RetryView(request.url.path, desk.t("errors.page.again"), fields)
    return error_view(desk, status, title, f"{text}\n\n{desk.t('errors.page.kept')}", retry=again)


def message(desk: Desk, status: int, path: str, staff: Staff | None = None) -> Response:
    """Return the page of an error that staff have words of their own for."""
    return error_view(desk, status, desk.t(f"{path}_title"), desk.t(path), staff)


def error_view(
    desk: Desk,
    status: int,
    title: str,
    prose: str,
    staff: Staff | None = None,
    *,
    back: LinkView | None = None,
    retry: RetryView | None = None,
) -> Response:
    """Return a page that says what is wrong; `back` leads to where they were, or home."""
    where, text = places(staff)[0]
    view = ErrorView(title, prose, (), back or LinkView(where, desk.t(text)), retry)
    return desk.page("staff/error.html", title=title, staff=staff, status=status, error=view)


def to_case(desk: Desk, address: str) -> LinkView:
    """Return the way back to a case."""
    return LinkView(address, desk.t("staff.changed.back"))
