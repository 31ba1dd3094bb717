"""The start page, the pages of text, and the way out."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from app import VERSION, logs
from app.errors import DatabaseUnavailable
from app.intake import drafts
from app.runner.texts import Interface
from app.web.citizen.frame import TEXT_PAGES, frame, public_title
from app.web.citizen.parts import COOKIE, Parts, language_of, parts_of
from app.web.citizen.routes import Routes, page
from app.web.http import session
from app.web.http.addresses import addresses
from app.web.shown import words
from app.web.shown.statement import KnownFault, ResultView, StatementView
from app.web.shown.views import (
    FormCardView,
    StartView,
    TextView,
    WayView,
)

routes = Routes()


@page(routes, "/")
async def show_start(request: Request) -> Response:
    """What is it about? Danger first, then the forms, then every other way to help."""
    parts, language = parts_of(request), language_of(request)
    content = parts.content
    at, municipality = addresses(language, content.default), content.municipalities[language]
    answering = parts.answering(language)
    view = StartView(
        danger=answering.danger,
        forms=tuple(FormCardView(form_id, at.form(form_id)) for form_id in content.forms[language]),
        ways=tuple(WayView(way.id, answering.contacts[way.contact]) for way in municipality.ways),
    )
    title = public_title(parts, language, content.interfaces[language]("start.title"))
    return parts.page(
        request, "pages/start.html", site=frame(parts, language, title=title), start=view
    )


@page(routes, f"/{TEXT_PAGES['privacy']}")
async def show_privacy(request: Request) -> Response:
    """How personal data are treated (GDPR art. 13 and 14)."""
    parts, language = parts_of(request), language_of(request)
    t, content = parts.content.interfaces[language], parts.content
    routing = content.municipalities[language].forms
    rows = [
        "- " + t("privacy.controller_row", form=form.title, responsible=routing[form.id].board)
        for form in content.forms[language].values()
    ]
    prose = "\n\n".join(
        [
            t("privacy.intro").strip(),
            "## " + t("privacy.controller_title"),
            "\n".join(rows),
            t("privacy.controller").strip(),
            t("privacy.suppliers").strip(),
            t("privacy.text").strip(),
        ]
    )
    return text_page(request, "privacy", prose)


@page(routes, f"/{TEXT_PAGES['about']}")
async def show_about(request: Request) -> Response:
    """What the service is, and what the law says."""
    parts, language = parts_of(request), language_of(request)
    return text_page(request, "about", parts.content.interfaces[language]("about.text"))


def text_page(request: Request, name: str, prose: str) -> Response:
    parts, language = parts_of(request), language_of(request)
    heading = parts.content.interfaces[language](f"{name}.title")
    site = frame(
        parts,
        language,
        title=public_title(parts, language, heading),
        here=lambda to: to.text(TEXT_PAGES[name]),
    )
    return parts.page(request, "pages/text.html", site=site, text=TextView(heading, prose))


@page(routes, f"/{TEXT_PAGES['accessibility']}")
async def show_accessibility(request: Request) -> Response:
    """The accessibility statement, from the results of the tests and the settings."""
    parts, language = parts_of(request), language_of(request)
    t = parts.content.interfaces[language]
    site = frame(
        parts,
        language,
        title=public_title(parts, language, t("accessibility.title")),
        here=lambda to: to.text(TEXT_PAGES["accessibility"]),
    )
    view = statement(parts, language, t)
    return parts.page(request, "pages/accessibility.html", site=site, statement=view)


def statement(parts: Parts, language: str, t: Interface) -> StatementView:
    """Return the statement. With no results, or faults in them, it never claims to be whole."""
    found = parts.accessibility
    results = tuple(
        ResultView(row["tool"], row["pages"], row["faults"]) for row in found.get("results", ())
    )
    faults = tuple(
        KnownFault(row["what"], row["why"], row["instead"]) for row in found.get("faults", ())
    )
    whole = bool(results) and not faults and not any(result.faults for result in results)
    day = date.fromisoformat(found["date"]) if "date" in found else None
    in_words = words.day(datetime(day.year, day.month, day.day), t) if day else ""  # noqa: DTZ001 - a day, not a moment
    return StatementView(
        status="full" if whole else "partly",
        faults=faults,
        untested=tuple(t(path) for path in t.under("accessibility.untested")),
        results=results,
        assessed=in_words,
        updated=in_words,
        supervision=parts.content.municipalities[language].supervision,
        version=VERSION,
    )


def read_results(path: Path) -> dict[str, Any]:
    """Return what the accessibility tests last wrote down; empty when they never did."""
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


@page(routes, "/lamna")
async def leave(request: Request) -> Response:
    """Leave at once: a neutral page opens, the cookie is gone, and the drafts are erased.

    Nothing is waited for: without the cookie nobody can open a draft, should the database be away.
    The cookie is SameSite=Strict: a link on another site brings no cookie, and so erases nothing.
    """
    parts = parts_of(request)
    response = Response(
        status_code=303,
        headers={
            "location": parts.content.municipality.quick_exit,
            "clear-site-data": '"cache", "storage"',
        },
        background=BackgroundTask(end_drafts, request, parts),
    )
    session.forget(response, COOKIE, secure=parts.secure)
    return response


async def end_drafts(request: Request, parts: Parts) -> None:
    """Erase every draft and receipt of this browser."""
    secret = session.secret_of(request, COOKIE, secure=parts.secure)
    if secret is None:
        return
    keys = [drafts.key(secret, form_id) for form_id in parts.content.municipality.forms]

    def end_all(connection: Connection) -> None:
        for key in keys:
            drafts.end(connection, key)

    try:
        await parts.database.write(end_all)
    except DatabaseUnavailable as away:
        logs.failure("web.draft_left", away)
