"""Every error becomes a page here, and only here: what happened, what to do, whom to call.

Nobody sees a stack trace, a word of a language they did not choose, or loses
what they wrote: what was posted is offered again where sending it once more can
help.
"""

from dataclasses import replace

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app.errors import (
    AlreadySubmitted,
    DatabaseUnavailable,
    ManyBegin,
    NotAsked,
    SkyddsnatError,
    StaleToken,
)
from app.web.citizen.parts import Guest, guest_of
from app.web.http.addresses import see
from app.web.http.application import NOT_ALLOWED, allowed
from app.web.http.posted import Inputs
from app.web.http.unforeseen import note
from app.web.shown.frame import frame, public_title
from app.web.shown.views import ErrorView, LinkView, RetryView


def install(app: FastAPI) -> None:
    """Let every error of this application end as a page."""
    app.add_exception_handler(SkyddsnatError, named)
    app.add_exception_handler(HTTPException, by_status)


async def named(request: Request, error: Exception) -> Response:
    """Turn an error of ours into its page."""
    note(error)
    if isinstance(error, AlreadySubmitted):
        return see(guest_of(request).at.page(error.receipt.form_id, "kvitto"))
    if isinstance(error, StaleToken | NotAsked | ManyBegin):
        return page(request, error.status, inputs=error.inputs)
    if isinstance(error, DatabaseUnavailable):
        return page(request, error.status, inputs=getattr(request.state, "inputs", {}))
    return page(request, error.status if isinstance(error, SkyddsnatError) else 500)


async def by_status(request: Request, error: Exception) -> Response:
    """Turn a wrong address or a wrong method into its page."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = page(request, status)
    if status == NOT_ALLOWED:
        response.headers["allow"] = allowed(request)
    return response


def fault(request: Request, inputs: Inputs) -> Response:
    """Return the page that says that the fault is ours."""
    return page(request, 500, inputs=inputs)


def gone(request: Request, *, first: str) -> Response:
    """Return the page that says that a draft has run out, but for what was just written (410)."""
    t = guest_of(request).t
    back = LinkView(first, t("errors.page.410.restart"))
    return page(request, 410, more=t("errors.page.410.kept"), back=back)


def page(
    request: Request,
    status: int,
    *,
    inputs: Inputs | None = None,
    more: str = "",
    back: LinkView | None = None,
    secret: bytes | None = None,
) -> Response:
    """Return the page of a status; with `inputs`, a button sends them again with a new token.

    `more` is said after the words of the status; `back` is another way on than the usual; `secret`
    is what the browser is now given, where it had none.
    """
    here, path = guest_of(request), request.scope["path"]
    if secret is not None:
        here = replace(here, secret=secret)
    t = here.t
    key = f"errors.page.{status}" if f"errors.page.{status}.title" in t else "errors.page.500"
    if inputs and not path.endswith("/borja"):
        more = t("errors.page.sending" if path.endswith("/skicka") else "errors.page.kept")
    said = (t(f"{key}.text"), more)
    view = ErrorView(
        title=t(f"{key}.title"),
        prose="\n\n".join(text.strip() for text in said if text),
        contacts=here.site.answering.danger,
        back=back or way_on(here, path),
        retry=again(here, inputs) if inputs else None,
    )
    site = frame(here.site, title=public_title(here.site, t(f"{key}.title")))
    return here.page("errors/error.html", status=status, site=site, error=view)


def way_on(here: Guest, path: str) -> LinkView:
    """Return the way on: to the check page, to the form, or else to the start page."""
    t, at, (form_id, _, page_id) = here.t, here.at, path[1:].partition("/")
    if form_id in here.site.forms:
        if page_id == "skicka":
            return LinkView(at.page(form_id, "granska"), t("errors.page.review"))
        return LinkView(at.form(form_id), t("errors.page.back"))
    return LinkView(at.start(), t("errors.page.home"))


def again(here: Guest, inputs: Inputs) -> RetryView:
    """Return a button that sends the same to the same address, with a token that is good."""
    fields = [
        (name, value) for name, values in inputs.items() if name != "_token" for value in values
    ]
    if here.secret:
        fields.append(("_token", here.token()))
    label, path = here.t("errors.page.again"), here.request.scope["path"]
    return RetryView(f"{here.at.prefix}{path}", label, tuple(fields))
