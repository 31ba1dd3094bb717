"""Nödläge: who has jäv opens one case for some hours, when nobody else can and it can not wait.

The page tells of no case: it takes a reference that somebody has been told, and why. Whoever opens
one this way has it written down, and told, before anything is shown (17 § förvaltningslagen).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app import references
from app.casework import admissions, emergencies, rights
from app.casework.access import Staff
from app.casework.admission import Admission
from app.casework.rights import Act
from app.runner.journey import Asked
from app.runner.process import Step
from app.runner.texts import Interface
from app.runner.typed import Typed
from app.web.form import questions
from app.web.http.addresses import see
from app.web.shown import words
from app.web.shown.views import ErrorLink, FieldView, LinkView
from app.web.staff import kept, let_in, queue
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.step_page import typed_of
from app.web.staff.views import ActionView
from app.web.staff.writing import TEXT, own_step

router = APIRouter()
AT = "/inkorg/nodlage"
REFERENCE = "arende"


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """Where one says which case and why. `at_work` is who else is signed in, in words."""

    lead: str
    at_work: str
    mine: tuple[LinkView, ...]
    fields: tuple[FieldView, ...]
    errors: tuple[ErrorLink, ...]
    wrong: str
    """That there is no such case to open, or ""."""
    kept: str
    act: ActionView
    button: str
    back: str


@router.get(AT)
async def show(request: Request, desk: AtDesk, staff: SignedIn, arende: str = "") -> Response:
    """What an emergency is, who else is there, and where one says which case and why."""
    rights.require(staff, Act.WORK)
    written = await kept.words(request, desk, staff)
    if written and written.path == AT:
        typed = typed_of(form(desk.t), written.typed)
        return await page(desk, staff, typed, kept_here=True)
    return await page(desk, staff, {REFERENCE: (references.parse(arende) or "",)})


@router.post(AT)
async def begin(request: Request, desk: AtDesk, posted: Posting) -> Response:
    """Open the case, and go to it."""
    staff = posted.staff
    rights.require(staff, Act.WORK)
    step = form(desk.t)
    typed = typed_of(step, posted.inputs)
    asked = step.read(typed, today=desk.rules.calendar.day(desk.clock.now()))
    if asked.problems:
        return await page(desk, staff, typed, asked)
    reference = references.parse(str(asked.answers[REFERENCE].data)) or ""
    work = partial(
        emergencies.begin,
        rules=desk.rules,
        staff=staff,
        reference=reference,
        reason=str(asked.answers[TEXT].data),
        lasts=timedelta(hours=desk.municipality.casework.emergency.hours),
        now=desk.clock.now(),
    )
    begun = await desk.database.write(work)
    if begun is None:
        return await page(desk, staff, typed, asked, missing=True)
    response = see(f"{let_in.AT}/{begun.reference}")
    await kept.forget(request, desk, response)
    return response


def form(t: Interface) -> Step:
    """Return what is asked, as a step of a process."""
    reference = {
        "kind": "text",
        "id": REFERENCE,
        "label": t("staff.emergency_case.reference"),
        "hint": t("staff.emergency_case.reference_hint"),
        "spellcheck": False,
        "required": True,
        "errors": {"missing": t("staff.emergency_case.reference_missing")},
    }
    return own_step(t, "emergency_case", reference)


async def page(
    desk: Desk,
    staff: Staff,
    typed: Typed,
    asked: Asked | None = None,
    *,
    missing: bool = False,
    kept_here: bool = False,
) -> Response:
    t, step, now = desk.t, form(desk.t), desk.clock.now()

    def look(connection: Connection) -> tuple[tuple[str, ...], tuple[Admission, ...]]:
        there = emergencies.at_work(connection, staff, now=now)
        return there, admissions.of_somebody(connection, staff, now=now)

    there, mine = await desk.database.read(look)
    problems = asked.problems if asked else {}
    fields = tuple(
        questions.field_view(
            each, step.page, tuple(problems.get(each.id, ())), typed, t, required=True
        )
        for each in step.fields
    )
    lasts = timedelta(hours=desk.municipality.casework.emergency.hours)
    view = EmergencyView(
        lead=t("staff.emergency_case.lead", time=words.age(lasts, t)),
        at_work=t(f"staff.emergency_case.{'at_work' if there else 'alone'}", name=", ".join(there)),
        mine=let_in.links(desk, mine),
        fields=fields,
        errors=tuple(each for view in fields for each in linked(view)),
        wrong=t("staff.emergency_case.none") if missing else "",
        kept=t("staff.kept.here") if kept_here else "",
        act=ActionView(AT, desk.token(staff)),
        button=step.button,
        back=queue.HOME,
    )
    status = 404 if missing else 422 if view.errors else 200
    title = t("site.title_error", title=step.title) if view.errors or missing else step.title
    return desk.page(
        "staff/emergency.html", title=title, staff=staff, status=status, emergency=view
    )


def linked(view: FieldView) -> list[ErrorLink]:
    return [(f"#{place}", says) for place, says in questions.all_errors(view)]
