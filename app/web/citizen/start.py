"""The start page, the pages of text, and the way out."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from app import VERSION, logs
from app.errors import DatabaseUnavailable
from app.intake import drafts
from app.web.citizen.frame import TEXT_PAGES, frame, public_title
from app.web.citizen.parts import COOKIE, Asking, Guest
from app.web.http import session
from app.web.shown import words
from app.web.shown.statement import KnownFault, ResultView, StatementView
from app.web.shown.views import (
    FormCardView,
    StartView,
    TextView,
    WayView,
)

router = APIRouter()


@router.get("/")
async def show_start(here: Asking) -> Response:
    """What is it about? Danger first, then the forms, then every other way to help."""
    at, answering, forms = here.at, here.answering, here.parts.content.forms[here.language]
    view = StartView(
        danger=answering.now,
        forms=tuple(
            FormCardView(form.card.title, form.card.when, form.card.button, at.form(form.id))
            for form in forms.values()
        ),
        ways=tuple(
            WayView(way.id, answering.contacts[way.contact]) for way in here.municipality.ways
        ),
    )
    title = public_title(here, here.t("start.title"))
    return here.page("pages/start.html", site=frame(here, title=title), start=view)


@router.get(f"/{TEXT_PAGES['privacy']}")
async def show_privacy(here: Asking) -> Response:
    """How personal data are treated (GDPR art. 13 and 14)."""
    t, routing = here.t, here.municipality.forms
    rows = [
        "- " + t("privacy.controller_row", form=form.title, responsible=routing[form.id].board)
        for form in here.parts.content.forms[here.language].values()
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
    return text_page(here, "privacy", prose)


@router.get(f"/{TEXT_PAGES['about']}")
async def show_about(here: Asking) -> Response:
    """What the service is, and what the law says."""
    return text_page(here, "about", here.t("about.text"))


def text_page(here: Guest, name: str, prose: str) -> Response:
    heading = here.t(f"{name}.title")
    site = frame(
        here,
        title=public_title(here, heading),
        address=lambda to: to.text(TEXT_PAGES[name]),
    )
    return here.page("pages/text.html", site=site, text=TextView(heading, prose))


@router.get(f"/{TEXT_PAGES['accessibility']}")
async def show_accessibility(here: Asking) -> Response:
    """The accessibility statement, from the results of the tests and the settings."""
    site = frame(
        here,
        title=public_title(here, here.t("accessibility.title")),
        address=lambda to: to.text(TEXT_PAGES["accessibility"]),
    )
    return here.page("pages/accessibility.html", site=site, statement=statement(here))


def statement(here: Guest) -> StatementView:
    """Return the statement. With no results, or faults in them, it never claims to be whole."""
    t, found = here.t, here.parts.accessibility
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
        supervision=here.municipality.supervision,
        version=VERSION,
    )


def read_results(path: Path) -> dict[str, Any]:
    """Return what the accessibility tests last wrote down; empty when they never did."""
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


@router.get("/lamna")
async def leave(here: Asking) -> Response:
    """Leave at once: a neutral page opens, the cookie is gone, and the drafts are erased.

    Nothing is waited for: without the cookie nobody can open a draft, should the database be away.
    The cookie is SameSite=Strict: a link on another site brings no cookie, and so erases nothing.
    """
    response = Response(
        status_code=303,
        headers={
            "location": here.parts.content.municipality.quick_exit,
            "clear-site-data": '"cache", "storage"',
        },
        background=BackgroundTask(end_drafts, here),
    )
    session.forget(response, COOKIE, secure=here.parts.secure)
    return response


async def end_drafts(here: Guest) -> None:
    """Erase every draft and receipt of this browser."""
    if here.secret is None:
        return
    keys = [drafts.key(here.secret, form_id) for form_id in here.parts.content.municipality.forms]

    def end_all(connection: Connection) -> None:
        for key in keys:
            drafts.end(connection, key)

    try:
        await here.parts.database.write(end_all)
    except DatabaseUnavailable as away:
        logs.failure("web.draft_left", away)
