"""Before the first question: what a form is for, "Starta", and more time for what is begun."""

from fastapi import APIRouter, Response

from app.errors import AlreadySubmitted, DraftMissing, ManyBegin
from app.web.citizen.pages import SECRET_BYTES, require_token
from app.web.citizen.parts import Here, Visit
from app.web.http import posted
from app.web.http.addresses import see
from app.web.shown.views import FormStartView

router = APIRouter(prefix="/{form_id}")
TICKET = "_waited"


@router.get("")
async def show_start(here: Here) -> Response:
    """The page before the first question. It sets no cookie."""
    form, at = here.form, here.at
    start = FormStartView(
        title=form.title,
        intro=form.intro,
        folds=form.folds,
        danger=here.site.answering.now,
        action=at.page(form.id, "borja"),
        token=here.token(),
        has_draft=await has_draft(here),
        continue_href=at.page(form.id, "granska"),
        about=here.about(),
    )
    site = here.frame(here.t("site.form_title_start"))
    return here.page("pages/form_start.html", site=site, start=start)


async def has_draft(here: Visit) -> bool:
    try:
        await here.draft()
    except (DraftMissing, AlreadySubmitted):
        return False
    return True


@router.post("/borja")
async def start(here: Here) -> Response:
    """Begin: the browser gets a new secret, and an empty draft. What was begun before is replaced.

    Whoever has seen the old secret, on a shared computer or by planting it, cannot read what is now
    written (OWASP ASVS 5.0 7.2.4). A draft of another form comes along.
    """
    posted.require_own_site(here.request, here.parts.origin)
    brake, now = here.parts.brake, here.parts.clock.now()
    if not brake.lets_in("", now):
        ticket = posted.first(await posted.inputs(here.request), TICKET)
        if not brake.lets_in(ticket, now):
            raise ManyBegin({TICKET: (brake.ticket(now),)})
    secret = here.parts.random(SECRET_BYTES)
    await here.begin(secret)
    response = see(here.places.page(here.form.pages[0].id))
    here.give_secret(response, secret)
    return response


@router.get("/borja")
async def start_address(here: Here) -> Response:
    return see(here.places.start)


@router.post("/forlang")
async def extend(here: Here) -> Response:
    """Give the draft its whole time again (WCAG 2.2 2.2.1)."""
    posted.require_own_site(here.request, here.parts.origin)
    require_token(here, await posted.inputs(here.request))
    await here.change(lambda draft: draft)
    return Response(status_code=204)
