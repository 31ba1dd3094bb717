"""Going over to another form with what is already written."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from app.errors import AlreadySubmitted, DraftMissing, PageMissing
from app.intake import drafts
from app.intake.drafts import Draft
from app.runner.carrying import carried
from app.runner.definition import Form
from app.runner.journey import Journey
from app.web.citizen.pages import next_address, require_token
from app.web.citizen.parts import Here, Visit
from app.web.http import posted
from app.web.http.addresses import see
from app.web.shown.views import MoveView

router = APIRouter(prefix="/{form_id}")


def target_of(here: Visit, target: str) -> Form:
    """Return the form to go to. Raises PageMissing when this form hands nothing over to it."""
    form = here.parts.content.forms[here.language].get(target)
    if form is None or target not in {offer.form for offer in here.form.hand_over}:
        raise PageMissing
    return form


@router.get("/vidare/{target}")
async def show_move(here: Here, target: str) -> Response:
    """Ask before going over: nothing is sent by it."""
    form = target_of(here, target)
    draft = await here.draft()
    journey = Journey(here.form, draft.typed, here.parts.today())
    view = MoveView(
        form_title=form.title,
        action=here.places.page(f"vidare/{target}"),
        stay_href=next_address(here, journey),
        token=here.token(),
    )
    site = here.frame(here.t("site.form_title_start"), f"vidare/{target}", token=here.token())
    return here.page("pages/move.html", site=site, move=view)


@router.post("/vidare/{target}")
async def move(here: Here, target: str) -> Response:
    """Carry along what may be carried. The draft that is left stays: it can still be sent."""
    posted.require_own_site(here.request, here.parts.origin)
    form = target_of(here, target)
    require_token(here, await posted.inputs(here.request))
    draft = await here.draft()
    typed = carried(here.form, form, draft.typed, here.parts.today())
    key, now, idle = here.key_of(form.id), here.parts.clock.now(), here.parts.idle
    fresh = Draft(form.id, form.version, here.language, typed)

    def put(connection: Connection) -> None:
        try:
            there = drafts.load(connection, key, now=now)
        except (DraftMissing, AlreadySubmitted):
            drafts.start(connection, key, fresh, now=now, idle=idle)
        else:
            # What is already written there is worth more than what could be carried.
            both = Draft(form.id, form.version, here.language, {**typed, **there.typed})
            drafts.start(connection, key, both, now=now, idle=idle)

    await here.parts.database.write(put)
    return see(here.at.page(form.id, form.pages[0].id))
