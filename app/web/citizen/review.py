"""Check the answers, hand in, and the receipt.

What is sent is what was read: the check page carries a digest of what it showed,
and when the answers have changed since, in another tab, they are shown again.
Handing in happens once; reloading, going back and pressing twice give the same
receipt.
"""

import hmac
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from app.errors import AlreadySubmitted, DatabaseUnavailable, DraftIncomplete, DraftMissing
from app.intake import drafts
from app.intake.drafts import Draft
from app.intake.submit import DRAWS_MOST, prepared
from app.runner.definition import ENOUGH
from app.runner.field import DOUBTS, NOT_READ, Field, Remark
from app.runner.journey import Asked, Journey, told
from app.runner.texts import Interface, Text
from app.storage.changes import Overtaken
from app.web.citizen.pages import next_address, require_token
from app.web.citizen.parts import Here, Visit
from app.web.http import posted
from app.web.http.addresses import addresses, see
from app.web.http.posted import Inputs
from app.web.http.straight import Straight
from app.web.shown import said, words
from app.web.shown.frame import TEXT_PAGES
from app.web.shown.views import (
    CopyView,
    EnoughView,
    LinkView,
    ReceiptView,
    ReviewView,
    RowView,
    SectionView,
    StepView,
)

router = APIRouter(prefix="/{form_id}", route_class=Straight)


@router.post("/skicka")
async def hand_in(here: Here) -> Response:
    """Hand in, durably, and lead to the receipt."""
    posted.require_own_site(here.request, here.parts.origin)
    inputs = await posted.inputs(here.request)
    language = next(iter(inputs.get("_language", ())), "")
    if not language and await store(here, inputs):
        return see(here.places.page("kvitto"))
    draft = await here.draft()
    require_token(here, inputs)
    if language:
        known = language if language in here.parts.content.languages else here.language
        return see(addresses(known, here.parts.content.default).page(here.form.id, "granska"))
    journey = Journey(here.form, draft.typed, here.parts.today())
    if journey.first_unanswered():
        return see(next_address(here, journey))
    return render(here, journey, draft, changed=True)


@router.get("/granska")
async def show_review(here: Here) -> Response:
    """All answers, with a way to change each; or the first question that waits."""
    try:
        draft = await here.draft()
    except DraftMissing:
        if here.secret is None:
            return see(here.places.start)
        raise
    journey = Journey(here.form, draft.typed, here.parts.today())
    if journey.first_unanswered():
        return see(next_address(here, journey))
    return render(here, journey, draft)


@router.get(f"/{ENOUGH}")
async def show_enough(here: Here) -> Response:
    """Is this enough? Or does somebody want to tell more, in the questions that are the rest."""
    if here.secret is None:
        return see(here.places.start)
    journey = Journey(here.form, (await here.draft()).typed, here.parts.today())
    if journey.first_unanswered() or not journey.rest:
        return see(next_address(here, journey))
    step, rest = journey.step(None), journey.rest
    first = next((asked for asked in rest if asked.passed_by), rest[0])
    view = EnoughView(
        review=here.places.review,
        more=here.places.page(first.page.id),
        rest=links(here, rest),
        back=here.places.page(journey.before(ENOUGH)),
        step=StepView(step.number, step.total),
    )
    site = here.frame(here.t("site.form_title_enough"), ENOUGH, token=here.token())
    return here.page("pages/enough.html", site=site, enough=view)


def links(here: Visit, rest: Iterable[Asked], *, to_review: bool = False) -> tuple[LinkView, ...]:
    """Return the way to each of these pages, by its heading."""
    return tuple(
        LinkView(here.places.page(asked.page.id, to_review=to_review), asked.page.heading)
        for asked in rest
    )


def read_by(inputs: Inputs) -> str:
    """Return the digest of what somebody has read on the check page."""
    return next(iter(inputs.get("_seen", ())), "")


async def store(here: Visit, inputs: Inputs) -> bool:
    """Hand in what was read on the check page, durably; False when it stands there no longer.

    Raises AlreadySubmitted when it was handed in before.
    """
    for _ in range(DRAWS_MOST):
        found = await here.found()
        require_token(here, inputs)
        if seen(here.secret or b"", found.draft) != read_by(inputs):
            return False
        # The language in which it was read, whatever language it was begun in.
        read = replace(found, draft=replace(found.draft, language=here.language))
        reception, clock = here.parts.receptions[here.form.id], here.parts.clock
        try:
            ready = prepared(
                here.key,
                read,
                form=here.form,
                reception=reception,
                clock=clock,
                receipt_kept=here.parts.receipt_kept,
            )
        except DraftIncomplete:
            return False
        # Changed or handed in meanwhile, in another tab; or the reference is taken.
        with suppress(Overtaken, IntegrityError):
            await here.parts.database.write(ready.changes)
            return True
    raise DatabaseUnavailable("the draft is never still, or no reference is free")


@router.get("/skicka")
async def hand_in_address(here: Here) -> RedirectResponse:
    return see(here.places.review)


@router.get("/kvitto")
async def show_receipt(here: Here) -> Response:
    """That it is received, and nothing of what it said; as often as the browser asks, for a while.

    From then on the cookie is worth as long as the receipt: the next one at a shared computer finds
    nothing. It stays only where the same browser holds a draft of another form.
    """
    try:
        draft = await here.draft()
    except AlreadySubmitted as before:
        receipt = before.receipt
    else:
        return see(next_address(here, Journey(here.form, draft.typed, here.parts.today())))
    zone = here.parts.content.municipality.zone
    view = ReceiptView(
        title=here.form.received or here.t("receipt.title"),
        reference=receipt.reference,
        received=words.moment(receipt.received_at.astimezone(zone), here.t),
        form_title=here.form.title,
        prose=here.form.receipt,
        contacts=here.site.answering.duty,
        leave_href=here.at.leave(),
        about=here.about(),
    )
    title = here.t("site.form_title_receipt")
    site = here.frame(title, "kvitto")
    response = here.page("pages/receipt.html", site=site, receipt=view)
    if here.secret is not None and not await here.has_other_drafts():
        here.give_secret(response, here.secret, good_for=here.parts.receipt_kept)
    return response


@router.get("/kopia")
async def show_copy(here: Here) -> Response:
    """The answers to print or save, for those who report in their work; marked as not yet sent."""
    draft = await here.draft()
    journey = Journey(here.form, draft.typed, here.parts.today())
    if journey.first_unanswered() or not journey.flag("copy"):
        return see(next_address(here, journey))
    now = here.parts.clock.now().astimezone(here.parts.content.municipality.zone)
    view = CopyView(
        title=here.form.title,
        time=words.moment(now, here.t),
        sections=sections(here, journey),
        back=here.places.review,
    )
    title = here.t("site.form_title_copy")
    site = here.frame(title, "kopia")
    return here.page("pages/copy.html", site=site, copy=view)


def render(
    here: Visit,
    journey: Journey,
    draft: Draft,
    *,
    changed: bool = False,
) -> Response:
    step = journey.step(None)
    passed_by = [asked for asked in journey.rest if asked.passed_by]
    before = ENOUGH if journey.rest else journey.before("granska")
    view = ReviewView(
        sections=sections(here, journey),
        back=here.places.page(before),
        rest=links(here, passed_by, to_review=True),
        action=here.places.page("skicka"),
        send=here.form.send or here.t("review.send_button"),
        token=here.token(),
        seen=seen(here.secret or b"", draft),
        copy_href=here.places.page("kopia") if journey.flag("copy") else None,
        privacy_href=here.at.text(TEXT_PAGES["privacy"]),
        step=StepView(step.number, step.total),
        changed=changed,
    )
    site = here.frame(here.t("site.form_title_review"), "granska", token=here.token())
    status = 409 if changed else 200
    return here.page("pages/review.html", status=status, site=site, review=view)


def sections(here: Visit, journey: Journey) -> tuple[SectionView, ...]:
    """Return every question that was put, by step, with its answer and the way to change it."""
    made = []
    for step in here.form.steps:
        rows = tuple(
            row(here, asked, field)
            for asked in journey.said
            if asked.page.step == step.id
            for field in asked.fields
        )
        if rows:
            made.append(SectionView(step.title, rows))
    return tuple(made)


def row(here: Visit, asked: Asked, field: Field) -> RowView:
    """Return one answer as it was written, and how it was read: whatever it is, it can be sent."""
    answer = asked.answers.get(field.id)
    href = here.places.page(asked.page.id, to_review=True)
    if answer is None:
        return RowView(field.label, (), href)
    remarks = (remark_of(here.t, remark) for remark in answer.remarks)
    return RowView(field.label, answer.lines, href, tuple(words for words in remarks if words))


def remark_of(t: Interface, remark: Remark) -> str:
    """Return what is said of an answer to the one who wrote it; "" when nobody has words for it."""
    text = said.read(t, told(remark))
    if text is None or not (remark.key == NOT_READ or remark.key in DOUBTS):
        return text or ""
    return Text(f"{text} {t('read.fine' if remark.key == NOT_READ else 'read.anyway')}", text.lang)


def seen(secret: bytes, draft: Draft) -> str:
    """Return a digest of the answers that says nothing to anyone without this browser's secret."""
    return hmac.digest(secret, drafts.dump({**draft.typed}), "sha256").hex()[:32]
