"""Shows a question page: what is the same for everybody is kept, what somebody typed never is.

A page looks the same to everybody who has come to it on the same way and typed nothing on it yet.
That is rendered once, with holes for the token and for the fields. A field is put in as it is when
nothing is typed in it, and rendered anew when something is. Where something is wrong, or a group is
begun, the whole page is rendered anew.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from fastapi import Response
from markupsafe import Markup, escape

from app.runner.definition import Page
from app.runner.field import Field
from app.runner.fields.confirmation import ConfirmationField
from app.runner.fields.group import GroupField
from app.runner.fields.options import OptionsField
from app.runner.journey import Asked, Journey, StepNumber
from app.runner.typed import Typed
from app.web.citizen import questions
from app.web.citizen.frame import frame
from app.web.citizen.parts import Visit
from app.web.form import pieces
from app.web.form.pieces import Kept, Piece, Skeleton
from app.web.shown.views import PageView, SiteView

TOKEN, VALUE = "token", "value"
"""Names of holes."""
CHOSEN = (OptionsField, ConfirmationField, GroupField)
"""Kinds of fields that are more than what is typed in one input."""


class Glimpse(NamedTuple):
    """What somebody looks at: the draft as it is now, and the page in a language on a day."""

    head: bytes
    language: str
    page_id: str
    to_review: bool
    today: date
    until: datetime
    """When somebody opens or closes: the page says who answers."""


def show_met(here: Visit, glimpse: Glimpse) -> Response | None:
    """Return a page on which nothing is typed, if it was looked at before and is the same."""
    page = here.parts.shelf.met.get(glimpse)
    if page is None:
        return None
    return pieces.answer(here.request, page.filled({TOKEN: (pieces.own(here.token()),)}))


def foresee(here: Visit, journey: Journey, page: Page, head: bytes) -> None:
    """Note what is looked at next, if nothing is typed there: the answers tell it already now."""
    if page.id in journey.typed:
        return
    variant = variant_of(here, journey, journey.asked[page.id], to_review=False)
    if kept := here.parts.shelf.kept.get(variant):
        glimpse = Glimpse(
            head,
            here.language,
            page.id,
            to_review=False,
            today=journey.today,
            until=variant.until,
        )
        here.parts.shelf.meet(glimpse, kept.blank)


class Variant(NamedTuple):
    """All that decides how a page looks before anybody has typed on it: nothing of an answer."""

    language: str
    form_id: str
    page_id: str
    fields: tuple[str, ...]
    required: frozenset[str]
    notes: tuple[str, ...]
    step: StepNumber
    number: int
    before: str
    to_review: bool
    until: datetime
    """When somebody opens or closes."""


def show(
    here: Visit,
    journey: Journey,
    asked: Asked,
    typed: Typed,
    *,
    to_review: bool,
    judged: bool,
    status: int = 200,
    glimpse: Glimpse | None = None,
) -> Response:
    """Return a question page; its tab says the step and nothing of the matter."""
    variant = variant_of(here, journey, asked, to_review=to_review)
    if (judged and asked.problems) or has_people(asked, typed):
        view = questions.page_view(here, journey, asked, typed, to_review=to_review, judged=judged)
        site = frame_of(here, variant, wrong=bool(view.errors))
        return here.page("pages/question.html", status=status, site=site, page=view)
    shelf = here.parts.shelf
    kept = shelf.kept.get(variant)
    if kept is None:
        kept = make(here, journey, asked, variant)
        shelf.put(variant, kept)
    own = {
        each.id: filled(here, each, asked, typed, kept)
        for each in asked.fields
        if not is_blank(each, typed)
    }
    whole = kept.open if own else kept.blank
    if glimpse and not own:
        shelf.meet(glimpse, whole)
    holes = {**kept.fields, **own, TOKEN: (pieces.own(here.token()),)}
    return pieces.answer(here.request, whole.filled(holes), status=status)


def variant_of(here: Visit, journey: Journey, asked: Asked, *, to_review: bool) -> Variant:
    page, before = asked.page, journey.before(asked.page.id)
    step = [each.page.id for each in journey.asked.values() if each.page.step == page.step]
    return Variant(
        language=here.language,
        form_id=here.form.id,
        page_id=page.id,
        fields=tuple([each.id for each in asked.fields]),
        required=asked.required,
        notes=tuple([note.id for note in questions.notes_shown(page, journey)]),
        step=journey.step(page.id),
        number=step.index(page.id) + 1,
        before=before.id if before else "",
        to_review=to_review,
        until=here.answering.until,
    )


def has_people(asked: Asked, typed: Typed) -> bool:
    """Tell whether a group is begun: people are much alike, and compress best as one page."""
    groups = [each for each in asked.fields if isinstance(each, GroupField)]
    return any(not is_blank(each, typed) for each in groups)


def is_blank(definition: Field, typed: Typed) -> bool:
    """Tell whether a field looks as if nothing had been typed in it."""
    owned = [name for name in typed if definition.owns(name)]
    if not owned:
        return True
    if isinstance(definition, CHOSEN):
        return False
    return owned == [definition.id] and typed[definition.id] == ("",)


def filled(
    here: Visit, definition: Field, asked: Asked, typed: Typed, kept: Kept
) -> Sequence[Piece]:
    """Return a field with what is typed in it, unjudged."""
    owned = [name for name in typed if definition.owns(name)]
    line = kept.lines.get(definition.id)
    if line and owned == [definition.id] and (value := next(iter(typed[definition.id]), "")):
        return line.filled({VALUE: (pieces.own(escape(value)),)})
    return (pieces.own(rendered(here, definition, asked, typed)),)


def make(here: Visit, journey: Journey, asked: Asked, variant: Variant) -> Kept:
    """Render a page on which nothing is typed."""
    to_review = variant.to_review
    view = questions.page_view(here, journey, asked, {}, to_review=to_review, judged=False)
    # Words that no page holds by itself.
    marks = {each.id: Markup(secrets.token_hex(16)) for each in asked.fields}  # noqa: S704 - ours
    token = secrets.token_hex(16)
    site, view = replace(frame_of(here, variant), token=token), replace(view, token=token)
    with_holes = replace(view, fields=tuple(marks.values()))
    return Kept(
        blank=Skeleton.of(page_html(here, site, view), {TOKEN: token}),
        open=Skeleton.of(page_html(here, site, with_holes), {**marks, TOKEN: token}),
        fields={each.id: (Piece.of(rendered(here, each, asked, {})),) for each in asked.fields},
        lines={
            each.id: Skeleton.of(rendered(here, each, asked, {each.id: (token,)}), {VALUE: token})
            for each in asked.fields
            if not isinstance(each, CHOSEN)
        },
    )


def page_html(here: Visit, site: SiteView, view: PageView) -> str:
    template = here.parts.environments[here.language].get_template("pages/question.html")
    return template.render(site=site, page=view)


def rendered(here: Visit, definition: Field, asked: Asked, typed: Typed) -> str:
    """Return a field as HTML, unjudged."""
    view = questions.field_view(
        definition,
        asked.page,
        (),
        typed,
        here.t,
        required=definition.id in asked.required,
        heading=not asked.page.title,
    )
    template = here.parts.environments[here.language].get_template("components/field.html")
    return str(template.module.field(view))  # type: ignore[attr-defined]


def frame_of(here: Visit, variant: Variant, *, wrong: bool = False) -> SiteView:
    title = here.t(
        "site.form_title_page",
        number=variant.step.number,
        total=variant.step.total,
        page=variant.number,
    )
    return frame(
        here,
        title=title,
        address=lambda to: to.page(variant.form_id, variant.page_id),
        wrong=wrong,
        draft=True,
    )
