"""The start page, the pages of text, and the way out."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from app import logs
from app.errors import DatabaseUnavailable, PageMissing
from app.intake import drafts
from app.runner.definition import ABOUT
from app.web.citizen.parts import COOKIE, Asking, Guest, Here
from app.web.http import posted, session
from app.web.http.addresses import see
from app.web.shown.frame import TEXT_PAGES, frame, public_title
from app.web.shown.statement import statement
from app.web.shown.views import (
    FormCardView,
    LinkView,
    StartView,
    TextView,
    WayView,
)

router = APIRouter()


@router.get("/")
async def show_start(here: Asking) -> Response:
    """What is it about? Danger first, then the forms, then every other way to help."""
    at, answering, forms = here.at, here.site.answering, here.site.forms
    view = StartView(
        danger=answering.now,
        forms=tuple(
            FormCardView(form.card.title, form.card.when, form.card.button, at.form(form.id))
            for form in forms.values()
        ),
        abouts=tuple(
            LinkView(at.about(form.id), form.about.invited) for form in forms.values() if form.about
        ),
        ways=tuple(
            WayView(
                title=way.title or here.t(f"ways.{way.id}.title"),
                when=way.when or here.t(f"ways.{way.id}.when"),
                what=way.what or here.t(f"ways.{way.id}.what"),
                contact=answering.contacts[way.contact],
            )
            for way in here.site.municipality.ways
        ),
    )
    title = public_title(here.site, here.t("start.title"))
    return here.page("pages/start.html", site=frame(here.site, title=title), start=view)


@router.get(f"/{TEXT_PAGES['privacy']}")
async def show_privacy(here: Asking) -> Response:
    """How personal data are treated (GDPR art. 13 and 14)."""
    t, town = here.t, here.site.municipality
    routing = town.forms
    rows = [
        "- " + t("privacy.controller_row", form=form.title, responsible=routing[form.id].board)
        for form in here.site.forms.values()
    ]
    prose = "\n\n".join(
        [
            t("privacy.intro").strip(),
            "## " + t("privacy.controller_title"),
            "\n".join(rows),
            t("privacy.controller").strip(),
            t("privacy.suppliers").strip(),
            t("privacy.text").strip(),
            *([t("privacy.compared").strip()] if town.match.on else ()),
            *([t("privacy.counted").strip()] if town.statistics.on else ()),
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
        here.site,
        title=public_title(here.site, heading),
        address=lambda to: to.text(TEXT_PAGES[name]),
    )
    return here.page("pages/text.html", site=site, text=TextView(heading, prose))


@router.get(f"/{ABOUT}{{form_id}}")
async def show_about_form(here: Here) -> Response:
    """What a form leads to, for those whom it comes to. Raises PageMissing when it has no such."""
    form, answering = here.form, here.site.answering
    if form.about is None:
        raise PageMissing
    site = frame(
        here.site,
        title=public_title(here.site, form.about.title),
        address=lambda to: to.about(form.id),
    )
    text = TextView(
        form.about.title, form.about.text, answering.now, answering.these(form.about.contacts)
    )
    return here.page("pages/text.html", site=site, text=text)


@router.get(f"/{TEXT_PAGES['accessibility']}")
async def show_accessibility(here: Asking) -> Response:
    """The accessibility statement, from the results of the tests and the settings."""
    site = frame(
        here.site,
        title=public_title(here.site, here.t("accessibility.title")),
        address=lambda to: to.text(TEXT_PAGES["accessibility"]),
    )
    found, supervision = here.parts.accessibility, here.site.municipality.supervision
    view = statement(found, supervision, here.t, of="accessibility")
    return here.page("pages/accessibility.html", site=site, statement=view)


@router.get("/lamna")
async def leave(here: Asking) -> Response:
    """Leave at once: a neutral page opens, the cookie is gone, and the drafts are erased.

    Nothing is waited for: without the cookie nobody can open a draft, should the database be away.
    Where another site leads here, nothing is erased: it must not be able to destroy a report.
    """
    if posted.is_led_by_another_site(here.request):
        return see(here.parts.content.municipality.quick_exit)
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
    now = here.parts.clock.now()
    keys = [drafts.key(here.secret, form_id) for form_id in here.parts.content.municipality.forms]

    def end_all(connection: Connection) -> None:
        for key in keys:
            drafts.end(connection, key, now=now)

    try:
        await here.parts.database.write(end_all)
        await here.parts.database.forget()
    except DatabaseUnavailable as away:
        logs.failure("web.draft_left", away)
