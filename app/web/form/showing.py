"""Shows a question page: the blank that everybody gets, with one's own words in its holes.

What is kept, for whom, and why nobody can meet somebody else's words is in `blanks`. Where
something is wrong, or a group is begun, the whole page is rendered anew and nothing of it is kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from markupsafe import Markup, escape

from app.runner.definition import Page
from app.runner.field import Field
from app.runner.fields.confirmation import ConfirmationField
from app.runner.fields.group import GroupField
from app.runner.fields.options import OptionsField
from app.runner.journey import Asked, Journey
from app.runner.typed import Typed
from app.web.form import questions
from app.web.form.blanks import Blank, Look
from app.web.form.filling import Filling
from app.web.http import packed
from app.web.http.packed import Cut, Packed, Piece
from app.web.shown.site import Site
from app.web.shown.views import SiteView

TOKEN, VALUE = "token", "value"
"""Names of holes."""
NOTHING = {VALUE: ()}
CHOSEN = (OptionsField, ConfirmationField, GroupField)
"""Kinds of fields that are more than what is typed in one input."""


def look_of(site: Site, journey: Journey, page: Page, *, to_review: bool) -> Look:
    """Return how a page of this journey looks before anybody has typed on it."""
    asked, step = journey.asked[page.id], journey.step(page.id)
    beside = [
        each.page.id
        for each in journey.asked.values()
        if each.page.more == page.more and (page.more or each.page.step == page.step)
    ]
    return Look(
        language=site.language,
        form_id=journey.form.id,
        page_id=page.id,
        fields=tuple([each.id for each in asked.fields]),
        required=asked.required,
        notes=tuple([note.id for note in questions.notes_shown(page, journey)]),
        step=step,
        number=beside.index(page.id) + 1,
        before=journey.before(page.id),
        to_review=to_review,
        until=site.answering.until,
    )


def show(
    filling: Filling, journey: Journey, asked: Asked, typed: Typed, look: Look, *, judged: bool
) -> Packed:
    """Return a question page; its tab says the step and nothing of the matter.

    What is wrong with it is said when it is `judged`.
    """
    if (judged and asked.problems) or has_people(asked, typed):
        return anew(filling, journey, asked, typed, look, judged=judged)
    blank = filling.blanks.of(look, partial(make, filling, journey, asked, look))
    own = [each for each in asked.fields if not is_blank(each, typed)]
    if not own:
        return met(blank.whole, filling.token)
    holes: dict[str, Sequence[Piece]] = {TOKEN: (packed.own(filling.token),)}
    for each in asked.fields:
        cut = blank.fields[each.id]
        is_own = each in own
        holes[each.id] = filled(filling, each, asked, typed, cut) if is_own else cut.filled(NOTHING)
    return Packed(*blank.open.filled(holes))


def met(whole: Cut, token: str) -> Packed:
    """Return a page on which nothing is typed."""
    return Packed(*whole.filled({TOKEN: (packed.own(token),)}))


def anew(
    filling: Filling, journey: Journey, asked: Asked, typed: Typed, look: Look, *, judged: bool
) -> Packed:
    """Return a page of which nothing is kept."""
    view = questions.page_view(
        filling, journey, asked, typed, to_review=look.to_review, judged=judged
    )
    site = frame_of(filling, look, wrong=bool(view.errors))
    html = filling.site.html("pages/question.html", site=site, page=view)
    return packed.page(html)


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
    filling: Filling, definition: Field, asked: Asked, typed: Typed, cut: Cut
) -> Sequence[Piece]:
    """Return a field with what is typed in it, unjudged."""
    owned = [name for name in typed if definition.owns(name)]
    if VALUE in cut.parts and owned == [definition.id] and len(typed[definition.id]) == 1:
        return cut.filled({VALUE: (packed.own(escape(typed[definition.id][0])),)})
    return (packed.own(rendered(filling, definition, asked, typed)),)


def make(filling: Filling, journey: Journey, asked: Asked, look: Look) -> Blank:
    """Render a page on which nothing is typed."""
    view = questions.page_view(filling, journey, asked, {}, to_review=look.to_review, judged=False)
    # Words that no page holds by itself.
    marks = {each.id: Markup(secrets.token_hex(16)) for each in asked.fields}  # noqa: S704 - ours
    token = secrets.token_hex(16)
    site, view = replace(frame_of(filling, look), token=token), replace(view, token=token)
    html = partial(filling.site.html, "pages/question.html", site=site)
    with_holes = replace(view, fields=tuple(marks.values()))
    fields = {}
    for each in asked.fields:
        one_input = not isinstance(each, CHOSEN)
        typed = {each.id: (token,)} if one_input else {}
        holes = {VALUE: token} if one_input else {}
        fields[each.id] = Cut.of(rendered(filling, each, asked, typed), holes)
    return Blank(
        whole=Cut.of(html(page=view), {TOKEN: token}, whole=True),
        open=Cut.of(html(page=with_holes), {**marks, TOKEN: token}, whole=True),
        fields=fields,
    )


def rendered(filling: Filling, definition: Field, asked: Asked, typed: Typed) -> str:
    """Return a field as HTML, unjudged."""
    view = questions.field_view(
        definition,
        asked.page,
        (),
        typed,
        filling.t,
        required=definition.id in asked.required,
        heading=not asked.page.title,
    )
    template = filling.site.templates.get_template("components/field.html")
    return str(template.module.field(view))  # type: ignore[attr-defined]


def frame_of(filling: Filling, look: Look, *, wrong: bool = False) -> SiteView:
    number, total = look.step.number, look.step.total
    if look.step.more:
        title = filling.t("site.form_title_more", number=number, total=total)
    else:
        title = filling.t("site.form_title_page", number=number, total=total, page=look.number)
    if wrong:
        title = filling.t("site.title_error", title=title)
    return filling.frame(title, look.page_id)
