"""The pages of a form: show a question, keep what was typed, go on.

Whatever is posted to a page that is asked is kept before it is judged, so that
no answer is lost to a mistake in it. What is posted to a page that is not asked,
or in an input that the page does not have, is kept nowhere.
"""

from dataclasses import replace

from fastapi import APIRouter, Response

from app.errors import (
    DraftMissing,
    NotAsked,
    PageMissing,
    StaleToken,
    UnknownInput,
)
from app.intake import drafts
from app.intake.drafts import Draft
from app.runner import answers
from app.runner.definition import Page
from app.runner.fields.group import GroupField
from app.runner.journey import UNFINISHED, Asked, Journey, without_unasked_identity
from app.runner.typed import Typed
from app.web.citizen import error_pages
from app.web.citizen.parts import Here, Visit
from app.web.citizen.question_pages import Glimpse, foresee, show, show_met
from app.web.http import posted, session
from app.web.http.addresses import addresses, see
from app.web.http.posted import Inputs
from app.web.http.straight import Straight

router = APIRouter(prefix="/{form_id}", route_class=Straight)
SECRET_BYTES = 32
OWN = frozenset({"_token", "_to", "_language", "_add", "_remove", "_offer"})
"""Inputs of the machine's own on a question page."""
ASIDE = frozenset({"_language", "_add", "_remove", "_offer"})
"""Buttons that keep the page without going on from it."""
LONGEST_NUMBER = 3


@router.get("/{page_id:page}")
async def show_page(here: Here, page_id: str) -> Response:
    """A question, with what was typed there; or the first that waits, when nobody is there yet."""
    page, today = page_of(here, page_id), here.parts.today()
    to_review = b"till=granska" in here.request.scope["query_string"].split(b"&")
    if here.secret is None:
        return see(here.at.form(here.form.id))
    row = await here.row()
    glimpse = None
    if row is not None and row.expires_at > here.parts.clock.now():
        until = here.answering.until
        glimpse = Glimpse(drafts.head_of(row), here.language, page.id, to_review, today, until)
        if (met := show_met(here, glimpse)) is not None:
            return met
    draft = here.opened(row).draft
    journey = Journey(here.form, draft.typed, today)
    if not journey.reachable(page.id):
        return see(next_address(here, journey))
    asked, typed = journey.asked[page.id], draft.typed.get(page.id, {})
    judged = asked.posted and bool(asked.problems)
    return show(here, journey, asked, typed, to_review=to_review, judged=judged, glimpse=glimpse)


@router.post("/{page_id:page}")
async def save_page(here: Here, page_id: str) -> Response:
    """Keep what was typed, then go on; or say what must be put right."""
    posted.require_own_site(here.request, here.parts.origin)
    page = page_of(here, page_id)
    inputs = await posted.inputs(here.request)
    try:
        journey, head = await keep(here, page, inputs)
    except DraftMissing:
        return await keep_in_a_new_draft(here, page, inputs)
    asked, typed = journey.asked[page.id], journey.typed[page.id]
    if inputs.keys() & ASIDE:
        return see(side_address(here, page, typed, inputs))
    to_review = inputs.get("_to") == ("granska",)
    if asked.problems:
        return show(here, journey, asked, typed, to_review=to_review, judged=True, status=422)
    following = next_page(journey, after=page, to_review=to_review)
    if head and following and not to_review:
        foresee(here, journey, following, head)
    return see(address_of(here, following, to_review=to_review))


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
        typed = typed_of(journey.asked[page.id], inputs)
        if inputs.keys() & ASIDE:
            typed = arranged(page, typed, inputs)
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
    if here.secret is None or not session.is_token(
        here.secret, next(iter(inputs.get("_token", ())), "")
    ):
        raise StaleToken(inputs)


def typed_of(asked: Asked, inputs: Inputs) -> Typed:
    """Return what was typed in the page's own inputs. Raises UnknownInput when there is any other.

    Raises NotAsked, with the rest, when a question of this page is no longer asked: an earlier
    answer was changed in another tab.
    """
    typed = {name: values for name, values in inputs.items() if name not in OWN}
    unasked = {name for name in typed if not any(field.owns(name) for field in asked.fields)}
    if not all(asked.page.owns(name) for name in unasked):
        raise UnknownInput
    if unasked:
        raise NotAsked({name: inputs[name] for name in inputs if name not in unasked})
    return answers.kept(asked.fields, typed)


def arranged(page: Page, typed: Typed, inputs: Inputs) -> Typed:
    """Return the page as a button other than "Fortsätt" leaves it: not gone on from.

    A person may have been added, or removed.
    """
    add, remove = (next(iter(inputs.get(name, ())), "") for name in ("_add", "_remove"))
    for field in page.fields:
        if not isinstance(field, GroupField):
            continue
        if add == field.id:
            typed = field.added(typed)
        group, _, number = remove.rpartition("-")
        if group == field.id and number.isdecimal() and len(number) <= LONGEST_NUMBER:
            typed = field.removed(typed, int(number))
    return {**typed, UNFINISHED: ("1",)}


def side_address(here: Visit, page: Page, kept: Typed, inputs: Inputs) -> str:
    """Return where a button other than "Fortsätt" leads."""
    to_review = inputs.get("_to") == ("granska",)
    offer = next(iter(inputs.get("_offer", ())), "")
    if offer in {known.form for known in here.form.hand_over}:
        return here.at.page(here.form.id, f"vidare/{offer}")
    language = next(iter(inputs.get("_language", ())), "")
    if language in here.parts.content.languages:
        there = addresses(language, here.parts.content.default)
        return there.page(here.form.id, page.id, to_review=to_review)
    address = here.at.page(here.form.id, page.id, to_review=to_review)
    for field in page.fields:
        if isinstance(field, GroupField) and inputs.get("_add") == (field.id,):
            return f"{address}#{field.item_fields(field.count(kept) - 1)[0].id}"
        if isinstance(field, GroupField) and "_remove" in inputs:
            return f"{address}#{field.id}"
    return address


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
        return here.at.page(here.form.id, "granska")
    return here.at.page(here.form.id, page.id, to_review=to_review)


async def keep_in_a_new_draft(here: Visit, page: Page, inputs: Inputs) -> Response:
    """Keep the words of a page whose draft has run out, and say that the rest is gone (410)."""
    typed = answers.kept(page.fields, inputs)
    # The secret may also hold a draft of the other form, which has not run out.
    secret = here.secret or here.parts.random(SECRET_BYTES)
    await here.start({page.id: {**typed, UNFINISHED: ("1",)}}, secret)
    response = error_pages.gone(
        here.request, first=here.at.page(here.form.id, here.form.pages[0].id)
    )
    here.give_secret(response, secret)
    return response
