"""The page where staff search: what is asked, what is wrong with it, and what was found."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, replace

from fastapi import Response

from app.casework import rights, searching
from app.casework.access import Staff
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.casework.searching import Found, Reason, Sought, Why
from app.runner.field import Field
from app.runner.journey import Asked
from app.runner.process import Step
from app.runner.texts import Interface
from app.runner.typed import Typed
from app.web.form import questions
from app.web.shown import words
from app.web.shown.views import ErrorLink, FieldView
from app.web.staff import case, queue
from app.web.staff.desk import Desk
from app.web.staff.views import ActionView

AT = "/inkorg/sok"
SOUGHT, YEAR, REASON = "sok", "ar", "skal"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed, how it was read, and what it was understood to be."""

    typed: Typed = dataclasses.field(default_factory=dict)
    asked: Asked | None = None
    why: Sought | Why | None = None


NOTHING = Tried()


@dataclass(frozen=True, slots=True)
class HitView:
    """A case that was found, and by what; without a reference it is not told which."""

    reference: str
    href: str
    way: str
    form: str
    received: str
    state: str
    owner: str


HIDDEN = HitView("", "", "", "", "", "", "")


@dataclass(frozen=True, slots=True)
class SearchView:
    """Where one searches. `result` says what was found, "" before; `more` that there is more.

    `basis` is by which decision it is more than references, "" where it is not.
    """

    fields: tuple[FieldView, ...]
    errors: tuple[ErrorLink, ...]
    act: ActionView
    button: str
    back: str
    basis: str
    note: str
    result: str
    more: str
    hits: tuple[HitView, ...]


def search_form(t: Interface, *, on: bool) -> Step:
    """Return what is asked of who searches, as a page of questions; by reference alone if off."""
    sought = {**asked_for(t, SOUGHT, "any" if on else "reference"), "spellcheck": False}
    year = {**asked_for(t, YEAR, "year", required=False), "spellcheck": False}
    reasons = [{"id": each, "label": t(f"staff.search.reasons.{each}")} for each in Reason]
    why = {**asked_for(t, REASON, "reason"), "kind": "radios", "options": reasons}
    shown = {"id": "search", "title": t("staff.search.title"), "button": t("staff.search.button")}
    unused = {"roles": ["handlaggare"], "from": ["ny"]}
    fields = [sought, *([year] if on else []), why]
    return Step.model_validate({**shown, **unused, "fields": fields})


def asked_for(
    t: Interface, field_id: str, name: str, *, required: bool = True
) -> dict[str, object]:
    """Return what all of the questions have: a label, help, and what is said when it is empty."""
    missing = {"missing": t(f"staff.search.{name}_missing")} if required else {}
    return {
        "id": field_id,
        "kind": "text",
        "required": required,
        "label": t(f"staff.search.{name}"),
        "hint": t(f"staff.search.{name}_hint"),
        "errors": missing,
    }


def page(
    desk: Desk,
    staff: Staff,
    tried: Tried = NOTHING,
    *,
    note: str = "",
    found: Found | None = None,
    items: Iterable[QueueItem] = (),
    status: int = 200,
) -> Response:
    """Return the page: what was typed and what is wrong with it, or what was found."""
    t, match = desk.t, desk.index.match
    form = search_form(t, on=match.on)
    fields = tuple(field_view(form, each, tried, t) for each in form.fields)
    hits = tuple(hit_view(desk, staff, item, found) for item in items) if found else ()
    view = SearchView(
        fields=fields,
        errors=tuple(
            (f"#{place}", says) for each in fields for place, says in questions.all_errors(each)
        ),
        act=ActionView(AT, desk.token(staff)),
        button=form.button,
        back=queue.HOME,
        basis=match.basis if match.on else "",
        note=t(f"staff.search.{note}") if note else "",
        result=result(t, len(hits)) if found else "",
        more=t("staff.search.more", count=searching.MOST) if found and found.more else "",
        hits=hits,
    )
    title = view.result or form.title
    title = t("site.title_error", title=title) if view.errors else title
    return desk.page("staff/search.html", title=title, staff=staff, status=status, search=view)


def result(t: Interface, count: int) -> str:
    """Return how many cases were found, in words."""
    known = "one" if count == 1 else "many" if count else "none"
    return t(f"staff.search.found_{known}", count=count)


def field_view(form: Step, field: Field, tried: Tried, t: Interface) -> FieldView:
    """Return a question with what was typed; what can not be searched by is said where it is."""
    problems = tried.asked.problems.get(field.id, ()) if tried.asked else ()
    view = questions.field_view(
        field, form.page, tuple(problems), tried.typed, t, required=field.required
    )
    view = replace(view, optional_text="")
    why = tried.why
    here = YEAR if why is Why.NO_YEAR else SOUGHT
    if isinstance(why, Why) and field.id == here and not problems:
        return replace(view, errors={field.first: t(f"staff.search.{why}")})
    return view


def hit_view(desk: Desk, staff: Staff, item: QueueItem, found: Found) -> HitView:
    """Return one case. Of one with protected data a leader alone is told which it is."""
    t, zone = desk.t, desk.municipality.zone
    hidden = item.protected and not rights.may(staff, Act.ASSIGN)
    if hidden:
        return HIDDEN
    form = desk.site.forms.get(item.form_id)
    ways = {hit.reference: hit.way for hit in found.hits}
    return HitView(
        reference=item.reference,
        href=f"{case.AT}/{item.reference}",
        way=t(f"staff.search.ways.{ways[item.reference]}"),
        form=form.title if form else item.form_id,
        received=words.stamp(item.received_at.astimezone(zone), t),
        state=queue.outcome(desk, item) or queue.state(desk, item),
        owner=t("staff.queue.you") if item.owner == staff.name else item.owner or "",
    )
