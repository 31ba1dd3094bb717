"""The pages of a form: show a question, keep what was typed, go on.

Whatever is posted to a page that is asked is kept before it is judged, so that
no answer is lost to a mistake in it. What is posted to a page that is not asked,
or in an input that the page does not have, is kept nowhere.
"""

from dataclasses import replace

from fastapi import APIRouter, Response

from app.errors import DraftEnded, DraftMissing, NotAsked, PageMissing, StaleToken
from app.intake import drafts
from app.intake.drafts import Draft
from app.runner import answers
from app.runner.definition import ENOUGH, Page
from app.runner.journey import UNFINISHED, Journey, without_unasked_identity
from app.web.citizen import error_pages
from app.web.citizen.parts import Here, Visit
from app.web.form import showing, taking
from app.web.form.blanks import Met
from app.web.form.page_name import PAGE
from app.web.http import posted, session
from app.web.http.addresses import addresses, see
from app.web.http.posted import Inputs, first
from app.web.http.straight import Straight

router = APIRouter(prefix="/{form_id}", route_class=Straight)
SECRET_BYTES = 32


@router.get(f"/{PAGE}")
async def show_page(here: Here, page_id: str) -> Response:
    """A question, with what was typed there; or the first that waits, when nobody is there yet."""
    page, to_review = page_of(here, page_id), asks_for_review(here)
    if here.secret is None:
        return see(here.places.start)
    row, met = await here.row(), None
    if row is not None and row.expires_at > here.parts.clock.now():
        met = met_at(here, page, drafts.head_of(row), to_review=to_review)
        if blank := here.parts.blanks.met.get(met):
            return showing.met(blank, here.token())
    draft = here.opened(row).draft
    journey = Journey(here.form, draft.typed, here.parts.today())
    if not journey.reachable(page.id):
        return see(next_address(here, journey))
    asked, typed = journey.asked[page.id], draft.typed.get(page.id, {})
    judged = asked.posted and bool(asked.problems)
    look = showing.look_of(here.site, journey, page, to_review=to_review)
    shown = showing.show(here.filling(), journey, asked, typed, look, judged=judged)
    if met and not typed and not judged:
        here.parts.blanks.meet(met, look)
    return shown


@router.post(f"/{PAGE}")
async def save_page(here: Here, page_id: str) -> Response:
    """Keep what was typed, then go on; or say what must be put right."""
    posted.require_own_site(here.request, here.parts.origin)
    page = page_of(here, page_id)
    inputs = await posted.inputs(here.request)
    try:
        journey, head = await keep(here, page, inputs)
    except DraftEnded:
        return see(here.parts.content.municipality.quick_exit)
    except DraftMissing:
        if not has_token(here, inputs):
            return give_back(here, inputs)
        return await keep_in_a_new_draft(here, page, inputs)
    asked, typed = journey.asked[page.id], journey.typed[page.id]
    if taking.goes_aside(inputs):
        known = first(inputs, "_language")
        language = known if known in here.parts.content.languages else here.site.language
        at = addresses(language, here.parts.content.default).of(here.form.id)
        return see(taking.aside(here.form, page, at, typed, inputs))
    to_review = taking.to_review(inputs)
    if asked.problems:
        look = showing.look_of(here.site, journey, page, to_review=to_review)
        shown = showing.show(here.filling(), journey, asked, typed, look, judged=True)
        shown.status_code = 422
        return shown
    following = next_page(journey, after=page, to_review=to_review)
    if head and following and not to_review:
        foresee(here, journey, following, head)
    is_rest = following is not None and following.more and not page.more
    address = address_of(here, following, to_review=to_review)
    return see(here.places.page(ENOUGH) if is_rest else address)


def asks_for_review(here: Visit) -> bool:
    """Tell whether the visitor came from the check page."""
    return b"till=granska" in here.request.scope["query_string"].split(b"&")


def met_at(here: Visit, page: Page, head: bytes, *, to_review: bool) -> Met:
    """Return that this visitor looks at this page, with the draft as it lies."""
    until = here.site.answering.until
    return Met(head, here.site.language, page.id, to_review, here.parts.today(), until)


def foresee(here: Visit, journey: Journey, page: Page, head: bytes) -> None:
    """Note what is looked at next, if nothing is typed there: the answers tell it already now."""
    if page.id not in journey.typed:
        met = met_at(here, page, head, to_review=False)
        here.parts.blanks.meet(met, showing.look_of(here.site, journey, page, to_review=False))


async def keep(here: Visit, page: Page, inputs: Inputs) -> tuple[Journey, bytes | None]:
    """Keep what was typed on a page that is asked at the moment it is kept.

    Return the journey, and the head of the draft's row where it is known.

    Raises StaleToken, NotAsked or UnknownInput, and then nothing of it is kept.
    """
    today, kept = here.parts.today(), []

    def edit(now: Draft) -> Draft:
        # One that has run out is said to have run out, whatever its token is worth.
        require_token(here, inputs)
        # Looked at where nobody can come between: another tab may just have chosen to be anonymous.
        journey = Journey(here.form, now.typed, today)
        if not journey.reachable(page.id):
            raise NotAsked
        typed = taking.typed_of(journey.asked[page.id], inputs)
        changed = Journey(here.form, {**now.typed, page.id: typed}, today, known=journey)
        kept.append(without_unasked_identity(changed))
        return replace(now, typed=kept[-1].typed, language=here.language)

    head = await here.change(edit)
    return kept[-1], head


def page_of(here: Visit, page_id: str) -> Page:
    page = here.form.page(page_id)
    if page is None:
        raise PageMissing
    return page


def require_token(here: Visit, inputs: Inputs) -> None:
    """Raise StaleToken when the form was not made for this browser."""
    if not has_token(here, inputs):
        raise StaleToken(inputs)


def has_token(here: Visit, inputs: Inputs) -> bool:
    return here.secret is not None and session.is_token(here.secret, first(inputs, "_token"))


def next_address(here: Visit, journey: Journey) -> str:
    """Return the first page that waits, or the check page when nothing does."""
    return address_of(here, journey.first_unanswered())


def next_page(journey: Journey, *, after: Page, to_review: bool) -> Page | None:
    """Return the page after, or the first that waits; None when nothing does."""
    following = journey.after(after.id)
    if to_review or following is None or not journey.reachable(following.id):
        return journey.first_unanswered()
    return following


def address_of(here: Visit, page: Page | None, *, to_review: bool = False) -> str:
    """Return the address of a question page; of the check page for None."""
    if page is None:
        return here.places.review
    return here.places.page(page.id, to_review=to_review)


def give_back(here: Visit, inputs: Inputs) -> Response:
    """Give the words back, with a secret, to a browser that has lost its own (403).

    Nothing is stored for one who cannot show that our page was met: disks would be filled so.
    """
    secret = here.secret or here.parts.random(SECRET_BYTES)
    response = error_pages.page(here.request, StaleToken.status, inputs=inputs, secret=secret)
    here.give_secret(response, secret)
    return response


async def keep_in_a_new_draft(here: Visit, page: Page, inputs: Inputs) -> Response:
    """Keep the words of a page whose draft has run out, and say that the rest is gone (410)."""
    typed = answers.kept(page.fields, inputs)
    # The secret may also hold a draft of the other form, which has not run out.
    secret = here.secret or here.parts.random(SECRET_BYTES)
    await here.start({page.id: {**typed, UNFINISHED: ("1",)}}, secret)
    response = error_pages.gone(here.request, first=here.places.page(here.form.pages[0].id))
    here.give_secret(response, secret)
    return response
