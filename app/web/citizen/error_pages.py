"""Every error becomes a page here, and only here: what happened, what to do, whom to call.

Nobody sees a stack trace, a word of a language they did not choose, or loses
what they wrote: what was posted is offered again where sending it once more can
help.
"""

from fastapi import Request, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from app.errors import (
    AlreadySubmitted,
    DatabaseUnavailable,
    NotAsked,
    SkyddsnatError,
    StaleToken,
)
from app.web.citizen.frame import frame, public_title
from app.web.citizen.parts import COOKIE, Parts, language_of, parts_of
from app.web.http import session
from app.web.http.addresses import Addresses, addresses, see
from app.web.http.posted import Inputs
from app.web.shown.views import ErrorView, LinkView, RetryView


def install(app: Starlette) -> None:
    """Let every error of this application end as a page."""
    app.add_exception_handler(SkyddsnatError, named)
    app.add_exception_handler(HTTPException, by_status)


async def named(request: Request, error: Exception) -> Response:
    """Turn an error of ours into its page."""
    if isinstance(error, AlreadySubmitted):
        at = addresses(language_of(request), parts_of(request).content.default)
        return see(at.page(error.receipt.form_id, "kvitto"))
    if isinstance(error, StaleToken | NotAsked):
        return page(request, error.status, inputs=error.inputs)
    if isinstance(error, DatabaseUnavailable):
        return page(request, error.status, inputs=getattr(request.state, "inputs", {}))
    return page(request, error.status if isinstance(error, SkyddsnatError) else 500)


async def by_status(request: Request, error: Exception) -> Response:
    """Turn a wrong address or a wrong method into its page."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = page(request, status)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def fault(request: Request, inputs: Inputs) -> Response:
    """Return the page that says that the fault is ours."""
    return page(request, 500, inputs=inputs)


def gone(request: Request, *, first: str) -> Response:
    """Return the page that says that a draft has run out, but for what was just written (410)."""
    t = parts_of(request).content.interfaces[language_of(request)]
    back = LinkView(first, t("errors.page.410.restart"))
    return page(request, 410, more=t("errors.page.410.kept"), back=back)


def page(
    request: Request,
    status: int,
    *,
    inputs: Inputs | None = None,
    more: str = "",
    back: LinkView | None = None,
) -> Response:
    """Return the page of a status; with `inputs`, a button sends them again with a new token.

    `more` is said after the words of the status; `back` is another way on than the usual.
    """
    parts, language = parts_of(request), language_of(request)
    t, at = parts.content.interfaces[language], addresses(language, parts.content.default)
    key = f"errors.page.{status}" if f"errors.page.{status}.title" in t else "errors.page.500"
    path = request.scope["path"]
    if inputs:
        more = t("errors.page.sending" if path.endswith("/skicka") else "errors.page.kept")
    said = (t(f"{key}.text"), more)
    view = ErrorView(
        title=t(f"{key}.title"),
        prose="\n\n".join(text.strip() for text in said if text),
        contacts=parts.answering(language).danger,
        back=back or way_on(parts, language, at, path),
        retry=again(request, parts, at, inputs, t("errors.page.again")) if inputs else None,
    )
    site = frame(parts, language, title=public_title(parts, language, t(f"{key}.title")))
    return parts.page(request, "errors/error.html", status=status, site=site, error=view)


def way_on(parts: Parts, language: str, at: Addresses, path: str) -> LinkView:
    """Return the way on: to the check page, to the form, or else to the start page."""
    t, (form_id, _, page_id) = parts.content.interfaces[language], path[1:].partition("/")
    if form_id in parts.content.forms[language]:
        if page_id == "skicka":
            return LinkView(at.page(form_id, "granska"), t("errors.page.review"))
        return LinkView(at.form(form_id), t("errors.page.back"))
    return LinkView(at.start(), t("errors.page.home"))


def again(request: Request, parts: Parts, at: Addresses, inputs: Inputs, label: str) -> RetryView:
    """Return a button that sends the same to the same address, with a token that is good."""
    secret = session.secret_of(request, COOKIE, secure=parts.secure)
    fields = [
        (name, value) for name, values in inputs.items() if name != "_token" for value in values
    ]
    if secret:
        fields.append(("_token", session.token(secret, parts.random)))
    return RetryView(f"{at.prefix}{request.scope['path']}", label, tuple(fields))
